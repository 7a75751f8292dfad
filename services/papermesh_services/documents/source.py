"""Opens a document that a caller names by path, below the configured document roots and nowhere else.

The only module of this package that touches the file system. It decides on the file that was opened, not on the name
that was given, so nothing that changes in between can lead it out; and it opens without blocking, so a pipe or a
device cannot hold it up.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING

from papermesh_services.documents.errors import DocumentError, DocumentNotFound, DocumentOutsideRoots, DocumentTooLarge

if TYPE_CHECKING:
    from collections.abc import Iterator

    from papermesh_services.documents.limits import Limits

_FLAGS = os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY


def open_document(file_path: str, roots: tuple[Path, ...], limits: Limits) -> tuple[bytes, str]:
    """The bytes of the document and its base name; see open_descriptor."""
    descriptor, name = open_descriptor(file_path, roots, limits)
    return read_opened(descriptor, limits), name


def open_descriptor(file_path: str, roots: tuple[Path, ...], limits: Limits) -> tuple[int, str]:
    """A descriptor of the document, for the caller to close, and its base name.

    A relative path is tried below each root in turn, an absolute one must lie below a root; neither may have "..".
    Raises DocumentOutsideRoots, DocumentNotFound, DocumentTooLarge, or DocumentError where the server may not read it.
    """
    _check(file_path, roots)
    real_roots = tuple(Path(os.path.realpath(root)) for root in roots)
    escaped = False
    for candidate in _candidates(file_path, roots, real_roots):
        # Resolved before it is opened, so that nothing outside is ever touched and its absence does not show either.
        real = Path(os.path.realpath(candidate))
        if not _below(real, real_roots):
            escaped = True
            continue
        with _opened(real, file_path) as descriptor:
            if descriptor is not None:
                _check_opened(descriptor, file_path, real_roots, limits)
                return os.dup(descriptor), real.name
    if escaped:
        raise _outside(file_path)
    raise DocumentNotFound(
        f"There is no document {_shown(file_path)} below the document roots. "
        "Check the path, or send the bytes as content."
    )


def _check(file_path: str, roots: tuple[Path, ...]) -> None:
    if not roots:
        raise DocumentOutsideRoots(
            f"{_shown(file_path)} cannot be read: this server has no document roots. Send the bytes as content."
        )
    if not file_path or "\0" in file_path or ".." in Path(file_path).parts or not _encodable(file_path):
        raise _outside(file_path)


def _candidates(file_path: str, roots: tuple[Path, ...], real_roots: tuple[Path, ...]) -> list[Path]:
    path = Path(file_path)
    if not path.is_absolute():
        return [root / path for root in real_roots]
    # By name alone, before the file system is asked: whether a file outside exists must not show.
    if not _below(path, (*real_roots, *(root.absolute() for root in roots))):
        raise _outside(file_path)
    return [path]


def _encodable(file_path: str) -> bool:
    try:
        os.fsencode(file_path)
    except UnicodeEncodeError:
        return False
    return True


@contextlib.contextmanager
def _opened(path: Path, file_path: str) -> Iterator[int | None]:
    """A descriptor of the file, or None where there is none."""
    try:
        descriptor = os.open(path, _FLAGS)
    except (FileNotFoundError, NotADirectoryError):
        yield None
        return
    except PermissionError:
        raise DocumentError(f"{_shown(file_path)} cannot be read by this server. Check its permissions.") from None
    except OSError:
        raise _no_file(file_path) from None
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def read_opened(descriptor: int, limits: Limits) -> bytes:
    """The bytes of the file, and closes it. Raises DocumentTooLarge: it may have grown since it was opened.

    Where the descriptor stands in the file is left alone, because other processes may read it through the same.
    """
    limit = limits.max_document_bytes
    pieces: list[bytes] = []
    length = 0
    with open(descriptor, "rb", buffering=0):
        size = os.fstat(descriptor).st_size
        # Room is made for what is asked for, so no more than that: twice a large document would be too much.
        while length <= limit and (piece := os.pread(descriptor, min(max(0, size - length), limit) + 1, length)):
            pieces.append(piece)
            length += len(piece)
    if length > limit:
        raise too_large(length, limit)
    return pieces[0] if len(pieces) == 1 else b"".join(pieces)


def _check_opened(descriptor: int, file_path: str, real_roots: tuple[Path, ...], limits: Limits) -> None:
    if not _below(_path_of(descriptor), real_roots):
        raise _outside(file_path)
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):
        raise _no_file(file_path)
    limit = limits.max_document_bytes
    if status.st_size > limit:
        raise too_large(status.st_size, limit)


def _below(path: Path, roots: tuple[Path, ...]) -> bool:
    return any(path.is_relative_to(root) for root in roots)


def _path_of(descriptor: int) -> Path:
    """Where the file that was really opened lies."""
    get_path = getattr(fcntl, "F_GETPATH", None)  # macOS, which has no /proc
    if get_path is None:
        return Path(f"/proc/self/fd/{descriptor}").readlink()
    return Path(os.fsdecode(fcntl.fcntl(descriptor, get_path, bytes(1024)).rstrip(b"\0")))


def too_large(size: int, limit: int) -> DocumentTooLarge:
    """The error for a document of more bytes than the limit."""
    return DocumentTooLarge(
        f"The document has {size:,} bytes; at most {limit:,} are read. "
        "Give it in parts, or have max_document_bytes raised on the server.",
        limit="max_document_bytes",
        value=str(limit),
    )


def _outside(file_path: str) -> DocumentOutsideRoots:
    return DocumentOutsideRoots(
        f"{_shown(file_path)} is not below a document root of this server. Move it there, or send the bytes as content."
    )


def _no_file(file_path: str) -> DocumentNotFound:
    return DocumentNotFound(f"{_shown(file_path)} is not a file. Name a file, not a folder or a device.")


def _shown(file_path: str) -> str:
    return repr(file_path if len(file_path) <= 200 else file_path[:200] + "…")
