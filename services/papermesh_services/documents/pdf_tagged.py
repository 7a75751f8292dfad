"""Makes blocks of the lines of tagged pages: what tags say of a line comes before what its look says.

Tags name headings, list items, tables, captions, programs, quotations, footnotes, and what is no content. Paragraphs,
and lines that tags say nothing of, are for the layout as on any other page, and the order of lines is left as it is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import groupby, pairwise
from operator import attrgetter
from typing import TYPE_CHECKING, Final

from papermesh_services.documents import headings, joining, lines, pdf_layout, pdf_tagged_lists
from papermesh_services.documents.builder import Draft, table
from papermesh_services.documents.joining import Line
from papermesh_services.documents.model import BlockKind
from papermesh_services.documents.pdf_layout import PageText
from papermesh_services.documents.pdf_tagged_lists import Group
from papermesh_services.documents.pdf_tags import Role, Tag

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Mapping, Sequence

    from papermesh_services.documents.pdf_layout import PlacedLine
    from papermesh_services.documents.pdf_running import Sorted
    from papermesh_services.documents.pdf_tags import PageTags, Rows

_KINDS: Final = {
    Role.HEADING: BlockKind.HEADING,
    Role.ITEM: BlockKind.LIST_ITEM,
    Role.CAPTION: BlockKind.CAPTION,
    Role.CODE: BlockKind.CODE,
    Role.QUOTE: BlockKind.QUOTE,
    Role.TABLE: BlockKind.TABLE,
}
_BLOCKS: Final = frozenset(_KINDS)
_NO_RUNNERS: Final = frozenset({Role.TABLE, Role.NOTE})
"""What is no running head, though it stands on many pages; _MARKS_RUNNERS where a page says which are."""
_MARKS_RUNNERS: Final = frozenset({Role.TABLE, Role.NOTE, Role.HEADING})
_HEADING_SHARE: Final = 0.5
"""Where headings have more of the text of tagged pages, the tags of headings are not believed."""
_LEAST_HEADINGS: Final = 2
_HEADINGS_A_PAGE: Final = 0.25
_MOST_HEADING: Final = 2 * headings.MAX_HEADING_CHARACTERS
_TORN: Final = 0.1
"""Of the places where a paragraph follows another, the share that may be in the midst of a sentence."""
_MENDED: Final = 2.0
"""Gaps within paragraphs, for each place where something else begins."""
_ODD_BULLET: Final = re.compile("[\ue000-\uf8ff\u25e6\u2043\u2219\u27a2][ \t]+\\S")
"""Those of fonts of symbols, and others that need a list around them to be known for what they are."""
_UNTAGGED: Final = Tag(Role.PARAGRAPH)


@dataclass(frozen=True, slots=True)
class Aside:
    """The lines of one page without those that its tags take out of the flow, and its footnotes as blocks."""

    rest: Sorted
    notes: tuple[Draft, ...] = ()


class Tagging:
    """The tags of a document's pages, which are given in their order, and how they change what is made of lines."""

    def __init__(self, pages: Sequence[PageTags]) -> None:
        self._pages = pages
        self._any = any(page.tags for page in pages)
        self._tells_levels = any(tag.role is Role.ITEM and tag.level > 1 for page in pages for tag in page.tags)

    def aside(self, found: Sequence[Sorted], pages: Sequence[PageText]) -> list[Aside]:
        """The pages, with running heads and feet and footnotes that tags name taken out of the flow.

        found: the pages with those taken out that stand on many of them; what tags say cannot be such is put back.
        """
        if not self._any:
            return [Aside(page) for page in found]
        every = zip(found, pages, self._pages, strict=True)
        return [self._aside(page, text, tags) if tags.tags else Aside(page) for page, text, tags in every]

    def drafts(self, flow: Sequence[PageText], outline: Mapping[str, int]) -> Iterator[Draft]:
        """The blocks that the lines of all pages make, in order."""
        made = pdf_layout.arrange(flow, outline)
        if not self._any:
            return lines.drafts(made)
        placed = [line for page in flow for line in page.lines]
        tags = [self._tag(line) for line in placed]
        return self._drafts(placed, _parted(placed, made, tags), tags)

    def _aside(self, page: Sorted, text: PageText, tags: PageTags) -> Aside:
        no_runners = _MARKS_RUNNERS if any(tag.role is Role.ARTIFACT for tag in tags.tags) else _NO_RUNNERS
        running = {line for line in (*page.heads, *page.feet) if self._tag(line).role not in no_runners}
        flow = page.flow.lines
        if len(running) < len(page.heads) + len(page.feet):
            flow = tuple(line for line in text.lines if line not in running)
        roles = [self._tag(line).role for line in flow]
        notes = [line for line, role in zip(flow, roles, strict=True) if role is Role.NOTE]
        heads, feet = _outside(flow, roles)
        out = {*notes, *heads, *feet}
        rest = replace(
            page,
            flow=PageText(tuple(line for line in flow if line not in out)),
            heads=(*(line for line in page.heads if line in running), *heads),
            feet=(*feet, *(line for line in page.feet if line in running)),
        )
        return Aside(rest, tuple(_note(list(note)) for _, note in groupby(notes, key=attrgetter("tag"))))

    def _tag(self, line: PlacedLine) -> Tag:
        return self._pages[line.page - 1].tags[line.tag - 1] if line.tag else _UNTAGGED

    def _drafts(self, placed: Sequence[PlacedLine], made: Sequence[Line], tags: Sequence[Tag]) -> Iterator[Draft]:
        whole = lines.Whole(lambda: (line.text for line in made))
        believed = _believed(placed, tags)
        if Role.HEADING in believed and self._has_headings(placed, tags):
            made = [_plain(line) if tag is not _UNTAGGED else line for line, tag in zip(made, tags, strict=True)]
        seen: set[tuple[int, int]] = set()
        first = True
        groups = _groups(placed, made, tags, believed)
        for group in groups if self._tells_levels else pdf_tagged_lists.levelled(groups):
            if group.tag.role is Role.TABLE:
                if (group.page, group.tag.level) not in seen:
                    seen.add((group.page, group.tag.level))
                    yield _table(self._pages[group.page - 1].tables[group.tag.level], group.page, whole)
            elif group.tag.role in _KINDS:
                yield _named(group, whole)
            else:
                yield from lines.flowing(group.lines, whole, first=first)
            first = False

    def _has_headings(self, placed: Sequence[PlacedLine], tags: Sequence[Tag]) -> bool:
        """Whether tags name as many headings as a document has that names them all."""
        titles = {(line.page, line.tag) for line, tag in zip(placed, tags, strict=True) if tag.role is Role.HEADING}
        pages = sum(bool(page.tags) for page in self._pages)
        return len(titles) >= max(_LEAST_HEADINGS, _HEADINGS_A_PAGE * pages)


