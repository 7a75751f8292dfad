"""Reads Outlook messages (MSG): head, body and the messages attached to them; other attachments are listed."""

from __future__ import annotations

from email import policy
from email.parser import HeaderParser
from typing import TYPE_CHECKING, Final

import olefile  # type: ignore[import-untyped]

from papermesh_services.documents import mail, msg_rtf, rtf, rtf_html
from papermesh_services.documents.builder import Draft, TextBuilder
from papermesh_services.documents.dates import rfc3339
from papermesh_services.documents.found import Found
from papermesh_services.documents.model import Attachment, Document, Format, Metadata, Status
from papermesh_services.documents.msg_store import Storage
from papermesh_services.documents.watch import OutOfTimeError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from papermesh_services.documents.limits import Limits
    from papermesh_services.documents.watch import Watch

READER = "msg"
_DAMAGED = "The body of the message is damaged; the text is what there is of it. Save the message again."

_CLASS, _SUBJECT, _SENT, _HEADERS, _TO, _CC, _RECEIVED = 0x001A, 0x0037, 0x0039, 0x007D, 0x0E04, 0x0E03, 0x0E06
_SENDER, _SENDER_ADDRESS, _SENDER_SMTP = 0x0C1A, 0x0C1F, 0x5D01
_BODY, _HTML, _RTF = 0x1000, 0x1013, 0x1009
_DATA, _LONG_NAME, _NAME, _DISPLAY_NAME, _MEDIA_TYPE = 0x3701, 0x3707, 0x3704, 0x3001, 0x370E
_MAX_NAME: Final = 255


def read(data: bytes, limits: Limits, watch: Watch) -> Document:
    """The document in these bytes."""
    with olefile.OleFileIO(data) as ole:
        reader = _Reader(limits, watch)
        builder = TextBuilder(limits)
        status, note = builder.extend(reader.drafts(Storage(ole)), watch), ""
    if reader.found.encrypted and not reader.bodies:
        raise mail.encrypted()
    if status is Status.OK and reader.late:
        status = Status.PARTIAL_TIMEOUT
    elif status is Status.OK and reader.stopped:
        status, note = Status.PARTIAL_LIMIT, mail.cut_off("message", reader.stopped)
    elif status is Status.OK and reader.damaged:
        status, note = Status.CORRUPT, _DAMAGED
    traits = reader.found.traits()
    return builder.document(Format.MSG, READER, reader.metadata, traits=traits, status=status, note=note)


class _Reader:
    """Goes over a message and those attached to it."""

    def __init__(self, limits: Limits, watch: Watch) -> None:
        self.found = Found()
        self.metadata = Metadata()
        self.stopped = ""
        self.late = False
        self.damaged = False
        self.bodies = 0
        self._limits = limits
        self._watch = watch
        self._parts = 0

    def drafts(self, message: Storage, depth: int = 0) -> Iterator[Draft]:
        """The blocks, in order."""
        fields = _fields(message, self._limits)
        moment = message.moment(_SENT) or message.moment(_RECEIVED)
        if depth == 0:
            sent = mail.date(fields["Date"]) or rfc3339(moment)
            self.metadata = Metadata(fields["Subject"], fields["From"], created=sent)
            kind = message.text(_CLASS).upper()
            self.found.signed, self.found.encrypted = "MULTIPARTSIGNED" in kind, kind.endswith(".SMIME")
        yield mail.head({**fields, "Date": fields["Date"] or rfc3339(moment)})
        yield from self._body(message)
        for attachment in message.attachments():
            yield from self._attachment(attachment, depth)
            if self.stopped:
                return

    def _body(self, message: Storage) -> Iterator[Draft]:
        for draft in self._read_body(message):
            self.bodies += bool(draft.text.strip())
            yield draft

    def _read_body(self, message: Storage) -> Iterator[Draft]:
        plain = message.text(_BODY)
        page, charset = message.data(_HTML), message.codec
        if not page:
            page, charset = message.text(_HTML).encode("utf-8", "replace"), "utf-8"
        rich = b"" if plain.strip() or page.strip() else self._rich(message)
        if plain.strip():
            return mail.plain_blocks(plain, self._limits, self._watch)
        if rtf_html.holds_html(rich):
            page, charset = rtf_html.html(rich, self._limits, self._watch).encode("utf-8", "replace"), "utf-8"
            self.late |= self._watch.expired
        elif rich:
            return rtf.fragment_blocks(rich, self._limits, self._watch, self.found)
        return mail.html_blocks(page, charset, self._limits, self.found, self._watch)

    def _rich(self, message: Storage) -> bytes:
        """The body in RTF, which stands for one in HTML too."""
        packed = message.data(_RTF)
        if not packed:
            return b""
        most = self._limits.max_archive_part_bytes
        try:
            body = msg_rtf.unpack(packed, most, self._watch)
        except OutOfTimeError:
            self.late = True
            return b""
        self.damaged |= body.damaged
        if body.cut:
            self.stopped = f"its body unpacks to more than {most:,} bytes (max_archive_part_bytes)"
        return body.data

    def _attachment(self, attachment: Storage, depth: int) -> Iterator[Draft]:
        self._parts += 1
        if self._parts > self._limits.max_mail_parts:
            self.stopped = f"it has more than {self._limits.max_mail_parts:,} parts (max_mail_parts)"
            return
        name = next(filter(None, map(attachment.text, (_LONG_NAME, _NAME, _DISPLAY_NAME))), "")[:_MAX_NAME]
        inner = attachment.message()
        kind = "application/vnd.ms-outlook" if inner else attachment.text(_MEDIA_TYPE).strip().lower()
        self.found.encrypted |= kind in mail.ENCRYPTED
        self.found.attachments.append(Attachment(name, kind, attachment.size(_DATA)))
        if inner is None:
            return
        if depth >= self._limits.max_mail_nesting:
            self.stopped = f"its parts are nested more than {self._limits.max_mail_nesting:,} deep (max_mail_nesting)"
            return
        yield from self.drafts(inner, depth + 1)


def _fields(message: Storage, limits: Limits) -> dict[str, str]:
    """The fields of its head: as they came over the internet where it has those, else as Outlook keeps them."""
    raw = message.text(_HEADERS)[: limits.max_mail_header_bytes].lstrip()
    header = HeaderParser(policy=policy.compat32).parsestr(raw, headersonly=True)
    sent = {name: mail.header_text(str(header.get(name, ""))) for name in mail.HEAD}
    name, address = message.text(_SENDER).strip(), message.text(_SENDER_SMTP) or message.text(_SENDER_ADDRESS)
    sender = f"{name} <{address}>" if "@" in address and address != name else name or address
    kept = {"From": sender, "To": message.text(_TO), "Cc": message.text(_CC), "Subject": message.text(_SUBJECT)}
    kept = {name: value for name, value in kept.items() if value.strip()}
    # Addresses are whole only as they were sent; the subject is the same without its encoded words.
    subject = kept.get("Subject") or sent["Subject"]
    return {name: value or kept.get(name, "") for name, value in sent.items()} | {"Subject": subject}
