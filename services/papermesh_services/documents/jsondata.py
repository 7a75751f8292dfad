"""Reads JSON, JSON Lines and notebooks: what is in them as an outline of names and values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from papermesh_services.documents import encoding, notebook
from papermesh_services.documents.builder import Draft, TextBuilder
from papermesh_services.documents.clean import one_line
from papermesh_services.documents.errors import DocumentCorrupt, DocumentTooLarge
from papermesh_services.documents.found import Found
from papermesh_services.documents.json_tokens import Broken, Event, tokens
from papermesh_services.documents.model import Document, Format, Metadata, Status
from papermesh_services.documents.outline import Outline

if TYPE_CHECKING:
    from collections.abc import Iterator

    from papermesh_services.documents.limits import Limits
    from papermesh_services.documents.watch import Watch

READER = "json"

_TITLES: Final = ("title", "name")
_LONGEST_TITLE: Final = 4096
_LOOK_EVERY: Final = 10_000


def read(data: bytes, limits: Limits, watch: Watch) -> Document:
    """The document in these bytes."""
    text, name = encoding.decode(data)
    return read_string(text, limits, watch, name)


def read_string(text: str, limits: Limits, watch: Watch, encoding_name: str = "") -> Document:
    """The document of this JSON."""
    builder, outline, found, note = TextBuilder(limits), _Walk(limits, watch), Found(), ""
    cells = notebook.cells(text)
    try:
        drafts = outline.drafts(text) if cells is None else notebook.drafts(cells, limits, found, watch)
        status = builder.extend(drafts, watch)
    except Broken as fault:
        note = f"The JSON is broken in line {fault.line:,}; the text is what stands before it. "
        note += "Put it right and try again."
        if not builder.length:
            raise DocumentCorrupt(f"The JSON is broken in line {fault.line:,}. Put it right and try again.") from fault
        status = Status.CORRUPT
    metadata = Metadata(title=outline.title, encoding=encoding_name)
    return builder.document(Format.JSON, READER, metadata, traits=found.traits(), status=status, note=note)


class _Walk:
    """Goes over the tokens of one document."""

    def __init__(self, limits: Limits, watch: Watch) -> None:
        self.title = ""
        self._limits = limits
        self._watch = watch
        self._outline = Outline()

    def drafts(self, text: str) -> Iterator[Draft]:
        """The blocks, in order."""
        depth = 0
        try:
            for token in self._watch.limited(tokens(text), _LOOK_EVERY):
                event, shown, is_string = token.event, token.text, token.is_string
                key = token.key or ""
                if event is Event.VALUE:
                    if depth == 1 and is_string and key.lower() in _TITLES:
                        self.title = self.title or one_line(shown[:_LONGEST_TITLE])
                    if shown == "null" and not is_string:
                        continue
                    if not self._outline.put(key, shown):
                        yield from self._outline.line(key, shown)
                elif event is Event.OPEN:
                    depth = self._deeper(depth)
                    yield from self._outline.label(key)
                else:
                    depth -= 1
                    yield from self._outline.flush()
        except Broken:
            yield from self._outline.flush()
            raise
        yield from self._outline.flush()
        self._watch.check()

    def _deeper(self, depth: int) -> int:
        limit = self._limits.max_json_nesting
        if depth >= limit:
            raise DocumentTooLarge(
                f"The JSON is nested more than {limit:,} deep, the most that is read. "
                "Give it with fewer levels, or have max_json_nesting raised on the server.",
                limit="max_json_nesting",
                value=str(limit),
            )
        return depth + 1
