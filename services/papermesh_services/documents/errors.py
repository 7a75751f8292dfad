"""What can go wrong with a document, as exceptions that know their reason. The server maps reasons to statuses.

DocumentError
├── DocumentNotFound        file_path names nothing below a document root
├── DocumentOutsideRoots    file_path leads out of every document root
├── DocumentEmpty           no bytes, or nothing but white space
├── DocumentEncrypted       a password is needed
├── DocumentCorrupt         the format is known, its bytes are broken
├── DocumentUnfinished      time ran out before there was any text
├── DocumentWithoutText     well formed, but there is no text in it (a scan, say)
├── FormatUnsupported       not a format we read
└── DocumentTooLarge        over a named limit: of bytes, pages, characters, expansion, depth
"""

from __future__ import annotations

from typing import ClassVar, Final

IN_PARTS: Final = "Give it in parts, or have that limit raised on the server."
"""What to do where a limit that was named before is reached."""

MORE_TIME: Final = "Allow more time, have max_recognition_seconds raised on the server, or give fewer pages."
"""What to do where text recognition took too long."""


class DocumentError(Exception):
    """A document that could not be read. The message is for the caller: it names no path of the server's own.

    reason: UPPER_SNAKE, stable, the ErrorInfo reason of the answer.
    metadata: facts a program may want, for example {"limit": "max_document_bytes", "value": "67108864"}.
    """

    reason: ClassVar[str] = "DOCUMENT_UNREADABLE"

    def __init__(self, message: str, **metadata: str) -> None:
        super().__init__(message)
        self.message = message
        self.metadata = metadata


class DocumentNotFound(DocumentError):
    """file_path names nothing below a document root."""

    reason = "DOCUMENT_NOT_FOUND"


class DocumentOutsideRoots(DocumentError):
    """file_path leads out of every document root, or there is no document root."""

    reason = "DOCUMENT_OUTSIDE_ROOTS"


class DocumentEmpty(DocumentError):
    """No bytes, or nothing but white space."""

    reason = "DOCUMENT_EMPTY"


class DocumentEncrypted(DocumentError):
    """A password is needed."""

    reason = "DOCUMENT_ENCRYPTED"


class DocumentCorrupt(DocumentError):
    """The format is known, but the bytes are broken."""

    reason = "DOCUMENT_CORRUPT"


class DocumentWithoutText(DocumentError):
    """Well formed, but there is no text in it: a scanned page, a drawing."""

    reason = "DOCUMENT_WITHOUT_TEXT"


class DocumentUnfinished(DocumentError):
    """Time ran out before there was any text."""

    reason = "PROCESSING_TIMEOUT"


def unfinished() -> DocumentUnfinished:
    """The error for a document of which nothing was read in time."""
    return DocumentUnfinished("Time ran out before any text was found. Allow more of it, or give a smaller document.")


class FormatUnsupported(DocumentError):
    """Not a format we read."""

    reason = "DOCUMENT_FORMAT_UNSUPPORTED"


class DocumentTooLarge(DocumentError):
    """Over a limit. metadata names it: limit, value."""

    reason = "DOCUMENT_TOO_LARGE"
