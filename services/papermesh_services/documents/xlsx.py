"""Reads XLSX and XLSB: checks and repacks the parts that calamine reads, and adds comments, links and text boxes."""

from __future__ import annotations

import posixpath
import re
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from papermesh_services.documents import xlsb
from papermesh_services.documents.cells import CellBudget
from papermesh_services.documents.diagrams import diagram
from papermesh_services.documents.errors import DocumentCorrupt
from papermesh_services.documents.links import target as link_target
from papermesh_services.documents.model import Attachment, BlockKind, Document, Format, Metadata
from papermesh_services.documents.opc import Package
from papermesh_services.documents.pptx_slide import Scene, Slide
from papermesh_services.documents.progress import Progress
from papermesh_services.documents.remarks import Remarks
from papermesh_services.documents.rowformats import Looks, RowFormats
from papermesh_services.documents.sheet_errors import SheetErrors
from papermesh_services.documents.tally import Tally
from papermesh_services.documents.workbook import MOST_SPREAD, SheetExtras, WorkbookReader
from papermesh_services.documents.xlsx_numbers import Formats, row_formats, with_plain_negatives
from papermesh_services.documents.xlsx_parts import (
    SharedStrings,
    hides_cells,
    in_utf_8,
    packed,
    with_errors_as_texts,
    without_empty_cells,
)

if TYPE_CHECKING:
    from papermesh_services.documents.builder import Draft
    from papermesh_services.documents.limits import Limits
    from papermesh_services.documents.opc import Relation
    from papermesh_services.documents.watch import Watch

_HYPERLINK = re.compile(rb"<(?:\w+:)?hyperlink\s([^<>]*)>")
_ATTRIBUTE = re.compile(rb"([\w:]+)\s*=\s*[\"']([^\"']*)[\"']")
_CELL = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_SHEETS = ("worksheet", "chartsheet", "dialogsheet", "macrosheet", "xlMacrosheet", "xlIntlMacrosheet")
_REFUSED = "A sheet spans more than {:,} cells, most of them empty, which is too many to lay out. It was left out."


def read(data: bytes, limits: Limits, watch: Watch) -> Document:
    """The XLSX workbook in these bytes."""
    with Package(data, limits, watch) as package:
        return _Reader(package, limits, watch, Format.XLSX).document()


def read_binary(data: bytes, limits: Limits, watch: Watch) -> Document:
    """The XLSB workbook in these bytes."""
    with Package(data, limits, watch) as package:
        return _Reader(package, limits, watch, Format.XLSB).document()


@dataclass(frozen=True, slots=True)
class _Sheet:
    part: str
    refused: bool
    links: dict[tuple[int, int], str]
    numbers: RowFormats
    errors: SheetErrors


