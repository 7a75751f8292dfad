"""Hostile mails, and OLE containers: old Office files and Outlook messages."""

from __future__ import annotations

import struct
from functools import partial
from typing import TYPE_CHECKING

from hostile.damage import MIB, cut, flipped
from hostile.model import BLANK, BROKEN, LARGE, LOCKED, READ, SLOW, TEXT, UNREAD, Hostile, add, hostile

if TYPE_CHECKING:
    from collections.abc import Callable

_HEAD = "From: a@example.org\r\nTo: b@example.org\r\nSubject: The harbour\r\nDate: Mon, 1 Jan 2024 10:00:00 +0000\r\n"
_MIME = _HEAD + "MIME-Version: 1.0\r\n"
_MIXED = _MIME + 'Content-Type: multipart/mixed; boundary="b"\r\n\r\n'
_PART = f"--b\r\nContent-Type: text/plain\r\n\r\n{TEXT}\r\n"


def _nested(depth: int) -> str:
    open_each = "".join(f'Content-Type: multipart/mixed; boundary="b{n}"\r\n\r\n--b{n}\r\n' for n in range(depth))
    return _MIME + open_each + f"Content-Type: text/plain\r\n\r\n{TEXT}\r\n"


def _forwarded(depth: int) -> str:
    return (_MIME + "Content-Type: message/rfc822\r\n\r\n") * depth + _HEAD + "\r\n" + TEXT


_WRITTEN: tuple[tuple[str, Callable[[], str], frozenset[str], bool], ...] = (
    ("sound.eml", lambda: f"{_HEAD}\r\n{TEXT}\r\n", READ, True),
    ("deep.eml", lambda: _nested(2000), LARGE | READ, True),
    ("forwarded.eml", lambda: _forwarded(2000), LARGE | READ, True),
    ("header-flood.eml", lambda: _HEAD + "X-Flood: x\r\n" * 500_000 + f"\r\n{TEXT}", LARGE, False),
    ("giant-header.eml", lambda: _HEAD + f"X-Long: {'x' * (8 * MIB)}\r\n\r\n{TEXT}", LARGE, False),
    ("folded-header.eml", lambda: _HEAD + "X-Folded: x" + "\r\n x" * 300_000 + f"\r\n\r\n{TEXT}", LARGE | READ, False),
    (
        "address-flood.eml",
        lambda: _HEAD + "Cc: " + ", ".join(f"a{n}@example.org" for n in range(45_000)) + f"\r\n\r\n{TEXT}",
        READ | LARGE | SLOW,
        False,
    ),
    (
        "encoded-words.eml",
        lambda: _HEAD + "X-E: " + "=?utf-8?q?a?= " * 60_000 + f"\r\n\r\n{TEXT}",
        READ | LARGE | SLOW,
        False,
    ),
    (
        "encoded-subject.eml",
        lambda: _HEAD.replace("The harbour", "=?utf-8?b?" + "////" * 200_000 + "?=") + f"\r\n{TEXT}",
        READ | LARGE,
        True,
    ),
    (
        "brackets.eml",
        lambda: _HEAD.replace("a@example.org", "(" * 200_000) + f"\r\n{TEXT}",
        READ | LARGE | SLOW | BROKEN,
        False,
    ),
    (
        "quotes.eml",
        lambda: _HEAD.replace("a@example.org", '"' + '\\"' * 200_000) + f"\r\n{TEXT}",
        READ | LARGE | SLOW | BROKEN,
        False,
    ),
    (
        "parameters.eml",
        lambda: _MIME + "Content-Type: text/plain" + "".join(f"; p*{n}=x" for n in range(50_000)) + f"\r\n\r\n{TEXT}",
        READ | LARGE | SLOW,
        False,
    ),
    ("ten-thousand-parts.eml", lambda: _MIXED + _PART * 10_000 + "--b--\r\n", LARGE, True),
    ("million-boundaries.eml", lambda: _MIXED + "--b\r\n" * 1_000_000 + "--b--\r\n", LARGE | BLANK | SLOW, False),
    ("boundary-of-nothing.eml", lambda: _MIXED.replace('"b"', '""') + _PART, READ | BROKEN | BLANK, True),
    ("boundary-never-closed.eml", lambda: _MIXED + _PART, READ | BROKEN, True),
    (
        "boundary-giant.eml",
        lambda: _MIXED.replace('"b"', f'"{"b" * 900_000}"') + _PART,
        READ | BROKEN | BLANK | LARGE,
        True,
    ),
    (
        "boundary-in-itself.eml",
        lambda: _MIXED + '--b\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n' * 400 + _PART,
        READ | BROKEN | BLANK | LARGE,
        True,
    ),
    (
        "base64-flood.eml",
        lambda: (
            _MIME
            + "Content-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\n"
            + "aGFyYm91ciA=\r\n" * 2_000_000
        ),
        READ | LARGE | SLOW,
        False,
    ),
    (
        "base64-broken.eml",
        lambda: _MIME + "Content-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\n" + "a===!" * 100_000,
        READ | BROKEN | BLANK,
        False,
    ),
    (
        "quoted-flood.eml",
        lambda: (
            _MIME
            + "Content-Type: text/plain\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
            + "=41=\r\n" * 1_000_000
        ),
        READ | LARGE | SLOW,
        False,
    ),
    (
        "charset-of-nowhere.eml",
        lambda: _MIME + "Content-Type: text/plain; charset=x-harbour\r\n\r\n" + TEXT,
        READ,
        True,
    ),
    (
        "charset-a-codec.eml",
        lambda: _MIME + "Content-Type: text/plain; charset=zip\r\n\r\n" + TEXT,
        READ | BROKEN,
        True,
    ),
    (
        "name-that-climbs.eml",
        lambda: (
            _MIXED
            + _PART
            + '--b\r\nContent-Disposition: attachment; filename="../../../etc/passwd"\r\n\r\nx\r\n--b--\r\n'
        ),
        READ,
        True,
    ),
    (
        "uuencoded.eml",
        lambda: (
            _MIME + "Content-Transfer-Encoding: x-uuencode\r\n\r\nbegin 644 x\r\n" + "#86)C\r\n" * 100_000 + "end\r\n"
        ),
        READ | BROKEN | BLANK | LARGE,
        False,
    ),
    (
        "body-of-html-deep.eml",
        lambda: _MIME + "Content-Type: text/html\r\n\r\n" + "<div>" * 300_000 + TEXT,
        LARGE | READ,
        True,
    ),
)


def _encoded(make: Callable[[], str]) -> bytes:
    return make().encode()


for _name, _text, _allowed, _quick in _WRITTEN:
    add(Hostile(_name, partial(_encoded, _text), _allowed, quick=_quick))

_FREE, _END, _TABLE = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD


def ole(
    streams: dict[str, bytes], *, table: list[int] | None = None, root: tuple[int, int, int] | None = None
) -> bytes:
    """An OLE container, version 3, with streams of whole sectors.

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
    numbers = (table or chain)[:128]
    fat = struct.pack("<128I", *numbers, *[_FREE] * (128 - len(numbers)))
    directory = b"".join(entries).ljust(512, b"\0")[:512]
    head = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16) + struct.pack("<5H6x", 0x3E, 3, 0xFFFE, 9, 6)
    head += struct.pack("<9I", 0, 1, 1, 0, 4096, _END, 0, _END, 0) + struct.pack("<109I", 0, *[_FREE] * 108)
    return head + fat + directory + b"".join(sectors)


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


@hostile("old.doc", UNREAD)
def _old_word() -> bytes:
    return ole({"WordDocument": TEXT.encode() * 100, "1Table": bytes(4096)})
