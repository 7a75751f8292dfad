"""PDFium as this package uses it: opens a file, gives pages with their text, and the few facts asked of characters.

PDFium is not thread-safe, not even for different documents: whoever calls it holds LOCK from open to close. Knows
nothing of lines, blocks or documents of ours.
"""

from __future__ import annotations

import ctypes
import math
import re
import struct
import threading
from contextlib import contextmanager
from functools import cached_property
from itertools import repeat
from typing import TYPE_CHECKING, Any, Final

import pypdfium2.raw as pdfium

from papermesh_services.documents import pdf_calls

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

LOCK: Final = threading.RLock()
"""Held by whoever calls PDFium. Workers read one document at a time, so nobody waits for it there."""

MOST_OBJECTS: Final = 3_000
"""Looked at on one page."""
_MAX_STRING_BYTES = 1 << 20
_NAME_BYTES = 128
_BOLD = re.compile(rb"bold|black|heavy", re.IGNORECASE)
_OF_ONE_WIDTH = re.compile(
    rb"courier|mono(?!type)|consol|menlo|monaco|typewriter|(?:source|fira|cascadia)[ -]?code|"
    rb"^(?:.{6}\+)?(?:cm|sf|ec)tt\d",
    re.IGNORECASE,
)
_FIXED_PITCH = 1
_UNIT_BYTES = 2
_FLOAT_BYTES = 4
_Numbers = ctypes.c_float * 14
"""A matrix of six numbers, and two boxes of four."""
_FIRST_BOX, _LAST_BOX = 6, 10
_ENDS = struct.Struct("4f8x8f").unpack
_BOX = struct.Struct("4f").unpack_from
_AS_IT_IS = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
_NOWHERE = (0.0, 0.0, 0.0, 0.0)


class Unreadable(Exception):
    """PDFium cannot open the file. needs_password: it is encrypted, and an empty password does not open it."""

    def __init__(self, *, needs_password: bool) -> None:
        super().__init__(needs_password)
        self.needs_password = needs_password


Font = tuple[float, bool, bool]
"""The size of letters before they are scaled, whether they are bold, and whether all are of one width."""


class Engine:
    """An open PDF."""

    def __init__(self, data: bytes) -> None:
        self._data = data  # PDFium reads from it as long as the document is open
        self.handle = pdfium.FPDF_LoadMemDocument64(data, len(data), None)
        if not self.handle:
            fault = pdfium.FPDF_GetLastError()
            raise Unreadable(needs_password=fault in (pdfium.FPDF_ERR_PASSWORD, pdfium.FPDF_ERR_SECURITY))

    @property
    def page_count(self) -> int:
        """How many pages the file says it has."""
        return max(0, int(pdfium.FPDF_GetPageCount(self.handle)))

    @cached_property
    def tagged(self) -> bool:
        """Whether the file says what its parts are."""
        return bool(pdfium.FPDFCatalog_IsTagged(self.handle))

    @property
    def encrypted(self) -> bool:
        """Whether the file is encrypted; an empty password has opened it then."""
        return bool(pdfium.FPDF_GetSecurityHandlerRevision(self.handle) != -1)

    @property
    def rebuilt(self) -> bool:
        """Whether the file's table of its objects was unusable, and PDFium has made one by looking through the file."""
        return not pdfium.FPDF_DocumentHasValidCrossReferenceTable(self.handle)

    def has_all(self, pages: range) -> bool:
        """Whether the file has these pages, counted from 0. Where one is missing, order matters.

        PDFium that is asked for a page that is not there, after a later one, takes others for each other from then on.
        """
        size = pdfium.FS_SIZEF()
        return all(pdfium.FPDF_GetPageSizeByIndexF(self.handle, index, size) for index in pages)

    @contextmanager
    def page(self, index: int) -> Iterator[PageHandle | None]:
        """The page, counted from 0, or None where it is broken."""
        handle = pdfium.FPDF_LoadPage(self.handle, index)
        text = pdfium.FPDFText_LoadPage(handle) if handle else None
        try:
            yield PageHandle(self.handle, handle, text) if text else None
        finally:
            if text:
                pdfium.FPDFText_ClosePage(text)
            if handle:
                pdfium.FPDF_ClosePage(handle)

    def close(self) -> None:
        """Gives back what PDFium holds."""
        if self.handle:
            pdfium.FPDF_CloseDocument(self.handle)
            self.handle = None


