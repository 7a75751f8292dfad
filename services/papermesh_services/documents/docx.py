"""Reads DOCX: finds the parts of the package, and puts body, notes and properties together.

Headers and footers are left out, tracked deletions too.
"""

from __future__ import annotations

import posixpath
from dataclasses import replace
from typing import TYPE_CHECKING

from papermesh_services.documents.archive import Archive
from papermesh_services.documents.builder import TextBuilder
from papermesh_services.documents.clean import one_line
from papermesh_services.documents.dates import parse_iso
from papermesh_services.documents.docx_body import Body
from papermesh_services.documents.docx_styles import read_styles
from papermesh_services.documents.errors import DocumentCorrupt
from papermesh_services.documents.model import Document, Format, Metadata
from papermesh_services.documents.xmlparts import local_name, value, walk

if TYPE_CHECKING:
    from papermesh_services.documents.limits import Limits
    from papermesh_services.documents.watch import Watch

READER = "docx"


def read(data: bytes, limits: Limits, watch: Watch) -> Document:  # noqa: ARG001 - every reader has the same form
    """The document in these bytes."""
    with Archive(data, limits) as archive:
        main = _main_part(archive, limits)
        folder = posixpath.dirname(main)
        roles = read_styles(archive.read(posixpath.join(folder, "styles.xml")), limits)
        builder = TextBuilder(limits)
        for part in (main, posixpath.join(folder, "footnotes.xml"), posixpath.join(folder, "endnotes.xml")):
            body = Body(roles, builder.add)
            content = archive.read(part)
            for begins, element in walk(content, part, limits) if content else ():
                body.feed(begins, element)
        metadata, language = _properties(archive, limits)
    return builder.document(Format.DOCX, READER, metadata, language)


def _main_part(archive: Archive, limits: Limits) -> str:
    relations = archive.read("_rels/.rels")
    for begins, element in walk(relations, "_rels/.rels", limits) if relations else ():
        if begins and value(element, "Type").endswith("/officeDocument"):
            target = posixpath.normpath(value(element, "Target").lstrip("/"))
            if archive.find(target):
                return target
    if archive.find("word/document.xml"):
        return "word/document.xml"
    raise DocumentCorrupt("The DOCX document is broken: it has no body. Save it again.")


def _properties(archive: Archive, limits: Limits) -> tuple[Metadata, str]:
    metadata, language = Metadata(), ""
    for part in ("docProps/core.xml", "docProps/app.xml"):
        try:
            content = archive.read(part)
            for begins, element in walk(content, part, limits) if content else ():
                name = local_name(element)
                text = one_line(element.text or "") if not begins else ""
                if text and name == "language":
                    language = text
                elif text:
                    metadata = _with(metadata, name, text)
        except DocumentCorrupt:
            continue  # what a file says of itself is not worth refusing its text
    return metadata, language


def _with(metadata: Metadata, name: str, text: str) -> Metadata:
    match name:
        case "title":
            return replace(metadata, title=text)
        case "creator":
            return replace(metadata, author=text)
        case "created":
            return replace(metadata, created=parse_iso(text))
        case "modified":
            return replace(metadata, modified=parse_iso(text))
        case "Application":
            return replace(metadata, producer=text)
    return metadata
