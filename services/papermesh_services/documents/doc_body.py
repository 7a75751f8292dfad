"""Makes blocks of one story of an old Word file: its characters, with their fields, cells and ends of paragraphs."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from papermesh_services.documents import symbols
from papermesh_services.documents.doc_pictures import is_described
from papermesh_services.documents.docx_styles import Role
from papermesh_services.documents.fields import hyperlink
from papermesh_services.documents.model import BlockKind
from papermesh_services.documents.rtf_body import Body, Look
from papermesh_services.documents.utf16 import whole

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from papermesh_services.documents.builder import Draft
    from papermesh_services.documents.doc_looks import Looks, ParagraphLook
    from papermesh_services.documents.doc_pieces import Piece, Pieces
    from papermesh_services.documents.found import Found
    from papermesh_services.documents.watch import Watch

_SPECIAL: Final = re.compile("[\x01-\x08\x0b-\x0f\x13-\x15\x1e\x1f]")
_WRITTEN: Final = {"\x0b": "\n", "\x0e": "\n", "\x1e": "\N{NON-BREAKING HYPHEN}"}
_ENDS: Final = ("\r", "\x0c")
_CELL, _PICTURE = "\x07", "\x01"
_FIELD, _RESULT, _FIELD_END = "\x13", "\x14", "\x15"
_FORM: Final = re.compile(r"\s*FORM(?:TEXT|CHECKBOX|DROPDOWN)\b")
_MOST_INSTRUCTION: Final = 4_096
_MOST_FIELDS: Final = 100
_BODY_OUTLINE: Final = 9
_NO_ROLE: Final = Role()


@dataclass(slots=True)
class _Field:
    """A field that is open: what it is to do, then from where on its result stands."""

    instruction: list[str] = field(default_factory=list)
    length: int = 0
    start: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What every story of a file stands among."""

    pieces: Pieces
    looks: Looks
    roles: Mapping[int, Role]
    fonts: list[str]
    pictures: bytes
    found: Found
    watch: Watch


class Story:
    """One story, or a part of one."""

    def __init__(self, around: Surroundings) -> None:
        self._around = around
        self._body = Body()
        self._fields: list[_Field] = []

    def drafts(self, characters: range) -> Iterator[Draft]:
        """Its blocks, in order."""
        for piece in self._around.pieces.of(characters):
            for part, seen in self._parts(piece):
                yield from self._read(part, seen)
        yield from self._body.close(Look())

    def _parts(self, piece: Piece) -> Iterator[tuple[Piece, str]]:
        """The piece in parts, each with its text as it is to be read: nothing that is hidden or deleted."""
        found, at = self._around.found, piece.at
        stop = at + piece.length * piece.width
        for run in self._around.looks.runs(at, stop):
            start, end = (piece.cp + (place - piece.at) // piece.width for place in (run.start, run.stop))
            before, part = piece.cut(piece.cp + (at - piece.at) // piece.width, start), piece.cut(start, end)
            yield before, self._around.pieces.text(before)
            text = self._around.pieces.text(part)
            found.hidden_text |= run.hidden and not text.isspace()
            found.tracked_changes |= run.deleted or run.inserted
            if run.picture is not None and text == _PICTURE and self._waiting is None:
                found.image(described=is_described(self._around.pictures, run.picture))
            if run.hidden or run.deleted:
                text = "".join(one if one == _CELL else "\0" for one in text)
            elif run.symbol is not None:
                text = self._meant(chr(run.symbol[1]), run.symbol[0]) * len(text)
            elif run.font is not None:
                text = self._meant(text, run.font)
            yield part, text
            at = run.stop
        rest = piece.cut(piece.cp + (at - piece.at) // piece.width, piece.cp + piece.length)
        yield rest, self._around.pieces.text(rest)

    def _meant(self, text: str, font: int) -> str:
        fonts = self._around.fonts
        return symbols.meant(text, fonts[font] if font < len(fonts) else "")

    def _read(self, piece: Piece, text: str) -> Iterator[Draft]:
        done = 0
        for match in _SPECIAL.finditer(text):
            self._put(text[done : match.start()])
            done = match.end()
            yield from self._special(match.group(), piece.at + match.start() * piece.width)
        self._put(text[done:])

    def _put(self, text: str) -> None:
        text = whole(text.replace("\0", ""))
        waiting = self._waiting
        if waiting is None:
            self._body.put(text)
        elif waiting.length < _MOST_INSTRUCTION:
            waiting.instruction.append(text[:_MOST_INSTRUCTION])
            waiting.length += len(text)

    @property
    def _waiting(self) -> _Field | None:
        """The innermost field whose instruction is being read."""
        return next((one for one in reversed(self._fields) if one.start is None), None)

    def _special(self, character: str, at: int) -> Iterator[Draft]:
        self._around.watch.check()
        if character in _ENDS:
            yield from self._end_paragraph(self._around.looks.paragraph(at))
        elif character == _CELL:
            look = self._around.looks.paragraph(at)
            self._body.end("row" if look.row_end else "cell", look.edges)
        elif character in (_FIELD, _RESULT, _FIELD_END):
            self._field(character)
        else:
            self._put(_WRITTEN.get(character, ""))

    def _end_paragraph(self, look: ParagraphLook) -> Iterator[Draft]:
        if look.inner_row or look.inner_cell:
            self._body.end("nestrow" if look.inner_row else "nestcell")
            return
        role = self._around.roles.get(look.style, _NO_ROLE)
        kind, level = role.kind, role.level
        if look.outline is not None:
            heading = look.outline < _BODY_OUTLINE
            kind, level = (BlockKind.HEADING, min(6, look.outline + 1)) if heading else (BlockKind.PARAGRAPH, 0)
        if look.listed is not None and kind is not BlockKind.HEADING:
            kind, level = (BlockKind.LIST_ITEM, role.least or 1) if look.listed else (BlockKind.PARAGRAPH, 0)
        if look.depth is not None and kind is BlockKind.LIST_ITEM:
            level = max(role.least, min(9, look.depth + 1))
        yield from self._body.end_paragraph(Look(kind, level, look.in_table, nested=look.cell_depth > 1))

    def _field(self, character: str) -> None:
        if character == _FIELD:
            if len(self._fields) < _MOST_FIELDS:
                self._fields.append(_Field())
        elif self._fields and character == _RESULT:
            self._fields[-1].start = self._body.place
        elif self._fields:
            ended = self._fields.pop()
            instruction = "".join(ended.instruction)
            self._around.found.forms |= _FORM.match(instruction) is not None
            href = hyperlink(instruction)
            if href and ended.start is not None:
                self._body.link(href, ended.start)
