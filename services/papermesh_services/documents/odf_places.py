"""What is open while the content of an OpenDocument file comes in: paragraphs, and what holds them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from papermesh_services.documents.inline import Inline

if TYPE_CHECKING:
    from papermesh_services.documents.builder import Draft
    from papermesh_services.documents.model import BlockKind


@dataclass(slots=True)
class Paragraph:
    """A paragraph while it comes in."""

    kind: BlockKind
    level: int
    style: str = ""
    inline: Inline = field(default_factory=Inline)


@dataclass(slots=True)
class Place:
    """Something that holds paragraphs.

    drafts: where it keeps them itself, instead of what is around it. indents: how far in those of a slide stand.
    instead: whether its picture only stands there for a table, a chart or a formula.
    """

    name: str
    drafts: list[Draft] | None = None
    role: str = ""
    lists: int = 0
    fresh: bool = False
    images: int = 0
    alternative: str = ""
    describing: bool = False
    instead: bool = False
    indents: dict[int, float] = field(default_factory=dict)
