"""One document's quality in detail: scores, what was measured, findings with their place, and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias

from rich.text import Text

from papermesh.cli.documents import View
from papermesh.cli.screen import bar, shortened
from papermesh.cli.visible import one_line
from papermesh.quality.v1 import quality_pb2 as pb

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from papermesh.cli.screen import Screen

BAR_WIDTH: Final = 30
SNIPPET_WIDTH: Final = 60
ENOUGH_TO_KNOW: Final = 20
"""Characters of a snippet that, if the message has them, make it needless to show the snippet too."""
ANY: Final = "info"
"""The severity that leaves no finding out."""
SHOWN_FINDINGS: Final = 10
SHOWN_RECOMMENDATIONS: Final = 5
GOOD: Final = 75.0
FAIR: Final = 50.0
SEVERITIES: Final = {
    pb.SEVERITY_ERROR: ("error", "red"),
    pb.SEVERITY_WARNING: ("warning", "yellow"),
    pb.SEVERITY_INFO: ("info", "cyan"),
}


Score: TypeAlias = "tuple[str, Callable[[pb.AnalyzeQualityResponse], float | None]]"
"""A score's title, and how it is had from an answer; None where it does not apply to the document."""


def _part(aspect: pb.Aspect, field: str) -> Callable[[pb.AnalyzeQualityResponse], float | None]:
    return lambda answer: getattr(answer, field) if aspect in answer.applicable_aspects else None


def _overall(answer: pb.AnalyzeQualityResponse) -> float | None:
    return answer.overall_score if answer.applicable_aspects else None


OVERALL: Final[Score] = ("overall", _overall)
PARTS: Final[tuple[Score, ...]] = (
    ("readability", _part(pb.ASPECT_READABILITY, "readability_score")),
    ("structure", _part(pb.ASPECT_STRUCTURE, "structure_score")),
    ("content", _part(pb.ASPECT_CONTENT, "content_quality_score")),
)

TAKES: Final = {
    "readability": "running text in English",
    "structure": "at least three words outside of tables and code",
    "content": "at least three words of written language",
}
"""What there must be in a document for a part of its quality to be judged."""


def scores_of(analysis_type: str) -> list[Score]:
    """The scores that an analysis of a type has: the overall one, and those of the parts it looks at."""
    return [OVERALL, *(part for part in PARTS if analysis_type in {part[0], "automatic"})]


def not_judged(titles: Iterable[str]) -> str:
    """What the scores of these titles would have taken; "" where there is nothing to say."""
    return "; ".join(f"{title} takes {TAKES[title]}" for title in titles if title in TAKES)


class Detail(View["pb.AnalyzeQualityResponse"]):
    """Shows one document.

    scores: those that were asked for. show_all: every finding that was sent, not only the first ones.
    min_severity: that of the findings that were asked for.
    """

    def __init__(self, screen: Screen, scores: Sequence[Score], *, show_all: bool, min_severity: str = ANY) -> None:
        self._screen = screen
        self._asked_for = scores
        self._show_all = show_all
        self._min_severity = min_severity

    def show(self, name: str, answer: pb.AnalyzeQualityResponse) -> None:
        """Prints the answer."""
        self._screen.line(Text(name, style="bold"))
        self._screen.line()
        self._scores(answer)
        self._screen.line()
        for title, text in measures(answer):
            self._screen.fact(title, text)
        self._findings(answer)
        self._recommendations(answer)

    def _scores(self, answer: pb.AnalyzeQualityResponse) -> None:
        for title, value_of in self._asked_for:
            score = value_of(answer)
            line = Text("  ")
            line.append(f"{title:<12} {points(score):>5}  ", style="bold" if title == "overall" else "")
            line.append(bar((score or 0) / 100, BAR_WIDTH).rstrip(), style=graded(score))
            line.rstrip()
            self._screen.line(line)

    def _findings(self, answer: pb.AnalyzeQualityResponse) -> None:
        left_out = [title for title, value_of in self._asked_for if value_of(answer) is None]
        if why := not_judged(left_out):
            self._screen.fact("not judged", why)
        self._screen.line()
        if not answer.total_findings:
            judged = bool(answer.applicable_aspects)
            self._screen.line(Text("Nothing found to mend.", "green") if judged else Text("Nothing was judged."))
            return
        self._screen.line(Text(f"Findings ({asked_for(answer, self._min_severity):,})", style="bold"))
        shown = answer.findings if self._show_all else most_severe(answer.findings, SHOWN_FINDINGS)
        width = max((len(place(finding)) for finding in shown), default=0)
        for finding in shown:
            self._finding(finding, width)
        self._left_out(answer, len(shown))

    def _finding(self, finding: pb.Finding, width: int) -> None:
        name, colour = SEVERITIES.get(finding.severity, ("", ""))
        head = Text(f"  {place(finding):>{width}}  ")
        head.append(f"{name:<7}", style=colour)
        head.append("  ")
        indent = head.cell_len
        message = Text(one_line(finding.message)).append(f"  [{one_line(finding.code)}]", "dim")
        self._screen.paragraph(head, message, indent)
        snippet = one_line(finding.snippet)
        if snippet and snippet[:ENOUGH_TO_KNOW] not in one_line(finding.message):
            room = min(SNIPPET_WIDTH, self._screen.room(indent) - len("“”"))
            self._screen.line(Text(" " * indent + f"“{shortened(snippet, room)}”", style="dim"))
        if finding.suggestion:
            self._screen.paragraph(Text(" " * indent + "→ "), Text(one_line(finding.suggestion)), indent + 2)

    def _left_out(self, answer: pb.AnalyzeQualityResponse, shown: int) -> None:
        count = asked_for(answer, self._min_severity)
        if count > shown:
            can_show = not self._show_all and len(answer.findings) > shown
            told = f"  … and {count - shown:,} more" + ("; --all shows them" if can_show else "")
            self._screen.line(Text(told, style="dim"))
        if others := answer.total_findings - count:
            told = f"  {counted(others, 'other')} left out by --min-severity {self._min_severity}"
            self._screen.line(Text(told, style="dim"))

    def _recommendations(self, answer: pb.AnalyzeQualityResponse) -> None:
        if not answer.recommendations:
            return
        self._screen.line()
        self._screen.line(Text("What helps most", style="bold"))
        shown = answer.recommendations if self._show_all else answer.recommendations[:SHOWN_RECOMMENDATIONS]
        for number, text in enumerate(shown, 1):
            self._screen.paragraph(Text(f"  {number}. "), Text(one_line(text)), 5)


