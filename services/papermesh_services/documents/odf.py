"""Reads OpenDocument: texts, spreadsheets and presentations, in a container of parts or flat, as one XML."""

from __future__ import annotations

import contextlib
import posixpath
from typing import TYPE_CHECKING

from papermesh_services.documents import odf_flat
from papermesh_services.documents.archive import Archive
from papermesh_services.documents.errors import DocumentCorrupt, DocumentEncrypted
from papermesh_services.documents.model import Attachment, Document, Format
from papermesh_services.documents.odf_assembly import Assembly, StylesOnly
from papermesh_services.documents.xmlparts import parse

if TYPE_CHECKING:
    from papermesh_services.documents.limits import Limits
    from papermesh_services.documents.odf_objects import Embedded
    from papermesh_services.documents.watch import Watch
    from papermesh_services.documents.xmlparts import Handler

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
    if not data.startswith(b"PK"):
        return odf_flat.read(data, limits, watch, kind)
    with Archive(data, limits) as archive:
        return _Parts(archive, limits, watch, kind).document()


class _Parts:
    """Reads the parts of one container."""

    def __init__(self, archive: Archive, limits: Limits, watch: Watch, kind: Format) -> None:
        self._archive = archive
        self._limits = limits
        self._watch = watch
        self._kind = kind
        self._made = Assembly(limits, watch, kind, self._embedded)

    def document(self) -> Document:
        """The document, as far as it can be read."""
        made, step = self._made, self._made.progress.step
        manifest = _Manifest()
        step(lambda: self._parse("META-INF/manifest.xml", manifest))
        if manifest.encrypted:
            raise DocumentEncrypted("The document is encrypted. Give a copy that opens without a password.")
        # A template of styles alone has none, and says so.
        if not self._archive.find("content.xml") and ("content.xml" in manifest.parts or not manifest.parts):
            raise DocumentCorrupt("The document is broken: its content is missing. Save it again.")
        step(lambda: self._parse("meta.xml", made.facts))
        if self._kind is Format.ODT:
            step(lambda: self._read_part("styles.xml"))
        else:
            step(lambda: self._parse("styles.xml", StylesOnly(made.styles)))
        step(lambda: self._read_part("content.xml"))
        step(made.flush)
        return made.document(self._attachments(manifest), signed=self._archive.find(_SIGNATURES))

    def _embedded(self, path: str, found: Embedded) -> None:
        part = posixpath.normpath(posixpath.join(path, "content.xml"))
        with contextlib.suppress(DocumentCorrupt):
            self._parse(part, found)

    def _parse(self, part: str, handler: Handler) -> None:
        parse(self._archive.chunks(part), part, handler, self._limits, self._watch)

    def _read_part(self, part: str) -> None:
        body = self._made.body()
        try:
            self._parse(part, body)
        finally:
            body.close()

    def _attachments(self, manifest: _Manifest) -> list[Attachment]:
        embedded = ((path, kind) for path, kind in manifest.parts.items() if "ole" in kind or "/" not in kind)
        named = (
            Attachment(posixpath.basename(path), kind, self._archive.size(path))
            for path, kind in embedded
            if path.startswith("Object ") and self._archive.find(path)
        )
        return list(named)


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
