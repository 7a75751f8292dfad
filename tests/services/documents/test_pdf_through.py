"""A PDF whose pages are read by several: whoever reads which, and whatever comes of it, the document is the same."""

from __future__ import annotations

import random
import time

import pytest
from tagged import Ink, el, make

from papermesh_services.documents import Limits, Status, Watch, pdf, pdf_through
from papermesh_services.documents.pdf_pages import PageReader
from papermesh_services.documents.recognition import RecognisedLine
from papermesh_services.documents.sharing import Turn

ROWS = [(500, ("Name", "Born in")), (485, ("Anna Maria", "May"))]


@pytest.fixture(autouse=True)
def _always_worth_it(monkeypatch):
    monkeypatch.setattr(pdf_through, "WORTH_SHARING_SECONDS", 0.0)


@pytest.fixture(scope="module")
def mixed(mixed_pdf):
    return mixed_pdf()


class Others:
    """Sharers in this very process: by chance pages are the owner's to read or come from another reader.

    spoil: what becomes of the records of others. most: turns after which they are gone.
    """

    def __init__(self, data, seed, recogniser=None, *, spoil=lambda records: records, most=1000, limits=None):
        self.by_others = self.by_owner = 0
        self.ended = 0
        self._data, self._recogniser, self._limits = data, recogniser, limits or Limits()
        self._chance = random.Random(seed)
        self._spoil = spoil
        self._most = most
        self._open = []
        self._given = []

    def share(self, pages):
        self._open = list(pages)

    def next(self, done, records=b""):
        assert not records
        assert done <= len(self._given)
        self._open = sorted(self._open + self._given[done:])
        self._given = []
        self._most -= 1
        if not self._open or self._most < 0 or self.ended:
            return None
        at = self._chance.randrange(len(self._open))
        pages = [self._open.pop(at)]
        while len(pages) < 4 and at < len(self._open) and self._open[at] == pages[-1] + 1:
            pages.append(self._open.pop(at))
        pages = range(pages[0], pages[-1] + 1)
        if self._chance.random() < 0.3:
            self.by_owner += 1
            self._given = list(pages)
            return Turn(pages)
        return self._read(pages)

    def end(self):
        self.ended += 1

    def _read(self, pages):
        self.by_others += 1
        told = []
        turns = iter([Turn(pages)])

        class Errand:
            def next(self, done, records=b""):
                told.append((done, records))
                return next(turns, None)

        pdf_through.help_read(self._data, self._limits, Watch(), self._recogniser, Errand())
        done, records = told[-1]
        self._open = sorted(self._open + list(pages[done:]))
        return Turn(pages[:done], self._spoil(records)) if done else self.next(0)


