"""Reads a multipart/form-data body as it comes in: its fields, and the bytes of the one file it has.

Pure: bytes in, values out. Fields must stand before the file, because the file is passed on while it comes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from papermesh_bridge.errors import BodyRefused

if TYPE_CHECKING:
    from papermesh_bridge.limits import Limits

FILE: Final = "file"
"""The name of the part that is the document."""
_MAX_HEADERS: Final = 16
_PLAIN_CODINGS: Final = ("", "7bit", "8bit", "binary")


class FormReader:
    """One form. Feed it until `begun`, when every field is known; the bytes that feeding gives are the file's."""

    def __init__(self, content_type: str, limits: Limits) -> None:
        """Raises BodyRefused where the content type names no boundary that can be used."""
        boundary = parse_options_header(content_type)[1].get(b"boundary", b"")
        if not boundary:
            raise _refused("the content type of the form has no boundary; let the HTTP library set it")
        self.fields: dict[str, str] = {}
        self.filename = ""
        self.begun = False
        self._limits = limits
        self._ended = False
        self._parts = 0
        self._headers: dict[bytes, bytes] = {}
        self._header = (bytearray(), bytearray())
        self._name: str | None = None
        self._value = bytearray()
        self._file: list[bytes] = []
        try:
            self._parser = MultipartParser(
                boundary,
                {
                    "on_part_begin": self._part_begins,
                    "on_header_field": lambda data, start, end: self._header[0].extend(data[start:end]),
                    "on_header_value": lambda data, start, end: self._header[1].extend(data[start:end]),
                    "on_header_end": self._header_ends,
                    "on_headers_finished": self._data_begins,
                    "on_part_data": self._data,
                    "on_part_end": self._part_ends,
                    "on_end": self._form_ends,
                },
                max_header_count=_MAX_HEADERS,
                max_header_size=limits.max_header_bytes,
            )
        except FormParserError:
            raise _refused("the boundary of the form is too long") from None

    def feed(self, data: bytes) -> bytes:
        """Takes the next bytes of the body and gives those of the file among them. Raises BodyRefused."""
        try:
            self._parser.write(data)
        except FormParserError as fault:
            raise _refused(f"the body is not the form its content type says: {str(fault)[:200]}") from None
        found, self._file = b"".join(self._file), []
        return found

    def finish(self) -> None:
        """Takes the end of the body. Raises BodyRefused where the form is not complete or had no file."""
        if not self._ended:
            raise _refused("the form ended before its last boundary; send it again", reason="FORM_CUT_OFF")
        if not self.begun:
            told = f"the form has no file; send the document as the part {FILE!r}"
            raise _refused(told, FILE, "FILE_MISSING")

    def _part_begins(self) -> None:
        self._parts += 1
        if self._parts > self._limits.max_form_parts:
            raise _refused(f"the form has more than {self._limits.max_form_parts} parts")
        self._headers = {}
        self._value = bytearray()

    def _header_ends(self) -> None:
        name, value = self._header
        self._headers[bytes(name).lower()] = bytes(value)
        self._header = (bytearray(), bytearray())

    def _data_begins(self) -> None:
        _, options = parse_options_header(self._headers.get(b"content-disposition", b"").decode("latin-1"))
        if b"name" not in options:
            raise _refused("a part of the form has no name")
        coding = self._headers.get(b"content-transfer-encoding", b"").strip().lower().decode("latin-1")
        if coding not in _PLAIN_CODINGS:
            raise _refused(f"the transfer encoding {coding[:64]!r} is not taken; send the part as it is")
        name = _text(options[b"name"], "the name of a part")
        if self.begun:
            raise self._after_the_file(name)
        self._name = name
        if name == FILE:
            self.begun = True
            self.filename = base_name(options.get(b"filename", b"").decode("utf-8", "replace"))
        elif b"filename" in options:
            told = f"the file came as the part {name[:64]!r}; send it as the part {FILE!r}"
            raise _refused(told, name[:64], "FILE_MISSING")
        elif name in self.fields:
            raise _refused("the field is there twice", name[:64])

    def _after_the_file(self, name: str) -> BodyRefused:
        if name == FILE:
            return _refused("the form has two files; send one form for each", FILE)
        return _refused("the field comes after the file; send the fields first", name[:64])

    def _data(self, data: bytes, start: int, end: int) -> None:
        if self._name == FILE:
            self._file.append(data[start:end])
            return
        self._value += data[start:end]
        if len(self._value) > self._limits.max_field_bytes:
            told = f"the field is larger than {self._limits.max_field_bytes} bytes"
            raise BodyRefused(told, "FIELD_TOO_LARGE", field=(self._name or "")[:64])

    def _part_ends(self) -> None:
        if self._name is not None and self._name != FILE:
            self.fields[self._name] = _text(bytes(self._value), f"the field {self._name[:64]!r}")

    def _form_ends(self) -> None:
        self._ended = True


def base_name(filename: str) -> str:
    """Gives a file name without the folders before it; quotes are as browsers and curl write them."""
    return filename.replace("%22", '"').replace("\\", "/").rpartition("/")[2]


def _text(data: bytes, what: str) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        raise _refused(f"{what} is not UTF-8") from None


def _refused(told: str, field: str = "", reason: str = "FORM_INVALID") -> BodyRefused:
    return BodyRefused(told, reason, field=field)