def asked_for(answer: pb.AnalyzeQualityResponse, min_severity: str) -> int:
    """How many findings there are of a severity and above; an answer that leaves some out for it has all others."""
    return answer.total_findings if min_severity == ANY else len(answer.findings)


def most_severe(findings: Sequence[pb.Finding], count: int) -> list[pb.Finding]:
    """The most severe of the findings, still in the order of the text."""
    by_severity = sorted(range(len(findings)), key=lambda number: -findings[number].severity)
    return [findings[number] for number in sorted(by_severity[:count])]


def place(finding: pb.Finding) -> str:
    """Where a finding is, as line:column, with its page where there are pages."""
    where = f"{finding.place.line}:{finding.place.column}"
    return f"p{finding.place.page} {where}" if finding.place.page else where


def measures(answer: pb.AnalyzeQualityResponse) -> list[tuple[str, str]]:
    """What was measured, as titles with texts; an analysis of one part does not measure everything."""
    metrics, judged = answer.metrics, answer.applicable_aspects
    facts = [("length", ", ".join(lengths(metrics)))]
    built = metrics.structure_metrics
    if (pb.ASPECT_STRUCTURE in judged and metrics.HasField("structure_metrics")) or built.table_count:
        facts.append(("built of", ", ".join(elements(built))))
    if pb.ASPECT_READABILITY in judged and metrics.HasField("readability_metrics"):
        facts.append(("to read", ", ".join(reading(metrics.readability_metrics))))
    language = metrics.language if metrics.language not in {"", "und"} else "cannot be told"
    return [*facts, ("language", one_line(language))]


def lengths(metrics: pb.QualityMetrics) -> list[str]:
    """How long the document is, in words and what else was counted."""
    counts = [counted(metrics.word_count, "word")]
    if metrics.sentence_count:
        counts.append(counted(metrics.sentence_count, "sentence"))
    if metrics.paragraph_count:
        counts.append(counted(metrics.paragraph_count, "paragraph"))
    if metrics.structure_metrics.page_count:
        counts.append(counted(metrics.structure_metrics.page_count, "page"))
    return counts


def elements(metrics: pb.StructureMetrics) -> list[str]:
    """What the document is built of."""
    return [
        counted(metrics.heading_count, "heading"),
        counted(metrics.list_item_count, "list item"),
        counted(metrics.table_count, "table"),
    ]


def reading(metrics: pb.ReadabilityMetrics) -> list[str]:
    """How hard the document is to read, and how long that takes."""
    minutes = metrics.reading_time_minutes
    return [
        *([f"school grade {metrics.grade_level:.1f}"] if metrics.grade_level else []),
        f"{metrics.average_sentence_length:.1f} words a sentence",
        f"{minutes:.0f} min" if minutes >= 1 else "under a minute",
    ]


def counted(number: int, noun: str) -> str:
    """A number with its noun."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def points(score: float | None) -> str:
    """A score as people read it."""
    return "–" if score is None else f"{score:.1f}"


def graded(score: float | None) -> str:
    """The colour of a score of 0..100."""
    if score is None:
        return ""
    return "green" if score >= GOOD else "yellow" if score >= FAIR else "red"
