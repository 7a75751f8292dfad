"""A second opinion on pages that PDFium cannot read, or reads as nonsense: pypdf's, which is slow and has little time.

It runs in this process and cannot be interrupted within a page; between pages it keeps to its budget.
"""

from __future__ import annotations

import io
import time
from typing import TYPE_CHECKING, Any, Final, TypeVar

import pypdf
from pypdf.generic import StreamObject

from papermesh_services.documents.clean import one_line
from papermesh_services.documents.pdf_layout import PlacedLine

if TYPE_CHECKING:
    from collections.abc import Callable

    from papermesh_services.documents.watch import Watch

_SOME_BYTES: Final = 40
"""An empty page may have a few bytes of content that draw nothing."""
_T = TypeVar("_T")
_SIZE: Final = 10.0
_LEADING: Final = 12.0


class SecondOpinion:
    """pypdf on one document. It is opened at the first question."""

    def __init__(self, data: bytes, watch: Watch, seconds: float) -> None:
        self._data = data
        self._watch = watch
        self._seconds = seconds
        self._reader: pypdf.PdfReader | None = None

    def lines(self, index: int) -> tuple[PlacedLine, ...]:
        """The lines of a page, counted from 0; none if pypdf cannot read it or its time is up. Places are made up."""
        return self._asked(lambda reader: _lines(reader.pages[index].extract_text(), index + 1), (), ())

    def expects_more(self, index: int) -> bool:
        """Whether a page that PDFium finds empty has content in the file, which must be broken then."""
        return self._asked(lambda reader: _has_content(reader.pages[index]), False, True)

    def _asked(self, ask: Callable[[pypdf.PdfReader], _T], without: _T, fault: _T) -> _T:
        """The answer; without where there is no time for one, fault where pypdf fails too."""
        if self._seconds <= 0 or self._watch.expired:
            return without
        started = time.monotonic()
        try:
            return ask(self._open())
        except MemoryError:
            raise
        except Exception:  # noqa: BLE001 - pypdf raises what it likes on a broken file
            return fault
        finally:
            self._seconds -= time.monotonic() - started

    def _open(self) -> pypdf.PdfReader:
        if self._reader is None:
            self._reader = pypdf.PdfReader(io.BytesIO(self._data), strict=False)
            if self._reader.is_encrypted:
                self._reader.decrypt("")
        return self._reader


def _has_content(page: pypdf.PageObject) -> bool:
    content = page.get("/Contents")
    parts = content if isinstance(content, list) else [content]
    return any(_cannot_be_unpacked(part.get_object()) for part in parts if part is not None)


def _cannot_be_unpacked(content: Any) -> bool:
    if not isinstance(content, StreamObject) or "/Filter" not in content:
        return False
    return len(content._data) >= _SOME_BYTES and not content.get_data()  # noqa: SLF001 - pypdf has no other way to them


def _lines(text: str, number: int) -> tuple[PlacedLine, ...]:
    rows = enumerate(one_line(row) for row in text.split("\n"))
    return tuple(
        PlacedLine(row, number, 0.0, -_LEADING * at, _SIZE, bold=False, width=0.5 * _SIZE * len(row))
        for at, row in rows
        if row
    )
