"""The Papermesh client."""
