"""What the styles of a DOCX say of a paragraph: the level of a heading, a list, a caption, a quotation, code."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from papermesh_services.documents.model import BlockKind

BODY_LEVEL = 9
_HEADING_NAME = re.compile(r"(?:heading|überschrift|titre|título|titolo)\s*([1-9])", re.IGNORECASE)
_MOST_ANCESTORS = 20
_LIST_NAME = re.compile(r"list(?: bullet| number| continue)?(?: ([2-5]))?")
_OUTLINES = tuple("0123456789")


@dataclass(frozen=True, slots=True)
class Style:
    """A paragraph style. outline counts from 0, -1 where it has none; 9 is body text. depth: of a list, from 0."""

    name: str = ""
    based_on: str = ""
    outline: int = -1
    listed: bool = False
    depth: int = 0


@dataclass(frozen=True, slots=True)
class Role:
    """What a style makes of a paragraph.

    least: the level in a list that its name says, for styles with a list of their own; 0 for others.
    """

    kind: BlockKind = BlockKind.PARAGRAPH
    level: int = 0
    least: int = 0


@dataclass(frozen=True, slots=True)
class Styles:
    """The role of each style, by its id, and the language of what says no other."""

    roles: dict[str, Role]
    language: str = ""


class StyleReader:
    """Told the elements of the part of the styles."""

    def __init__(self) -> None:
        self._found: dict[str, Style] = {}
        self._identifier = ""
        self._style: Style | None = None
        self._language = ""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        if name == "style":
            self._identifier, self._style = attributes.get("styleId", ""), Style()
        elif self._style is not None:
            self._style = _with(self._style, name, attributes.get("val", ""))
        elif name == "lang":
            self._language = attributes.get("val", "")

    def data(self, text: str) -> None:
        """Styles have no text."""

    def end(self, name: str) -> None:
        """An element ends."""
        if name == "style" and self._style is not None:
            self._found[self._identifier] = self._style
            self._style = None

    def styles(self) -> Styles:
        """What was found."""
        return Styles(roles_of(self._found), self._language)


def roles_of(styles: dict[str, Style]) -> dict[str, Role]:
    """The role of each of the styles, which may build on each other, by its id."""
    return {identifier: _role(style, styles) for identifier, style in styles.items()}


def role_named(name: str) -> Role:
    """What a style makes of a paragraph by its name alone."""
    return _own_role(Style(name)) or Role()


def _with(style: Style, name: str, text: str) -> Style:
    match name:
        case "name":
            return replace(style, name=text)
        case "basedOn":
            return replace(style, based_on=text)
        case "outlineLvl":
            return replace(style, outline=int(text) if text in _OUTLINES else -1)
        case "numId":
            return replace(style, listed=text != "0")
        case "ilvl":
            return replace(style, depth=int(text) if text in _OUTLINES else 0)
    return style


def _role(style: Style, styles: dict[str, Style]) -> Role:
    ancestors: list[Style] = []
    current: Style | None = style
    while current is not None and len(ancestors) < _MOST_ANCESTORS:
        ancestors.append(current)
        current = styles.get(current.based_on)
    for one in ancestors:
        role = _own_role(one)
        if role is not None:
            return role
    return Role()


def _own_role(style: Style) -> Role | None:
    name = style.name.lower()
    heading = _HEADING_NAME.match(name)
    if heading:
        return Role(BlockKind.HEADING, min(6, int(heading.group(1))))
    if 0 <= style.outline < BODY_LEVEL:
        return Role(BlockKind.HEADING, min(6, style.outline + 1))
    if name in ("title", "titel", "titre"):
        return Role(BlockKind.HEADING, 1)
    listed = _LIST_NAME.fullmatch(name)
    if style.listed or listed:
        least = int(listed.group(1) or 1) if listed else 0
        return Role(BlockKind.LIST_ITEM, style.depth + 1 if style.depth else least or 1, least)
    if name == "caption":
        return Role(BlockKind.CAPTION)
    if "quote" in name:
        return Role(BlockKind.QUOTE)
    if "code" in name or name in ("html preformatted", "macro text", "plain text"):
        return Role(BlockKind.CODE)
    return None
