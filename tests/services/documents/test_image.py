from __future__ import annotations

import io
import struct
import zlib

import pytest
from PIL import Image
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from papermesh_services.documents import (
    DocumentCorrupt,
    DocumentTooLarge,
    DocumentWithoutText,
    Format,
    Limits,
    Status,
    Watch,
    read,
)
from papermesh_services.documents.errors import MORE_TIME
from papermesh_services.documents.recognition import RecognisedLine, RecognitionFailed

LINES = (
    "The harbour office opens at eight every morning",
    "and closes at four in the afternoon on Saturday.",
    "Boats longer than twelve metres pay a fee of 35",
    "for each night, and visitors are asked to report",
    "to the warden before they fill their water tanks.",
)
SEEN = "A line that was seen"
TEXT_COLOUR = {"L": 0, "RGB": (0, 0, 0)}


def saved(picture, kind="PNG", **options):
    buffer = io.BytesIO()
    picture.save(buffer, kind, **options)
    return buffer.getvalue()


def pdf_of(*pictures):
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=A4)
    for picture in pictures:
        scale = min(A4[0] / picture.width, A4[1] / picture.height)
        canvas.drawImage(ImageReader(picture.convert("RGB")), 0, 0, picture.width * scale, picture.height * scale)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


class Seeing:
    """A recogniser that keeps what it is shown, and sees one line in each picture."""

    def __init__(self, *failures):
        self.images = []
        self._failures = dict(failures)

    def __call__(self, image, language, seconds):
        self.images.append(image)
        assert len(image.pixels) == image.width * image.height
        if len(self.images) in self._failures:
            raise self._failures[len(self.images)]
        return [RecognisedLine(f"{SEEN} {len(self.images)}", 10, 10, 300, 40, confidence=0.9)]


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF", "GIF", "BMP", "WEBP"])
def test_text_in_a_picture_is_recognised(kind, typeset, recognise, word_f1, assert_sound):
    document = read(saved(typeset(*LINES), kind), recogniser=recognise)
    assert_sound(document)
    assert word_f1(document.text, " ".join(LINES)) > 0.9
    assert (document.format, document.reader, document.status) == (Format.IMAGE, "tesseract", Status.OK)
    (page,) = document.pages
    assert (page.recognised, page.image_coverage) == (True, 1.0)
    assert page.note.startswith("The text comes from text recognition, with a confidence of 0.9")


@pytest.mark.parametrize("turned", [0, 90, 180, 270])
def test_a_scanned_page_of_a_pdf_is_recognised_however_it_lies(turned, typeset, recognise, tesseract, word_f1):
    if turned and "osd" not in tesseract.languages:
        pytest.skip("tesseract has no model to tell how a page lies here (apt-get install tesseract-ocr-osd)")
    document = read(pdf_of(typeset(*LINES).rotate(turned, expand=True)), recogniser=recognise)
    assert word_f1(document.text, " ".join(LINES)) > 0.9
    assert document.text.split()[:4] == LINES[0].split()[:4]
    assert [page.recognised for page in document.pages] == [True]
    assert (document.reader, document.status) == ("pdfium", Status.OK)


def test_what_was_recognised_has_headings_and_paragraphs(typeset, recognise):
    picture = Image.new("L", (1660, 700), 255)
    picture.paste(typeset("Rules of the Harbour", points=22), (0, 0))
    picture.paste(typeset(*LINES).crop((0, 60, 1660, 300)), (0, 340))
    document = read(saved(picture, dpi=(200, 200)), recogniser=recognise)
    assert [block.kind.value for block in document.blocks] == ["heading", "paragraph"]


def test_small_letters_of_a_screen_are_enlarged(typeset, recognise, word_f1):
    picture = typeset(*LINES, dots=90, points=11)
    assert word_f1(read(saved(picture), recogniser=recognise).text, " ".join(LINES)) > 0.9


def test_a_picture_without_text_says_so(recognise):
    with pytest.raises(DocumentWithoutText, match="no text was recognised"):
        read(saved(Image.new("L", (400, 300), 200)), recogniser=recognise)
    with pytest.raises(DocumentWithoutText, match="no text was recognised"):
        read(pdf_of(Image.new("L", (400, 300), 200)), recogniser=recognise)


@pytest.mark.parametrize("make", [saved, pdf_of])
def test_without_recognition_it_is_said_what_to_do(make, typeset):
    with pytest.raises(DocumentWithoutText, match=r"no text recognition here\. Install tesseract on the server"):
        read(make(typeset(*LINES)))


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_photograph_is_turned_as_its_camera_was_held(orientation):
    picture = Image.new("L", (60, 40), 255)
    picture.paste(0, (0, 0, 20, 10))  # dark where the upper left corner is
    backwards = {
        **dict.fromkeys((1,), None),
        2: 0,
        3: 3,
        4: 1,
        5: 5,
        6: 2,
        7: 6,
        8: 4,  # what undoes each, as Image.Transpose counts
    }[orientation]
    stored = picture if backwards is None else picture.transpose(Image.Transpose(backwards))
    exif = Image.Exif()
    exif[0x0112] = orientation
    seeing = Seeing()
    read(saved(stored, exif=exif), recogniser=seeing)
    shown = Image.frombytes("L", (seeing.images[0].width, seeing.images[0].height), seeing.images[0].pixels)
    assert shown.size == (120, 80)
    assert (shown.getpixel((4, 4)), shown.getpixel((110, 4)), shown.getpixel((4, 70))) == (0, 255, 255)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "I;16", "I", "F"])
