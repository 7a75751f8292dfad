"""PDFium as this package uses it: opens a file, gives pages with their text, and the few facts asked of characters.

PDFium is not thread-safe, not even for different documents: whoever calls it holds LOCK from open to close. Knows
nothing of lines, blocks or documents of ours.
"""

from __future__ import annotations

import ctypes
import struct
import threading
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import pypdfium2.raw as pdfium

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

LOCK: Final = threading.RLock()
"""Held by whoever calls PDFium. Workers read one document at a time, so nobody waits for it there."""

_MAX_STRING_BYTES = 1 << 20
_NAME_BYTES = 128
_FOUR_FLOATS = struct.Struct("4f").unpack_from


class Unreadable(Exception):
    """PDFium cannot open the file. needs_password: it is encrypted, and an empty password does not open it."""

    def __init__(self, *, needs_password: bool) -> None:
        super().__init__(needs_password)
        self.needs_password = needs_password


class Letter(NamedTuple):
    """A character as it is drawn. matrix: a, b, c, d of what scales and turns it; box: left, bottom, right, top."""

    size: float
    matrix: tuple[float, float, float, float]
    box: tuple[float, float, float, float]


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
    """A page that is open, and its text."""

    def __init__(self, document: Any, handle: Any, text: Any) -> None:
        self.document = document
        self.handle = handle
        self.text_handle = text
        self._matrix = pdfium.FS_MATRIX()
        self._box = pdfium.FS_RECTF()
        self._to_matrix = ctypes.byref(self._matrix)
        self._to_box = ctypes.byref(self._box)
        self._name = ctypes.create_string_buffer(_NAME_BYTES)
        self._direct = True

    @property
    def size(self) -> tuple[float, float]:
        """Width and height in points, as the page is shown."""
        return pdfium.FPDF_GetPageWidthF(self.handle), pdfium.FPDF_GetPageHeightF(self.handle)

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all is drawn on the page."""
        return bool(pdfium.FPDFPage_CountObjects(self.handle) <= 0)

    def text(self, limit: int) -> str:
        """The text, at most limit characters, lines ended by CR LF; U+0002 or U+FFFE is a hyphen at a line's end."""
        total = pdfium.FPDFText_CountChars(self.text_handle)
        count = min(max(0, total), limit)
        if not count:
            return ""
        # A character beyond the Basic Multilingual Plane takes two units.
        buffer = (ctypes.c_ushort * (2 * count + 1))()
        units = pdfium.FPDFText_GetText(self.text_handle, 0, count, buffer) - 1
        text = bytes(buffer)[: 2 * max(0, units)].decode("utf-16-le", "replace")
        self._direct = len(text) == count
        return text

    def index(self, at: int) -> int:
        """The number by which the other methods know the character at this place of the text; negative for none."""
        if self._direct:
            return at
        return int(pdfium.FPDFText_GetCharIndexFromTextIndex(self.text_handle, at))

    def letter(self, index: int) -> Letter:
        """How a character is drawn."""
        matrix = self._matrix
        size = pdfium.FPDFText_GetFontSize(self.text_handle, index)
        if not pdfium.FPDFText_GetMatrix(self.text_handle, index, self._to_matrix):
            return Letter(size, (1.0, 0.0, 0.0, 1.0), self.box(index))
        return Letter(size, (matrix.a, matrix.b, matrix.c, matrix.d), self.box(index))

    def font_size(self, index: int) -> float:
        """The size of a character's font, before what scales it."""
        return float(pdfium.FPDFText_GetFontSize(self.text_handle, index))

    def box(self, index: int) -> tuple[float, float, float, float]:
        """Left, bottom, right and top of the room that a character takes."""
        if not pdfium.FPDFText_GetLooseCharBox(self.text_handle, index, self._to_box):
            return (0.0, 0.0, 0.0, 0.0)
        left, top, right, bottom = _FOUR_FLOATS(self._box)
        return (left, bottom, right, top)

    def font(self, index: int) -> bytes:
        """The name of a character's font."""
        pdfium.FPDFText_GetFontInfo(self.text_handle, index, self._name, _NAME_BYTES, None)
        return self._name.value

    def is_generated(self, index: int) -> bool:
        """Whether PDFium has put the character in, a space mostly."""
        return bool(pdfium.FPDFText_IsGenerated(self.text_handle, index) == 1)

    def within(self, left: float, bottom: float, right: float, top: float) -> str:
        """The text in a rectangle of the page."""
        length = pdfium.FPDFText_GetBoundedText(self.text_handle, left, top, right, bottom, None, 0)
        if length <= 0:
            return ""
        buffer = (ctypes.c_ushort * length)()
        pdfium.FPDFText_GetBoundedText(self.text_handle, left, top, right, bottom, buffer, length)
        return bytes(buffer).decode("utf-16-le", "replace").rstrip("\0")


def utf16(ask: Callable[[Any, int], int]) -> str:
    """A string of PDFium's: ask is called with a buffer and its length in bytes, and gives the length needed."""
    needed = ask(None, 0)
    if not 2 < needed <= _MAX_STRING_BYTES:
        return ""
    buffer = ctypes.create_string_buffer(needed)
    ask(ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort)), needed)
    return buffer.raw.decode("utf-16-le", "replace").rstrip("\0")


@contextmanager
def opened(data: bytes) -> Iterator[Engine]:
    """The PDF, open while the block lasts. Raises Unreadable."""
    with LOCK:
        engine = Engine(data)
        try:
            yield engine
        finally:
            engine.close()
