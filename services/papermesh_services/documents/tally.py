"""What the readers of office documents find on the way, while it is still being counted."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from papermesh_services.documents.found import Found

if TYPE_CHECKING:
    from collections.abc import Iterable

    from papermesh_services.documents.model import Attachment, Traits

_MOST_LANGUAGES = 100


@dataclass(slots=True)
class Tally(Found):
    """What is found in an office document, where a language may be said of every piece of text.

    repeated: whether cells repeat so often that not all were given. languages: the characters of each.
    """

    repeated: bool = False
    languages: Counter[str] = field(default_factory=Counter)

    def wrote(self, language: str, characters: int) -> None:
        """Counts characters in a language, as the program that wrote them says."""
        if language in self.languages or len(self.languages) < _MOST_LANGUAGES:
            self.languages[language] += characters

    def language(self) -> str:
        """The language most of the text says it is in; empty where none is that of the most."""
        total = sum(self.languages.values())
        best = max(self.languages, key=lambda name: self.languages[name], default="")
        return best if 2 * self.languages[best] > total else ""

    def traits_with(self, attachments: Iterable[Attachment], *, signed: bool) -> Traits:
        """What was found, with what the package says of itself."""
        self.attachments = list(attachments)
        self.signed = signed
        return self.traits()
