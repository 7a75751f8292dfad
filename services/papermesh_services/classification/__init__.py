"""Tells document types apart. Only the servicer file knows of gRPC.

Nothing is imported here: the server's own process needs the servicer alone, and scikit-learn takes a second to load.
Classifying is in `model`, loading and saving in `store`, training in `training`.
"""
