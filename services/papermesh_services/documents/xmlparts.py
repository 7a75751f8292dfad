"""Walks the XML parts of a container: events in order, without entities, without the network, and not too deep."""

from __future__ import annotations

import functools
import io
import re
from typing import TYPE_CHECKING, Protocol

from lxml import etree  # type: ignore[import-untyped]

from papermesh_services.documents.clean import one_line
from papermesh_services.documents.errors import DocumentCorrupt, DocumentTooLarge
from papermesh_services.documents.watch import UNWATCHED, Watch

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from papermesh_services.documents.limits import Limits

_CHECKED_EVERY = 1024
_MOST_ATTRIBUTES = 20_000
_ATTRIBUTE = re.compile(rb"=\s*[\"']")
_PREFIXES = {
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships": "r:",
    "http://purl.oclc.org/ooxml/officeDocument/relationships": "r:",
    "http://schemas.openxmlformats.org/officeDocument/2006/math": "m:",
    "http://purl.oclc.org/ooxml/officeDocument/math": "m:",
    "http://purl.org/dc/elements/1.1/": "dc:",
    "http://www.w3.org/1999/xlink": "xlink:",
}
_NAMED_DOCTYPE = re.compile(
    rb"""\A(?:\xef\xbb\xbf)?(?:<\?xml\s+version=["']1\.\d["'](?:\s+encoding=["']utf-8["'])?\s*\?>)?"""
    rb"""\s*<!DOCTYPE\s+[\w:.-]+\s+(?:SYSTEM|PUBLIC\s+"[\w /.-]*")\s+"[\w:/.-]*"\s*>""",
    re.IGNORECASE,
)
"""A document type that is only named, as in the manifests of OpenOffice.org: it declares nothing in the part itself."""
_OPEN_DOCUMENT = re.compile(r"urn:oasis:names:tc:opendocument:xmlns:([a-z-]+):")


