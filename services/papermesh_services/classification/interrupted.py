"""What is answered of a document whose reading was ended: the pages there were until then. Runs in the server.

The pages come from a process that was ended, perhaps because its document had taken it over: they are text and nothing
more, and are only put one behind the other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from papermesh.classification.v1 import classification_pb2 as pb
from papermesh_services.classification.parts import end_of, head_of, parts_of

if TYPE_CHECKING:
    from papermesh_services.server.workers import Interrupted

READER: Final = "interrupted"
"""Stands for the reader, which did not live to tell its name."""
SEPARATOR: Final = "\n\n"
_STATUSES: Final = {
    "PROCESSING_TIMEOUT": pb.EXTRACTION_STATUS_PARTIAL_TIMEOUT,
    "WORKER_CRASHED": pb.EXTRACTION_STATUS_WORKER_CRASHED,
}


def text_until_then(request_id: str, error: Interrupted) -> pb.ExtractTextResponse:
    """The text of the pages, and why there are no more. Raises the error itself where they have no text."""
    parts: list[str] = []
    pages: list[pb.Page] = []
    at = 0
    for number, data in enumerate(error.pages, start=1):
        page = data.decode("utf-8", "replace")
        start = at + len(SEPARATOR) if page and parts else at
        if page:
            parts.append(page)
        at = start + len(page)
        pages.append(pb.Page(number=number, start=start, end=at))
    if not parts:
        raise error
    return pb.ExtractTextResponse(
        request_id=request_id,
        text_content=SEPARATOR.join(parts),
        text_length=at,
        extraction_method=READER,
        pages=pages,
        language="und",
        metadata=pb.DocumentMetadata(page_count=len(pages)),
        status=_STATUSES[error.reason],
        status_detail=f"{error.message} The text is that of the first {len(pages)} pages.",
    )


def parts_until_then(request_id: str, error: Interrupted) -> list[pb.ExtractTextStreamResponse]:
    """The same in parts. Raises likewise."""
    answer = text_until_then(request_id, error)
    return [head_of(answer), *parts_of(answer), end_of(answer)]
