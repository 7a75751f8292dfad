"""Gives a process its input and takes its output, both at once, within time and size."""

from __future__ import annotations

import os
import selectors
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence
    from multiprocessing.connection import Connection

_PIECE_BYTES: Final = 256 * 1024


class TooLate(Exception):
    """The process took longer than it may."""


class Abandoned(Exception):
    """Nobody waits for the output any more."""


class TooMuch(Exception):
    """The process said more than it may."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """How long the process may take, and how much it may say."""

    seconds: float
    bytes: int


def converse(
    into: Connection, out: Connection, given: Sequence[bytes | memoryview], limits: Bounds, waiting: int
) -> bytes:
    """What the process writes until it closes its output. Closes into, once everything is in it.

    into, out: our ends of its pipes. waiting: a descriptor that can be read once nobody waits any more.
    Raises TooLate, TooMuch, Abandoned.
    """
    until = time.monotonic() + limits.seconds
    left = [memoryview(piece) for piece in given if len(piece)]
    taken = bytearray()
    with selectors.DefaultSelector() as selector:
        os.set_blocking(into.fileno(), False)
        selector.register(into, selectors.EVENT_WRITE)
        selector.register(out, selectors.EVENT_READ)
        selector.register(waiting, selectors.EVENT_READ)
        while (seconds := until - time.monotonic()) > 0:
            ready = [key.fileobj for key, _ in selector.select(seconds)]
            if waiting in ready:
                raise Abandoned
            if into in ready and _all_written(into.fileno(), left):
                selector.unregister(into)
                into.close()
            if out in ready:
                piece = os.read(out.fileno(), _PIECE_BYTES)
                if not piece:
                    return bytes(taken)
                taken += piece
                if len(taken) > limits.bytes:
                    raise TooMuch
    raise TooLate


def _all_written(into: int, left: list[memoryview]) -> bool:
    """Writes as much as there is room for, and says whether that was the last of it."""
    try:
        while left:
            written = os.write(into, left[0][:_PIECE_BYTES])
            left[0] = left[0][written:]
            if not left[0]:
                del left[0]
    except BlockingIOError:
        return False
    except BrokenPipeError:
        return True  # it wants no more; its output will tell whether that was enough
    return True
