"""Files that are two things at once, or not what their name says."""

from __future__ import annotations

from hostile.model import BLANK, BROKEN, READ, TEXT, UNREAD, hostile
from hostile.olds import ole
from hostile.packages import PACKAGES
from hostile.pdfs import simple
from hostile.zips import sound


@hostile("a-pdf.docx", READ, keeps="harbour")
@hostile("a-pdf.txt", READ, keeps="harbour")
@hostile("a-pdf.json", READ, keeps="harbour")
def _a_pdf() -> bytes:
    return simple()


@hostile("a-docx.pdf", READ, keeps="harbour")
@hostile("a-docx.csv", READ, keeps="harbour")
def _a_docx() -> bytes:
    return sound(PACKAGES["docx"])


@hostile("an-xlsx.docx", READ, keeps="harbour")
def _an_xlsx() -> bytes:
    return sound(PACKAGES["xlsx"])


@hostile("a-text.pdf", READ, keeps="harbour")
@hostile("a-text.docx", READ, keeps="harbour")
@hostile("a-text.json", READ, keeps="harbour")
@hostile("a-text.png", READ, keeps="harbour")
@hostile("a-text.msg", READ, keeps="harbour")
def _a_text() -> bytes:
    return (TEXT + "\n").encode() * 5


@hostile("a-page.txt", READ, keeps="harbour")
def _a_page() -> bytes:
    return f"<!DOCTYPE html><html><body><p>{TEXT}</p></body></html>".encode()


@hostile("a-program.pdf", UNREAD)
def _a_program() -> bytes:
    return b"\x7fELF\x02\x01\x01" + bytes(9) + b"\x02\0>\0" + bytes(2000)


@hostile("a-pdf-then-a-docx.pdf", READ, BROKEN, keeps="harbour")
def _a_pdf_then_a_docx() -> bytes:
    return simple() + sound(PACKAGES["docx"])


@hostile("a-docx-then-a-pdf.docx", READ, BROKEN)
def _a_docx_then_a_pdf() -> bytes:
    return sound(PACKAGES["docx"]) + simple()


@hostile("a-page-then-a-pdf.html", READ, BROKEN, keeps="harbour")
def _a_page_then_a_pdf() -> bytes:
    return f"<html><body><p>{TEXT}</p><!--\n".encode() + simple() + b"\n--></body></html>"


@hostile("a-picture-then-a-zip.png", BROKEN, BLANK, UNREAD)
def _a_picture_then_a_zip() -> bytes:
    return b"\x89PNG\r\n\x1a\n" + bytes(40) + sound(PACKAGES["docx"])


@hostile("an-rtf-with-a-zip.rtf", READ, BROKEN, keeps="harbour")
def _an_rtf_with_a_zip() -> bytes:
    return b"{\\rtf1 " + TEXT.encode() + b"\\par}" + sound(PACKAGES["docx"])


@hostile("a-message-and-a-book.msg", BROKEN, BLANK, UNREAD, READ)
def _a_message_and_a_book() -> bytes:
    return ole({"Workbook": bytes(5000), "__properties_version1.0": bytes(32), "WordDocument": bytes(5000)})


@hostile("signatures.bin", UNREAD, READ, BROKEN)
def _signatures() -> bytes:
    return b"%PDF-PK\x03\x04{\\rtf\xff\xd8\xff\x89PNG\r\n\x1a\n\xd0\xcf\x11\xe0" * 500


@hostile("speaks-of-pdf.txt", READ, keeps="harbour")
def _speaks_of_pdf() -> bytes:
    return f"{TEXT} Such a file begins with %PDF-1.7, which is not the case here.".encode()
