"""Makes a block of an HTML table: its rows and cells, those that span several included."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from papermesh_services.documents.builder import Draft, table
from papermesh_services.documents.links import Passage, target
from papermesh_services.documents.model import Link, Span

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from selectolax.lexbor import LexborNode

    from papermesh_services.documents.watch import Watch

_LAYOUT_INSIDE: Final = "table, h1, h2, h3, h4, h5, h6, ul, ol, form, blockquote, pre"
_LAYOUT_CELL_CHARACTERS: Final = 600
_LOOK_EVERY: Final = 64
_MAX_SPAN: Final = 1000
_MAX_EMPTY_CELLS: Final = 100_000


def is_layout(node: LexborNode) -> bool:
    """Whether a table only puts things side by side, as old pages and mails do."""
    if node.attributes.get("role") in ("presentation", "none"):
        return True
    if any(found.mem_id != node.mem_id for found in node.css(_LAYOUT_INSIDE)):
        return True
    cells = node.css("td, th")
    if len(cells) <= 1:
        return True
    return any(len(cell.text(deep=True)) > _LAYOUT_CELL_CHARACTERS for cell in cells)


def rows_of(node: LexborNode, is_unseen: Callable[[LexborNode], bool], breaks: frozenset[str], watch: Watch) -> Draft:
    """The rows of a table without tables in it, as far as there is time.

    is_unseen tells what a reader does not see, breaks what parts words.
    """
    rows = watch.limited(node.css("tr"), _LOOK_EVERY)
    return table(_squared([(cell, _passage(cell, is_unseen, breaks)) for cell in row.css("td, th")] for row in rows))


def _squared(rows: Iterable[list[tuple[LexborNode, Passage]]]) -> Iterator[list[Passage]]:
    """The rows with an empty cell wherever one that spans several takes the room."""
    below: dict[int, int] = {}
    spare = _MAX_EMPTY_CELLS
    for row in rows:
        line: list[Passage] = []
        over, below = below, {}
        for cell, passage in row:
            while over.get(len(line)) and spare > 0:
                below[len(line)] = over[len(line)] - 1
                line.append(Passage(""))
                spare -= 1
            attributes = cell.attributes
            wide, high = min(_span(attributes, "colspan"), 1 + spare), _span(attributes, "rowspan")
            if high > 1:
                below.update(dict.fromkeys(range(len(line), len(line) + wide), high - 1))
            line.extend([passage, *[Passage("")] * (wide - 1)])
            spare -= wide - 1
        below.update({at: left - 1 for at, left in over.items() if at >= len(line) and left > 1})
        yield line


def _span(attributes: Mapping[str, str | None], name: str) -> int:
    text = (attributes.get(name) or "").strip()
    return max(1, min(_MAX_SPAN, int(text))) if text.isascii() and text.isdecimal() and len(text) < 6 else 1


def _passage(cell: LexborNode, is_unseen: Callable[[LexborNode], bool], breaks: frozenset[str]) -> Passage:
    first = cell.first_child
    if first is not None and first.is_text_node and first.next is None and not is_unseen(cell):
        return Passage(first.text_content or "")
    pieces: list[str] = []
    links: list[Link] = []
    length = 0
    # A link is met twice: to open it, and where its text has ended.
    stack: list[tuple[LexborNode, int]] = [(cell, -1)]
    while stack:
        node, opened = stack.pop()
        if opened >= 0:
            links.append(Link(target(node.attributes.get("href") or ""), Span(opened, length)))
            continue
        piece = ""
        if node.is_text_node:
            piece = node.text_content or ""
        elif node.is_element_node and not is_unseen(node):
            piece = " " if node.tag in breaks else ""
            if node.tag == "a" and node.attributes.get("href"):
                stack.append((node, length))
            stack.extend((child, -1) for child in reversed(list(node.iter(include_text=True))))
        pieces.append(piece)
        length += len(piece)
    return Passage("".join(pieces), tuple(links))
