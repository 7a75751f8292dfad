from __future__ import annotations

import contextlib
import io
import re
import time

import pypdf
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from papermesh_services.documents import DocumentCorrupt, DocumentError, Limits, Status, read
from papermesh_services.documents.pdf_repair import repaired

SECONDS = 20.0
FONT = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"


def lines_of(number):
    return [(11, f"Page number {number} says that line {line} of it is here.") for line in range(20)]


@pytest.fixture(scope="module")
def ten_pages(make_pdf):
    return make_pdf(*map(lines_of, range(1, 11)))


@pytest.fixture(scope="module")
def packed(ten_pages):
    """The same with its objects packed into streams, as present programs write them."""
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(ten_pages))
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def pages_there(data):
    """How many whole pages of content come before the end of the data."""
    return len(re.findall(rb"endstream\s+endobj", data))


@pytest.mark.parametrize("share", [0.4, 0.6, 0.8, 0.9, 0.97, 0.99])
def test_a_file_cut_off_gives_what_is_left_of_it(ten_pages, assert_sound, share):
    data = ten_pages[: int(share * len(ten_pages))]
    document = read(data)
    assert_sound(document)
    assert document.status in (Status.CORRUPT, Status.OK)
    found = [number for number in range(1, 11) if f"Page number {number} says" in document.text]
    assert len(found) >= max(1, pages_there(data))
    assert found == sorted(found)
    if b"%%EOF" not in data:
        assert document.status is Status.CORRUPT
        assert "end of the file is missing" in document.note


def test_a_stream_cut_in_its_middle_gives_its_beginning(make_pdf):
    data = make_pdf([(11, f"This is line {line} of one long page.") for line in range(60)], pageCompression=0)
    cut = data[: data.index(b"line 40 of")]
    document = read(cut)
    assert document.status is Status.CORRUPT
    assert "line 39 of" in document.text
    assert "line 41 of" not in document.text


def test_objects_packed_in_streams_are_found(raw_pdf, stream):
    inner = {
        1: b"<< /Type /Catalog /Pages 2 0 R /Lang (en-GB) >>",
        2: b"<< /Type /Pages /Count 1 /Kids [3 0 R] >>",
        3: b"<< /Type /Page /Parent 2 0 R /Contents 5 0 R /Resources << /Font << /F 6 0 R >> >> >>",
        6: FONT,
    }
    content = b" ".join(inner.values())
    offsets, at = [], 0
    for number, value in inner.items():
        offsets.append(b"%d %d" % (number, at))
        at += len(value) + 1
    head = b" ".join(offsets) + b"\n"
    extra = b"/Type /ObjStm /N %d /First %d" % (len(inner), len(head))
    text = b"BT /F 12 Tf 72 700 Td (Nothing of this is lost) Tj ET"
    data = raw_pdf({5: stream(text), 7: stream(head + content, extra)})
    document = read(data[: data.index(b"xref")])
    assert document.text == "Nothing of this is lost"
    assert document.language == "en-GB"
    assert document.status is Status.CORRUPT


def test_an_encrypted_file_cut_off_is_told_apart_or_read(make_pdf):
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(make_pdf(lines_of(1))))
    writer.encrypt("secret", algorithm="RC4-128")
    buffer = io.BytesIO()
    writer.write(buffer)
    with pytest.raises(DocumentError):
        read(buffer.getvalue()[:-300])


def page_of(content, font=5, parent=2):
    return b"<< /Type /Page /Parent %d 0 R /MediaBox [0 0 595 842] /Contents %d 0 R " % (parent, content) + (
        b"/Resources << /Font << /F %d 0 R >> >> >>" % font
    )


def text_stream(stream, text):
    return stream(b"BT /F 12 Tf 72 700 Td (%b) Tj ET" % text)


def test_one_broken_page_leaves_the_others(raw_pdf, stream, assert_sound):
    data = raw_pdf(
        {
            1: b"<< /Type /Catalog /Pages 2 0 R >>",
            2: b"<< /Type /Pages /Count 3 /Kids [3 0 R 8 0 R 6 0 R] >>",
            3: page_of(4),
            4: text_stream(stream, b"The first page"),
            5: FONT,
            6: page_of(7),
            7: text_stream(stream, b"The third page"),
            8: page_of(9),
            9: stream(b"this is not what it says it is" * 9, b"/Filter /FlateDecode"),
        }
    )
    document = read(data)
    assert_sound(document)
    assert document.text.split("\n\n") == ["The first page", "The third page"]
    assert document.status is Status.CORRUPT
    assert document.note == "Page 2 is broken and could not be read. Save the PDF again."
    assert document.pages[1].note == "The page is broken and was not read."


