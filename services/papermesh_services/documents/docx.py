"""Reads DOCX: finds the parts of the package, and puts body, notes, comments, headers and footers together.

The body comes first, then footnotes and endnotes, comments, headers and footers, each text of those once.
"""

from __future__ import annotations

import posixpath
from dataclasses import replace
from typing import TYPE_CHECKING

from papermesh_services.documents import language
from papermesh_services.documents.builder import TextBuilder
from papermesh_services.documents.cells import CellBudget
from papermesh_services.documents.codelines import CodeLines
from papermesh_services.documents.diagrams import diagram
from papermesh_services.documents.docx_body import Body, Surroundings
from papermesh_services.documents.docx_styles import StyleReader, Styles
from papermesh_services.documents.inline import draft, joined
from papermesh_services.documents.model import BlockKind, Document, Format, Metadata
from papermesh_services.documents.opc import Package
from papermesh_services.documents.progress import Progress
from papermesh_services.documents.tally import Tally

if TYPE_CHECKING:
    from collections.abc import Callable

    from papermesh_services.documents.builder import Draft
    from papermesh_services.documents.limits import Limits
    from papermesh_services.documents.watch import Watch

READER = "docx"

_NOTES = ("footnote", "endnote", "comment")
_PARTS = {
    "footnotes": BlockKind.FOOTNOTE,
    "endnotes": BlockKind.FOOTNOTE,
    "comments": BlockKind.COMMENT,
    "header": BlockKind.HEADER,
    "footer": BlockKind.FOOTER,
}
_MOST_PARTS = 1_000


def read(data: bytes, limits: Limits, watch: Watch) -> Document:
    """The document in these bytes."""
    with Package(data, limits, watch) as package:
        return _Reader(package, limits, watch).document()


class _Reader:
    def __init__(self, package: Package, limits: Limits, watch: Watch) -> None:
        self._package = package
        self._watch = watch
        self._main = package.main("word/document.xml")
        self._builder = TextBuilder(limits)
        self._budget = CellBudget(limits)
        self._progress = Progress(watch)
        self._found = Tally()
        self._styles = Styles({})
        self._facts = (Metadata(), "")
        self._seen: set[str] = set()

    def document(self) -> Document:
        """The document, as far as it can be read."""
        self._progress.step(self._read_facts)
        self._progress.step(self._read_styles)
        self._progress.step(lambda: self._read_part(self._main, None))
        for part, kind in self._side_parts():
            self._progress.step(lambda part=part, kind=kind: self._read_part(part, kind))  # type: ignore[misc]
        return self._made()

    def _made(self) -> Document:
        self._progress.raise_if_empty(self._builder.length)
        metadata, declared = self._facts
        named = language.normalize_tag(declared) or self._found.language()
        made = self._builder.document(
            Format.DOCX,
            READER,
            metadata,
            named,
            traits=self._found.traits_with(self._package.attachments(self._main), signed=self._package.signed),
            status=self._progress.status,
            note=self._progress.note,
        )
        return replace(made, language=self._usual_language()) if made.language == language.UNDETERMINED else made

    def _usual_language(self) -> str:
        """That of the styles, which is often only that of the program: better than none."""
        return language.normalize_tag(self._styles.language) or language.UNDETERMINED

    def _read_facts(self) -> None:
        self._facts = self._package.properties()

    def _read_styles(self) -> None:
        reader = StyleReader()
        self._package.parse(self._part("styles", "styles.xml"), reader)
        self._styles = reader.styles()

    def _part(self, kind: str, usual: str) -> str:
        relations = self._package.relations(self._main).values()
        named = (relation.target for relation in relations if relation.kind == kind and not relation.external)
        return next(named, posixpath.join(posixpath.dirname(self._main), usual))

    def _side_parts(self) -> list[tuple[str, BlockKind]]:
        """The parts beside the body, in the order their texts are to stand."""
        relations = self._package.relations(self._main).values()
        found = {relation.target: relation.kind for relation in relations if not relation.external}
        for kind in ("footnotes", "endnotes", "comments"):
            if kind not in found.values():
                found[posixpath.join(posixpath.dirname(self._main), f"{kind}.xml")] = kind
        order = list(_PARTS)
        parts = sorted((order.index(kind), part, kind) for part, kind in found.items() if kind in _PARTS)
        return [(part, _PARTS[kind]) for _, part, kind in parts[:_MOST_PARTS]]

    def _read_part(self, part: str, kind: BlockKind | None) -> None:
        relations = self._package.relations(part)
        around = Surroundings(
            roles=self._styles.roles,
            found=self._found,
            budget=self._budget,
            targets={name: relation.target for name, relation in relations.items() if relation.external},
            drawn=lambda name: diagram(self._package, relations.get(name), self._budget),
            watch=self._watch,
        )
        code = CodeLines(self._builder.add)
        reader = Body(around, code.add) if kind is None else _Notes(around, kind, self._add_once)
        try:
            self._package.parse(part, reader)
        finally:
            reader.close()
            code.close()

    def _add_once(self, made: Draft) -> None:
        """Adds a note or comment, and a header or footer unless one like it was."""
        if made.kind in (BlockKind.HEADER, BlockKind.FOOTER):
            text = " ".join(made.text.split())
            if text in self._seen or not any(map(str.isalpha, text)):  # a page number alone says nothing
                return
            self._seen.add(text)
        self._found.comments += made.kind is BlockKind.COMMENT
        self._builder.add(made)


class _Notes:
    """Makes one block of each note or comment of a part, or of a whole header or footer."""

    def __init__(self, around: Surroundings, kind: BlockKind, out: Callable[[Draft], None]) -> None:
        self._kind = kind
        self._out = out
        self._drafts: list[Draft] = []
        self._body = Body(around, self._drafts.append)
        self.start = self._body.start
        self.data = self._body.data

    def end(self, name: str) -> None:
        """An element ends."""
        self._body.end(name)
        if name in _NOTES:
            self._flush()

    def close(self) -> None:
        """Gives what is still open."""
        self._body.close()
        self._flush()

    def _flush(self) -> None:
        passage = joined(self._drafts, "\n")
        self._drafts.clear()
        if passage.text.strip():
            self._out(draft(self._kind, passage))