def _believed(placed: Sequence[PlacedLine], tags: Sequence[Tag]) -> frozenset[Role]:
    """The roles that make blocks in this document."""
    pairs = zip(placed, tags, strict=True)
    titles = sum(len(line.text) for line, tag in pairs if tag.role is Role.HEADING)
    length = sum(len(line.text) for line in placed if line.tag) if titles else 0
    return _BLOCKS if titles <= _HEADING_SHARE * length else _BLOCKS - {Role.HEADING}


def _groups(
    placed: Sequence[PlacedLine], made: Sequence[Line], tags: Sequence[Tag], believed: Container[Role]
) -> Iterator[Group]:
    group: Group | None = None
    for line, arranged, tag in zip(placed, made, tags, strict=True):
        known = tag if tag.role in believed else _UNTAGGED
        number = line.tag if known is not _UNTAGGED else 0
        if group is not None and _goes_on(group, known, number, arranged):
            group.lines.append(arranged)
            group.number, group.page = number, line.page
            continue
        if group is not None:
            yield group
        group = Group(known, number, line.page, [arranged], line)
    if group is not None:
        yield group


def _parted(placed: Sequence[PlacedLine], made: Sequence[Line], tags: Sequence[Tag]) -> Sequence[Line]:
    """The lines, with gaps where tags say that a paragraph begins, and none within one.

    Left as they are where that cannot be: each line is tagged as a paragraph, or all of a page is.
    """
    result = list(made[:1])
    begun = parted = torn = mended = 0
    texts = [line.tag > 0 and tag.role is Role.PARAGRAPH for line, tag in zip(placed, tags, strict=True)]
    for at, (before, line) in enumerate(pairwise(placed), start=1):
        arranged = made[at]
        apart = before.tag != line.tag
        begun += apart
        if texts[at - 1] and texts[at] and before.page == line.page and arranged.kind is None:
            parted += apart
            torn += apart and line.text[0].islower() and before.text[-1].isalpha()
            mended += arranged.gap and not apart
            if apart and not arranged.gap:
                result[-1] = _plain(result[-1])  # headings have room below them
            if apart != arranged.gap:
                arranged = arranged._replace(gap=apart)
        result.append(arranged)
    return result if torn <= _TORN * parted and mended <= _MENDED * begun else made


