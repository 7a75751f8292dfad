"""Reads RTF: keeps the state of its groups, and hands characters and ends of paragraphs to the body they belong to."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from papermesh_services.documents import rtf_words as words
from papermesh_services.documents.builder import Draft, TextBuilder
from papermesh_services.documents.clean import one_line
from papermesh_services.documents.found import Found
from papermesh_services.documents.links import target
from papermesh_services.documents.model import BlockKind, Document, Format, Metadata, Status
from papermesh_services.documents.rtf_body import Body, Look
from papermesh_services.documents.rtf_tokens import Token, charset_codec, codepage_codec, tokens
from papermesh_services.documents.xmlparts import too_deep

if TYPE_CHECKING:
    from collections.abc import Iterator

    from papermesh_services.documents.limits import Limits
    from papermesh_services.documents.watch import Watch

READER = "rtf"

_LOOK_EVERY: Final = 2_000
_HEADING_NAME: Final = re.compile(r"(?:heading|überschrift|titre|título|titolo|kop)\s?([1-9])\b", re.IGNORECASE)
_HYPERLINK: Final = re.compile(r"""^\s*HYPERLINK\s+(?:\\l\s+"([^"]*)"|"([^"]*)"|(\S+))""")
_MOST_LEVEL: Final = 6


@dataclass(frozen=True, slots=True)
class _State:
    """What holds until the end of a group.

    place: what its text is for: "" the body, "-" nothing, else the name of a destination.
    """

    place: str = ""
    starred: bool = False
    codec: str = ""
    skip: int = 1
    hidden: bool = False
    deleted: bool = False
    style: int = 0
    outline: int = 9
    in_table: bool = False
    list_level: int = 0


def read(data: bytes, limits: Limits, watch: Watch) -> Document:
    """The document in these bytes."""
    machine = _Machine(limits, watch)
    builder = TextBuilder(limits)
    status, note = builder.extend(machine.drafts(data), watch), ""
    if machine.stopped:
        status = Status.PARTIAL_TIMEOUT
    elif status is Status.OK and machine.cut_off:
        status, note = Status.CORRUPT, "The RTF document is cut off; the text is what there is of it."
    traits = machine.found.traits()
    return builder.document(Format.RTF, READER, machine.metadata, traits=traits, status=status, note=note)


def read_string(text: str, limits: Limits, watch: Watch) -> Document:
    """The document of this RTF, which is ASCII by its nature."""
    return read(text.encode("cp1252", "replace"), limits, watch)


class _Machine:
    """Goes over the tokens of one document."""

    def __init__(self, limits: Limits, watch: Watch) -> None:
        self.found = Found()
        self.stopped = False
        self.cut_off = False
        self._limits = limits
        self._watch = watch
        self._state = _State()
        self._stack: list[tuple[_State, Body]] = []
        self._body = Body()
        self._main = self._body
        self._bytes = bytearray()
        self._drop = 0  # characters that stand in for one of Unicode
        self._high = 0
        self._codec = "cp1252"
        self._fonts: dict[int, str] = {}
        self._font = self._default_font = 0
        self._levels: dict[int, int] = {}
        self._info: dict[str, list[str]] = {}
        self._times: dict[str, dict[str, int]] = {}
        self._links: list[tuple[str, tuple[int, int]]] = []

    @property
    def metadata(self) -> Metadata:
        """What the document says of itself."""
        said = {name: one_line("".join(pieces)).rstrip(";").strip() for name, pieces in self._info.items()}
        title, author, producer = (said.get(name, "") for name in ("title", "author", "generator"))
        created, modified = (_moment(self._times.get(name, {})) for name in words.MOMENTS)
        return Metadata(title, author, created, modified, producer)

    def drafts(self, data: bytes) -> Iterator[Draft]:
        """The blocks, in order."""
        footer: list[Draft] = []
        for number, token in enumerate(tokens(data), start=1):
            for draft in self._take(token):
                if draft.kind is BlockKind.FOOTER:
                    footer.append(draft)
                else:
                    yield draft
            if number % _LOOK_EVERY == 0 and self._watch.expired:
                self.stopped = True
                break
        self._flush()
        self.cut_off = bool(self._stack) and not self.stopped
        while self._stack:
            yield from self._close()
        yield from self._main.close(self._look())
        yield from footer

    def _take(self, token: Token) -> Iterator[Draft]:
        if token.brace == "{":
            self._flush()
            if len(self._stack) >= self._limits.max_nesting:
                raise too_deep(self._limits)
            self._stack.append((self._state, self._body))
            self._state = replace(self._state, starred=False)
        elif token.brace:
            self._flush()
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
        if inner.place == "fldrslt" and self._state.place == "field" and self._links:
            href, start = self._links[-1]
            if href:
                body.link(href, start)
        if inner.place == "field" and self._state.place != "field" and self._links:
            self._links.pop()
        if body is not self._body:
            last = body.close(Look(words.BESIDE[inner.place]))
            drafts = [draft for draft in (*body.kept, *last) if draft.text.strip()]
            self.found.comments += inner.place == "annotation" and bool(drafts)
            if words.BESIDE[inner.place] in (BlockKind.HEADER, BlockKind.FOOTER):
                yield from drafts
            else:
                self._body.note(drafts)

    def _word(self, word: str, number: int | None) -> Iterator[Draft]:
        if word == "*":
            self._state = replace(self._state, starred=True)
        elif word == "u" and number is not None:
            self._unicode(number)
        elif word in words.CHARACTERS:
            self._characters(words.CHARACTERS[word])
        elif word in words.PARAGRAPH_ENDS or word in ("cell", "row"):
            yield from self._end(word)
        elif self._state.starred and word not in words.READ_STARRED:
            self._skip(word)
        elif not self._destination(word):
            self._property(word, number)

    def _skip(self, word: str) -> None:
        # What marks a list item is seen by its group alone.
        if word == "pn" and not self._state.place:
            self._mark_list(1)
        self._state = replace(self._state, place="-", starred=False)

    def _mark_list(self, level: int) -> None:
        """Notes that the paragraph is a list item, in the group around this one too."""
        if self._stack:
            outer, body = self._stack[-1]
            self._stack[-1] = (replace(outer, list_level=outer.list_level or level), body)

    def _destination(self, word: str) -> bool:
        """Whether the word says what the group is for."""
        place = self._state.place
        if place == "-" and word != "ud":
            return True
        if word in words.SKIPPED or word in ("listtext", "pntext"):
            self._begin_skipped(word)
        elif word in words.BESIDE:
            self._state = replace(_State(codec=self._state.codec, skip=self._state.skip), place=word)
            self._body = Body()
        elif word in ("fonttbl", "stylesheet", "info", "fldinst", "fldrslt", "field", "ud", "generator"):
            self._begin(word)
        elif place == "info" and word in words.INFO | words.MOMENTS.keys():
            self._state = replace(self._state, place=word)
        elif place == "info" and word in (
            "subject",
            "keywords",
            "doccomm",
            "operator",
            "company",
            "category",
            "comment",
        ):
            self._state = replace(self._state, place="-")
        else:
            return False
        return True

    def _begin_skipped(self, word: str) -> None:
        if word == "pict":
            self.found.image(described=False)
        if word in ("listtext", "pntext") and not self._state.place:
            self._mark_list(1)
        self._state = replace(self._state, place="-")

    def _begin(self, word: str) -> None:
        if word == "field":
            self._links.append(("", self._body.place))
        elif word == "fldrslt" and self._links:
            self._links[-1] = (self._target(), self._body.place)
        elif word == "fldinst":
            self._info["fldinst"] = []
        # The result of a field is text like any other, and so is what is given in Unicode.
        self._state = replace(self._state, place="" if word == "ud" else word)

    def _target(self) -> str:
        match = _HYPERLINK.match("".join(self._info.get("fldinst", ())))
        if not match:
            return ""
        inner, outer, bare = match.groups()
        return target(f"#{inner}" if inner else outer or bare or "")

    def _property(self, word: str, number: int | None) -> None:
        state = self._state
        on = number != 0
        if self._font_property(word, number or 0):
            return
        match word:
            case "uc":
                self._state = replace(state, skip=min(16, max(0, number if number is not None else 1)))
            case "v":
                self._state = replace(state, hidden=on)
            case "deleted":
                self._state = replace(state, deleted=on)
                self.found.tracked_changes |= on
            case "revised":
                self.found.tracked_changes |= on
            case "plain":
                self._flush()
                self._state = replace(state, hidden=False, deleted=False, codec="")
            case _ if state.place in words.MOMENTS:
                self._times.setdefault(state.place, {})[word] = number or 0
            case _:
                self._layout(word, number)

    def _font_property(self, word: str, number: int) -> bool:
        """Whether the word says how bytes are characters."""
        in_table = self._state.place == "fonttbl"
        match word:
            case "f":
                self._set_font(number)
            case "fcharset" if in_table:
                self._fonts[self._font] = charset_codec(number)
            case "cpg" if in_table:
                self._fonts[self._font] = codepage_codec(number)
            case "ansicpg":
                self._codec = codepage_codec(number) or self._codec
            case "mac":
                self._codec = "mac_roman"
            case "deff":
                self._default_font = number
            case _:
                return False
        return True

    def _layout(self, word: str, number: int | None) -> None:
        """What a word says of the paragraph."""
        state = self._state
        match word:
            case "pard":
                self._state = replace(state, style=0, outline=9, in_table=False, list_level=0)
            case "s":
                self._state = replace(state, style=number or 0)
            case "outlinelevel":
                self._state = replace(state, outline=number if number is not None else 9)
                if state.place == "stylesheet" and number is not None and 0 <= number < 9:
                    self._levels[state.style] = number + 1
            case "intbl":
                self._state = replace(state, in_table=True)
            case "ls":
                self._state = replace(state, list_level=state.list_level or 1 if number else 0)
            case "ilvl":
                self._state = replace(state, list_level=1 + min(8, max(0, number or 0)))

    def _set_font(self, number: int) -> None:
        self._flush()
        self._font = number
        self._state = replace(self._state, codec=self._fonts.get(number, ""))

    def _end(self, word: str) -> Iterator[Draft]:
        self._flush()
        if self._state.place not in ("", "fldrslt", *words.BESIDE):
            return
        if word == "cell":
            self._body.end_cell()
        elif word == "row":
            self._body.end_row()
        elif self._body is self._main:
            yield from self._body.end_paragraph(self._look())
        else:
            self._body.kept.extend(self._body.end_paragraph(self._look()))

    def _look(self) -> Look:
        state = self._state
        if state.place in words.BESIDE:
            return Look(words.BESIDE[state.place])
        level = state.outline + 1 if 0 <= state.outline < 9 else self._levels.get(state.style, 0)
        if level and not state.in_table:
            return Look(BlockKind.HEADING, min(_MOST_LEVEL, level))
        if state.list_level and not state.in_table:
            return Look(BlockKind.LIST_ITEM, state.list_level)
        return Look(in_table=state.in_table)

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
            self._write(chr(code))

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
        codec = self._state.codec or self._fonts.get(self._default_font, "") or self._codec
        self._write(raw.decode(codec, "replace"))

    def _write(self, text: str) -> None:
        state = self._state
        if state.place == "stylesheet":
            self._name_style(text)
        elif state.place in words.INFO or state.place == "fldinst":
            self._info.setdefault(state.place, []).append(text)
        elif state.place in ("", "fldrslt", "field") or state.place in words.BESIDE:
            self.found.hidden_text |= state.hidden and bool(text.strip())
            if not state.hidden and not state.deleted:
                self._body.put(text)

    def _name_style(self, name: str) -> None:
        match = _HEADING_NAME.match(name.strip())
        if match:
            self._levels.setdefault(self._state.style, int(match.group(1)))
        elif name.strip().rstrip(";").lower() == "title":
            self._levels.setdefault(self._state.style, 1)


def _moment(parts: dict[str, int]) -> str:
    """A moment as far as it is given, in RFC 3339."""
    year, month, day, hour, minute = (parts.get(name, 0) for name in words.TIME_PARTS)
    if not (0 < year < 10_000 and 0 < month < 13 and 0 < day < 32 and hour < 24 and minute < 60):
        return ""
    return f"{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:00Z"
