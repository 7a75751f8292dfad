"""Every code fires on a bad example and is silent on a good one like it."""

from __future__ import annotations

import string

import pytest

from papermesh_services.documents.model import Format
from papermesh_services.quality import RULES, Aspect, Options, Severity, detect_issues

LONG = "the buyer shall pay the price to the seller on the day of delivery and "
PARAGRAPH = "The north gate opens at seven and closes at nine, and nobody may pass it without a card that shows a name."
WORDS = "We walk to the lake. "

EXAMPLES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "long_sentence": ((f"We agree that {LONG * 3}go.",), (f"We agree that {LONG * 2}go.",)),
    "very_long_sentence": ((f"We agree that {LONG * 5}go.",), (f"We agree that {LONG * 2}go.",)),
    "empty_heading": (("# A", WORDS, "# —", WORDS), ("# A", WORDS)),
    "skipped_heading_level": (("# A", WORDS, "### B", WORDS), ("# A", WORDS, "## B", WORDS)),
    "empty_section": (("# T", "# A", "# B", WORDS), ("# A", "# B", WORDS)),
    "duplicate_heading": (
        ("# A", "## Plan", WORDS, "## Plan", WORDS),
        ("# A", "## Plan", WORDS, "# B", "## Plan", WORDS),
    ),
    "long_heading": ((f"# {WORDS * 5}", WORDS), (f"# {WORDS}", WORDS)),
    "numbering_gap": (("# 1. A", WORDS, "# 3. B", WORDS), ("# 1. A", WORDS, "# 2. B", WORDS)),
    "no_headings": (
        tuple(f"On day {number} we walked to the lake and looked at the water." for number in range(150)),
        ("# Days", *(f"On day {number} we walked to the lake and looked at the water." for number in range(150))),
    ),
    "long_paragraph": (
        (" ".join(f"On day {number} we walked to the lake." for number in range(50)),),
        (" ".join(f"On day {number} we walked to the lake." for number in range(20)),),
    ),
    "placeholder": (("The price is [insert price] for now.",), ("The price is [2] for now.",)),
    "mojibake": (("The cafÃ© is open today.",), ("The café in São Paulo is open today.",)),
    "replacement_character": (("The caf\ufffd is open today.",), ("The café is open today.",)),
    "unusual_character": (("The \ue000 list is long.",), ("The • list is long.",)),
    "doubled_word": (("We saw the the cat today.",), ("We knew that that cat had had its food.",)),
    "repeated_sentence": (
        ("We saw nine white swans on the lake today. It rained. We saw nine white swans on the lake today.",),
        ("We left. It rained. We left. We saw nine white swans today.",),
    ),
    "duplicate_paragraph": ((PARAGRAPH, WORDS, PARAGRAPH), (PARAGRAPH, WORDS, PARAGRAPH.replace("north", "south"))),
    "misspelling": (("We recieved the parcel today.",), ("We received the parcel today.",)),
    "wrong_article": (("She bought an car and left.",), ("She spent an hour at a university with a user.",)),
    "inconsistent_spelling": (
        ("The colour of the color is a colour.",),
        ("The colour of the colours at Pearl Color is nice.",),
    ),
    "wordy_phrase": (("We left early in order to see it.",), ("We left early to see it in good order.",)),
    "filler_phrase": (("It should be noted that the shop is shut.",), ("The shop is shut.",)),
    "passive_voice": (
        ("The window was broken by Peter last week.",),
        ("The window is based on oak. It was built by hand. The contract is governed by the laws of Ohio.",),
    ),
    "missing_capital": (("The shop is shut. the owner left.",), ("The shop, i.e. the old one, is shut. He left.",)),
    "missing_end_punctuation": (
        ("The shop is shut. The owner left for the sea today",),
        ("The shop is shut. The owner left for the sea today:", "- the keys", "Yours truly"),
    ),
    "space_before_punctuation": (("The shop , they said, is shut.",), ("The shop, they said . . . is shut.",)),
    "missing_space": (("The shop,they said, is shut.",), ("See shop.example, or 1,000 others in (a,b).",)),
    "double_space": (("The shop  is shut today.",), ("The shop is shut.  The owner left.",)),
    "repeated_punctuation": (("The shop is shut!! Come later.",), ("The shop is shut... Or is it?! Yes!",)),
    "unbalanced_bracket": (
        ("The shop (the old one is shut.",),
        ("Section 7(1)(b)(iv) names: a) one, b) two (and 3).",),
    ),
    "unbalanced_quote": (
        ("He called it “shut and left the place.",),
        ("“It is shut,” he said.", "“He went on.", "“And on.”", 'A 5" nail.'),
    ),
}


