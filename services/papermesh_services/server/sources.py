"""From the source of a request (a path, bytes or text) to a document that has been read. Runs in a worker."""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING, Literal, Protocol

from papermesh_services.documents import Document, DocumentError, open_document, read, read_text
from papermesh_services.server.errors import RequestInvalid, ServiceError

if TYPE_CHECKING:
    from papermesh_services.server.worker import WorkerSettings

Source = Literal["file_path", "content", "text", "chunk"]


class DocumentRequest(Protocol):
    """The part every request for a document has in common."""

    file_path: str
    content: bytes
    text: str
    filename: str

    def WhichOneof(self, oneof_group: Literal["source"], /) -> Source | None:  # noqa: N802  protobuf's own name
        """Names the source that is set."""


def read_document(request: DocumentRequest, settings: WorkerSettings, content: bytes | None = None) -> Document:
    """Reads the document of a request, below the document roots and within the limits.

    content: the bytes of the document, where they came in pieces and not in the request. Raises RequestInvalid where
    no source is set, and DocumentUnread, which names the field, for what is wrong with the document itself.
    """
    source: Source | None = request.WhichOneof("source") if content is None else "chunk"
    if source is None:
        raise RequestInvalid("source", "Give the document as one of file_path, content or text.", "SOURCE_MISSING")
    filename = PurePath(request.filename).name
    try:
        if content is not None:
            return read(content, filename, settings.limits)
        if source == "text":
            return read_text(request.text, filename, settings.limits)
        if source == "content":
            return read(request.content, filename, settings.limits)
        data, name = open_document(request.file_path, settings.document_roots, settings.limits)
        return read(data, filename or name, settings.limits)
    except DocumentError as error:
        raise DocumentUnread(error, source) from error


class DocumentUnread(ServiceError):
    """A document that could not be read, with the field of the request it came in."""

    def __init__(self, error: DocumentError, field: Source) -> None:
        super().__init__(error.reason, error.message, field=field, metadata=error.metadata)
