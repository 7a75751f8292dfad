"""What a PDF says of itself in XMP, for what its dictionary of information leaves out.

Looks for the XML in the bytes of the file, and has pypdf find it only where it is packed away or there are several,
because opening a file again takes longer than reading a page. Never raises: a file says of itself what it likes.
"""

from __future__ import annotations

import codecs
import io
import itertools
import re
import zlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import pypdf
from lxml import etree  # type: ignore[import-untyped]
from pypdf.generic import StreamObject

from papermesh_services.documents.clean import clean, one_line
from papermesh_services.documents.dates import parse_iso

if TYPE_CHECKING:
    from papermesh_services.documents.model import Metadata

_MOST_BYTES: Final = 1024 * 1024
"""Of XMP. Larger ones carry the history of a drawing and pictures of it."""
_MOST_HEAD: Final = 1_024
_MOST_FOUND: Final = 200
_MOST_CATALOG: Final = 16_384
_XML: Final = re.compile(rb"/Subtype\s*/XML\b")
_OBJECT: Final = re.compile(rb"\b(\d{1,10})\s+\d{1,5}\s+obj\b")
_STREAM: Final = re.compile(rb"stream\r?\n")
_WIDE: Final = (codecs.BOM_UTF16_BE, codecs.BOM_UTF16_LE)
_DOCTYPE: Final = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_SPACES: Final = {
    "http://purl.org/dc/elements/1.1/": "dc",
    "http://ns.adobe.com/xap/1.0/": "xmp",
    "http://ns.adobe.com/pdf/1.3/": "pdf",
}
_RDF: Final = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"


@dataclass(frozen=True, slots=True)
class Said:
    """What the XMP says, empty where it says nothing."""

    title: str = ""
    author: str = ""
    created: str = ""
    modified: str = ""
    producer: str = ""
    language: str = ""


def complete(known: Metadata, language: str, data: bytes) -> tuple[Metadata, str]:
    """The metadata and the language, with what only the XMP of the file says."""
    if known.title and known.author and known.created and known.modified and known.producer and language:
        return known, language
    said = read(data)
    filled = replace(
        known,
        title=known.title or said.title,
        author=known.author or said.author,
        created=known.created or said.created,
        modified=known.modified or said.modified,
        producer=known.producer or said.producer,
    )
    return filled, language or said.language


def read(data: bytes) -> Said:
    """What the document's own XMP says."""
    packets = _packets(data)
    if not packets:
        return Said()
    if len(packets) > 1:
        return parse(_of_catalog(data)) or Said()
    [(number, packet)] = packets.items()
    if not _is_of_catalog(data, number):
        return Said()
    return parse(_of_catalog(data) if b"/Encrypt" in data else packet) or Said()


def parse(packet: bytes) -> Said | None:
    """What is said in XML of this kind; None where it is none."""
    if not packet or len(packet) > _MOST_BYTES or _DOCTYPE.search(packet):
        return None
    parser = etree.XMLParser(resolve_entities=False, load_dtd=False, no_network=True, recover=False, huge_tree=False)
    try:
        root = etree.fromstring(_trimmed(packet), parser)
    except etree.XMLSyntaxError:
        return None
    facts: dict[str, list[str]] = {}
    for description in root.iter(f"{_RDF}Description"):
        _take(description, facts)
    return Said(
        title=_first(facts, "dc:title"),
        author="; ".join(facts.get("dc:creator", ())),
        created=parse_iso(_first(facts, "xmp:CreateDate")),
        modified=parse_iso(_first(facts, "xmp:ModifyDate")),
        producer=_first(facts, "pdf:Producer") or _first(facts, "xmp:CreatorTool"),
        language=_first(facts, "dc:language"),
    )


def _trimmed(packet: bytes) -> bytes:
    """The packet without what stands around it; of one in UTF-16 that is the end of the line."""
    return packet[: len(packet) // 2 * 2] if packet.startswith(_WIDE) else packet.strip(b"\0 \t\r\n")


def _packets(data: bytes) -> dict[bytes, bytes]:
    """The XML streams of the file by the numbers of their objects; of those with the same number the last."""
    found: dict[bytes, bytes] = {}
    for match in itertools.islice(_XML.finditer(data), _MOST_FOUND):
        heads = list(_OBJECT.finditer(data, max(0, match.start() - _MOST_HEAD), match.start()))
        begin = _STREAM.search(data, match.end(), match.end() + _MOST_HEAD)
        if heads and begin:
            content = data[begin.end() : begin.end() + _MOST_BYTES + 1].partition(b"endstream")[0]
            found[heads[-1][1]] = _unpacked(content, data[heads[-1].end() : begin.start()])
    return found


def _unpacked(content: bytes, head: bytes) -> bytes:
    if b"/Filter" not in head:
        return content
    try:
        return zlib.decompressobj().decompress(content, _MOST_BYTES + 1)
    except zlib.error:
        return b""


def _is_of_catalog(data: bytes, number: bytes) -> bool:
    """Whether the catalog names the object, or cannot be seen; pictures have XMP of their own."""
    at = data.rfind(b"/Catalog")
    if at < 0:
        return True
    catalog = data[max(0, data.rfind(b"obj", 0, at)) : data.find(b"endobj", at)][:_MOST_CATALOG]
    return re.search(rb"/Metadata\s+%b\s" % number, catalog) is not None


def _of_catalog(data: bytes) -> bytes:
    """The XMP that the catalog names, unpacked and decrypted."""
    try:
        reader = pypdf.PdfReader(io.BytesIO(data), strict=False)
        if reader.is_encrypted:
            reader.decrypt("")
        stream = reader.root_object["/Metadata"].get_object()
        return bytes(stream.get_data()) if isinstance(stream, StreamObject) else b""
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - pypdf raises what it likes on a broken file
        return b""


def _take(description: etree._Element, facts: dict[str, list[str]]) -> None:
    """Notes the properties of a description: its attributes, and its elements with the items of their lists."""
    for key, value in description.attrib.items():
        _note(facts, key, [value])
    for element in description:
        if isinstance(element.tag, str):
            items = [item.text or "" for item in element.iter(f"{_RDF}li")]
            _note(facts, element.tag, items or [element.text or ""])


def _note(facts: dict[str, list[str]], key: str, values: list[str]) -> None:
    space, _, name = key.removeprefix("{").rpartition("}")
    texts = [text for value in values if (text := one_line(clean(value)))]
    if space in _SPACES and texts:
        facts.setdefault(f"{_SPACES[space]}:{name}", texts)


def _first(facts: dict[str, list[str]], name: str) -> str:
    return next(iter(facts.get(name, ())), "")
