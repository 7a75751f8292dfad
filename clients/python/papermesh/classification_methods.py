"""The RPCs of the classification service as methods of the client."""

from __future__ import annotations

from typing import TYPE_CHECKING, Unpack

from papermesh import rpcs
from papermesh.batches import gathered, outcomes
from papermesh.classification.v1 import classification_pb2 as pb
from papermesh.documents import Document, DocumentArguments, LocalPath, document_of, source_fields
from papermesh.session import Session

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable

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
        request = pb.ClassifyDocumentRequest(
            **await source_fields(document_of(path, document)),
            options=_options(max_keywords, max_scores, categories),
        )
        return await self._call(rpcs.CLASSIFY_DOCUMENT, request, timeout)

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
        of each call. The options are those of classify. Raises OSError for a local file that cannot be read.
        """
        options = _options(max_keywords, max_scores, categories)
        results: list[pb.ClassifyDocumentResponse | PapermeshError] = []

        async def requests() -> AsyncIterator[pb.ClassifyDocumentRequest]:
            for document in documents:
                fields = await source_fields(document_of(document, {}))
                yield pb.ClassifyDocumentRequest(**fields, options=options)

        async for batch in gathered(requests()):
            request = pb.BatchClassifyDocumentRequest(batch_requests=batch)
            response = await self._call(rpcs.BATCH_CLASSIFY_DOCUMENT, request, timeout)
            results += outcomes(response.results)
        return results

    async def extract(
        self,
        path: Document | LocalPath | None = None,
        *,
        timeout: float | None = None,
        **document: Unpack[DocumentArguments],
    ) -> pb.ExtractTextResponse:
        """Reads the text of a document, with its pages, its language and what the file says of itself."""
        request = pb.ExtractTextRequest(**await source_fields(document_of(path, document)))
        return await self._call(rpcs.EXTRACT_TEXT, request, timeout)

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
        for document, category in documents:
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


def _options(max_keywords: int, max_scores: int, categories: Iterable[str]) -> pb.ClassificationOptions:
    return pb.ClassificationOptions(
        max_keywords=max_keywords, max_scores=max_scores, candidate_categories=tuple(categories)
    )