def test_every_code_has_examples():
    assert EXAMPLES.keys() == RULES.keys()


@pytest.mark.parametrize("code", sorted(EXAMPLES))
def test_fires_on_a_bad_example(make, codes, code):
    assert code in codes(make(*EXAMPLES[code][0]))


@pytest.mark.parametrize("code", sorted(EXAMPLES))
def test_is_silent_on_a_good_example(make, codes, code):
    assert codes(make(*EXAMPLES[code][1])) == []


@pytest.mark.parametrize("code", sorted(code for code, rule in RULES.items() if rule.english))
def test_checks_for_english_are_not_run_for_other_languages(make, codes, code):
    assert code not in codes(make(*EXAMPLES[code][0], language="fr"))


@pytest.mark.parametrize("code", sorted(EXAMPLES))
def test_a_finding_says_what_its_rule_says(make, code):
    report = detect_issues(make(*EXAMPLES[code][0]))
    rule = RULES[code]
    for finding in report.findings:
        if finding.code == code:
            assert (finding.aspect, finding.severity) == (rule.aspect, rule.severity)
            assert finding.message
            assert finding.suggestion
            assert not set("{}\n") & set(finding.message.replace("{{", "").replace("}}", ""))
            assert "“”" not in finding.message
            assert finding.issue.endswith(f"line {finding.place.line})")


def test_codes_are_snake_case_and_every_aspect_and_severity_has_some():
    assert all(set(code) <= set(string.ascii_lowercase + "_") for code in RULES)
    assert {rule.aspect for rule in RULES.values()} == set(Aspect)
    assert {rule.severity for rule in RULES.values()} == set(Severity)


@pytest.mark.parametrize(
    "text",
    [
        "In Smith v. Jones, 12 F.3d 345, 347 (9th Cir. 1999), the court held for the plaintiff. See id. at 348.",
        "Under 42 U.S.C. § 1983 and Art. 5(1)(a), the agency must act. It did not.",
        "The e.g. clause (see Fig. 2, p. 7) holds for x in [0, 1) and y in (0, 1], as Lee et al. (2004) show.",
        "Call us at +1 (555) 010-0199 or write to info@shop.example; see https://shop.example/a?b=c,d for more.",
        "On 3.4.2024 at 5 p.m. the price rose by 2.5% to $1,234.56. It fell again on 5 May.",
        "He said, “I had had enough.” She laughed: ‘So had I.’",
        "An MRI and a URL are not a user's concern; an heir, an honest man, a one-off, a European and a unicorn are.",
        "The system is located in Bonn and is limited to two users.",
        "The “TODO” mark and Super Bowl XXX are only spoken of here.",
        "Mr. A. B. Smith, Jr., of Acme Co., Inc., arrived. The U.K. and the E.U. agreed.",
    ],
)
def test_clean_professional_text_raises_no_alarm(make, codes, text):
    assert codes(make(text)) == []


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("The rest is TODO for now.", "TODO"),
        ("The date is TBD for now.", "TBD"),
        ("We wrote FIXME into it.", "FIXME"),
        ("It says lorem ipsum dolor sit amet. And more.", "lorem ipsum dolor sit amet."),
        ("Dear [Your Name], we are glad.", "[Your Name]"),
        ("Dear {{customer_name}}, we are glad.", "{{customer_name}}"),
        ("It costs XXX dollars for now.", "XXX"),
        ("It starts on [Date] at noon.", "[Date]"),
    ],
)
def test_finds_placeholders_of_every_kind(make, text, mark):
    (finding,) = detect_issues(make(text)).findings
    assert (finding.code, finding.snippet) == ("placeholder", mark)


def test_code_is_left_alone(make, codes):
    assert codes(make("``# TODO the the (", "We run it daily.")) == []


def test_page_layout_is_not_blamed_on_the_writer(make, codes):
    text = "The shop  is shut , and the owner left."
    assert codes(make(text, of=Format.PDF)) == []
    assert sorted(codes(make(text))) == ["double_space", "space_before_punctuation"]


def test_ignored_codes_are_neither_returned_nor_counted(make):
    document = make("We saw the the cat. TODO write more.")
    report = detect_issues(document, Options(ignored_codes=frozenset({"doubled_word"})))
    assert report.counts_by_code == {"placeholder": 1}
