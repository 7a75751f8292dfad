"""The table of everything that can be found: its code, aspect, severity and words. The one place that names them.

Codes are stable: callers store and ignore them. A message may use {text} (the text found, on one line) and the
values that its check gives; suggestions likewise. An advice speaks of all findings of the code at once.
"""

from __future__ import annotations

from dataclasses import dataclass

from papermesh_services.quality.model import Aspect, Severity

_READABILITY, _STRUCTURE, _CONTENT = Aspect.READABILITY, Aspect.STRUCTURE, Aspect.CONTENT
_INFO, _WARNING, _ERROR = Severity.INFO, Severity.WARNING, Severity.ERROR


@dataclass(frozen=True, slots=True)
class Rule:
    """One kind of finding.

    english: whether it is only looked for in English.
    """

    code: str
    aspect: Aspect
    severity: Severity
    message: str
    suggestion: str
    advice: str
    english: bool = False


_RULES = (
    # How hard it is to read.
    Rule(
        "long_sentence",
        _READABILITY,
        _INFO,
        "Long sentence: {words} words",
        "Split it, or cut what it can do without; 25 words are easy to follow.",
        "Split the long sentences, so that few have more than 25 words.",
        english=True,
    ),
    Rule(
        "very_long_sentence",
        _READABILITY,
        _WARNING,
        "Very long sentence: {words} words",
        "Make it three or more sentences, or a list.",
        "Break up the very long sentences: one thought each, or a list.",
        english=True,
    ),
    # How it is built.
    Rule(
        "empty_heading",
        _STRUCTURE,
        _ERROR,
        "Heading without text",
        "Give it a text, or remove it.",
        "Give every heading a text, or remove the empty ones.",
    ),
    Rule(
        "skipped_heading_level",
        _STRUCTURE,
        _ERROR,
        "Heading “{text}” is of level {level}, but the one before it is of level {previous}",
        "Make it level {wanted}, or add the level between.",
        "Let heading levels go down one step at a time, so that the outline holds together.",
    ),
    Rule(
        "empty_section",
        _STRUCTURE,
        _WARNING,
        "Nothing follows the heading “{text}”",
        "Write the section, or remove its heading.",
        "Fill the empty sections or remove their headings.",
    ),
    Rule(
        "duplicate_heading",
        _STRUCTURE,
        _INFO,
        "Heading “{text}” stands twice in the same section",
        "Give the two headings different names, or join their sections.",
        "Give headings names of their own, so that a reader can tell them apart.",
    ),
    Rule(
        "long_heading",
        _STRUCTURE,
        _INFO,
        "Long heading: {words} words",
        "Shorten it to what the section is about.",
        "Shorten the long headings.",
    ),
    Rule(
        "numbering_gap",
        _STRUCTURE,
        _WARNING,
        "Heading “{text}” is numbered {number}, but {expected} would be next",
        "Number it {expected}, and check references to it.",
        "Mend the numbering of the headings, and check the references to them.",
    ),
    Rule(
        "no_headings",
        _STRUCTURE,
        _WARNING,
        "{words} words without a heading",
        "Divide the text by headings, one for every few paragraphs.",
        "Divide the text by headings, so that a reader can find what they need.",
    ),
    Rule(
        "long_paragraph",
        _STRUCTURE,
        _WARNING,
        "Long paragraph: {words} words",
        "Split it where the thought turns; 150 words are plenty.",
        "Split the long paragraphs where the thought turns.",
    ),
    # How it is written: what no text should contain.
    Rule(
        "placeholder",
        _CONTENT,
        _ERROR,
        "Placeholder left in the text: “{text}”",
        "Fill it in or remove it.",
        "Fill in or remove the placeholders before anyone else reads this.",
    ),
    Rule(
        "mojibake",
        _CONTENT,
        _ERROR,
        "Garbled characters: “{text}” should be “{better}”",
        "Write “{better}”, and read the source as UTF-8.",
        "Mend the garbled characters: the text was read in the wrong encoding somewhere.",
    ),
    Rule(
        "replacement_character",
        _CONTENT,
        _ERROR,
        "Lost characters: a replacement mark (U+FFFD) stands in their place",
        "Put back what stood there, from the source.",
        "Put back the characters that were lost when the text was converted.",
    ),
    Rule(
        "unusual_character",
        _CONTENT,
        _WARNING,
        "Character without a meaning of its own: {name}",
        "Replace it by an ordinary character, or remove it.",
        "Replace the characters that show differently, or not at all, on other machines.",
    ),
    # Repetition.
    Rule(
        "doubled_word",
        _CONTENT,
        _WARNING,
        "Doubled word: “{text}”",
        "Remove one of the two.",
        "Remove the doubled words.",
        english=True,
    ),
    Rule(
        "repeated_sentence",
        _CONTENT,
        _WARNING,
        "Sentence repeated from line {line}: “{text}”",
        "Say it once.",
        "Say each thing once: remove the repeated sentences.",
    ),
    Rule(
        "duplicate_paragraph",
        _CONTENT,
        _WARNING,
        "Paragraph repeated from line {line}: “{text}”",
        "Remove one of the two.",
        "Remove the paragraphs that stand in the text twice.",
    ),
    # Words.
    Rule(
        "misspelling",
        _CONTENT,
        _WARNING,
        "Misspelling: “{text}”",
        "Write “{better}”.",
        "Correct the misspelled words.",
        english=True,
    ),
    Rule(
        "wrong_article",
        _CONTENT,
        _WARNING,
        "Wrong article: “{text}”",
        "Write “{better}”.",
        "Correct the articles: “a” before the sound of a consonant, “an” before that of a vowel.",
        english=True,
    ),
    Rule(
        "inconsistent_spelling",
        _CONTENT,
        _INFO,
        "“{text}” is spelled “{better}” elsewhere in this document",
        "Write “{better}” throughout.",
        "Keep to one way of spelling, British or American.",
        english=True,
    ),
    Rule(
        "wordy_phrase",
        _CONTENT,
        _INFO,
        "Wordy: “{text}”",
        "Write “{better}”.",
        "Say it in fewer words where fewer say the same.",
        english=True,
    ),
    Rule(
        "filler_phrase",
        _CONTENT,
        _INFO,
        "“{text}” adds nothing",
        "Leave it out.",
        "Leave out the phrases that add nothing.",
        english=True,
    ),
    Rule(
        "passive_voice",
        _CONTENT,
        _INFO,
        "Passive voice: “{text}”",
        "Say who does it: make the doer the subject.",
        "Prefer the active voice: let the one who acts be the subject.",
        english=True,
    ),
    # Punctuation.
    Rule(
        "missing_capital",
        _CONTENT,
        _WARNING,
        "Sentence begins with a small letter: “{text}”",
        "Begin it with a capital.",
        "Begin every sentence with a capital.",
        english=True,
    ),
    Rule(
        "missing_end_punctuation",
        _CONTENT,
        _INFO,
        "Last sentence of a paragraph does not end: “{text}”",
        "End it with a full stop.",
        "End every sentence with a full stop, or finish what is left open.",
        english=True,
    ),
    Rule(
        "space_before_punctuation",
        _CONTENT,
        _INFO,
        "Space before punctuation: “{text}”",
        "Remove the space.",
        "Remove the spaces before punctuation.",
        english=True,
    ),
    Rule(
        "missing_space",
        _CONTENT,
        _WARNING,
        "No space after punctuation: “{text}”",
        "Put a space after the mark.",
        "Put a space after commas and full stops.",
        english=True,
    ),
    Rule(
        "double_space",
        _CONTENT,
        _INFO,
        "More than one space between two words: “{text}”",
        "Leave one space.",
        "Leave one space between words.",
    ),
    Rule(
        "repeated_punctuation",
        _CONTENT,
        _WARNING,
        "Repeated punctuation: “{text}”",
        "One mark is enough.",
        "Use one punctuation mark where one is enough.",
    ),
    Rule(
        "unbalanced_bracket",
        _CONTENT,
        _WARNING,
        "Bracket “{text}” has no counterpart",
        "Add its counterpart, or remove it.",
        "Close every bracket that is opened.",
    ),
    Rule(
        "unbalanced_quote",
        _CONTENT,
        _INFO,
        "Quotation mark {text} has no counterpart",
        "Close the quotation, or remove the mark.",
        "Close every quotation that is opened.",
    ),
)

RULES: dict[str, Rule] = {rule.code: rule for rule in _RULES}
"""Every rule by its code."""
