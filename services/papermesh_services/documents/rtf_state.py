"""What holds until the end of a group of RTF, and what control words change in it. Nothing but values and functions."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple

from papermesh_services.documents import rtf_words as words
from papermesh_services.documents.docx_styles import Role
from papermesh_services.documents.model import BlockKind
from papermesh_services.documents.rtf_body import Look

if TYPE_CHECKING:
    from collections.abc import Mapping

_MOST_LEVEL: Final = 6
_MOST_LIST_LEVEL: Final = 9
_LIST_STEP: Final = 360
"""Twentieths of a point: a quarter of an inch."""
_BODY: Final = 9
"""The outline level of what is no heading."""
_MOST_INSTRUCTION: Final = 4_096
_NO_ROLE: Final = Role()


@dataclass(slots=True, eq=False)
class Field:
    """A field: its instruction as it comes in, where it leads, and from where on its result stands.

    within: the field whose instruction this one stands in; its result is a part of that, and no text.
    """

    within: Field | None
    start: tuple[int, int]
    href: str = ""
    _instruction: list[str] = field(default_factory=list)
    _length: int = 0

    @property
    def instruction(self) -> str:
        """What it is to do."""
        return "".join(self._instruction)

    def take(self, text: str) -> None:
        """Takes a part of the instruction, of which no more is kept than matters."""
        if self._length < _MOST_INSTRUCTION:
            self._instruction.append(text[:_MOST_INSTRUCTION])
            self._length += len(text)


class State(NamedTuple):
    """What holds until the end of a group; a tuple, because each word may make another, and tuples are soon made.

    place: what its text is for: "" the body, "-" nothing, else the name of a destination.
    twofold: where text stands that is given twice, and its form in Unicode is still to come: the place of that.
    field: the innermost field there is. instructs: the one whose instruction its text is, if it is that.
    font: its number; negative for the document's own.
    nested: whether the paragraph stands in a table that stands in another.
    listed: whether the paragraph is a list item; list_level: how deep, from 1.
    left, first: how far the paragraph is set in, and its first line besides, in twentieths of a point.
    """

    place: str = ""
    twofold: str | None = None
    field: Field | None = None
    instructs: Field | None = None
    starred: bool = False
    font: int = -1
    skip: int = 1
    hidden: bool = False
    deleted: bool = False
    style: int = 0
    outline: int = _BODY
    in_table: bool = False
    nested: bool = False
    listed: bool = False
    list_level: int = 1
    left: int = 0
    first: int = 0

    @property
    def beside(self) -> BlockKind | None:
        """What its text is where it stands beside the body, in a flow of its own; None for the body's."""
        return words.BESIDE.get(self.place)

    @property
    def has_text(self) -> bool:
        """Whether its text is for people."""
        return self.instructs is None and (self.place in words.WITH_TEXT or self.place in words.BESIDE)

    @property
    def is_heading(self) -> bool:
        """Whether its outline level is that of a heading."""
        return 0 <= self.outline < _BODY

    def plain(self) -> State:
        """With characters as they are unless something else is said."""
        return self._replace(hidden=False, deleted=False, font=-1)

    def aside(self, place: str) -> State:
        """That of a group whose text stands beside the body."""
        return State(place=place, font=self.font, skip=self.skip)

    def twice(self, word: str) -> State:
        r"""That of \upr, a text that is given twice, and of \ud, its form in Unicode, which is the one to read."""
        if word == "upr":
            return self._replace(place="-", twofold=self.place)
        return self._replace(place=self.place if self.twofold is None else self.twofold, twofold=None)

    def laid_out(self, word: str, number: int | None) -> State:
        """With what a control word says of the paragraph."""
        match word:
            case "pard":
                return self._replace(
                    style=0,
                    outline=_BODY,
                    in_table=False,
                    nested=False,
                    listed=False,
                    list_level=1,
                    left=0,
                    first=0,
                )
            case "s":
                return self._replace(style=number or 0)
            case "outlinelevel":
                return self._replace(outline=number if number is not None else _BODY)
            case "intbl":
                return self._replace(in_table=True)
            case "itap":
                return self._replace(in_table=bool(number), nested=(number or 0) > 1)
            case "li":
                return self._replace(left=number or 0)
            case "fi":
                return self._replace(first=number or 0)
            case "ls":
                return self._replace(listed=bool(number))
            case "ilvl":
                return self._replace(list_level=min(_MOST_LIST_LEVEL, 1 + max(0, number or 0)))
        return self

    def look(self, roles: Mapping[int, Role]) -> Look:
        """What a paragraph is that ends here; roles: what styles make of one, by their numbers."""
        if self.beside not in (None, BlockKind.PARAGRAPH):
            return Look(self.beside)
        role = roles.get(self.style, _NO_ROLE)
        if not self.in_table:
            if self.is_heading or role.kind is BlockKind.HEADING:
                level = self.outline + 1 if self.is_heading else role.level
                return Look(BlockKind.HEADING, min(_MOST_LEVEL, level))
            if self.listed or role.kind is BlockKind.LIST_ITEM:
                return Look(BlockKind.LIST_ITEM, max(role.least, self.list_level))
            if role.kind is BlockKind.CAPTION:
                return Look(BlockKind.CAPTION)
        return Look(in_table=self.in_table, nested=self.nested, hangs=self._hangs())

    def _hangs(self) -> int:
        """How deep the paragraph is set in, from 1, where its first line sticks out, as that of a list item; or 0."""
        if self.first >= 0:
            return 0
        return max(1, min(_MOST_LIST_LEVEL, 1 + (self.left + self.first) // _LIST_STEP))


def moment(parts: Mapping[str, int]) -> str:
    """A moment as far as it is given, in RFC 3339."""
    year, month, day, hour, minute = (parts.get(name, 0) for name in words.TIME_PARTS)
    if not (0 < year < 10_000 and 0 < month < 13 and 0 < day < 32 and hour < 24 and minute < 60):
        return ""
    return f"{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:00Z"
