"""What an old Office file says of itself: the summary that its OLE container keeps."""

from __future__ import annotations

import codecs
import struct
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from papermesh_services.documents.clean import one_line
from papermesh_services.documents.dates import rfc3339
from papermesh_services.documents.model import Metadata

if TYPE_CHECKING:
    from papermesh_services.documents.ole_stream import Container

_TITLE, _AUTHOR, _CREATED, _SAVED, _PROGRAM, _CODE_PAGE = 2, 4, 12, 13, 18, 1
_TEXT, _WIDE_TEXT, _TIME, _SHORT = 30, 31, 64, 2
_MOST_FACTS = 100
_MOST_CHARACTERS = 1_000
_EPOCH = datetime(1601, 1, 1, tzinfo=UTC)
_PAGES = {1200: "utf-16-le", 10000: "mac-roman", 65001: "utf-8"}


def metadata_of(data: bytes, container: Container) -> Metadata:
    """The summary, as far as it can be read."""
    stream = container.find("\x05SummaryInformation")
    facts = _facts(stream.read(data)) if stream is not None else {}
    return Metadata(
        title=facts.get(_TITLE, ""),
        author=facts.get(_AUTHOR, ""),
        created=facts.get(_CREATED, ""),
        modified=facts.get(_SAVED, ""),
        producer=facts.get(_PROGRAM, ""),
    )


def _facts(summary: bytes) -> dict[int, str]:
    found: dict[int, str] = {}
    try:
        start = struct.unpack_from("<I", summary, 44)[0]
        count = min(_MOST_FACTS, struct.unpack_from("<I", summary, start + 4)[0])
        places = dict(struct.unpack_from("<II", summary, start + 8 + 8 * index) for index in range(count))
        page = _code_page(summary, start + places[_CODE_PAGE]) if _CODE_PAGE in places else "cp1252"
        for kind in (_TITLE, _AUTHOR, _CREATED, _SAVED, _PROGRAM):
            if kind in places:
                found[kind] = _fact(summary, start + places[kind], page)
    except struct.error:
        pass  # what a file says of itself is not worth refusing its text
    return found


def _code_page(summary: bytes, at: int) -> str:
    kind, number = struct.unpack_from("<IH", summary, at)
    if kind != _SHORT:
        return "cp1252"
    try:
        return codecs.lookup(_PAGES.get(number, f"cp{number}")).name
    except LookupError:
        return "cp1252"


def _fact(summary: bytes, at: int, page: str) -> str:
    kind = struct.unpack_from("<I", summary, at)[0]
    if kind == _TIME:
        ticks = struct.unpack_from("<Q", summary, at + 4)[0]
        return _moment(ticks)
    if kind not in (_TEXT, _WIDE_TEXT):
        return ""
    size = min(_MOST_CHARACTERS, struct.unpack_from("<I", summary, at + 4)[0])
    size *= 2 if kind == _WIDE_TEXT else 1
    text = summary[at + 8 : at + 8 + size].decode("utf-16-le" if kind == _WIDE_TEXT else page, "replace")
    return one_line(text.partition("\0")[0])


def _moment(ticks: int) -> str:
    """A moment counted in tenths of microseconds; empty for none."""
    try:
        return rfc3339(_EPOCH + timedelta(microseconds=ticks // 10)) if ticks else ""
    except OverflowError:
        return ""
