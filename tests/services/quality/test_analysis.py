from __future__ import annotations

import dataclasses
import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from papermesh_services import quality
from papermesh_services.documents.model import Block, BlockKind, Document, Format, Span
from papermesh_services.quality import (
    AnalysisType,
    Aspect,
    ContentMetrics,
    InvalidOptions,
    Options,
    ReadabilityMetrics,
    Severity,
    StructureMetrics,
    analyze,
    check_readability,
    detect_issues,
    generate_recommendations,
    measure,
    validate_structure,
)
from papermesh_services.quality.content import lexical_diversity
from papermesh_services.quality.rules import RULES
from papermesh_services.quality.scoring import WEIGHTS, worth_of_grade

FAULTY = ("# A", "### B", "The the cat was seen by Peter. TODO write more. We recieved it.", "We left!! It is shut.")


def test_exports_are_sorted_and_exist():
    assert sorted(quality.__all__) == sorted(set(quality.__all__))
    assert all(hasattr(quality, name) for name in quality.__all__)


def test_a_good_text_scores_high_and_has_no_finding(make, good):
    report = analyze(make(*good))
    assert report.findings == ()
    assert report.scores.structure == report.scores.content == 100.0
    assert report.scores.readability > 85
    assert report.scores.applicable == tuple(Aspect)


def test_overall_is_the_weighted_mean_of_what_applies(make, good):
    scores = analyze(make(*good)).scores
    assert scores.overall == pytest.approx(0.35 * scores.readability + 0.25 * scores.structure + 0.4 * scores.content)
    scores = analyze(make(*FAULTY, language="de")).scores
    assert scores.applicable == (Aspect.STRUCTURE, Aspect.CONTENT)
    assert scores.overall == pytest.approx((0.25 * scores.structure + 0.4 * scores.content) / 0.65)
    assert sum(WEIGHTS.values()) == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("name", "aspect", "spoil"),
    [
        ("doubled words", "content", lambda blocks: [b.replace(" the ", " the the ", 1) for b in blocks]),
        ("placeholders", "content", lambda blocks: [*blocks, "The rest is TODO for now."]),
        ("garbled text", "content", lambda blocks: [b.replace("e ", "Ã© ", 1) if b[0] != "#" else b for b in blocks]),
        ("repeated paragraphs", "content", lambda blocks: [*blocks, blocks[2]]),
        ("skipped levels", "structure", lambda blocks: [b.replace("## ", "#### ", 1) for b in blocks]),
        ("empty sections", "structure", lambda blocks: [*blocks, "## Autumn"]),
        (
            "a giant paragraph",
            "structure",
            lambda blocks: [*blocks[:2], " ".join(b for b in blocks if b[0] not in "#-") * 5],
        ),
        (
            "a giant sentence",
            "readability",
            lambda blocks: [*blocks, "We saw " + "the lake and the hill and " * 20 + "more."],
        ),
        (
            "hard words",
            "readability",
            lambda blocks: [*blocks, "Institutional responsibilities necessitate documentation."],
        ),
    ],
)
def test_a_spoiled_text_scores_lower_in_the_aspect_concerned(make, good, name, aspect, spoil):
    before, after = analyze(make(*good)), analyze(make(*spoil(list(good))))
    assert getattr(after.scores, aspect) < getattr(before.scores, aspect), name
    assert after.scores.overall < before.scores.overall


def test_each_further_fault_lowers_the_score(make, good):
    contents = [
        analyze(make(*good, *(f"Point {n} is TODO for day {n}." for n in range(faults)))).scores.content
        for faults in range(12)
    ]
    assert contents == sorted(contents, reverse=True)
    assert len(set(contents)) == len(contents)


@given(st.floats(-50, 100), st.floats(0, 50))
def test_a_higher_grade_is_never_worth_more(grade, more):
    assert 0.0 <= worth_of_grade(grade + more) <= worth_of_grade(grade) <= 100.0


@pytest.mark.parametrize(
    ("analysis", "kept"),
    [
        (AnalysisType.READABILITY, Aspect.READABILITY),
        (AnalysisType.STRUCTURE, Aspect.STRUCTURE),
        (AnalysisType.CONTENT, Aspect.CONTENT),
    ],
)
def test_one_aspect_leaves_out_the_others(make, analysis, kept):
    report = analyze(make(*FAULTY), analysis)
    assert report.scores.applicable == (kept,)
    assert report.scores.overall == getattr(report.scores, kept.value) > 0
    assert [getattr(report.scores, aspect.value) for aspect in Aspect if aspect is not kept] == [0.0, 0.0]
    assert {finding.aspect for finding in report.findings} <= {kept}
    assert {advice.aspect for advice in report.recommendations} <= {kept}
    empty = {"readability": ReadabilityMetrics(), "structure": StructureMetrics(), "content": ContentMetrics()}
    assert all((getattr(report.metrics, name) == value) == (name != kept.value) for name, value in empty.items())
    assert report.metrics.word_count > 0


