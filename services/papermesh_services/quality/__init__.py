"""Judges how well a document is written and built. Only the servicer file knows of gRPC."""
