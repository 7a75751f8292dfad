"""Tells document types apart. Only the servicer file knows of gRPC."""
