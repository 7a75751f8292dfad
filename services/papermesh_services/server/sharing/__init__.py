"""One long document, read by several workers at once while others have nothing to do.

A worker that finds its document long says so. The server gives it helpers, as many as there are idle places and no
more: they get the same document, and each asks the server for pages to read and gives it what it found, in between.
The one that has the document asks likewise, reads pages too, and gets what the others have found. Helpers leave when
a document waits for a place, and nothing depends on them: what they do not bring is read by the one that has it.

    turns    what a worker and the server say about pages. Values and their bytes
    ledger   which pages are read, being read and to be read, and by whom
    asking   the worker's side: Sharers of server.documents that asks the server
    helpers  the workers that help: found, sent to a document, called back
"""
