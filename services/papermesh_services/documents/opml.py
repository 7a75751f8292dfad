"""Makes blocks of an OPML: its outline as list items, each as deep as it is nested, with its note after it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from papermesh_services.documents import links
from papermesh_services.documents.builder import Draft
from papermesh_services.documents.clean import one_line
from papermesh_services.documents.found import Found
from papermesh_services.documents.model import BlockKind, Link, Span
from papermesh_services.documents.xmlparts import Element, local_name

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT: Final = "opml"
_TARGETS: Final = ("htmlUrl", "url", "xmlUrl")
_DEEPEST: Final = 9


class Opml:
    """Takes elements, gives blocks."""

    is_full = False

    def __init__(self) -> None:
        self.title = ""
        self.found = Found()
        self._depth = 0

    def begin(self, element: Element) -> Iterator[Draft]:
        """Takes an element that begins."""
        if local_name(element) != "outline":
            return
        self._depth += 1
        attributes = element.attrib
        text = one_line(attributes.get("text", "") or attributes.get("title", ""))
        if text:
            target = next((found for name in _TARGETS if (found := links.target(attributes.get(name, "")))), "")
            linked = (Link(target, Span(0, len(text))),) if target else ()
            yield Draft(BlockKind.LIST_ITEM, text, min(self._depth, _DEEPEST), links=linked)
        if attributes.get("_note", "").strip():
            yield Draft(BlockKind.PARAGRAPH, attributes["_note"].strip())

    def end(self, element: Element) -> Iterator[Draft]:
        """Takes an element that ends."""
        name = local_name(element)
        self._depth -= name == "outline"
        if name == "title" and not self.title:
            self.title = one_line(element.text or "")
            if self.title:
                yield Draft(BlockKind.HEADING, self.title, 1)

    def close(self) -> Iterator[Draft]:
        """Ends what is open."""
        return iter(())