@pytest.mark.parametrize(
    "tree",
    [
        pytest.param(b"<< /Type /Pages /Count 2 /Kids [3 0 R 2 0 R] >>", id="a list of pages that holds itself"),
        pytest.param(b"<< /Type /Pages /Count 1000000 /Kids [3 0 R] >>", id="a million pages that are not there"),
        pytest.param(b"<< /Type /Pages /Count -5 /Kids [3 0 R] >>", id="fewer pages than none"),
        pytest.param(b"<< /Type /Pages /Count 2147483647 /Kids [3 0 R 8 0 R] >>", id="a list within the list"),
        pytest.param(b"<< /Type /Pages /Kids [3 0 R] >>", id="no count"),
    ],
)
def test_a_list_of_pages_that_lies_is_read_within_bounds(raw_pdf, stream, assert_sound, tree):
    data = raw_pdf(
        {
            1: b"<< /Type /Catalog /Pages 2 0 R >>",
            2: tree,
            3: page_of(4),
            4: text_stream(stream, b"The only page"),
            5: FONT,
            8: b"<< /Type /Pages /Count 7 /Parent 2 0 R /Kids [2 0 R 8 0 R] >>",
        }
    )
    started = time.monotonic()
    document = read(data)
    assert time.monotonic() - started < SECONDS
    assert_sound(document)
    assert document.text.startswith("The only page")
    assert len(document.pages) <= 60


@pytest.mark.parametrize(
    "page",
    [
        b"/MediaBox [0 0 1e30 1e30]",
        b"/MediaBox [0 0 0 0]",
        b"/MediaBox [0 0 595 842] /Rotate 45",
        b"/MediaBox [9 0 R]",
        b"/MediaBox [0 0 595 842] /UserUnit 1e20",
    ],
)
def test_odd_pages_are_read(raw_pdf, stream, assert_sound, page):
    objects = {
        1: b"<< /Type /Catalog /Pages 2 0 R >>",
        2: b"<< /Type /Pages /Count 1 /Kids [3 0 R] >>",
        3: b"<< /Type /Page /Parent 2 0 R /Contents 4 0 R /Resources << /Font << /F 5 0 R >> >> %b >>" % page,
        4: text_stream(stream, b"A page of odd shape"),
        5: FONT,
    }
    document = read(raw_pdf(objects))
    assert_sound(document)
    assert document.text == "A page of odd shape"
    assert 0 <= document.pages[0].text_coverage <= 1


def test_deep_nesting_ends(raw_pdf, stream):
    deep = b"[" * 50_000 + b"]" * 50_000
    objects = {
        1: b"<< /Type /Catalog /Pages 2 0 R /Deep %b >>" % deep,
        2: b"<< /Type /Pages /Count 1 /Kids [3 0 R] >>",
        3: page_of(4),
        4: text_stream(stream, b"Under it all"),
        5: FONT,
    }
    started = time.monotonic()
    with contextlib.suppress(DocumentError):
        assert read(raw_pdf(objects)).text == "Under it all"
    assert time.monotonic() - started < SECONDS


def test_a_form_that_draws_itself_ends(raw_pdf, stream):
    objects = {
        1: b"<< /Type /Catalog /Pages 2 0 R >>",
        2: b"<< /Type /Pages /Count 1 /Kids [3 0 R] >>",
        3: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        b"/Resources << /Font << /F 5 0 R >> /XObject << /X 6 0 R >> >> >>",
        4: stream(b"BT /F 12 Tf 72 700 Td (Before it) Tj ET /X Do"),
        5: FONT,
        6: stream(b"/X Do", b"/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X 6 0 R >> >>"),
    }
    assert read(raw_pdf(objects)).text == "Before it"


def test_a_repair_is_bounded(stream):
    bomb = b"1 0 obj\n<< /Type /ObjStm /N 999999999 /First 999999999 >>\nstream\n1 0 2 0\nendstream\nendobj\n"
    started = time.monotonic()
    assert repaired(b"%PDF-1.7\n" + bomb * 2_000, Limits()) is None
    assert repaired(b"%PDF-1.7\n" + b"1 0 obj " * 100_000, Limits()) is None
    assert time.monotonic() - started < SECONDS


@pytest.mark.parametrize(
    "data", [b"%PDF-1.7", b"%PDF-1.7\n" + b"\0" * 5_000, b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\n%%EOF"]
)
def test_a_file_without_a_page_is_corrupt(data):
    with pytest.raises(DocumentCorrupt, match="PDF"):
        read(data)


@settings(
    max_examples=150, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    changes=st.lists(st.tuples(st.floats(0, 1), st.binary(min_size=0, max_size=16), st.integers(0, 40)), max_size=8),
    keep=st.floats(0.2, 1),
    which=st.booleans(),
)
def test_a_mutated_file_is_read_or_refused_in_time(ten_pages, packed, assert_sound, changes, keep, which):
    data = packed if which else ten_pages
    for where, piece, drop in changes:
        at = int(where * len(data))
        data = data[:at] + piece + data[at + drop :]
    data = b"%PDF-1.7\n" + data[9 : max(9, int(keep * len(data)))]
    started = time.monotonic()
    with contextlib.suppress(DocumentError):
        assert_sound(read(data, "a.pdf"))
    assert time.monotonic() - started < SECONDS
