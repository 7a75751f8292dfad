"""The styles and fonts that an old Word file names ([MS-DOC] 2.9.271, the STSH, and 2.9.286, the SttbfFfn)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from papermesh_services.documents.doc_looks import ParagraphLook, adapt
from papermesh_services.documents.docx_styles import Role, Style, roles_of

if TYPE_CHECKING:
    from papermesh_services.documents.doc_file import DocFile

_STYLES, _FONTS = 1, 15
_LAST_HEADING: Final = 9
_FONT_NAME_AT: Final = 40
_MOST_FONTS: Final = 1_000
_NO_STYLE: Final = 0xFFF


def roles(file: DocFile) -> dict[int, Role]:
    """What each style makes of a paragraph, by its number."""
    sheet = file.table(_STYLES)
    head, count, base = (_number(sheet, at) for at in (0, 2, 4))
    found: dict[str, Style] = {}
    at = 2 + head
    for index in range(count):
        size = _number(sheet, at)
        definition = sheet[at + 2 : at + 2 + size]
        at += 2 + size + size % 2
        if size:
            found[str(index)] = _style(definition, base)
    return {int(index): role for index, role in roles_of(found).items()}


def fonts(file: DocFile) -> list[str]:
    """The names of the fonts, by their numbers."""
    table = file.table(_FONTS)
    found: list[str] = []
    at = 4
    while at < len(table) and len(found) < _MOST_FONTS:
        size = table[at] + 1
        name = table[at + _FONT_NAME_AT : at + size].decode("utf-16-le", "replace")
        found.append(name.partition("\0")[0])
        at += size
    return found


def _style(definition: bytes, base: int) -> Style:
    builtin, above = _number(definition, 0) & 0xFFF, _number(definition, 2) >> 4
    length = _number(definition, base)
    name = definition[base + 2 : base + 2 + 2 * length].decode("utf-16-le", "replace")
    if 1 <= builtin <= _LAST_HEADING:
        name = f"heading {builtin}"  # however Word calls it in its user's language
    at = base + 2 + 2 * length + 2
    changes = definition[at + 2 : at + 2 + _number(definition, at)]
    look = adapt(ParagraphLook(), changes[2:]) if _number(definition, 2) & 0xF == 1 else ParagraphLook()
    return Style(
        name=name,
        based_on="" if above == _NO_STYLE else str(above),
        outline=-1 if look.outline is None else look.outline,
        listed=bool(look.listed),
        depth=look.depth or 0,
    )


def _number(data: bytes, at: int) -> int:
    return int.from_bytes(data[at : at + 2], "little")
