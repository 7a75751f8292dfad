"""Cuts a text down to what a classification looks at, so that its cost is bounded. Nothing else."""

from __future__ import annotations

from typing import Final

HEAD_CHARACTERS: Final = 12_000
"""Taken from the beginning, where a document says what it is."""
TAIL_CHARACTERS: Final = 4_000
"""Taken from the end, where signatures, claims and references stand."""
SAMPLE_CHARACTERS: Final = 2_000
"""Taken at each of the places between."""
SAMPLES: Final = 4
"""Places between head and tail, evenly spaced."""
MAX_CHARACTERS: Final = HEAD_CHARACTERS + TAIL_CHARACTERS + SAMPLES * SAMPLE_CHARACTERS
"""The most characters (code points) that are ever looked at."""


def excerpt(text: str) -> str:
    """Returns the text itself, or head, samples and tail of a longer one, joined by line breaks."""
    if len(text) <= MAX_CHARACTERS:
        return text
    end = len(text) - TAIL_CHARACTERS
    step = (end - HEAD_CHARACTERS) / SAMPLES
    middles = [HEAD_CHARACTERS + int(step * (i + 0.5)) - SAMPLE_CHARACTERS // 2 for i in range(SAMPLES)]
    pieces = [text[:HEAD_CHARACTERS], *(text[at : at + SAMPLE_CHARACTERS] for at in middles), text[end:]]
    return "\n".join(pieces)


def excerpt_length(text: str) -> int:
    """Returns how many characters of the text its excerpt shows."""
    return min(len(text), MAX_CHARACTERS)
