from __future__ import annotations

import io

import pypdf
import pytest
from pypdf.annotations import FreeText, Link, Text
from pypdf.generic import NumberObject
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from papermesh_services.documents import Attachment, DocumentWithoutText, Limits, pdf, pdf_facts, read
from papermesh_services.documents.pdf_garble import score
from papermesh_services.documents.recognition import RecognisedLine
from papermesh_services.documents.watch import UNWATCHED

PROSE = "the river rose by night and the keeper of the bridge went out with his lamp to see how high it stood "


@pytest.fixture
def edited(make_pdf):
    """Makes a PDF of one page that a function has changed with pypdf's writer."""

    def make(change, *lines):
        writer = pypdf.PdfWriter(clone_from=io.BytesIO(make_pdf([(11, line) for line in lines or ("A plain page",)])))
        change(writer)
        buffer = io.BytesIO()
        writer.write(buffer)
        return buffer.getvalue()

    return make


@pytest.fixture
def grey(tmp_path):
    """A picture of one colour, in the plain format that needs no library."""
    path = tmp_path / "grey.pgm"
    path.write_bytes(b"P5 60 80 255 " + bytes([200]) * 4800)
    return str(path)


def drawn(*steps):
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=A4)
    for step in steps:
        step(canvas)
    canvas.save()
    return buffer.getvalue()


def scan(grey):
    return lambda canvas: canvas.drawImage(ImageReader(grey), 0, 0, *A4)


def text_of(document, kind):
    return [document.text[b.span.start : b.span.end] for b in document.blocks if b.kind.value == kind]


def test_remarks_are_comments_and_free_text_is_text(edited, assert_sound):
    def change(writer):
        writer.add_annotation(0, Text(rect=(50, 50, 70, 70), text="Is this so?\nI doubt it."))
        writer.add_annotation(0, FreeText(rect=(50, 90, 200, 120), text="Written over the page"))

    document = read(edited(change))
    assert_sound(document)
    assert text_of(document, "comment") == ["Is this so?\nI doubt it."]
    assert "Written over the page" in text_of(document, "paragraph")
    assert document.traits.comments == 1


def test_what_was_filled_in_stands_beside_its_label(assert_sound):
    def page(canvas):
        canvas.drawString(72, 700, "Name:")
        canvas.acroForm.textfield(name="name", value="Ada Example", x=120, y=695, width=200, height=20)
        canvas.acroForm.textfield(name="empty", value="", x=120, y=655, width=200, height=20)
        canvas.drawString(72, 660, "Street:")
        canvas.acroForm.checkbox(name="tick", checked=True, x=72, y=600)
        canvas.acroForm.choice(name="town", value="Harmouth", options=["Harmouth", "Osmere"], x=72, y=500)

    document = read(drawn(page))
    assert_sound(document)
    assert document.traits.forms
    assert document.text.split() == ["Name:", "Ada", "Example", "Street:", "Harmouth"]


def test_a_page_with_nothing_but_a_filled_form_has_text():
    def page(canvas):
        canvas.rect(70, 690, 200, 40)
        canvas.acroForm.textfield(name="a", value="All there is", x=72, y=700)

    document = read(drawn(page))
    assert document.text == "All there is"


def test_links_know_their_text(edited):
    def change(writer):
        writer.add_annotation(0, Link(rect=(70, 776, 200, 792), url="https://example.org/here"))
        writer.add_annotation(0, Link(rect=(300, 100, 400, 120), url="https://example.org/nowhere"))
        writer.add_annotation(0, Link(rect=(70, 760, 200, 775), target_page_index=0))

    document = read(edited(change, "Read it here", "and there"))
    first, second = document.traits.links
    assert (first.target, document.text[first.span.start : first.span.end]) == (
        "https://example.org/here",
        "Read it here",
    )
    assert second.target == "https://example.org/nowhere"
    assert second.span.start == second.span.end


def test_attachments_are_listed_and_not_unpacked(edited):
    def change(writer):
        writer.add_attachment("notes.txt", b"x" * 1234).size = NumberObject(1234)

    document = read(edited(change))
    assert document.traits.attachments == (Attachment("notes.txt", "", 1234),)


@pytest.mark.parametrize("password", ["", None])
def test_a_file_that_opens_without_a_password_says_that_it_is_encrypted(edited, password):
    def change(writer):
        if password is not None:
            writer.encrypt(password, owner_password="owner", algorithm="AES-256")

    assert read(edited(change)).traits.encrypted == (password is not None)


