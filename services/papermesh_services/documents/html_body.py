"""Makes blocks of an HTML tree: what a reader would see, in order, with headings, lists, tables, quotations and code.

Walks with a stack of its own, since a page may be nested deeper than Python calls can be.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from itertools import count
from typing import TYPE_CHECKING

from papermesh_services.documents import html_tables
from papermesh_services.documents.builder import Draft
from papermesh_services.documents.clean import one_line
from papermesh_services.documents.links import relocated, target
from papermesh_services.documents.model import BlockKind, Link, Span
from papermesh_services.documents.watch import OutOfTimeError
from papermesh_services.documents.xmlparts import too_deep

if TYPE_CHECKING:
    from collections.abc import Iterator

    from selectolax.lexbor import LexborNode

    from papermesh_services.documents.found import Found
    from papermesh_services.documents.limits import Limits
    from papermesh_services.documents.watch import Watch

_UNSEEN_TAGS = (
    "script style template noscript head svg object iframe canvas audio video select datalist textarea noframes "
    "noembed map progress meter annotation annotation-xml"
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
_HIDDEN_STYLE = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?![.\d])|mso-hide\s*:\s*all", re.IGNORECASE
)
_NOTES = re.compile(r"\b(?:doc-)?(?:footnotes?|endnotes?|rearnotes?)\b", re.IGNORECASE)
_NOTE_ATTRIBUTES = ("role", "epub:type", "class")
_REFERENCE = re.compile(r"\b(?:doc-)?(?:noteref|backlink|footnote-ref|footnote-back(?:ref)?)\b", re.IGNORECASE)
_INPUTS = frozenset({"input", "select", "textarea"})
_SPACES = re.compile(r"[ \t\r\n\f\xa0]+")
_LOOK_EVERY = 256
_SLACK = 8
_DECORATION = ("presentation", "none")
_KINDS = {"blockquote": BlockKind.QUOTE, "pre": BlockKind.CODE, "figcaption": BlockKind.CAPTION}
_BREAKS = _BLOCKS | {"br"}


@dataclass(frozen=True, slots=True, eq=False)
class _Anchor:
    """A link that is open. Two with the same target are two."""

    target: str


@dataclass(frozen=True, slots=True)
class _Context:
    """What the elements around a text make of it."""

    kind: BlockKind = BlockKind.PARAGRAPH
    level: int = 0
    lists: int = 0
    kept: bool = False
    anchor: _Anchor | None = None


@dataclass(slots=True)
class _Buffer:
    """The text of the block that is being read, with so many of its links."""

    most_links: int
    pieces: list[str] = field(default_factory=list)
    length: int = 0
    links: list[tuple[_Anchor, int, int]] = field(default_factory=list)

    def put(self, text: str, context: _Context) -> None:
        self.pieces.append(text)
        start, self.length = self.length, self.length + len(text)
        if context.anchor is None:
            return
        if self.links and self.links[-1][0] is context.anchor:
            start = self.links.pop()[1]
        elif len(self.links) >= self.most_links:
            return
        self.links.append((context.anchor, start, self.length))

    def take(self, context: _Context) -> Draft | None:
        raw = "".join(self.pieces)
        links = [Link(anchor.target, Span(start, end)) for anchor, start, end in self.links]
        self.pieces, self.length, self.links = [], 0, []
        text = raw if context.kept else _collapsed(raw)
        if not links and not text.strip():
            return None
        return Draft(context.kind, text, context.level, links=relocated(links, raw, text))


def blocks(root: LexborNode, limits: Limits, found: Found, watch: Watch) -> Iterator[Draft]:
    """The blocks of an element, in reading order, and in found what is met on the way.

    Raises DocumentTooLarge where it is nested too deeply, OutOfTimeError after the blocks there was time for.
    """
    return _Walk(limits, found, watch).blocks(root)


class _Walk:
    """Goes over a tree: down into the children of each element, and then on behind it."""

    def __init__(self, limits: Limits, found: Found, watch: Watch) -> None:
        self._limits = limits
        self._found = found
        self._watch = watch
        self._buffer = _Buffer(limits.max_links)
        # The children that are left of the elements that are open, what they stand in, and whether that makes a block.
        self._stack: list[tuple[Iterator[LexborNode], _Context, bool]] = []

    def blocks(self, root: LexborNode) -> Iterator[Draft]:
        buffer, stack = self._buffer, self._stack
        yield from self._open(root, _Context())
        for step in count(1):
            if not stack:
                break
            children, context, is_block = stack[-1]
            if step % _LOOK_EVERY == 0 and self._watch.expired:
                yield from _some(buffer.take(context))
                raise OutOfTimeError
            node = next(children, None)
            if node is None:
                stack.pop()
                yield from _some(buffer.take(context) if is_block else None)
            elif node.is_text_node:
                buffer.put(_text(node, context), context)
            elif node.is_element_node:
                yield from self._open(node, context)
        yield from _some(buffer.take(_Context()))

    def _open(self, node: LexborNode, context: _Context) -> Iterator[Draft]:
        tag = node.tag or ""
        _note(node, tag, self._found)
        if _is_unseen(node):
            return
        if len(self._stack) > _SLACK * self._limits.max_nesting:
            raise too_deep(self._limits)
        if tag == "br":
            self._buffer.put("\n" if context.kept else "\v", context)
            return
        if tag in _BLOCKS:
            yield from _some(self._buffer.take(context))
            if tag == "table" and not html_tables.is_layout(node):
                yield from _table(node, self._found, self._watch)
                return
            inner = _inside(node, tag, context)
        else:
            inner = _linked(node, context, self._buffer) if tag == "a" else context
        self._stack.append((iter(node.iter(include_text=True)), inner, tag in _BLOCKS))


def _some(draft: Draft | None) -> Iterator[Draft]:
    if draft is not None:
        yield draft


def _inside(node: LexborNode, tag: str, context: _Context) -> _Context:
    if tag in _HEADINGS:
        return replace(context, kind=BlockKind.HEADING, level=_HEADINGS[tag], kept=False)
    if tag in _LISTS:
        return replace(context, lists=context.lists + 1)
    if context.kind is BlockKind.FOOTNOTE:
        return context
    if _is_note(node):
        return replace(context, kind=BlockKind.FOOTNOTE, level=0)
    if tag == "li":
        return replace(context, kind=BlockKind.LIST_ITEM, level=max(1, context.lists), kept=False)
    kind = _KINDS.get(tag)
    return replace(context, kind=kind, level=0, kept=tag == "pre") if kind else context


def _is_note(node: LexborNode) -> bool:
    """Whether an element holds footnotes, by its role or by the class that programs give it."""
    return _says(node, _NOTES)


def _says(node: LexborNode, what: re.Pattern[str]) -> bool:
    """Whether an element's role or class is one of these words."""
    attributes = node.attributes
    return any(what.fullmatch(word) for name in _NOTE_ATTRIBUTES for word in (attributes.get(name) or "").split())


