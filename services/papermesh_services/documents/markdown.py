"""Reads Markdown (CommonMark with tables): the text without its markup, and the blocks it is made of."""

from __future__ import annotations

import re
from contextlib import suppress
from functools import lru_cache
from itertools import takewhile
from typing import TYPE_CHECKING

from markdown_it import MarkdownIt
from markdown_it.rules_block import reference
from markdown_it.rules_core import StateCore

from papermesh_services.documents import encoding
from papermesh_services.documents.builder import Draft, TextBuilder, table
from papermesh_services.documents.clean import clean, one_line
from papermesh_services.documents.dates import parse_iso
from papermesh_services.documents.errors import DocumentEmpty, DocumentTooLarge
from papermesh_services.documents.found import Found
from papermesh_services.documents.html import fragment_blocks
from papermesh_services.documents.links import Passage, relocated, target
from papermesh_services.documents.model import BlockKind, Document, Format, Link, Metadata, Span
from papermesh_services.documents.watch import OutOfTimeError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from markdown_it.rules_block import StateBlock
    from markdown_it.token import Token

    from papermesh_services.documents.limits import Limits
    from papermesh_services.documents.watch import Watch

READER = "markdown"

_LOOK_EVERY = 256
_TO_FINISH = 0.3
"""Seconds for blocks that were found in time, beyond its end."""
_WATCH = "papermesh.watch"
_INLINE_MOST = 50_000
_MARKUP = re.compile(r"[\\`*_~\[\]!<&\n]")
_FRONT_MATTER = re.compile(r"\A(---|\+\+\+)[ \t]*\n(.{0,20000}?)\n(?:\1|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_HEADING_ATTRIBUTES = re.compile(r"[ \t]*\{[ \t]*[#.][\w:.-]+(?:[ \t]+[^{}]{0,200})?\}[ \t]*$")
_NOTE = re.compile(r"\A\[\^([^\]\s]{1,100})\]:[ \t]*")
_NOTE_STARTS = re.compile(r"\n(?=\[\^[^\]\s]{1,100}\]:)")
_NOTE_MARK = re.compile(r"\[\^([^\]\s]{1,100})\]")
_FACT = re.compile(r"""^(\w+)[ \t]*[:=][ \t]*["']?(.*?)["']?[ \t]*$""")


def read(data: bytes, limits: Limits, watch: Watch) -> Document:
    """The document in these bytes."""
    _hold_size(len(data), limits)
    text, name = encoding.decode(data)
    return read_string(text, limits, watch, name)


def read_string(text: str, limits: Limits, watch: Watch, encoding_name: str = "") -> Document:
    """The document of this Markdown."""
    _hold_size(len(text), limits)
    text = clean(text)
    if not text.strip():
        raise DocumentEmpty("The document is empty: there is nothing but white space in it.")
    facts, text = _front_matter(text)
    blocks = _Blocks(text, limits, Found(), watch)
    builder = TextBuilder(limits)
    status = builder.extend(blocks.drafts(), watch)
    metadata = Metadata(
        title=facts.get("title") or one_line(blocks.title),
        author=facts.get("author", ""),
        created=parse_iso(facts.get("date", "")),
        encoding=encoding_name,
    )
    language = facts.get("lang") or facts.get("language", "")
    traits = blocks.found.traits()
    return builder.document(Format.MARKDOWN, READER, metadata, language, traits=traits, status=status)


def inline_blocks(text: str, limits: Limits, found: Found, watch: Watch) -> Iterator[Draft]:
    """The blocks of Markdown that stands in another format, and in found what is met on the way."""
    _hold_size(len(text), limits)
    yield from _Blocks(clean(text), limits, found, watch).drafts()


def _hold_size(size: int, limits: Limits) -> None:
    if size > limits.max_markdown_bytes:
        raise DocumentTooLarge(
            f"The Markdown has {size:,} bytes; at most {limits.max_markdown_bytes:,} are read. "
            "Give it in parts, or have max_markdown_bytes raised on the server.",
            limit="max_markdown_bytes",
            value=str(limits.max_markdown_bytes),
        )


def _front_matter(text: str) -> tuple[dict[str, str], str]:
    """What the lines before the text say of it, and the text without them."""
    match = _FRONT_MATTER.match(text)
    facts = [_FACT.match(line) for line in match.group(2).split("\n")] if match else []
    if match is None or not any(facts):
        return {}, text
    return {fact.group(1).lower(): _several(fact.group(2)) for fact in facts if fact}, text[match.end() :]


def _several(value: str) -> str:
    """A value as people write it: a list in brackets with semicolons."""
    if not (value.startswith("[") and value.endswith("]")):
        return value
    return "; ".join(one.strip(" \t\"'") for one in value[1:-1].split(","))


class _Blocks:
    """Goes over the tokens of one document."""

    def __init__(self, text: str, limits: Limits, found: Found, watch: Watch) -> None:
        self._limits = limits
        self.found = found
        self._watch = watch
        self.title = ""
        # A level of a list or a quotation is two of the parser's.
        deepest = 2 * limits.max_markdown_nesting
        self._parser = _parser(deepest)
        self._env: dict[str, object] = {_WATCH: watch}
        self._tokens = self._parsed(text)
        # The parser leaves out what is nested deeper, without a word.
        if any(token.level >= deepest - 1 for token in self._tokens):
            limit = limits.max_markdown_nesting
            raise DocumentTooLarge(
                f"The Markdown nests lists and quotations more than {limit} deep, which is more than is read. "
                "Give it with fewer levels, or have max_markdown_nesting raised on the server.",
                limit="max_markdown_nesting",
                value=str(limit),
            )
        self._lists = 0
        self._quotes = 0
        self._heading = 0
        self._after_note = False

    def _parsed(self, text: str) -> list[Token]:
        """The tokens of the blocks, as far as there is time."""
        state = StateCore(text, self._parser, self._env)
        with suppress(OutOfTimeError):
            self._parser.core.process(state)
        return state.tokens

    def drafts(self) -> Iterator[Draft]:
        """The blocks, in order. Raises OutOfTimeError after those it has where there was no time for more."""
        rest = self._watch.overtime(_TO_FINISH).limited(self._tokens, _LOOK_EVERY)
        for token in rest:
            match token.type:
                case "table_open":
                    rows = list(takewhile(lambda token: token.type != "table_close", rest))
                    yield self._table(rows)
                case "inline":
                    yield from self._blocks(token)
                case "code_block" if self._after_note:
                    yield Draft(BlockKind.FOOTNOTE, one_line(token.content))  # it goes on, set in
                case "fence" | "code_block":
                    yield Draft(BlockKind.CODE, token.content)
                case "html_block":
                    yield from (self._placed(draft) for draft in self._html(token.content))
                case _:
                    self._enter(token)
        self._watch.check()

    def _enter(self, token: Token) -> None:
        match token.type:
            case "bullet_list_open" | "ordered_list_open" | "bullet_list_close" | "ordered_list_close":
                self._lists += token.nesting
            case "blockquote_open" | "blockquote_close":
                self._quotes += token.nesting
            case "heading_open":
                self._heading = int(token.tag[1:])
            case "heading_close":
                self._heading = 0

    def _html(self, content: str) -> Iterator[Draft]:
        return fragment_blocks(content, self._limits, self.found, self._watch)

    def _blocks(self, token: Token) -> Iterator[Draft]:
        if self._heading:
            passage = self._inline(_HEADING_ATTRIBUTES.sub("", token.content))
            text = one_line(passage.text)
            if self._heading == 1 and not self.title:
                self.title = text
            links = relocated(passage.links, passage.text, text)
            yield Draft(BlockKind.HEADING, text, self._heading, links=links)
            return
        for part in _NOTE_STARTS.split(token.content):
            passage = self._inline(part)
            draft = Draft(BlockKind.PARAGRAPH, passage.text, links=passage.links)
            self._after_note = _NOTE.match(part) is not None
            yield draft._replace(kind=BlockKind.FOOTNOTE) if self._after_note else self._placed(draft)

    def _placed(self, draft: Draft) -> Draft:
        """A paragraph as what the list or the quotation around it makes of it."""
        if draft.kind is not BlockKind.PARAGRAPH:
            return draft
        if self._lists:
            return draft._replace(kind=BlockKind.LIST_ITEM, level=self._lists)
        return draft._replace(kind=BlockKind.QUOTE) if self._quotes else draft

    def _table(self, tokens: Sequence[Token]) -> Draft:
        rows: list[list[Passage]] = []
        for token in tokens:
            if token.type == "tr_open":
                rows.append([])
            elif token.type == "inline":
                rows[-1].append(self._inline(token.content))
        return table(rows)

    def _inline(self, content: str) -> Passage:
        if len(content) > _INLINE_MOST or not _MARKUP.search(content):
            return Passage(content)
        content = _NOTE.sub(r"\\[\1\\] ", content, count=1)
        return self._joined(self._children(_NOTE_MARK.sub(r"\\[\1\\]", content)))

    def _children(self, content: str) -> list[Token]:
        tokens: list[Token] = []
        self._parser.inline.parse(content, self._parser, self._env, tokens)
        return tokens

    def _joined(self, tokens: Sequence[Token]) -> Passage:
        pieces: list[str] = []
        links: list[Link] = []
        start, href, length = 0, "", 0
        for token in tokens:
            match token.type:
                case "link_open":
                    start, href = length, target(str(token.attrs.get("href", "")))
                case "link_close" if href:
                    links.append(Link(href, Span(start, length)))
                case "image":
                    self.found.image(described=bool(token.content.strip()))
                case "html_inline" if token.content[:4].lower() == "<img":
                    self.found.image(described="alt" in token.content.lower())
            pieces.append(_text(token))
            length += len(pieces[-1])
        return Passage("".join(pieces), tuple(links))


@lru_cache(maxsize=8)
def _parser(deepest: int) -> MarkdownIt:
    """The parser of blocks. It keeps nothing of what it has parsed."""
    parser = MarkdownIt("commonmark", {"maxNesting": deepest}).enable(["table", "strikethrough"])
    # Inline markup is parsed block by block instead, so that one hostile paragraph cannot take forever.
    parser.disable("inline")
    parser.block.ruler.at("reference", _reference)
    parser.block.ruler.before("table", "watch", _look)
    return parser


def _look(state: StateBlock, start: int, end: int, silent: bool) -> bool:  # noqa: ARG001 - the form of a rule
    """A rule that no block follows. It raises OutOfTimeError when time is up."""
    state.env[_WATCH].check()
    return False


def _reference(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """The parser's rule for where a reference leads, but for footnotes, which it would take for one and drop."""
    at = state.bMarks[start] + state.tShift[start]
    return not state.src.startswith("[^", at) and reference(state, start, end, silent)


def _text(token: Token) -> str:
    match token.type:
        case "softbreak":
            return " "
        case "hardbreak":
            return "\n"
        case "html_inline":
            return "\n" if token.content.lower().startswith("<br") else ""
        case "image":
            return ""  # what stands for it is no text that is seen, here as in other formats
    return token.content
