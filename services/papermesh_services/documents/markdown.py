"""Reads Markdown (CommonMark with tables): the text without its markup, and the blocks it is made of."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import takewhile
from typing import TYPE_CHECKING

from markdown_it import MarkdownIt

from papermesh_services.documents import encoding
from papermesh_services.documents.builder import Draft, TextBuilder, table
from papermesh_services.documents.clean import clean, one_line
from papermesh_services.documents.dates import parse_iso
from papermesh_services.documents.errors import DocumentEmpty, DocumentTooLarge
from papermesh_services.documents.html import fragment_blocks
from papermesh_services.documents.model import BlockKind, Document, Format, Metadata

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from markdown_it.token import Token

    from papermesh_services.documents.limits import Limits
    from papermesh_services.documents.watch import Watch

READER = "markdown"

_INLINE_MOST = 50_000
_MARKUP = re.compile(r"[\\`*_\[\]!<&\n]")
_FRONT_MATTER = re.compile(r"\A(---|\+\+\+)[ \t]*\n(.{0,20000}?)\n(?:\1|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_FACT = re.compile(r"""^(\w+)[ \t]*[:=][ \t]*["']?(.*?)["']?[ \t]*$""")


def read(data: bytes, limits: Limits, watch: Watch) -> Document:  # noqa: ARG001 - every reader has the same form
    """The document in these bytes."""
    _hold_size(len(data), limits)
    text, name = encoding.decode(data)
    return read_string(text, limits, name)


def read_string(text: str, limits: Limits, encoding_name: str = "") -> Document:
    """The document of this Markdown."""
    _hold_size(len(text), limits)
    text = clean(text)
    if not text.strip():
        raise DocumentEmpty("The document is empty: there is nothing but white space in it.")
    facts, text = _front_matter(text)
    drafts = list(_Blocks(text, limits).drafts())
    builder = TextBuilder(limits)
    builder.extend(drafts)
    first = next((draft.text for draft in drafts if draft.kind is BlockKind.HEADING and draft.level == 1), "")
    metadata = Metadata(
        title=facts.get("title") or one_line(first),
        author=facts.get("author", ""),
        created=parse_iso(facts.get("date", "")),
        encoding=encoding_name,
    )
    return builder.document(Format.MARKDOWN, READER, metadata, facts.get("lang") or facts.get("language", ""))


def _hold_size(size: int, limits: Limits) -> None:
    if size > limits.max_markdown_bytes:
        raise DocumentTooLarge(
            f"The Markdown has {size:,} bytes; at most {limits.max_markdown_bytes:,} are read. Give it in parts.",
            limit="max_markdown_bytes",
            value=str(limits.max_markdown_bytes),
        )


def _front_matter(text: str) -> tuple[dict[str, str], str]:
    """What the lines before the text say of it, and the text without them."""
    match = _FRONT_MATTER.match(text)
    facts = [_FACT.match(line) for line in match.group(2).split("\n")] if match else []
    if match is None or not any(facts):
        return {}, text
    return {fact.group(1).lower(): fact.group(2) for fact in facts if fact}, text[match.end() :]


class _Blocks:
    """Goes over the tokens of one document."""

    def __init__(self, text: str, limits: Limits) -> None:
        self._limits = limits
        # A level of a list or a quotation is two of the parser's.
        deepest = 2 * limits.max_markdown_nesting
        self._parser = MarkdownIt("commonmark", {"maxNesting": deepest}).enable("table")
        # Inline markup is parsed block by block instead, so that one hostile paragraph cannot take forever.
        self._parser.disable("inline")
        self._env: dict[str, object] = {}
        self._tokens = self._parser.parse(text, self._env)
        # The parser leaves out what is nested deeper, without a word.
        if any(token.level >= deepest - 1 for token in self._tokens):
            limit = limits.max_markdown_nesting
            raise DocumentTooLarge(
                f"The Markdown nests lists and quotations more than {limit} deep, which is more than is read.",
                limit="max_markdown_nesting",
                value=str(limit),
            )
        self._lists = 0
        self._quotes = 0
        self._heading = 0

    def drafts(self) -> Iterator[Draft]:
        """The blocks, in order."""
        rest = iter(self._tokens)
        for token in rest:
            match token.type:
                case "table_open":
                    rows = list(takewhile(lambda token: token.type != "table_close", rest))
                    yield self._table(rows)
                case "inline":
                    yield self._block(token)
                case "fence" | "code_block":
                    yield Draft(BlockKind.CODE, token.content)
                case "html_block":
                    yield from (self._placed(draft) for draft in fragment_blocks(token.content, self._limits))
                case _:
                    self._enter(token)

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

    def _block(self, token: Token) -> Draft:
        text = self._inline(token.content)
        if self._heading:
            return Draft(BlockKind.HEADING, one_line(text), self._heading)
        return self._placed(Draft(BlockKind.PARAGRAPH, text))

    def _placed(self, draft: Draft) -> Draft:
        """A paragraph as what the list or the quotation around it makes of it."""
        if draft.kind is not BlockKind.PARAGRAPH:
            return draft
        if self._lists:
            return replace(draft, kind=BlockKind.LIST_ITEM, level=self._lists)
        return replace(draft, kind=BlockKind.QUOTE) if self._quotes else draft

    def _table(self, tokens: Sequence[Token]) -> Draft:
        rows: list[list[str]] = []
        for token in tokens:
            if token.type == "tr_open":
                rows.append([])
            elif token.type == "inline":
                rows[-1].append(self._inline(token.content))
        return table(rows)

    def _inline(self, content: str) -> str:
        if len(content) > _INLINE_MOST or not _MARKUP.search(content):
            return content
        return "".join(_text(token) for token in self._children(content))

    def _children(self, content: str) -> list[Token]:
        tokens: list[Token] = []
        self._parser.inline.parse(content, self._parser, self._env, tokens)
        return tokens


def _text(token: Token) -> str:
    match token.type:
        case "softbreak":
            return " "
        case "hardbreak":
            return "\n"
        case "html_inline":
            return "\n" if token.content.lower().startswith("<br") else ""
        case "image":
            return "".join(_text(child) for child in token.children or ())
    return token.content
