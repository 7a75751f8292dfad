"""The files a command is given: from arguments to a list, and from one of the list to its bytes, within a limit.

Says what is wrong with a file in the same exceptions the server would use. Reads regular files late, one at a time;
standard input, pipes and devices early, because a wait for them must stay interruptible.
"""

from __future__ import annotations

import os
import stat
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final

from papermesh.calling import MAX_MESSAGE_BYTES
from papermesh.documents import STREAM_FROM_BYTES, Document
from papermesh.errors import DocumentNotFound, DocumentTooLarge, PapermeshError, PermissionDenied

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

STDIN: Final = "-"
STDIN_NAME: Final = "(stdin)"


@dataclass(frozen=True, slots=True)
class Input:
    """One file of a command. data is set where it has been read already, error where it cannot be."""

    name: str
    data: bytes | None = None
    error: PapermeshError | None = None


def inputs_of(arguments: Iterable[str]) -> list[Input]:
    """The inputs that arguments name, in order; a folder gives its files, sorted, hidden ones left out."""
    return [each for argument in arguments for each in _expanded(argument)]


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


def unreadable(error: OSError) -> PapermeshError:
    """What an error of the file system means for a document."""
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return DocumentNotFound("There is no such file. Check the path.", reason="DOCUMENT_NOT_FOUND")
    if isinstance(error, PermissionError):
        return PermissionDenied("You may not read this file. Check its permissions.", reason="DOCUMENT_FORBIDDEN")
    return DocumentNotFound(f"The file cannot be read: {error.strerror or error}.", reason="DOCUMENT_NOT_FOUND")


def _expanded(argument: str) -> Iterator[Input]:
    if argument == STDIN:
        yield _read_early(STDIN_NAME, sys.stdin.buffer)
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
        with Path(argument).open("rb", buffering=0) as stream:
            yield _read_early(argument, stream)


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


def _read_early(name: str, stream: BinaryIO) -> Input:
    data = bytearray()
    while len(data) <= MAX_MESSAGE_BYTES and (piece := stream.read(1024 * 1024)):
        data += piece
    return Input(name, data=bytes(data))
