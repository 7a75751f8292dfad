"""Reads OpenDocument: texts, spreadsheets and presentations.

What stands beside the text comes after it: footnotes, comments, headers and footers, each text of those once. The notes
and comments of a slide or sheet come at its own end.
"""

from __future__ import annotations

import contextlib
import posixpath
from dataclasses import replace
from typing import TYPE_CHECKING

from papermesh_services.documents import language
from papermesh_services.documents.archive import Archive
from papermesh_services.documents.builder import Draft, TextBuilder
from papermesh_services.documents.cells import CellBudget
from papermesh_services.documents.codelines import CodeLines
from papermesh_services.documents.dates import parse_iso
from papermesh_services.documents.errors import IN_PARTS, DocumentCorrupt, DocumentEncrypted, DocumentTooLarge
from papermesh_services.documents.mathml import Formula
from papermesh_services.documents.model import Attachment, BlockKind, Document, Format, Metadata
from papermesh_services.documents.odf_body import Body
from papermesh_services.documents.odf_styles import Styles
from papermesh_services.documents.progress import Progress
from papermesh_services.documents.tally import Tally
from papermesh_services.documents.xmlparts import ElementTexts, parse

if TYPE_CHECKING:
    from papermesh_services.documents.limits import Limits
    from papermesh_services.documents.watch import Watch
    from papermesh_services.documents.xmlparts import Handler

_HIDDEN = {
    Format.ODS: "This sheet is hidden.",
    Format.ODP: "This slide is hidden: it is not shown when the presentation is.",
}
_REPEATED = "Cells that are the same more than 1,000 times in a row are given as often as that, and not more."
_RUNNING = (BlockKind.HEADER, BlockKind.FOOTER)
_SIGNATURES = "META-INF/documentsignatures.xml"


def read_text(data: bytes, limits: Limits, watch: Watch) -> Document:
    """The text document in these bytes."""
    return _read(data, limits, watch, Format.ODT)


def read_spreadsheet(data: bytes, limits: Limits, watch: Watch) -> Document:
    """The spreadsheet in these bytes."""
    return _read(data, limits, watch, Format.ODS)


def read_presentation(data: bytes, limits: Limits, watch: Watch) -> Document:
    """The presentation in these bytes."""
    return _read(data, limits, watch, Format.ODP)


def _read(data: bytes, limits: Limits, watch: Watch, kind: Format) -> Document:
    with Archive(data, limits) as archive:
        return _Reader(archive, limits, watch, kind).document()