def recognise(image, language, seconds):
    shade = image.pixels[len(image.pixels) // 2]
    return [
        RecognisedLine(f"A page that is {shade} dark {line} {language}", 300, 300 + 60 * line, 1200, 345 + 60 * line)
        for line in range(3)
    ]


def read(data, sharers=None, limits=None, recogniser=recognise, told=None):
    watch = Watch(on_page=(told if told is not None else []).append)
    return pdf.read(data, limits or Limits(), watch, recogniser, sharers)


def test_the_file_has_everything_on_it(mixed):
    document = read(mixed)
    kinds = {block.kind.value for block in document.blocks}
    assert {"heading", "paragraph", "table", "header", "footer", "comment"} <= kinds
    assert document.status is Status.CORRUPT
    assert "dark 2 de-AT" in document.text
    assert document.traits.forms
    assert document.traits.hidden_text
    assert len(document.traits.links) > 1
    assert any(page.recognised for page in document.pages)
    assert any(page.garble >= 0.3 for page in document.pages)
    assert len([page for page in document.pages if "broken" in page.note]) == 2


@pytest.mark.parametrize("seed", range(6))
def test_whoever_reads_which_page_the_document_is_the_same(mixed, seed):
    alone, shared = [], []
    sharers = Others(mixed, seed, recognise)
    assert read(mixed, sharers, told=shared) == read(mixed, told=alone)
    assert shared == alone
    assert sharers.by_others > 1
    assert sharers.by_owner > 0
    assert sharers.ended <= 1


@pytest.mark.parametrize("seed", range(3))
def test_whoever_reads_which_page_its_tags_are_heeded(seed):
    rows = [el("TR", *(el("TD", Ink(text, 72 + 150 * at, y)) for at, text in enumerate(cells))) for y, cells in ROWS]
    note = el("Note", Ink("1 A note.", y=90, size=8))
    pages = [
        [
            el("Artifact", Ink(f"Head {number}", y=810)),
            el("H3", f"part {number}"),
            el("P", "Here it begins,", note),
            el("L", el("LI", el("Lbl", "\u2022"), el("LBody", "an item"))),
            el("Table", *rows),
        ]
        for number in range(20)
    ]
    data = make(*pages)
    sharers = Others(data, seed)
    document = read(data, sharers)
    assert document == read(data)
    assert sharers.by_others > 1
    kinds = [block.kind.value for block in document.blocks]
    assert kinds == ["header", "heading", "paragraph", "list_item", "table", "footnote"] * 20


def test_without_recognition_it_is_the_same_too(mixed):
    assert read(mixed, Others(mixed, 1), recogniser=None) == read(mixed, recogniser=None)


@pytest.mark.parametrize("spoil", [lambda records: b"", lambda records: records[:-1], lambda records: b"\xff" * 60])
def test_what_others_say_that_makes_no_sense_is_read_again(mixed, spoil):
    assert read(mixed, Others(mixed, 2, recognise, spoil=spoil)) == read(mixed)


@pytest.mark.parametrize("most", [0, 1, 3])
def test_others_who_go_leave_the_rest_to_be_read(mixed, most):
    assert read(mixed, Others(mixed, 3, recognise, most=most)) == read(mixed)


@pytest.mark.parametrize(
    "limits", [Limits(max_text_characters=4_000), Limits(max_pages=9), Limits(max_page_characters=50)]
)
def test_limits_end_it_where_they_end_it_alone(mixed, limits):
    sharers = Others(mixed, 4, recognise, limits=limits)
    document = read(mixed, sharers, limits)
    assert document == read(mixed, limits=limits)
    assert document.status is not Status.OK
    assert sharers.ended == 1


def test_time_is_kept_for_what_comes_after_the_pages_that_others_read(mixed, monkeypatch):
    monkeypatch.setattr(pdf_through, "AFTERWARDS", 1e9)
    watch = Watch(deadline=time.monotonic() + 3600.0)
    sharers = Others(mixed, 9, recognise)
    document = pdf.read(mixed, Limits(), watch, recognise, sharers)
    assert document.status is Status.PARTIAL_TIMEOUT
    assert (sharers.by_others, sharers.ended) == (1, 1)
    assert len(document.pages) < 24
    assert pdf.read(mixed, Limits(), watch, recognise) == read(mixed)


class Nobody:
    """Sharers that are not to be asked."""

    def share(self, pages):
        raise AssertionError("for this nobody is asked")


@pytest.mark.parametrize("kids", [b"3 0 R 9 0 R 3 0 R 3 0 R null 3 0 R", b"3 0 R " + 400 * b"9 0 R "])
def test_a_file_that_lacks_pages_is_read_in_order_by_one(raw_pdf, stream, kids):
    count = kids.count(b"R") + kids.count(b"null")
    data = raw_pdf(
        {
            1: b"<< /Type /Catalog /Pages 2 0 R >>",
            2: b"<< /Type /Pages /Count %d /Kids [%b] >>" % (count, kids),
            3: b"<< /Type /Page /Parent 2 0 R /Contents 4 0 R /MediaBox [0 0 612 792] "
            b"/Resources << /Font << /F 5 0 R >> >> >>",
            4: stream(b"BT /F 12 Tf 72 700 Td (There is one page) Tj ET"),
            5: b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        }
    )
    assert read(data, Nobody()) == read(data)


class Errands:
    """Sharers of one that helps, with turns that are known before."""

    def __init__(self, *turns):
        self.told = []
        self._turns = iter([*map(Turn, turns), None])

    def next(self, done, records=b""):
        self.told.append((done, len(records)))
        return next(self._turns)


def test_pages_that_are_too_much_to_be_handed_on_are_left_to_the_owner(mixed, monkeypatch):
    errands = Errands(range(3, 4))
    pdf_through.help_read(mixed, Limits(), Watch(), None, errands)
    size = errands.told[1][1]
    for most, done in ((size, 1), (size - 1, 0)):
        monkeypatch.setattr(pdf_through, "MOST_PORTION_BYTES", most)
        monkeypatch.setattr(pdf_through, "PORTION_SECONDS", 60.0)
        errands = Errands(range(3, 7), range(7, 9))
        pdf_through.help_read(mixed, Limits(), Watch(), None, errands)
        assert errands.told[1] == (done, size * done)


def test_one_that_helps_reads_nothing_once_its_time_is_over(mixed):
    errands = Errands(range(3, 7))
    pdf_through.help_read(mixed, Limits(), Watch(deadline=0.0), None, errands)
    assert errands.told[1][0] == 0


def test_a_page_that_fails_fails_in_its_place(mixed, monkeypatch):
    """However early it is read: the reading may have ended before it, or it is the document's fault as it is alone."""
    original = PageReader.read

    def failing(self, index):
        if index == 15:
            raise MemoryError
        return original(self, index)

    monkeypatch.setattr(PageReader, "read", failing)

    class Owner(Others):
        def _read(self, pages):
            self._given = list(pages)
            return Turn(pages)

    limits = Limits(max_text_characters=4_000)
    assert read(mixed, Owner(mixed, 6), limits) == read(mixed, limits=limits)
    told = []
    with pytest.raises(MemoryError):
        read(mixed, Owner(mixed, 6), told=told)
    assert len(told) == 15


def test_once_time_is_over_the_pages_up_to_the_gap_are_the_document(mixed):
    told = []
    watch = Watch(deadline=time.monotonic() + 60.0, on_page=told.append)

    class Slow(Others):
        def next(self, done, records=b""):
            if self.by_others >= 2:
                object.__setattr__(watch, "deadline", 0.0)  # that is what a frozen watch is like that runs out
            return super().next(done)

    sharers = Slow(mixed, 8, recognise)
    document = pdf.read(mixed, Limits(), watch, recognise, sharers)
    count = len(document.pages)
    assert sharers.ended == 1
    assert document.status is Status.PARTIAL_TIMEOUT
    assert document.note.startswith(f"Time ran out after {count} of 24 pages.")
    alone = []
    read(mixed, told=alone)
    assert 1 <= count < 24
    assert told == alone[:count]


def test_a_document_that_is_short_is_not_shared(make_pdf, monkeypatch):
    monkeypatch.undo()

    data = make_pdf([(11, "One page")], [(11, "Another page")])
    assert "Another page" in read(data, Nobody()).text
