"""A text that comes bit by bit: as an iterator of its parts, and put together again. Knows nothing of channels."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from papermesh.classification.v1 import classification_pb2 as pb
from papermesh.errors import ServerError

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from types import TracebackType


class Extraction:
    """The parts of a text, in order, as an asynchronous iterator. The call is made when the first is asked for.

    head: what is known before the text: the reader, the language, the metadata; None until the first part is there.
    end: what is known after it: the status and the traits; None until all parts are there.

    Use it as a context where you may stop before the end, so that the call is ended then.
    """

    def __init__(self, messages: AsyncGenerator[pb.ExtractTextStreamResponse, None]) -> None:
        self._messages = messages
        self.head: pb.ExtractionHead | None = None
        self.end: pb.ExtractionEnd | None = None

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> pb.TextPart:
        async for message in self._messages:
            kind = message.WhichOneof("kind")
            if kind == "part":
                return message.part
            if kind == "head":
                self.head = message.head
            elif kind == "end":
                self.end = message.end
        if self.end is None:
            raise ServerError("The answer broke off before its end; the text is not complete.", reason="ANSWER_CUT")
        raise StopAsyncIteration

    async def aclose(self) -> None:
        """Ends the call, if it is still under way."""
        await self._messages.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()


async def answer_of(messages: AsyncGenerator[pb.ExtractTextStreamResponse, None]) -> pb.ExtractTextResponse:
    """The one answer that the messages are the parts of."""
    answer, texts = pb.ExtractTextResponse(), list[str]()
    async with Extraction(messages) as parts:
        async for part in parts:
            texts.append(part.text)
            _add(answer, part)
        head, end = parts.head or pb.ExtractionHead(), parts.end or pb.ExtractionEnd()
    answer.text_content = "".join(texts)
    answer.request_id, answer.language = head.request_id, head.language
    answer.extraction_method = head.extraction_method
    if head.HasField("metadata"):
        answer.metadata.CopyFrom(head.metadata)
    answer.text_length, answer.processing_time = end.text_length, end.processing_time
    answer.status, answer.status_detail = end.status, end.status_detail
    if end.HasField("traits"):
        answer.traits.MergeFrom(end.traits)
        answer.traits.SetInParent()  # asked for, if perhaps empty
    return answer


def _add(answer: pb.ExtractTextResponse, part: pb.TextPart) -> None:
    if part.HasField("page") and (not answer.pages or answer.pages[-1].number != part.page.number):
        answer.pages.append(part.page)
    for block in part.blocks:
        if block.continued:
            answer.blocks[-1].cells.extend(block.cells)
        else:
            answer.blocks.append(block)
    if part.links:
        answer.traits.links.extend(part.links)
