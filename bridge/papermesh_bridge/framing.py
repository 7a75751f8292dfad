"""Where one message of a byte stream ends and the next begins.

Pure: bytes in, frames out. A framer holds no more than the largest message allowed. It does not judge messages:
a line that is no JSON is a frame like any other, and `jsonrpc.parse` says what is wrong with it.
"""

from __future__ import annotations

import enum
import re
from dataclasses import dataclass
from typing import Final, Protocol, TypeAlias


class Refusal(enum.Enum):
    """Why there is no message to read."""

    TOO_LARGE = "too large"
    TOO_DEEP = "too deep"
    BAD_HEADER = "bad header"
    HTTP = "http"
    CUT_OFF = "cut off"


@dataclass(frozen=True, slots=True)
class Frame:
    """The bytes of one message."""

    data: bytes


@dataclass(frozen=True, slots=True)
class Refused:
    """A message that was not kept, because it is over a limit or cannot be cut out: it is owed an error."""

    reason: Refusal


FrameEvent: TypeAlias = Frame | Refused


class Framer(Protocol):
    """Cuts a byte stream into messages."""

    def feed(self, data: bytes) -> list[FrameEvent]:
        """Takes the next bytes and gives the messages they complete."""

    def finish(self) -> list[FrameEvent]:
        """Takes the end of the stream and gives what was left."""


class _Mode(enum.Enum):
    START = enum.auto()
    VALUE = enum.auto()
    LINE = enum.auto()
    SKIP = enum.auto()


class JsonFramer:
    """Newline-delimited and concatenated JSON, in any mixture; CRLF and values over several lines are welcome.

    A frame ends with the bracket that closes its value. Where the text stops being JSON, the line the message began
    on is the frame, and the next line begins a new one.
    """

    def __init__(self, *, max_bytes: int, max_depth: int) -> None:
        self._max_bytes = max_bytes
        self._buffer = bytearray()
        self._mode = _Mode.START
        self._scanner = _Scanner(max_depth)
        self._searched = 0

    def feed(self, data: bytes) -> list[FrameEvent]:
        """Takes the next bytes and gives the messages they complete."""
        self._buffer += data
        events: list[FrameEvent] = []
        while self._advance(events):
            pass
        return events

    def finish(self) -> list[FrameEvent]:
        """Takes the end of the stream; what is left of a message counts as one."""
        events = self.feed(b"\n")
        if self._mode is _Mode.VALUE:
            self._mode = _Mode.LINE
            events += self.feed(b"")
        if self._buffer:
            self._emit(events, len(self._buffer), len(self._buffer))
        return events

    def _advance(self, events: list[FrameEvent]) -> bool:
        """Takes one step; False when it needs more bytes."""
        if self._mode is _Mode.START:
            return self._begin()
        if self._mode is _Mode.SKIP:
            return self._skip()
        return self._value(events) if self._mode is _Mode.VALUE else self._line(events)

    def _begin(self) -> bool:
        blank = _BLANK.match(self._buffer)
        if blank is not None:
            width = blank.end()
            del blank  # a match keeps the buffer from being changed
            del self._buffer[:width]
        if not self._buffer:
            return False
        self._searched = 0
        self._scanner.reset()
        self._mode = _Mode.VALUE if self._buffer[0] in b"{[" else _Mode.LINE
        return True

    def _value(self, events: list[FrameEvent]) -> bool:
        outcome = self._scanner.scan(self._buffer)
        if outcome is _Outcome.MORE:
            return self._refuse_if_large(events)
        position = self._scanner.position
        if outcome is _Outcome.DEEP:
            events.append(Refused(Refusal.TOO_DEEP))
            del self._buffer[:position]
            self._mode = _Mode.SKIP
        elif outcome is _Outcome.BROKEN:
            self._broken(events, position)
        else:
            self._emit(events, position, position)
        return True

    def _broken(self, events: list[FrameEvent], position: int) -> None:
        first = self._buffer.find(b"\n", 0, position)
        if first < 0:
            self._mode = _Mode.LINE
        elif position <= _RESCAN_BYTES:
            self._emit(events, first, first + 1)
        else:
            self._emit(events, first, self._buffer.rfind(b"\n", 0, position) + 1)

    def _line(self, events: list[FrameEvent]) -> bool:
        end = self._buffer.find(b"\n", self._searched)
        if end < 0:
            self._searched = len(self._buffer)
            return self._refuse_if_large(events)
        self._emit(events, end, end + 1)
        return True

    def _skip(self) -> bool:
        end = self._buffer.find(b"\n")
        if end < 0:
            self._buffer.clear()
            return False
        del self._buffer[: end + 1]
        self._mode = _Mode.START
        return True

    def _emit(self, events: list[FrameEvent], end: int, following: int) -> None:
        events.append(Refused(Refusal.TOO_LARGE) if end > self._max_bytes else Frame(bytes(self._buffer[:end])))
        del self._buffer[:following]
        self._mode = _Mode.START

    def _refuse_if_large(self, events: list[FrameEvent]) -> bool:
        if len(self._buffer) <= self._max_bytes:
            return False
        events.append(Refused(Refusal.TOO_LARGE))
        self._mode = _Mode.SKIP
        return True