class PageHandle:
    """A page that is open, and its text.

    at, first and last are places in that text.
    """

    def __init__(self, document: Any, handle: Any, text: Any) -> None:
        self.document = document
        self.handle = handle
        self.text_handle = text
        self._numbers: Any = _Numbers()
        self._to_matrix = ctypes.byref(self._numbers)
        self._to_first = ctypes.byref(self._numbers, _FIRST_BOX * _FLOAT_BYTES)
        self._to_last = ctypes.byref(self._numbers, _LAST_BOX * _FLOAT_BYTES)
        self._boxes: dict[int, tuple[float, ...]] = {}
        self._fonts: dict[int | None, Font] = {}
        self._styles: dict[int, tuple[bool, bool]] = {}
        self._direct = True

    @property
    def size(self) -> tuple[float, float]:
        """Width and height in points, as the page is shown."""
        return pdfium.FPDF_GetPageWidthF(self.handle), pdfium.FPDF_GetPageHeightF(self.handle)

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all is drawn on the page."""
        return bool(pdfium.FPDFPage_CountObjects(self.handle) <= 0)

    @cached_property
    def objects(self) -> tuple[list[Any], list[int]]:
        """What is drawn on the page, and of which kind each is; of a drawing that has millions the first."""
        count = min(max(0, pdfium.FPDFPage_CountObjects(self.handle)), MOST_OBJECTS)
        things = list(map(pdf_calls.page_object, repeat(self.handle), range(count)))
        return things, list(map(pdf_calls.object_kind, things))

    def text(self, limit: int) -> str:
        """The text, at most limit characters, lines ended by CR LF; U+0002 or U+FFFE is a hyphen at a line's end."""
        total = pdfium.FPDFText_CountChars(self.text_handle)
        count = min(max(0, total), limit)
        if not count:
            return ""
        # A character beyond the Basic Multilingual Plane takes two units.
        buffer = bytearray(_UNIT_BYTES * (2 * count + 1))
        units = pdfium.FPDFText_GetText(self.text_handle, 0, count, _start_of(buffer)) - 1
        text = buffer[: _UNIT_BYTES * max(0, units)].decode("utf-16-le", "replace")
        self._direct = len(text) == count
        return text

    def ends(self, first: int, last: int) -> tuple[float, ...]:
        """How a line is drawn: four numbers of what scales and turns its first letter, then the room of both its ends.

        The room that a letter takes is given as left, top, right, bottom.
        """
        if not self._direct:
            first, last = self._index(first), self._index(last)
        text = self.text_handle
        if not pdf_calls.matrix(text, first, self._to_matrix):
            self._numbers[:_FIRST_BOX] = _AS_IT_IS
        if not pdf_calls.loose_box(text, first, self._to_first):
            self._numbers[_FIRST_BOX:_LAST_BOX] = _NOWHERE
        if not pdf_calls.loose_box(text, last, self._to_last):
            self._numbers[_LAST_BOX:] = _NOWHERE
        return _ENDS(self._numbers)

    def box(self, at: int) -> tuple[float, ...]:
        """Left, top, right and bottom of the room that a letter takes; kept, as ends of words are asked for again."""
        found = self._boxes.get(at)
        if found is None:
            index = at if self._direct else self._index(at)
            asked = pdf_calls.loose_box(self.text_handle, index, self._to_last)
            found = self._boxes[at] = _BOX(self._numbers, _LAST_BOX * _FLOAT_BYTES) if asked else _NOWHERE
        return found

    def boxes(self, start: int, end: int) -> list[tuple[float, ...]]:
        """Likewise of the letters between two places."""
        ask, text, to, numbers = pdf_calls.loose_box, self.text_handle, self._to_last, self._numbers
        indexes = range(start, end) if self._direct else map(self._index, range(start, end))
        offset = _LAST_BOX * _FLOAT_BYTES
        return [_BOX(numbers, offset) if ask(text, index, to) else _NOWHERE for index in indexes]

    def fonts(self, first: int, last: int) -> tuple[Font, Font]:
        """How the letters at both ends of a line are made."""
        if not self._direct:
            first, last = self._index(first), self._index(last)
        one, other = pdf_calls.text_object(self.text_handle, first), pdf_calls.text_object(self.text_handle, last)
        font = self._fonts.get(one) or self._font(one, first)
        return font, (font if one == other else self._fonts.get(other) or self._font(other, last))

    def shown_size(self, at: int) -> float:
        """The size of a letter as one sees it, in points with one decimal."""
        _, _, c, d, *_ = self.ends(at, at)
        (size, *_), _ = self.fonts(at, at)
        return round(abs(size) * math.hypot(c, d), 1)

    def drawn_by(self, at: int) -> int | None:
        """The address of the object that draws a letter; None where PDFium has put it in."""
        drawn_by: int | None = pdf_calls.text_object(self.text_handle, at if self._direct else self._index(at))
        return drawn_by

    def _font(self, drawn_by: int | None, index: int) -> Font:
        """How the letter with this number is made, which the object with this address draws."""
        bold, fixed = self._style(pdf_calls.object_font(drawn_by), index) if drawn_by else (False, False)
        font = self._fonts[drawn_by] = (pdf_calls.font_size(self.text_handle, index), bold, fixed)
        return font

    def _style(self, font: int, index: int) -> tuple[bool, bool]:
        """Whether the font with this address, in which this letter is drawn, is bold, and whether of one width."""
        style = self._styles.get(font)
        if style is None:
            name, flags = ctypes.create_string_buffer(_NAME_BYTES), ctypes.c_int()
            pdfium.FPDFText_GetFontInfo(self.text_handle, index, name, _NAME_BYTES, ctypes.byref(flags))
            fixed = bool(flags.value & _FIXED_PITCH) or _OF_ONE_WIDTH.search(name.value) is not None
            style = self._styles[font] = (_BOLD.search(name.value) is not None, fixed)
        return style

    def _index(self, at: int) -> int:
        """The number by which PDFium knows the letter at this place; negative for none."""
        return int(pdfium.FPDFText_GetCharIndexFromTextIndex(self.text_handle, at))

    def is_generated(self, at: int) -> bool:
        """Whether PDFium has put the character in, a space mostly."""
        index = at if self._direct else self._index(at)
        return bool(pdfium.FPDFText_IsGenerated(self.text_handle, index) == 1)

    def within(self, left: float, bottom: float, right: float, top: float) -> str:
        """The text in a rectangle of the page."""
        length = pdfium.FPDFText_GetBoundedText(self.text_handle, left, top, right, bottom, None, 0)
        if length <= 0:
            return ""
        buffer = bytearray(_UNIT_BYTES * length)
        pdfium.FPDFText_GetBoundedText(self.text_handle, left, top, right, bottom, _start_of(buffer), length)
        return buffer.decode("utf-16-le", "replace").rstrip("\0")


def utf16(ask: Callable[[Any, int], int]) -> str:
    """A string of PDFium's: ask is called with a buffer and its length in bytes, and gives the length needed."""
    needed = ask(None, 0)
    if not 2 < needed <= _MAX_STRING_BYTES:
        return ""
    buffer = bytearray(needed)
    ask(_start_of(buffer), needed)
    return buffer.decode("utf-16-le", "replace").rstrip("\0")


def _start_of(buffer: bytearray) -> Any:
    """Where PDFium is to write UTF-16 to."""
    return ctypes.byref(ctypes.c_ushort.from_buffer(buffer))


@contextmanager
def opened(data: bytes) -> Iterator[Engine]:
    """The PDF, open while the block lasts. Raises Unreadable."""
    with LOCK:
        engine = Engine(data)
        try:
            yield engine
        finally:
            engine.close()
