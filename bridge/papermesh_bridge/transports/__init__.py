"""How messages reach the bridge. A transport knows bytes and a `Handler`, and nothing of gRPC."""
