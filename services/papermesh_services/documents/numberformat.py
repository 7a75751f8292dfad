"""Writes a number as the format code of its cell shows it: "25%", "$1,234.50", "(7)", "1.5E+03".

A subset of the codes of spreadsheets: what it does not know (dates, which are written otherwise, fractions) is for
others to write. Separators are those of the codes themselves, a point and commas.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

Formatter = Callable[[float], str]

BUILT_IN: Final = {
    1: "0",
    2: "0.00",
    3: "#,##0",
    4: "#,##0.00",
    **dict.fromkeys((5, 6, 37, 38, 41, 42), "#,##0_);(#,##0)"),
    **dict.fromkeys((7, 8, 39, 40, 43, 44), "#,##0.00_);(#,##0.00)"),
    9: "0%",
    10: "0.00%",
    11: "0.00E+00",
}
"""The formats that have a number and no code in the file. Those of money have no sign: it is that of the reader."""

_LONGEST_CODE: Final = 500
_MOST_DIGITS: Final = 30
_SECTION: Final = re.compile(r'(?:"[^"]*"|\\.|\[[^\]]*\]|[_*].|[^;"\\\[])*', re.DOTALL)
_TOKEN: Final = re.compile(
    r"""
      "(?P<quoted>[^"]*)" | \\(?P<escaped>.) | \[\$(?P<currency>[^\]-]*)[^\]]*\]
    | \[(?P<comparison>[<>=]{1,2})\s*(?P<bound>-?[0-9]+(?:\.[0-9]+)?)\] | \[(?P<elapsed>h+|m+|s+)\] | \[[^\]]*\]
    | _. | \*(?P<fill>.)
    | (?P<whole>[0#?][0#?,]*)?(?P<decimals>\.[0#?]*)(?P<scale>,*)(?P<power>E[+-]0+)?
    | (?P<only>[0#?][0#?,]*)(?P<raised>E[+-]0+)?
    | (?P<general>general) | (?P<other>.)
    """,
    re.IGNORECASE | re.DOTALL | re.VERBOSE,
)
_PLAIN: Final = frozenset("$-+/():!^&'~{}<>= %,")
_CONDITIONS: Final[dict[str, Callable[[float, float], bool]]] = {
    "<": operator.lt,
    ">": operator.gt,
    "=": operator.eq,
    "<=": operator.le,
    ">=": operator.ge,
    "<>": operator.ne,
}
# Binary fractions lie a little beside what people wrote: 2.675 has to round as it reads.
_NUDGE: Final = 1 + 4.5e-16


def formatter(code: str) -> Formatter | None:
    """What writes numbers by this code; None where it is one for dates or texts, or is not known."""
    sections = [_section(text) for text in _split(code)]
    parts = [one for one in sections if one is not None]
    if len(parts) < len(sections) or not (len(parts) > 1 or any(part.says_something for part in parts)):
        return None
    if any(part.holds for part in parts):
        return lambda value: _by_condition(parts, value)
    writers = [part.writer() for part in parts]
    positive, negative, zero = writers[0], writers[min(1, len(parts) - 1)], writers[2 if len(parts) > 2 else 0]
    minus = "-" if len(parts) == 1 else ""

    def write(value: float) -> str:
        if value > 0:
            return positive(value)
        return minus + negative(-value) if value else zero(0.0)

    return write


def general(value: float) -> str:
    """A number that no format says more of: no ".0" behind a whole one."""
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else f"{value:.15g}"


def _split(code: str) -> list[str]:
    """The sections for numbers: above, below and at zero. The one for texts says nothing of them."""
    found: list[str] = []
    at = 0
    while len(code) <= _LONGEST_CODE and at <= len(code) and len(found) < 3:
        match = _SECTION.match(code, at)
        end = match.end() if match else at
        if end < len(code) and code[end] != ";":
            return []  # a quotation or bracket without an end
        found.append(code[at:end])
        at = end + 1
    return [section for section in found if section != "@"]


@dataclass(slots=True)
class _Section:
    """One section of a code.

    pieces: what is written, with None where the number stands, or each of its digits.
    whole, decimals: the fewest digits before and behind the point. spec: how format writes it.
    power: the digits of an exponent. places: what each digit of a number in places may be, "0" or none.
    """

    pieces: list[str | None] = field(default_factory=list)
    holds: Callable[[float], bool] | None = None
    factor: float = 1.0
    whole: int = 0
    decimals: int = 0
    spec: str = ""
    power: int = 0
    places: str = ""

    @property
    def says_something(self) -> bool:
        """Whether it is any other than what is written without it."""
        return self.pieces not in ([], [None]) or bool(self.spec)

    def signed(self, value: float) -> str:
        """A number with its sign."""
        return self.write(value) if value >= 0 else "-" + self.write(-value)

    def writer(self) -> Formatter:
        """What writes numbers that are not negative, as fast as can be."""
        plain = self.spec and self.whole == 1 and not self.power and not self.places
        if not plain or f".{self.decimals}f" not in self.spec:
            return self.write
        at, factor, template = self.pieces.index(None), self.factor, f"{{:{self.spec}}}"
        before, after = ("".join(filter(None, piece)) for piece in (self.pieces[:at], self.pieces[at + 1 :]))
        template = before.lstrip().replace("{", "{{").replace("}", "}}") + template
        template += after.rstrip().replace("{", "{{").replace("}", "}}")
        into = template.format

        def write(value: float) -> str:
            value *= factor
            return into(value if value.is_integer() else value * _NUDGE)

        return write

    def write(self, value: float) -> str:
        """A number that is not negative."""
        if self.places:
            return self._in_places(value)
        return "".join([self._number(value) if piece is None else piece for piece in self.pieces]).strip()

    def _number(self, value: float) -> str:
        if not self.spec:
            return general(value)
        value *= self.factor
        text = format(value if value.is_integer() else value * _NUDGE, self.spec)
        if self.power:
            mantissa, _, power = text.partition("E")
            return f"{mantissa}E{power[0]}{int(power[1:]):0{self.power}}"
        whole, point, decimals = text.partition(".")
        if not self.whole and whole == "0":
            whole = ""
        elif len(whole) < self.whole:
            whole = whole.zfill(self.whole)
        if len(decimals) > self.decimals:
            decimals = decimals[: self.decimals] + decimals[self.decimals :].rstrip("0")
        return whole + point + decimals

    def _in_places(self, value: float) -> str:
        digits = f"{value:.0f}".rjust(len(self.places))
        first, *rest = digits[: len(digits) - len(self.places) + 1], *digits[len(digits) - len(self.places) + 1 :]
        shown = iter(
            digit.strip() or place.replace("#", "") for digit, place in zip([first, *rest], self.places, strict=True)
        )
        return "".join([next(shown) if piece is None else piece for piece in self.pieces]).strip()


def _by_condition(parts: list[_Section], value: float) -> str:
    for part in parts:
        if part.holds is None or part.holds(value):
            return part.signed(value)
    return general(value)


def _section(text: str) -> _Section | None:
    """A section; None where something in it is not known."""
    made = _Section()
    numbers: list[re.Match[str]] = []
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup or ""
        if kind in ("whole", "decimals", "scale", "power", "only", "raised", "general"):
            numbers.append(match)
            made.pieces.append(None)
        elif kind == "bound":
            compare, bound = _CONDITIONS.get(match["comparison"]), float(match["bound"])
            if compare is None:
                return None
            made.holds = lambda value, compare=compare, bound=bound: compare(value, bound)
        elif kind == "fill":
            made.pieces.append(" " if match["fill"] == " " else "")
        elif kind == "elapsed" or (kind == "other" and not _is_plain(match["other"])):
            return None
        elif kind:
            made.factor *= 100 if match["other"] == "%" else 1
            made.pieces.append(match[kind])
    return _with_numbers(made, numbers)


def _is_plain(character: str) -> bool:
    """Whether a character stands for itself without quotation marks."""
    return character in _PLAIN or not character.isascii()


def _with_numbers(made: _Section, numbers: list[re.Match[str]]) -> _Section | None:
    if len(numbers) > 1:
        return _with_places(made, [number["only"] or "" for number in numbers])
    if not numbers or numbers[0]["general"]:
        return made
    number = numbers[0]
    whole = number["whole"] or number["only"] or ""
    digits = whole.rstrip(",")
    decimals = (number["decimals"] or "")[1 : _MOST_DIGITS + 1]
    made.factor /= 1000.0 ** (len(whole) - len(digits) + len(number["scale"] or ""))
    made.whole, made.decimals = min(_MOST_DIGITS, digits.count("0")), len(decimals.rstrip("#?"))
    power = number["power"] or number["raised"]
    if power:
        made.power = len(power) - 2
        made.spec = f".{len(decimals)}E"
        return made if len(digits) == 1 else None
    separator = "," if "," in digits else ""
    made.spec = f"{separator}.{len(decimals)}f"
    return None if separator and made.whole > 1 else made


def _with_places(made: _Section, groups: list[str]) -> _Section | None:
    """A section with other characters between the digits, as in the number of a telephone."""
    if not all(groups) or "/" in made.pieces or any("," in group for group in groups):
        return None
    rest = iter(groups)
    made.pieces = [one for piece in made.pieces for one in ([None] * len(next(rest)) if piece is None else [piece])]
    made.places = "".join(groups).replace("?", "#")
    return made
