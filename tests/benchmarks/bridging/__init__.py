"""The processes of the bridge's benchmark: a gRPC server, a naive bridge, and two clients."""