class _Reader:
    """Reads one package, and is what calamine's reader asks of it."""

    def __init__(self, package: Package, limits: Limits, watch: Watch, kind: Format) -> None:
        self._package = package
        self._limits = limits
        self._watch = watch
        self._kind = kind
        self._main = package.main("xl/workbook.bin" if kind is Format.XLSB else "xl/workbook.xml")
        self._relations = package.relations(self._main)
        self._strings = SharedStrings()
        self._looks = Looks({})
        self._moments: list[int] = []
        self._sheets: list[_Sheet] = []
        self._tally = Tally()
        self._progress = Progress(watch)
        self._facts = (Metadata(), "")
        self._attachments: list[Attachment] = []
        self._reader = WorkbookReader(self, limits, watch, self._progress)

    def document(self) -> Document:
        """The document, as far as it can be read."""
        self._progress.step(self._read_facts)
        self._progress.step(self._read_sheets)
        metadata, language = self._facts
        traits = self._tally.traits_with(self._attachments, signed=self._package.signed)
        return self._reader.document(self._kind, metadata, language, traits)

    def text(self, value: str) -> str:
        """The text of a cell for what calamine gave."""
        return self._strings.text(value)

    def refused(self, index: int) -> str:
        """Why a sheet must not be read; empty where it may."""
        refused = index < len(self._sheets) and self._sheets[index].refused
        return _REFUSED.format(MOST_SPREAD * self._limits.max_cells) if refused else ""

    def extras(self, index: int) -> SheetExtras:
        """The comments, links and drawings of a sheet."""
        if index >= len(self._sheets):
            return SheetExtras()
        sheet = self._sheets[index]
        relations = self._package.relations(sheet.part)
        self._attachments.extend(self._package.attachments(sheet.part))
        blocks: list[Draft] = []
        for relation in relations.values():
            if relation.kind == "drawing" and not relation.external:
                blocks.extend(self._drawing(relation.target))
        blocks.extend(self._remarks(relations))
        return SheetExtras(sheet.links, tuple(blocks), sheet.numbers, sheet.errors)

    def _read_facts(self) -> None:
        self._facts = self._package.properties()

    def _read_sheets(self) -> None:
        container = packed(self._checked())
        self._reader.read(container)

    def _checked(self) -> list[tuple[str, bytes]]:
        """The parts that calamine reads, each as it may read it."""
        read = self._package.archive.read
        folder, name = posixpath.split(self._main)
        small = ("[Content_Types].xml", "_rels/.rels", self._main, f"{folder}/_rels/{name}.rels")
        parts = [(part, in_utf_8(read(part))) for part in small]
        for relation in self._relations.values():
            if relation.external or not self._package.archive.find(relation.target):
                continue
            if relation.kind == "styles":
                parts.append((relation.target, read(relation.target)))
                self._read_formats(relation.target)
            elif relation.kind == "sharedStrings":
                parts.append((relation.target, self._shared(relation.target)))
        return parts + self._checked_sheets()

    def _read_formats(self, part: str) -> None:
        if self._kind is Format.XLSB:
            self._looks = Looks(xlsb.formats(self._package.archive.read(part)))
            return
        formats = Formats()
        with suppress(DocumentCorrupt):  # numbers can be read without
            self._package.parse(part, formats)
        self._looks = Looks(formats.formatters())
        self._moments = formats.moments()

    def _shared(self, part: str) -> bytes:
        if self._kind is Format.XLSB:
            return self._package.archive.read(part)
        self._package.parse(part, self._strings)
        return self._strings.stand_ins()

    def _checked_sheets(self) -> list[tuple[str, bytes]]:
        parts: dict[str, bytes] = {}
        known: dict[str, _Sheet] = {}
        lengths = None
        for relation in self._ordered()[: self._limits.max_pages + 1]:
            if relation.target in known:
                self._sheets.append(known[relation.target])
                continue
            content = self._package.archive.read(relation.target)
            errors = SheetErrors()
            if self._kind is Format.XLSB:
                if lengths is None:
                    lengths = xlsb.string_lengths(self._package.archive, self._relations)
                numbers = RowFormats(self._looks)
                kept = xlsb.checked(content, lengths, self._limits, numbers, errors)
            else:
                content = with_plain_negatives(with_errors_as_texts(in_utf_8(content)), self._moments)
                self._tally.hidden_text = self._tally.hidden_text or hides_cells(content)
                kept = without_empty_cells(content, self._limits, MOST_SPREAD)
                numbers = row_formats(kept or b"", self._looks, self._watch)
            links = self._links(content, relation.target) if self._kind is Format.XLSX else {}
            known[relation.target] = _Sheet(relation.target, kept is None, links, numbers, errors)
            self._sheets.append(known[relation.target])
            parts[relation.target] = kept or b""
        return list(parts.items())

    def _ordered(self) -> list[Relation]:
        """The sheets in the order of the workbook, each part once."""
        if self._kind is Format.XLSB:
            names = xlsb.sheet_ids(self._package.archive.read(self._main))
        else:
            order = _Order()
            self._package.parse(self._main, order)
            names = order.sheets
        found = (self._relations[name] for name in names if name in self._relations)
        return [one for one in found if one.kind in _SHEETS and not one.external]

    def _links(self, content: bytes, part: str) -> dict[tuple[int, int], str]:
        found: dict[tuple[int, int], str] = {}
        relations: dict[str, Relation] | None = None
        for match in _HYPERLINK.finditer(content):
            if relations is None:
                relations = self._package.relations(part)
            if len(found) >= self._limits.max_links:
                break
            facts = {name.rpartition(b":")[2]: text for name, text in _ATTRIBUTE.findall(match.group(1))}
            place = _place(facts.get(b"ref", b"").decode("ascii", "replace"))
            relation = relations.get(facts.get(b"id", b"").decode("utf-8", "replace"))
            if place and relation is not None and relation.external:
                found[place] = link_target(relation.target)
        return found

    def _drawing(self, part: str) -> list[Draft]:
        """The texts of shapes and the titles of charts, whose numbers stand in cells."""
        relations = self._package.relations(part)
        own = CellBudget(self._limits)

        def titles(name: str) -> list[Draft]:
            return [one for one in diagram(self._package, relations.get(name), own) if one.kind is not BlockKind.TABLE]

        targets = {name: one.target for name, one in relations.items() if one.external}
        slide = Slide(Scene(self._tally, self._reader.budget, targets, titles))
        with suppress(DocumentCorrupt):  # the cells of the sheet are worth more than what is drawn on them
            self._package.parse(part, slide)
        return slide.drafts()

    def _remarks(self, relations: dict[str, Relation]) -> list[Draft]:
        """The comments of a sheet; where it has them in the new form too, only those."""
        kinds = {relation.kind for relation in relations.values()}
        wanted = "threadedComment" if "threadedComment" in kinds else "comments"
        remarks = Remarks()
        for relation in relations.values():
            if relation.kind == wanted and not relation.external and relation.target.endswith(".xml"):
                try:
                    self._package.parse(relation.target, remarks)
                except DocumentCorrupt:
                    continue  # as above
        self._tally.comments += len(remarks.found)
        return remarks.drafts()


class _Order:
    """Collects the ids of the sheets of a workbook."""

    def __init__(self) -> None:
        self.sheets: list[str] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "sheet":
            self.sheets.append(attributes.get("r:id", ""))

    def data(self, text: str) -> None:
        pass

    def end(self, name: str) -> None:
        pass


def _place(reference: str) -> tuple[int, int] | None:
    match = _CELL.match(reference)
    if not match:
        return None
    column = 0
    for letter in match.group(1):
        column = column * 26 + ord(letter) - 64
    return int(match.group(2)) - 1, column - 1
