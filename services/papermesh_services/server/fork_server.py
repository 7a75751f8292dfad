"""The process that all others are forked from: it has the heavy modules loaded, so that a new one costs little."""

from __future__ import annotations

import multiprocessing
import signal
from multiprocessing import forkserver, resource_tracker
from typing import Final


def start_fork_server() -> None:
    """Starts the process that forks the workers, unless it runs, with the signals blocked that we answer for all.

    Ctrl-C, and many a supervisor, signal every process of a group; a worker that heeds that cannot finish its
    document, and the fork server would show a traceback.
    """
    resource_tracker.ensure_running()  # Which unblocks the signals where it is started on the way.
    before = signal.pthread_sigmask(signal.SIG_BLOCK, (signal.SIGINT, signal.SIGTERM))
    try:
        forkserver.ensure_running()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


_FIRST: Final = "papermesh_services.server.single_thread"
_preloaded: Final = {"papermesh_services.server.worker"}


def preload(module: str) -> None:
    """Has the fork server load a module once for all workers. It takes effect until the first worker is started."""
    _preloaded.add(module)
    multiprocessing.get_context("forkserver").set_forkserver_preload([_FIRST, *sorted(_preloaded)])
