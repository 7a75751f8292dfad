"""Text recognition (OCR) by tesseract, which the server runs for its workers.

A worker can run nothing. It draws a page and sends the pixels up its pipe; the server has a process that is shut in
become tesseract, which sees those pixels and its own files and nothing else; what that says goes down the pipe, and
only the worker reads it.

    model      what is wanted of tesseract, and what is said about a page. Values and their bytes
    languages  which of its language models suit a document
    child      the process: shuts itself in, and becomes the program
    pipes      what goes in and comes out, within time and size
    engine     finds the program and runs it
    asking     the worker's side: a Recogniser of server.documents that asks the server
"""
