"""Writes the equations of Office Open XML on one line: "x^2", "a/b", "√", with the brackets they show."""

from __future__ import annotations

_MARKS = {"m:den": "/", "m:sup": "^", "m:sub": "_", "m:rad": "√", "m:mr": "; "}


class Equation:
    """Takes the elements of the mathematics vocabulary and gives the characters between their texts."""

    def __init__(self) -> None:
        self._names: list[str] = []
        self._brackets: list[list[str]] = []
        self._pending = ""

    def start(self, name: str, attributes: dict[str, str]) -> str:
        """The characters to write where this element begins."""
        around = self._names[-1] if self._names else ""
        self._names.append(name)
        match name:
            case "m:d":
                self._brackets.append(["(", ")"])
            case "m:begChr" if self._brackets:
                self._brackets[-1][0] = attributes.get("m:val", "")
            case "m:endChr" if self._brackets:
                self._brackets[-1][1] = attributes.get("m:val", "")
            case "m:chr" if around == "m:naryPr":
                return attributes.get("m:val", "")
            case "m:e" if around == "m:d" and self._brackets:
                opening, self._brackets[-1][0] = self._brackets[-1][0], "|"
                return opening
            case _ if name in _MARKS:
                self._pending = _MARKS[name]  # written only before text: parts may be empty
        return ""

    def text(self) -> str:
        """The characters to write before a text."""
        mark, self._pending = self._pending, ""
        return mark

    def end(self, name: str) -> str:
        """The characters to write where this element ends."""
        if self._names:
            self._names.pop()
        if name in _MARKS:
            self._pending = ""
        return self._brackets.pop()[1] if name == "m:d" and self._brackets else ""
