"""Tells what kind of text a text is: HTML, XML, JSON, a mail, a table of values, Markdown or none of these.

Works on the beginning of a text and what its name promises. Prefers plain text wherever a match may be chance.
"""

from __future__ import annotations

import json
import re
from typing import Final

from papermesh_services.documents import delimited, magic
from papermesh_services.documents.model import Format

_HEAD: Final = 4096
_PREAMBLE = re.compile(r"(?:\s|<\?[^>]{0,1000}>|<!--.{0,2000}?-->)*", re.DOTALL)
_SURE_HTML = re.compile(r"<!doctype\s+html|<html[\s>]|<head[\s>]|<body[\s>]", re.IGNORECASE)
_LIKELY_HTML = re.compile(
    r"<(?:title|meta|link|style|script|div|p|h[1-6]|table|article|section|main|header|nav|ul|ol|span|center|font|a)[\s>]",
    re.IGNORECASE,
)
_ANY_TAG = re.compile(r"</?[a-z][a-z0-9]*[\s/>]|<!doctype", re.IGNORECASE)
_SURE_XML = re.compile(r"\s*<\?xml\s")
_LIKELY_XML = re.compile(r"<!DOCTYPE\s+(?!html\b)[A-Za-z_]|<[A-Za-z_][\w.-]*:?[\w.-]*(?:\s[^<>]{0,2000})?\sxmlns[:=]")
_ANY_ELEMENT = re.compile(r"<!DOCTYPE\s|<[A-Za-z_]")
_OBJECT = re.compile(r'\{\s*(?:"(?:[^"\\\n]|\\.){0,1000}"\s*:|\}\s*\Z)')
_ARRAY = re.compile(r'\[\s*(?:\[\s*)*(?:\{\s*["}]|"(?:[^"\\\n]|\\.){0,1000}"\s*[,\]])')
_JSON_START = re.compile(r'[{\["\-\dtfn]')
_HEADER = re.compile(r"([!-9;-~]{1,80}):(?:[ \t]|$)")
_MACHINE_NAMES = (
    "mime-version message-id received return-path delivered-to content-transfer-encoding dkim-signature x-mailer "
    "arc-seal authentication-results x-received x-google-smtp-source x-gm-thrid"
)
_WRITTEN_NAMES = "from to cc bcc subject date reply-to sender content-type in-reply-to references"
_MACHINE_HEADERS: Final = frozenset(_MACHINE_NAMES.split())
_MAIL_HEADERS: Final = _MACHINE_HEADERS | frozenset(_WRITTEN_NAMES.split())


def is_rtf(text: str) -> bool:
    """Whether this begins as RTF does."""
    return text.lstrip("\ufeffï»¿ \t\r\n").startswith("{\\rt")


def tell(text: str, promised: Format | None, *, named: bool, whole: bool) -> Format:
    """The format. promised: what the name says; named: whether it says anything; whole: whether this is all of it."""
    start = _PREAMBLE.match(text[:_HEAD])
    begin = start.end() if start else 0
    head = text[begin : begin + _HEAD]
    if is_rtf(text[:_HEAD]) or (promised is Format.RTF and text.lstrip().startswith("{\\")):
        return Format.RTF
    flat = magic.flat_opendocument(text[begin:])
    if flat is not None:
        return flat
    markup = _markup(text, head, promised, named=named)
    if markup:
        return markup
    if _is_json(text, promised, whole=whole):
        return Format.JSON
    if is_mail(text, promised):
        return Format.EML
    if promised in (None, Format.CSV) and _is_table(text, promised, whole=whole):
        return Format.CSV
    return promised if promised is Format.MARKDOWN else Format.TEXT


def is_mail(text: str, promised: Format | None = None) -> bool:
    """Whether this begins with the header of a mail, and not with lines that somebody wrote in its manner."""
    names = _header_names(text)
    known = len(names & _MAIL_HEADERS)
    if promised is Format.EML:
        return known >= 1
    return promised is None and known >= 3 and bool(names & _MACHINE_HEADERS)


def _markup(text: str, head: str, promised: Format | None, *, named: bool) -> Format | None:
    if _SURE_HTML.match(head):
        return Format.HTML
    if promised is Format.HTML and _ANY_TAG.search(text):
        # A text that was merely named so has no tag at all.
        return Format.HTML
    if _SURE_XML.match(text[:_HEAD].lstrip("\ufeff")) or _LIKELY_XML.match(head):
        return Format.XML
    if promised is Format.XML and _ANY_ELEMENT.match(head):
        return Format.XML
    return Format.HTML if not named and _LIKELY_HTML.match(head) else None


def _is_json(text: str, promised: Format | None, *, whole: bool) -> bool:
    bare = text.lstrip("\ufeff \t\r\n")
    if promised is Format.JSON:
        return _JSON_START.match(bare) is not None
    if promised is not None or not (_OBJECT.match(bare) or _ARRAY.match(bare)):
        return False
    # A template or a program may begin so too. What is too long to be tried is taken at its beginning.
    return not whole or _parses(bare) or _parses(bare.partition("\n")[0])


def _parses(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def _header_names(text: str) -> frozenset[str]:
    """The names of the fields of a mail's header, where the text begins with one."""
    names: set[str] = set()
    for number, line in enumerate(text.lstrip("\ufeff\r\n").splitlines()):
        match = _HEADER.match(line)
        if match:
            names.add(match.group(1).lower())
        elif not line.strip():
            break
        elif not (line[0] in " \t" and names) and not (number == 0 and line.startswith(("From ", ">From "))):
            # A line that is none in the middle of a header: what was found until then must speak for itself.
            break
    return frozenset(names)


def _is_table(text: str, promised: Format | None, *, whole: bool) -> bool:
    if promised is Format.CSV:
        return True
    return delimited.is_regular(text, whole=whole)
