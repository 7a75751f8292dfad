"""What the styles of an OpenDocument file say of text, sheets and slides: what a paragraph is, and what is hidden."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from papermesh_services.documents.model import BlockKind

_KINDS = {
    "title": BlockKind.HEADING,
    "preformatted text": BlockKind.CODE,
    "html preformatted": BlockKind.CODE,
    "source code": BlockKind.CODE,
}
_MOST_ANCESTORS = 20
_DEEPER = re.compile(r"(?:list|numbering)(?: bullet| number| continue)? ([2-9])(?: start| end| cont\.)?")
_AGAIN = re.compile(r"(?<=[A-Za-z])[0-9]+$")
_FONT_FAMILY = "xsl-fo-compatible:font-family"


@dataclass(frozen=True, slots=True)
class Style:
    """A style. hidden: whether it hides what has it: a text, a sheet or a slide. indent: of a paragraph, a length.

    font: that of a text.
    """

    parent: str = ""
    hidden: bool = False
    indent: str = ""
    font: str = ""


class Styles:
    """Told the elements of styles, wherever they stand."""

    def __init__(self) -> None:
        self.language = ""
        self._found: dict[tuple[str, str], Style] = {}
        self._current: tuple[str, str] | None = None
        self._default = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        match name:
            case "style:style":
                self._current = (attributes.get("style:family", ""), attributes.get("style:name", ""))
                self._found[self._current] = Style(attributes.get("style:parent-style-name", ""))
            case "style:default-style":
                self._default = attributes.get("style:family", "") == "paragraph"
            case "style:text-properties":
                self._note_language(attributes)
                self._hide(attributes.get("text:display", "") == "none")
                self._note_font(attributes.get("style:font-name", "") or attributes.get(_FONT_FAMILY, ""))
            case "style:paragraph-properties" if self._current is not None:
                margin = attributes.get("xsl-fo-compatible:margin-left", "")
                self._found[self._current] = replace(self._found[self._current], indent=margin)
            case "style:table-properties":
                self._hide(attributes.get("table:display", "") == "false")
            case "style:drawing-page-properties":
                self._hide(attributes.get("presentation:visibility", "") == "hidden")

    def end(self, name: str) -> None:
        """An element ends."""
        if name == "style:style":
            self._current = None
        elif name == "style:default-style":
            self._default = False

    def hides(self, family: str, name: str) -> bool:
        """Whether what has this style is not to be seen."""
        return any(style.hidden for _, style in self._ancestry(family, name))

    def kind(self, name: str) -> BlockKind:
        """What a paragraph of this style is."""
        for ancestor, _ in self._ancestry("paragraph", name):
            name = ancestor.replace("_20_", " ").lower()
            found = _KINDS.get(name)
            if found is not None:
                return found
            if name.endswith("caption"):
                return BlockKind.CAPTION
            if "quote" in name or "quotation" in name:
                return BlockKind.QUOTE
        return BlockKind.PARAGRAPH

    def depth(self, name: str) -> int:
        """How deep an item of a list of this style is, by the name that programs give such; 0 where it does not say."""
        for ancestor, _ in self._ancestry("paragraph", name):
            match = _DEEPER.fullmatch(ancestor.replace("_20_", " ").lower())
            if match:
                return int(match[1])
        return 0

    def font(self, name: str) -> str:
        """The font of a text of this style; empty where no style says."""
        return next((style.font for _, style in self._ancestry("text", name) if style.font), "")

    def indent(self, name: str) -> str:
        """How far in a paragraph of this style stands: a length, empty where no style says."""
        return next((style.indent for _, style in self._ancestry("paragraph", name) if style.indent), "")

    def _ancestry(self, family: str, name: str) -> list[tuple[str, Style]]:
        found: list[tuple[str, Style]] = []
        while name and len(found) < _MOST_ANCESTORS:
            style = self._found.get((family, name), Style())
            found.append((name, style))
            name = style.parent
        return found

    def _hide(self, hidden: bool) -> None:
        if hidden and self._current is not None:
            self._found[self._current] = replace(self._found[self._current], hidden=True)

    def _note_font(self, font: str) -> None:
        if font and self._current is not None:
            # The same font a second time has a number behind its name.
            self._found[self._current] = replace(self._found[self._current], font=_AGAIN.sub("", font))

    def _note_language(self, attributes: dict[str, str]) -> None:
        name = attributes.get("xsl-fo-compatible:language", "")
        country = attributes.get("xsl-fo-compatible:country", "")
        if self._default and name not in ("", "none"):
            self.language = name if country in ("", "none") else f"{name}-{country}"
