"""Reads a formula that stands in HTML: MathML, as it is written on one line."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Final

from papermesh_services.documents.mathml import Formula

if TYPE_CHECKING:
    from collections.abc import Iterator

    from selectolax.lexbor import LexborNode

_MOST_NODES: Final = 10_000


def formula(math: LexborNode) -> str:
    """The formula of an element math; of a very long one the beginning."""
    found = Formula()
    found.start("math", {})
    stack: list[tuple[str, Iterator[LexborNode]]] = [("math", iter(math.iter(include_text=True)))]
    for step in count(1):
        name, children = stack[-1]
        node = next(children, None) if step <= _MOST_NODES else None
        if node is None:
            found.end(name)
            stack.pop()
        elif node.is_text_node:
            found.data((node.text_content or "").strip())
        elif node.is_element_node:
            stack.append((node.tag or "", iter(node.iter(include_text=True))))
            found.start(stack[-1][0], {})
        if not stack:
            break
    return found.text