def _linked(node: LexborNode, context: _Context, buffer: _Buffer) -> _Context:
    href = target(node.attributes.get("href") or "")
    if not href:
        return context
    inner = replace(context, anchor=_Anchor(href))
    if buffer.length and _href_before(node) not in ("", href):
        buffer.put(" ", context)  # two entries of a menu, which only a style sheet keeps apart
    # An empty one is left behind where the parser puts a badly nested one right.
    if not node.text(deep=True).strip() and node.css_first("img, svg") is not None:
        buffer.put("", inner)
    return inner


def _href_before(node: LexborNode) -> str:
    """The target of the link that the node touches; empty where there is none."""
    before = node.prev
    return target(before.attributes.get("href") or "") if before is not None and before.tag == "a" else ""


def _note(node: LexborNode, tag: str, found: Found) -> None:
    attributes = node.attributes
    if tag == "img":
        described = "alt" in attributes or bool(attributes.get("aria-label")) or attributes.get("role") in _DECORATION
        found.image(described=described)
    elif tag in _INPUTS:
        found.forms = found.forms or attributes.get("type") != "hidden"
    elif not found.hidden_text and attributes and (_is_hidden(node) or attributes.get("aria-hidden") == "true"):
        found.hidden_text = tag not in _UNSEEN and bool(node.text(deep=True).strip())


def _is_unseen(node: LexborNode) -> bool:
    tag = node.tag or ""
    if tag == "a" and _says(node, _REFERENCE):
        return True  # the number of a footnote, or the way back from it
    return tag in _UNSEEN or _is_hidden(node) or (tag == "dialog" and "open" not in node.attributes)


def _is_hidden(node: LexborNode) -> bool:
    attributes = node.attributes
    if not attributes:
        return False
    style = attributes.get("style")
    return "hidden" in attributes or (bool(style) and _HIDDEN_STYLE.search(style or "") is not None)


def _text(node: LexborNode, context: _Context) -> str:
    text = node.text_content or ""
    return text if context.kept else _SPACES.sub(" ", text)


def _collapsed(text: str) -> str:
    """Runs of spaces made one, and the line breaks that the page asks for kept."""
    lines = (" ".join(line.split()) for line in text.split("\v"))
    return "\n".join(line for line in lines if line)


def _table(node: LexborNode, found: Found, watch: Watch) -> Iterator[Draft]:
    """The caption of a table, then its rows."""
    for element in node.css("img, input, select, textarea, [hidden], [style], [aria-hidden]"):
        _note(element, element.tag or "", found)
    for caption in node.css("caption"):
        yield Draft(BlockKind.CAPTION, one_line(caption.text(deep=True)))
    yield html_tables.rows_of(node, _is_unseen, _BREAKS, watch)
