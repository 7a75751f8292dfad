"""From the source of a request (bytes, text, or what is delivered beside it) to a document that has been read.

Runs in a worker, which cannot open a path: that the server has done, see server.paths.
"""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING, Literal, Protocol

from papermesh_services.documents import Document, DocumentError, Status, read, read_text
from papermesh_services.server.errors import RequestInvalid, ServiceError

if TYPE_CHECKING:
    from papermesh_services.server.messages import Source
    from papermesh_services.server.worker import Delivery, WorkerSettings


class DocumentRequest(Protocol):
    """The part every request for a document has in common."""

    file_path: str
    content: bytes
    text: str
    filename: str

    def WhichOneof(self, oneof_group: Literal["source"], /) -> Source | None:  # noqa: N802  protobuf's own name
        """Names the source that is set."""


def read_document(request: DocumentRequest, settings: WorkerSettings, delivery: Delivery) -> Document:
    """Reads the document of a request, or the one delivered beside it, within the limits.

    Raises RequestInvalid where there is none, and DocumentUnread, which names the field, for what is wrong with the
    document itself.
    """
    filename = PurePath(request.filename).name
    source: Source | None = delivery.source or request.WhichOneof("source")
    if source is None:
        raise RequestInvalid("source", "Give the document as one of file_path, content or text.", "SOURCE_MISSING")
    try:
        if source == "text":
            return read_text(request.text, filename, settings.limits, delivery.watch)
        data = request.content if delivery.content is None else delivery.content
        return read(data, filename, settings.limits, delivery.watch, delivery.recogniser, delivery.sharers)
    except DocumentError as error:
        raise DocumentUnread(error, source) from error


def is_partial(document: Document) -> bool:
    """Whether only a part of the document was read."""
    return document.status != Status.OK


class DocumentUnread(ServiceError):
    """A document that could not be read, with the field of the request it came in."""

    def __init__(self, error: DocumentError, field: Source) -> None:
        super().__init__(error.reason, error.message, field=field, metadata=error.metadata)
