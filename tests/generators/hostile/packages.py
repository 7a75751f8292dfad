"""The smallest sound files of each format that is a zip container, for the attacks to start from."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from typing import Final

_OPEN: Final = "http://schemas.openxmlformats.org/"
_OFFICE: Final = _OPEN + "officeDocument/2006/relationships"
_ODF: Final = "urn:oasis:names:tc:opendocument:xmlns:"
_WORD: Final = f'xmlns:w="{_OPEN}wordprocessingml/2006/main"'
_SLIDE: Final = f'xmlns:p="{_OPEN}presentationml/2006/main" xmlns:a="{_OPEN}drawingml/2006/main" xmlns:r="{_OFFICE}"'
_SHEET: Final = f'xmlns="{_OPEN}spreadsheetml/2006/main" xmlns:r="{_OFFICE}"'
_OASIS: Final = " ".join(f'xmlns:{name}="{_ODF}{name}:1.0"' for name in ("office", "text", "table", "drawing"))
_OPENDOCUMENT: Final = _OASIS.replace("xmlns:drawing", "xmlns:draw")


@dataclass(frozen=True, slots=True)
class Package:
    """A format in a container.

    main: the part that the attacks go at. element: one that may stand in itself there.
    root, inside: the main part: its outermost element with its namespaces, and what is in that, with %(before)s where
    further elements may stand and %(text)s where the text is.
    others: the parts beside it, by name.
    """

    main: str
    root: str
    inside: str
    element: str
    others: dict[str, str]

    def xml(self, text: str, *, before: str = "", prolog: str = "", attributes: str = "") -> str:
        """The main part, with a text in it and whatever else."""
        name = self.root.split()[0]
        inside = self.inside % {"before": before, "text": text}
        return f'<?xml version="1.0" encoding="UTF-8"?>{prolog}<{self.root} {attributes}>{inside}</{name}>'

    def packed(self, main: bytes | str, more: dict[str, bytes | str] | None = None) -> bytes:
        """The container, with this as its main part and further parts."""
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in (self.others | {self.main: main} | (more or {})).items():
                how = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
                archive.writestr(zipfile.ZipInfo(name), content, how)
        return out.getvalue()


def _types(part: str, kind: str) -> str:
    override = f'<Override PartName="/{part}" ContentType="application/vnd.openxmlformats-officedocument.{kind}+xml"/>'
    rels = '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    return f'<Types xmlns="{_OPEN}package/2006/content-types">{rels}{override}</Types>'


def _relations(*targets: tuple[str, str]) -> str:
    each = "".join(
        f'<Relationship Id="rId{number}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(targets, 1)
    )
    return f'<Relationships xmlns="{_OPEN}package/2006/relationships">{each}</Relationships>'


def _opendocument(kind: str, element: str, inside: str) -> Package:
    media = f"application/vnd.oasis.opendocument.{kind}"
    manifest = (
        f'<m:manifest xmlns:m="{_ODF}manifest:1.0"><m:file-entry m:full-path="/" m:media-type="{media}"/></m:manifest>'
    )
    inside = f"<office:body><office:{kind}>{inside}</office:{kind}></office:body>"
    others = {"mimetype": media, "META-INF/manifest.xml": manifest}
    return Package("content.xml", f"office:document-content {_OPENDOCUMENT}", inside, element, others)


_CONTAINER = (
    '<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
    '<rootfile full-path="book.opf" media-type="application/oebps-package+xml"/></rootfiles></container>'
)
_BOOK = (
    '<package xmlns="http://www.idpf.org/2007/opf" version="3.0"><metadata xmlns:dc="http://purl.org/dc/elements/1.1/">'
    "<dc:title>A book</dc:title><dc:language>en</dc:language></metadata><manifest>"
    '<item id="one" href="one.xhtml" media-type="application/xhtml+xml"/></manifest>'
    '<spine><itemref idref="one"/></spine></package>'
)

PACKAGES: Final = {
    "docx": Package(
        "word/document.xml",
        f"w:document {_WORD}",
        "<w:body>%(before)s<w:p><w:r><w:t>%(text)s</w:t></w:r></w:p></w:body>",
        "w:sdt",
        {
            "[Content_Types].xml": _types("word/document.xml", "wordprocessingml.document.main"),
            "_rels/.rels": _relations(("officeDocument", "word/document.xml")),
        },
    ),
    "pptx": Package(
        "ppt/slides/slide1.xml",
        f"p:sld {_SLIDE}",
        "<p:cSld><p:spTree>%(before)s<p:sp><p:txBody><a:p><a:r><a:t>%(text)s</a:t></a:r></a:p></p:txBody></p:sp>"
        "</p:spTree></p:cSld>",
        "p:grpSp",
        {
            "[Content_Types].xml": _types("ppt/presentation.xml", "presentationml.presentation.main"),
            "_rels/.rels": _relations(("officeDocument", "ppt/presentation.xml")),
            "ppt/presentation.xml": f'<p:presentation {_SLIDE}><p:sldIdLst><p:sldId id="256" r:id="rId1"/></p:sldIdLst>'
            "</p:presentation>",
            "ppt/_rels/presentation.xml.rels": _relations(("slide", "slides/slide1.xml")),
        },
    ),
    "xlsx": Package(
        "xl/worksheets/sheet1.xml",
        f"worksheet {_SHEET}",
        '%(before)s<sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>%(text)s</t></is></c></row></sheetData>',
        "extLst",
        {
            "[Content_Types].xml": _types("xl/workbook.xml", "spreadsheetml.sheet.main"),
            "_rels/.rels": _relations(("officeDocument", "xl/workbook.xml")),
            "xl/workbook.xml": f'<workbook {_SHEET}><sheets><sheet name="One" sheetId="1" r:id="rId1"/></sheets>'
            "</workbook>",
            "xl/_rels/workbook.xml.rels": _relations(
                ("worksheet", "worksheets/sheet1.xml"), ("sharedStrings", "sharedStrings.xml")
            ),
            "xl/sharedStrings.xml": f"<sst {_SHEET}><si><t>shared</t></si></sst>",
        },
    ),
    "odt": _opendocument("text", "text:section", "%(before)s<text:p>%(text)s</text:p>"),
    "ods": _opendocument(
        "spreadsheet",
        "table:table-row-group",
        '<table:table table:name="One">%(before)s<table:table-row><table:table-cell><text:p>%(text)s</text:p>'
        "</table:table-cell></table:table-row></table:table>",
    ),
    "odp": _opendocument(
        "presentation",
        "draw:g",
        '<draw:page draw:name="One">%(before)s<draw:frame><draw:text-box><text:p>%(text)s</text:p></draw:text-box>'
        "</draw:frame></draw:page>",
    ),
    "epub": Package(
        "one.xhtml",
        'html xmlns="http://www.w3.org/1999/xhtml"',
        "<head><title>One</title></head><body>%(before)s<p>%(text)s</p></body>",
        "div",
        {"mimetype": "application/epub+zip", "META-INF/container.xml": _CONTAINER, "book.opf": _BOOK},
    ),
}
