"""An old PowerPoint file: where its slides and notes lie, as its last save left them ([MS-PPT] 2.1)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from papermesh_services.documents.errors import DocumentCorrupt, DocumentEncrypted
from papermesh_services.documents.office_art import Record, record_at, records

if TYPE_CHECKING:
    from collections.abc import Iterator

    from papermesh_services.documents.ole_stream import Container

TEXTS: Final = frozenset({0x0F9F, 0x0FA0, 0x0FA8, 0x0FA1, 0x0FF2, 0x0FDF})
"""The records that a text is made of."""
_ENCRYPTED: Final = 0xF3D1C4DF
_EDIT, _DIRECTORY, _DOCUMENT, _LIST, _ENTRY = 0x0FF5, 0x1772, 0x03E8, 0x0FF0, 0x03F3
_LINKS, _LINK, _LINK_NUMBER, _STRING = 0x0409, 0x0FD7, 0x0FD3, 0x0FBA
_SLIDES, _NOTES = 0, 2
_MOST_EDITS: Final = 10_000
_MOST_PLACES: Final = 200_000
_KEY_IN_EDIT: Final = 32


@dataclass(frozen=True, slots=True)
class Entry:
    """A slide or a page of notes in the list of such: its own number, its record, and the texts of its outline."""

    number: int
    record: Record | None
    texts: tuple[tuple[Record, ...], ...]


class PptFile:
    """An old PowerPoint file. Raises DocumentCorrupt where it is none, DocumentEncrypted where it is locked.

    slides: in their order. notes: pages of those by their numbers. links: targets by their numbers.
    """

    def __init__(self, data: bytes, container: Container) -> None:
        stream, user = container.find("PowerPoint Document"), container.find("Current User")
        self._stream = stream.read(data) if stream else b""
        current = user.read(data) if user else b""
        if _number(current, 12) == _ENCRYPTED:
            raise _locked()
        self._places: dict[int, int] = {}
        self._taken = 0
        document = self._document(_number(current, 16))
        if document is None:
            raise DocumentCorrupt(
                "The PowerPoint presentation is broken: its table of slides is damaged. Save it again."
            )
        self.slides: list[Entry] = []
        self.notes: dict[int, Entry] = {}
        self.links: dict[int, str] = {}
        for part in records(document.body):
            if part.kind == _LIST and part.instance == _SLIDES:
                self.slides.extend(self._entries(part))
            elif part.kind == _LIST and part.instance == _NOTES:
                self.notes.update((one.number, one) for one in self._entries(part))
            elif part.kind == _LINKS:
                self.links.update(_links(part))

    def _document(self, at: int) -> Record | None:
        """The record of the whole, with the places of all others known; each save adds to those before it."""
        number, seen = 0, set[int]()
        while at not in seen and len(seen) < _MOST_EDITS:
            seen.add(at)
            edit = record_at(self._stream, at)
            if edit is None or edit.kind != _EDIT:
                break
            if len(edit.body) >= _KEY_IN_EDIT and edit.number(28):
                raise _locked()
            number = number or edit.number(16)
            self._take_places(record_at(self._stream, edit.number(12)))
            at = edit.number(8)
        found = self._at(number)
        return found if found is not None and found.kind == _DOCUMENT else None

    def _take_places(self, directory: Record | None) -> None:
        if directory is None or directory.kind != _DIRECTORY:
            return
        at = 0
        while at + 4 <= len(directory.body):
            first, count = directory.number(at) & 0xFFFFF, directory.number(at) >> 20
            self._taken += count + 1
            if self._taken > _MOST_PLACES:
                return
            for index in range(min(count, (len(directory.body) - at) // 4 - 1)):
                self._places.setdefault(first + index, directory.number(at + 4 + 4 * index))
            at += 4 + 4 * count

    def _at(self, number: int) -> Record | None:
        return record_at(self._stream, self._places[number]) if number in self._places else None

    def _entries(self, listing: Record) -> Iterator[Entry]:
        entry: Record | None = None
        texts: list[list[Record]] = []
        for part in records(listing.body):
            if part.kind == _ENTRY:
                if entry is not None:
                    yield self._entry(entry, texts)
                entry, texts = part, []
            elif part.kind == 0x0F9F:
                texts.append([part])
            elif part.kind in TEXTS and texts:
                texts[-1].append(part)
        if entry is not None:
            yield self._entry(entry, texts)

    def _entry(self, entry: Record, texts: list[list[Record]]) -> Entry:
        return Entry(entry.number(12), self._at(entry.number(0)), tuple(map(tuple, texts)))


def _links(listing: Record) -> Iterator[tuple[int, str]]:
    for link in records(listing.body):
        if link.kind != _LINK:
            continue
        parts = list(records(link.body))
        number = next((part.number(0) for part in parts if part.kind == _LINK_NUMBER), 0)
        said = {part.instance: part.text() for part in parts if part.kind == _STRING}
        yield number, said.get(1, "") or (f"#{said[3]}" if said.get(3) else "")


def _number(data: bytes, at: int) -> int:
    return int.from_bytes(data[at : at + 4], "little")


def _locked() -> DocumentEncrypted:
    return DocumentEncrypted("The document is encrypted. Give a copy that opens without a password.")
