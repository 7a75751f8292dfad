"""Makes blocks of the elements of any XML as they begin and end, by a few names and by where text stands.

An element with a well-known name (p, para, title) is what that name says. Otherwise an element with text beside its
children is a paragraph, and one with text alone is a value whose name is the element's. Keeps no tree.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from papermesh_services.documents import xmlnames as names
from papermesh_services.documents.builder import Draft, table
from papermesh_services.documents.clean import one_line
from papermesh_services.documents.found import Found
from papermesh_services.documents.headings import is_bullet
from papermesh_services.documents.html import fragment_blocks
from papermesh_services.documents.mathml import Formula
from papermesh_services.documents.model import BlockKind
from papermesh_services.documents.outline import Outline
from papermesh_services.documents.xmlparts import Element, local_name, value

if TYPE_CHECKING:
    from collections.abc import Iterator

    from papermesh_services.documents.limits import Limits
    from papermesh_services.documents.watch import Watch

# HTML that is carried as characters, as news feeds have it.
_HTML = re.compile(r"<(?:p|br|div|a|img|ul|ol|h[1-6]|span|strong|table)(?:\s[^<>]{0,500})?/?>", re.IGNORECASE)
_TEI: Final = "tei-c.org"
_TEX: Final = re.compile(r"\\begin\{document\}(.*)\\end\{document\}", re.DOTALL)
_LONGEST_TEX: Final = 10_000
_LOOK_EVERY: Final = 1_000
_TO_FINISH: Final = 0.3
"""Seconds for a table whose cells are read, beyond the end of the time."""


@dataclass(slots=True)
class _Frame:
    """An element that is open. beside: whether it is a note that a paragraph goes on around."""

    name: str
    kind: BlockKind | None
    level: int = 0
    pieces: list[str] = field(default_factory=list)
    children: bool = False
    inline: bool = False
    has_text: bool = False
    unseen: bool = False
    beside: bool = False
    notes: bool = False

    def put(self, text: str) -> None:
        """Takes characters."""
        if text:
            self.pieces.append(text)
            self.has_text = self.has_text or not text.isspace()

    @property
    def is_textual(self) -> bool:
        """Whether what is in it stands in a line of text."""
        return self.inline or self.kind in (BlockKind.HEADING, BlockKind.CODE) or self.name in names.TEXTUAL


class Blocks:
    """Takes elements, gives blocks."""

    def __init__(self, limits: Limits, watch: Watch) -> None:
        self.title = ""
        self.found = Found()
        self.is_full = False
        self._limits = limits
        self._watch = watch
        self._open: list[_Frame] = []
        self._outline = Outline()
        self._rows: list[list[str]] | None = None
        self._cells = 0
        self._unseen = 0
        self._formula: Formula | None = None
        self._in_formula = 0
        self._label = ""
        self._notes = 0
        self._beside: list[Draft] = []

    def begin(self, element: Element) -> Iterator[Draft]:
        """Takes an element that begins, and the text before it."""
        name = local_name(element)
        self._gather(element.getparent(), element.getprevious())
        if self._formula is not None or (name == "math" and self._is_wanted()):
            self._begin_formula(name)
            return
        parent = self._open[-1] if self._open else None
        frame = self._frame(element, name, parent)
        self._unseen += frame.unseen
        self._notes += frame.beside
        if name in names.TABLES and self._rows is None:
            yield from self._placed(self._outline.flush())
            self._rows = []
        if self._rows is not None and name in names.ROWS:
            self._rows.append([])
        if parent is not None and not (frame.inline or frame.beside or frame.unseen):
            if not parent.children and parent.kind is None and self._rows is None:
                yield from self._placed(self._outline.label(_named(parent)))
            parent.children = True
            if self._rows is None or not self._inside(names.CELLS):
                yield from self._placed(self._text_of(parent))
        self._open.append(frame)

    def end(self, element: Element) -> Iterator[Draft]:
        """Takes an element that ends, all its text known."""
        self._gather(element, element[-1] if len(element) else None)
        if self._formula is not None:
            self._end_formula(self._formula, local_name(element))
            return
        frame = self._open.pop()
        yield from self._placed(self._ended(frame))
        self._unseen -= frame.unseen
        self._notes -= frame.beside
        if self._beside and not self._notes and self._rows is None and not any(one.is_textual for one in self._open):
            drafts, self._beside = self._beside, []
            yield from drafts

    def close(self) -> Iterator[Draft]:
        """Ends whatever is still open, as in a file that is cut off."""
        while self._open:
            frame = self._open.pop()
            yield from self._text_of(frame)
        if self._rows:
            yield self._table(self._rows)
        yield from self._beside
        yield from self._outline.flush()

    def _frame(self, element: Element, name: str, parent: _Frame | None) -> _Frame:
        notes = bool(parent and parent.notes) or (name == "body" and value(element, "name") in ("notes", "comments"))
        frame = _Frame(name, None, notes=notes)
        frame.unseen = self._is_unseen(element, name, parent)
        in_text = parent is not None and (parent.is_textual or (self._rows is not None and self._inside(names.CELLS)))
        if name in ("footnote", "fn") or (name == "note" and _TEI in str(element.tag)):
            frame.kind, frame.beside = BlockKind.FOOTNOTE, in_text
            return frame
        frame.inline = self._is_inline(name, parent)
        if not frame.inline and not frame.unseen:
            frame.kind = self._kind(name, parent)
            frame.level = self._level(frame.kind)
        return frame

    def _ended(self, frame: _Frame) -> Iterator[Draft]:
        """The blocks that the end of an element makes."""
        parent = self._open[-1] if self._open else None
        if frame.unseen:
            return
        if frame.name == "label" and parent is not None and parent.name in names.LABELLED and not frame.children:
            text = one_line("".join(frame.pieces))
            self._label = "" if is_bullet(text) else text
        elif frame.name in names.BREAKS and parent is not None:
            parent.put("\n" if parent.kind is BlockKind.CODE else " ")
        elif self._rows is not None and frame.name in names.CELLS and self._rows:
            self._end_cell(frame)
        elif self._rows is not None and frame.name in names.TABLES and not self._inside(names.TABLES):
            rows, self._rows = self._rows, None
            yield self._table(rows)
        elif parent is not None and self._is_part(frame):
            parent.put(_spaced(frame))
        else:
            yield from self._text_of(frame)
            if frame.name in names.LABELLED:
                yield from self._unused_label()
            if frame.children and frame.kind is None:
                yield from self._outline.flush()

    def _table(self, rows: list[list[str]]) -> Draft:
        return table(self._watch.overtime(_TO_FINISH).limited(rows, _LOOK_EVERY))

    def _is_part(self, frame: _Frame) -> bool:
        """Whether the text of an element is one of that around it."""
        return frame.inline or (self._rows is not None and self._inside(names.CELLS) and not frame.beside)

    def _end_cell(self, frame: _Frame) -> None:
        if self._rows and self._cells < self._limits.max_cells:
            self._rows[-1].append(one_line(" ".join(frame.pieces)))
        self._cells += 1
        self.is_full = self._cells > self._limits.max_cells

    def _is_wanted(self) -> bool:
        """Whether a formula is to be read here, and has not been read in another form."""
        if not self._open or self._unseen:
            return False
        return not (self._open[-1].name in names.CHOICES and self._open[-1].has_text)

    def _begin_formula(self, name: str) -> None:
        self._formula = self._formula or Formula()
        self._formula.start(name, {})
        self._in_formula += 1

    def _end_formula(self, formula: Formula, name: str) -> None:
        formula.end(name)
        self._in_formula -= 1
        if not self._in_formula:
            self._formula = None
            self._open[-1].put(formula.text)

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
            if self._formula is None:
                self._open[-1].put(piece)
            else:
                self._formula.data(piece.strip())

    def _placed(self, drafts: Iterator[Draft]) -> Iterator[Draft]:
        """The blocks, but for those of a note, which wait until the paragraph that it stands in has ended."""
        for draft in drafts:
            if self._notes:
                self._beside.append(draft)
            else:
                yield draft

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
            yield from self._unused_label()
            yield from self._outline.line(frame.name, _folded(text))
            return
        yield from self._outline.flush()
        kind = frame.kind or BlockKind.PARAGRAPH
        label, self._label = self._label, ""
        if kind is not BlockKind.CODE:
            text = one_line(f"{label} {text}" if label else text)
        yield Draft(kind, text, frame.level)

    def _unused_label(self) -> Iterator[Draft]:
        """The label that nothing has come for, as a value."""
        label, self._label = self._label, ""
        if label:
            yield from self._outline.line("label", label)

    def _kind(self, name: str, parent: _Frame | None) -> BlockKind | None:
        if parent is None:
            return names.KINDS.get(name)
        if name in names.TITLES:
            if parent.name in names.CAPTIONED or parent.kind is BlockKind.CAPTION:
                return BlockKind.CAPTION
            return BlockKind.HEADING if parent.name in names.SECTIONS | names.INFO else None
        kind = names.KINDS.get(name)
        if name in names.KINDS_BETWEEN_TEXTS and parent.name in names.SECTIONS:
            return names.KINDS_BETWEEN_TEXTS[name]
        if name == "item" and parent.name == "list":
            return BlockKind.LIST_ITEM
        if kind is BlockKind.PARAGRAPH and parent.kind in names.WRAPPERS:
            return parent.kind
        if kind is BlockKind.PARAGRAPH and parent.notes:
            return BlockKind.FOOTNOTE
        return kind

    def _level(self, kind: BlockKind | None) -> int:
        if kind is BlockKind.LIST_ITEM:
            # A paragraph in an item is that item.
            own = self._open[-1].kind is not BlockKind.LIST_ITEM if self._open else True
            return max(1, sum(frame.kind is BlockKind.LIST_ITEM for frame in self._open) + own)
        if kind is not BlockKind.HEADING or self._open[-1].name in names.INFO:
            return int(kind is BlockKind.HEADING)
        sections = sum(frame.name in names.SECTIONS and frame.name not in names.WHOLE for frame in self._open)
        return max(1, min(6, sections))

    def _is_inline(self, name: str, parent: _Frame | None) -> bool:
        if parent is None:
            return False
        if name in names.INLINE or name in names.BREAKS:
            return True
        if parent.kind is BlockKind.HEADING and name in names.TEXTUAL:
            return True
        if name in names.INLINE_IN_TEXT and any(frame.kind for frame in self._open):
            return True
        return name not in names.BLOCKS and (parent.is_textual or parent.has_text)

    def _is_unseen(self, element: Element, name: str, parent: _Frame | None) -> bool:
        """Whether what is in an element is no text: programs, pictures, marks of notes, what is replaced."""
        if name in names.UNSEEN:
            return True
        if name == "xref":
            return value(element, "ref-type") in names.NOTE_MARKS
        if name == "a":
            return value(element, "type") == "note"
        if parent is None:
            return False
        if name == "textobject":
            return parent.name.endswith("mediaobject")
        if name == "del":
            return _TEI in str(element.tag)
        if name in ("label", "title") and (parent.kind is BlockKind.FOOTNOTE or parent.notes):
            return True
        if name == "math":
            return not self._is_wanted()
        return parent.name in names.CHOICES and name in (names.UNCHOSEN | (names.TEX if parent.has_text else set()))

    def _inside(self, which: frozenset[str]) -> bool:
        return any(frame.name in which for frame in self._open)


def _spaced(frame: _Frame) -> str:
    """The text of an element that is part of a text, apart from what follows where it would run into it."""
    text = "".join(frame.pieces)
    if frame.name == "tex-math":
        wrapped = _TEX.search(text[:_LONGEST_TEX])
        return (wrapped.group(1) if wrapped else text).strip().strip("$")
    if frame.name in ("inline-formula", "inlineequation", "alternatives"):
        return text.strip()
    return f"{text} " if frame.name in ("label", "p", "para") else text


def _named(frame: _Frame) -> str:
    return "" if frame.name in names.SECTIONS else frame.name


def _folded(text: str) -> str:
    """A value as one line, but for one that has paragraphs."""
    return text if "\n\n" in text.strip() else one_line(text)
