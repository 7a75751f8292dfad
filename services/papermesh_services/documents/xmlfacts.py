"""Makes an outline of the attributes of an XML whose elements have no text, as lists of data often are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from papermesh_services.documents.found import Found
from papermesh_services.documents.outline import Outline
from papermesh_services.documents.xmlparts import local_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from papermesh_services.documents.builder import Draft
    from papermesh_services.documents.xmlparts import Element

_DRAWN: Final = "{http://www.w3.org/2000/svg}"
_ABOUT_XML: Final = ("{http://www.w3.org/XML/1998/namespace}", "{http://www.w3.org/2001/XMLSchema-instance}")


class Facts:
    """Takes elements, gives blocks: the attributes of each with their names, under its own."""

    title = ""
    is_full = False

    def __init__(self) -> None:
        self.found = Found()
        self._outline = Outline()

    def begin(self, element: Element) -> Iterator[Draft]:
        """Takes an element that begins."""
        if str(element.tag).startswith(_DRAWN):
            return  # lines and curves say nothing
        said = [(key, text) for key, text in element.attrib.items() if not str(key).startswith(_ABOUT_XML)]
        if said:
            yield from self._outline.flush()
            yield from self._outline.label(local_name(element))
        for key, text in said:
            yield from self._outline.line(str(key).rpartition("}")[2], " ".join(str(text).split()))

    def end(self, element: Element) -> Iterator[Draft]:  # noqa: ARG002 - as the blocks of a text have it
        """Takes an element that ends."""
        return iter(())

    def close(self) -> Iterator[Draft]:
        """Ends what is open."""
        yield from self._outline.flush()
