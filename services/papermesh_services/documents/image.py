"""Reads pictures: PNG, JPEG, TIFF of several pages, GIF, BMP and WebP, by Pillow and then by text recognition.

Pillow sees a file only within the limits: its size is looked at before a pixel is unpacked, and of its many formats
only these are tried. Of an animation, the first picture is read.
"""

from __future__ import annotations

import io
import math
import struct
import warnings
import zlib
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from PIL import (  # the plugins by name, so that Pillow never looks for more of them
    BmpImagePlugin,
    ExifTags,
    GifImagePlugin,
    Image,
    JpegImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
    WebPImagePlugin,
)

from papermesh_services.documents.clean import one_line
from papermesh_services.documents.errors import (
    IN_PARTS,
    MORE_TIME,
    DocumentCorrupt,
    DocumentError,
    DocumentTooLarge,
    DocumentUnfinished,
    DocumentWithoutText,
)
from papermesh_services.documents.model import Document, Format, Metadata, Page, Status, Traits
from papermesh_services.documents.pdf_pages import PageRead
from papermesh_services.documents.pdf_text import Assembly
from papermesh_services.documents.recognition import HOW_TO_HAVE_IT, PageImage
from papermesh_services.documents.scanned import NOTHING_RECOGNISED, Scans

if TYPE_CHECKING:
    from collections.abc import Iterator

    from papermesh_services.documents.limits import Limits
    from papermesh_services.documents.recognition import Recogniser
    from papermesh_services.documents.watch import Watch

READER: Final = "tesseract"
_FORMATS: Final = tuple(
    opener.format
    for opener in (
        BmpImagePlugin.BmpImageFile,
        GifImagePlugin.GifImageFile,
        JpegImagePlugin.JpegImageFile,
        PngImagePlugin.PngImageFile,
        TiffImagePlugin.TiffImageFile,
        WebPImagePlugin.WebPImageFile,
    )
)
_FAULTS: Final = (
    *(ArithmeticError, EOFError, LookupError, OSError, SyntaxError, TypeError, ValueError),
    *(struct.error, zlib.error),
)
"""What Pillow raises on a file that is not what it says; some of it is only found out deep inside."""
_MOST_NAME: Final = 200
_MOST_NOTES: Final = 3
_PAGED: Final = "TIFF"
_BELIEVABLE_DOTS: Final = (70.0, 1_200.0)
_SMALL_PIXELS: Final = 2_000_000
"""What is smaller comes from a screen, and is enlarged: recognition wants letters of 20 pixels and more."""
_TURNS: Final = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


@dataclass(slots=True)
class _Read:
    """What was read of the pages, and why there is no more."""

    pages: list[PageRead] = field(default_factory=list)
    expired: bool = False
    limited: bool = False
    broken: bool = False


