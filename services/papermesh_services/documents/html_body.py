"""Makes blocks of an HTML tree: what a reader would see, in order, with headings, lists, tables, quotations and code.

Walks with a stack of its own, since a page may be nested deeper than Python calls can be.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from papermesh_services.documents.builder import Draft, table
from papermesh_services.documents.model import BlockKind
from papermesh_services.documents.xmlparts import too_deep

if TYPE_CHECKING:
    from collections.abc import Iterator

    from selectolax.lexbor import LexborNode

    from papermesh_services.documents.limits import Limits

_UNSEEN_TAGS = (
    "script style template noscript head svg object iframe canvas audio video select datalist textarea noframes "
    "noembed map progress meter"
)
_BLOCK_TAGS = (
    "address article aside blockquote body center dd details dialog dir div dl dt fieldset figcaption figure footer "
    "form h1 h2 h3 h4 h5 h6 header hgroup hr html legend li main menu nav ol p pre search section summary ul "
    "table caption tbody thead tfoot tr td th"
)
_UNSEEN = frozenset(_UNSEEN_TAGS.split())
_BLOCKS = frozenset(_BLOCK_TAGS.split())
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_LISTS = frozenset({"ul", "ol", "menu", "dir"})
_HIDDEN_STYLE = re.compile(r"(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.IGNORECASE)
_SPACES = re.compile(r"[ \t\r\n\f\xa0]+")
_LAYOUT_INSIDE = "table, h1, h2, h3, h4, h5, h6, ul, ol, form, blockquote, pre"
_LAYOUT_CELL_CHARACTERS = 600


@dataclass(frozen=True, slots=True)
class _Context:
    """What the elements around a text make of it."""

    kind: BlockKind = BlockKind.PARAGRAPH
    level: int = 0
    lists: int = 0
    kept: bool = False


@dataclass(slots=True)
class _Buffer:
    """The text of the block that is being read."""

    pieces: list[str] = field(default_factory=list)

    def take(self, context: _Context) -> Draft | None:
        text = "".join(self.pieces)
        self.pieces = []
        if not text or text.isspace():
            return None
        return Draft(context.kind, text if context.kept else _collapsed(text), context.level)


def blocks(root: LexborNode, limits: Limits) -> Iterator[Draft]:
    """The blocks of an element, in reading order. Raises DocumentTooLarge where it is nested too deeply."""
    buffer = _Buffer()
    # An element is met twice: to open it, and, where it makes a block, to close it again.
    stack: list[tuple[LexborNode, _Context, bool]] = [(root, _Context(), False)]
    most = 8 * limits.max_nesting
    depths = [0]
    while stack:
        node, context, closing = stack.pop()
        depth = depths.pop()
        if closing:
            yield from _some(buffer.take(context))
            continue
        if node.is_text_node:
            buffer.pieces.append(_text(node, context))
            continue
        tag = node.tag or ""
        if not node.is_element_node or _is_unseen(node, tag):
            continue
        if depth > most:
            raise too_deep(limits)
        if tag == "br":
            buffer.pieces.append("\n" if context.kept else "\v")
            continue
        if tag in _BLOCKS:
            yield from _some(buffer.take(context))
            if tag == "table" and not _is_layout(node):
                yield from _some(_table(node))
                continue
            inner = _inside(tag, context)
            stack.append((node, inner, True))
            depths.append(depth)
        else:
            inner = context
        children = list(node.iter(include_text=True))
        stack.extend((child, inner, False) for child in reversed(children))
        depths.extend([depth + 1] * len(children))
    yield from _some(buffer.take(_Context()))


def _some(draft: Draft | None) -> Iterator[Draft]:
    if draft is not None and draft.text:
        yield draft


def _inside(tag: str, context: _Context) -> _Context:
    if tag in _HEADINGS:
        return _Context(BlockKind.HEADING, _HEADINGS[tag], context.lists)
    if tag in _LISTS:
        return _Context(context.kind, context.level, context.lists + 1, context.kept)
    if tag == "li":
        return _Context(BlockKind.LIST_ITEM, max(1, context.lists), context.lists)
    if tag == "blockquote":
        return _Context(BlockKind.QUOTE, 0, context.lists)
    if tag == "pre":
        return _Context(BlockKind.CODE, 0, context.lists, kept=True)
    return context


def _is_unseen(node: LexborNode, tag: str) -> bool:
    if tag in _UNSEEN:
        return True
    attributes = node.attributes
    if not attributes:
        return False
    if "hidden" in attributes or (tag == "dialog" and "open" not in attributes):
        return True
    style = attributes.get("style")
    return bool(style) and _HIDDEN_STYLE.search(style or "") is not None


def _text(node: LexborNode, context: _Context) -> str:
    text = node.text_content or ""
    return text if context.kept else _SPACES.sub(" ", text)


def _collapsed(text: str) -> str:
    """Runs of spaces made one, and the line breaks that the page asks for kept."""
    lines = (" ".join(line.split()) for line in text.split("\v"))
    return "\n".join(line for line in lines if line)


def _is_layout(node: LexborNode) -> bool:
    """Whether a table only puts things side by side, as old pages do."""
    if node.attributes.get("role") in ("presentation", "none"):
        return True
    if any(found.mem_id != node.mem_id for found in node.css(_LAYOUT_INSIDE)):
        return True
    cells = node.css("td, th")
    if len(cells) <= 1:
        return True
    return any(len(cell.text(deep=True)) > _LAYOUT_CELL_CHARACTERS for cell in cells)


def _table(node: LexborNode) -> Draft:
    """The rows of a table without tables in it; its caption is its first line."""
    rows = [[_cell(caption)] for caption in node.css("caption")]
    rows.extend([_cell(cell) for cell in row.css("td, th")] for row in node.css("tr"))
    return table(rows)


def _cell(cell: LexborNode) -> str:
    pieces: list[str] = []
    stack = [cell]
    while stack:
        node = stack.pop()
        if node.is_text_node:
            pieces.append(node.text_content or "")
        elif node.is_element_node and not _is_unseen(node, node.tag or ""):
            if node.tag in _BLOCKS or node.tag == "br":
                pieces.append(" ")
            stack.extend(reversed(list(node.iter(include_text=True))))
    return "".join(pieces)