def test_comprehensive_is_another_name_for_automatic(make):
    document = make(*FAULTY)
    assert analyze(document, AnalysisType.COMPREHENSIVE) == analyze(document, AnalysisType.AUTOMATIC)


def test_the_questions_agree_with_the_whole(make):
    document = make(*FAULTY)
    report = analyze(document)
    issues = detect_issues(document)
    assert issues.findings == report.findings
    assert issues.issues == report.issues
    assert issues.total_findings == report.total_findings == sum(issues.counts_by_code.values())
    assert generate_recommendations(document).recommendations == report.recommendations
    assert generate_recommendations(document).overall_score == report.scores.overall
    assert measure(document) == report.metrics
    assert validate_structure(document).score == report.scores.structure
    assert check_readability(document).score == report.scores.readability


def test_most_severe_findings_are_kept_in_the_order_of_the_text(make):
    document = make(*FAULTY)
    everything = detect_issues(document)
    cut = detect_issues(document, Options(max_findings=3))
    errors = [finding for finding in everything.findings if finding.severity is Severity.ERROR]
    assert len(cut.findings) == 3
    assert set(errors) <= set(cut.findings)
    assert [f.place.start for f in cut.findings] == sorted(f.place.start for f in cut.findings)
    assert cut.total_findings == everything.total_findings


def test_min_severity_hides_findings_but_scores_count_them(make):
    document = make(*FAULTY)
    severe = analyze(document, options=Options(min_severity=Severity.ERROR))
    assert {finding.severity for finding in severe.findings} == {Severity.ERROR}
    assert severe.scores == analyze(document).scores
    assert severe.total_findings == analyze(document).total_findings


def test_ignored_codes_raise_the_score(make):
    document = make(*FAULTY)
    assert analyze(document, options=Options(ignored_codes=frozenset({"placeholder"}))).scores.content > (
        analyze(document).scores.content
    )


@pytest.mark.parametrize(
    ("options", "field", "says"),
    [
        (Options(max_findings=-1), "options.max_findings", "1 to 10000"),
        (Options(max_findings=10_001), "options.max_findings", "10001"),
        (Options(ignored_codes=frozenset({"nonsense"})), "options.ignored_codes", "nonsense"),
    ],
)
def test_options_out_of_range_are_refused_by_name(make, options, field, says):
    with pytest.raises(InvalidOptions, match=says) as caught:
        analyze(make("All is well."), options=options)
    assert caught.value.field == field


@pytest.mark.parametrize(
    ("code", "says", "listed"),
    [("pasive_voice", "did you mean passive_voice?", False), ("x" * 9_000, "give one of these", True)],
)
def test_a_code_that_does_not_exist_is_told_with_what_does(make, code, says, listed):
    with pytest.raises(InvalidOptions) as caught:
        analyze(make("All is well."), options=Options(ignored_codes=frozenset({code})))
    assert caught.value.message.endswith(says)
    assert len(caught.value.message) < 200
    assert caught.value.metadata == ({"codes": ", ".join(sorted(RULES))} if listed else {})


def test_the_gain_of_a_recommendation_is_what_ignoring_its_findings_gives(make):
    document = make(*FAULTY)
    report = analyze(document)
    gains = [advice.expected_gain for advice in report.recommendations]
    assert gains == sorted(gains, reverse=True)
    assert all(gain > 0 for gain in gains)
    for advice in report.recommendations:
        if advice.finding_code:
            without = analyze(document, options=Options(ignored_codes=frozenset({advice.finding_code})))
            assert advice.expected_gain == pytest.approx(without.scores.overall - report.scores.overall)
            assert advice.finding_count == sum(finding.code == advice.finding_code for finding in report.findings)


def test_splitting_long_sentences_gains_more_than_ignoring_them(make):
    document = make("We saw " + "the beautiful lake and the impressive hill and " * 10 + "more. It rained.")
    report = analyze(document)
    (advice,) = (advice for advice in report.recommendations if advice.finding_code == "very_long_sentence")
    ignored = analyze(document, options=Options(ignored_codes=frozenset({"very_long_sentence"})))
    assert advice.expected_gain > ignored.scores.overall - report.scores.overall > 0


def test_hard_text_gets_advice_on_the_whole_document(make):
    text = "Organizational responsibilities necessitate considerable documentation of administrative procedures. "
    advice = [item for item in generate_recommendations(make(text * 3)).recommendations if not item.finding_code]
    assert [item.message.partition(" where")[0] for item in advice] == ["Use shorter words"]
    assert advice[0].expected_gain > 0


def test_places_have_line_column_and_page(make):
    document = make("All is well here.", "We came.\nWe saw the the cat.", pages=True)
    (finding,) = detect_issues(document).findings
    place = finding.place
    assert (place.line, place.column, place.page) == (4, 8, 2)
    assert document.text[place.start : place.end] == finding.snippet == "the the"
    assert finding.issue == "Doubled word: “the the” (page 2, line 4)"


def test_a_long_snippet_is_cut_to_200_characters(make):
    (finding,) = detect_issues(make("We saw " + "the lake and the hill and " * 20 + "more.")).findings
    assert len(finding.snippet) == 200
    assert finding.snippet.endswith("…")


