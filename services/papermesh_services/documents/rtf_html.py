"""Takes out the HTML that Outlook has wrapped in RTF ([MS-OXRTFEX]). What the HTML means is for others."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from papermesh_services.documents import rtf_words as words
from papermesh_services.documents.rtf_fonts import Fonts
from papermesh_services.documents.rtf_tokens import Token, tokens

if TYPE_CHECKING:
    from papermesh_services.documents.limits import Limits
    from papermesh_services.documents.watch import Watch

_LOOK_EVERY: Final = 20_000
_HEAD_BYTES: Final = 512
_MARK: Final = b"\\fromhtml"
_LINE_ENDS: Final = frozenset(["par", "line", "\n", "\r"])
_SKIPPED: Final = frozenset(["fonttbl", "colortbl", "stylesheet", "info", "pntext", "listtext"])


@dataclass(frozen=True, slots=True)
class _State:
    """What holds until the end of a group. shown: whether its text is HTML; for_rtf: whether it stands in for some."""

    shown: bool = True
    for_rtf: bool = False
    starred: bool = False
    in_fonts: bool = False
    font: int = -1
    skip: int = 1


def holds_html(data: bytes) -> bool:
    """Whether the RTF is HTML in disguise."""
    return _MARK in data[:_HEAD_BYTES]


def html(data: bytes, limits: Limits, watch: Watch) -> str:
    """The HTML in the RTF, as far as time allows."""
    machine = _Machine(limits)
    for number, token in enumerate(tokens(data), start=1):
        machine.take(token)
        if number % _LOOK_EVERY == 0 and watch.expired:
            break
    return machine.text()


class _Machine:
    """Goes over the tokens of one document."""

    def __init__(self, limits: Limits) -> None:
        self._most = limits.max_nesting
        self._fonts = Fonts()
        self._state = _State()
        self._stack: list[_State] = []
        self._deeper = 0
        self._bytes = bytearray()
        self._drop = 0
        self._pieces: list[str] = []

    def text(self) -> str:
        """What was taken until now."""
        self._flush()
        # Characters beyond the Basic Multilingual Plane came in two halves.
        return "".join(self._pieces).encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")

    def take(self, token: Token) -> None:
        """Takes the next token."""
        if token.brace:
            self._flush()
            self._drop = 0
            self._open() if token.brace == "{" else self._close()
        elif token.text:
            text, self._drop = token.text[self._drop :], max(0, self._drop - len(token.text))
            self._bytes += text
        elif token.word == "u" and token.number is not None:
            self._flush()
            self._write(chr(token.number & 0xFFFF))
            self._drop = self._state.skip
        elif token.word in _LINE_ENDS:
            self._flush()
            self._write("\n")
        elif token.word in words.CHARACTERS:
            self._character(words.CHARACTERS[token.word])
        else:
            self._word(token.word, token.number)

    def _open(self) -> None:
        # Groups that are nested too deep share the state of the deepest that is kept.
        if len(self._stack) >= self._most:
            self._deeper += 1
            return
        self._stack.append(self._state)
        self._state = replace(self._state, starred=False)

    def _close(self) -> None:
        if self._deeper:
            self._deeper -= 1
        elif self._stack:
            self._state = self._stack.pop()

    def _character(self, text: str) -> None:
        if self._drop:
            self._drop -= 1
            return
        self._flush()
        self._write(text)

    def _word(self, word: str, number: int | None) -> None:
        state = self._state
        if self._fonts.take(word, number or 0, in_table=state.in_fonts):
            return
        self._flush()
        match word:
            case "*":
                self._state = replace(state, starred=True)
            case "htmltag" if state.starred:
                self._state = replace(state, starred=False, for_rtf=False)
            case "htmlrtf":
                self._state = replace(state, for_rtf=number != 0)
            case "f":
                self._state = replace(state, font=number or 0)
            case "plain":
                self._state = replace(state, font=-1)
            case "uc":
                self._state = replace(state, skip=min(16, max(0, 1 if number is None else number)))
            case _ if state.starred or word in _SKIPPED:
                self._state = replace(state, shown=False, starred=False, in_fonts=word == "fonttbl")

    def _flush(self) -> None:
        if self._bytes:
            raw, self._bytes = bytes(self._bytes), bytearray()
            self._write(self._fonts.decode(raw, self._state.font))

    def _write(self, text: str) -> None:
        if self._state.in_fonts:
            self._fonts.name(text)
        elif self._state.shown and not self._state.for_rtf:
            self._pieces.append(text)
