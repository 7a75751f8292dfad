"""Reads old Word files (DOC): the body, then footnotes and endnotes, comments, headers and footers.

Those of Word 97 to 2003 with what their styles make of them; those of Word 6 and 95 as plain text.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final

from papermesh_services.documents import symbols
from papermesh_services.documents.builder import Draft, TextBuilder
from papermesh_services.documents.codelines import CodeLines
from papermesh_services.documents.doc_body import Story, Surroundings
from papermesh_services.documents.doc_file import DocFile, numbers
from papermesh_services.documents.doc_looks import Looks
from papermesh_services.documents.doc_pieces import Pieces
from papermesh_services.documents.doc_styles import fonts, roles
from papermesh_services.documents.errors import DocumentCorrupt
from papermesh_services.documents.found import Found
from papermesh_services.documents.inline import draft, joined
from papermesh_services.documents.model import BlockKind, Document, Format
from papermesh_services.documents.ole_facts import metadata_of
from papermesh_services.documents.ole_stream import Container
from papermesh_services.documents.progress import Progress

if TYPE_CHECKING:
    from collections.abc import Iterator

    from papermesh_services.documents.limits import Limits
    from papermesh_services.documents.watch import Watch

READER = "doc"

_FOOTNOTES, _COMMENTS, _HEADERS, _ENDNOTES = 3, 5, 11, 47
"""The tables that part the stories of those, by their places in FibRgFcLcb97."""
_SEPARATORS: Final = 6
"""Stories of headers that hold the lines above notes, before those of the sections come, six for each."""
_ON_TOP: Final = (0, 1, 4)
_LOST: Final = "Some of the Word document's text is lost: its file has nothing where that should be. Get it anew."


def read(data: bytes, limits: Limits, watch: Watch) -> Document:
    """The document in these bytes."""
    container = Container(data)
    reader = _Reader(DocFile(data, container), limits, watch)
    return reader.document(data, container)


class _Reader:
    """Reads the stories of a file into one document."""

    def __init__(self, file: DocFile, limits: Limits, watch: Watch) -> None:
        self._file = file
        self._watch = watch
        self._builder = TextBuilder(limits)
        self._found = Found()
        self._progress = Progress(watch)
        self._seen: set[str] = set()

    def document(self, data: bytes, container: Container) -> Document:
        """The document."""
        if self._file.modern:
            self._progress.step(self._modern)
        else:
            self._progress.step(self._old)
        self._progress.raise_if_empty(self._builder.length)
        metadata, traits = metadata_of(data, container), self._found.traits()
        status, note = self._progress.status, self._progress.note
        return self._builder.document(Format.DOC, READER, metadata, traits=traits, status=status, note=note)

    def _modern(self) -> None:
        file, watch = self._file, self._watch
        named = fonts(file)
        signs = frozenset(number for number, name in enumerate(named) if symbols.is_known(name))
        looks = Looks(file, signs, watch)
        pieces = Pieces(file)
        around = Surroundings(pieces, looks, roles(file), named, file.data, self._found, watch)
        code = CodeLines(self._builder.add)
        for one in Story(around).drafts(file.stories.main):
            code.add(one)
        code.close()
        for one in Story(around).drafts(file.stories.boxes):
            self._builder.add(one)
        notes = ((_FOOTNOTES, file.stories.footnotes), (_ENDNOTES, file.stories.endnotes))
        for table, story in notes:
            self._notes(around, BlockKind.FOOTNOTE, _parts(file, table, story))
        self._notes(around, BlockKind.COMMENT, _parts(file, _COMMENTS, file.stories.comments))
        self._heads(around)
        if pieces.lost:
            raise DocumentCorrupt(_LOST)

    def _notes(self, around: Surroundings, kind: BlockKind, parts: Iterator[range]) -> None:
        for part in parts:
            passage = joined(Story(around).drafts(part), "\n")
            if passage.text.strip():
                self._found.comments += kind is BlockKind.COMMENT
                self._builder.add(draft(kind, passage))

    def _heads(self, around: Surroundings) -> None:
        """Headers and footers, each text of those once."""
        for index, part in enumerate(_parts(self._file, _HEADERS, self._file.stories.headers)):
            kind = BlockKind.HEADER if (index - _SEPARATORS) % 6 in _ON_TOP else BlockKind.FOOTER
            passage = joined(Story(around).drafts(part), "\n")
            text = " ".join(passage.text.split())
            if index < _SEPARATORS or text in self._seen or not any(map(str.isalpha, text)):
                continue  # a page number alone says nothing
            self._seen.add(text)
            self._builder.add(draft(kind, passage))

    def _old(self) -> None:
        """The text of a file of Word 6 or 95, whose looks are not read."""
        text = self._file.stream[self._file.plain].decode(self._file.page, "replace")
        for paragraph in text.replace("\x07", "\t").replace("\x0c", "\r").split("\r"):
            self._watch.check()
            self._builder.add(Draft(BlockKind.PARAGRAPH, paragraph))


def _parts(file: DocFile, table: int, story: range) -> Iterator[range]:
    """The parts of a story, by the table of where they begin. The last two bounds are the end of the story."""
    bounds = numbers(file.table(table), len(story) + 2)
    for start, stop in pairwise(bounds):
        if start < stop <= len(story):
            yield range(story.start + start, story.start + stop)
        else:
            yield range(0)
