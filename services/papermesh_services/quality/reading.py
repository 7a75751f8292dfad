"""A document made ready for judging: its passages, their sentences and their language. Judges nothing.

What is running prose, and so counts for readability, is decided here: paragraphs and quotes that hold a finished
sentence, and list items that are whole sentences (clauses of a contract, say). Headings, short list items, tables,
code and laid-out lines (addresses, columns, leaders) are not.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING

from papermesh_services.documents.model import Block, BlockKind, Document, Format
from papermesh_services.quality.lexicon import ENGLISH_MARKERS
from papermesh_services.quality.segmentation import Sentence, words_and_sentences_of, words_of

if TYPE_CHECKING:
    from collections.abc import Iterator

FEWEST_CLAUSE_WORDS = 10  # a list item with fewer is a point, not a sentence
FEWEST_SENTENCE_WORDS = 3  # a paragraph with fewer words is a label
FEWEST_JUDGED_WORDS = 3  # a document with fewer is a label too
_LANGUAGE_SAMPLE = 2_000  # words
_ENGLISH_SHARE = 0.12  # of markers among the words of the sample; English prose has above 0.2

# Layout, as opposed to writing: leaders, rules, columns, cells and markup characters.
_COLUMNS = re.compile(r"\S {3,}(?=\S)|\t(?=\S)|\.{4}|_{4}|(?:\. ){4}|[|]|[{}<>=\\#]")
_COLUMN_SIGNS = ("   ", "\t", "....", "____", ". . ", "|", "{", "}", "<", ">", "=", "\\", "#")  # in all of them
_LEAST_LETTERS = 0.6  # of the characters of prose that are not white space
_LAYOUT_WORDS = 12  # a mark of layout for so many words makes a passage laid out


@dataclass(frozen=True, slots=True)
class Passage:
    """One block with its text, words and sentences. Spans of sentences are those of the document.

    prose: whether it is running prose; sentences is empty where it is not.
    writing: whether it is written language at all (not code, not a table, not laid out in columns).
    """

    block: Block
    text: str
    words: tuple[str, ...]
    sentences: tuple[Sentence, ...]
    prose: bool
    writing: bool

    @property
    def start(self) -> int:
        """Where the passage begins in the document."""
        return self.block.span.start


class Reading:
    """A document with its passages. Made once for an analysis; most of it when first asked for."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.passages = tuple(_passage(document.text, block) for block in document.blocks)

    @cached_property
    def english(self) -> bool:
        """Whether the checks and formulas for English apply.

        A document that says its language is believed; where none is known, one word in eight must be a common
        English one, so that a few words in no telling language are not judged as English.
        """
        language = self.document.language.lower()
        if language != "und":
            return language == "en" or language.startswith("en-")
        sample = list(islice((word for passage in self.passages for word in passage.words), _LANGUAGE_SAMPLE))
        markers = sum(word.lower() in ENGLISH_MARKERS for word in sample)
        return bool(sample) and markers >= _ENGLISH_SHARE * len(sample)

    @property
    def language(self) -> str:
        """The language the document is judged in."""
        return "en" if self.document.language == "und" and self.english else self.document.language

    @property
    def marked_up(self) -> bool:
        """Whether headings and lists are the author's own marks, and not guessed from how the text looks."""
        return self.document.format in (Format.DOCX, Format.HTML, Format.MARKDOWN)

    @property
    def laid_out(self) -> bool:
        """Whether spaces and line ends come from a page's layout, and say nothing of the writing."""
        return self.document.format is Format.PDF

    @cached_property
    def word_count(self) -> int:
        """The words of the whole document."""
        return sum(len(passage.words) for passage in self.passages)

    @cached_property
    def writing_word_count(self) -> int:
        """The words of written language: all but those of code, tables and columns."""
        return sum(len(passage.words) for passage in self.passages if passage.writing)

    @cached_property
    def sentences(self) -> tuple[Sentence, ...]:
        """The sentences of running prose, in the order of the text."""
        return tuple(sentence for passage in self.passages for sentence in passage.sentences)

    @cached_property
    def prose(self) -> tuple[Passage, ...]:
        """The passages of running prose."""
        return tuple(passage for passage in self.passages if passage.prose)

    @cached_property
    def writing(self) -> tuple[Passage, ...]:
        """The passages of written language, headings and list items among them."""
        return tuple(passage for passage in self.passages if passage.writing)

    def of_kind(self, kind: BlockKind) -> Iterator[Passage]:
        """Yields the passages of one kind."""
        return (passage for passage in self.passages if passage.block.kind is kind)


def _passage(text: str, block: Block) -> Passage:
    piece = text[block.span.start : block.span.end]
    if block.kind in (BlockKind.CODE, BlockKind.TABLE):
        return Passage(block, piece, words_of(piece), (), prose=False, writing=False)
    if block.kind is BlockKind.HEADING:
        words = words_of(piece)
        return Passage(block, piece, words, (), prose=False, writing=not _is_layout(piece, words))
    words, sentences = words_and_sentences_of(piece, block.span.start)
    writing = not _is_layout(piece, words)
    prose = writing and _is_prose(sentences, block)
    return Passage(block, piece, words, sentences if prose else (), prose, writing)


def _is_prose(sentences: tuple[Sentence, ...], block: Block) -> bool:
    fewest = FEWEST_CLAUSE_WORDS if block.kind is BlockKind.LIST_ITEM else FEWEST_SENTENCE_WORDS
    return any(sentence.complete and len(sentence.words) >= fewest for sentence in sentences)


def _is_layout(piece: str, words: tuple[str, ...]) -> bool:
    """Tells columns, forms and formulas from writing by their marks and by their want of letters."""
    if not any(sign in piece for sign in _COLUMN_SIGNS):
        return False
    marks = sum(1 for _ in _COLUMNS.finditer(piece))
    if not marks:
        return False
    if marks * _LAYOUT_WORDS > len(words):
        return True
    letters = sum(map(str.isalpha, piece))
    visible = len(piece) - sum(map(str.isspace, piece))
    return letters < _LEAST_LETTERS * visible and visible > 0
