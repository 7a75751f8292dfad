"""What mails of every format have in common: the lines at their head, and the blocks of their bodies."""

from __future__ import annotations

import re
from email import errors
from email.header import decode_header
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Final

from papermesh_services.documents import encoding, html, text
from papermesh_services.documents.builder import Draft
from papermesh_services.documents.clean import clean, one_line
from papermesh_services.documents.dates import rfc3339
from papermesh_services.documents.errors import DocumentEncrypted
from papermesh_services.documents.model import BlockKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from papermesh_services.documents.found import Found
    from papermesh_services.documents.limits import Limits
    from papermesh_services.documents.watch import Watch

HEAD: Final = ("From", "To", "Cc", "Date", "Subject")
"""The fields of a header that are text for a reader, in the order they are shown in."""

ENCRYPTED: Final = ("multipart/encrypted", "application/pgp-encrypted")
"""The types of parts that stand for a text nobody can read without a key."""

_FLOWED: Final = re.compile(r" \n(?<!\n-- \n)(?![>\n])")


def encrypted() -> DocumentEncrypted:
    """The error for a mail of which only the head can be read."""
    return DocumentEncrypted("The mail is encrypted. Give a copy that was decrypted and saved.")


def cut_off(what: str, stopped: str) -> str:
    """What people are told of a mail that was not read to its end; stopped names the limit that was reached."""
    return (
        f"The {what} was not read to its end: {stopped}. "
        "Give what is attached to it on its own, or have that limit raised on the server."
    )


def head(fields: dict[str, str]) -> Draft:
    """The head of a mail as its reader sees it; fields by their names, those without a value left out."""
    lines = (f"{name}: {fields[name]}" for name in HEAD if fields.get(name))
    return Draft(BlockKind.PARAGRAPH, "\n".join(lines))


def plain_blocks(content: str, limits: Limits, watch: Watch, *, flowed: bool = False) -> Iterator[Draft]:
    """The blocks of a body of plain text. flowed: whether lines that end with a space go on in the next one."""
    content = content.replace("\r\n", "\n")
    return text.blocks(clean(_FLOWED.sub(" ", content) if flowed else content), limits, watch)


def html_blocks(data: bytes, charset: str, limits: Limits, found: Found, watch: Watch) -> Iterator[Draft]:
    """The blocks of a body of HTML."""
    page, _ = html.decode(data, limits, charset)
    return html.fragment_blocks(page, limits, found, watch)


def header_text(value: str) -> str:
    """A header's value as people read it: its encoded words decoded, also where their charset is wrong."""
    if not value.isascii():
        value = encoding.decode(value.encode("utf-8", "surrogateescape"))[0]
    try:
        pieces = decode_header(value) if "=?" in value else [(value, None)]
    except (errors.HeaderParseError, ValueError):
        pieces = [(value, None)]
    return one_line("".join(_piece(piece, charset) for piece, charset in pieces))


def date(value: str) -> str:
    """The moment of a Date field in RFC 3339; empty where it is none."""
    try:
        return rfc3339(parsedate_to_datetime(value))
    except (ValueError, TypeError, OverflowError, IndexError):
        return ""


def _piece(piece: str | bytes, charset: str | None) -> str:
    if isinstance(piece, str):
        return piece
    return encoding.decode(piece, charset)[0] if charset else piece.decode("latin-1")
