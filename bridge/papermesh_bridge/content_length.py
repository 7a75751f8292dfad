"""Content-Length framing, as language-server tools speak it, and telling it from plain JSON by how a stream begins.

Pure: bytes in, frames out. A framer holds no more than the largest message and the largest header block allowed.
"""

from __future__ import annotations

import enum
import re
from typing import TYPE_CHECKING, Final

from papermesh_bridge.framing import Frame, JsonFramer, Refusal, Refused

if TYPE_CHECKING:
    from papermesh_bridge.framing import FrameEvent, Framer

_PREFIX: Final = b"content-"
# A web page can make a browser send this to any port; the JSON in its body must not be executed.
_HTTP_REQUEST: Final = re.compile(rb"[A-Z]{3,10} [^\r\n]{0,8000} HTTP/\d")
_MAY_BE_HTTP: Final = re.compile(rb"[A-Z]{1,10}(?: [^\r\n]{0,8010})?")
_HEADER: Final = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*(.*?)[ \t]*")
_LENGTH: Final = re.compile(rb"[0-9]{1,18}")
_LENGTH_LINE: Final = re.compile(rb"content-length:[ \t]*[0-9]{1,18}[ \t]*", re.IGNORECASE)


class StreamFramer:
    """Newline-delimited or concatenated JSON, or Content-Length framing, whichever the stream begins with.

    A stream that begins like a request of HTTP is refused, however it is cut; nothing of it is to be read on.
    """

    def __init__(self, *, max_bytes: int, max_depth: int, max_header_bytes: int) -> None:
        self._json = JsonFramer(max_bytes=max_bytes, max_depth=max_depth)
        self._headers = ContentLengthFramer(max_bytes=max_bytes, max_header_bytes=max_header_bytes)
        self._chosen: Framer | None = None
        self._start = b""

    def feed(self, data: bytes) -> list[FrameEvent]:
        """Takes the next bytes and gives the messages they complete."""
        if self._chosen is not None:
            return self._chosen.feed(data)
        start = (self._start + data).lstrip()
        if _HTTP_REQUEST.match(start):
            self._chosen = _Nothing()
            return [Refused(Refusal.HTTP)]
        known = start[: len(_PREFIX)].lower()
        if _MAY_BE_HTTP.fullmatch(start) or (_PREFIX.startswith(known) and len(known) < len(_PREFIX)):
            self._start = start  # too little to tell
            return []
        self._start = b""
        self._chosen = self._headers if known == _PREFIX else self._json
        return self._chosen.feed(start)

    def finish(self) -> list[FrameEvent]:
        """Takes the end of the stream and gives what was left."""
        if self._chosen is not None:
            return self._chosen.finish()
        self._chosen = self._json
        return [*self._json.feed(self._start), *self._json.finish()]

    def wrap(self, answer: bytes) -> tuple[bytes, ...]:
        """Puts an answer into the framing the peer speaks: a line of its own, or behind a Content-Length header."""
        if self._chosen is self._headers:
            return (b"Content-Length: %d\r\n\r\n" % len(answer), answer)
        return (answer, b"\n")


class _Nothing:
    """What follows a request of HTTP."""

    def feed(self, data: bytes) -> list[FrameEvent]:  # noqa: ARG002 - it is thrown away
        return []

    def finish(self) -> list[FrameEvent]:
        return []


class _Mode(enum.Enum):
    HEADERS = enum.auto()
    BODY = enum.auto()
    SKIP = enum.auto()
    LOST = enum.auto()


class ContentLengthFramer:
    """Messages behind headers that tell their length in bytes; lines may end with LF alone.

    After headers that cannot be read it looks for the next line that tells a length. A message over the limit is
    skipped by its length.
    """

    def __init__(self, *, max_bytes: int, max_header_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._max_header_bytes = max_header_bytes
        self._buffer = bytearray()
        self._mode = _Mode.HEADERS
        self._searched = 0
        self._begin()

    def feed(self, data: bytes) -> list[FrameEvent]:
        """Takes the next bytes and gives the messages they complete."""
        self._buffer += data
        events: list[FrameEvent] = []
        while self._advance(events):
            pass
        return events

    def finish(self) -> list[FrameEvent]:
        """Takes the end of the stream; a message that was cut off is refused."""
        begun = self._mode is _Mode.BODY or (
            self._mode is _Mode.HEADERS and (self._header_bytes > 0 or bool(self._buffer.strip()))
        )
        self._buffer.clear()
        self._begin()
        return [Refused(Refusal.CUT_OFF)] if begun else []

    def _advance(self, events: list[FrameEvent]) -> bool:
        if self._mode is _Mode.BODY:
            return self._body(events)
        if self._mode is _Mode.SKIP:
            return self._skip()
        return self._line(events)

    def _begin(self) -> None:
        self._mode = _Mode.HEADERS
        self._length: int | None = None
        self._header_bytes = 0

    def _body(self, events: list[FrameEvent]) -> bool:
        length = self._length or 0
        if len(self._buffer) < length:
            return False
        events.append(Frame(bytes(self._buffer[:length])))
        del self._buffer[:length]
        self._begin()
        return bool(self._buffer)

    def _skip(self) -> bool:
        width = min(self._length or 0, len(self._buffer))
        self._length = (self._length or 0) - width
        del self._buffer[:width]
        if self._length:
            return False
        self._begin()
        return bool(self._buffer)

    def _line(self, events: list[FrameEvent]) -> bool:
        end = self._buffer.find(b"\n", self._searched)
        if end < 0:
            self._searched = len(self._buffer)
            if self._header_bytes + len(self._buffer) > self._max_header_bytes:
                self._lose(events)
                self._buffer.clear()
                self._searched = 0
            return False
        line = bytes(self._buffer[:end]).removesuffix(b"\r")
        del self._buffer[: end + 1]
        self._searched = 0
        if self._mode is _Mode.LOST:
            if not _LENGTH_LINE.fullmatch(line):
                return bool(self._buffer)
            self._begin()
        self._header_bytes += end + 1 if line or self._header_bytes else 0
        self._take(line, events)
        return bool(self._buffer) or self._mode is _Mode.BODY

    def _take(self, line: bytes, events: list[FrameEvent]) -> None:
        if self._header_bytes > self._max_header_bytes:
            self._lose(events)
        elif line:
            self._header(line, events)
        elif self._header_bytes:
            self._end_headers(events)

    def _header(self, line: bytes, events: list[FrameEvent]) -> None:
        found = _HEADER.fullmatch(line)
        if found is None:
            self._lose(events)
        elif found[1].lower() == b"content-length":
            if self._length is None and _LENGTH.fullmatch(found[2]):
                self._length = int(found[2])
            else:
                self._lose(events)

    def _end_headers(self, events: list[FrameEvent]) -> None:
        if self._length is None:
            self._lose(events)
        elif self._length > self._max_bytes:
            events.append(Refused(Refusal.TOO_LARGE))
            self._mode = _Mode.SKIP
        else:
            self._mode = _Mode.BODY

    def _lose(self, events: list[FrameEvent]) -> None:
        if self._mode is not _Mode.LOST:
            events.append(Refused(Refusal.BAD_HEADER))
        self._mode = _Mode.LOST
