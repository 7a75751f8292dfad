"""What the styles of a DOCX say of a paragraph: the level of a heading, a list, a quotation, code."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from papermesh_services.documents.model import BlockKind
from papermesh_services.documents.xmlparts import local_name, value, walk

if TYPE_CHECKING:
    from papermesh_services.documents.limits import Limits

BODY_LEVEL = 9
_HEADING_NAME = re.compile(r"(?:heading|überschrift|titre|título|titolo)\s*([1-9])", re.IGNORECASE)
_MOST_ANCESTORS = 20


@dataclass(frozen=True, slots=True)
class Style:
    """A paragraph style. outline counts from 0, -1 where it has none; 9 is body text."""

    name: str = ""
    based_on: str = ""
    outline: int = -1
    listed: bool = False


@dataclass(frozen=True, slots=True)
class Role:
    """What a style makes of a paragraph."""

    kind: BlockKind = BlockKind.PARAGRAPH
    level: int = 0


def read_styles(data: bytes, limits: Limits) -> dict[str, Role]:
    """The role of each style, by its id."""
    styles = _styles(data, limits) if data else {}
    return {identifier: _role(style, styles) for identifier, style in styles.items()}


def _styles(data: bytes, limits: Limits) -> dict[str, Style]:
    found: dict[str, Style] = {}
    identifier, style = "", Style()
    for begins, element in walk(data, "word/styles.xml", limits):
        name = local_name(element)
        if name == "style" and begins:
            identifier, style = value(element, "styleId"), Style()
        elif name == "style":
            found[identifier] = style
        elif begins:
            style = _with(style, name, value(element))
    return found


def _with(style: Style, name: str, text: str) -> Style:
    match name:
        case "name":
            return replace(style, name=text)
        case "basedOn":
            return replace(style, based_on=text)
        case "outlineLvl":
            return replace(style, outline=int(text) if text.isdecimal() else -1)
        case "numId":
            return replace(style, listed=text != "0")
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
    if style.listed or name.startswith("list"):
        return Role(BlockKind.LIST_ITEM, 1)
    if "quote" in name:
        return Role(BlockKind.QUOTE)
    if "code" in name or name in ("html preformatted", "macro text", "plain text"):
        return Role(BlockKind.CODE)
    return None
