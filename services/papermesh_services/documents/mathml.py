"""Writes a formula of MathML on one line: "x^2", "a/b", "√". Told elements as they come; opens nothing."""

from __future__ import annotations

from typing import Final

_BETWEEN: Final = {
    "msup": ("^",),
    "msub": ("_",),
    "msubsup": ("_", "^"),
    "mover": ("^",),
    "munder": ("_",),
    "munderover": ("_", "^"),
    "mfrac": ("/",),
    "mtr": ("  ", "  ", "  ", "  "),
}
_BEFORE: Final = {"msqrt": "√", "mroot": "√"}
_AFTER: Final = {"mtr": "; "}
_UNREAD: Final = ("annotation", "annotation-xml")
_MOST_CHARACTERS: Final = 10_000


class Formula:
    """Told the elements of a part, gives the formula in it; nothing where its outermost element is no formula."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._length = 0
        self._open: list[tuple[str, int]] = []
        self._unread = 0

    @property
    def text(self) -> str:
        """The formula, on one line."""
        return " ".join("".join(self._pieces).split()).removesuffix(";")

    def start(self, name: str, attributes: dict[str, str]) -> None:  # noqa: ARG002 - they say how it looks
        """An element begins."""
        name = name.rpartition(":")[2]
        if self._unread or name in _UNREAD or (not self._open and name != "math"):
            self._unread += 1
            return
        if self._open:
            around, before = self._open[-1]
            self._open[-1] = (around, before + 1)
            between = _BETWEEN.get(around, ())
            if 0 < before <= len(between):
                self._put(between[before - 1])
        self._put(_BEFORE.get(name, ""))
        self._open.append((name, 0))

    def data(self, text: str) -> None:
        """Characters of the element that began last."""
        if not self._unread:
            self._put(text.strip("\n"))

    def end(self, name: str) -> None:
        """An element ends."""
        if self._unread:
            self._unread -= 1
            return
        self._open.pop()
        self._put(_AFTER.get(name.rpartition(":")[2], ""))

    def _put(self, text: str) -> None:
        if self._length < _MOST_CHARACTERS:
            self._pieces.append(text)
            self._length += len(text)
