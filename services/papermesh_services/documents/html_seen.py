"""Tells which elements of HTML a reader does not see: what is no text, what is hidden, the marks of notes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from papermesh_services.documents import html_notes
from papermesh_services.documents.html_forms import SELECT_OF_MANY

if TYPE_CHECKING:
    from collections.abc import Mapping

    from selectolax.lexbor import LexborNode

_UNSEEN_TAGS = (
    "script style template noscript head svg object iframe canvas audio video select datalist noframes noembed map "
    "progress meter annotation annotation-xml xml"
)
_UNSEEN: Final = frozenset([*_UNSEEN_TAGS.split(), SELECT_OF_MANY])
_HIDDEN_STYLE: Final = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?![.\d])|mso-hide\s*:\s*all", re.IGNORECASE
)
# What Word writes for programs that know nothing of its lists: their bullets and numbers.
_STAND_IN_STYLE: Final = re.compile(r"mso-list\s*:\s*ignore", re.IGNORECASE)
_MOST_STYLE: Final = 10_000


def is_unseen(tag: str, attributes: Mapping[str, str | None]) -> bool:
    """Whether nothing in the element is seen as text."""
    if tag in _UNSEEN or (tag == "dialog" and "open" not in attributes):
        return True
    return bool(attributes) and (is_hidden(attributes) or _STAND_IN_STYLE.search(_style(attributes)) is not None)


def is_hidden(attributes: Mapping[str, str | None]) -> bool:
    """Whether an element that could be seen is hidden."""
    if not attributes:
        return False
    return "hidden" in attributes or _HIDDEN_STYLE.search(_style(attributes)) is not None


def hides_text(node: LexborNode, tag: str, attributes: Mapping[str, str | None]) -> bool:
    """Whether there is text in the element that is kept from somebody who reads or has it read aloud."""
    if not attributes or tag in _UNSEEN or not (is_hidden(attributes) or attributes.get("aria-hidden") == "true"):
        return False
    return bool(node.text(deep=True).strip())


def is_skipped(node: LexborNode) -> bool:
    """Whether an element is unseen, or the mark of a note."""
    tag, attributes = node.tag or "", node.attributes
    return is_unseen(tag, attributes) or html_notes.mark(node, tag, attributes) is not None


def _style(attributes: Mapping[str, str | None]) -> str:
    return (attributes.get("style") or "")[:_MOST_STYLE]
