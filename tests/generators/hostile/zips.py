"""Attacks by the zip container itself, each on every format that is one."""

from __future__ import annotations

import io
import struct
import warnings
import zipfile
from functools import partial
from typing import TYPE_CHECKING

from hostile.damage import MIB, cut, deflated, flipped
from hostile.model import BLANK, BROKEN, EMPTY, LARGE, LOCKED, READ, SLOW, TEXT, UNREAD, Hostile, add, hostile
from hostile.packages import PACKAGES, Package

if TYPE_CHECKING:
    from collections.abc import Callable

_LOCAL = b"PK\x03\x04"
_CENTRAL = b"PK\x01\x02"
_END = b"PK\x05\x06"


def sound(package: Package) -> bytes:
    """A file with nothing wrong."""
    return package.packed(package.xml(TEXT))


def ratio_bomb(package: Package) -> bytes:
    """A text of 160 MiB in 160 KiB."""
    return package.packed(package.xml("a " * (80 * MIB)))


def gigabytes(package: Package) -> bytes:
    """A main part of 4 GiB less a little, which says truly how long it is."""
    before, after = package.xml("\0").split("\0")
    data, checksum, length = deflated(before.encode(), b"harbour " * (MIB // 8), 2000, after.encode())
    return _with_packed_main(package, data, checksum, length)


def gigabytes_hidden(package: Package) -> bytes:
    """The same, but the directory says that it is of 1000 bytes."""
    before, after = package.xml("\0").split("\0")
    data, checksum, _ = deflated(before.encode(), b"harbour " * (MIB // 8), 2000, after.encode())
    return _with_packed_main(package, data, checksum, 1000)


def _with_packed_main(package: Package, data: bytes, checksum: int, length: int) -> bytes:
    """A container whose main part is this deflate stream, which no library could be made to write."""
    container = package.packed(b"")
    name = package.main.encode()
    out = io.BytesIO()
    directory = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(container)) as archive:
        for entry in archive.infolist():
            own = entry.filename.encode()
            start = out.tell()
            if own == name:
                sizes, body, how = (checksum, len(data), length), data, 8
            else:
                body = archive.read(entry)
                sizes, how = (entry.CRC, len(body), len(body)), 0
            out.write(_LOCAL + struct.pack("<5H3I2H", 20, 0, how, 0, 33, *sizes, len(own), 0) + own + body)
            fixed = struct.pack("<6H3I5H2I", 20, 20, 0, how, 0, 33, *sizes, len(own), 0, 0, 0, 0, 0, start)
            directory.write(_CENTRAL + fixed + own)
        entries = len(archive.infolist())
    start, size = out.tell(), directory.tell()
    end = _END + struct.pack("<4H2IH", 0, 0, entries, entries, size, start, 0)
    return out.getvalue() + directory.getvalue() + end


def many_entries(package: Package) -> bytes:
    """Seventy thousand parts of no length."""
    return package.packed(package.xml(TEXT), {f"extra/{number}.xml": b"" for number in range(70_000)})


def overlapping(package: Package) -> bytes:
    """A directory that names the main part 60,000 times."""
    data = sound(package)
    start, end = data.index(_CENTRAL), data.rindex(_END)
    at = data.rindex(_CENTRAL, 0, data.index(package.main.encode(), start))
    length = 46 + len(package.main)
    entry = data[at : at + length]
    count = 60_000
    directory = data[start:end] + entry * count
    return data[:start] + directory + _END + struct.pack("<4H2IH", 0, 0, count, count, len(directory), start, 0)


def same_name_twice(package: Package) -> bytes:
    """Two main parts, so that two readers may see two documents."""
    out = io.BytesIO(sound(package))
    with warnings.catch_warnings(), zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive:
        warnings.simplefilter("ignore")
        archive.writestr(package.main, package.xml("Another harbour."))
    return out.getvalue()


def names_that_climb(package: Package) -> bytes:
    """Parts whose names lead out of any folder."""
    more: dict[str, bytes | str] = {"../" * 20 + "etc/passwd": "prey", "/etc/cron.d/x": "prey", "C:\\x\\..\\y": "prey"}
    return package.packed(package.xml(TEXT), more | {"n" * 60_000: "prey", "a\nb\x1b[31m": "prey"})


def said_to_be_locked(package: Package) -> bytes:
    """Every entry has the flag of encryption."""
    data = bytearray(sound(package))
    for mark, offset in ((_LOCAL, 6), (_CENTRAL, 8)):
        at = data.find(mark)
        while at >= 0:
            data[at + offset] |= 1
            at = data.find(mark, at + 4)
    return bytes(data)


def sizes_that_lie(package: Package) -> bytes:
    """A directory in which every part is of nearly 4 GiB."""
    data = bytearray(sound(package))
    at = data.find(_CENTRAL)
    while at >= 0:
        data[at + 20 : at + 28] = struct.pack("<2I", 0xFFFFFFF0, 0xFFFFFFF0)
        at = data.find(_CENTRAL, at + 4)
    return bytes(data)


def offsets_that_lie(package: Package) -> bytes:
    """A directory in which every part begins past the end of the file."""
    data = bytearray(sound(package))
    at = data.find(_CENTRAL)
    while at >= 0:
        data[at + 42 : at + 46] = struct.pack("<I", 0x7FFFFFFF)
        at = data.find(_CENTRAL, at + 4)
    return bytes(data)


def zip64_that_lies(package: Package) -> bytes:
    """An end record for large archives that claims 2**63 entries."""
    data = sound(package)
    end = data.rindex(_END)
    start = data.index(_CENTRAL)
    record = b"PK\x06\x06" + struct.pack("<Q2H2I4Q", 44, 45, 45, 0, 0, 1 << 63, 1 << 63, end - start, start)
    locator = b"PK\x06\x07" + struct.pack("<IQI", 0, end, 1)
    last = _END + struct.pack("<4H2IH", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    return data[:end] + record + locator + last


def checksum_wrong(package: Package) -> bytes:
    """The checksum of every part is wrong."""
    data = bytearray(sound(package))
    at = data.find(_CENTRAL)
    while at >= 0:
        data[at + 16] ^= 0xFF
        at = data.find(_CENTRAL, at + 4)
    return bytes(data)


def archives_in_archives(package: Package) -> bytes:
    """The document in itself, and again, eight deep, beside its parts."""
    data = sound(package)
    for _ in range(8):
        data = package.packed(package.xml(TEXT), {"word/embeddings/inner.zip": data, "attachments/inner.zip": data})
    return data


def without_main(package: Package) -> bytes:
    """The part with the text is missing."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in package.others.items():
            archive.writestr(name, content)
    return out.getvalue()


def main_of_nothing(package: Package) -> bytes:
    """The part with the text is empty."""
    return package.packed(b"")


def main_of_garbage(package: Package) -> bytes:
    """The part with the text is no XML."""
    return package.packed(bytes(range(256)) * 400)


def cut_off(package: Package) -> bytes:
    """The end is missing."""
    return cut(sound(package), 0.7)


def upside_down(package: Package) -> bytes:
    """Some bits are turned over."""
    return flipped(sound(package), 40, 7)


_ATTACKS: tuple[tuple[Callable[[Package], bytes], frozenset[str], str, bool], ...] = (
    (sound, READ, "harbour", True),
    (ratio_bomb, LARGE, "", False),
    (gigabytes, LARGE | BROKEN, "", False),
    (gigabytes_hidden, LARGE | BROKEN, "", False),
    (many_entries, LARGE, "", False),
    (overlapping, LARGE | BROKEN, "", False),
    (same_name_twice, READ | BROKEN, "harbour", True),
    (names_that_climb, READ | BROKEN, "harbour", True),
    (said_to_be_locked, LOCKED, "", True),
    (sizes_that_lie, BROKEN | LARGE | READ, "", True),
    (offsets_that_lie, BROKEN, "", True),
    (zip64_that_lies, BROKEN | READ | LARGE | UNREAD, "", True),
    (checksum_wrong, BROKEN | READ, "", True),
    (archives_in_archives, READ | LARGE, "harbour", True),
    (without_main, BROKEN | BLANK | UNREAD, "", True),
    (main_of_nothing, BROKEN | BLANK, "", True),
    (main_of_garbage, BROKEN | BLANK | READ, "", True),
    (cut_off, BROKEN | UNREAD, "", True),
    (upside_down, BROKEN | READ | BLANK | UNREAD | LOCKED | LARGE, "", True),
)

for _kind, _package in PACKAGES.items():
    for _attack, _allowed, _keeps, _quick in _ATTACKS:
        _name = f"{_attack.__name__.replace('_', '-')}.{_kind}"
        add(Hostile(_name, partial(_attack, _package), _allowed, _keeps, "prey", _quick))


@hostile("an-empty-archive.zip", UNREAD, EMPTY, BROKEN)
def _an_empty_archive() -> bytes:
    return _END + bytes(18)


@hostile("an-empty-archive.docx", UNREAD, EMPTY, BROKEN)
def _an_empty_document() -> bytes:
    return _END + bytes(18)


@hostile("forty-two.zip", UNREAD, LARGE)
def _forty_two() -> bytes:
    """Archives of archives that would unpack to more than there is room for."""
    data = b"0" * MIB
    for _ in range(6):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            for number in range(16):
                archive.writestr(f"{number}.zip", data)
        data = out.getvalue()
    return data


def _with_cells(cells: str, dimension: str = "") -> bytes:
    package = PACKAGES["xlsx"]
    return package.packed(package.xml(TEXT, before=dimension).replace("<sheetData>", f"<sheetData>{cells}"))


_SHARED = '<row r="%d">' + '<c t="s"><v>0</v></c>' * 1000 + "</row>"


@hostile("giant-dimension.xlsx", READ, LARGE, keeps="harbour")
def _giant_dimension() -> bytes:
    return _with_cells("", '<dimension ref="A1:XFD1048576"/>')


@hostile("corners-far-apart.xlsx", READ, LARGE)
def _corners_far_apart() -> bytes:
    far = '<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>far</t></is></c></row>'
    package = PACKAGES["xlsx"]
    return package.packed(package.xml(TEXT).replace("</sheetData>", f"{far}</sheetData>"))


@hostile("cell-past-all-columns.xlsx", READ, LARGE, BROKEN)
def _cell_past_all_columns() -> bytes:
    return _with_cells('<row r="4294967295"><c r="ZZZZZZ99999999999"><v>1</v></c></row>')


@hostile("two-million-cells.xlsx", LARGE, quick=False)
def _two_million_cells() -> bytes:
    row = '<row r="%d">' + "<c><v>1</v></c>" * 1000 + "</row>"
    return _with_cells("".join(row % number for number in range(1, 2001)))


@hostile("long-string-shared-by-all.xlsx", LARGE, quick=False)
def _long_string_shared_by_all() -> bytes:
    package = PACKAGES["xlsx"]
    strings = package.others["xl/sharedStrings.xml"].replace("shared", "harbour " * 4000)
    main = package.xml(TEXT).replace("<sheetData>", "<sheetData>" + "".join(_SHARED % row for row in range(1, 900)))
    return package.packed(main, {"xl/sharedStrings.xml": strings})


@hostile("millions-of-strings.xlsx", LARGE, READ, SLOW, BROKEN, quick=False)
def _millions_of_strings() -> bytes:
    package = PACKAGES["xlsx"]
    strings = package.others["xl/sharedStrings.xml"].replace("<si>", "<si><t>a</t></si>" * 2_500_000 + "<si>")
    return package.packed(package.xml(TEXT), {"xl/sharedStrings.xml": strings})


@hostile("sheets-without-number.xlsx", READ, LARGE, BROKEN, quick=False)
def _sheets_without_number() -> bytes:
    package = PACKAGES["xlsx"]
    sheets = "".join(f'<sheet name="S{n}" sheetId="{n}" r:id="rId1"/>' for n in range(1, 50_000))
    book = package.others["xl/workbook.xml"].replace("<sheets>", f"<sheets>{sheets}")
    return package.packed(package.xml(TEXT), {"xl/workbook.xml": book})


def _repeated(cells: str) -> bytes:
    package = PACKAGES["ods"]
    return package.packed(package.xml(TEXT, before=cells))


_CELL = (
    '<table:table-row table:number-rows-repeated="%s"><table:table-cell table:number-columns-repeated="%s">%s'
    "</table:table-cell></table:table-row>"
)


@hostile("cells-repeated.ods", LARGE, SLOW, quick=False)
def _cells_repeated() -> bytes:
    return _repeated(_CELL % (1_048_576, 16_384, "<text:p>again</text:p>"))


@hostile("empty-cells-repeated.ods", READ, LARGE, keeps="harbour")
def _empty_cells_repeated() -> bytes:
    return _repeated(_CELL % (2_147_483_647, 2_147_483_647, ""))


@hostile("cells-repeated-by-no-number.ods", READ, LARGE, BROKEN)
def _cells_repeated_by_no_number() -> bytes:
    return _repeated(_CELL % ("9" * 5000, "-5", "<text:p>again</text:p>"))


@hostile("spaces-repeated.odt", READ, LARGE)
def _spaces_repeated() -> bytes:
    package = PACKAGES["odt"]
    return package.packed(package.xml(TEXT, before='<text:p>a<text:s text:c="2147483647"/>b</text:p>' * 50))


@hostile("slide-of-a-thousand-faces.pptx", READ, LARGE, quick=False)
def _slide_of_a_thousand_faces() -> bytes:
    package = PACKAGES["pptx"]
    many = '<p:sldId id="256" r:id="rId1"/>' * 100_000
    slides = package.others["ppt/presentation.xml"].replace("<p:sldIdLst>", f"<p:sldIdLst>{many}")
    return package.packed(package.xml(TEXT), {"ppt/presentation.xml": slides})


@hostile("chapter-of-a-thousand-faces.epub", READ, LARGE, quick=False)
def _chapter_of_a_thousand_faces() -> bytes:
    package = PACKAGES["epub"]
    spine = package.others["book.opf"].replace("<spine>", "<spine>" + '<itemref idref="one"/>' * 100_000)
    return package.packed(package.xml(TEXT), {"book.opf": spine})


@hostile("book-that-climbs.epub", BROKEN, BLANK, READ)
def _book_that_climbs() -> bytes:
    package = PACKAGES["epub"]
    book = package.others["book.opf"].replace("one.xhtml", "../../../../../../etc/passwd")
    return package.packed(package.xml(TEXT), {"book.opf": book})


@hostile("book-of-laughs.epub", BROKEN, LARGE, BLANK, READ)
def _book_of_laughs() -> bytes:
    package = PACKAGES["epub"]
    laughs = f'<!DOCTYPE p [<!ENTITY a "ha"><!ENTITY b "{"&a;" * 1000}"><!ENTITY c "{"&b;" * 1000}">]>'
    book = laughs + package.others["book.opf"].replace("A book", "&c;" * 1000)
    return package.packed(package.xml(TEXT), {"book.opf": book})


@hostile("relations-in-a-ring.docx", READ, BROKEN, keeps="harbour")
def _relations_in_a_ring() -> bytes:
    package = PACKAGES["docx"]
    ring = package.others["_rels/.rels"].replace("</Relationships>", "")
    more = "".join(
        f'<Relationship Id="x{n}" Type="{kind}" Target="document.xml"/>'
        for n, kind in enumerate(("footnotes", "endnotes", "header", "footer", "comments", "styles", "numbering"))
    ).replace('Type="', 'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/')
    return package.packed(package.xml(TEXT), {"word/_rels/document.xml.rels": f"{ring}{more}</Relationships>"})


@hostile("tables-in-tables.docx", READ, LARGE, BROKEN)
def _tables_in_tables() -> bytes:
    package = PACKAGES["docx"]
    deep = "<w:tbl><w:tr><w:tc>" * 80 + "<w:p/>" + "</w:tc></w:tr></w:tbl>" * 80
    return package.packed(package.xml(TEXT, before=deep))


@hostile("cells-that-span-all.docx", READ, LARGE, BROKEN)
def _cells_that_span_all() -> bytes:
    package = PACKAGES["docx"]
    cell = '<w:tc><w:tcPr><w:gridSpan w:val="2147483647"/></w:tcPr><w:p><w:r><w:t>wide</w:t></w:r></w:p></w:tc>'
    return package.packed(package.xml(TEXT, before=f"<w:tbl><w:tr>{cell * 20}</w:tr></w:tbl>"))