def read(data: bytes, limits: Limits, watch: Watch, recogniser: Recogniser | None = None) -> Document:
    """The document in a picture. Raises DocumentWithoutText where nothing is there to recognise it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of odd metadata, which is none of ours
        with _opened(data, limits) as image:
            if recogniser is None:
                message = f"The document is a picture, and there is no text recognition here. {HOW_TO_HAVE_IT}"
                raise DocumentWithoutText(message)
            found = _read_pages(image, Scans(recogniser, "und", limits, watch))
            metadata = Metadata(producer=_producer(image))
    assembly = Assembly(found.pages, {}, limits)
    assembly.build()
    if not assembly.builder.length:
        raise _without_text(found)
    return _document(found, assembly, metadata, limits)


def _opened(data: bytes, limits: Limits) -> Image.Image:
    Image.MAX_IMAGE_PIXELS = limits.max_image_pixels
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            image = Image.open(io.BytesIO(data), formats=_FORMATS)
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        raise _too_large(limits) from error
    except _FAULTS as error:
        raise _broken() from error
    _check(image, limits)
    return image


def _check(image: Image.Image, limits: Limits) -> None:
    if image.width * image.height > limits.max_image_pixels:
        raise _too_large(limits)


def _read_pages(image: Image.Image, scans: Scans) -> _Read:
    found = _Read()
    for page in _frames(image, scans, found):
        read = scans.read(page, len(found.pages) + 1)
        found.pages.append(
            PageRead(read.text, garble=read.garble, recognised=bool(read.text.lines), late=read.late, note=read.note)
        )
        scans.watch.on_page("\n".join(line.text for line in read.text.lines))
    return found


def _frames(image: Image.Image, scans: Scans, found: _Read) -> Iterator[PageImage]:
    """Each page as it is to be recognised; found is told why there are no more."""
    limits = scans.limits
    try:
        page = _page(image, limits.max_recognition_pixels)
    except _FAULTS as error:
        raise _broken() from error
    yield page
    while image.format == _PAGED and _goes_on(image, scans, found):
        try:
            _check(image, limits)
            page = _page(image, limits.max_recognition_pixels)
        except (DocumentTooLarge, *_FAULTS):
            found.broken = True
            return
        yield page


def _goes_on(image: Image.Image, scans: Scans, found: _Read) -> bool:
    """Goes to the next page, if there is one that is to be read."""
    number = len(found.pages)
    try:
        image.seek(number)
    except EOFError:
        return False
    except _FAULTS:
        found.broken = True
        return False
    found.limited = number >= scans.limits.max_pages
    found.expired = not found.limited and scans.watch.expired
    return not (found.limited or found.expired)


def _page(image: Image.Image, most_pixels: int) -> PageImage:
    dots = _dots_per_inch(image)
    grey = _grey(image)
    turn = _TURNS.get(image.getexif().get(ExifTags.Base.Orientation, 1))
    if turn is not None:
        grey = grey.transpose(turn)
    pixels = grey.width * grey.height
    if pixels > most_pixels:
        factor = math.ceil(math.sqrt(pixels / most_pixels))
        grey, dots = grey.reduce(factor), dots / factor
    elif pixels * 4 <= min(_SMALL_PIXELS, most_pixels) and dots < 2 * _BELIEVABLE_DOTS[0]:
        grey, dots = grey.resize((2 * grey.width, 2 * grey.height), Image.Resampling.BICUBIC), dots * 2
    return PageImage(grey.width, grey.height, grey.tobytes(), dots)


def _dots_per_inch(image: Image.Image) -> float:
    """What the file says; 0 where it does not, or it cannot be."""
    try:
        dots = min(float(each) for each in image.info.get("dpi", (0.0,)))
    except (TypeError, ValueError, ZeroDivisionError):
        return 0.0
    least, most = _BELIEVABLE_DOTS
    return dots if least <= dots <= most else 0.0


def _grey(image: Image.Image) -> Image.Image:
    """The picture in 256 shades of grey, on white where one could see through it."""
    if image.format == "JPEG":
        image.draft("L", image.size)  # unpacks nothing but the brightness
    if image.mode.startswith(("I", "F")):
        return _deep(image)
    if image.mode == "P" and "transparency" in image.info:
        image = image.convert("RGBA")
    if image.mode in ("RGBA", "LA", "PA", "La", "RGBa"):
        white = Image.new("L", image.size, 255)
        white.paste(image.convert("L"), mask=image.getchannel("A" if "A" in image.getbands() else "a"))
        return white
    return image.convert("L")


def _deep(image: Image.Image) -> Image.Image:
    """A picture of more than 256 shades, from its darkest to its brightest."""
    image = image.convert("F")
    darkest, brightest = image.getextrema()
    if not (isinstance(darkest, float) and isinstance(brightest, float)) or not brightest > darkest:
        return Image.new("L", image.size, 255)
    scale = 255.0 / (brightest - darkest)
    return image.point(lambda value: value * scale - darkest * scale).convert("L")


def _producer(image: Image.Image) -> str:
    """The program that made the picture, if it says so and can be believed."""
    try:
        return one_line(str(image.getexif().get(ExifTags.Base.Software, "")).replace("\0", " "))[:_MOST_NAME]
    except _FAULTS:
        return ""


def _document(found: _Read, assembly: Assembly, metadata: Metadata, limits: Limits) -> Document:
    status, note = _verdict(found, assembly, limits)
    document = assembly.builder.document(
        Format.IMAGE, READER, metadata, traits=Traits(images=len(found.pages)), status=status, note=note
    )
    pages = tuple(
        Page(page.number, page.span, image_coverage=1.0, garble=read.garble, recognised=read.recognised, note=read.note)
        for page, read in zip(document.pages, found.pages, strict=False)
    )
    return replace(document, pages=pages)


def _verdict(found: _Read, assembly: Assembly, limits: Limits) -> tuple[Status, str]:
    count = len(found.pages)
    late = sum(page.late for page in found.pages)
    if late:
        return Status.PARTIAL_TIMEOUT, f"Text recognition took too long on {late:,} of the pages. {MORE_TIME}"
    if found.expired:
        return (
            Status.PARTIAL_TIMEOUT,
            f"Time ran out after {count:,} pages. Allow more of it, or give the pages in parts.",
        )
    if found.broken:
        return Status.CORRUPT, f"Page {count + 1:,} is broken and was not read, nor what follows it. Save it again."
    if found.limited:
        return Status.PARTIAL_LIMIT, f"The first {count:,} pages were read (max_pages). {IN_PARTS}"
    if assembly.cut:
        return Status.PARTIAL_LIMIT, (
            f"The first {limits.max_text_characters:,} characters were read (max_text_characters). {IN_PARTS}"
        )
    return Status.OK, ""


def _without_text(found: _Read) -> DocumentError:
    if any(page.late for page in found.pages):
        return DocumentUnfinished(
            f"The document is a picture, whose text was not recognised in the time there is. {MORE_TIME}"
        )
    notes = sorted({page.note for page in found.pages} - {NOTHING_RECOGNISED})[:_MOST_NOTES]
    message = " ".join(("The document is a picture in which no text was recognised.", *notes))
    return DocumentWithoutText(f"{message} Give one whose text can be read.")


def _too_large(limits: Limits) -> DocumentTooLarge:
    return DocumentTooLarge(
        f"The picture has more than {limits.max_image_pixels:,} pixels, the most that is read. "
        "Make it smaller, or have max_image_pixels raised on the server.",
        limit="max_image_pixels",
        value=str(limits.max_image_pixels),
    )


def _broken() -> DocumentCorrupt:
    return DocumentCorrupt("The picture is broken and cannot be read. Save it again.")
