"""Reads flat OpenDocument (.fodt, .fods, .fodp): the same parts as in a container, one after the other in one XML.

Its pictures stand in it as text of base64, which is let go of as it comes in.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from papermesh_services.documents.model import Attachment, Document, Format
from papermesh_services.documents.odf_assembly import Assembly, StylesOnly
from papermesh_services.documents.xmlparts import parse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from papermesh_services.documents.limits import Limits
    from papermesh_services.documents.watch import Watch
    from papermesh_services.documents.xmlparts import Handler

_DECLARATION: Final = re.compile(r"\A\s*<\?xml[^>]{0,1000}\?>")
_CHUNK: Final = 64 * 1024
_MOST_ATTACHMENTS: Final = 1_000


def read(data: bytes, limits: Limits, watch: Watch, kind: Format) -> Document:
    """The document in these bytes."""
    made = Assembly(limits, watch, kind)
    parts = _Parts(made, kind)
    made.progress.step(lambda: _parse(data, parts, limits, watch))
    made.progress.step(made.flush)
    return made.document(parts.attachments, signed=parts.signed)


def read_string(text: str, limits: Limits, watch: Watch, kind: Format) -> Document:
    """The document of this XML."""
    text = _DECLARATION.sub("", text.lstrip("\ufeff"), count=1)  # it is about bytes
    return read(text.encode("utf-8", "replace"), limits, watch, kind)


def _parse(data: bytes, parts: _Parts, limits: Limits, watch: Watch) -> None:
    try:
        parse(_chunks(data.lstrip()), "", parts, limits, watch)
    finally:
        parts.close()


def _chunks(data: bytes) -> Iterator[bytes]:
    for at in range(0, len(data), _CHUNK):
        yield data[at : at + _CHUNK]


class _Nothing:
    """Told a part that has nothing to read."""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        pass

    def data(self, text: str) -> None:
        pass

    def end(self, name: str) -> None:
        pass


class _Parts:
    """Told the elements of the whole, tells those of each part to what reads it."""

    def __init__(self, made: Assembly, kind: Format) -> None:
        self.attachments: list[Attachment] = []
        self.signed = False
        self._body = made.body()
        masters: Handler = self._body if kind is Format.ODT else StylesOnly(made.styles)
        self._readers: Final[dict[str, Handler]] = {
            "office:meta": made.facts,
            "office:settings": _Nothing(),
            "office:master-styles": masters,
        }
        self._reader: Handler = _Nothing()
        self._depth = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        self._depth += 1
        if self._depth == 2:
            self._reader = self._readers.get(name, self._body)
        if name == "draw:object-ole" and len(self.attachments) < _MOST_ATTACHMENTS:
            self.attachments.append(Attachment(f"Object {len(self.attachments) + 1}"))
        elif name == "Signature":
            self.signed = True
        self._reader.start(name, attributes)

    def data(self, text: str) -> None:
        """Characters of the element that began last."""
        self._reader.data(text)

    def end(self, name: str) -> None:
        """An element ends."""
        self._depth -= 1
        self._reader.end(name)

    def close(self) -> None:
        """Gives what is still open, where the document breaks off."""
        self._body.close()
