"""The RPCs of the classification service as methods of the client."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Unpack

from papermesh import rpcs
from papermesh.arguments import several
from papermesh.batches import answered, outcomes
from papermesh.classification.v1 import classification_pb2 as pb
from papermesh.documents import (
    Document,
    DocumentArguments,
    LocalPath,
    document_of,
    in_pieces,
    source_fields,
    streamed_size,
)
from papermesh.extraction import Extraction, answer_of
from papermesh.session import Session

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Iterable

    from papermesh.documents import SourceFields
    from papermesh.errors import PapermeshError


class ClassificationMethods(Session):
    """The calls that say what kind of document it is."""

    async def classify(
        self,
        path: Document | LocalPath | None = None,
        *,
        max_keywords: int = 0,
        max_scores: int = 0,
        categories: Iterable[str] = (),
        timeout: float | None = None,
        **document: Unpack[DocumentArguments],
    ) -> pb.ClassifyDocumentResponse:
        """Says what kind of document this is, with a confidence of 0..1 and the words that decided it.

        The document is the local file path, or one of file_path, content and text, as Document has them.
        max_keywords: the most keywords, 10 for 0. max_scores: the most scores, all of them for 0.
        categories: the only ones to choose from; none means all of them.
        timeout: seconds the call may take, the client's own timeout if None.
        """
        rpc, pieces = rpcs.CLASSIFY_DOCUMENT, rpcs.CLASSIFY_DOCUMENT_STREAM
        options = _options(max_keywords, max_scores, categories)
        return await self._about(rpc, pieces, document_of(path, document, self.classify), timeout, options=options)

    async def classify_batch(
        self,
        documents: Iterable[Document | LocalPath],
        *,
        max_keywords: int = 0,
        max_scores: int = 0,
        categories: Iterable[str] = (),
        timeout: float | None = None,
    ) -> list[pb.ClassifyDocumentResponse | PapermeshError]:
        """Classifies many documents; result i is that of document i, an exception (not raised) if it failed.

        Long batches are sent as several calls, one after the other, local files read as they come; timeout is that
        of each call. The options are those of classify.
        """
        options = _options(max_keywords, max_scores, categories)

        def request_of(fields: SourceFields) -> pb.ClassifyDocumentRequest:
            return pb.ClassifyDocumentRequest(**fields, options=options)

        async def sent(batch: list[pb.ClassifyDocumentRequest]) -> list[pb.ClassifyDocumentResponse | PapermeshError]:
            request = pb.BatchClassifyDocumentRequest(batch_requests=batch)
            return outcomes((await self._call(rpcs.BATCH_CLASSIFY_DOCUMENT, request, timeout)).results)

        return await answered(documents, request_of, sent)

    async def extract(
        self,
        path: Document | LocalPath | None = None,
        *,
        blocks: bool = False,
        traits: bool = False,
        page_facts: bool = False,
        timeout: float | None = None,
        **document: Unpack[DocumentArguments],
    ) -> pb.ExtractTextResponse:
        """Reads the text of a document, with its pages, its language and what the file says of itself.

        The document is the local file path, or one of file_path, content and text, as Document has them.
        blocks: also the headings, paragraphs, tables and so on that the text is built of, as spans of it.
        traits: also what was found on the way: links, attachments, forms, signatures and so on.
        page_facts: also what was measured on each page. timeout: seconds the call may take.
        """
        given = document_of(path, document, self.extract)
        options = _extraction(blocks=blocks, traits=traits, page_facts=page_facts)
        if await streamed_size(given):
            return await answer_of(self._extracted(given, options, timeout))
        request = pb.ExtractTextRequest(**await source_fields(given), options=options)
        return await self._call(rpcs.EXTRACT_TEXT, request, timeout)

    def extract_pages(
        self,
        path: Document | LocalPath | None = None,
        *,
        blocks: bool = False,
        traits: bool = False,
        page_facts: bool = False,
        timeout: float | None = None,
        **document: Unpack[DocumentArguments],
    ) -> Extraction:
        """Reads the same bit by bit, so that neither side holds a long text as one. The arguments are those of extract.

            async for part in client.extract_pages("report.pdf"):
                print(part.page.number, part.text)

        The parts are TextPart messages, in order: one for each page, several for a page of over 65,536 characters,
        and such stretches of a text without pages. timeout: seconds in all, those between two parts included.
        """
        given = document_of(path, document, self.extract_pages)
        options = _extraction(blocks=blocks, traits=traits, page_facts=page_facts)
        return Extraction(self._extracted(given, options, timeout))

    async def _extracted(
        self, document: Document, options: pb.ExtractTextOptions, timeout: float | None
    ) -> AsyncGenerator[pb.ExtractTextStreamResponse, None]:
        """What is answered bit by bit."""
        size, seconds = await streamed_size(document), self._seconds(timeout)
        if size:
            messages = in_pieces(document, size, pb.ExtractTextStreamRequest, options=options)
            answers = self._caller.stream(rpcs.EXTRACT_TEXT_STREAM, messages, timeout=seconds)
        else:
            request = pb.ExtractTextRequest(**await source_fields(document), options=options)
            answers = self._caller.stream(rpcs.EXTRACT_PAGES, _only(request), timeout=seconds)
        async with contextlib.aclosing(answers):
            async for answer in answers:
                yield answer

    async def categories(self, *, timeout: float | None = None) -> pb.GetCategoriesResponse:
        """Lists the categories the model in use can answer with, in alphabetical order."""
        return await self._call(rpcs.GET_CATEGORIES, pb.GetCategoriesRequest(), timeout)

    async def update_model(
        self,
        documents: Iterable[tuple[Document | LocalPath, str]],
        *,
        request_id: str = "",
        timeout: float | None = None,
    ) -> pb.UpdateModelResponse:
        """Trains a new model from pairs of a document and its category, and puts it in use if it is good enough."""
        request = pb.UpdateModelRequest(request_id=request_id)
        for document, category in several("documents", documents):
            request.documents.append(await _labelled(document_of(document, {}), category))
        return await self._call(rpcs.UPDATE_MODEL, request, timeout)

    async def statistics(self, *, timeout: float | None = None) -> pb.GetStatisticsResponse:
        """Counts what the classification server has done since it started."""
        return await self._call(rpcs.GET_STATISTICS, pb.GetStatisticsRequest(), timeout)

    async def classification_info(self, *, timeout: float | None = None) -> pb.GetServerInfoResponse:
        """Says who the classification server is, what it can do, and its limits."""
        return await self._call(rpcs.GET_CLASSIFICATION_INFO, pb.GetServerInfoRequest(), timeout)


async def _labelled(document: Document, category: str) -> pb.LabelledDocument:
    labelled = pb.LabelledDocument(category=category)
    for name, value in (await source_fields(document)).items():
        if name != "request_id":
            setattr(labelled, name, value)
    return labelled


async def _only(request: pb.ExtractTextRequest) -> AsyncGenerator[pb.ExtractTextRequest, None]:
    yield request


def _extraction(*, blocks: bool, traits: bool, page_facts: bool) -> pb.ExtractTextOptions:
    """The options that ask for these beside the usual parts, which an answer has where none are named."""
    asked = {
        pb.EXTRACT_PART_BLOCKS: blocks,
        pb.EXTRACT_PART_TRAITS: traits,
        pb.EXTRACT_PART_PAGE_FACTS: page_facts,
    }
    more = [part for part, wanted in asked.items() if wanted]
    usual = [pb.EXTRACT_PART_TEXT, pb.EXTRACT_PART_PAGES, pb.EXTRACT_PART_METADATA]
    return pb.ExtractTextOptions(parts=[*usual, *more] if more else [])


def _options(max_keywords: int, max_scores: int, categories: Iterable[str]) -> pb.ClassificationOptions:
    return pb.ClassificationOptions(
        max_keywords=max_keywords, max_scores=max_scores, candidate_categories=tuple(several("categories", categories))
    )
