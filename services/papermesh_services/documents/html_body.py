"""Makes blocks of an HTML tree: what a reader would see, in order, with headings, lists, tables, quotations and code.

Walks with a stack of its own, since a page may be nested deeper than Python calls can be.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import count
from typing import TYPE_CHECKING

from papermesh_services.documents import (
    html_forms,
    html_kinds,
    html_layout,
    html_math,
    html_notes,
    html_tables,
    symbols,
)
from papermesh_services.documents.builder import Draft
from papermesh_services.documents.clean import one_line
from papermesh_services.documents.headings import is_bullet
from papermesh_services.documents.html_buffer import LINE_BREAK, Buffer
from papermesh_services.documents.html_kinds import Anchor, Context
from papermesh_services.documents.html_seen import hides_text, is_hidden, is_unseen
from papermesh_services.documents.links import target
from papermesh_services.documents.model import BlockKind
from papermesh_services.documents.watch import OutOfTimeError
from papermesh_services.documents.xmlparts import too_deep

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from selectolax.lexbor import LexborNode

    from papermesh_services.documents.found import Found
    from papermesh_services.documents.limits import Limits
    from papermesh_services.documents.watch import Watch

_INPUTS = html_forms.FIELDS | {"textarea"}
_NOTED = ", ".join(sorted([*_INPUTS, "img", "[hidden]", "[style]", "[aria-hidden]"]))
_LOOK_EVERY = 256
_SLACK = 8
_DECORATION = ("presentation", "none")


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
        self._buffer = Buffer(limits.max_links)
        # The children that are left of the elements that are open, what they stand in, and whether that makes a block.
        self._stack: list[tuple[Iterator[LexborNode], Context, bool]] = []

    def blocks(self, root: LexborNode) -> Iterator[Draft]:
        buffer, stack = self._buffer, self._stack
        yield from self._open(root, Context())
        for step in count(1):
            if not stack:
                break
            children, context, is_block = stack[-1]
            if step % _LOOK_EVERY == 0 and self._watch.expired:
                yield from self._take(context)
                raise OutOfTimeError
            node = next(children, None)
            if node is None:
                stack.pop()
                if is_block:
                    yield from self._take(context)
            elif node.is_text_node:
                self._put(node.text_content or "", context)
            elif node.is_element_node:
                yield from self._open(node, context)
        yield from buffer.take(Context())

    def _open(self, node: LexborNode, context: Context) -> Iterator[Draft]:
        tag, attributes = node.tag or "", node.attributes
        _note(node, tag, attributes, self._found)
        mark = html_notes.mark(node, tag, attributes)
        if mark is not None and mark.stands_at_note:
            self._turn(mark.kind)
        elif tag in html_forms.FIELDS and not is_hidden(attributes):
            self._buffer.put(f" {html_forms.shown(node)} ", context)
        if mark is not None or is_unseen(tag, attributes):
            return
        if tag == "math":
            self._buffer.put(html_math.formula(node), context)
            return
        if len(self._stack) > _SLACK * self._limits.max_nesting:
            raise too_deep(self._limits)
        if tag == "br":
            self._buffer.put("\n" if context.kept else LINE_BREAK, context)
            return
        is_block = tag in html_kinds.BLOCKS
        if is_block:
            yield from self._take(context)
            if tag == "table" and not html_layout.is_layout(node, self._watch):
                yield from _table(node, self._found, self._watch)
                return
            inner = html_kinds.inside(tag, attributes, context)
        else:
            inner = html_kinds.lettered(tag, attributes, context)
            inner = _linked(node, inner, self._buffer) if tag == "a" else inner
        self._stack.append((iter(node.iter(include_text=True)), inner, is_block))

    def _put(self, text: str, context: Context) -> None:
        if context.font and not text.isascii():
            text = symbols.of_private(text, context.font)
        if (
            context.kind is BlockKind.LIST_ITEM
            and not context.lists
            and self._buffer.is_blank
            and is_bullet(text.strip())
        ):
            return  # Word writes its own
        self._buffer.put(text if context.kept else text.replace(LINE_BREAK, " "), context)

    def _take(self, context: Context) -> Iterator[Draft]:
        for draft in self._buffer.take(context):
            self._found.comments += draft.kind is BlockKind.COMMENT
            yield draft

    def _turn(self, kind: BlockKind) -> None:
        """Makes the block that is open a note or a remark."""
        for at in reversed(range(len(self._stack))):
            children, context, is_block = self._stack[at]
            self._stack[at] = (children, replace(context, kind=kind, level=0), is_block)
            if is_block:
                return


def _linked(node: LexborNode, context: Context, buffer: Buffer) -> Context:
    href = target(node.attributes.get("href") or "")
    if not href:
        return context
    inner = replace(context, anchor=Anchor(href))
    if not buffer.is_empty and _href_before(node) not in ("", href):
        buffer.put(" ", context)  # two entries of a menu, which only a style sheet keeps apart
    # An empty one is left behind where the parser puts a badly nested one right.
    if not node.text(deep=True).strip() and node.css_first("img, svg") is not None:
        buffer.put("", inner)
    return inner


def _href_before(node: LexborNode) -> str:
    """The target of the link that the node touches; empty where there is none."""
    before = node.prev
    return target(before.attributes.get("href") or "") if before is not None and before.tag == "a" else ""


def _note(node: LexborNode, tag: str, attributes: Mapping[str, str | None], found: Found) -> None:
    if tag == "img":
        described = "alt" in attributes or bool(attributes.get("aria-label")) or attributes.get("role") in _DECORATION
        found.image(described=described)
    elif tag in _INPUTS:
        found.forms = found.forms or attributes.get("type") != "hidden"
    elif not found.hidden_text:
        found.hidden_text = hides_text(node, tag, attributes)


def _table(node: LexborNode, found: Found, watch: Watch) -> Iterator[Draft]:
    """The caption of a table, then its rows."""
    for element in watch.limited(node.css(_NOTED), _LOOK_EVERY):
        _note(element, element.tag or "", element.attributes, found)
    for caption in html_layout.captions_of(node):
        yield Draft(BlockKind.CAPTION, one_line(caption.text(deep=True)))
    yield html_tables.rows_of(node, watch)
