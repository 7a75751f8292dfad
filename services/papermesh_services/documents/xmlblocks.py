"""Makes blocks of the elements of any XML as they begin and end, by a few names and by where text stands.

An element with a well-known name (p, para, title) is what that name says. Otherwise an element with text beside its
children is a paragraph, and one with text alone is a value whose name is the element's. Keeps no tree.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from papermesh_services.documents.builder import Draft, table
from papermesh_services.documents.clean import one_line
from papermesh_services.documents.found import Found
from papermesh_services.documents.html import fragment_blocks
from papermesh_services.documents.model import BlockKind
from papermesh_services.documents.outline import Outline
from papermesh_services.documents.xmlparts import Element, local_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from papermesh_services.documents.limits import Limits
    from papermesh_services.documents.watch import Watch

_INLINE: Final = frozenset(
    [
        *("a", "b", "bold", "em", "emphasis", "ext-link", "foreign", "hi", "i", "italic", "monospace", "sc", "span"),
        *("strong", "sub", "subscript", "sup", "superscript", "tt", "u", "ulink", "underline", "xref", "tspan"),
    ]
)
# What stands in a line of text, and elsewhere is a value.
_INLINE_IN_TEXT: Final = frozenset(
    ["abbr", "code", "email", "link", "literal", "mark", "persName", "placeName", "q", "quote", "ref"]
)
_SECTIONS: Final = frozenset(
    [
        *("appendix", "article", "body", "book", "chapter", "div", "div1", "div2", "div3", "front", "part"),
        *("preface", "refsect1", "refsect2", "sec", "section", "sect1", "sect2", "sect3", "sect4", "sect5"),
        "simplesect",
    ]
)
_WHOLE: Final = frozenset(["body", "front"])
_INFO: Final = frozenset(["title-group", "info", "articleinfo", "bookinfo", "title-info"])
_TITLES: Final = frozenset(["title", "head", "heading", "article-title", "book-title"])
_KINDS: Final = {
    **dict.fromkeys(("p", "para", "simpara", "ab", "l", "v", "subtitle", "abstract"), BlockKind.PARAGRAPH),
    **dict.fromkeys(("programlisting", "screen", "literallayout", "pre"), BlockKind.CODE),
    **dict.fromkeys(("footnote", "fn"), BlockKind.FOOTNOTE),
    **dict.fromkeys(("caption", "figcaption"), BlockKind.CAPTION),
    **dict.fromkeys(("listitem", "list-item", "li"), BlockKind.LIST_ITEM),
    **dict.fromkeys(("blockquote", "disp-quote"), BlockKind.QUOTE),
}
# HTML that is carried as characters, as news feeds have it.
_HTML = re.compile(r"<(?:p|br|div|a|img|ul|ol|h[1-6]|span|strong|table)(?:\s[^<>]{0,500})?/?>", re.IGNORECASE)
_ROWS: Final = frozenset(["row", "tr"])
_CELLS: Final = frozenset(["entry", "cell", "td", "th"])
_TABLES: Final = frozenset(["table", "informaltable", "tgroup"])
_UNSEEN: Final = frozenset(["script", "style"])
_WRAPPERS: Final = frozenset([BlockKind.LIST_ITEM, BlockKind.QUOTE, BlockKind.FOOTNOTE, BlockKind.CAPTION])


@dataclass(slots=True)
class _Frame:
    """An element that is open."""

    name: str
    kind: BlockKind | None
    level: int = 0
    pieces: list[str] = field(default_factory=list)
    children: bool = False
    inline: bool = False
    has_text: bool = False

    def put(self, text: str) -> None:
        """Takes characters."""
        if text:
            self.pieces.append(text)
            self.has_text = self.has_text or not text.isspace()


class Blocks:
    """Takes elements, gives blocks."""

    def __init__(self, limits: Limits, watch: Watch) -> None:
        self.title = ""
        self.found = Found()
        self._limits = limits
        self._watch = watch
        self._open: list[_Frame] = []
        self._outline = Outline()
        self._rows: list[list[str]] | None = None
        self._unseen = 0

    def begin(self, element: Element) -> Iterator[Draft]:
        """Takes an element that begins, and the text before it."""
        name = local_name(element)
        self._gather(element.getparent(), element.getprevious())
        self._unseen += name in _UNSEEN
        parent = self._open[-1] if self._open else None
        if name in _TABLES and self._rows is None:
            yield from self._outline.flush()
            self._rows = []
        if self._rows is not None and name in _ROWS:
            self._rows.append([])
        inline = self._is_inline(name)
        if parent is not None and not inline:
            if not parent.children and parent.kind is None and self._rows is None:
                yield from self._outline.label(_label(parent))
            parent.children = True
            yield from self._text_of(parent)
        kind = self._kind(name)
        self._open.append(_Frame(name, kind, self._level(kind), inline=inline))

    def end(self, element: Element) -> Iterator[Draft]:
        """Takes an element that ends, all its text known."""
        self._gather(element, element[-1] if len(element) else None)
        frame = self._open.pop()
        self._unseen -= frame.name in _UNSEEN
        if self._rows is not None and frame.name in _CELLS and self._rows:
            self._rows[-1].append(" ".join(frame.pieces))
        elif self._rows is not None and frame.name in _TABLES and not self._inside(_TABLES):
            rows, self._rows = self._rows, None
            yield table(rows)
        elif self._open and (frame.inline or (self._rows is not None and self._inside(_CELLS))):
            self._open[-1].put("".join(frame.pieces))
        else:
            yield from self._text_of(frame)
            if frame.children and frame.kind is None:
                yield from self._outline.flush()

    def close(self) -> Iterator[Draft]:
        """Ends whatever is still open, as in a file that is cut off."""
        while self._open:
            frame = self._open.pop()
            yield from self._text_of(frame)
        if self._rows:
            yield table(self._rows)
        yield from self._outline.flush()

    def _gather(self, parent: Element | None, sister: Element | None) -> None:
        """Takes the text right before where the parser is: after the elder sister, or where the parent begins."""
        if not self._open or self._unseen or parent is None:
            return
        pieces: list[str] = []
        while sister is not None and not isinstance(sister.tag, str):
            pieces.append(sister.tail or "")  # after an entity, which stands for nothing here
            sister = sister.getprevious()
        pieces.append((parent.text if sister is None else sister.tail) or "")
        for piece in reversed(pieces):
            self._open[-1].put(piece)

    def _text_of(self, frame: _Frame) -> Iterator[Draft]:
        """What a frame has gathered, as the block or the line that it is."""
        text, frame.pieces, frame.has_text = "".join(frame.pieces), [], False
        if not text.strip():
            return
        if frame.kind is BlockKind.HEADING:
            text = one_line(text)
            self.title = self.title or text
        if _HTML.search(text):
            yield from self._outline.flush()
            yield from fragment_blocks(text, self._limits, self.found, self._watch)
            return
        if frame.kind is None and not frame.children:
            yield from self._outline.line(frame.name, _folded(text))
            return
        yield from self._outline.flush()
        kind = frame.kind or BlockKind.PARAGRAPH
        yield Draft(kind, text if kind is BlockKind.CODE else one_line(text), frame.level)

    def _kind(self, name: str) -> BlockKind | None:
        parent = self._open[-1] if self._open else None
        if name in _TITLES:
            return BlockKind.HEADING if parent is not None and parent.name in _SECTIONS | _INFO else None
        kind = _KINDS.get(name)
        if kind is BlockKind.PARAGRAPH and parent is not None and parent.kind in _WRAPPERS:
            return parent.kind
        return kind

    def _level(self, kind: BlockKind | None) -> int:
        if kind is BlockKind.LIST_ITEM:
            # A paragraph in an item is that item.
            own = self._open[-1].kind is not BlockKind.LIST_ITEM if self._open else True
            return max(1, sum(frame.kind is BlockKind.LIST_ITEM for frame in self._open) + own)
        if kind is not BlockKind.HEADING or self._open[-1].name in _INFO:
            return int(kind is BlockKind.HEADING)
        return max(1, min(6, sum(frame.name in _SECTIONS and frame.name not in _WHOLE for frame in self._open)))

    def _is_inline(self, name: str) -> bool:
        if not self._open or name not in _INLINE | _INLINE_IN_TEXT:
            return False
        in_text = any(frame.kind for frame in self._open) or self._open[-1].has_text
        return in_text or name in _INLINE

    def _inside(self, names: frozenset[str]) -> bool:
        return any(frame.name in names for frame in self._open)


def _label(frame: _Frame) -> str:
    return "" if frame.name in _SECTIONS else frame.name


def _folded(text: str) -> str:
    """A value as one line, but for one that has paragraphs."""
    return text if "\n\n" in text.strip() else one_line(text)