def _plain(line: Line) -> Line:
    """The line as no heading, where nothing but its words look like those of one."""
    return line._replace(heading=0) if line.heading < 0 else line


def _goes_on(group: Group, tag: Tag, number: int, line: Line) -> bool:
    """Whether a line belongs to the block of the lines before it, which may have begun on the page before."""
    if group.page == line.page or not number:
        return group.number == number
    return group.tag == tag and tag.role is not Role.TABLE and not line.gap


def _named(group: Group, whole: Container[str]) -> Draft:
    """The block that a tag names."""
    kind, level = _KINDS[group.tag.role], group.tag.level
    if kind is BlockKind.CODE:
        return joining.kept(kind, group.lines)
    draft = joining.joined(
        kind, _without_bullet(group.lines) if kind is BlockKind.LIST_ITEM else group.lines, level, whole
    )
    if kind is BlockKind.HEADING and not _is_heading(draft.text):
        return draft._replace(kind=BlockKind.PARAGRAPH, level=0)
    return draft


def _is_heading(text: str) -> bool:
    return len(text) <= _MOST_HEADING and any(map(str.isalnum, text))


def _without_bullet(item: Sequence[Line]) -> Sequence[Line]:
    first = item[0].text
    bare = first[2:].lstrip() if _ODD_BULLET.match(first) else headings.strip_bullet(first)
    return [item[0]._replace(text=bare), *item[1:]] if bare else item


def _table(rows: Rows, page: int, whole: Container[str]) -> Draft:
    return table([_cell(cell, whole) for cell in row] for row in rows)._replace(first_page=page)


def _cell(text: str, whole: Container[str]) -> str:
    if "\n" not in text:
        return text
    return joining.joined(BlockKind.PARAGRAPH, [Line(line) for line in text.split("\n")], 0, whole).text


def _note(note: Sequence[PlacedLine]) -> Draft:
    made = [Line(line.text.replace("\t", " "), page=line.page) for line in note]
    return joining.joined(BlockKind.FOOTNOTE, made, 0, ())


def _outside(flow: Sequence[PlacedLine], roles: Sequence[Role]) -> tuple[list[PlacedLine], list[PlacedLine]]:
    """The lines that are no content and stand above all that is, and those below it. What stands between is left."""
    content = [line.y for line, role in zip(flow, roles, strict=True) if role is not Role.ARTIFACT]
    others = [line for line, role in zip(flow, roles, strict=True) if role is Role.ARTIFACT and not line.turn]
    if not content:
        return [], []
    top, bottom = max(content), min(content)
    return [line for line in others if line.y > top], [line for line in others if line.y < bottom]
