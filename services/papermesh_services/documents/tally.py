"""What the readers of office documents find on the way, while it is still being counted."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from papermesh_services.documents.model import Traits

if TYPE_CHECKING:
    from collections.abc import Iterable

    from papermesh_services.documents.model import Attachment

_MOST_LANGUAGES = 100


@dataclass(slots=True)
class Tally:
    """Counts and flags so far.

    repeated: whether cells repeat so often that not all were given. languages: the characters of each.
    """

    tracked_changes: bool = False
    hidden_text: bool = False
    forms: bool = False
    repeated: bool = False
    comments: int = 0
    images: int = 0
    images_without_alternative: int = 0
    languages: Counter[str] = field(default_factory=Counter)

    def image(self, alternative: str, *, decorative: bool = False) -> None:
        """Counts an image. One that only decorates needs no text to stand for it."""
        self.images += 1
        if not alternative.strip() and not decorative:
            self.images_without_alternative += 1

    def wrote(self, language: str, characters: int) -> None:
        """Counts characters in a language, as the program that wrote them says."""
        if language in self.languages or len(self.languages) < _MOST_LANGUAGES:
            self.languages[language] += characters

    def language(self) -> str:
        """The language most of the text says it is in; empty where none is that of the most."""
        total = sum(self.languages.values())
        best = max(self.languages, key=lambda name: self.languages[name], default="")
        return best if 2 * self.languages[best] > total else ""

    def traits(self, attachments: Iterable[Attachment] = (), *, signed: bool = False) -> Traits:
        """What was found, as a value."""
        return Traits(
            signed=signed,
            forms=self.forms,
            tracked_changes=self.tracked_changes,
            hidden_text=self.hidden_text,
            comments=self.comments,
            images=self.images,
            images_without_alternative=self.images_without_alternative,
            attachments=tuple(attachments),
        )
