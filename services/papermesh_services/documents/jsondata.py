"""Reads JSON, JSON Lines and notebooks: what is in them as an outline of names and values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from papermesh_services.documents import encoding, notebook
from papermesh_services.documents.builder import Draft, TextBuilder
from papermesh_services.documents.clean import one_line
from papermesh_services.documents.errors import DocumentCorrupt, DocumentTooLarge
from papermesh_services.documents.found import Found
from papermesh_services.documents.json_tokens import Broken, Event, Token, tokens
from papermesh_services.documents.model import Document, Format, Metadata, Status
from papermesh_services.documents.outline import Outline
from papermesh_services.documents.watch import UNWATCHED, Watch

if TYPE_CHECKING:
    from collections.abc import Iterator

    from papermesh_services.documents.limits import Limits

READER = "json"

_TITLES: Final = ("title", "name")
_LOOK_EVERY: Final = 10_000


def read(data: bytes, limits: Limits, watch: Watch) -> Document:
    """The document in these bytes."""
    text, name = encoding.decode(data)
    return read_string(text, limits, name, watch)


def read_string(text: str, limits: Limits, encoding_name: str = "", watch: Watch = UNWATCHED) -> Document:
    """The document of this JSON."""
    builder, outline, found, note = TextBuilder(limits), _Walk(limits, watch), Found(), ""
    cells = notebook.cells(text)
    try:
        drafts = outline.drafts(text) if cells is None else notebook.drafts(cells, limits, found)
        status = builder.extend(drafts, watch)
    except Broken as fault:
        note = f"The JSON is broken in line {fault.line:,}; the text is what stands before it."
        if not builder.length:
            raise DocumentCorrupt(f"The JSON is broken in line {fault.line:,}. Put it right and try again.") from fault
        status = Status.CORRUPT
    if outline.stopped:
        status = Status.PARTIAL_TIMEOUT
    metadata = Metadata(title=outline.title, encoding=encoding_name)
    return builder.document(Format.JSON, READER, metadata, traits=found.traits(), status=status, note=note)


class _Walk:
    """Goes over the tokens of one document."""

    def __init__(self, limits: Limits, watch: Watch) -> None:
        self.title = ""
        self.stopped = False
        self._limits = limits
        self._watch = watch
        self._outline = Outline()

    def drafts(self, text: str) -> Iterator[Draft]:
        """The blocks, in order."""
        depth, key = 0, ""
        try:
            for token in self._watched(tokens(text)):
                match token.event:
                    case Event.KEY:
                        key = token.text
                        continue
                    case Event.OPEN:
                        depth = self._deeper(depth)
                        yield from self._outline.label(key)
                    case Event.CLOSE:
                        depth -= 1
                        yield from self._outline.flush()
                    case Event.VALUE:
                        if depth == 1 and token.is_string and key.lower() in _TITLES:
                            self.title = self.title or one_line(token.text)
                        yield from self._outline.line(key, _shown(token))
                key = ""
        except Broken:
            yield from self._outline.flush()
            raise
        yield from self._outline.flush()

    def _watched(self, found: Iterator[Token]) -> Iterator[Token]:
        for number, token in enumerate(found, start=1):
            yield token
            if number % _LOOK_EVERY == 0 and self._watch.expired:
                self.stopped = True
                return

    def _deeper(self, depth: int) -> int:
        limit = self._limits.max_json_nesting
        if depth >= limit:
            raise DocumentTooLarge(
                f"The JSON is nested more than {limit:,} deep, the most that is read.",
                limit="max_json_nesting",
                value=str(limit),
            )
        return depth + 1


def _shown(token: Token) -> str:
    return "" if token.text == "null" and not token.is_string else token.text
