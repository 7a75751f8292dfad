"""Reads old PowerPoint files (PPT): the slides in their order, each a page, with its notes and comments at its end."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from papermesh_services.documents.builder import Draft, TextBuilder
from papermesh_services.documents.cells import CellBudget
from papermesh_services.documents.found import Found
from papermesh_services.documents.inline import draft
from papermesh_services.documents.model import BlockKind, Document, Format
from papermesh_services.documents.office_art import records
from papermesh_services.documents.ole_facts import metadata_of
from papermesh_services.documents.ole_stream import Container
from papermesh_services.documents.ppt_file import PptFile
from papermesh_services.documents.ppt_slide import Scene, Slide
from papermesh_services.documents.pptx import HIDDEN, too_many_slides, with_new_footers
from papermesh_services.documents.progress import Progress

if TYPE_CHECKING:
    from collections.abc import Iterator

    from papermesh_services.documents.limits import Limits
    from papermesh_services.documents.office_art import Record
    from papermesh_services.documents.ppt_file import Entry
    from papermesh_services.documents.watch import Watch

READER = "ppt"

_FACTS, _SHOW, _TAGS, _TAG, _TAG_DATA, _COMMENT, _STRING = 0x03EF, 0x03F9, 0x1388, 0x138A, 0x138B, 0x2EE0, 0x0FBA
_NOTES_AT: Final = 16
_SHOW_FLAGS_AT, _NOT_SHOWN = 10, 0x04
_COMMENT_TEXT: Final = 1


def read(data: bytes, limits: Limits, watch: Watch) -> Document:
    """The document in these bytes."""
    container = Container(data)
    return _Reader(PptFile(data, container), limits, watch).document(data, container)


class _Reader:
    """Reads the slides of a file into one document."""

    def __init__(self, file: PptFile, limits: Limits, watch: Watch) -> None:
        self._file = file
        self._limits = limits
        self._watch = watch
        self._builder = TextBuilder(limits)
        self._progress = Progress(watch)
        self._found = Found()
        self._scene = Scene(self._found, CellBudget(limits), file.links, watch)
        self._hidden: set[int] = set()
        self._footers: set[str] = set()

    def document(self, data: bytes, container: Container) -> Document:
        """The document, as far as it can be read."""
        for number, entry in enumerate(self._file.slides, start=1):
            self._progress.step(lambda number=number, entry=entry: self._read_slide(number, entry))  # type: ignore[misc]
        self._progress.raise_if_empty(self._builder.length)
        metadata, traits = metadata_of(data, container), self._found.traits()
        status, note = self._progress.status, self._progress.note
        made = self._builder.document(Format.PPT, READER, metadata, traits=traits, status=status, note=note)
        pages = (replace(page, note=HIDDEN if page.number in self._hidden else "") for page in made.pages)
        return replace(made, pages=tuple(pages))

    def _read_slide(self, number: int, entry: Entry) -> None:
        if number > self._limits.max_pages:
            raise too_many_slides(self._limits)
        self._builder.start_page()
        start = self._builder.length
        if entry.record is None:
            return
        slide = Slide(self._scene, entry.record, entry.texts)
        self._builder.extend(with_new_footers(slide.drafts(), self._footers))
        self._watch.on_page(self._builder.text_from(start))
        if _is_hidden(entry.record):
            self._hidden.add(number)
        notes = self._file.notes.get(_notes_of(entry.record))
        if notes is not None and notes.record is not None:
            passage = Slide(self._scene, notes.record, notes.texts).notes()
            self._builder.add(draft(BlockKind.COMMENT, passage))
        for comment in _comments(entry.record):
            self._found.comments += 1
            self._builder.add(comment)


def _notes_of(slide: Record) -> int:
    """The number of the page of notes under a slide."""
    return next((part.number(_NOTES_AT) for part in records(slide.body) if part.kind == _FACTS), 0)


def _is_hidden(slide: Record) -> bool:
    show = next((part.body for part in records(slide.body) if part.kind == _SHOW), b"")
    return len(show) > _SHOW_FLAGS_AT and bool(show[_SHOW_FLAGS_AT] & _NOT_SHOWN)


def _comments(slide: Record) -> Iterator[Draft]:
    tags = (tag for part in records(slide.body) if part.kind == _TAGS for tag in records(part.body))
    data = (one for tag in tags if tag.kind == _TAG for one in records(tag.body) if one.kind == _TAG_DATA)
    for comment in (one for part in data for one in records(part.body) if one.kind == _COMMENT):
        for said in records(comment.body):
            if said.kind == _STRING and said.instance == _COMMENT_TEXT:
                yield Draft(BlockKind.COMMENT, said.text())
