"""What an analysis is asked for and what it answers. Values only, one for each message of the quality contract.

What only a server knows (request_id, processing_time, timestamp) is not here: the servicer adds it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum, StrEnum


class AnalysisType(StrEnum):
    """Which part of the quality an analysis looks at."""

    AUTOMATIC = "automatic"
    COMPREHENSIVE = "comprehensive"
    READABILITY = "readability"
    STRUCTURE = "structure"
    CONTENT = "content"


class Aspect(StrEnum):
    """The part of the quality that a finding or a recommendation belongs to."""

    READABILITY = "readability"
    STRUCTURE = "structure"
    CONTENT = "content"


class Severity(IntEnum):
    """How much a finding matters. The numbers are those of the contract, so that they can be compared."""

    INFO = 1
    WARNING = 2
    ERROR = 3


@dataclass(frozen=True, slots=True)
class Options:
    """How an analysis is answered.

    max_findings: the most findings to return, 1 to 10000; 0 means the default, 200.
    min_severity: findings below it are left out of the answer; scores count them all the same.
    ignored_codes: findings with these codes are neither returned nor counted.
    """

    max_findings: int = 0
    min_severity: Severity = Severity.INFO
    ignored_codes: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Place:
    """A half-open span of code points of the text, with its line, column and page. page is 0 where there are none."""

    start: int
    end: int
    line: int
    column: int
    page: int = 0


@dataclass(frozen=True, slots=True)
class Finding:
    """One located quality issue."""

    code: str
    aspect: Aspect
    severity: Severity
    message: str
    place: Place
    snippet: str
    suggestion: str = ""

    @property
    def issue(self) -> str:
        """The finding in words: one line with its place."""
        page = f"page {self.place.page}, " if self.place.page else ""
        return f"{self.message} ({page}line {self.place.line})"


@dataclass(frozen=True, slots=True)
class HardSentence:
    """A sentence and how hard it is: its words, and its Flesch-Kincaid grade taken by itself."""

    place: Place
    snippet: str
    word_count: int
    grade: float


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of a document; level 1 is the highest."""

    level: int
    text: str
    place: Place


@dataclass(frozen=True, slots=True)
class Recommendation:
    """What to do to make a document better.

    finding_code: the code of the findings it would mend; empty for advice on the whole document.
    expected_gain: by how many points the score would rise.
    """

    aspect: Aspect
    message: str
    finding_code: str = ""
    finding_count: int = 0
    expected_gain: float = 0.0


@dataclass(frozen=True, slots=True)
class ReadabilityMetrics:
    """Readability formulas and what they are made of; the contract names their sources. 0 where they do not apply."""

    flesch_reading_ease: float = 0.0
    flesch_kincaid_grade: float = 0.0
    gunning_fog: float = 0.0
    smog_index: float = 0.0
    coleman_liau_index: float = 0.0
    automated_readability_index: float = 0.0
    average_sentence_length: float = 0.0
    average_word_length: float = 0.0
    average_syllables_per_word: float = 0.0
    complex_word_ratio: float = 0.0
    reading_time_minutes: float = 0.0
    grade_level: float = 0.0


@dataclass(frozen=True, slots=True)
class StructureMetrics:
    """What a document is built of. Lengths are in words."""

    heading_count: int = 0
    max_heading_depth: int = 0
    skipped_heading_levels: int = 0
    list_item_count: int = 0
    table_count: int = 0
    average_paragraph_length: float = 0.0
    longest_paragraph_length: int = 0
    page_count: int = 0


@dataclass(frozen=True, slots=True)
class ContentMetrics:
    """How a text is written. Ratios are 0..1."""

    lexical_diversity: float = 0.0
    passive_voice_ratio: float = 0.0
    repeated_sentence_ratio: float = 0.0
    unusual_character_ratio: float = 0.0
    placeholder_count: int = 0
    words_per_finding: float = 0.0


@dataclass(frozen=True, slots=True)
class Metrics:
    """What was measured of a document. language is the one it was measured in: a BCP 47 tag, or "und"."""

    word_count: int = 0
    sentence_count: int = 0
    paragraph_count: int = 0
    readability: ReadabilityMetrics = field(default_factory=ReadabilityMetrics)
    structure: StructureMetrics = field(default_factory=StructureMetrics)
    content: ContentMetrics = field(default_factory=ContentMetrics)
    language: str = "und"


@dataclass(frozen=True, slots=True)
class Scores:
    """Scores, 0..100. The score of an aspect that does not apply, or was not asked for, is 0.

    applicable: the aspects that the overall score is made of, in the order of Aspect.
    """

    overall: float = 0.0
    readability: float = 0.0
    structure: float = 0.0
    content: float = 0.0
    applicable: tuple[Aspect, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """How good a document is.

    findings: in the order of the text. total_findings counts them before the options cut them.
    recommendations: what helps most first.
    """

    scores: Scores
    metrics: Metrics
    findings: tuple[Finding, ...]
    total_findings: int
    recommendations: tuple[Recommendation, ...]

    @property
    def issues(self) -> tuple[str, ...]:
        """The findings in words, one line each."""
        return tuple(finding.issue for finding in self.findings)


@dataclass(frozen=True, slots=True)
class ReadabilityReport:
    """How hard a document is to read. hardest_sentences: hardest first, at most 10."""

    score: float
    metrics: ReadabilityMetrics
    reading_level: str
    hardest_sentences: tuple[HardSentence, ...]
    findings: tuple[Finding, ...]
    language: str


@dataclass(frozen=True, slots=True)
class StructureReport:
    """How a document is built.

    measured: whether there was anything to judge. valid: whether there is no structure finding of severity ERROR.
    """

    score: float
    measured: bool
    valid: bool
    metrics: StructureMetrics
    outline: tuple[Heading, ...]
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class IssueReport:
    """What was found wrong. Counts are taken before the options cut the findings, and are sorted by code."""

    findings: tuple[Finding, ...]
    total_findings: int
    counts_by_code: dict[str, int]

    @property
    def issues(self) -> tuple[str, ...]:
        """The findings in words, one line each."""
        return tuple(finding.issue for finding in self.findings)


@dataclass(frozen=True, slots=True)
class Advice:
    """What to do to make a document better, what helps most first.

    overall_score: the overall score as it is. applicable: the aspects it is made of.
    """

    recommendations: tuple[Recommendation, ...]
    overall_score: float
    applicable: tuple[Aspect, ...]