def test_every_mode_becomes_dark_on_white(mode):
    deep = mode.startswith(("I", "F"))
    picture = Image.new("F" if deep else "RGBA", (1600, 1300), 60_000 if deep else (255, 255, 255, 0))
    picture.paste(100 if deep else (0, 0, 0, 255), (0, 0, 800, 1300))
    if deep:
        picture = picture.convert("I") if mode != "F" else picture
        picture = picture.convert(mode) if mode == "I;16" else picture
    elif mode in ("1", "L", "RGB", "CMYK"):
        white = Image.new("RGB", picture.size, "white")
        white.paste(picture, mask=picture.getchannel("A"))
        picture = white.convert(mode)
    else:
        picture = picture.convert(mode)
    seeing = Seeing()
    read(saved(picture, "TIFF" if deep or mode == "CMYK" else "PNG"), recogniser=seeing)
    pixels = seeing.images[0].pixels
    assert (pixels[10], pixels[1590]) == (0, 255)


def test_pages_of_a_tiff_are_pages(assert_sound):
    pages = [Image.new("L", (60, 40), 200 + number) for number in range(3)]
    told, seeing = [], Seeing()
    data = saved(pages[0], "TIFF", save_all=True, append_images=pages[1:])
    document = read(data, watch=Watch(on_page=told.append), recogniser=seeing)
    assert_sound(document)
    assert told == [f"{SEEN} {number}" for number in (1, 2, 3)]
    assert [page.number for page in document.pages] == [1, 2, 3]
    assert [image.pixels[0] for image in seeing.images] == [200, 201, 202]
    assert document.traits.images == 3


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG"])
def test_of_an_animation_the_first_picture_is_read(kind):
    frames = [Image.new("L", (60, 40), shade) for shade in (250, 100, 10)]
    seeing = Seeing()
    read(saved(frames[0], kind, save_all=True, append_images=frames[1:]), recogniser=seeing)
    assert len(seeing.images) == 1


def test_time_and_limits_leave_what_was_read_until_then():
    pages = [Image.new("L", (60, 40), 200 + number) for number in range(3)]
    data = saved(pages[0], "TIFF", save_all=True, append_images=pages[1:])
    limited = read(data, limits=Limits(max_pages=2), recogniser=Seeing())
    assert (limited.status, len(limited.pages)) == (Status.PARTIAL_LIMIT, 2)
    late = RecognitionFailed("It took longer.", late=True)
    slow = read(data, recogniser=Seeing((2, late)))
    assert (slow.status, [page.note for page in slow.pages][1]) == (Status.PARTIAL_TIMEOUT, "It took longer.")
    cut = read(data[: data.rindex(bytes([202] * 60)) - 2000], recogniser=Seeing())
    assert (cut.status, "Page" in cut.note) == (Status.CORRUPT, True)


def test_a_page_of_a_pdf_whose_recognition_fails_does_not_spoil_the_others():
    data = pdf_of(*(Image.new("L", (300, 400), 200 + number) for number in range(3)))
    broken = read(data, recogniser=Seeing((2, RecognitionFailed("It broke down."))))
    assert (broken.status, [page.recognised for page in broken.pages]) == (Status.OK, [True, False, True])
    assert broken.pages[1].note == "It broke down."
    late = read(data, recogniser=Seeing((2, RecognitionFailed("It took longer.", late=True))))
    assert (late.status, late.note) == (
        Status.PARTIAL_TIMEOUT,
        f"Page 2 is not recognised: it took too long. {MORE_TIME}",
    )


def test_only_failures_are_no_text():
    with pytest.raises(DocumentWithoutText, match="It broke down"):
        read(pdf_of(Image.new("L", (300, 400), 200)), recogniser=Seeing((1, RecognitionFailed("It broke down."))))


def bomb(width, height):
    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(bytes(1_000_000))) + chunk(b"IEND", b"")


@pytest.mark.parametrize(("width", "height"), [(100_000, 1_001), (60_000, 60_000), (2_000_000_000, 2_000_000_000)])
def test_a_bomb_is_not_unpacked(width, height):
    seeing = Seeing()
    with pytest.raises(DocumentTooLarge) as caught:
        read(bomb(width, height), recogniser=seeing)
    assert caught.value.metadata == {"limit": "max_image_pixels", "value": "100000000"}
    assert not seeing.images


def test_a_later_page_that_is_a_bomb_is_not_unpacked_either():
    first, second = Image.new("L", (60, 40), 200), Image.new("L", (300, 200), 200)
    data = saved(first, "TIFF", save_all=True, append_images=[second])
    document = read(data, limits=Limits(max_image_pixels=10_000), recogniser=Seeing())
    assert (document.status, len(document.pages)) == (Status.CORRUPT, 1)


def test_a_large_picture_is_made_smaller():
    seeing = Seeing()
    read(saved(Image.new("1", (9_000, 9_000), 1)), recogniser=seeing)
    assert seeing.images[0].width == 4_500


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF", "GIF", "BMP", "WEBP"])
@pytest.mark.parametrize("keep", [0.05, 0.5])
def test_broken_pictures_are_said_to_be_broken(kind, keep, typeset):
    data = saved(typeset(*LINES), kind)
    with pytest.raises(DocumentCorrupt, match="The picture is broken"):
        read(data[: max(40, int(keep * len(data)))], recogniser=Seeing())
