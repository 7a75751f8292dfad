"""The package of an Office Open XML document: its parts, what they are related to, and what it says of itself.

Opens parts by name alone and follows no relation on its own, so that no cycle of them can hold a reader.
"""

from __future__ import annotations

import mimetypes
import posixpath
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import unquote

from papermesh_services.documents.archive import Archive
from papermesh_services.documents.dates import parse_iso
from papermesh_services.documents.errors import DocumentCorrupt
from papermesh_services.documents.model import Attachment, Metadata
from papermesh_services.documents.xmlparts import ElementTexts, parse

if TYPE_CHECKING:
    from papermesh_services.documents.limits import Limits
    from papermesh_services.documents.watch import Watch
    from papermesh_services.documents.xmlparts import Handler

_MOST_ATTACHMENTS = 1_000
_MOST_RELATIONS = 100_000
_MOST_KNOWN = 100
_ATTACHED = ("oleObject", "package")
_MAIN = "officeDocument"


@dataclass(frozen=True, slots=True)
class Relation:
    """What a part is related to. kind is the last piece of its type; target a part, or an external address."""

    kind: str
    target: str
    external: bool = False


class Package:
    """An open package."""

    def __init__(self, data: bytes, limits: Limits, watch: Watch) -> None:
        self._limits = limits
        self._watch = watch
        self._known: dict[str, dict[str, Relation]] = {}
        self.archive = Archive(data, limits)

    def __enter__(self) -> Package:
        return self

    def __exit__(self, *_: object) -> None:
        self.archive.__exit__()

    def parse(self, part: str, handler: Handler) -> None:
        """Tells the handler what is in a part."""
        parse(self.archive.chunks(part), part, handler, self._limits, self._watch)

    def main(self, usual: str) -> str:
        """The name of the main part, which is usually called so."""
        for relation in self.relations("").values():
            if relation.kind == _MAIN and self.archive.find(relation.target):
                return relation.target
        if self.archive.find(usual):
            return usual
        raise DocumentCorrupt("The document is broken: its main part is missing. Save it again.")

    def relations(self, part: str) -> dict[str, Relation]:
        """The relations of a part, those of the package for no name, by their ids. Broken ones are left out."""
        known = self._known.get(part)
        if known is not None:
            return known
        folder, name = posixpath.split(part)
        reader = _Relations(folder)
        with suppress(DocumentCorrupt):  # the text stands in the part itself
            self.parse(posixpath.join(folder, "_rels", f"{name}.rels"), reader)
        if len(self._known) < _MOST_KNOWN:
            self._known[part] = reader.found
        return reader.found

    def attachments(self, part: str) -> list[Attachment]:
        """The files embedded in a part."""
        found: list[Attachment] = []
        for relation in self.relations(part).values():
            if relation.kind in _ATTACHED and not relation.external and self.archive.find(relation.target):
                name = posixpath.basename(relation.target)
                size = self.archive.size(relation.target)
                found.append(Attachment(name, mimetypes.guess_type(name)[0] or "", size))
        return found[:_MOST_ATTACHMENTS]

    @property
    def signed(self) -> bool:
        """Whether somebody signed it."""
        return any(relation.kind == "origin" for relation in self.relations("").values())

    def properties(self) -> tuple[Metadata, str]:
        """What the document says of itself, and its language."""
        reader = _Properties()
        for part in ("docProps/core.xml", "docProps/app.xml"):
            try:
                self.parse(part, reader)
            except DocumentCorrupt:
                continue  # what a file says of itself is not worth refusing its text
        return reader.metadata, reader.language


class _Relations:
    def __init__(self, folder: str) -> None:
        self._folder = folder
        self.found: dict[str, Relation] = {}

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name != "Relationship" or len(self.found) >= _MOST_RELATIONS:
            return
        kind = attributes.get("Type", "").rpartition("/")[2]
        target = attributes.get("Target", "")
        external = attributes.get("TargetMode", "") == "External"
        if not external and not target.startswith("#"):
            path = posixpath.join(self._folder, unquote(target))
            target = posixpath.normpath(path).lstrip("/")
        self.found[attributes.get("Id", "")] = Relation(kind, target, external)

    def data(self, text: str) -> None:
        pass

    def end(self, name: str) -> None:
        pass


class _Properties(ElementTexts):
    def __init__(self) -> None:
        super().__init__()
        self.metadata = Metadata()
        self.language = ""

    def take(self, name: str, text: str) -> None:
        match name.rpartition(":")[2]:
            case "title":
                self.metadata = replace(self.metadata, title=text)
            case "creator":
                self.metadata = replace(self.metadata, author=text)
            case "created":
                self.metadata = replace(self.metadata, created=parse_iso(text))
            case "modified":
                self.metadata = replace(self.metadata, modified=parse_iso(text))
            case "Application":
                self.metadata = replace(self.metadata, producer=text)
            case "language":
                self.language = text
