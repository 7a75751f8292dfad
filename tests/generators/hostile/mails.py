"""Hostile mails."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from hostile.damage import MIB
from hostile.model import BLANK, BROKEN, LARGE, READ, SLOW, TEXT, Hostile, add

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
