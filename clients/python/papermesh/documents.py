"""A document to send: where it comes from, and its name. Knows nothing of channels.

A local file is read when its request is made, not before, so that many documents can be named without being held;
a large one is read piece by piece while it is sent.
"""

from __future__ import annotations

import asyncio
import os
import stat
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeAlias, TypedDict

from papermesh.arguments import check_names, shortened
from papermesh.errors import DocumentNotFound, InvalidRequest, PapermeshError, PermissionDenied

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable

    from papermesh.rpcs import Request

STREAM_FROM_BYTES: Final = 4 * 1024 * 1024
"""Local files of this size and more are sent in pieces, by the calls that can."""
PIECE_BYTES: Final = 256 * 1024

SOURCE_TYPES: Final[dict[str, tuple[type, ...]]] = {
    "path": (str, os.PathLike),
    "file_path": (str, os.PathLike),
    "content": (bytes,),
    "text": (str,),
}
"""What each source of a document may be."""

LocalPath: TypeAlias = str | os.PathLike[str]


@dataclass(frozen=True, slots=True)
class Document:
    """One document, from exactly one of four sources.

    path: a file here, read by the client and sent as content with its name.
    file_path: a path on the server, absolute or relative to one of its document roots.
    content: the bytes. text: the text.
    filename: the name the document has, a hint to its format; taken from path where it is left out.
    request_id: chosen by the caller, and returned unchanged.

    Raises InvalidRequest where none or several of the sources are given, TypeError where one is of another type.
    """

    path: LocalPath | None = None
    file_path: LocalPath | None = None
    content: bytes | None = None
    text: str | None = None
    filename: str = ""
    request_id: str = ""

    def __post_init__(self) -> None:
        given = [name for name in ("path", "file_path", "content", "text") if getattr(self, name) is not None]
        if len(given) != 1:
            found = "none was" if not given else f"{' and '.join(given)} were"
            raise InvalidRequest(
                f"A document needs exactly one of path, file_path, content and text; {found} given.",
                reason="SOURCE_MISSING",
            )
        _check_type(given[0], getattr(self, given[0]))


class DocumentArguments(TypedDict, total=False):
    """The keyword arguments of a method that takes one document, beside path: those of Document."""

    file_path: LocalPath | None
    content: bytes | None
    text: str | None
    filename: str
    request_id: str


class SourceFields(TypedDict, total=False):
    """The fields that every request for one document has."""

    request_id: str
    file_path: str
    content: bytes
    text: str
    filename: str


def _check_type(source: str, value: object) -> None:
    """Raises TypeError where the value of a source is of the type of another."""
    expected = SOURCE_TYPES[source]
    if not isinstance(value, expected):
        instead = next((name for name in ("content", "text") if isinstance(value, SOURCE_TYPES[name])), "")
        hint = f"give it as {instead}=" if instead else "path and file_path take a path, content bytes, text a string"
        raise TypeError(f"{source} cannot be {shortened(value)}; {hint}")


def document_of(
    given: Document | LocalPath | None, arguments: DocumentArguments, method: Callable[..., Any] | None = None
) -> Document:
    """The document a method was called with: a Document as it is, or one made from a path and keyword arguments.

    Raises TypeError for arguments that neither a document nor the method has.
    """
    if method:
        check_names(arguments, DocumentArguments.__annotations__, method)
    if not isinstance(given, Document):
        return Document(given, **arguments)
    return replace(given, **arguments) if arguments else given


async def source_fields(document: Document) -> SourceFields:
    """The request fields for a document. Reads a local file, off the event loop; raises OSError as open() does."""
    fields = SourceFields(request_id=document.request_id, filename=sendable(document.filename))
    if document.path is not None:
        path = Path(document.path)
        fields["content"] = await asyncio.to_thread(path.read_bytes)
        fields["filename"] = fields["filename"] or sendable(path.name)
    elif document.file_path is not None:
        fields["file_path"] = os.fspath(document.file_path)
    elif document.content is not None:
        fields["content"] = document.content
    elif document.text is not None:
        fields["text"] = document.text
    return fields


async def streamed_size(document: Document) -> int:
    """The size of a local file that is better sent in pieces; 0 for any other document. Raises OSError."""
    if document.path is None:
        return 0
    status = await asyncio.to_thread(Path(document.path).stat)
    return status.st_size if status.st_size >= STREAM_FROM_BYTES and stat.S_ISREG(status.st_mode) else 0


async def in_pieces(
    document: Document, size: int, kind: Callable[..., Request], **fields: Any
) -> AsyncGenerator[Request, None]:
    """The messages that carry a local file: its description, then its bytes. Raises OSError as open() and read() do.

    kind: the type of the messages. fields: what else the description has.
    """
    path = Path(document.path or "")
    name = sendable(document.filename or path.name)
    yield kind(description={"request_id": document.request_id, "filename": name, "size_bytes": size, **fields})
    with await asyncio.to_thread(path.open, "rb", buffering=0) as file:
        while piece := await asyncio.to_thread(file.read, PIECE_BYTES):
            yield kind(chunk=piece)


def sendable(name: str) -> str:
    """The name as protobuf takes it: bytes of a file name that are not UTF-8 become question marks."""
    return name.encode("utf-8", "replace").decode("utf-8")


def unreadable(error: OSError, name: str = "") -> PapermeshError:
    """What an error of the file system means for a document. name: what the message begins with."""
    head = f"{name}: " if name else ""
    if isinstance(error, FileNotFoundError) and isinstance(error.filename, str) and Path(error.filename).is_symlink():
        return DocumentNotFound(f"{head}It is a link to a file that is not there.", reason="DOCUMENT_NOT_FOUND")
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return DocumentNotFound(f"{head}There is no such file. Check the path.", reason="DOCUMENT_NOT_FOUND")
    if isinstance(error, PermissionError):
        return PermissionDenied(
            f"{head}You may not read this file. Check its permissions.", reason="DOCUMENT_FORBIDDEN"
        )
    return DocumentNotFound(f"{head}The file cannot be read: {error.strerror or error}.", reason="DOCUMENT_NOT_FOUND")
