"""Reads PPTX: the slides in the order of the presentation, each a page, with its notes and comments at its end.

What speakers have written for themselves under a slide is a comment here: the audience never sees it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from papermesh_services.documents import language
from papermesh_services.documents.builder import TextBuilder
from papermesh_services.documents.cells import CellBudget
from papermesh_services.documents.diagrams import diagram
from papermesh_services.documents.errors import IN_PARTS, DocumentTooLarge
from papermesh_services.documents.inline import draft, joined
from papermesh_services.documents.model import Attachment, BlockKind, Document, Format, Metadata
from papermesh_services.documents.opc import Package
from papermesh_services.documents.pptx_slide import Scene, Slide
from papermesh_services.documents.progress import Progress
from papermesh_services.documents.remarks import Remarks
from papermesh_services.documents.tally import Tally

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from papermesh_services.documents.builder import Draft
    from papermesh_services.documents.limits import Limits
    from papermesh_services.documents.opc import Relation
    from papermesh_services.documents.watch import Watch

READER = "pptx"
HIDDEN = "This slide is hidden: it is not shown when the presentation is."


def read(data: bytes, limits: Limits, watch: Watch) -> Document:
    """The document in these bytes."""
    with Package(data, limits, watch) as package:
        return _Reader(package, limits, watch).document()


def too_many_slides(limits: Limits) -> DocumentTooLarge:
    """The error for a presentation of too many slides."""
    return DocumentTooLarge(
        f"The presentation has more than {limits.max_pages:,} slides, the most that are read. {IN_PARTS}",
        limit="max_pages",
        value=str(limits.max_pages),
    )


def with_new_footers(drafts: Iterable[Draft], known: set[str]) -> Iterator[Draft]:
    """The blocks of a slide without the footers that earlier slides had; new ones are known from then on."""
    for made in drafts:
        if made.kind is BlockKind.FOOTER:
            if made.text.strip() in known:
                continue
            known.add(made.text.strip())
        yield made


class _Reader:
    def __init__(self, package: Package, limits: Limits, watch: Watch) -> None:
        self._package = package
        self._limits = limits
        self._watch = watch
        self._main = package.main("ppt/presentation.xml")
        self._builder = TextBuilder(limits)
        self._budget = CellBudget(limits)
        self._progress = Progress(watch)
        self._found = Tally()
        self._facts = (Metadata(), "")
        self._notes: dict[int, str] = {}
        self._footers: set[str] = set()
        self._attachments: list[Attachment] = []

    def document(self) -> Document:
        """The document, as far as it can be read."""
        self._progress.step(self._read_facts)
        slides: list[str] = []
        self._progress.step(lambda: slides.extend(self._slides()))
        for number, part in enumerate(slides, start=1):
            self._progress.step(lambda number=number, part=part: self._read_slide(number, part))  # type: ignore[misc]
        self._progress.raise_if_empty(self._builder.length)
        metadata, declared = self._facts
        made = self._builder.document(
            Format.PPTX,
            READER,
            metadata,
            language.normalize_tag(declared) or self._found.language(),
            traits=self._found.traits_with(self._attachments, signed=self._package.signed),
            status=self._progress.status,
            note=self._progress.note,
        )
        return replace(made, pages=tuple(replace(page, note=self._notes.get(page.number, "")) for page in made.pages))

    def _read_facts(self) -> None:
        self._facts = self._package.properties()

    def _slides(self) -> list[str]:
        """The parts of the slides in their order, each once."""
        order = _Order()
        self._package.parse(self._main, order)
        relations = self._package.relations(self._main)
        named = (relations[name].target for name in order.slides if name in relations)
        return list(dict.fromkeys(part for part in named if self._package.archive.find(part)))

    def _read_slide(self, number: int, part: str) -> None:
        if number > self._limits.max_pages:
            raise too_many_slides(self._limits)
        self._builder.start_page()
        start = self._builder.length
        relations = self._package.relations(part)
        slide = Slide(self._scene(relations))
        try:
            self._package.parse(part, slide)
        finally:
            if slide.hidden:
                self._notes[number] = HIDDEN
            self._builder.extend(with_new_footers(slide.drafts(), self._footers))
            self._watch.on_page(self._builder.text_from(start))
        self._attachments.extend(self._package.attachments(part))
        for relation in relations.values():
            if not relation.external and relation.kind in ("notesSlide", "comments"):
                self._add_remarks(relation)

    def _scene(self, relations: dict[str, Relation]) -> Scene:
        return Scene(
            found=self._found,
            budget=self._budget,
            targets={name: one.target for name, one in relations.items() if one.external},
            drawn=lambda name: diagram(self._package, relations.get(name), self._budget),
        )

    def _add_remarks(self, relation: Relation) -> None:
        """Adds the notes of the speaker as one block, or each comment as one."""
        if relation.kind == "notesSlide":
            notes = Slide(self._scene(self._package.relations(relation.target)), notes=True)
            self._package.parse(relation.target, notes)
            self._builder.add(draft(BlockKind.COMMENT, joined(notes.drafts(), "\n")))
            return
        comments = Remarks()
        self._package.parse(relation.target, comments)
        self._found.comments += len(comments.found)
        self._builder.extend(comments.drafts())


class _Order:
    """Collects the ids of the slides of a presentation."""

    def __init__(self) -> None:
        self.slides: list[str] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "sldId":
            self.slides.append(attributes.get("r:id", ""))

    def data(self, text: str) -> None:
        pass

    def end(self, name: str) -> None:
        pass
