"""Repairs a PDF whose end is missing, and with it the table of its objects: looks through the file for what is there.

Makes a file that any reader opens: what is left of the bytes, the objects that were packed in streams, a list of the
pages found, and a new table. Each step is bounded. It judges no page and reads no text.
"""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from papermesh_services.documents.limits import Limits

_MOST_OBJECTS: Final = 500_000
_MOST_HEAD: Final = 65_536
"""Bytes of an object's dictionary that are looked at."""
_PACKED: Final = re.compile(rb"/Type\s*/ObjStm\b")
_OBJECT: Final = re.compile(rb"(?<![0-9])(\d{1,9})[ \t\r\n\0\f]+(\d{1,5})[ \t\r\n\0\f]+obj\b")
_STREAM: Final = re.compile(rb"\bstream\r?\n")
_PAGE: Final = re.compile(rb"/Type\s*/Page(?![A-Za-z])")
_CATALOG: Final = re.compile(rb"/Type\s*/Catalog\b")
_KIDS: Final = re.compile(rb"/Kids\s*\[([^\]]*)\]")
_PAGES_OF_CATALOG: Final = re.compile(rb"/Pages\s+(\d{1,9})\s+\d{1,5}\s+R")
_REFERENCE: Final = re.compile(rb"(\d{1,9})\s+\d{1,5}\s+R")
_ENCRYPT: Final = re.compile(rb"/Encrypt\s+\d{1,9}\s+\d{1,5}\s+R")
_ID: Final = re.compile(
    rb"/ID\s*\[\s*(?:<[0-9A-Fa-f\s]*>|\((?:[^\\()]|\\.)*\))\s*(?:<[0-9A-Fa-f\s]*>|\((?:[^\\()]|\\.)*\))\s*\]", re.DOTALL
)
_INFORMATION: Final = re.compile(rb"/(?:CreationDate|Producer)\b")


@dataclass(frozen=True, slots=True)
class _Found:
    """The objects in a file. heads: the dictionary of each, as far as it is not too long."""

    places: dict[int, tuple[int, int]]
    heads: dict[int, bytes]
    unpacked: dict[int, bytes]

    def first(self, pattern: re.Pattern[bytes]) -> int | None:
        """The last object in the file that is like that: a later version of it counts."""
        return next((number for number in reversed(self.heads) if pattern.search(self.heads[number])), None)


def repaired(data: bytes, limits: Limits) -> bytes | None:
    """The file with a table of its objects, or None where no page is left in it."""
    body = _closed(data)
    found = _look_through(body, limits)
    pages = _pages(found)
    if not pages:
        return None
    return _written(body, found, pages)


def _closed(data: bytes) -> bytes:
    """The file with its last object closed if it breaks off in a stream, without it if it breaks off elsewhere."""
    last = next(iter(_OBJECT.finditer(data, max(0, data.rfind(b"endobj")))), None)
    if last is None or data.find(b"endobj", last.end()) >= 0:
        return data
    stream = _STREAM.search(data, last.end())
    return data + b"\nendstream\nendobj\n" if stream else data[: last.start()]


def _look_through(data: bytes, limits: Limits) -> _Found:
    places: dict[int, tuple[int, int]] = {}
    heads: dict[int, bytes] = {}
    for count, match in enumerate(_OBJECT.finditer(data)):
        if count >= _MOST_OBJECTS:
            break
        number = int(match[1])
        heads.pop(number, None)  # the later one counts, and its place among the others does too
        places[number] = (match.start(), int(match[2]))
        heads[number] = _head(data, match.end())
    unpacked: dict[int, bytes] = {}
    room = limits.max_archive_part_bytes
    for number in [number for number, head in heads.items() if _PACKED.search(head)]:
        for inner, content in _unpack(data, places[number][0], heads[number], room):
            room -= len(content)
            if inner not in places:
                unpacked[inner] = heads[inner] = content
    return _Found(places, heads, unpacked)


def _head(data: bytes, start: int) -> bytes:
    """An object's dictionary: what stands before its stream or its end."""
    end = min(start + _MOST_HEAD, len(data))
    closing = data.find(b"endobj", start, end)
    end = closing if closing >= 0 else end
    stream = _STREAM.search(data, start, end)
    return data[start : stream.start() if stream else end]


