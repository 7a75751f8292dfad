"""Measures how documents are read, beside other readers. Run by hand, from the project's folder:

    python tests/benchmarks/documents.py [FOLDER] [--least-pages 10] [--workers 4] [--rounds 5]
    python tests/benchmarks/documents.py --formats FOLDER [--rounds 5]
    python tests/benchmarks/documents.py --exact FOLDER
    python tests/benchmarks/documents.py --profile [FOLDER]

FOLDER: PDFs, in any depth; without one, some are made. Measured are pages a second of papermesh, pypdfium2, pypdf,
    markitdown and kreuzberg, each alone in a process that does nothing else; of papermesh through the worker pool with
    one document at a time, and with as many as there are workers; and of pypdfium2 in as many processes. Both by the
    clock and by processor time, of all processes and threads that take part. Besides, the words that each has found,
    against NAME.txt where it lies beside NAME.pdf, else against what at least two of three engines that share no
    code (pypdfium2, pypdf, markitdown's pdfminer) agree on.
--formats: files of other formats, of papermesh, markitdown and kreuzberg: how many each can read, files a second of
    processor time, and words, against what at least two of the three agree on.
--exact: PDFs, each beside the text it was made from: the F1 of words (in Chinese and Japanese: of characters) and the
    similarity of the whole in its order, white space folded.
--profile: where papermesh's time goes over those PDFs.

Rounds take turns. A reader that has taken --patience seconds sits out the rest; the ratios are those of the rounds it
took part in. Speed is that over files which all of them read. A file that takes a reader longer than --limit counts as
one it cannot read. None recognises the text of pictures. markitdown and kreuzberg are installed by
`pip install -e '.[bench]'`; what is missing is said and left out. They may also be in another Python: --python. The
machine should have nothing else to do.
"""

if __name__ == "__main__":
    # Only here: the workers that are measured import this module, as they do any program that starts them.
    from reading.command import main

    main(__doc__ or "")
