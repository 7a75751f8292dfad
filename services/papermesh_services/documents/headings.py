"""Tells headings, list items and rules apart in lines that carry no markup.

Rules of thumb on one line at a time. Lines decides which lines stand together; this module never looks at two.
"""

from __future__ import annotations

import re

MAX_HEADING_CHARACTERS = 100
MAX_HEADING_WORDS = 14
_TITLE_WORDS = 9
_MAX_ENTRY_CHARACTERS = 400

_BLANKS = (" ", "\t")
_BULLET = re.compile(r"([-*+•‣◦▪▫●○■□➢➤✓✔·–—\uf0b7\uf0a7])[ \t]+(?=\S)")
_UNSPACED = "[\u3040-\u30ff\u3400-\u9fff]"
"""Letters that may follow the number of their item without a space."""
_ORDERED = re.compile(
    r"(?:\(?(?:\d{1,3}|[A-Za-zא-תأ-ي]|[ivxIVX]{2,5})\)|(?:\d{1,3}|[A-Za-zא-תأ-ي])\.)[ \t]+(?=\S)|"
    rf"\d{{1,2}}[.．、](?={_UNSPACED})"
)
_COPYRIGHT = re.compile(r"\([cC]\)[ \t]+(?:copyright\b|\d{4}\b)", re.IGNORECASE)
_SECTION = re.compile(r"(\d{1,3}(?:\.\d{1,3}){1,5})\.?[ \t]+(?=[^\W\d_])")
_NUMBERED = re.compile(r"(?:\d{1,2}|[IVX]{1,5}|[A-Z])\.[ \t]+(?=[^\W\d_])")
_NAMED = re.compile(
    r"(?:article|section|chapter|part|appendix|annex|schedule|exhibit|kapitel|abschnitt|artikel|anhang|chapitre|"
    r"annexe|capítulo|artículo|§)\s*(?:\d{1,3}|[IVXLC]{1,7}|[A-Z])(?:[.:]|\b)",
    re.IGNORECASE,
)
UNDERLINES = ("=", "-", "~")
"""What a line that underlines a title begins with."""
_RULE_MARKS = ("-", "=", "_", "*", "~", "#", ".")
_RULE = re.compile(r"([-=_*~#.])(?:[ \t]*\1){2,}")
_HASHED = re.compile(r"(#{1,6})[ \t]+(\S.*?)(?:[ \t]+#+)?$")
_LEADER = re.compile(r"(?:\.{4}|(?:\. ){4}|…{2})[. ]*[\divxlIVXL]{0,6}$")
_BACK = ("↩", "↩\ufe0e", "↩\ufe0f")
"""What leads back from a note to where it belongs."""
_SENTENCE_END = (*_BACK, ".", "!", "?", ";", ",", "؟", "؛", "،", "۔", "。", "！", "？", "…", ":")


def strip_bullet(line: str) -> str | None:
    """The line without its bullet, or None where it has none."""
    if line[1:2] not in _BLANKS:
        return None
    match = _BULLET.match(line)
    return line[match.end() :] if match else None


def is_ordered(line: str) -> bool:
    """Whether the line begins with the number or letter of a list item: "1.", "(a)", "iv)", "1、"."""
    return _ORDERED.match(line) is not None and not _COPYRIGHT.match(line)


def mark_length(line: str) -> int:
    """How long the bullet, number or letter of a list item is that the line begins with; 0 for none."""
    if strip_bullet(line) is not None:
        return 1
    number = _ORDERED.match(line)
    return len(number[0].rstrip()) if number else 0


def is_note(line: str) -> bool:
    """Whether the line is the end of a note, with an arrow that leads back to where it belongs."""
    return line.endswith(_BACK)


def is_rule(line: str) -> bool:
    """Whether the line is only a drawn one: "-----", "* * *"."""
    line = line.strip()
    return line[:1] in _RULE_MARKS and _RULE.fullmatch(line) is not None


def hashed(line: str) -> tuple[int, str]:
    """The level and the text of a heading marked with "##", as Markdown has it; (0, line) where it is none."""
    match = _HASHED.match(line)
    return (len(match.group(1)), match.group(2)) if match and _short(line) else (0, line)


def is_bullet(line: str) -> bool:
    """Whether the line is a bullet and nothing else."""
    return len(line) == 1 and _BULLET.match(line + " .") is not None


def is_initial(line: str) -> bool:
    """Whether the line begins with a capital and a full stop, which may as well be somebody's name."""
    return line[:1].isupper() and line[1:2] == "."


def is_contents_entry(line: str) -> bool:
    """Whether the line is one of a table of contents, with dots that lead to a page number."""
    leads = "...." in line or ". . ." in line or "…" in line
    return leads and len(line) <= _MAX_ENTRY_CHARACTERS and _LEADER.search(line) is not None


def underline_level(title: str, line: str) -> int:
    """1 or 2 where the line underlines the title with "=" or "-", else 0."""
    line = line.strip()
    if line[:1] not in UNDERLINES or len(line) < 3 or set(line) not in ({"="}, {"-"}, {"~"}) or not _short(title):
        return 0
    if not 0.5 * len(title) <= len(line) <= 2 * len(title) + 4:
        return 0
    return 1 if line[0] == "=" else 2


def numbered_level(line: str) -> int:
    """The level a numbered heading has by its number: "2.1 Scope" is 2, "Article IV" and "3. Terms" are 1; else 0."""
    if not _short(line) or line.endswith(_SENTENCE_END[:-1]):
        return 0
    section = _SECTION.match(line)
    if section:
        starts_well = line[section.end()].isupper() or not line[section.end()].isascii()
        return min(6, section.group(1).count(".") + 1) if starts_well else 0
    if _NAMED.match(line):
        return 1
    numbered = _NUMBERED.match(line)
    return 1 if numbered and _starts_title(line, numbered) and len(line.split()) <= _TITLE_WORDS else 0


def is_capitals(line: str) -> bool:
    """Whether the line is a heading in capitals: "TERMS AND CONDITIONS"."""
    if not line.isupper() or not _short(line) or line.endswith((".", ",", ";")):
        return False
    # Scripts without case count as no letters here, or every line of Chinese with an initial would shout.
    letters = sum(character.isupper() for character in line)
    digits = sum(character.isdigit() for character in line)
    return letters >= 4 and digits <= 0.3 * letters and letters >= 0.6 * len(line.replace(" ", ""))


def is_title(line: str) -> bool:
    """Whether the line could be a title that stands alone: short, capitalised, without the end of a sentence."""
    if len(line) > MAX_HEADING_CHARACTERS or line.endswith(_SENTENCE_END):
        return False
    words = line.split()
    if not words or len(words) > _TITLE_WORDS:
        return False
    if not words[0][0].isupper() or any(character in line for character in "@|\t<>{}=/"):
        return False
    long = [word for word in words if len(word) > 3 and word[0].isalpha()]
    return bool(long) and 2 * sum(word[0].isupper() for word in long) >= len(long) and not line[-1].isdigit()


def ends_sentence(line: str) -> bool:
    """Whether the line ends as a sentence does."""
    return line.rstrip("\"'”’»)]").endswith((".", "!", "?", "؟", "۔", "。", "！", "？", ":", "：", "…"))


def _starts_title(line: str, number: re.Match[str]) -> bool:
    first = line[number.end()]
    return first.isupper() or (line[0].isdigit() and not first.islower())


def _short(line: str) -> bool:
    return len(line) <= MAX_HEADING_CHARACTERS and len(line.split()) <= MAX_HEADING_WORDS
