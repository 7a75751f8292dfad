from __future__ import annotations

import pytest

from papermesh_services.quality import AnalysisType, Aspect, ReadabilityMetrics, analyze, check_readability
from papermesh_services.quality.readability import Counts, measure, reading_level

# Ten sentences, 200 words, 300 syllables, 30 complex words, 900 letters, 920 letters and digits.
COUNTS = Counts(10, 200, 300, 30, 900, 920)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("flesch_reading_ease", 206.835 - 20.3 - 126.9),
        ("flesch_kincaid_grade", 7.8 + 17.7 - 15.59),
        ("gunning_fog", 0.4 * (20 + 15)),
        ("smog_index", 1.0430 * 90**0.5 + 3.1291),
        ("coleman_liau_index", 0.0588 * 450 - 0.296 * 5 - 15.8),
        ("automated_readability_index", 4.71 * 4.6 + 10 - 21.43),
        ("average_sentence_length", 20),
        ("average_word_length", 4.5),
        ("average_syllables_per_word", 1.5),
        ("complex_word_ratio", 0.15),
        ("reading_time_minutes", 200 / 238),
        ("grade_level", 7.8 + 17.7 - 15.59),  # the middle one of 9.1, 9.91, 10.2, 13.0, 14
    ],
)
def test_formulas_agree_with_values_worked_out_by_hand(name, value):
    metrics = measure(COUNTS)
    if name == "grade_level":
        value = sorted(
            (
                metrics.flesch_kincaid_grade,
                metrics.gunning_fog,
                metrics.smog_index,
                metrics.coleman_liau_index,
                metrics.automated_readability_index,
            )
        )[2]
    assert getattr(metrics, name) == pytest.approx(value)


def test_a_sentence_is_counted_word_by_word(make):
    report = check_readability(make("The cat sat on the mat."))
    assert report.metrics.flesch_reading_ease == pytest.approx(206.835 - 1.015 * 6 - 84.6)
    assert report.metrics.flesch_kincaid_grade == pytest.approx(0.39 * 6 + 11.8 - 15.59)
    assert report.reading_level == "very easy, ages 10 to 11"
    assert report.score == 100.0


def test_headings_short_points_tables_and_code_are_not_running_prose(make):
    document = make("# A title. It has two parts.", "- A point.", "| One. Two. Three words here.", "``a b c d. e f g.")
    report = analyze(document)
    assert report.metrics.sentence_count == 0
    assert report.metrics.readability == ReadabilityMetrics()
    assert Aspect.READABILITY not in report.scores.applicable


def test_points_that_are_whole_sentences_are_running_prose(make):
    document = make("- The supplier shall deliver the goods to the buyer within thirty days of the order.")
    assert analyze(document).metrics.sentence_count == 1


@pytest.mark.parametrize("language", ["de", "fr", "zh"])
def test_formulas_are_not_applied_to_other_languages(make, language):
    report = check_readability(make("The cat sat on the mat.", language=language))
    assert report.metrics == ReadabilityMetrics()
    assert (report.score, report.reading_level, report.hardest_sentences) == (0.0, "", ())
    assert report.language == language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The cat sat on the mat and the dog was with it.", "en"),
        ("Die Katze sitzt auf der Matte und der Hund ist da.", "und"),
        ("Hello world.", "und"),
    ],
)
def test_an_unknown_language_is_english_where_its_commonest_words_are(make, text, language):
    assert check_readability(make(text, language="und")).language == language


@pytest.mark.parametrize(
    ("ease", "start"), [(95, "very easy"), (65, "plain English"), (40, "difficult"), (-5, "extremely difficult")]
)
def test_reading_level_is_told_in_words(ease, start):
    metrics = ReadabilityMetrics(flesch_reading_ease=ease, average_sentence_length=1)
    assert reading_level(metrics).startswith(start)


def test_hardest_sentences_come_first_and_are_at_most_ten(make):
    sentences = [f"We saw {'an extraordinary ' * count}exhibition in the museum." for count in range(1, 13)]
    report = check_readability(make(" ".join(sentences)))
    grades = [sentence.grade for sentence in report.hardest_sentences]
    assert len(grades) == 10
    assert grades == sorted(grades, reverse=True)
    assert report.hardest_sentences[0].word_count == 30


def test_clauses_parted_by_semicolons_are_measured_one_by_one(make, codes):
    clause = "the buyer shall pay the price on the day of delivery and not later"
    assert codes(make(f"We agree: {'; '.join([clause] * 6)}.")) == []
    assert codes(make(f"We agree that {' and '.join([clause] * 6)}.")) == ["very_long_sentence"]


def test_easier_articles_score_higher(corpora):
    documents = pytest.importorskip("papermesh_services.documents")
    names = sorted(path.name for path in (corpora / "onestop" / "ele").glob("*.txt"))[:20]
    scores = {
        (level, name): analyze(
            documents.read_text((corpora / "onestop" / level / name).read_text("utf-8-sig")), AnalysisType.READABILITY
        ).scores.readability
        for level in ("ele", "adv")
        for name in names
    }
    assert sum(scores["ele", name] > scores["adv", name] for name in names) >= 0.9 * len(names)
