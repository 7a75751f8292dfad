"""Takes a mail apart: the parts of a MIME message as slices of its bytes, each with its header read.

The standard library reads headers and undoes encodings; what is a part is found here, because its parser takes memory
and time for hostile mails without end. Every limit is on the mail as a whole.
"""

from __future__ import annotations

import binascii
import re
from dataclasses import dataclass, field
from email import policy
from email.message import Message
from email.parser import HeaderParser
from typing import TYPE_CHECKING, Final

from papermesh_services.documents.errors import DocumentTooLarge

if TYPE_CHECKING:
    from collections.abc import Iterator

    from papermesh_services.documents.limits import Limits

_HEADER_END: Final = re.compile(rb"\r?\n[ \t]*\r?(?:\n|\Z)")
_TYPE: Final = re.compile(r"[\w!#$&^.+-]{1,127}/[\w!#$&^.+-]{1,127}")
_LINE_FEED: Final = 10
_MAX_VALUE: Final = 4096
_BLANKS: Final = b" \t\r\n"
_PARSER: Final = HeaderParser(policy=policy.compat32)


@dataclass(frozen=True, slots=True)
class Part:
    """One part: its header and the bytes of its body, still encoded. depth counts from 0, the mail itself."""

    header: Message
    body: memoryview
    depth: int
    parent: str = ""

    @property
    def media_type(self) -> str:
        """Its type in lower case, for example "text/plain"."""
        kind = self.header.get_content_type()
        return kind if _TYPE.fullmatch(kind) else "text/plain"

    def decoded(self) -> bytes:
        """The body without its transfer encoding; what is badly encoded as far as it goes."""
        encoding = self.field("content-transfer-encoding").strip().lower()
        if encoding == "base64":
            return _unbase64(self.body)
        if encoding == "quoted-printable":
            return binascii.a2b_qp(self.body)
        return bytes(self.body)

    @property
    def size(self) -> int:
        """The bytes of the body without its transfer encoding, which is not undone for that."""
        encoding = self.field("content-transfer-encoding").strip().lower()
        if encoding == "base64":
            bare = bytes(self.body).translate(None, _BLANKS).rstrip(b"=")
            return len(bare) * 3 // 4
        if encoding == "quoted-printable":
            body = bytes(self.body)
            return len(body) - 2 * body.count(b"=") - body.count(b"=\r\n")
        return len(self.body)

    def field(self, name: str) -> str:
        """A field of the header as it was written, with surrogates for what is not ASCII; empty where it is absent."""
        return next((str(value) for key, value in self.header.raw_items() if key.lower() == name.lower()), "")


@dataclass(slots=True)
class Splitter:
    """Goes over the parts of one mail. stopped says afterwards which limit kept it from some of them."""

    limits: Limits
    stopped: str = ""
    _headers: int = field(default=0, init=False)
    _parts: int = field(default=0, init=False)

    def parts(self, data: bytes | memoryview, depth: int = 0, parent: str = "") -> Iterator[Part]:
        """The part in these bytes, then those in it, in order.

        Raises DocumentTooLarge where the header of the mail itself is over the limit.
        """
        if self._parts >= self.limits.max_mail_parts:
            self.stopped = f"it has more than {self.limits.max_mail_parts:,} parts (max_mail_parts)"
            return
        self._parts += 1
        part = self._part(memoryview(data), depth, parent)
        if part is None:
            return
        yield part
        kind = part.media_type
        if kind != "message/rfc822" and not kind.startswith("multipart/"):
            return
        if depth >= self.limits.max_mail_nesting:
            self.stopped = f"its parts are nested more than {self.limits.max_mail_nesting:,} deep (max_mail_nesting)"
        elif kind == "message/rfc822":
            yield from self.parts(_attached(part), depth + 1, kind)
        else:
            for piece in _pieces(part):
                yield from self.parts(piece, depth + 1, kind)
                if self.stopped:
                    return

    def _part(self, data: memoryview, depth: int, parent: str) -> Part | None:
        end, body = _header_end(data)
        self._headers += end
        if self._headers > self.limits.max_mail_header_bytes:
            if depth == 0:
                raise _too_long(self.limits)
            self.stopped = (
                f"its headers have more than {self.limits.max_mail_header_bytes:,} bytes (max_mail_header_bytes)"
            )
            return None
        return Part(_parsed(bytes(data[:end]), parent), data[body:], depth, parent)


def _header_end(data: memoryview) -> tuple[int, int]:
    """Where the header ends, and where the body begins."""
    if bytes(data[:2]).lstrip(b"\r")[:1] == b"\n":
        return 0, 1 if data[0] == _LINE_FEED else 2
    match = _HEADER_END.search(data)
    return (match.start(), match.end()) if match else (len(data), len(data))


def _parsed(raw: bytes, parent: str) -> Message:
    """The header, its values cut to what its parameters can be looked for in without endless work."""
    found = _PARSER.parsestr(raw.decode("ascii", "surrogateescape"), headersonly=True)
    short = Message(policy=policy.compat32)
    if parent == "multipart/digest":
        short.set_default_type("message/rfc822")
    for name, value in found.raw_items():
        # As it was written: the policy would make an object of a value that is not ASCII.
        short.set_raw(name, str(value)[:_MAX_VALUE])
    return short


def _attached(part: Part) -> bytes | memoryview:
    """The mail that is attached as this part."""
    encoded = part.field("content-transfer-encoding").strip().lower() in ("base64", "quoted-printable")
    data = part.decoded() if encoded else part.body
    start = 0
    while start < len(data) and data[start] in b"\r\n":
        start += 1
    return data[start:]


def _pieces(part: Part) -> Iterator[bytes | memoryview]:
    """What stands between the boundaries of a part."""
    boundary = part.header.get_boundary("")
    if not boundary:
        yield b"\n" + bytes(part.body)  # one without a header
        return
    mark = re.escape(boundary.encode("ascii", "surrogateescape"))
    start = -1
    for match in re.finditer(rb"(?:\A|\r?\n)--" + mark + rb"(--)?[ \t]*\r?(?=\n|\Z)", part.body):
        if start >= 0:
            yield part.body[start : match.start()]
        start = -1 if match.group(1) else match.end() + 1
        if start < 0:
            return
    if start >= 0:
        yield part.body[start:]  # it is cut off


def _unbase64(body: memoryview) -> bytes:
    try:
        return binascii.a2b_base64(body)
    except binascii.Error:
        clean = re.sub(rb"[^A-Za-z0-9+/]", b"", body)  # as bytes
        whole = clean[: len(clean) - (len(clean) % 4 == 1)]
        return binascii.a2b_base64(whole + b"=" * (-len(whole) % 4))


def _too_long(limits: Limits) -> DocumentTooLarge:
    limit = limits.max_mail_header_bytes
    return DocumentTooLarge(
        f"The header of the mail has more than {limit:,} bytes, the most that is read. "
        "Save it with fewer fields, or have max_mail_header_bytes raised on the server.",
        limit="max_mail_header_bytes",
        value=str(limit),
    )
