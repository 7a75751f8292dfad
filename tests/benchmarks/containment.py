"""What shutting workers in costs: the same documents, read by a contained worker and by one with limits alone.

    python tests/benchmarks/containment.py [--trios 24] [--documents 40]

A trio is three new workers: one contained as far as can be, two by limits alone. They read each document in turns, in
an order of chance and then in the reverse of it, one worker at a time. A trio gives two ratios for each kind of
document: contained to limits, and limits to limits; each the median over the documents of the ratio of what the two
took. Where processes happen to lie in memory makes one some per cent slower than another for all its life, which is
why there are many trios, and why the second ratio stands beside the first: nothing is to be found there, so it says how
fine this measures.

Printed are, by processor time of the worker (which the system tells to the nanosecond, system calls included) and by
the clock (from the request to the answer, the pipe included): the medians of a document, and for each ratio the median
over the trios, the interval that holds the true one with 95 %, and whether a difference can be told from none. At last
the same of how long a new worker takes to start. The machine should have nothing else to do.
"""

if __name__ == "__main__":
    # Only here: the workers that are measured import this module, as they do any program that starts them.
    from containing.command import main

    main(__doc__ or "")
