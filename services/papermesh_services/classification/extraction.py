"""A document that has been read, as ExtractText answers it: exactly the parts that were asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from papermesh.classification.v1 import classification_pb2 as pb
from papermesh_services.classification import cells
from papermesh_services.documents import BlockKind, Status
from papermesh_services.server.errors import RequestInvalid

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Set

    from papermesh_services.documents import Block, Document, Page, Traits

USUAL: Final = frozenset({pb.EXTRACT_PART_TEXT, pb.EXTRACT_PART_PAGES, pb.EXTRACT_PART_METADATA})
"""The parts that are answered where the caller names none."""
STATUSES: Final = {
    Status.OK: pb.EXTRACTION_STATUS_OK,
    Status.PARTIAL_TIMEOUT: pb.EXTRACTION_STATUS_PARTIAL_TIMEOUT,
    Status.PARTIAL_LIMIT: pb.EXTRACTION_STATUS_PARTIAL_LIMIT,
    Status.CORRUPT: pb.EXTRACTION_STATUS_CORRUPT,
}
"""Whether all of a document was read, as the contract says it."""
_KINDS: Final = {kind: f"BLOCK_KIND_{kind.name}" for kind in BlockKind}
"""The kinds by the names that the contract has for them, which a message takes too."""


def wanted_parts(options: pb.ExtractTextOptions) -> frozenset[int]:
    """The parts that options ask for. Raises RequestInvalid for one that is unknown."""
    for part in options.parts:
        if part not in pb.ExtractPart.values() or part == pb.EXTRACT_PART_UNSPECIFIED:
            raise RequestInvalid("options.parts", f"{part} is no part of an answer that this server knows.")
    return frozenset(options.parts) or USUAL


def answer(document: Document, request_id: str, parts: Set[int]) -> pb.ExtractTextResponse:
    """These parts of a document."""
    measured = pb.EXTRACT_PART_PAGE_FACTS in parts
    made = pb.ExtractTextResponse(
        request_id=request_id,
        text_content=document.text if pb.EXTRACT_PART_TEXT in parts else "",
        text_length=len(document.text),
        extraction_method=document.reader,
        pages=_pages(document, measured=measured) if measured or pb.EXTRACT_PART_PAGES in parts else (),
        language=document.language,
        metadata=metadata_of(document) if pb.EXTRACT_PART_METADATA in parts else None,
        status=STATUSES[document.status],
        status_detail=document.note,
        traits=_traits(document.traits) if pb.EXTRACT_PART_TRAITS in parts else None,
    )
    if pb.EXTRACT_PART_BLOCKS in parts:
        _add_blocks(made, document.blocks)
    return made


def metadata_of(document: Document) -> pb.DocumentMetadata:
    """What the file says of itself."""
    metadata = document.metadata
    return pb.DocumentMetadata(
        format=document.format.value,
        title=metadata.title,
        author=metadata.author,
        created=metadata.created,
        modified=metadata.modified,
        producer=metadata.producer,
        encoding=metadata.encoding,
        page_count=len(document.pages),
        size_bytes=metadata.size_bytes,
    )


def _pages(document: Document, *, measured: bool) -> Iterator[pb.Page]:
    for page in document.pages:
        facts = _facts(page) if measured else None
        yield pb.Page(number=page.number, start=page.span.start, end=page.span.end, facts=facts)


def _facts(page: Page) -> pb.PageFacts:
    return pb.PageFacts(
        text_coverage=page.text_coverage,
        image_coverage=page.image_coverage,
        garble=page.garble,
        recognised=page.recognised,
        note=page.note,
    )


def _add_blocks(made: pb.ExtractTextResponse, blocks: Iterable[Block]) -> None:
    for block in blocks:
        added = made.blocks.add(
            kind=_KINDS[block.kind],
            start=block.span.start,
            end=block.span.end,
            level=block.level,
            page=block.page,
        )
        if block.cells:
            added.MergeFromString(cells.written(block.cells))


def _traits(traits: Traits) -> pb.DocumentTraits:
    links = sorted(traits.links, key=lambda link: link.span.start)
    return pb.DocumentTraits(
        encrypted=traits.encrypted,
        signed=traits.signed,
        forms=traits.forms,
        tracked_changes=traits.tracked_changes,
        hidden_text=traits.hidden_text,
        comments=traits.comments,
        images=traits.images,
        images_without_alternative=traits.images_without_alternative,
        **({} if traits.tagged is None else {"tagged": traits.tagged}),
        attachments=[
            pb.Attachment(name=each.name, media_type=each.media_type, size_bytes=each.size_bytes)
            for each in traits.attachments
        ],
        links=[pb.Link(target=link.target, start=link.span.start, end=link.span.end) for link in links],
    )
