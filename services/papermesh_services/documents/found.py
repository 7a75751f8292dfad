"""Gathers what is found in a document on the way, while its blocks are read."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from papermesh_services.documents.model import Traits

if TYPE_CHECKING:
    from papermesh_services.documents.model import Attachment


@dataclass(slots=True)
class Found:
    """What will be the Traits of a document. Links are not here: the builder knows where they come to stand."""

    signed: bool = False
    encrypted: bool = False
    forms: bool = False
    tracked_changes: bool = False
    hidden_text: bool = False
    comments: int = 0
    images: int = 0
    images_without_alternative: int = 0
    attachments: list[Attachment] = field(default_factory=list)

    def image(self, *, described: bool) -> None:
        """Counts an image; described: whether a text stands for it, if only an empty one that says it means nothing."""
        self.images += 1
        self.images_without_alternative += not described

    def traits(self) -> Traits:
        """What was found until now."""
        return Traits(
            encrypted=self.encrypted,
            signed=self.signed,
            forms=self.forms,
            tracked_changes=self.tracked_changes,
            hidden_text=self.hidden_text,
            comments=self.comments,
            images=self.images,
            images_without_alternative=self.images_without_alternative,
            attachments=tuple(self.attachments),
        )
