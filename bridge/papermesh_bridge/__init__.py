"""JSON-RPC 2.0 in front of any gRPC server."""
