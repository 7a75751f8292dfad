"""Reads RTF: keeps the state of its groups, and hands characters and ends of paragraphs to the body they belong to."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from papermesh_services.documents import rtf_words as words
from papermesh_services.documents.builder import Draft, TextBuilder
from papermesh_services.documents.clean import one_line
from papermesh_services.documents.docx_styles import Role, role_named
from papermesh_services.documents.fields import hyperlink
from papermesh_services.documents.found import Found
from papermesh_services.documents.model import BlockKind, Document, Format, Metadata, Status
from papermesh_services.documents.rtf_body import Body, Look
from papermesh_services.documents.rtf_edges import RowEdges
from papermesh_services.documents.rtf_fonts import Fonts
from papermesh_services.documents.rtf_shape import Shape
from papermesh_services.documents.rtf_state import Field, State, moment
from papermesh_services.documents.rtf_tokens import Token, tokens
from papermesh_services.documents.xmlparts import too_deep

if TYPE_CHECKING:
    from collections.abc import Iterator

    from papermesh_services.documents.limits import Limits
    from papermesh_services.documents.watch import Watch

READER = "rtf"

_LOOK_EVERY: Final = 2_000
_HEADING_NAME: Final = re.compile(r"(?:heading|überschrift|titre|título|titolo|kop)\s?([1-9])\b", re.IGNORECASE)
_CUT_OFF: Final = "The RTF document is cut off; the text is what there is of it. Get it anew."
_ENDS_EARLY: Final = "The RTF document ends before its file does; what follows its end was read as well. Save it again."


def read(data: bytes, limits: Limits, watch: Watch) -> Document:
    """The document in these bytes."""
    machine = _Machine(limits, watch, Found())
    builder = TextBuilder(limits)
    status, note = builder.extend(machine.drafts(data), watch), ""
    if machine.stopped:
        status = Status.PARTIAL_TIMEOUT
    elif status is Status.OK and machine.damage:
        status, note = Status.CORRUPT, machine.damage
    traits = machine.found.traits()
    return builder.document(Format.RTF, READER, machine.metadata, traits=traits, status=status, note=note)


def fragment_blocks(data: bytes, limits: Limits, watch: Watch, found: Found) -> Iterator[Draft]:
    """The blocks of RTF that is a part of another document."""
    return _Machine(limits, watch, found).drafts(data)


def read_string(text: str, limits: Limits, watch: Watch) -> Document:
    """The document of this RTF, which is ASCII by its nature."""
    return read(text.encode("cp1252", "replace"), limits, watch)


class _Machine:
    """Goes over the tokens of one document."""

    def __init__(self, limits: Limits, watch: Watch, found: Found) -> None:
        self.found = found
        self.stopped = False
        self.damage = ""
        self._limits = limits
        self._watch = watch
        self._state = State()
        self._stack: list[tuple[State, Body]] = []
        self._body = Body(watch)
        self._main = self._body
        self._bytes = bytearray()
        self._drop = 0  # characters that stand in for one of Unicode
        self._high = 0
        self._begun = False
        self._row = RowEdges()
        self._fonts = Fonts()
        self._shape = Shape(self.found)
        self._running: set[tuple[BlockKind, str]] = set()
        self._roles: dict[int, Role] = {}
        self._info: dict[str, list[str]] = {}
        self._times: dict[str, dict[str, int]] = {}

    @property
    def metadata(self) -> Metadata:
        """What the document says of itself."""
        said = {name: one_line("".join(pieces)).rstrip(";").strip() for name, pieces in self._info.items()}
        title, author, producer = (said.get(name, "") for name in ("title", "author", "generator"))
        created, modified = (moment(self._times.get(name, {})) for name in words.MOMENTS)
        return Metadata(title, author, created, modified, producer)

    def drafts(self, data: bytes) -> Iterator[Draft]:
        """The blocks, in order."""
        footer: list[Draft] = []
        last = _last_of_rtf(data)
        for number, token in enumerate(tokens(data), start=1):
            for draft in self._take(token):
                if draft.kind is BlockKind.FOOTER:
                    footer.append(draft)
                else:
                    yield draft
            if token.brace == "}" and self._is_over(token, last):
                break
            if number % _LOOK_EVERY == 0 and self._watch.expired:
                self.stopped = True
                break
        yield from self._end_all()
        yield from footer

    def _end_all(self) -> Iterator[Draft]:
        self._flush()
        if self._stack and not self.stopped:
            self.damage = _CUT_OFF
        while self._stack:
            yield from self._close()
        yield from self._main.close(self._state.look(self._roles))

    def _is_over(self, brace: Token, last: int) -> bool:
        """Whether this is the last brace of the document, with no more RTF behind it.

        Where there is more, braces are wrong, or there is a second document; last says where the last of it begins.
        """
        if self._stack or not self._begun:
            return False
        if brace.end < last:
            self.damage = _ENDS_EARLY
        return brace.end >= last

    def _take(self, token: Token) -> Iterator[Draft]:
        if token.brace == "{":
            self._flush()
            if len(self._stack) >= self._limits.max_nesting:
                raise too_deep(self._limits)
            self._stack.append((self._state, self._body))
            self._state = self._state._replace(starred=False)
            self._drop = 0
        elif token.brace:
            self._flush()
            self._drop = 0
            yield from self._close()
        elif token.text:
            self._text(token.text)
        else:
            yield from self._word(token.word, token.number)

    def _close(self) -> Iterator[Draft]:
        """Ends a group."""
        if not self._stack:
            return
        inner, body = self._state, self._body
        self._state, self._body = self._stack.pop()
        if inner.place == "fldrslt" and self._state.place == "field" and inner.field and inner.field.href:
            body.link(inner.field.href, inner.field.start)
        if body is not self._body:
            last = body.close(Look(inner.beside or BlockKind.PARAGRAPH))
            yield from self._put_beside(inner, [draft for draft in (*body.kept, *last) if draft.text.strip()])

    def _put_beside(self, state: State, drafts: list[Draft]) -> Iterator[Draft]:
        """Places what stood beside the body: heads and feet once, the rest after the paragraph it was met in."""
        self.found.comments += state.place == "annotation" and bool(drafts)
        if state.beside not in (BlockKind.HEADER, BlockKind.FOOTER):
            self._body.note(drafts)
            return
        for draft in drafts:
            running = Draft(state.beside, draft.text, links=draft.links)
            if (running.kind, running.text) not in self._running:
                self._running.add((running.kind, running.text))
                yield running

    def _word(self, word: str, number: int | None) -> Iterator[Draft]:
        if word == "*":
            self._state = self._state._replace(starred=True)
        elif word == "u" and number is not None:
            self._unicode(number)
        elif word in words.CHARACTERS:
            self._characters(words.CHARACTERS[word])
        elif word in words.CELL_ENDS:
            self._end_cell(word)
        elif word in words.PARAGRAPH_ENDS:
            yield from self._end_paragraph()
        elif self._state.starred and word not in words.READ_STARRED:
            self._skip(word)
        else:
            if self._state.starred:
                self._state = self._state._replace(starred=False)
            if not self._destination(word):
                self._property(word, number)

    def _skip(self, word: str) -> None:
        # What marks a list item or a field to fill in is seen by its group alone.
        if word == "pn" and not self._state.place:
            self._mark_list()
        self.found.forms |= word == "formfield"
        self._state = self._state._replace(place="-", starred=False)

    def _mark_list(self) -> None:
        """Notes that the paragraph is a list item, in the group around this one too."""
        if self._stack:
            outer, body = self._stack[-1]
            self._stack[-1] = (outer._replace(listed=True), body)

    def _destination(self, word: str) -> bool:
        """Whether the word says what the group is for."""
        place = self._state.place
        if place == "-" and (word != "ud" or self._state.twofold is None):
            return True
        if word in words.SKIPPED:
            if word in ("listtext", "pntext") and not place:
                self._mark_list()
            self._state = self._state._replace(place="-")
        elif word in words.BESIDE:
            self._state = self._state.aside(word)
            self._body = Body(self._watch)
        elif word in words.SHAPES:
            self._shape.begin(word)
            self._state = self._state._replace(place=word)
        elif word in words.PLACES:
            self._begin(word)
        elif place == "info" and word in words.INFO | words.MOMENTS.keys():
            # Some programs say everything twice.
            self._state = self._state._replace(place="-" if self._info.get(word) else word)
        elif place == "info" and word in words.INFO_SKIPPED:
            self._state = self._state._replace(place="-")
        else:
            return False
        return True

    def _begin(self, word: str) -> None:
        state = self._state
        match word:
            case "field":
                state = state._replace(field=Field(state.instructs, self._body.place))
            case "fldinst":
                state = state._replace(instructs=state.field)
            case "fldrslt" if state.field is not None:
                state.field.href, state.field.start = hyperlink(state.field.instruction), self._body.place
                state = state._replace(instructs=state.field.within)
        self._state = state.twice(word) if word in words.TWOFOLD else state._replace(place=word)

    def _property(self, word: str, number: int | None) -> None:
        state = self._state
        on = number != 0
        in_table = state.place == "fonttbl"
        if self._fonts.take(word, number or 0, in_table=in_table) or self._row.take(word, number or 0):
            return
        match word:
            case "rtf":
                self._begun = True
            case "f" | "plain":
                self._flush()
                self._state = state._replace(font=number or 0) if word == "f" else state.plain()
            case "uc":
                self._state = state._replace(skip=min(16, max(0, number if number is not None else 1)))
            case "v":
                self._state = state._replace(hidden=on)
            case "deleted":
                self._state = state._replace(deleted=on)
                self.found.tracked_changes |= on
            case "revised":
                self.found.tracked_changes |= on
            case _ if state.place in words.MOMENTS:
                self._times.setdefault(state.place, {})[word] = number or 0
            case _:
                self._state = state.laid_out(word, number)
                if word == "outlinelevel" and state.place == "stylesheet" and self._state.is_heading:
                    self._roles[state.style] = Role(BlockKind.HEADING, self._state.outline + 1)

    def _end_cell(self, word: str) -> None:
        """Ends a cell or a row. That a nested row ends is said among its properties, which are no text."""
        self._flush()
        self._drop = 0
        if self._state.has_text or word == "nestrow":
            self._body.end(word, self._row.edges if word == "row" else ())

    def _end_paragraph(self) -> Iterator[Draft]:
        self._flush()
        self._drop = 0
        if not self._state.has_text:
            return
        if self._body is self._main:
            yield from self._body.end_paragraph(self._state.look(self._roles))
        else:
            self._body.kept.extend(self._body.end_paragraph(self._state.look(self._roles)))

    def _text(self, text: bytes) -> None:
        if self._drop:
            text, self._drop = text[self._drop :], max(0, self._drop - len(text))
        self._bytes += text

    def _unicode(self, number: int) -> None:
        self._flush()
        code = number & 0xFFFF
        self._drop = self._state.skip
        if 0xD800 <= code < 0xDC00:
            self._high = code
        elif 0xDC00 <= code < 0xE000:
            self._write(chr(0x10000 + ((self._high - 0xD800) << 10) + code - 0xDC00) if self._high else "\ufffd")
            self._high = 0
        else:
            self._write(self._fonts.meant(chr(code), self._state.font))

    def _characters(self, text: str) -> None:
        if self._drop:
            self._drop -= 1
            return
        self._flush()
        self._write(text)

    def _flush(self) -> None:
        """Writes the bytes that were gathered, which only together may be characters."""
        if not self._bytes:
            return
        raw, self._bytes = bytes(self._bytes), bytearray()
        self._write(self._fonts.decode(raw, self._state.font))

    def _write(self, text: str) -> None:
        state = self._state
        if state.place == "stylesheet":
            self._name_style(text)
        elif state.place == "fonttbl":
            self._fonts.name(text)
        elif state.place in words.INFO:
            self._info.setdefault(state.place, []).append(text)
        elif state.place in words.SHAPES:
            self._shape.take(state.place, text)
        elif state.instructs is not None and state.place in words.FIELD:
            state.instructs.take(text)
        elif state.has_text:
            self.found.hidden_text |= state.hidden and bool(text.strip())
            if not state.hidden and not state.deleted:
                self._body.put(text)

    def _name_style(self, name: str) -> None:
        name = name.strip().rstrip(";")
        match = _HEADING_NAME.match(name)
        role = role_named(name)
        if match or name.lower() == "title":
            self._roles.setdefault(self._state.style, Role(BlockKind.HEADING, int(match.group(1)) if match else 1))
        elif role.kind in (BlockKind.LIST_ITEM, BlockKind.CAPTION):
            self._roles.setdefault(self._state.style, role)


def _last_of_rtf(data: bytes) -> int:
    """Where the last paragraph ends, or the last document begins."""
    return max(data.rfind(b"\\par"), data.rfind(b"{\\rtf"))
