"""Turns bytes into text and structure. Knows nothing of gRPC."""
