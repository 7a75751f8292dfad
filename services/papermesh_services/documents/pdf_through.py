"""Goes through the pages of an open PDF, within limits and time, alone or with others who read some of them.

A page that is broken does not spoil the others. Whoever has read a page, what comes of it is the same: pages are taken
in their order, and only here is asked for a second opinion, counted, and told what was read.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Final, TypeVar

from papermesh_services.documents import pdf_annotations, pdf_engine, pdf_facts, pdf_records, pdf_xmp
from papermesh_services.documents.pdf_pages import PageReader, settled
from papermesh_services.documents.pdf_tree import Trees
from papermesh_services.documents.scanned import Scans
from papermesh_services.documents.watch import OutOfTimeError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from papermesh_services.documents.limits import Limits
    from papermesh_services.documents.pdf_engine import Engine
    from papermesh_services.documents.pdf_pages import FirstReading, PageRead
    from papermesh_services.documents.pdf_second import SecondOpinion
    from papermesh_services.documents.recognition import PageImage, RecognisedLine, Recogniser
    from papermesh_services.documents.sharing import Sharers, Turn
    from papermesh_services.documents.watch import Watch

WORTH_SHARING_SECONDS: Final = 0.03
"""What the rest of a document must promise to take, going by its first pages, for others to be asked to help."""
PORTION_SECONDS: Final = 0.02
"""After so many, what was read is handed on: other pages wait for it, and perhaps other documents."""
MOST_PORTION_BYTES: Final = 16 * 1024 * 1024
"""Of pages that are handed on at once. A page that has more is left to the one that has the document."""
AFTERWARDS: Final = 1 / 2
"""Of the processor's time that a page takes to be read, what is kept for each that others have read: one puts all
pages together and says what is asked of them, which alone it would have fewer for in the same time."""
_MOST_BROKEN_IN_A_ROW: Final = 50
"""A file may claim millions of pages that are not there."""

_T = TypeVar("_T")


@dataclass(slots=True)
class PagesRead:
    """The pages that were read, and why there are no more.

    claimed: how many the file says it has. expired: time ran out; limited: there are more than are read; full: there is
    more text than is read; lost: the rest of those claimed is not there.
    """

    claimed: int
    pages: list[PageRead] = field(default_factory=list)
    expired: bool = False
    limited: bool = False
    full: bool = False
    lost: bool = False

    @property
    def broken(self) -> list[int]:
        """The numbers of the broken pages."""
        return [number for number, page in enumerate(self.pages, start=1) if page.broken]

    @property
    def late(self) -> list[int]:
        """The numbers of the pages whose text recognition took too long."""
        return [number for number, page in enumerate(self.pages, start=1) if page.late]


def read(reader: PageReader, second: SecondOpinion, watch: Watch, sharers: Sharers | None = None) -> PagesRead:
    """All pages, or as many as limits and time allow."""
    limits, claimed = reader.limits, reader.engine.page_count
    found = PagesRead(claimed)
    length = lost = 0
    readings = _Readings(reader, min(claimed, limits.max_pages), watch, sharers)
    for index in range(readings.count):
        try:
            page = settled(readings.take(index), index, second)
        except OutOfTimeError:
            found.expired = True
            break
        found.pages.append(page)
        watch.on_page("\n".join(line.text for line in page.text.lines))
        length += page.text.length
        lost = lost + 1 if page.broken else 0
        if length > limits.max_text_characters:
            found.full = True
            break
        if lost >= _MOST_BROKEN_IN_A_ROW:
            found.lost = True
            del found.pages[-lost:]
            break
    else:
        found.limited = claimed > limits.max_pages
    readings.end()
    return found


def help_read(data: bytes, limits: Limits, watch: Watch, recogniser: Recogniser | None, sharers: Sharers) -> None:
    """Reads those pages of a PDF that its turns say, until there are no more. Somebody else has seen that it opens."""
    with pdf_engine.opened(data) as engine, pdf_annotations.forms(engine) as form:
        own = _Declared(recogniser, engine, data) if recogniser else None
        reader = PageReader(engine, form, limits, Scans(own, "und", limits, watch), Trees(engine))
        done, records = 0, b""
        while (turn := sharers.next(done, records)) is not None:
            done, records = _handed_on(_portion(reader.read, turn.pages, watch))


class _Declared:
    """Recognises in the language that a file declares, which is looked for once a page is a picture."""

    def __init__(self, recogniser: Recogniser, engine: Engine, data: bytes) -> None:
        self._recogniser = recogniser
        self._engine = engine
        self._data = data

    def __call__(self, image: PageImage, language: str, seconds: float) -> Sequence[RecognisedLine]:
        """See Recogniser. language is not known yet."""
        return self._recogniser(image, self._language or language, seconds)

    @cached_property
    def _language(self) -> str:
        _, language = pdf_xmp.complete(pdf_facts.metadata(self._engine), pdf_facts.language(self._engine), self._data)
        return language


def _portion(read: Callable[[int], _T], pages: Iterable[int], watch: Watch) -> list[_T]:
    """The first of these pages, as many as can be read in the time of a portion; none once all time is over."""
    until = time.monotonic() + PORTION_SECONDS
    found: list[_T] = []
    for index in pages:
        if watch.expired or (found and time.monotonic() >= until):
            break
        found.append(read(index))
    return found


def _handed_on(read: list[FirstReading]) -> tuple[int, bytes]:
    """As many of these pages as can be handed on at once, and what is on them."""
    for some in (read, read[:1]):
        records = pdf_records.to_bytes(some)
        if len(records) <= MOST_PORTION_BYTES:
            return len(some), records
    return 0, b""


class _Readings:
    """The pages one after the other, each as it was read first, here or elsewhere."""

    def __init__(self, reader: PageReader, count: int, watch: Watch, sharers: Sharers | None) -> None:
        self.count = count
        self._reader = reader
        self._watch = watch
        self._sharers = sharers
        self._shared = False
        self._ended = False
        self._done = 0
        self._ahead: dict[int, FirstReading] = {}
        self._by_itself = self._by_others = 0
        self._started = time.monotonic()
        self._processor_started = time.process_time()

    def take(self, index: int) -> FirstReading:
        """The page, which must be the next. The first is read in any case; raises OutOfTimeError for others."""
        if self._sharers and not self._shared and self._is_long(index):
            self._share(self._sharers, range(index, self.count))
        while self._sharers and self._shared and index not in self._ahead:
            self._take_turn(self._sharers)
        if index not in self._ahead:
            if index and self._is_late:
                raise OutOfTimeError
            self._by_itself += 1
            return self._reader.read(index)
        return self._ahead.pop(index)

    def end(self) -> None:
        """No more pages are to be read."""
        if self._sharers and self._shared and not self._ended:
            self._ended = True
            self._sharers.end()

    def _is_long(self, index: int) -> bool:
        """Whether the pages that are left, going by those before, take long enough for others to be asked."""
        left = self.count - index
        if not index or left < 2:
            return False
        return (time.monotonic() - self._started) / index * left >= WORTH_SHARING_SECONDS

    @property
    def _is_late(self) -> bool:
        """Whether time is over, but for what has to be kept for the pages that others have read."""
        spent = time.process_time() - self._processor_started
        kept = AFTERWARDS * self._by_others * spent / max(1, self._by_itself)
        return self._watch.seconds_left <= kept

    def _share(self, sharers: Sharers, pages: range) -> None:
        """Lets others read pages, unless the order matters in which they are read."""
        if self._reader.engine.has_all(pages):
            self._shared = True
            sharers.share(pages)
        else:
            self._sharers = None

    def _take_turn(self, sharers: Sharers) -> None:
        """Takes what somebody has read, or reads pages. What comes of neither is read when there are no more turns."""
        if self._is_late:
            self.end()
        turn = sharers.next(self._done)
        self._done = 0
        if turn is None:
            self._sharers = None
        elif turn.records is None:
            tried = _portion(self._tried, turn.pages, self._watch)
            self._done = len(tried)
            self._ahead.update((index, each) for index, each in zip(turn.pages, tried, strict=False) if each)
        else:
            self._by_others += len(turn.pages)
            self._ahead.update(enumerate(_understood(turn), turn.pages.start))

    def _tried(self, index: int) -> FirstReading | None:
        self._by_itself += 1
        try:
            return self._reader.read(index)
        except Exception:  # noqa: BLE001  the reading may end before this page; if not, it fails there as it would alone
            return None


def _understood(turn: Turn) -> list[FirstReading]:
    """The pages in what another process says; none where it does not say that."""
    try:
        return pdf_records.from_bytes(turn.records or b"", turn.pages.start)
    except pdf_records.NoRecords:
        return []
