"""Tells the levels of list items of tagged pages by where they begin, for programs that tag each list as the only one.

LibreOffice does so: the items of a list in another are those of a list beside it, whose tags say nothing of its level.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from papermesh_services.documents.pdf_tags import MOST_LEVELS, Role, Tag

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from papermesh_services.documents.joining import Line
    from papermesh_services.documents.pdf_layout import PlacedLine

_DEEPER: Final = 1.2
"""Of a letter's size: by how much an item must begin further in than others to be of a list in theirs."""
_MOST_ITEMS: Final = 1_000
"""Looked at together."""


@dataclass(slots=True)
class Group:
    """Lines that follow each other and are one block, or are for the layout. place: where the first of them is."""

    tag: Tag
    number: int
    page: int
    lines: list[Line]
    place: PlacedLine


def levelled(groups: Iterable[Group]) -> Iterator[Group]:
    """The blocks, with the levels of items that follow each other told by how far in they begin."""
    run: list[Group] = []
    for group in groups:
        is_item = group.tag.role is Role.ITEM
        if run and not (is_item and len(run) < _MOST_ITEMS and _follows(run, group)):
            yield from _told(run)
            run = []
        if is_item:
            run.append(group)
        else:
            yield group
    yield from _told(run)


def _follows(run: Sequence[Group], item: Group) -> bool:
    """Whether an item stands below the last one, or as far in as others if it is on another page or in a column."""
    before, line = run[-1].place, item.place
    if before.page == line.page and before.y - line.y > line.size / 2:
        return True
    return any(abs(_start(other.place) - _start(line)) < _DEEPER * line.size for other in run)


def _told(run: Sequence[Group]) -> Iterator[Group]:
    steps: list[float] = []
    for item in sorted(run, key=lambda item: _start(item.place)):
        start = _start(item.place)
        if not steps or start - steps[-1] >= _DEEPER * item.place.size:
            steps.append(start)
    for item in run:
        level = sum(step <= _start(item.place) for step in steps)
        yield replace(item, tag=Tag(Role.ITEM, min(MOST_LEVELS, level)))


def _start(line: PlacedLine) -> float:
    """How far in a line begins, from where does not matter."""
    return -line.x - line.width if line.leftward else line.x
