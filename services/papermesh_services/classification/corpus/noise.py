"""Spoils made-up documents as real ones are spoilt: lost lines, wrapped lines, cut ends, page numbers, bad scans.

Every kind of document is spoilt with the same chances, so that being spoilt says nothing of the kind.
"""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import random
    from collections.abc import Callable

MIN_FRAGMENT: Final = 400
"""Characters below which nothing is cut off."""
_LOOKALIKES: Final = {"o": "0", "O": "0", "l": "1", "i": "l", "S": "5", "B": "8", "e": "c", "n": "ri", "m": "rn"}


def spoil(text: str, rng: random.Random) -> str:
    """Returns the text with some of the faults, each with its own chance."""
    for chance, fault in _FAULTS:
        if rng.random() < chance:
            text = fault(text, rng)
    return text


def _fragment(text: str, rng: random.Random) -> str:
    if len(text) <= MIN_FRAGMENT:
        return text
    length = rng.randint(MIN_FRAGMENT, len(text))
    start = rng.randint(0, len(text) - length)
    return text[start : start + length]


def _without_head(text: str, rng: random.Random) -> str:
    lines = text.splitlines()
    return "\n".join(lines[rng.randint(1, 8) :]) if len(lines) > 20 else text


def _one_line(text: str, rng: random.Random) -> str:
    return rng.choice([" ", "  ", ", "]).join(line.strip() for line in text.splitlines() if line.strip())


def _line_a_paragraph(text: str, rng: random.Random) -> str:
    blocks = text.split("\n\n")
    return rng.choice(["\n", "\n\n"]).join(" ".join(block.split()) for block in blocks)


def _wrapped(text: str, rng: random.Random) -> str:
    width, indent = rng.randint(55, 95), " " * rng.choice([0, 0, 0, 3, 8])
    lines: list[str] = []
    for line in text.splitlines():
        lines.extend([indent + part for part in textwrap.wrap(line, width)] or [""])
    return "\n".join(lines)


def _lost_blank_lines(text: str, rng: random.Random) -> str:  # noqa: ARG001
    return "\n".join(line for line in text.splitlines() if line.strip())


def _page_marks(text: str, rng: random.Random) -> str:
    lines, every = text.splitlines(), rng.randint(30, 60)
    header = rng.choice(["Page {n}", "{n}", "- {n} -", "\f", "Page {n} of 12", "{title}    {n}"])
    title = lines[0][:60] if lines else ""
    for number, at in enumerate(range(every, len(lines), every), start=1):
        lines[at] += "\n" + header.replace("{n}", str(number)).replace("{title}", title)
    return "\n".join(lines)


def _bad_scan(text: str, rng: random.Random) -> str:
    rate = rng.uniform(0.005, 0.03)
    return "".join(_LOOKALIKES.get(char, char) if rng.random() < rate else char for char in text)


def _upper(text: str, rng: random.Random) -> str:  # noqa: ARG001
    return text.upper()


def _lower(text: str, rng: random.Random) -> str:  # noqa: ARG001
    return text.lower()


def _bare_words(text: str, rng: random.Random) -> str:  # noqa: ARG001
    return " ".join("".join(char if char.isalnum() else " " for char in text).lower().split())


def _curly(text: str, rng: random.Random) -> str:  # noqa: ARG001
    return text.replace("'", "’").replace(' "', " “").replace('" ', "” ").replace('"', "”")


def _tokenised(text: str, rng: random.Random) -> str:  # noqa: ARG001
    return text.replace(",", " ,").replace(". ", " . ").replace("(", "( ").replace(")", " )")


def _bullets(text: str, rng: random.Random) -> str:
    return text.replace("\n- ", "\n" + rng.choice(["• ", "* ", "o ", "– "]))


_FAULTS: Final[tuple[tuple[float, Callable[[str, random.Random], str]], ...]] = (
    (0.20, _without_head),
    (0.35, _fragment),
    (0.30, _bullets),
    (0.10, _line_a_paragraph),
    (0.30, _wrapped),
    (0.15, _lost_blank_lines),
    (0.15, _page_marks),
    (0.10, _one_line),
    (0.40, _curly),
    (0.05, _tokenised),
    (0.06, _bad_scan),
    (0.03, _upper),
    (0.03, _lower),
    (0.04, _bare_words),
)
