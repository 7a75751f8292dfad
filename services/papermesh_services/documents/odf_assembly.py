"""Puts the blocks of an OpenDocument file together, whichever way it is packed.

What stands beside the text comes after it: footnotes, comments, headers and footers, each text of those once. The notes
and comments of a slide or sheet come at its own end.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from papermesh_services.documents import language
from papermesh_services.documents.builder import Draft, TextBuilder
from papermesh_services.documents.cells import CellBudget
from papermesh_services.documents.codelines import CodeLines
from papermesh_services.documents.dates import parse_iso
from papermesh_services.documents.errors import IN_PARTS, DocumentTooLarge
from papermesh_services.documents.model import BlockKind, Document, Format, Metadata
from papermesh_services.documents.odf_body import Body
from papermesh_services.documents.odf_objects import Embedded
from papermesh_services.documents.odf_styles import Styles
from papermesh_services.documents.progress import Progress
from papermesh_services.documents.tally import Tally
from papermesh_services.documents.xmlparts import ElementTexts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from papermesh_services.documents.limits import Limits
    from papermesh_services.documents.model import Attachment
    from papermesh_services.documents.watch import Watch

_HIDDEN = {
    Format.ODS: "This sheet is hidden.",
    Format.ODP: "This slide is hidden: it is not shown when the presentation is.",
}
_REPEATED = "Cells that are the same more than 1,000 times in a row are given as often as that, and not more."
_RUNNING = (BlockKind.HEADER, BlockKind.FOOTER)
_BESIDE = (BlockKind.FOOTNOTE, BlockKind.COMMENT, *_RUNNING)


def _nothing_embedded(path: str, found: Embedded) -> None:
    """Nothing stands at other places."""


class Assembly:
    """What receives the blocks of the parts of one file, and makes the document of them.

    embedded: tells what stands at a place in the file.
    """

    def __init__(
        self, limits: Limits, watch: Watch, kind: Format, embedded: Callable[[str, Embedded], None] = _nothing_embedded
    ) -> None:
        self._limits = limits
        self._watch = watch
        self._kind = kind
        self._builder = TextBuilder(limits)
        self._code = CodeLines(self._builder.add)
        self._budget = CellBudget(limits)
        self._asides: list[Draft] = []
        self._seen: set[str] = set()
        self._notes: list[str] = []
        self._page_start = 0
        self._embedded = embedded
        self.progress = Progress(watch)
        self.styles = Styles()
        self.tally = Tally()
        self.facts = Facts()

    def body(self) -> Body:
        """What is to be told a part with text in it."""
        return Body(self.styles, self.tally, self._budget, self, self._watch, self._kind)

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

    def embedded(self, path: str) -> Embedded:
        """The object that is embedded at this place in the file; nothing is in it where there is none."""
        found = Embedded(self._budget)
        self._embedded(path, found)
        return found

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
        self.flush()
        self._watch.on_page(self._builder.text_from(self._page_start))

    def flush(self) -> None:
        """Gives what is still kept, at the end of a page or of the text."""
        self._code.close()
        self._asides.sort(key=lambda made: _BESIDE.index(made.kind))
        asides, self._asides = self._asides, []
        self._builder.extend(asides)

    def document(self, attachments: Iterable[Attachment] = (), *, signed: bool = False) -> Document:
        """The document of what has been read."""
        self.progress.raise_if_empty(self._builder.length)
        if self.tally.repeated:
            self.progress.cut(_REPEATED, "repeated_cells", 1_000)
        made = self._builder.document(
            self._kind,
            self._kind.value,
            self.facts.metadata(),
            self.facts.texts.get("dc:language", ""),
            traits=self.tally.traits_with(attachments, signed=signed),
            status=self.progress.status,
            note=self.progress.note,
        )
        if made.language == language.UNDETERMINED:
            named = language.normalize_tag(self.styles.language) or language.UNDETERMINED
            made = replace(made, language=named)
        pages = tuple(replace(page, note=note) for page, note in zip(made.pages, self._notes, strict=True))
        return replace(made, pages=pages)


class StylesOnly:
    """Told a part for its styles alone: the texts of masters are no texts of slides or sheets."""

    def __init__(self, styles: Styles) -> None:
        self.start = styles.start
        self.end = styles.end

    def data(self, text: str) -> None:
        """Styles have no text."""


class Facts(ElementTexts):
    """Collects what the document says of itself."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: dict[str, str] = {}

    def take(self, name: str, text: str) -> None:
        """A property; of several with one name the first counts."""
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
