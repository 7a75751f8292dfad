"""Reads mails (EML): head, body and the mails attached to them; other attachments are listed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from papermesh_services.documents import encoding, mail
from papermesh_services.documents.builder import Draft, TextBuilder
from papermesh_services.documents.found import Found
from papermesh_services.documents.mime import Part, Splitter
from papermesh_services.documents.model import Attachment, Document, Format, Metadata, Status

if TYPE_CHECKING:
    from collections.abc import Iterator

    from papermesh_services.documents.limits import Limits
    from papermesh_services.documents.watch import Watch

READER = "eml"

_SIGNED: Final = ("multipart/signed", "application/pkcs7-signature", "application/pgp-signature")
_SMIME: Final = ("application/pkcs7-mime", "application/x-pkcs7-mime")
_MAX_ATTACHMENT_NAME: Final = 255


def read(data: bytes, limits: Limits, watch: Watch) -> Document:
    """The document in these bytes."""
    data = data.removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n")
    if data.startswith((b"From ", b">From ")):
        data = data.partition(b"\n")[2]  # as a mailbox has it
    if b"\n" not in data:
        data = data.replace(b"\r", b"\n")
    reader = _Reader(limits, watch)
    builder = TextBuilder(limits)
    status, note = builder.extend(reader.drafts(data), watch), ""
    if reader.found.encrypted and not reader.bodies:
        raise mail.encrypted()
    if status is Status.OK and reader.stopped:
        status, note = Status.PARTIAL_LIMIT, mail.cut_off("mail", reader.stopped)
    traits = reader.found.traits()
    return builder.document(Format.EML, READER, reader.metadata, traits=traits, status=status, note=note)


def read_string(text: str, limits: Limits, watch: Watch) -> Document:
    """The document of this mail, as a caller has it who gives characters."""
    return read(text.encode("utf-8", "replace"), limits, watch)


@dataclass(slots=True)
class _Alternative:
    """The forms of one text, of which the best one is read: plain before HTML, unless it is blank."""

    depth: int
    plain: Part | None = None
    html: Part | None = None


class _Reader:
    """Goes over the parts of one mail."""

    def __init__(self, limits: Limits, watch: Watch) -> None:
        self.found = Found()
        self.metadata = Metadata()
        self.bodies = 0
        self._limits = limits
        self._watch = watch
        self._splitter = Splitter(limits)
        self._open: list[_Alternative] = []

    @property
    def stopped(self) -> str:
        """Which limit kept it from reading on; empty where none did."""
        return self._splitter.stopped

    def drafts(self, data: bytes) -> Iterator[Draft]:
        """The blocks, in order."""
        for part in self._splitter.parts(data):
            while self._open and part.depth <= self._open[-1].depth:
                yield from self._best(self._open.pop())
            if part.depth == 0 or part.parent == "message/rfc822":
                yield self._head(part)
            yield from self._take(part)
        while self._open:
            yield from self._best(self._open.pop())

    def _head(self, part: Part) -> Draft:
        fields = {name: mail.header_text(part.field(name)) for name in mail.HEAD}
        if part.depth == 0:
            sent = mail.date(fields["Date"])
            producer = mail.header_text(part.field("X-Mailer") or part.field("User-Agent"))
            self.metadata = Metadata(fields["Subject"], fields["From"], created=sent, producer=producer)
        return mail.head(fields)

    def _take(self, part: Part) -> Iterator[Draft]:
        kind = part.media_type
        self._note(part, kind)
        if kind == "multipart/alternative":
            self._open.append(_Alternative(part.depth))
        if kind.startswith("multipart/"):
            return
        attached = part.header.get_content_disposition() == "attachment"
        if attached or kind not in ("text/plain", "text/html"):
            self._attach(part, kind)
        elif self._open and kind == "text/plain":
            self._open[-1].plain = self._open[-1].plain or part
        elif self._open:
            self._open[-1].html = self._open[-1].html or part
        else:
            yield from self._body(part)

    def _best(self, alternative: _Alternative) -> Iterator[Draft]:
        plain, html = alternative.plain, alternative.html
        if plain is not None and (html is None or plain.decoded().strip()):
            yield from self._body(plain)
        elif html is not None:
            yield from self._body(html)

    def _body(self, part: Part) -> Iterator[Draft]:
        self.bodies += 1
        charset = _parameter(part, "charset")
        if part.media_type == "text/html":
            return mail.html_blocks(part.decoded(), charset, self._limits, self.found, self._watch)
        flowed = _parameter(part, "format").lower() == "flowed"
        return mail.plain_blocks(encoding.decode(part.decoded(), charset)[0], self._limits, self._watch, flowed=flowed)

    def _note(self, part: Part, kind: str) -> None:
        smime = _parameter(part, "smime-type").lower() if kind in _SMIME else ""
        self.found.encrypted |= kind in mail.ENCRYPTED or (kind in _SMIME and smime != "signed-data")
        self.found.signed |= kind in _SIGNED or smime == "signed-data"

    def _attach(self, part: Part, kind: str) -> None:
        name = mail.header_text(part.header.get_filename() or "")
        if kind == "message/rfc822" and not name:
            name = "attached message"
        self.found.attachments.append(Attachment(name[:_MAX_ATTACHMENT_NAME], kind, part.size))


def _parameter(part: Part, name: str) -> str:
    """A parameter of the part's type; empty where it is absent or cannot be read."""
    value = part.header.get_param(name, "")
    return value.strip() if isinstance(value, str) else ""