@pytest.mark.parametrize(
    ("blocks", "applicable"),
    [
        ((), ()),
        (("",), ()),
        (("word",), ()),
        (("# Title", "word"), ()),
        (("The cat", "sat"), (Aspect.STRUCTURE, Aspect.CONTENT)),
        (("The cat sat.",), tuple(Aspect)),
        (("| a | b | c | d",), ()),
        (("``x = y + z",), ()),
        (("# The three words", "| a | b | c | d"), (Aspect.STRUCTURE, Aspect.CONTENT)),
        (("...", "!!!"), ()),
    ],
)
def test_hardly_any_text_is_judged_by_what_applies(make, blocks, applicable):
    scores = analyze(make(*blocks)).scores
    assert scores.applicable == applicable
    assert scores.overall == (0.0 if not applicable else 100.0)


@pytest.mark.parametrize(("block", "judged"), [("word", False), ("Three words alone", True)])
def test_what_has_no_flag_of_its_own_says_too_whether_it_was_judged(make, block, judged):
    assert validate_structure(make(block)).measured is judged
    assert bool(generate_recommendations(make(block)).applicable) is judged


def test_lexical_diversity_is_a_moving_average():
    assert lexical_diversity([]) == 0.0
    assert lexical_diversity(["a", "b", "a"]) == pytest.approx(2 / 3)
    assert lexical_diversity(["a", "b", "b", "c"], window=2) == pytest.approx((2 + 1 + 2) / 6)


@given(st.lists(st.sampled_from("abcdefgh"), max_size=60), st.integers(1, 12))
def test_lexical_diversity_agrees_with_its_definition(words, window):
    windows = [words[at : at + window] for at in range(max(1, len(words) - window + 1))]
    expected = sum(len(set(part)) / len(part) for part in windows if part) / len(windows)
    assert lexical_diversity(words, window) == pytest.approx(expected)


_ODD = """The cat the the sat. TODO (a) “ ” " [ ] ) was eaten by Ã© \ufffd \ue000 an car , .. !! 1. 2.1 § e.g.
in order to recieve colour color 你好。 lorem ipsum {{x}} www. a@b.c"""
_PIECES = st.sampled_from([*_ODD.split(), "\n"])
_TEXTS = st.lists(_PIECES | st.text(max_size=8), max_size=40).map(" ".join)
_BLOCKS = st.lists(st.tuples(st.sampled_from(BlockKind), _TEXTS, st.integers(0, 6)), max_size=8)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(_BLOCKS, st.sampled_from(Format), st.sampled_from(["en", "und", "fr"]))
def test_any_document_is_judged_with_true_places_and_bounded_scores(blocks, kind_of_file, language):
    document = _document(blocks, kind_of_file, language)
    report = analyze(document, options=Options(max_findings=10_000))
    assert report == analyze(document, options=Options(max_findings=10_000))
    assert all(
        0.0 <= getattr(report.scores, name) <= 100.0 for name in ("overall", "readability", "structure", "content")
    )
    assert len(report.findings) == report.total_findings
    for finding in report.findings:
        _check_place(document, finding)
    assert [f.place.start for f in report.findings] == sorted(f.place.start for f in report.findings)
    for metrics in (report.metrics.readability, report.metrics.structure, report.metrics.content):
        assert all(value == value and abs(value) < 1e6 for value in dataclasses.astuple(metrics))
    assert all(advice.expected_gain >= 0 for advice in report.recommendations)
    check_readability(document)
    validate_structure(document)


def _document(blocks, kind_of_file, language):
    made, at = [], 0
    for kind, text, level in blocks:
        made.append(Block(kind, Span(at, at + len(text)), level))
        at += len(text) + 2
    return Document("\n\n".join(text for _, text, _ in blocks), kind_of_file, "test", language, tuple(made))


def _check_place(document, finding):
    place, text = finding.place, document.text
    assert 0 <= place.start <= place.end <= len(text)
    assert place.line == text.count("\n", 0, place.start) + 1
    assert place.column == place.start - (text.rfind("\n", 0, place.start) + 1) + 1
    whole = text[place.start : place.end]
    assert finding.snippet == (whole if len(whole) <= 200 else whole[:199] + "…")
    assert "\n" not in finding.message


@pytest.mark.parametrize(
    "text",
    ["a" * 100_000, "word " * 20_000, "(" * 50_000 + " a b c.", ")" * 50_000 + " a b c.", '"' * 50_000 + " a b c.",
     "is badly " * 20_000 + ".", "a" + " " * 100_000 + "b c d.", "[insert " * 10_000 + ".", "a'" * 50_000 + " b c d."],
)  # fmt: skip
def test_odd_text_is_judged_without_delay(make, text):
    assert 0.0 <= analyze(make(text)).scores.overall <= 100.0


def test_many_headings_are_judged_without_delay(make):
    generator = random.Random(1)
    blocks = [f"{'#' * generator.randint(1, 6)} Part {number}" for number in range(10_000)]
    assert analyze(make(*blocks)).total_findings > 0
