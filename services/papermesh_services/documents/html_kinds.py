"""What the elements of HTML make of the text in them: headings, list items, notes. Knows those of Word and others."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from papermesh_services.documents import symbols
from papermesh_services.documents.html_notes import words
from papermesh_services.documents.model import BlockKind

if TYPE_CHECKING:
    from collections.abc import Mapping

_BLOCK_TAGS = (
    "address article aside blockquote body center dd details dialog dir div dl dt fieldset figcaption figure footer "
    "form h1 h2 h3 h4 h5 h6 header hgroup hr html legend li main menu nav ol p pre search section summary textarea ul "
    "table caption tbody thead tfoot tr td th"
)
BLOCKS: Final = frozenset(_BLOCK_TAGS.split())
"""The elements that stand on lines of their own."""

_HEADINGS: Final = {f"h{level}": level for level in range(1, 7)}
_FAMILY: Final = re.compile(r"font-family:\s*([^;]+)", re.IGNORECASE)
_LISTS: Final = frozenset({"ul", "ol", "menu", "dir"})
_KINDS: Final = {"blockquote": BlockKind.QUOTE, "pre": BlockKind.CODE, "figcaption": BlockKind.CAPTION}
_NOTE: Final = re.compile(
    r"(?:doc-)?(?:footnotes?|endnotes?|rearnotes?)|sd(?:foot|end)note(?:-[\w-]{1,40})?|Mso(?:Foot|End)noteText",
    re.IGNORECASE,
)
_REMARK: Final = re.compile(r"MsoCommentText|msocomtxt", re.IGNORECASE)
_WORD_KINDS: Final = {
    "MsoQuote": BlockKind.QUOTE,
    "MsoIntenseQuote": BlockKind.QUOTE,
    "MsoCaption": BlockKind.CAPTION,
}
_WORD_ITEM: Final = "MsoListParagraph"
_WORD_LEVEL: Final = re.compile(r"mso-list:\s*l\d{1,6}\s+level([1-9])\b", re.IGNORECASE)
# As LibreOffice writes what stands on every page.
_RUNNING: Final = {"header": BlockKind.HEADER, "footer": BlockKind.FOOTER}
# Google Docs has the lists of lists side by side, and their level in their names.
_GOOGLE_LEVEL: Final = re.compile(r"lst-[\w]{1,40}-(\d)")
_BESIDE: Final = (BlockKind.FOOTNOTE, BlockKind.COMMENT)


@dataclass(frozen=True, slots=True, eq=False)
class Anchor:
    """A link that is open. Two with the same target are two."""

    target: str


@dataclass(frozen=True, slots=True)
class Context:
    """What the elements around a text make of it. kept: whether its white space counts. font: one of symbols."""

    kind: BlockKind = BlockKind.PARAGRAPH
    level: int = 0
    lists: int = 0
    kept: bool = False
    anchor: Anchor | None = None
    font: str = ""


def lettered(tag: str, attributes: Mapping[str, str | None], context: Context) -> Context:
    """What an element that stands in a line makes of it, in such a context: whether its font is one of symbols."""
    if not attributes or tag not in ("font", "span"):
        return context
    families = attributes.get("face") if tag == "font" else None
    if not families:
        styled = _FAMILY.search((attributes.get("style") or "")[:1000])
        families = styled.group(1) if styled else ""
    font = families.partition(",")[0].strip(" \"'")
    return replace(context, font=font) if symbols.is_known(font) else context


def inside(tag: str, attributes: Mapping[str, str | None], context: Context) -> Context:
    """What an element of BLOCKS makes of the text in it, in such a context."""
    if tag in _HEADINGS:
        return replace(context, kind=BlockKind.HEADING, level=_HEADINGS[tag], kept=False)
    if tag in _LISTS:
        return replace(context, lists=_google_level(attributes) or context.lists + 1)
    if context.kind in _BESIDE:
        return context
    if attributes:
        said = _said(tag, attributes, context)
        if said is not None:
            return said
    if tag == "li":
        return replace(context, kind=BlockKind.LIST_ITEM, level=max(1, context.lists), kept=False)
    if tag == "textarea":
        return replace(context, kept=True)
    kind = _KINDS.get(tag)
    return replace(context, kind=kind, level=0, kept=tag == "pre") if kind else context


def _said(tag: str, attributes: Mapping[str, str | None], context: Context) -> Context | None:
    """What roles, classes and styles make of it; None where they say nothing."""
    for word in words(attributes):
        if _NOTE.fullmatch(word):
            return replace(context, kind=BlockKind.FOOTNOTE, level=0)
        if _REMARK.fullmatch(word):
            return replace(context, kind=BlockKind.COMMENT, level=0)
        if word in _WORD_KINDS:
            return replace(context, kind=_WORD_KINDS[word], level=0)
        if word.startswith(_WORD_ITEM):
            return replace(context, kind=BlockKind.LIST_ITEM, level=_word_level(attributes))
        if word == "MsoTitle" or (word == "title" and tag == "p" and (attributes.get("id") or "").startswith("h.")):
            return replace(context, kind=BlockKind.HEADING, level=1)
    running = _RUNNING.get(attributes.get("title") or "") if tag == "div" else None
    if running is not None:
        return replace(context, kind=running, level=0)
    return None


def _word_level(attributes: Mapping[str, str | None]) -> int:
    match = _WORD_LEVEL.search((attributes.get("style") or "")[:1000])
    return int(match.group(1)) if match else 1


def _google_level(attributes: Mapping[str, str | None]) -> int:
    match = _GOOGLE_LEVEL.search(attributes.get("class") or "", 0, 200) if attributes else None
    return int(match.group(1)) + 1 if match else 0