def _unpack(data: bytes, start: int, head: bytes, room: int) -> Iterator[tuple[int, bytes]]:
    """The objects in an object stream, each with its number."""
    count, first = _number(rb"/N\s+(\d+)", head), _number(rb"/First\s+(\d+)", head)
    stream = _STREAM.search(data, start)
    if stream is None or not count or not first or b"/DecodeParms" in head:
        return
    end = data.find(b"endstream", stream.end())
    packed = data[stream.end() : end if end >= 0 else len(data)]
    content = packed
    if b"/FlateDecode" in head:
        try:
            content = zlib.decompressobj().decompress(packed, max(1, room))
        except zlib.error:
            return
    numbers = [int(part) for part in content[:first].split()[: 2 * min(count, _MOST_OBJECTS)] if part.isdigit()]
    offsets = [*numbers[1::2], len(content) - first]
    for number, offset, following in zip(numbers[::2], offsets, offsets[1:], strict=False):
        if 0 <= offset < following:
            yield number, content[first + offset : first + following]


def _number(pattern: bytes, head: bytes) -> int:
    match = re.search(pattern, head)
    return int(match[1][:9]) if match else 0


def _pages(found: _Found) -> list[int]:
    """The numbers of the pages: in the order of the file's own list, as far as it is left, then in that of the file."""
    there = [number for number, head in found.heads.items() if _PAGE.search(head)]
    known = set(there)
    listed = [number for number in _listed(found) if number in known]
    return list(dict.fromkeys([*listed, *there]))


def _listed(found: _Found) -> Iterator[int]:
    catalog = found.first(_CATALOG)
    root = _PAGES_OF_CATALOG.search(found.heads[catalog]) if catalog is not None else None
    waiting = [int(root[1])] if root else []
    seen: set[int] = set()
    while waiting:
        number = waiting.pop()
        if number in seen:
            continue
        seen.add(number)
        yield number
        kids = _KIDS.search(found.heads.get(number, b""))
        if kids:
            waiting.extend(int(kid) for kid in reversed(_REFERENCE.findall(kids[1])))


def _written(data: bytes, found: _Found, pages: list[int]) -> bytes:
    places = dict(found.places)
    parts = [data, b"\n"]
    length = len(data) + 1

    def write(number: int, content: bytes) -> None:
        nonlocal length
        places[number] = (length, 0)
        part = b"%d 0 obj\n%b\nendobj\n" % (number, content.strip())
        parts.append(part)
        length += len(part)

    for number, content in found.unpacked.items():
        write(number, content)
    tree = max(places) + 1
    kids = b" ".join(b"%d 0 R" % number for number in pages)
    write(tree, b"<< /Type /Pages /Count %d /Kids [%b] >>" % (len(pages), kids))
    write(tree + 1, _catalog(found, tree))
    parts.append(_table(places))
    parts.append(b"trailer\n<< /Size %d /Root %d 0 R%b >>\n" % (tree + 2, tree + 1, _trailer(data, found)))
    parts.append(b"startxref\n%d\n%%%%EOF\n" % length)
    return b"".join(parts)


def _catalog(found: _Found, tree: int) -> bytes:
    """The file's own catalog with the new list of pages, or one with nothing else."""
    number = found.first(_CATALOG)
    own = found.heads[number].strip() if number is not None else b""
    reference = b"/Pages %d 0 R" % tree
    if own.startswith(b"<<") and own.endswith(b">>") and _PAGES_OF_CATALOG.search(own):
        return _PAGES_OF_CATALOG.sub(reference, own, count=1)
    return b"<< /Type /Catalog %b >>" % reference


def _trailer(data: bytes, found: _Found) -> bytes:
    parts = [match[0] for match in (_ENCRYPT.search(data), _ID.search(data)) if match]
    information = found.first(_INFORMATION)
    if information is not None:
        parts.append(b"/Info %d %d R" % (information, found.places.get(information, (0, 0))[1]))
    return b"".join(b" " + part for part in parts)


def _table(places: Mapping[int, tuple[int, int]]) -> bytes:
    rows = (b"%d 1\n%010d %05d n \n" % (number, *places[number]) for number in sorted(places))
    return b"xref\n0 1\n0000000000 65535 f \n" + b"".join(rows)
