"""Turns what the checks report into findings, and chooses those that are returned."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import TYPE_CHECKING

from papermesh_services.quality.errors import InvalidOptions
from papermesh_services.quality.model import Finding, Options
from papermesh_services.quality.places import Locator, quote
from papermesh_services.quality.rules import RULES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from papermesh_services.documents.model import Document

DEFAULT_MAX_FINDINGS = 200
LARGEST_MAX_FINDINGS = 10_000


@dataclass(frozen=True, slots=True)
class Spot:
    """What a check reports: the code, the half-open span, and the values its message needs besides {text}."""

    code: str
    start: int
    end: int
    values: Mapping[str, object] = field(default_factory=dict)


def check_options(options: Options) -> None:
    """Raises InvalidOptions where an option is out of range or names a code that does not exist."""
    if not 0 <= options.max_findings <= LARGEST_MAX_FINDINGS:
        raise InvalidOptions(
            "options.max_findings",
            f"must be 1 to {LARGEST_MAX_FINDINGS}, or 0 for {DEFAULT_MAX_FINDINGS}; it is {options.max_findings}",
        )
    unknown = sorted(options.ignored_codes - RULES.keys())
    if unknown:
        told, near = f"there is no finding code “{quote(unknown[0])}”", get_close_matches(unknown[0][:64], RULES, n=1)
        if near:
            raise InvalidOptions("options.ignored_codes", f"{told}; did you mean {near[0]}?")
        # In the metadata, because they are too many for a message.
        raise InvalidOptions("options.ignored_codes", f"{told}; give one of these", codes=", ".join(sorted(RULES)))


def to_findings(document: Document, spots: Iterable[Spot]) -> tuple[Finding, ...]:
    """Returns the findings in the order of the text; those at one place in the order of their codes."""
    locator = Locator(document)
    ordered = sorted(spots, key=lambda spot: (spot.start, spot.end, spot.code))
    return tuple(_finding(document, locator, spot) for spot in ordered)


def _finding(document: Document, locator: Locator, spot: Spot) -> Finding:
    rule = RULES[spot.code]
    values = dict(spot.values)
    if "line_of" in values:
        values["line"] = locator.place(*_span(values["line_of"])).line
    values["text"] = quote(document.text[spot.start : spot.end])
    return Finding(
        code=spot.code,
        aspect=rule.aspect,
        severity=rule.severity,
        message=rule.message.format_map(values),
        place=locator.place(spot.start, spot.end),
        snippet=locator.snippet(spot.start, spot.end),
        suggestion=rule.suggestion.format_map(values),
    )


def _span(start: object) -> tuple[int, int]:
    if not isinstance(start, int):
        raise TypeError("line_of is where the other text starts")
    return start, start


def select(findings: tuple[Finding, ...], options: Options) -> tuple[Finding, ...]:
    """Returns the findings the options ask for: the most severe first kept, then back in the order of the text."""
    severe = [finding for finding in findings if finding.severity >= options.min_severity]
    most = options.max_findings or DEFAULT_MAX_FINDINGS
    if len(severe) <= most:
        return tuple(severe)
    kept = sorted(range(len(severe)), key=lambda index: (-severe[index].severity, index))[:most]
    return tuple(severe[index] for index in sorted(kept))


def counts_by_code(findings: Iterable[Finding]) -> dict[str, int]:
    """Returns how many findings there are of each code, sorted by code."""
    return dict(sorted(Counter(finding.code for finding in findings).items()))
