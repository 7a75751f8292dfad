"""Makes a block of an HTML table: its rows and cells, those that span several included."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Final

from papermesh_services.documents import html_forms, html_layout, html_math
from papermesh_services.documents.builder import Draft, table
from papermesh_services.documents.html_kinds import BLOCKS
from papermesh_services.documents.html_seen import is_hidden, is_skipped
from papermesh_services.documents.links import Passage, target
from papermesh_services.documents.model import Link, Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from selectolax.lexbor import LexborNode

    from papermesh_services.documents.watch import Watch

_LOOK_EVERY: Final = 256
_MAX_SPAN: Final = 1000
_MAX_EMPTY_CELLS: Final = 100_000
_BREAKS: Final = BLOCKS | {"br"}
_NOTHING: Final = Passage("")


def rows_of(node: LexborNode, watch: Watch) -> Draft:
    """The rows of a table, as far as there is time; a table in a cell is text of it."""
    grid = _Grid(watch)
    return table(grid.line(html_layout.cells_of(row)) for row in watch.limited(html_layout.rows_of(node), 1))


class _Grid:
    """Gives the rows their empty cells, wherever one that spans several takes the room."""

    def __init__(self, watch: Watch) -> None:
        self._watch = watch
        self._below: dict[int, int] = {}
        self._spare = _MAX_EMPTY_CELLS

    def line(self, cells: Iterable[LexborNode]) -> Iterator[Passage]:
        """The cells of the next row, to be taken before the one after it is asked for."""
        at, over, self._below = 0, self._below, {}
        for cell in self._watch.limited(cells, _LOOK_EVERY):
            while over.get(at) and self._spare > 0:
                self._below[at] = over[at] - 1
                self._spare -= 1
                at += 1
                yield _NOTHING
            attributes = cell.attributes
            wide, high = min(_span(attributes, "colspan"), 1 + self._spare), _span(attributes, "rowspan")
            if high > 1:
                self._below.update(dict.fromkeys(range(at, at + wide), high - 1))
            self._spare -= wide - 1
            at += wide
            yield _passage(cell, self._watch)
            yield from [_NOTHING] * (wide - 1)
        self._below.update({column: left - 1 for column, left in over.items() if column >= at and left > 1})


def _span(attributes: Mapping[str, str | None], name: str) -> int:
    text = (attributes.get(name) or "").strip() if attributes else ""
    return max(1, min(_MAX_SPAN, int(text))) if text.isascii() and text.isdecimal() and len(text) < 6 else 1


def _passage(cell: LexborNode, watch: Watch) -> Passage:
    """What a cell shows, as far as there is time."""
    if is_skipped(cell):
        return _NOTHING
    first = cell.first_child
    if first is not None and first.is_text_node and first.next is None:
        return Passage(first.text_content or "")
    text = _Text()
    links: list[Link] = []
    # The children that are left of the elements that are open, and where those that are links lead and began.
    stack = [(iter(cell.iter(include_text=True)), "", 0)]
    for step in count(1):
        if not stack or (step % _LOOK_EVERY == 0 and watch.expired):
            break
        children, href, began = stack[-1]
        node = next(children, None)
        if node is None:
            stack.pop()
            if href:
                links.append(Link(href, Span(began, text.length)))
        elif node.is_text_node:
            text.put(node.text_content or "")
        elif node.is_element_node:
            opened = _opened(node, text)
            if opened is not None:
                stack.append((iter(node.iter(include_text=True)), opened, text.length))
    return Passage("".join(text.pieces), tuple(links))


class _Text:
    """The text of a cell while it comes in."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.length = 0

    def put(self, piece: str) -> None:
        self.pieces.append(piece)
        self.length += len(piece)


def _opened(node: LexborNode, text: _Text) -> str | None:
    """Where an element leads, or "" where it is no link; None where there is nothing to be read in it."""
    tag = node.tag or ""
    if tag in html_forms.FIELDS and not is_hidden(node.attributes):
        text.put(f" {html_forms.shown(node)} ")
        return None
    if is_skipped(node):
        return None
    if tag == "math":
        text.put(html_math.formula(node))
        return None
    if tag in _BREAKS:
        text.put(" ")
    return target(node.attributes.get("href") or "") if tag == "a" else ""
