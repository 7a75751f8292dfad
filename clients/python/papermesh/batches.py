"""Many documents as few calls: gathers requests into batches that fit into one message, and reads their outcomes.

Batches are not atomic, so cutting a long one changes nothing for the caller but the size of what is held at once.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final, Literal, Protocol, TypeVar

from google.protobuf.message import Message

from papermesh.arguments import several
from papermesh.calling import MAX_MESSAGE_BYTES
from papermesh.documents import Document, document_of, source_fields, unreadable
from papermesh.statuses import error_from_status

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterable

    from google.rpc import status_pb2

    from papermesh.documents import LocalPath, SourceFields
    from papermesh.errors import PapermeshError

MAX_ITEMS: Final = 100
"""Documents sent as one call; servers take 1000 by default."""
MAX_BYTES: Final = MAX_MESSAGE_BYTES // 4
"""Bytes of documents sent as one call. A single document may be larger, and then goes alone."""

Item = TypeVar("Item", bound=Message)
Answer = TypeVar("Answer", bound=Message)
AnswerOf = TypeVar("AnswerOf", bound=Message, covariant=True)


class Result(Protocol[AnswerOf]):
    """An item of a batch response: either the response or the error is set."""

    def WhichOneof(self, oneof_group: Literal["outcome"], /) -> str | None:  # noqa: N802  protobuf's own name
        """Names the one that is set."""
        ...

    @property
    def response(self) -> AnswerOf:
        """What the single call would have answered."""
        ...

    @property
    def error(self) -> status_pb2.Status:
        """What the single call would have failed with."""
        ...


async def answered(
    documents: Iterable[Document | LocalPath],
    request_of: Callable[[SourceFields], Item],
    send: Callable[[list[Item]], Awaitable[list[Answer | PapermeshError]]],
) -> list[Answer | PapermeshError]:
    """The outcome of each document, in order: of those that can be read, what send gives for their requests."""
    unread: dict[int, PapermeshError] = {}

    async def requests() -> AsyncIterator[Item]:
        for number, document in enumerate(several("documents", documents)):
            try:
                fields = await source_fields(document_of(document, {}))
            except OSError as error:
                unread[number] = unreadable(error, name_of(document))
                unread[number].__cause__ = error
            else:
                yield request_of(fields)

    outcomes = [outcome async for batch in gathered(requests()) for outcome in await send(batch)]
    for number, error in unread.items():  # in ascending order, so that each gets its place
        outcomes.insert(number, error)
    return outcomes


async def gathered(items: AsyncIterator[Item]) -> AsyncIterator[list[Item]]:
    """The items in order, in lists that one message can carry."""
    batch: list[Item] = []
    size = 0
    async for item in items:
        item_size = item.ByteSize()
        if batch and (len(batch) == MAX_ITEMS or size + item_size > MAX_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(item)
        size += item_size
    if batch:
        yield batch


def outcomes(results: Iterable[Result[Answer]]) -> list[Answer | PapermeshError]:
    """What became of each item: the response, or the exception that the single call would have raised."""
    return [
        error_from_status(result.error) if result.WhichOneof("outcome") == "error" else result.response
        for result in results
    ]


def name_of(document: Document | LocalPath) -> str:
    """The path of a local file, as it was given."""
    return os.fsdecode(document.path or "" if isinstance(document, Document) else document)
