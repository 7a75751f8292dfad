"""Tells items of lists on slides that have lost their marks: paragraphs further in, between two items of one text box.

Programs that turn one kind of presentation into another keep how far in such a paragraph stands, and no more.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from papermesh_services.documents.model import BlockKind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from papermesh_services.documents.builder import Draft

_LENGTH: Final = re.compile(r"([0-9]{1,6}(?:\.[0-9]{1,6})?)(cm|mm|in|pt)")
_MILLIMETRES: Final = {"cm": 10.0, "mm": 1.0, "in": 25.4, "pt": 25.4 / 72}
_LEAST: Final = 1.0
_DEEPEST: Final = 9


def indent(text: str) -> float:
    """A length in millimetres; 0 for what is none."""
    match = _LENGTH.fullmatch(text)
    return float(match[1]) * _MILLIMETRES[match[2]] if match else 0.0


def with_items(drafts: list[Draft], indents: Mapping[int, float]) -> list[Draft]:
    """The blocks of a text box. indents: how far in paragraphs stand, in millimetres, by their place among them."""
    made = list(drafts)
    items = [at for at, draft in enumerate(drafts) if draft.kind is BlockKind.LIST_ITEM]
    for first, last in pairwise(items):
        between = range(first + 1, last)
        steps = sorted({indents.get(at, 0.0) for at in between})
        if not steps or steps[0] < _LEAST or any(drafts[at].kind is not BlockKind.PARAGRAPH for at in between):
            continue
        for at in between:
            level = min(_DEEPEST, drafts[first].level + 1 + steps.index(indents[at]))
            made[at] = drafts[at]._replace(kind=BlockKind.LIST_ITEM, level=level)
    return made
