"""What a hostile file is, what may be answered to it, and the list the generators put themselves on.

An answer is named by the reason of its ErrorInfo, or by its status where there is some text.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

READ: Final = frozenset({"OK"})
BROKEN: Final = frozenset({"DOCUMENT_CORRUPT", "CORRUPT"})
LARGE: Final = frozenset({"DOCUMENT_TOO_LARGE", "PARTIAL_LIMIT"})
SLOW: Final = frozenset({"PROCESSING_TIMEOUT", "PARTIAL_TIMEOUT"})
BLANK: Final = frozenset({"DOCUMENT_WITHOUT_TEXT"})
EMPTY: Final = frozenset({"DOCUMENT_EMPTY"})
LOCKED: Final = frozenset({"DOCUMENT_ENCRYPTED"})
CRASHED: Final = frozenset({"WORKER_CRASHED"})
"""Only where a library can but die for want of memory, which nobody can see coming."""
UNREAD: Final = frozenset({"DOCUMENT_FORMAT_UNSUPPORTED"})

TEXT: Final = "The harbour was quiet when the boats came home with the evening tide."
"""The sentence that most hostile files hold somewhere."""


@dataclass(frozen=True, slots=True)
class Hostile:
    """One hostile file.

    name: its file name, of its own in the corpus.
    make: makes its bytes, the same ones each time.
    allowed: what may be answered.
    keeps: what the text must hold if there is one.
    never: what the text must not hold: the prey of the file.
    quick: whether it is read and made in a blink, so that it can be tried with every run of the tests.
    """

    name: str
    make: Callable[[], bytes]
    allowed: frozenset[str]
    keeps: str = ""
    never: str = "root:"
    quick: bool = True


_files: dict[str, Hostile] = {}


def add(file: Hostile) -> None:
    """Puts a file on the list."""
    if file.name in _files:
        raise ValueError(f"there are two hostile files called {file.name}")
    _files[file.name] = file


def hostile(
    name: str, *allowed: frozenset[str], keeps: str = "", quick: bool = True
) -> Callable[[Callable[[], bytes]], Callable[[], bytes]]:
    """Puts a generator on the list, as the file of that name."""

    def put(make: Callable[[], bytes]) -> Callable[[], bytes]:
        add(Hostile(name, make, frozenset().union(*allowed), keeps, quick=quick))
        return make

    return put


def files() -> Iterator[Hostile]:
    """All there are, in the order they were put on the list."""
    yield from _files.values()
