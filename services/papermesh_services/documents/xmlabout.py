"""Hears what the heads of TEI, DocBook and JATS say of the document: its title, its authors and its date."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from papermesh_services.documents.clean import one_line
from papermesh_services.documents.dates import parse_iso
from papermesh_services.documents.xmlparts import local_name, value

if TYPE_CHECKING:
    from papermesh_services.documents.xmlparts import Element

_ROOTS: Final = frozenset(["TEI", "article", "book", "chapter", "part", "set", "section"])
_HEADS: Final = frozenset(["teiHeader", "info", "articleinfo", "bookinfo", "article-meta"])
_AUTHORS: Final = frozenset(["author", "contrib"])
_GIVEN: Final = frozenset(["firstname", "givenname", "given-names", "forename"])
_SURNAMES: Final = frozenset(["surname"])
_WHOLE: Final = frozenset(["personname", "string-name", "persName", "name", "author", "collab", "orgname"])
_DATES: Final = frozenset(["date", "pubdate"])
_PARTS: Final = ("year", "month", "day")
_WITH_DATES: Final = _HEADS | {"publicationStmt"}
_DEEPEST: Final = 3
_MOST_AUTHORS: Final = 1_000
_MOST_BEFORE: Final = 2_000
"""Elements, after which there is no such head."""


class About:
    """Told the elements, each as it begins and, with its text, as it ends."""

    def __init__(self) -> None:
        self.title = ""
        self.created = ""
        self.authors: list[str] = []
        self._open: list[str] = []
        self._head = 0
        self._seen = 0
        self._over = False
        self._name: list[tuple[bool, str]] | None = None
        self._date: dict[str, str] = {}

    def begin(self, element: Element) -> None:
        """An element begins."""
        if self._over:
            return
        name = local_name(element)
        self._open.append(name)
        self._seen += 1
        depth = len(self._open)
        if not self._head and name in _HEADS and depth <= _DEEPEST:
            self._head = depth
        elif name in _AUTHORS and value(element, "contrib-type") in ("", "author"):
            self._name = []
        elif name == "pub-date":
            self._date = {}
        self._over = self._open[0] not in _ROOTS or (not self._head and self._seen > _MOST_BEFORE)

    def end(self, element: Element) -> None:
        """An element ends."""
        if self._over or not self._open:
            return
        name = self._open.pop()
        if self._head:
            self._take(element, name, one_line(element.text or ""))
            self._over = len(self._open) < self._head

    def _take(self, element: Element, name: str, text: str) -> None:
        around = self._open[-1] if self._open else ""
        if name == "title" and around == "titleStmt":
            self.title = self.title or text
        elif name in _DATES and around in _WITH_DATES:
            self.created = self.created or parse_iso(value(element, "when") or text)
        elif name in _PARTS and around == "pub-date":
            self._date[name] = text.zfill(2)
        elif name == "pub-date":
            self.created = self.created or parse_iso("-".join(self._date.get(part, "") for part in _PARTS))
        elif self._name is not None:
            self._take_name(self._name, name, text)

    def _take_name(self, pieces: list[tuple[bool, str]], name: str, text: str) -> None:
        if text and name in _GIVEN | _SURNAMES | _WHOLE:
            pieces.append((name in _SURNAMES, text))
        if name not in _AUTHORS:
            return
        author = " ".join(piece for _, piece in sorted(pieces, key=lambda piece: piece[0]))
        if author and len(self.authors) < _MOST_AUTHORS:
            self.authors.append(author)
        self._name = None
