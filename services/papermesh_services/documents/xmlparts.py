"""Walks the XML parts of a container: events in order, without entities, without the network, and not too deep."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Protocol

from lxml import etree  # type: ignore[import-untyped]

from papermesh_services.documents.errors import DocumentCorrupt, DocumentTooLarge

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from papermesh_services.documents.limits import Limits


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
            f"The part {part} of the document declares a document type, as no DOCX may. Save it again."
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


def local_name(element: Element) -> str:
    """The name of an element without its namespace."""
    return str(element.tag).rpartition("}")[2]


def value(element: Element, name: str = "val") -> str:
    """An attribute by its local name; empty where it is absent."""
    for key, text in element.attrib.items():
        if str(key).rpartition("}")[2] == name:
            return str(text)
    return ""


def too_deep(limits: Limits) -> DocumentTooLarge:
    """The error for elements nested too deeply."""
    return DocumentTooLarge(
        f"The document's elements are nested more than {limits.max_nesting:,} deep, the most that is read.",
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
