"""The files a command is given: from arguments to a list, and from one of the list to its bytes, within a limit.

Says what is wrong with a file in the same exceptions the server would use. Reads regular files late, one at a time;
standard input, pipes and devices early, because a wait for them must stay interruptible.
"""

from __future__ import annotations

import os
import select
import stat
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from papermesh.calling import MAX_MESSAGE_BYTES
from papermesh.documents import STREAM_FROM_BYTES, Document, unreadable
from papermesh.errors import DeadlineExceeded, DocumentNotFound, DocumentTooLarge, PapermeshError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

STDIN: Final = "-"
STDIN_NAME: Final = "(stdin)"
PIECE_BYTES: Final = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Input:
    """One file of a command. data is set where it has been read already, error where it cannot be."""

    name: str
    data: bytes | None = None
    error: PapermeshError | None = None


def inputs_of(arguments: Iterable[str], timeout: float) -> list[Input]:
    """The inputs that arguments name, in order; a folder gives its files, sorted, hidden ones left out.

    timeout: seconds each pipe that is named may take to give what is in it; standard input may take its time.
    """
    return [each for argument in arguments for each in _expanded(argument, timeout)]


def document_of(given: Input, max_bytes: int) -> Document:
    """The document of an input, its bytes read now, or while they are sent if they are many.

    Raises PapermeshError, also for one of over max_bytes.
    """
    if given.error:
        raise given.error
    if given.data is not None:
        check_size(len(given.data), max_bytes)
        return Document(content=given.data, filename="" if given.name == STDIN_NAME else Path(given.name).name)
    try:
        size = Path(given.name).stat().st_size
        check_size(size, max_bytes)
        if size >= STREAM_FROM_BYTES:
            return Document(given.name)
        with Path(given.name).open("rb") as file:
            data = file.read(max_bytes + 1)
    except OSError as error:
        raise unreadable(error) from error
    check_size(len(data), max_bytes)  # it may have grown since
    return Document(content=data, filename=Path(given.name).name)


def check_size(size: int, max_bytes: int) -> None:
    """Raises DocumentTooLarge for a size over the limit."""
    if size > max_bytes:
        raise DocumentTooLarge(
            f"The document has {size:,} bytes; at most {max_bytes:,} are read. Give a smaller one, or in parts.",
            reason="DOCUMENT_TOO_LARGE",
            metadata={"limit": "max_document_bytes", "value": str(max_bytes)},
        )


def _expanded(argument: str, timeout: float) -> Iterator[Input]:
    if argument == STDIN:
        yield Input(STDIN_NAME, data=_joined(iter(lambda: sys.stdin.buffer.read(PIECE_BYTES), b"")))
        return
    if not argument:
        nameless = DocumentNotFound("An empty name is that of no file. Check the path.", reason="DOCUMENT_NOT_FOUND")
        yield Input(argument, error=nameless)
        return
    try:
        mode = Path(argument).stat().st_mode
    except (OSError, ValueError) as error:
        yield Input(argument, error=unreadable(error if isinstance(error, OSError) else FileNotFoundError()))
        return
    if stat.S_ISDIR(mode):
        yield from _files_below(argument)
    elif stat.S_ISREG(mode):
        yield Input(argument)
    else:
        yield _read_early(argument, timeout)


def _files_below(folder: str) -> Iterator[Input]:
    failed: list[OSError] = []
    found = False
    for parent, folders, files in os.walk(folder, onerror=failed.append):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            path = os.path.join(parent, name)  # noqa: PTH118  keeps the folder as it was given, "./" included
            if not name.startswith(".") and not _is_special(path):
                found = True
                yield Input(path)
    for error in failed:
        yield Input(error.filename or folder, error=unreadable(error))
    if not found and not failed:
        yield Input(folder, error=DocumentNotFound("There are no files in this folder.", reason="DOCUMENT_NOT_FOUND"))


def _is_special(path: str) -> bool:
    """Whether this is a pipe, a socket or a device, which a folder's contents do not include."""
    try:
        return not stat.S_ISREG(Path(path).stat().st_mode)
    except OSError:
        return False  # a broken link is reported when it is read


def _read_early(name: str, timeout: float) -> Input:
    """What a pipe or a device gives, whoever writes to it being there already or not."""
    try:
        descriptor = os.open(name, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY)
    except OSError as error:
        return Input(name, error=unreadable(error))
    try:
        return Input(name, data=_joined(_pieces(descriptor, time.monotonic() + timeout)))
    except TimeoutError:
        told = f"Nobody wrote all of it within {timeout:g} s. Give it more time with --timeout."
        return Input(name, error=DeadlineExceeded(told, reason="DOCUMENT_NOT_GIVEN"))
    except OSError as error:
        return Input(name, error=unreadable(error))
    finally:
        os.close(descriptor)


def _pieces(descriptor: int, deadline: float) -> Iterator[bytes]:
    """What comes out of a descriptor, up to its end. Raises TimeoutError at the deadline."""
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    while (left := deadline - time.monotonic()) > 0:
        if poll.poll(left * 1000):
            piece = os.read(descriptor, PIECE_BYTES)
            if not piece:
                return
            yield piece
    raise TimeoutError


def _joined(pieces: Iterable[bytes]) -> bytes:
    """The pieces as one, as far as one more than can be sent."""
    data = bytearray()
    for piece in pieces:
        data += piece
        if len(data) > MAX_MESSAGE_BYTES:
            break
    return bytes(data)
