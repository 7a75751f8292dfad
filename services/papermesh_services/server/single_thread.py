"""To be imported before numpy, in the process that makes the workers: its libraries then start no threads of their own.

A worker reads one document at a time, and each thread would take some 40 MB of the address space it may use. Only the
fork server imports this: it changes the environment.
"""

import os

for _name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_name] = "1"
