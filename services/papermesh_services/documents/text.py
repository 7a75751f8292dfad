"""Reads plain text: paragraphs by empty lines, headings, lists and tables by their look."""

from __future__ import annotations

from typing import TYPE_CHECKING

from papermesh_services.documents import encoding, headings, lines
from papermesh_services.documents.builder import Draft, TextBuilder
from papermesh_services.documents.clean import clean
from papermesh_services.documents.errors import DocumentEmpty
from papermesh_services.documents.joining import Line
from papermesh_services.documents.lines import Whole
from papermesh_services.documents.model import Document, Format, Metadata, Status

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from papermesh_services.documents.limits import Limits
    from papermesh_services.documents.watch import Watch

READER = "text"

_LOOK_EVERY = 1_000


def read(data: bytes, limits: Limits, watch: Watch) -> Document:
    """The document in these bytes."""
    text, name = encoding.decode(data)
    return read_string(text, limits, watch, name)


def read_string(text: str, limits: Limits, watch: Watch, encoding_name: str = "") -> Document:
    """The document of this text."""
    if not text.strip("\ufeff\0 \t\n\r\x0b\x0c\x85\xa0"):
        raise DocumentEmpty("The document is empty: there is nothing but white space in it.")
    builder = TextBuilder(limits)
    text, note = clean(text), ""
    status = builder.extend(blocks(text, limits, watch), watch)
    if status is Status.OK and text.count("\n") >= limits.max_lines:
        status, note = (
            Status.PARTIAL_LIMIT,
            f"The text has more than {limits.max_lines:,} lines, the most that are read. "
            "Give it in parts, or have max_lines raised on the server.",
        )
    spoken = encoding.spoken(encoding_name)
    return builder.document(Format.TEXT, READER, Metadata(encoding=encoding_name), spoken, status=status, note=note)


def blocks(text: str, limits: Limits, watch: Watch) -> Iterator[Draft]:
    """The blocks of plain text that was cleaned, as far as it is read. Raises OutOfTimeError after those it has."""
    raw = text.split("\n", limits.max_lines)[: limits.max_lines]
    whole = Whole(lambda: (bare for bare in map(str.strip, raw) if bare and not headings.is_rule(bare)), watch)
    yield from lines.flowing(_lines(watch.limited(raw, _LOOK_EVERY)), whole, watch)
    watch.check()


def _lines(raw_lines: Iterable[str]) -> Iterator[Line]:
    gap, above = True, ""
    pending: Line | None = None
    for raw in raw_lines:
        bare = raw.strip()
        if pending is not None and bare and bare[0] in headings.UNDERLINES:
            level = headings.underline_level(pending.text, bare)
            if level:
                yield Line(pending.text, pending.indent, gap=True, heading=level)
                pending, gap = None, True
                continue
        if pending is not None:
            yield pending
            pending = None
        if not bare or headings.is_rule(bare):
            # A rule in pieces, right under cells, is part of their table.
            gap = gap or not (" " in bare and lines.has_columns(above))
            continue
        pending = Line(bare, _indent(raw) if raw[0].isspace() else 0.0, gap)
        gap, above = False, bare
    if pending is not None:
        yield pending


def _indent(raw: str) -> float:
    expanded = raw[:200].expandtabs(4)
    return float(len(expanded) - len(expanded.lstrip()))
