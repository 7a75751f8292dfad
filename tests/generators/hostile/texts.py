"""Hostile files of the formats that are text: plain, Markdown, HTML, RTF, CSV, JSON and the encodings of all."""

from __future__ import annotations

import random
from functools import partial
from typing import TYPE_CHECKING

from hostile.damage import MIB
from hostile.model import BLANK, BROKEN, EMPTY, LARGE, READ, SLOW, TEXT, UNREAD, Hostile, add, hostile

if TYPE_CHECKING:
    from collections.abc import Callable

_HTML = f"<!DOCTYPE html><html><body><h1>Harbour</h1>%s<p>{TEXT}</p></body></html>"
_RTF = r"{\rtf1\ansi{\fonttbl{\f0 Times;}}%s" + TEXT + r"\par}"

_WRITTEN: tuple[tuple[str, Callable[[], str], frozenset[str], bool], ...] = (
    ("deep.html", lambda: _HTML % ("<div>" * 300_000), LARGE, True),
    ("deep-and-closed.html", lambda: _HTML % ("<div>" * 100_000 + "</div>" * 100_000), LARGE, True),
    ("inline-deep.html", lambda: _HTML % ("<b><i>" * 100_000), LARGE | READ, True),
    (
        "formatting-carried-on.html",
        lambda: _HTML % ("<p>" + "".join(f"<font size={n}>" for n in range(900)) + "<p>x" * 3000),
        LARGE | READ | SLOW,
        False,
    ),
    ("tables-deep.html", lambda: _HTML % ("<table><tr><td>" * 50_000), LARGE, True),
    ("select-deep.html", lambda: _HTML % ("<select><optgroup><option>" * 50_000), LARGE | READ, True),
    ("svg-deep.html", lambda: _HTML % ("<svg><g>" * 50_000), LARGE, True),
    ("templates-deep.html", lambda: _HTML % ("<template>" * 50_000), LARGE, True),
    (
        "attribute-flood.html",
        lambda: _HTML % ("<p " + " ".join(f"a{n}=1" for n in range(300_000)) + ">x</p>"),
        LARGE,
        True,
    ),
    ("attributes-on-body.html", lambda: _HTML % ("<body a=1 b=2>" * 100_000), READ | LARGE | SLOW, False),
    ("giant-attribute.html", lambda: _HTML % f'<p title="{"v" * (15 * MIB)}">x</p>', READ | LARGE | SLOW, False),
    ("million-tags.html", lambda: _HTML % ("<br>" * 1_000_000), READ | LARGE | SLOW, False),
    ("million-paragraphs.html", lambda: _HTML % ("<p>a" * 1_000_000), READ | LARGE | SLOW, False),
    ("unclosed-tag.html", lambda: _HTML % ("<a href='" * 200_000), READ | BLANK | LARGE | BROKEN, False),
    ("unclosed-comments.html", lambda: _HTML % ("<!-- " * 200_000), READ | BLANK, False),
    ("angle-flood.html", lambda: _HTML % ("<" * 3_000_000), READ | LARGE | SLOW, False),
    ("entities.html", lambda: _HTML % ("&#x41;&notanentity;&amp" * 200_000), READ | LARGE | SLOW, False),
    (
        "spans-that-never-end.html",
        lambda: _HTML % '<table><tr><td colspan="2147483647" rowspan="2147483647">x</table>',
        READ | LARGE,
        True,
    ),
    (
        "spans-that-multiply.html",
        lambda: _HTML % ("<table>" + "<tr><td colspan=1000 rowspan=65534>x" * 500 + "</table>"),
        READ | LARGE | SLOW,
        False,
    ),
    ("misnested.html", lambda: _HTML % ("<a><table><a></table>" * 20_000), READ | LARGE | SLOW, False),
    ("plaintext.html", lambda: _HTML % ("<plaintext>" + "<p>" * 100_000), READ | LARGE, False),
    ("too-much.html", lambda: _HTML % ("harbour " * (22 * MIB // 8)), LARGE, False),
    ("quotes-deep.md", lambda: "> " * 50_000 + TEXT, READ | LARGE, True),
    ("lists-deep.md", lambda: "".join(" " * (2 * n) + "- a\n" for n in range(1500)) + TEXT, READ | LARGE, False),
    ("brackets.md", lambda: "[" * 100_000 + TEXT, READ | LARGE | SLOW, False),
    ("links-half-made.md", lambda: "[a](<b" * 50_000 + TEXT, READ | LARGE | SLOW, False),
    ("links-in-links.md", lambda: "[a" * 5_000 + "](b)" * 5_000 + TEXT, READ | LARGE | SLOW, False),
    ("emphasis.md", lambda: "*a **a " * 100_000 + TEXT, READ | LARGE | SLOW, False),
    ("emphasis-mixed.md", lambda: "**x*_" * 60_000 + TEXT, READ | LARGE | SLOW, False),
    ("backticks.md", lambda: "".join("`" * n + " " for n in range(1, 1500)) + TEXT, READ | LARGE | SLOW, False),
    (
        "references.md",
        lambda: "".join(f"[r{n}]: /u 'x'\n" for n in range(60_000)) + "\n" + "[r1]" * 100_000 + TEXT,
        READ | LARGE | SLOW,
        False,
    ),
    (
        "table-wide.md",
        lambda: "|a" * 20_000 + "|\n" + "|-" * 20_000 + "|\n" + "|b\n" * 100 + "\n" + TEXT,
        READ | LARGE | SLOW,
        False,
    ),
    (
        "table-filled-up.md",
        lambda: "|a" * 2_000 + "|\n" + "|-" * 2_000 + "|\n" + "|b\n" * 20_000,
        READ | LARGE | SLOW,
        False,
    ),
    (
        "html-half-made.md",
        lambda: "<a " * 100_000 + "<!--" * 100_000 + "<![CDATA[" * 50_000 + TEXT,
        READ | LARGE | SLOW | BLANK | BROKEN,
        False,
    ),
    ("escapes.md", lambda: "\\" * 1_000_000 + TEXT, READ | LARGE | SLOW, False),
    ("braces.rtf", lambda: _RTF % ("{" * 1_000_000), READ | BROKEN | LARGE, False),
    ("braces-closed.rtf", lambda: _RTF % ("}" * 1_000_000), READ | BROKEN | LARGE | BLANK, False),
    ("binary-that-lies.rtf", lambda: _RTF % r"{\pict\bin2147483647 abc}", READ | BROKEN | BLANK | LARGE, True),
    ("binary-below-zero.rtf", lambda: _RTF % r"\bin-999999999999999999999 ", READ | BROKEN | LARGE, True),
    ("giant-number.rtf", lambda: _RTF % (r"\fs" + "9" * 100_000 + " "), READ | BROKEN | LARGE, True),
    (
        "no-such-letter.rtf",
        lambda: _RTF % (r"\u99999999999 ?\uc999999999 \u-70000 ?" * 100),
        READ | BROKEN | LARGE | BLANK,
        True,
    ),
    ("words-without-end.rtf", lambda: _RTF % ("\\" + "w" * 5_000_000 + " "), READ | BROKEN | LARGE | SLOW, False),
    ("pictures.rtf", lambda: _RTF % (r"{\*\blipuid " + "00ff" * 4_000_000 + "}"), READ | LARGE | SLOW, False),
    ("code-page-of-nowhere.rtf", lambda: _RTF % (r"\ansicpg99999 \'e9\'ff "), READ | BROKEN, True),
    ("unicode-flood.rtf", lambda: _RTF % (r"\u8364 ?" * 700_000), READ | LARGE | SLOW, False),
    ("wide.csv", lambda: ",".join(["x"] * 10_000_000), LARGE | SLOW, False),
    ("one-quote.csv", lambda: "a,b,c\n1,2,3\n" + '1,"' + "x,y\n" * 2_000_000, READ | LARGE | BROKEN | SLOW, False),
    ("quotes.csv", lambda: "a,b\n" + '"' * 5_000_001, READ | LARGE | BROKEN | SLOW, False),
    ("ragged.csv", lambda: "".join("x," * (n % 1000) + "\n" for n in range(4000)), READ | LARGE | SLOW, False),
    (
        "one-wide-row.csv",
        lambda: ",".join("abc") + "\n" + "1,2,3\n" * 20_000 + "x," * 900_000 + "\n",
        READ | LARGE | SLOW,
        False,
    ),
    ("only-commas.csv", lambda: "," * 1_000_000 + "\n", BLANK | LARGE | EMPTY, False),
    ("formulas.csv", lambda: "name,value\nharbour,=cmd|' /C calc'!A0\n@SUM(1),+1\n", READ, True),
    ("deep.json", lambda: "[" * 1_000_000 + "]" * 1_000_000, LARGE | BLANK, True),
    ("deep-and-open.json", lambda: '{"a":' * 200_000, LARGE | BROKEN | READ, True),
    ("giant-number.json", lambda: '{"harbour": ' + "9" * 5_000_000 + "}", READ | LARGE | BROKEN, False),
    (
        "exponent.json",
        lambda: '{"harbour": 1e999999999999, "b": -1e-999999999, "c": NaN, "d": Infinity}',
        READ | BROKEN,
        True,
    ),
    ("same-name-often.json", lambda: "{" + '"a": 1,' * 1_000_000 + '"harbour": 2}', READ | LARGE | SLOW, False),
    (
        "many-names.json",
        lambda: "{" + "".join(f'"{n}":0,' for n in range(600_000)) + '"harbour": 2}',
        READ | LARGE | SLOW,
        False,
    ),
    ("many-values.json", lambda: "[" + "0," * 5_000_000 + "0]", READ | LARGE | SLOW, False),
    ("lone-surrogates.json", lambda: '{"harbour": "\\ud800 \\udfff \\ud83d", "\\udc00": 1}', READ | BROKEN, True),
    ("never-ending.json", lambda: '{"harbour": "the boats came home', READ | BROKEN, True),
    (
        "lines-of-everything.jsonl",
        lambda: '{"a": [1]}\nnot json\n[[[\n{"harbour": 1}\n' * 10_000,
        READ | BROKEN | LARGE,
        False,
    ),
    (
        "cells-without-end.ipynb",
        lambda: '{"nbformat": 4, "cells": [' + '{"cell_type": "markdown", "source": ["a"]},' * 200_000 + "{}]}",
        READ | LARGE | SLOW | BROKEN,
        False,
    ),
    ("nulls.txt", lambda: TEXT + "\0" * 100_000 + TEXT, READ | UNREAD, True),
    ("one-line.txt", lambda: "harbour " * (50 * MIB // 8), LARGE | SLOW, False),
    ("one-word.txt", lambda: "a" * (15 * MIB), READ | LARGE | SLOW, False),
    ("million-lines.txt", lambda: "a\n" * 3_000_000, READ | LARGE | SLOW, False),
    ("million-paragraphs.txt", lambda: "harbour\n\n" * 700_000, READ | LARGE | SLOW, False),
    ("only-spaces-between.txt", lambda: "a" + " " * (12 * MIB) + "b", READ | LARGE | SLOW, False),
    ("headings-by-underlines.txt", lambda: "A title\n=======\n" * 200_000, READ | LARGE | SLOW, False),
    ("zalgo.txt", lambda: "harbour" + "\u0301\u0323\u0489" * 2_000_000, READ | LARGE | SLOW, False),
    ("zalgo-out-of-order.txt", lambda: "a" + "\u0301\u0316\u0327" * 300_000 + TEXT, READ | LARGE | SLOW, False),
    ("grows-when-composed.txt", lambda: "\ufb2c\u0958\ufdfa\u1e9b\u0323" * 500_000, READ | LARGE | SLOW, False),
    ("turned-around.txt", lambda: "\u202e\u2066\u200f" * 200_000 + TEXT + "\u202c", READ | LARGE, False),
    ("controls.txt", lambda: "".join(map(chr, range(1, 32))) * 2000 + TEXT, READ | UNREAD, True),
    ("terminal.txt", lambda: TEXT + "\x1b]0;owned\x07\x1b[2J\x1b[31m" * 1000, READ | UNREAD, True),
    ("private.txt", lambda: "\ue000\uf8ff\U000f0000" * 10_000 + TEXT, READ, True),
    ("dashes.txt", lambda: "-" * 3_000_000 + "\n" + TEXT, READ | LARGE | SLOW, False),
    ("dots.txt", lambda: "1." * 2_000_000 + "\n" + TEXT, READ | LARGE | SLOW, False),
    ("tabs.txt", lambda: ("a\t" * 200 + "\n") * 20_000, READ | LARGE | SLOW, False),
    ("blanks.txt", lambda: " \t\r\n\x0b\x0c" * 1000, EMPTY, True),
    ("blanks-of-unicode.txt", lambda: "\u2003\u00a0\u3000\u200b\ufeff" * 1000, EMPTY | BLANK, True),
    ("lines-of-all-kinds.txt", lambda: "a\rb\r\nc\nd\u2028e\u2029f\x0bg\x0ch\x85i" * 10_000, READ, False),
)


def _encoded(make: Callable[[], str]) -> bytes:
    return make().encode()


for _name, _text, _allowed, _quick in _WRITTEN:
    add(Hostile(_name, partial(_encoded, _text), _allowed, quick=_quick))


def _in(encoding: str, text: str) -> bytes:
    return text.encode(encoding)


_GERMAN = "Die Boote liefen am Abend in den Hafen ein. Übermorgen gehört ihnen die Küste für ein größeres Fest.\n" * 20
_JAPANESE = "船は夕方の潮とともに港に帰ってきた。明日は大きな祭りがある。\n" * 20
_RUSSIAN = "Лодки вернулись в гавань с вечерним приливом. Завтра будет большой праздник.\n" * 20

for _encoding, _sample, _word in (
    ("utf-8-sig", _GERMAN, "größeres"),
    ("utf-16", _GERMAN, "größeres"),
    ("utf-16-be", _GERMAN, ""),
    ("utf-32", _GERMAN, "größeres"),
    ("utf-7", _GERMAN, ""),
    ("cp1252", _GERMAN, "größeres"),
    ("iso-8859-15", _GERMAN, "größeres"),
    ("cp037", _GERMAN, ""),
    ("shift_jis", _JAPANESE, "港"),
    ("euc-jp", _JAPANESE, "港"),
    ("iso-2022-jp", _JAPANESE, ""),
    ("koi8-r", _RUSSIAN, "гавань"),
    ("cp1251", _RUSSIAN, "гавань"),
):
    _answers = READ if _word else READ | UNREAD
    add(Hostile(f"encoding-{_encoding}.txt", partial(_in, _encoding, _sample), _answers, _word))


@hostile("empty.txt", EMPTY)
@hostile("empty.pdf", EMPTY)
@hostile("empty.docx", EMPTY)
@hostile("empty", EMPTY)
def _nothing() -> bytes:
    return b""


@hostile("half-a-mark.txt", EMPTY, BLANK, READ, UNREAD)
def _half_a_mark() -> bytes:
    return b"\xef\xbb"


@hostile("mark-alone.txt", EMPTY)
def _mark_alone() -> bytes:
    return b"\xff\xfe"


@hostile("odd-utf-16.txt", READ, BROKEN, keeps="harbour")
def _odd_utf_16() -> bytes:
    return TEXT.encode("utf-16") + b"\x41"


@hostile("surrogates-utf-16.txt", READ, BROKEN, UNREAD)
def _surrogates_utf_16() -> bytes:
    return b"\xff\xfe" + b"\x00\xd8\x41\x00\x00\xdc" * 1000 + TEXT.encode("utf-16-le")


@hostile("surrogates-utf-8.txt", READ, BROKEN, UNREAD)
def _surrogates_utf_8() -> bytes:
    return TEXT.encode() + "\ud800\udfff".encode("utf-8", "surrogatepass") * 1000 + b"\xc0\xaf\xf8\x88\x80\x80\x80"


@hostile("every-byte.txt", READ, UNREAD, BROKEN)
def _every_byte() -> bytes:
    return bytes(range(256)) * 4000


@hostile("random.bin", UNREAD, READ)
def _random() -> bytes:
    return random.Random(1).randbytes(300_000)


@hostile("bytes-above-127.txt", READ, UNREAD, SLOW, quick=False)
def _bytes_above_127() -> bytes:
    return bytes(range(128, 256)) * 100_000
