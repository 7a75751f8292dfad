"""Reads XML of any kind: paragraphs and titles where it is a text, an outline of names and values where it is data.

Without entities of its own making, document type or network. Attributes are read where elements have no text at all.
"""

from __future__ import annotations

import re
from html.entities import html5
from itertools import islice
from typing import TYPE_CHECKING, Final

from lxml import etree  # type: ignore[import-untyped]

from papermesh_services.documents import encoding, opml
from papermesh_services.documents.builder import Draft, TextBuilder
from papermesh_services.documents.errors import DocumentCorrupt, DocumentTooLarge
from papermesh_services.documents.model import Document, Format, Metadata, Status
from papermesh_services.documents.opml import Opml
from papermesh_services.documents.xmlabout import About
from papermesh_services.documents.xmlblocks import Blocks
from papermesh_services.documents.xmlfacts import Facts
from papermesh_services.documents.xmlparts import Element, local_name, too_deep

if TYPE_CHECKING:
    from collections.abc import Iterator

    from papermesh_services.documents.limits import Limits
    from papermesh_services.documents.watch import Watch

READER = "xml"

_DECLARED = re.compile(rb"""\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w.:-]{2,40})""")
_DECLARATION = re.compile(r"\A\s*<\?xml[^>]{0,1000}\?>")
_NAMED = re.compile(r"&([A-Za-z][A-Za-z0-9]{1,31});")
_DOCTYPE = re.compile(r"<!DOCTYPE\s")
_ENTITY = re.compile(r"<!ENTITY\s+([\w:.-]{1,100})\s")
_MOST_ENTITIES = 20
_MOST_NAMED = 5
_MOST_UNKNOWN = 10_000
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_FEED: Final = 64 * 1024
_LONGEST_NAME: Final = 34
_MANY_FAULTS: Final = 1000


def read(data: bytes, limits: Limits, watch: Watch) -> Document:
    """The document in these bytes."""
    declared = _DECLARED.match(data)
    text, name = encoding.decode(data, declared.group(1).decode("ascii") if declared else "")
    return read_string(text, limits, watch, name)


def read_string(text: str, limits: Limits, watch: Watch, encoding_name: str = "") -> Document:
    """The document of this XML."""
    walk = _Walk(limits, watch, Blocks(limits, watch))
    builder = TextBuilder(limits)
    text = _prepared(text)
    status, note = builder.extend(walk.drafts(text), watch), ""
    own = ", ".join(_own_entities(text))
    if not builder.length and not walk.stopped and not own:
        walk = _Walk(limits, watch, Facts())
        status = builder.extend(walk.drafts(text), watch)
    if walk.stopped:
        status = Status.PARTIAL_TIMEOUT
    elif walk.blocks.is_full:
        status = Status.PARTIAL_LIMIT
        note = f"The tables have more than {limits.max_cells:,} cells, the most that are read. "
        note += "Give the XML in parts, or have max_cells raised on the server."
    if own and not builder.length:
        raise DocumentCorrupt(
            f"The XML has its text in entities that it declares itself, which are not read: {own}. "
            "Save it with that text in its place."
        )
    if status is Status.OK and walk.broken_line:
        if not builder.length:
            raise DocumentCorrupt(f"The XML is broken in line {walk.broken_line:,}. Put it right and try again.")
        status, note = (
            Status.CORRUPT,
            f"The XML is broken in line {walk.broken_line:,}; the text is what could be read. ",
        )
        note += "Put it right and try again."
    if status is Status.OK and own:
        status, note = Status.CORRUPT, f"Text is missing: entities that the XML declares itself are not read: {own}. "
        note += "Save it with that text in its place."
    about = walk.about
    metadata = Metadata(
        title=about.title or walk.blocks.title,
        author=", ".join(about.authors),
        created=about.created,
        encoding=encoding_name,
    )
    traits = walk.blocks.found.traits()
    return builder.document(Format.XML, READER, metadata, walk.language, traits=traits, status=status, note=note)


def _prepared(text: str) -> str:
    """The text without its declaration, which is about bytes, and what is no XML at all."""
    return _NOT_IN_XML.sub("", _DECLARATION.sub("", text.lstrip("\ufeff"), count=1))


def _own_entities(text: str) -> list[str]:
    """The first entities that the document declares itself and has in its text."""
    doctype = _DOCTYPE.search(text)
    if doctype is None:
        return []
    declared = islice(_ENTITY.finditer(text, doctype.end()), _MOST_ENTITIES)
    used = (f"&{match[1]};" for match in declared if text.find(f"&{match[1]};", match.end()) >= 0)
    return list(islice(used, _MOST_NAMED))


