"""Placeholders left in a text: marks of unfinished work, dummy text, and blanks of a template."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from papermesh_services.documents.model import BlockKind
from papermesh_services.quality.anchors import folded
from papermesh_services.quality.findings import Spot

if TYPE_CHECKING:
    from collections.abc import Iterator

    from papermesh_services.quality.reading import Reading

# XXX is thirty after a noun that is numbered in Roman, and a mask beside digits, X and hyphens.
_MARKS = re.compile(
    r"(?<![\w/.-])(?:TODO|FIXME|TBD|TBC|TKTK)(?![\w/-])"
    r"|(?<![\w.-])(?<!Article )(?<!Chapter )(?<!Part )(?<!Title )(?<!Book )(?<!Section )(?<!Bowl )XXX(?![\w-]| X{2})"
)
_DUMMY = re.compile(r"\blorem ipsum\b(?:[^.\n]{0,120}\.)?", re.IGNORECASE)
_BLANK = re.compile(
    r"\[(?:(?:please )?(?:insert|enter|add|fill in|specify|replace)\b[^\[\]\n]{0,80}"
    r"|(?:your|company|client|customer|employee|recipient|sender)(?:'s|’s)?[ _](?:full |first |last |legal |company )?"
    r"(?:name|address|title|position|email|phone|signature|company|logo|website)[^\[\]\n]{0,40}"
    r"|citation needed|placeholder|xx+|●|•|tbd|tbc|todo"
    r"|(?-i:Name|NAME|Date|DATE|Address|ADDRESS|Amount|AMOUNT|City|CITY|Phone Number|Email Address)"
    r")\]"
    r"|<(?:insert|enter|your)[ _-][^<>\n]{1,60}>"
    r"|\{\{ ?[A-Za-z_][\w .]{0,60}\}\}"
    r"|\b[Xx]{2}/[Xx]{2}/[Xx]{2,4}\b",
    re.IGNORECASE,
)
_SIGNS = {
    _MARKS: ("todo", "fixme", "tbd", "tbc", "tktk", "xxx"),
    _DUMMY: ("lorem ipsum",),
    _BLANK: ("[", "<", "{{", "x/"),
}
"""What is in every text that a pattern finds something in, in lower case."""


def check(reading: Reading) -> Iterator[Spot]:
    """Finds placeholders everywhere but in code. Marks that are Spanish words, say (“TODO”), count in English alone."""
    for passage in reading.passages:
        if passage.block.kind is BlockKind.CODE:
            continue
        patterns = (_DUMMY, _BLANK, _MARKS) if reading.english else (_DUMMY, _BLANK)
        yield from _in_passage(passage.text, passage.start, patterns)


def _in_passage(text: str, offset: int, patterns: tuple[re.Pattern[str], ...]) -> Iterator[Spot]:
    taken: set[int] = set()
    lower = folded(text)
    for pattern in patterns:
        if not any(sign in lower for sign in _SIGNS[pattern]):
            continue
        for match in pattern.finditer(text):
            if taken.isdisjoint(range(*match.span())) and not _quoted(text, match):
                taken.update(range(*match.span()))
                yield Spot("placeholder", offset + match.start(), offset + match.end())


def _quoted(text: str, match: re.Match[str]) -> bool:
    """A mark between quotation marks or back-ticks is spoken about, not left behind."""
    before, after = text[max(0, match.start() - 1) : match.start()], text[match.end() : match.end() + 1]
    return bool(before) and before in "\"'“‘`«" and bool(after) and after in "\"'”’`»:,."
