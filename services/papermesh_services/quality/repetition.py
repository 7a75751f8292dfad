"""What is said twice: doubled words, repeated sentences and paragraphs."""

from __future__ import annotations

import re
from itertools import islice
from operator import eq
from typing import TYPE_CHECKING

from papermesh_services.documents.model import BlockKind
from papermesh_services.quality.findings import Spot
from papermesh_services.quality.lexicon import word_set
from papermesh_services.quality.segmentation import IDEOGRAPH

if TYPE_CHECKING:
    from collections.abc import Iterator

    from papermesh_services.quality.reading import Passage, Reading
    from papermesh_services.quality.segmentation import Sentence

FEWEST_SENTENCE_WORDS = 8
"""Shorter sentences are repeated on purpose: "Not applicable.", "See above."."""
FEWEST_PARAGRAPH_WORDS = 20

# Words that English doubles rightly (had had, that that), names of places and people, and sounds.
_RIGHTLY_DOUBLED = word_set(
    """
    had that is do did her bora pago walla boutros sirhan duran new york very really many far so no ha bye hear
    there now knock night long much more again out in on up over who what blah yada beep tut hip chop never yes
    please go run big bang wagga ping pong lang zsa can as which will you it i we he one two three four five six
    seven eight nine zero oh o ok okay well right just
    """
)
# Function words are never doubled rightly; of other words only long ones, since short ones double in names and codes.
_NEVER_DOUBLED = word_set(
    """
    the a an and or of to for with from by at but if this these those be are was were has have not its their our
    your his my than then into about between through during when where because would should could may must shall
    been being any each all some they she us them
    """
)
_SHORTEST_OTHER = 4
_DOUBLED = re.compile(r"(?<![\w'’.-])([^\W\d_]{1,30})[ \n]\s{0,3}\1(?![\w'’-])", re.IGNORECASE)

_CUT_DIFFERENTLY = re.compile(f"[\u2010\u2011@{IDEOGRAPH}]|://|www\\.")


def check(reading: Reading) -> Iterator[Spot]:
    """Finds doubled words (in English), and repeated paragraphs and sentences (in any language)."""
    repeated = list(_repeated_paragraphs(reading))
    yield from repeated
    inside = {spot.start for spot in repeated}
    yield from _repeated_sentences(reading, inside)
    if reading.english:
        for passage in reading.writing:
            yield from _doubled_words(passage)


def repeated_sentence_ratio(reading: Reading) -> float:
    """Returns the share of sentences that stand in the text more than once, 0..1."""
    if not reading.sentences:
        return 0.0
    counts: dict[str, int] = {}
    for sentence in reading.sentences:
        key = _key(sentence.words)
        counts[key] = counts.get(key, 0) + 1
    return sum(number for number in counts.values() if number > 1) / len(reading.sentences)


def _key(words: tuple[str, ...]) -> str:
    return " ".join(words).casefold()


def _repeated_paragraphs(reading: Reading) -> Iterator[Spot]:
    first: dict[str, int] = {}
    for passage in reading.prose:
        if len(passage.words) < FEWEST_PARAGRAPH_WORDS or passage.block.kind is BlockKind.LIST_ITEM:
            continue
        key = _key(passage.words)
        if key in first:
            yield Spot("duplicate_paragraph", passage.start, passage.block.span.end, {"line_of": first[key]})
        else:
            first[key] = passage.start


def _repeated_sentences(reading: Reading, repeated: set[int]) -> Iterator[Spot]:
    first: dict[str, Sentence] = {}
    for passage in reading.prose:
        if passage.start in repeated:
            continue
        for sentence in passage.sentences:
            if len(sentence.words) < FEWEST_SENTENCE_WORDS or not sentence.complete:
                continue
            earlier = first.setdefault(_key(sentence.words), sentence)
            if earlier is not sentence:
                yield Spot("repeated_sentence", sentence.start, sentence.end, {"line_of": earlier.start})


def _doubled_words(passage: Passage) -> Iterator[Spot]:
    if not _may_double(passage):
        return
    for match in _DOUBLED.finditer(passage.text):
        if _is_slip(match.group(1), match.group()):
            yield Spot("doubled_word", passage.start + match.start(), passage.start + match.end())


def _may_double(passage: Passage) -> bool:
    """Whether two words in a row are the same, or the words do not tell, because they were cut differently."""
    words = _key(passage.words).split(" ")
    return any(map(eq, words, islice(words, 1, None))) or _CUT_DIFFERENTLY.search(passage.text) is not None


def _is_slip(word: str, both: str) -> bool:
    second = both.split()[1]
    if not second.islower() or (len(word) > 1 and word.isupper()):
        return False
    if second in _NEVER_DOUBLED:
        return True
    return second not in _RIGHTLY_DOUBLED and len(second) >= _SHORTEST_OTHER
