"""What stands in the fields of an HTML form, as its reader sees it: what was typed, what is chosen, what buttons say.

What is hidden, secret or a file's name is left out, and so are boxes and knobs, whose labels are text like any other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from papermesh_services.documents.clean import folded

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

SELECT_OF_MANY: Final = "select-of-many"
"""What an element select is called while it is parsed, where pages have so many options that the parser is slow."""

FIELDS: Final = frozenset({"input", "select", SELECT_OF_MANY})
"""The elements that shown knows; the text of others stands in them."""

_WITHOUT_TEXT: Final = frozenset(
    {"checkbox", "color", "file", "hidden", "image", "password", "radio", "range"},
)
_MOST_CHOSEN: Final = 1_000


def shown(node: LexborNode) -> str:
    """What the field shows, on one line; empty where that is nothing."""
    return folded(_typed(node) if node.tag == "input" else _chosen(node))


def _typed(node: LexborNode) -> str:
    attributes = node.attributes
    kind = (attributes.get("type") or "").strip().lower()
    return "" if kind in _WITHOUT_TEXT else attributes.get("value") or ""


def _chosen(node: LexborNode) -> str:
    """The options that are chosen; where none is, the first one, which is shown, if it stands for something."""
    chosen = node.css("option[selected]")[:_MOST_CHOSEN]
    if not chosen and "multiple" not in node.attributes:
        first = node.css_first("option")
        chosen = [first] if first is not None and first.attributes.get("value", "-") else []
    return ", ".join(option.attributes.get("label") or option.text(deep=True).strip() for option in chosen)
