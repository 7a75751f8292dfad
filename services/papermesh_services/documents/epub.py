"""Reads EPUB books: the chapters in the order of their spine, each as a page of its own would be."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote

from papermesh_services.documents import html
from papermesh_services.documents.archive import Archive
from papermesh_services.documents.builder import Draft, TextBuilder
from papermesh_services.documents.clean import one_line
from papermesh_services.documents.dates import parse_iso
from papermesh_services.documents.errors import DocumentCorrupt, DocumentEncrypted
from papermesh_services.documents.found import Found
from papermesh_services.documents.model import Document, Format, Metadata, Status
from papermesh_services.documents.xmlparts import Element, local_name, value, walk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from papermesh_services.documents.limits import Limits
    from papermesh_services.documents.watch import Watch

READER = "epub"

_CONTAINER: Final = "META-INF/container.xml"
_ENCRYPTION: Final = "META-INF/encryption.xml"
_DOCTYPE: Final = re.compile(rb"<!DOCTYPE[^\[>]{0,1000}>")
_PAGES: Final = ("application/xhtml+xml", "text/html", "application/x-dtbook+xml", "text/x-oeb1-document")
# Fonts are scrambled so in books that anyone may read.
_SCRAMBLED_FONTS: Final = ("http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC")


@dataclass(slots=True)
class _Package:
    """What the package file of a book says."""

    metadata: Metadata = field(default_factory=Metadata)
    language: str = ""
    places: dict[str, str] = field(default_factory=dict)
    spine: list[str] = field(default_factory=list)


def read(data: bytes, limits: Limits, watch: Watch) -> Document:
    """The document in these bytes."""
    builder, found = TextBuilder(limits), Found()
    with Archive(data, limits) as archive:
        locked = _encrypted(archive, limits)
        package = _package(archive, limits)
        chapters = [part for part in package.spine if part not in locked]
        if locked and not chapters:
            raise DocumentEncrypted("The book is protected against copying. Give a copy without that protection.")
        status, lost, note = Status.OK, len(package.spine) - len(chapters), ""
        found.encrypted = lost > 0
        for drafts in _chapters(archive, chapters, limits, found, watch):
            start = builder.length
            if drafts is None:
                lost += 1
                continue
            status = builder.extend(drafts, watch)
            watch.on_page(builder.text_from(start))
            if status is not Status.OK:
                break
    if lost == len(package.spine):
        raise DocumentCorrupt("None of the book's chapters can be read. Get the book anew.")
    if status is Status.OK and lost:
        status, note = Status.CORRUPT, f"{lost} of {len(package.spine)} chapters could not be read: they are "
        note += "broken, missing or protected. Get the book anew, or a copy without protection."
    return builder.document(
        Format.EPUB, READER, package.metadata, package.language, traits=found.traits(), status=status, note=note
    )


def _chapters(
    archive: Archive, parts: list[str], limits: Limits, found: Found, watch: Watch
) -> Iterator[Iterator[Draft] | None]:
    """The blocks of each chapter; None for one that is broken or missing."""
    for part in parts:
        try:
            content = archive.read(part)
        except DocumentCorrupt:
            content = b""
        yield html.fragment_blocks(html.decode(content, limits)[0], limits, found, watch) if content else None


def _encrypted(archive: Archive, limits: Limits) -> frozenset[str]:
    """The parts that cannot be read without a key."""
    locked: set[str] = set()
    scrambled = False
    for begins, element in _elements(archive, _ENCRYPTION, limits):
        name = local_name(element)
        if begins and name == "EncryptionMethod":
            scrambled = value(element, "Algorithm") in _SCRAMBLED_FONTS
        elif begins and name == "CipherReference" and not scrambled:
            locked.add(posixpath.normpath(unquote(value(element, "URI"))))
    return frozenset(locked)


def _package(archive: Archive, limits: Limits) -> _Package:
    for begins, element in _elements(archive, _CONTAINER, limits):
        if begins and local_name(element) == "rootfile" and archive.find(value(element, "full-path")):
            package = _read_package(archive, value(element, "full-path"), limits)
            if package.spine:
                return package
    raise DocumentCorrupt("The EPUB book is broken: it does not say which chapters it has. Get it anew.")


def _read_package(archive: Archive, part: str, limits: Limits) -> _Package:
    package = _Package()
    folder = posixpath.dirname(part)
    for begins, element in _elements(archive, part, limits):
        name = local_name(element)
        if not begins:
            _describe(package, name, one_line(element.text or ""))
        elif name == "item" and _is_chapter(element):
            place = posixpath.normpath(posixpath.join(folder, unquote(value(element, "href"))))
            package.places[value(element, "id")] = place
        elif name == "itemref":
            package.spine.append(value(element, "idref"))
    package.spine = list(dict.fromkeys(package.places[item] for item in package.spine if item in package.places))
    return package


def _is_chapter(element: Element) -> bool:
    """Whether an item is a page to read, and not the table of contents that programs show beside it."""
    return value(element, "media-type") in _PAGES and "nav" not in value(element, "properties").split()


def _describe(package: _Package, name: str, text: str) -> None:
    metadata = package.metadata
    if not text:
        return
    match name:
        case "title" if not metadata.title:
            package.metadata = replace(metadata, title=text)
        case "creator":
            package.metadata = replace(metadata, author=f"{metadata.author}; {text}" if metadata.author else text)
        case "date" if not metadata.created:
            package.metadata = replace(metadata, created=parse_iso(text))
        case "language" if not package.language:
            package.language = text


def _elements(archive: Archive, part: str, limits: Limits) -> Iterator[tuple[bool, Element]]:
    # Old books declare the type of their package file, which says nothing that is needed.
    content = _DOCTYPE.sub(b"", archive.read(part), count=1)
    return walk(content, part, limits) if content else iter(())
