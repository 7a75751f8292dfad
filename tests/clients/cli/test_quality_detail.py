"""One document's quality for people."""

import pytest

from papermesh.cli.quality_detail import counted, graded, measures, most_severe, place, points, scores_of
from papermesh.quality.v1 import quality_pb2 as pb


@pytest.mark.parametrize(
    ("analysis_type", "titles"),
    [
        ("automatic", ["overall", "readability", "structure", "content"]),
        ("content", ["overall", "content"]),
    ],
)
def test_the_scores_are_those_that_were_asked_for(analysis_type, titles):
    assert [title for title, _ in scores_of(analysis_type)] == titles


def readability(answer):
    return dict(scores_of("automatic"))["readability"](answer)


def test_a_part_that_does_not_apply_has_no_score():
    assert readability(pb.AnalyzeQualityResponse(readability_score=3)) is None
    aspects = [pb.ASPECT_READABILITY]
    assert readability(pb.AnalyzeQualityResponse(readability_score=0, applicable_aspects=aspects)) == 0
    assert (points(None), graded(None)) == ("–", "")


def test_the_most_severe_findings_are_kept_in_the_order_of_the_text():
    severities = [1, 3, 2, 2, 3, 1]
    findings = [pb.Finding(code=str(number), severity=severity) for number, severity in enumerate(severities)]
    assert [finding.code for finding in most_severe(findings, 3)] == ["1", "2", "4"]
    assert [finding.code for finding in most_severe(findings, 9)] == ["0", "1", "2", "3", "4", "5"]


def test_a_place_names_its_page_where_there_are_pages():
    assert place(pb.Finding(place=pb.Place(line=3, column=4))) == "3:4"
    assert place(pb.Finding(place=pb.Place(line=3, column=4, page=2))) == "p2 3:4"


def test_numbers_have_their_nouns():
    assert [counted(number, "word") for number in (0, 1, 2, 1234)] == ["0 words", "1 word", "2 words", "1,234 words"]


def test_what_was_not_measured_is_not_shown():
    assert measures(pb.AnalyzeQualityResponse(metrics=pb.QualityMetrics(word_count=2))) == [
        ("length", "2 words"),
        ("language", "cannot be told"),
    ]
    everything = pb.QualityMetrics(
        word_count=500,
        sentence_count=10,
        language="de",
        structure_metrics=pb.StructureMetrics(heading_count=1, page_count=2),
        readability_metrics=pb.ReadabilityMetrics(average_sentence_length=50, reading_time_minutes=0.5),
    )
    aspects = [pb.ASPECT_READABILITY, pb.ASPECT_STRUCTURE]
    assert measures(pb.AnalyzeQualityResponse(metrics=everything, applicable_aspects=aspects)) == [
        ("length", "500 words, 10 sentences, 2 pages"),
        ("built of", "1 heading, 0 list items, 0 tables"),
        ("to read", "50.0 words a sentence, under a minute"),
        ("language", "de"),
    ]


@pytest.mark.parametrize(
    ("score", "colour"), [(100, "green"), (75, "green"), (74.9, "yellow"), (50, "yellow"), (0, "red")]
)
def test_scores_have_colours(score, colour):
    assert graded(score) == colour
