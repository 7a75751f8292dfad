"""The services: reading documents, classifying them, judging their quality, and the server runtime they share."""
