"""A second opinion on pages that PDFium cannot read, or reads as nonsense: pypdf's, which is slow and has little time.

It runs in this process and cannot be interrupted within a page; between pages it keeps to its budget.
"""

from __future__ import annotations

import io
import time
from typing import TYPE_CHECKING, Final

import pypdf

from papermesh_services.documents.clean import one_line
from papermesh_services.documents.pdf_layout import PlacedLine

if TYPE_CHECKING:
    from papermesh_services.documents.watch import Watch

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
        if self._seconds <= 0 or self._watch.expired:
            return ()
        started = time.monotonic()
        try:
            return _lines(self._open().pages[index].extract_text(), index + 1)
        except MemoryError:
            raise
        except Exception:  # noqa: BLE001 - pypdf raises what it likes on a broken file; then there is no second opinion
            return ()
        finally:
            self._seconds -= time.monotonic() - started

    def _open(self) -> pypdf.PdfReader:
        if self._reader is None:
            self._reader = pypdf.PdfReader(io.BytesIO(self._data), strict=False)
            if self._reader.is_encrypted:
                self._reader.decrypt("")
        return self._reader


def _lines(text: str, number: int) -> tuple[PlacedLine, ...]:
    rows = enumerate(one_line(row) for row in text.split("\n"))
    return tuple(
        PlacedLine(row, number, 0.0, -_LEADING * at, _SIZE, bold=False, width=0.5 * _SIZE * len(row))
        for at, row in rows
        if row
    )