def _pieces(text: str) -> Iterator[str]:
    """The text in pieces, none of which ends within a name of HTML's, and with characters for those."""
    at, names = 0, _Names()
    while at < len(text):
        end = at + _FEED
        torn = text.rfind("&", max(at + 1, end - _LONGEST_NAME), end)
        end = torn if torn >= 0 else end
        yield _NAMED.sub(names.character, text[at:end])
        at = end


class _Names:
    """Gives the characters that names stand for."""

    def __init__(self) -> None:
        self._unknown = 0

    def character(self, match: re.Match[str]) -> str:
        """What stands for a name. The first that are unknown are left to the parser, which keeps each of them."""
        found = html5.get(match.group(1) + ";", "")
        if found and found not in "<>&\"'":
            return found
        self._unknown += not found
        return "" if self._unknown > _MOST_UNKNOWN and not found else match.group()


class _Walk:
    """Goes over the elements of one document."""

    def __init__(self, limits: Limits, watch: Watch, blocks: Blocks | Facts | Opml) -> None:
        self.stopped = False
        self._watch = watch
        self.blocks = blocks
        self.about = About()
        self.language = ""
        self.broken_line = 0
        self._limits = limits
        self._depth = 0

    def drafts(self, text: str) -> Iterator[Draft]:
        """The blocks, in order."""
        # With a document type the library's own limits hold too, for what entities in attributes would become.
        _hold_attributes(text, self._limits)
        trusted = not _DOCTYPE.search(text)
        parser = etree.XMLPullParser(
            events=("start", "end"),
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            dtd_validation=False,
            huge_tree=trusted,
            recover=True,
            remove_comments=True,
            remove_pis=True,
        )
        for piece in _pieces(text):
            parser.feed(piece.encode())
            yield from self._taken(parser)
            if self._watch.expired or self.blocks.is_full or len(parser.feed_error_log) > _MANY_FAULTS:
                break
        self.stopped = self._watch.expired
        try:
            parser.close()
        except etree.XMLSyntaxError as fault:
            self.broken_line = self.broken_line or fault.lineno or 1
        yield from self._taken(parser)
        yield from self.blocks.close()
        # A name that no document type explains is no fault of the rest.
        faults = [entry for entry in parser.feed_error_log if _is_fault(entry)]
        if faults and not self.broken_line:
            self.broken_line = faults[0].line or 1

    def _taken(self, parser: etree.XMLPullParser) -> Iterator[Draft]:
        for event, element in parser.read_events():
            yield from self._take(event == "start", element)

    def _take(self, begins: bool, element: Element) -> Iterator[Draft]:
        self._depth += 1 if begins else -1
        if self._depth > self._limits.max_nesting:
            raise too_deep(self._limits)
        if begins and not self.language:
            self.language = str(element.attrib.get("{http://www.w3.org/XML/1998/namespace}lang", ""))
        if begins:
            if self._depth == 1 and local_name(element) == opml.ROOT:
                self.blocks = Opml()
            self.about.begin(element)
            yield from self.blocks.begin(element)
        else:
            self.about.end(element)
            yield from self.blocks.end(element)
            _release(element)


def _hold_attributes(text: str, limits: Limits) -> None:
    """Refuses an element with a flood of attributes, which the library would take in whole."""
    limit = limits.max_html_attributes
    pattern = rf"""<[^\s<>/!?]++(?:\s*+[^\s=<>"'/]++\s*+=\s*+(?:"[^"]*+"|'[^']*+')){{{limit + 1}}}"""
    if re.search(pattern, text):
        raise DocumentTooLarge(
            f"An XML element has more than {limit:,} attributes, the most that are read. "
            "Save it without them, or have max_html_attributes raised on the server.",
            limit="max_html_attributes",
            value=str(limit),
        )


def _release(element: Element) -> None:
    """Frees what has been read. The element itself stays until the next one, because its tail is still to come."""
    tail = element.tail
    element.clear()
    element.tail = tail
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


def _is_fault(entry: etree._LogEntry) -> bool:
    unexplained = entry.type in (etree.ErrorTypes.ERR_UNDECLARED_ENTITY, etree.ErrorTypes.WAR_UNDECLARED_ENTITY)
    namespace = entry.domain == etree.ErrorDomains.NAMESPACE
    return entry.level >= etree.ErrorLevels.ERROR and not unexplained and not namespace