class _Outcome(enum.Enum):
    MORE = enum.auto()
    DONE = enum.auto()
    BROKEN = enum.auto()
    DEEP = enum.auto()


class _Expect(enum.Enum):
    VALUE = enum.auto()
    VALUE_OR_END = enum.auto()
    KEY = enum.auto()
    KEY_OR_END = enum.auto()
    COLON = enum.auto()
    COMMA_OR_END = enum.auto()


# A broken value longer than this is given up down to the line it broke on: reading all its lines again, each as the
# beginning of a value, would let one caller keep the others waiting.
_RESCAN_BYTES: Final = 64 * 1024
_BLANK: Final = re.compile(rb"[ \t\r\n]+")
_SCALAR: Final = re.compile(rb'[^ \t\r\n,:\[\]{}"]+')
_IN_STRING: Final = re.compile(rb'["\\\x00-\x1f]')
_VALUES: Final = (_Expect.VALUE, _Expect.VALUE_OR_END)
_KEYS: Final = (_Expect.KEY, _Expect.KEY_OR_END)
_OPEN: Final = {ord("{"): ord("}"), ord("["): ord("]")}
_AT_ONCE: Final = {ord("}"): _Expect.KEY_OR_END, ord("]"): _Expect.VALUE_OR_END}


class _Scanner:
    """Follows the grammar of one JSON object or array, resuming where it stopped; looks at every byte once.

    Brackets alone would not do: a line that was cut off would swallow the lines that follow it.
    """

    def __init__(self, max_depth: int) -> None:
        self._max_depth = max_depth
        self.reset()

    def reset(self) -> None:
        self.position = 0
        self._closers = bytearray()
        self._expect = _Expect.VALUE
        self._in_string = False
        self._in_scalar = False

    def scan(self, buffer: bytearray) -> _Outcome:
        outcome: _Outcome | None = None
        while outcome is None:
            if self._in_string:
                outcome = self._string(buffer)
            elif self._in_scalar:
                outcome = self._scalar(buffer)
            else:
                outcome = self._token(buffer)
        return outcome

    def _string(self, buffer: bytearray) -> _Outcome | None:
        found = _IN_STRING.search(buffer, self.position)
        if found is None:
            self.position = len(buffer)
            return _Outcome.MORE
        at = found.start()
        if buffer[at] == ord('"'):
            self.position, self._in_string = at + 1, False
            return None
        if buffer[at] != ord("\\"):
            return _Outcome.BROKEN
        if at + 1 == len(buffer):
            self.position = at
            return _Outcome.MORE
        self.position = at + 2
        return None

    def _scalar(self, buffer: bytearray) -> _Outcome | None:
        found = _SCALAR.match(buffer, self.position)
        self.position = found.end() if found else self.position
        if self.position == len(buffer):
            return _Outcome.MORE  # the scalar may go on with the next bytes
        self._in_scalar = False
        return None

    def _token(self, buffer: bytearray) -> _Outcome | None:
        blank = _BLANK.match(buffer, self.position)
        at = self.position = blank.end() if blank else self.position
        if at == len(buffer):
            return _Outcome.MORE
        byte = buffer[at]
        if byte in _OPEN:
            return self._opened(byte)
        if byte in _AT_ONCE:
            return self._closed(byte)
        if byte in b",:":
            return self._separated(byte)
        return self._started(byte)

    def _opened(self, byte: int) -> _Outcome | None:
        if self._expect not in _VALUES:
            return _Outcome.BROKEN
        if len(self._closers) >= self._max_depth:
            return _Outcome.DEEP
        self._closers.append(_OPEN[byte])
        self._expect = _AT_ONCE[_OPEN[byte]]
        self.position += 1
        return None

    def _closed(self, byte: int) -> _Outcome | None:
        if self._closers[-1] != byte or self._expect not in (_Expect.COMMA_OR_END, _AT_ONCE[byte]):
            return _Outcome.BROKEN
        self._closers.pop()
        self._expect = _Expect.COMMA_OR_END
        self.position += 1
        return None if self._closers else _Outcome.DONE

    def _separated(self, byte: int) -> _Outcome | None:
        if self._expect is not (_Expect.COLON if byte == ord(":") else _Expect.COMMA_OR_END):
            return _Outcome.BROKEN
        in_object = self._closers[-1] == ord("}")
        self._expect = _Expect.KEY if byte == ord(",") and in_object else _Expect.VALUE
        self.position += 1
        return None

    def _started(self, byte: int) -> _Outcome | None:
        if self._expect in _KEYS and byte == ord('"'):
            self._expect = _Expect.COLON
        elif self._expect in _VALUES:
            self._expect = _Expect.COMMA_OR_END
        else:
            return _Outcome.BROKEN
        if byte == ord('"'):
            self._in_string = True
            self.position += 1
        else:
            self._in_scalar = True
        return None