class _Reader:
    """Reads the parts of one file, and is what receives their blocks."""

    def __init__(self, archive: Archive, limits: Limits, watch: Watch, kind: Format) -> None:
        self._archive = archive
        self._limits = limits
        self._watch = watch
        self._kind = kind
        self._builder = TextBuilder(limits)
        self._code = CodeLines(self._builder.add)
        self._budget = CellBudget(limits)
        self._progress = Progress(watch)
        self._styles = Styles()
        self._tally = Tally()
        self._facts = _Facts()
        self._asides: list[Draft] = []
        self._seen: set[str] = set()
        self._notes: list[str] = []
        self._page_start = 0

    def document(self) -> Document:
        """The document, as far as it can be read."""
        manifest = _Manifest()
        self._progress.step(lambda: self._parse("META-INF/manifest.xml", manifest))
        if manifest.encrypted:
            raise DocumentEncrypted("The document is encrypted. Give a copy that opens without a password.")
        if not self._archive.find("content.xml"):
            raise DocumentCorrupt("The document is broken: its content is missing. Save it again.")
        self._progress.step(lambda: self._parse("meta.xml", self._facts))
        running: list[Draft] = []
        if self._kind is Format.ODT:
            self._progress.step(lambda: self._read_part("styles.xml"))
            running, self._asides = self._asides, []
        else:
            self._progress.step(lambda: self._parse("styles.xml", _StylesOnly(self._styles)))
        self._progress.step(lambda: self._read_part("content.xml"))
        self._asides.sort(key=lambda made: made.kind is BlockKind.COMMENT)
        self._asides.extend(sorted(running, key=lambda made: _RUNNING.index(made.kind)))
        self._progress.step(self._flush)
        return self._made(manifest)

    def add(self, made: Draft) -> None:
        """A block of the text itself."""
        self._code.add(made)

    def aside(self, made: Draft) -> None:
        """A block beside the text, kept until the page or the text ends."""
        text = " ".join(made.text.split())
        if made.kind in _RUNNING:
            if text in self._seen or not any(map(str.isalpha, text)):  # a page number alone says nothing
                return
            self._seen.add(text)
        self._asides.append(made)

    def formula(self, path: str) -> str:
        """The formula that is embedded at this place in the file, on one line; nothing where there is none."""
        part = posixpath.normpath(posixpath.join(path, "content.xml"))
        found = Formula()
        with contextlib.suppress(DocumentCorrupt):
            self._parse(part, found)
        return found.text

    def start_page(self, *, hidden: bool) -> None:
        """A slide or sheet begins."""
        self._watch.check()
        if len(self._notes) >= self._limits.max_pages:
            raise DocumentTooLarge(
                f"The document has more than {self._limits.max_pages:,} sheets or slides, the most that are read. "
                f"{IN_PARTS}",
                limit="max_pages",
                value=str(self._limits.max_pages),
            )
        self._builder.start_page()
        self._notes.append(_HIDDEN.get(self._kind, "") if hidden else "")
        self._page_start = self._builder.length

    def end_page(self) -> None:
        """A slide or sheet ends."""
        self._flush()
        self._watch.on_page(self._builder.text_from(self._page_start))

    def _flush(self) -> None:
        self._code.close()
        asides, self._asides = self._asides, []
        self._builder.extend(asides)

    def _parse(self, part: str, handler: Handler) -> None:
        parse(self._archive.chunks(part), part, handler, self._limits, self._watch)

    def _read_part(self, part: str) -> None:
        body = Body(self._styles, self._tally, self._budget, self, sheets=self._kind is Format.ODS)
        try:
            self._parse(part, body)
        finally:
            body.close()

    def _made(self, manifest: _Manifest) -> Document:
        self._progress.raise_if_empty(self._builder.length)
        if self._tally.repeated:
            self._progress.cut(_REPEATED, "repeated_cells", 1_000)
        made = self._builder.document(
            self._kind,
            self._kind.value,
            self._facts.metadata(),
            self._facts.texts.get("dc:language", ""),
            traits=self._tally.traits_with(self._attachments(manifest), signed=self._archive.find(_SIGNATURES)),
            status=self._progress.status,
            note=self._progress.note,
        )
        if made.language == language.UNDETERMINED:
            named = language.normalize_tag(self._styles.language) or language.UNDETERMINED
            made = replace(made, language=named)
        pages = tuple(replace(page, note=note) for page, note in zip(made.pages, self._notes, strict=True))
        return replace(made, pages=pages)

    def _attachments(self, manifest: _Manifest) -> list[Attachment]:
        embedded = ((path, kind) for path, kind in manifest.parts.items() if "ole" in kind or "/" not in kind)
        named = (
            Attachment(posixpath.basename(path), kind, self._archive.size(path))
            for path, kind in embedded
            if path.startswith("Object ") and self._archive.find(path)
        )
        return list(named)


class _StylesOnly:
    """Told a part for its styles alone: the texts of masters are no texts of slides or sheets."""

    def __init__(self, styles: Styles) -> None:
        self.start = styles.start
        self.end = styles.end

    def data(self, text: str) -> None:
        """Styles have no text."""


class _Manifest:
    """Collects the types of the parts, and whether any is encrypted."""

    def __init__(self) -> None:
        self.encrypted = False
        self.parts: dict[str, str] = {}

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "manifest:encryption-data":
            self.encrypted = True
        elif name == "manifest:file-entry":
            self.parts[attributes.get("manifest:full-path", "")] = attributes.get("manifest:media-type", "")

    def data(self, text: str) -> None:
        pass

    def end(self, name: str) -> None:
        pass


class _Facts(ElementTexts):
    """Collects what the document says of itself."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: dict[str, str] = {}

    def take(self, name: str, text: str) -> None:
        self.texts.setdefault(name, text)

    def metadata(self) -> Metadata:
        """What it says, as a value."""
        facts = self.texts
        return Metadata(
            title=facts.get("dc:title", ""),
            author=facts.get("meta:initial-creator", "") or facts.get("dc:creator", ""),
            created=parse_iso(facts.get("meta:creation-date", "")),
            modified=parse_iso(facts.get("dc:date", "")),
            producer=facts.get("meta:generator", ""),
        )
