"""Hostile OLE containers: old Office files and Outlook messages."""

from __future__ import annotations

import struct
from functools import partial

from hostile.damage import cut, flipped
from hostile.model import BLANK, BROKEN, LARGE, LOCKED, READ, SLOW, TEXT, UNREAD, Hostile, add, hostile

_FREE, _END, _TABLE = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD


def ole(
    streams: dict[str, bytes], *, table: list[int] | None = None, root: tuple[int, int, int] | None = None
) -> bytes:
    """An OLE container, version 3, with streams of whole sectors, of 7 MB in all at the most.

    table: an allocation table to put in place of the right one. root: left, right and child of the root entry.
    """
    sectors: list[bytes] = []
    chain: list[int] = [_TABLE, _END]
    entries = [_entry("Root Entry", 5, root or (_FREE, _FREE, 1 if streams else _FREE), _END, 0)]
    for number, (name, data) in enumerate(streams.items(), 1):
        data = data.ljust(max(4096, -(-len(data) // 512) * 512), b"\0")
        start = 2 + len(sectors)
        sectors += [data[at : at + 512] for at in range(0, len(data), 512)]
        chain += [*range(start + 1, 2 + len(sectors)), _END]
        right = number + 1 if number < len(streams) else _FREE
        entries.append(_entry(name, 2, (_FREE, right, _FREE), start, len(data)))
    # The first table comes before the directory, where damage is done to it; further ones come last.
    tables = next(count for count in range(1, 110) if 128 * count >= len(chain) + count - 1)
    numbers = table or [*chain, *[_TABLE] * (tables - 1)]
    fat = struct.pack(f"<{128 * tables}I", *(numbers + [_FREE] * 128 * tables)[: 128 * tables])
    directory = b"".join(entries).ljust(512, b"\0")[:512]
    head = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16) + struct.pack("<5H6x", 0x3E, 3, 0xFFFE, 9, 6)
    places = [0, *range(len(chain), len(chain) + tables - 1), *[_FREE] * (109 - tables)]
    head += struct.pack("<9I", 0, tables, 1, 0, 4096, _END, 0, _END, 0) + struct.pack("<109I", *places)
    return head + fat[:512] + directory + b"".join(sectors) + fat[512:]


def _entry(name: str, kind: int, tree: tuple[int, int, int], start: int, size: int) -> bytes:
    spelt = name.encode("utf-16-le")
    fixed = struct.pack("<HBB3I", len(spelt) + 2, kind, 1, *tree)
    return spelt.ljust(64, b"\0") + fixed + bytes(36) + struct.pack("<IQ", start, size)


_MESSAGE = {"__properties_version1.0": bytes(32), "__substg1.0_1000001F": TEXT.encode("utf-16-le")}
_OLD_BOOK = {"Workbook": struct.pack("<HHHHIIHH", 0x809, 16, 0x600, 5, 0, 0, 0, 0) * 30}
_LOOP = [_TABLE, 1] + [2] * 126
_ANY = BROKEN | BLANK | UNREAD | READ | LARGE

for _name, _streams, _kind in (("message", _MESSAGE, "msg"), ("book", _OLD_BOOK, "xls")):
    _whole = ole(_streams)
    for _what, _data in (
        ("small", _whole),
        ("head-alone", _whole[:512]),
        ("cut", cut(_whole, 0.6)),
        ("flipped", flipped(_whole, 60, 3)),
        ("chain-in-a-ring", ole(_streams, table=_LOOP)),
        ("chain-past-the-end", ole(_streams, table=[_TABLE, _END, *[0x00FFFFFF] * 100])),
        ("tree-in-a-ring", ole(_streams, root=(0, 0, 0))),
        ("tree-past-the-end", ole(_streams, root=(0x7FFFFFFF, 0x7FFFFFFF, 0x7FFFFFFF))),
        ("table-of-gigabytes", _whole[:44] + struct.pack("<I", 0x7FFFFFFF) + _whole[48:]),
        ("sectors-of-gigabytes", _whole[:30] + struct.pack("<H", 40) + _whole[32:]),
        ("streams-of-gigabytes", _whole.replace(struct.pack("<Q", 4096), struct.pack("<Q", 1 << 62))),
        ("directory-in-a-ring", _whole[:516] + struct.pack("<I", 1) + _whole[520:]),
    ):
        add(Hostile(f"{_name}-{_what}.{_kind}", partial(bytes, _data), _ANY))


def _records(kind: int, body: bytes, times: int) -> bytes:
    start = struct.pack("<HHHHIIHH", 0x809, 16, 0x600, 5, 0, 0, 0, 0)
    return start + (struct.pack("<HH", kind, len(body)) + body) * times


@hostile("strings-that-are-not-there.xls", _ANY)
def _strings_that_are_not_there() -> bytes:
    return ole({"Workbook": _records(0xFC, struct.pack("<II", 0x7FFFFFFF, 0x7FFFFFFF), 3)})


@hostile("dimension.xls", _ANY)
def _dimension() -> bytes:
    return ole({"Workbook": _records(0x200, struct.pack("<IIHHH", 0, 0xFFFFFFFF, 0, 0xFFFF, 0), 3)})


@hostile("locked.docx", LOCKED)
@hostile("locked.xlsx", LOCKED)
@hostile("locked.pptx", LOCKED)
def _locked_office() -> bytes:
    return ole({"EncryptionInfo": b"\x04\x00\x04\x00@\x00\x00\x00<encryption/>", "EncryptedPackage": bytes(8000)})


@hostile("text-alone.doc", BROKEN)
def _text_alone() -> bytes:
    return ole({"WordDocument": TEXT.encode() * 100, "1Table": bytes(4096)})


def _word(text: str, tables: dict[int, bytes], *, pages: bytes = b"", stories: tuple[int, ...] = ()) -> bytes:
    """A file of Word 97: its text from byte 1024 of its stream on, then pages of looks; tables by their places."""
    written = text.encode("utf-16-le")
    head, named = bytearray(1024), b""
    struct.pack_into("<HH", head, 0, 0xA5EC, 193)
    struct.pack_into("<H", head, 10, 0x0200)
    struct.pack_into("<8I", head, 76, len(text) - sum(stories), *stories, *[0] * (7 - len(stories)))
    for place, table in ({33: _pieces((0, len(text), 1024))} | tables).items():
        struct.pack_into("<II", head, 154 + 8 * place, len(named), len(table))
        named += table
    return ole({"WordDocument": bytes(head) + written + pages, "1Table": named})


def _pieces(*pieces: tuple[int, int, int]) -> bytes:
    """The table of pieces: the first character of each, the one after its last, and the byte it starts at."""
    bounds = struct.pack(f"<{len(pieces) + 1}I", *(start for start, _, _ in pieces), pieces[-1][1])
    table = bounds + b"".join(struct.pack("<HIH", 0, at, 0) for _, _, at in pieces)
    return b"\x02" + struct.pack("<I", len(table)) + table


_PARAGRAPH = f"{TEXT}\r"
_MANY = 100_000
_STYLES_IN_A_RING = struct.pack("<HHH", 4, 3, 10) + b"".join(
    struct.pack("<11H", 20, 0xFFE, (number + 1) % 3 << 4 | 1, 2, 0, 0, 0, 0, 4, number, 0) for number in range(3)
)

for _name, _file, _allowed, _quick in (
    ("sound", lambda: _word(_PARAGRAPH, {}), READ, True),
    (
        "pieces-that-overlap",
        lambda: _word(_PARAGRAPH, {33: _pieces(*((at, at + 60, 1024) for at in range(0, 60 * _MANY, 60)))}),
        BROKEN,
        True,
    ),
    ("piece-of-gigabytes", lambda: _word(_PARAGRAPH, {33: _pieces((0, 0x7FFFFFFF, 1024))}), BROKEN, True),
    ("pieces-backwards", lambda: _word(_PARAGRAPH, {33: _pieces((9, 3, 0), (3, 0, 1024))}), _ANY, True),
    ("pieces-past-the-end", lambda: _word(_PARAGRAPH, {33: _pieces((0, 60, 0x3FFFFFFF))}), _ANY, True),
    (
        "looks-past-the-end",
        lambda: _word(_PARAGRAPH, {at: bytes(4) * (_MANY + 1) + bytes(range(256)) * 1500 for at in (12, 13)}),
        _ANY,
        True,
    ),
    (
        "looks-everywhere",
        lambda: _word(
            _PARAGRAPH,
            {at: bytes(4 * 9001) + struct.pack("<9000I", *range(9000)) for at in (12, 13)},
            pages=bytes(range(256)) * 2 * 9000,
        ),
        _ANY | SLOW,
        False,
    ),
    ("fields-never-closed", lambda: _word("\x13" * _MANY + _PARAGRAPH, {}), _ANY, True),
    ("fields-never-opened", lambda: _word("\x14\x15" * _MANY + _PARAGRAPH, {}), _ANY, True),
    ("cells-without-end", lambda: _word("\x07" * 1_000_000 + _PARAGRAPH, {}), _ANY | SLOW, False),
    ("paragraphs-without-end", lambda: _word("a\r" * 1_000_000 + _PARAGRAPH, {}), _ANY | SLOW, False),
    (
        "notes-without-end",
        lambda: _word("a\r" * _MANY, {3: struct.pack(f"<{_MANY}I", *range(_MANY))}, stories=(2 * _MANY - 2,)),
        _ANY | SLOW,
        False,
    ),
    ("styles-in-a-ring", lambda: _word(_PARAGRAPH, {1: _STYLES_IN_A_RING}), READ, True),
):
    add(Hostile(f"{_name}.doc", _file, _allowed, quick=_quick))


def _record(kind: int, body: bytes = b"", version: int = 15) -> bytes:
    return struct.pack("<HHI", version, kind, len(body)) + body


def _show(slide: bytes, *, slides: int = 1, places: int = 1, edit: int | None = None) -> bytes:
    """A file of PowerPoint 97 of one slide, so many times in its list, and in the table of places."""
    listed = b"".join(_record(0x03F3, struct.pack("<5I", 2, 0, 0, number, 0)) for number in range(slides))
    document = _record(0x03E8, _record(0x0FF0, listed))
    stream = document + slide
    directory = _record(0x1772, struct.pack("<4I", 1 | 1 << 20, 0, 2 | 1 << 20, len(document)) * places)
    at = len(stream) + len(directory)
    last = _record(0x0FF5, struct.pack("<7I", 0, 0, at if edit is None else edit, len(stream), 1, 2, 0))
    user = _record(0x0FF6, struct.pack("<3I", 20, 0xE391C05F, at))
    return ole({"PowerPoint Document": stream + directory + last, "Current User": user})


def _drawn(shapes: bytes) -> bytes:
    return _record(0x03EE, _record(0x040C, _record(0xF002, _record(0xF003, _record(0xF004) + shapes))))


def _box(text: str) -> bytes:
    said = _record(0x0F9F, struct.pack("<I", 4)) + _record(0x0FA0, text.encode("utf-16-le"))
    return _record(0xF004, _record(0xF00D, said))


def _looked(runs: int) -> bytes:
    said = _record(0x0F9F, struct.pack("<I", 1)) + _record(0x0FA0, f"{TEXT}\r".encode("utf-16-le") * 1_000)
    return _record(0xF004, _record(0xF00D, said + _record(0x0FA1, struct.pack("<IHI", 1, 0, 0) * runs)))


def _grouped(depth: int) -> bytes:
    inner = _box(TEXT)
    for _ in range(depth):
        inner = _record(0xF003, _record(0xF004) + inner)
    return inner


for _name, _file, _allowed, _quick in (
    ("sound", lambda: _show(_drawn(_box(TEXT))), READ, True),
    ("groups-in-groups", lambda: _show(_drawn(_box(TEXT) + _grouped(2_000))), READ, True),
    ("one-slide-many-times", lambda: _show(_drawn(_box(TEXT) * 10_000), slides=2_500), LARGE | SLOW, False),
    ("shapes-without-end", lambda: _show(_drawn(_box("") * 90_000 + _box(TEXT))), _ANY | SLOW, False),
    ("places-without-end", lambda: _show(_drawn(_box(TEXT)), places=200_000), _ANY | SLOW, False),
    ("saves-in-a-ring", lambda: _show(_drawn(_box(TEXT))), READ, True),
    ("save-past-the-end", lambda: _show(_drawn(_box(TEXT)), edit=0x7FFFFFFF), READ, True),
    ("records-of-gigabytes", lambda: _show(_drawn(_box(TEXT)).replace(b"\x0d\xf0", b"\xff\xff")), _ANY, True),
    ("looks-without-end", lambda: _show(_drawn(_looked(200_000))), _ANY | SLOW, False),
):
    add(Hostile(f"{_name}.ppt", _file, _allowed, quick=_quick))
