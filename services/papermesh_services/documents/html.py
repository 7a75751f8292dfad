"""Reads HTML: its encoding, what its head says of it, and the blocks that html_body finds in it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

from papermesh_services.documents import encoding, html_forms, html_guard
from papermesh_services.documents.builder import Draft, TextBuilder
from papermesh_services.documents.clean import one_line
from papermesh_services.documents.dates import parse_iso
from papermesh_services.documents.errors import DocumentTooLarge
from papermesh_services.documents.found import Found
from papermesh_services.documents.html_body import blocks
from papermesh_services.documents.model import Document, Format, Metadata, Status

if TYPE_CHECKING:
    from collections.abc import Iterator

    from papermesh_services.documents.limits import Limits
    from papermesh_services.documents.watch import Watch

READER = "html"

_DECLARED = re.compile(rb"""<meta[^>]{0,300}?charset\s*=\s*["']?\s*([\w.:-]{2,40})""", re.IGNORECASE)
_XML_DECLARED = re.compile(rb"""^\s*<\?xml[^>]{0,100}?encoding\s*=\s*["']([\w.:-]{2,40})""", re.IGNORECASE)
_OPTION = re.compile(r"<option", re.IGNORECASE)
_SELECT = re.compile(r"<(/?)select(?=[\s/>])", re.IGNORECASE)
_MANY_OPTIONS = 2_000
_HEAD = 4096
_MOST_FACTS = 1_000
_LONGEST_FACT = 4096
_AUTHOR = ("author", "article:author", "dc.creator", "dcterms.creator", "citation_author")
_CREATED = (
    "article:published_time",
    "dcterms.created",
    "dcterms.date",
    "dc.date",
    "date",
    "datepublished",
    "citation_date",
)
_MODIFIED = ("article:modified_time", "dcterms.modified", "last-modified", "datemodified")


def read(data: bytes, limits: Limits, watch: Watch) -> Document:
    """The document in these bytes."""
    text, name = decode(data, limits)
    return read_string(text, limits, watch, name)


def decode(data: bytes, limits: Limits, declared: str = "") -> tuple[str, str]:
    """The characters of a page and the name of their encoding; declared is what came with it from outside."""
    _hold_size(len(data), limits)
    match = None if declared else _DECLARED.search(data, 0, _HEAD) or _XML_DECLARED.search(data, 0, _HEAD)
    return encoding.decode(data, match.group(1).decode("ascii", "replace") if match else declared)


def read_string(text: str, limits: Limits, watch: Watch, encoding_name: str = "") -> Document:
    """The document of this HTML."""
    _hold_size(len(text), limits)
    parser = _parse(text, limits, watch)
    builder, found, status = TextBuilder(limits), Found(), Status.OK
    if parser.body is not None:
        status = builder.extend(blocks(parser.body, limits, found, watch), watch)
    root = parser.root
    language = (root.attributes.get("lang") or root.attributes.get("xml:lang") or "") if root is not None else ""
    metadata = _metadata(parser, encoding_name)
    return builder.document(Format.HTML, READER, metadata, language, traits=found.traits(), status=status)


def fragment_blocks(text: str, limits: Limits, found: Found, watch: Watch) -> Iterator[Draft]:
    """The blocks of HTML that stands in another format, and in found what is met on the way."""
    _hold_size(len(text), limits)
    parser = _parse(text, limits, watch)
    if parser.body is not None:
        yield from blocks(parser.body, limits, found, watch)


def _parse(text: str, limits: Limits, watch: Watch) -> LexborHTMLParser:
    html_guard.check(text, limits, watch)
    if len(_OPTION.findall(text)) > _MANY_OPTIONS:
        # The parser takes the square of their number for those of one element, so there must be none of that name.
        text = _SELECT.sub(rf"<\1{html_forms.SELECT_OF_MANY}", text)
    # A lone surrogate has no UTF-8 form, which is what the parser takes.
    try:
        return LexborHTMLParser(text.encode("utf-8", "replace").replace(b"\0", b""))
    except SelectolaxError as fault:
        # There is no HTML that a parser of HTML cannot parse; it fails only where it gets no more memory.
        raise MemoryError from fault


def _hold_size(size: int, limits: Limits) -> None:
    if size > limits.max_html_bytes:
        raise DocumentTooLarge(
            f"The HTML has {size:,} bytes; at most {limits.max_html_bytes:,} are read. "
            "Give it in parts, or have max_html_bytes raised on the server.",
            limit="max_html_bytes",
            value=str(limits.max_html_bytes),
        )


def _metadata(parser: LexborHTMLParser, encoding_name: str) -> Metadata:
    facts: dict[str, str] = {}
    for node in parser.css("meta")[:_MOST_FACTS]:
        key = _attribute(node, "name") or _attribute(node, "property") or _attribute(node, "itemprop")
        key, content = key.lower(), one_line(_attribute(node, "content")[:_LONGEST_FACT])
        if key in _AUTHOR and facts.get(key) and content:
            content = f"{facts.pop(key)}; {content}"  # each has an element of its own
        facts.setdefault(key, content)
    title = parser.css_first("head > title")
    return Metadata(
        title=(one_line(title.text()[:_LONGEST_FACT]) if title is not None else "") or facts.get("og:title", ""),
        author=_first(facts, _AUTHOR),
        created=parse_iso(_first(facts, _CREATED)),
        modified=parse_iso(_first(facts, _MODIFIED)),
        producer=facts.get("generator", ""),
        encoding=encoding_name,
    )


def _first(facts: dict[str, str], names: tuple[str, ...]) -> str:
    return next((facts[name] for name in names if facts.get(name)), "")


def _attribute(node: LexborNode, name: str) -> str:
    return node.attributes.get(name) or ""