class Handler(Protocol):
    """What is told of a part while it is read. Names are those that short gives."""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins."""

    def data(self, text: str) -> None:
        """Characters, which may come in several pieces."""

    def end(self, name: str) -> None:
        """An element ends."""


class Element(Protocol):
    """What we use of an element of lxml, which has no types of its own."""

    tag: object
    text: str | None
    tail: str | None
    attrib: Mapping[str, str]

    def clear(self) -> None:
        """Takes everything out of it."""

    def getparent(self) -> Element | None:
        """The element around it."""

    def getprevious(self) -> Element | None:
        """The element before it in the same parent."""

    def __delitem__(self, index: int) -> None: ...

    def __getitem__(self, index: int) -> Element: ...

    def __len__(self) -> int: ...


def walk(data: bytes, part: str, limits: Limits) -> Iterator[tuple[bool, Element]]:
    """Each element twice: (True, element) where it begins, (False, element) where it ends; then it is emptied.

    Raises DocumentCorrupt where it is not well formed, DocumentTooLarge where it is nested too deeply.
    """
    if _has_doctype(data):
        # Office files have none, and its entities can make one line into gigabytes.
        raise DocumentCorrupt(
            f"The part {part} of the document declares a document type, as no such file may. Save it again."
        )
    depth = 0
    events = etree.iterparse(
        io.BytesIO(data),
        events=("start", "end"),
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=True,  # our own limits hold: libxml2's would take a long text for a fault
        remove_comments=True,
        remove_pis=True,
    )
    try:
        for event, element in events:
            begins = event == "start"
            depth += 1 if begins else -1
            if depth > limits.max_nesting:
                raise too_deep(limits)
            yield begins, element
            if not begins:
                _release(element)
    except etree.XMLSyntaxError as fault:
        raise DocumentCorrupt(f"The part {part} of the document is broken XML. Save the document again.") from fault


def parse(chunks: Iterable[bytes], part: str, handler: Handler, limits: Limits, watch: Watch = UNWATCHED) -> None:
    """Tells the handler what is in a part while its bytes come in. No tree is built. An absent part has nothing in it.

    Raises DocumentCorrupt, DocumentTooLarge, OutOfTimeError, and whatever the handler or the chunks raise.
    """
    target = _Target(part, handler, limits, watch)
    parser = etree.XMLParser(
        target=target,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=True,  # our own limits hold: libxml2's would take a long text for a fault
    )
    attributes = 0
    fed = False
    try:
        for chunk in chunks:
            if not fed:
                target.type_is_named = _NAMED_DOCTYPE.match(chunk) is not None
            attributes = _hold_attributes(chunk, attributes, part)
            parser.feed(chunk)
            fed = True
        if fed:
            parser.close()
    except etree.XMLSyntaxError as fault:
        raise DocumentCorrupt(f"The part {part} of the document is broken XML. Save the document again.") from fault


@functools.lru_cache(maxsize=4096)
def short(name: str) -> str:
    """A name with a prefix where several vocabularies share it, otherwise without its namespace.

    OpenDocument's have the usual ones ("text:p"), and "r:", "m:", "dc:" and "xlink:" stand for what they usually do.
    """
    namespace, _, local = name[1:].rpartition("}") if name.startswith("{") else ("", "", name)
    if namespace in _PREFIXES:
        return _PREFIXES[namespace] + local
    match = _OPEN_DOCUMENT.match(namespace)
    return f"{match.group(1).replace('drawing', 'draw')}:{local}" if match else local


class _Target:
    """Holds the limits between the parser and a handler."""

    def __init__(self, part: str, handler: Handler, limits: Limits, watch: Watch) -> None:
        self._part = part
        self._handler = handler
        self._limits = limits
        self._watch = watch
        self._depth = 0
        self._elements = 0
        self.data = handler.data
        self.type_is_named = False

    def doctype(self, *_: object) -> None:
        """Office files declare none, and its entities can make one line into gigabytes."""
        if self.type_is_named:
            return
        raise DocumentCorrupt(
            f"The part {self._part} of the document declares a document type, as no such file may. Save it again."
        )

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """An element begins."""
        self._depth += 1
        self._elements += 1
        if self._depth > self._limits.max_nesting:
            raise too_deep(self._limits)
        if self._elements % _CHECKED_EVERY == 0:
            self._watch.check()
        self._handler.start(short(tag), {short(key): text for key, text in attributes.items()} if attributes else {})

    def end(self, tag: str) -> None:
        """An element ends."""
        self._depth -= 1
        self._handler.end(short(tag))

    def close(self) -> None:
        """The part ends."""


def _hold_attributes(chunk: bytes, before: int, part: str) -> int:
    """The attributes of the element that is open at the end of the chunk. Millions of them would take gigabytes."""
    last = chunk.rfind(b"<")
    count = len(_ATTRIBUTE.findall(chunk, max(0, last))) + (before if last < 0 else 0)
    if count > _MOST_ATTRIBUTES:
        raise DocumentCorrupt(f"An element in the part {part} of the document has too many attributes. Save it again.")
    return count


def local_name(element: Element) -> str:
    """The name of an element without its namespace."""
    return str(element.tag).rpartition("}")[2]


class ElementTexts:
    """Hears the elements that have nothing but text in them, as properties have. Made for others to build on."""

    def __init__(self) -> None:
        self._pieces: list[str] = []

    def take(self, name: str, text: str) -> None:
        """Is told the text of an element, on one line, where it has some."""
        raise NotImplementedError

    def start(self, name: str, attributes: dict[str, str]) -> None:  # noqa: ARG002 - every handler has the same form
        """Begins an element."""
        self._pieces.clear()

    def data(self, text: str) -> None:
        """Keeps a piece of text."""
        self._pieces.append(text)

    def end(self, name: str) -> None:
        """Ends an element."""
        text = one_line("".join(self._pieces))
        self._pieces.clear()
        if text:
            self.take(name, text)


def value(element: Element, name: str = "val") -> str:
    """An attribute by its local name; empty where it is absent."""
    for key, text in element.attrib.items():
        if str(key).rpartition("}")[2] == name:
            return str(text)
    return ""


def too_deep(limits: Limits) -> DocumentTooLarge:
    """The error for elements nested too deeply."""
    return DocumentTooLarge(
        f"The document's elements are nested more than {limits.max_nesting:,} deep, the most that is read. "
        "Save it in a simpler form, or have max_nesting raised on the server.",
        limit="max_nesting",
        value=str(limits.max_nesting),
    )


def _has_doctype(data: bytes) -> bool:
    return any("<!DOCTYPE".encode(name) in data for name in ("ascii", "utf-16-le", "utf-16-be"))


def _release(element: Element) -> None:
    """Frees what has been read, so that a long document takes no more memory than a short one."""
    tail = element.tail
    element.clear()
    element.tail = tail
    parent = element.getparent()
    if parent is not None:
        while element.getprevious() is not None:
            del parent[0]