def test_a_signed_file_says_so(raw_pdf, stream):
    data = raw_pdf(
        {
            1: b"<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [6 0 R] /SigFlags 3 >> "
            b"/MarkInfo << /Marked true >> >>",
            2: b"<< /Type /Pages /Count 1 /Kids [3 0 R] >>",
            3: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Annots [6 0 R] "
            b"/Resources << /Font << /F 5 0 R >> >> >>",
            4: stream(b"BT /F 12 Tf 72 700 Td (Signed and sealed) Tj ET"),
            5: b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
            6: b"<< /Type /Annot /Subtype /Widget /FT /Sig /T (s) /Rect [0 0 0 0] /V 7 0 R >>",
            7: b"<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /adbe.pkcs7.detached /Contents <00> "
            b"/ByteRange [0 1 2 3] >>",
        }
    )
    traits = read(data).traits
    assert traits.signed
    assert traits.tagged
    plain = read(raw_pdf({1: b"<< /Type /Catalog /Pages 2 0 R >>", 2: b"<< /Type /Pages /Count 1 /Kids [3 0 R] >>",
                          3: b"<< /Type /Page /Parent 2 0 R /Contents 4 0 R /Resources << /Font << /F 5 0 R >> >> >>",
                          4: stream(b"BT /F 12 Tf 72 700 Td (Plain) Tj ET"),
                          5: b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"})).traits  # fmt: skip
    assert not plain.signed
    assert not plain.tagged


def test_pictures_are_counted_and_measured(grey):
    def page(canvas):
        canvas.drawString(72, 800, "Two pictures on this page")
        canvas.drawImage(ImageReader(grey), 0, 0, A4[0], A4[1] / 4)
        canvas.drawImage(ImageReader(grey), 0, A4[1] / 2, A4[0], A4[1] / 4)

    document = read(drawn(page))
    assert document.traits.images == 2
    assert document.pages[0].image_coverage == pytest.approx(0.5, abs=0.01)
    assert 0 < document.pages[0].text_coverage < 0.1
    assert not document.traits.hidden_text


@pytest.mark.parametrize(("alternative", "without"), [(b"/Alt (A grey field)", 0), (b"/Alt ( )", 1), (b"", 1)])
def test_pictures_of_a_tagged_file_have_a_text_to_stand_for_them(raw_pdf, stream, alternative, without):
    data = raw_pdf(
        {
            1: b"<< /Type /Catalog /Pages 2 0 R /MarkInfo << /Marked true >> /StructTreeRoot 7 0 R >>",
            2: b"<< /Type /Pages /Count 1 /Kids [3 0 R] >>",
            3: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /StructParents 0 "
            b"/Resources << /Font << /F 5 0 R >> /XObject << /I 6 0 R >> >> >>",
            4: stream(
                b"BT /F 12 Tf 72 700 Td (A picture:) Tj ET /Figure << /MCID 0 >> BDC q 99 0 0 99 72 500 cm /I Do Q EMC"
            ),
            5: b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
            6: stream(
                b"\xc8",
                b"/Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8",
            ),
            7: b"<< /Type /StructTreeRoot /K 8 0 R /ParentTree << /Nums [0 [9 0 R]] >> >>",
            8: b"<< /Type /StructElem /S /Document /P 7 0 R /K [9 0 R] >>",
            9: b"<< /Type /StructElem /S /Figure /P 8 0 R /Pg 3 0 R /K 0 %b >>" % alternative,
        }
    )
    traits = read(data).traits
    assert (traits.tagged, traits.images, traits.images_without_alternative) == (True, 1, without)


def test_a_scan_with_text_under_it_says_so(grey):
    def page(canvas):
        scan(grey)(canvas)
        text = canvas.beginText(72, 700)
        text.setTextRenderMode(3)
        text.textOut("What was recognised here before")
        canvas.drawText(text)

    document = read(drawn(page))
    assert document.traits.hidden_text
    assert document.text == "What was recognised here before"


def test_a_page_that_is_a_picture_says_so(grey):
    def pages(canvas):
        canvas.drawString(72, 700, "The first page has text")
        canvas.showPage()
        scan(grey)(canvas)

    first, second = read(drawn(pages)).pages
    assert first.note == ""
    assert second.note == "A picture without text; no text recognition here."
    with pytest.raises(DocumentWithoutText, match="scan"):
        read(drawn(scan(grey)))


def test_a_recogniser_is_asked_where_a_page_is_a_picture(grey, assert_sound):
    asked = []

    def recognise(image, language, seconds):
        asked.append((image.width, image.height, len(image.pixels), round(image.dots_per_inch), language))
        assert 0 < seconds <= Limits().max_recognition_seconds
        return [
            RecognisedLine("A line that was", 300, 300, 1200, 345),
            RecognisedLine(" seen in a picture", 300, 360, 1200, 405),
            RecognisedLine(" ", 0, 0, 0, 0),
        ]

    document = pdf.read(drawn(scan(grey)), Limits(), UNWATCHED, recognise)
    assert_sound(document)
    assert document.text.split() == ["A", "line", "that", "was", "seen", "in", "a", "picture"]
    assert document.pages[0].recognised
    (width, height, pixels, dots, language) = asked[0]
    assert (width, height) == (2480, 3507)
    assert (pixels, dots, language) == (width * height, 300, "und")


def test_a_recogniser_is_not_asked_where_there_is_text(make_pdf):
    def recognise(image, language, seconds):
        raise AssertionError("there is text")

    assert pdf.read(make_pdf([(11, "There is text")]), Limits(), UNWATCHED, recognise).text == "There is text"


@pytest.mark.parametrize(
    ("text", "least", "most"),
    [
        (PROSE * 5, 0.0, 0.0),
        ("".join(chr(ord(c) + 13) if c != " " else c for c in PROSE * 5), 0.25, 1.0),
        ("".join(chr(0xE000 + ord(c)) if c != " " else c for c in PROSE), 0.9, 1.0),
        ("\ufffd\ufffd abc \x01\x04\x03 def", 0.4, 0.5),
        ("Ґрунтовно прочитали всі документи, які були на столі. " * 5, 0.0, 0.0),
        ("故事发生在一个晚上，桥上的守夜人看见河水上涨。" * 5, 0.0, 0.0),
        ("6LPSOHGRFXPHQW /RUHPLSVXP GRORUVLWDPHW FRQVHFWHWXU DGLSLVFLQJHOLW 7DEOH6HOHFWHG 1XPEHUV &HOVLXV", 0.5, 1.0),
        (
            "!\"#$%&\"!' ()'\"*+)',#) %$-.$*'/,+0$\"#$,%)$1##*$+&%23'*/$ +,#$4%5#.'2%&$.-&$)%678$%*) .'*%556$,%)$,",
            0.4,
            1.0,
        ),
        ("def f(x): return {'a': [x[0], x[1]], \"b\": x & 1}  # what it gives\n" * 9, 0.0, 0.0),
        ("Contents ............ 4\n_____________________________\n=====================\n" * 3, 0.0, 0.0),
        ("12.50 7.00 4,244.64 EUR 99 GBP 100 " * 20, 0.0, 0.0),
        ("Strč prst skrz krk, řekl a odešel domů, kde ho čekala večeře a staré knihy. " * 5, 0.0, 0.0),
        ("", 0.0, 0.0),
    ],
)
def test_wrecked_text_scores_and_language_does_not(text, least, most):
    assert least <= score(text) <= most


def test_a_font_that_does_not_say_what_its_letters_mean_is_told(raw_pdf, stream):
    wrecked = "".join(chr(ord(c) + 3) if c.isalpha() else c for c in PROSE * 6)
    lines = "".join(f"({wrecked[at : at + 60]}) Tj 0 -14 Td " for at in range(0, len(wrecked), 60))
    data = raw_pdf(
        {
            1: b"<< /Type /Catalog /Pages 2 0 R >>",
            2: b"<< /Type /Pages /Count 1 /Kids [3 0 R] >>",
            3: b"<< /Type /Page /Parent 2 0 R /Contents 4 0 R /Resources << /Font << /F 5 0 R >> >> >>",
            4: stream(f"BT /F 10 Tf 72 700 Td {lines} ET".encode("latin-1")),
            5: b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        }
    )
    (page,) = read(data).pages
    assert page.garble >= 0.3
    assert "font does not say" in page.note


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("D:20240131120000+01'00'", "2024-01-31T12:00:00+01:00"),
        ("D:20240131120000-0830", "2024-01-31T12:00:00-08:30"),
        ("D:20240131120000Z", "2024-01-31T12:00:00Z"),
        ("20240131120000", "2024-01-31T12:00:00Z"),
        ("D:2024", ""),
        ("D:20241399990000Z", ""),
        ("D:20240131120000+99'00'", ""),
        ("yesterday", ""),
    ],
)
def test_dates(written, expected):
    assert pdf_facts.date(written) == expected
