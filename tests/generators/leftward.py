"""PDFs of Hebrew and Arabic lines, set as programs set them: glyphs from left to right in the order of the eye.

The order comes from uax9; letters are half as wide as they are high, marks have no width. No font is needed: the glyphs
are named by their code points, and nobody looks at them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import uax9

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

WIDTH: Final = 595.0
MARGIN: Final = 60.0
LAM_ALEF: Final = "\ue000"
"""A glyph that the font says is two letters."""
SYMBOL_BULLET: Final = "\uf0b7"
"""As fonts of symbols have it, at a private place."""
BEYOND: Final = "😀🚀𝑥𝛼𠮷"
"""Letters of which a font gives two code units, at places where there are no others."""
_EM: Final = 0.5
_RANGES: Final = "\n".join(f"<{high:02X}00> <{high:02X}FF> <{high:02X}00>" for high in range(0xD8))
_PAIRS: Final = "\n".join(
    f"<{0xD800 + at:04X}> <{letter.encode('utf-16-be').hex()}>" for at, letter in enumerate(BEYOND)
)
_NAMES: Final = f"""/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /N def
1 begincodespacerange <0000> <FFFF> endcodespacerange
216 beginbfrange
{_RANGES}
endbfrange
{2 + len(BEYOND)} beginbfchar
<E000> <06440627>
<F0B7> <F0B7>
{_PAIRS}
endbfchar
endcmap end end"""


class Piece(NamedTuple):
    """Letters that are drawn together. x: where they begin; drawn: from left to right, with their marks.

    scale: of their width, -1 where they are mirrored, and follow each other to the left.
    """

    x: float
    y: float
    drawn: Sequence[str]
    size: float = 11.0
    scale: int = 1

    @property
    def width(self) -> float:
        """How far they reach."""
        return _EM * self.size * len(self.drawn)


def line(
    text: str,
    y: float,
    *,
    leftward: bool = True,
    right: float = WIDTH - MARGIN,
    left: float = MARGIN,
    size: float = 11.0,
) -> Piece:
    """A line that begins at its margin, of a paragraph that runs to the left or the right."""
    drawn = uax9.drawn(text, leftward=leftward)
    return Piece(right - _EM * size * len(drawn) if leftward else left, y, drawn, size)


def words(whole: Piece, *, last_first: bool = False) -> list[Piece]:
    """A line in words, each placed by itself, with nothing drawn between them."""
    found: list[Piece] = []
    start = 0
    for at, letter in enumerate([*whole.drawn, " "]):
        if letter == " ":
            if at > start:
                x = whole.x + _EM * whole.size * start
                found.append(Piece(x, whole.y, whole.drawn[start:at], whole.size))
            start = at + 1
    return found[::-1] if last_first else found


def recognised(text: str, y: float, *, right: float = WIDTH - MARGIN, size: float = 11.0) -> Iterator[Piece]:
    """A line as programs lay it under a scan: word by word, and the letters of each to the left as they are read."""
    for word in text.split(" "):
        yield Piece(right, y, f"{word} ", size, -1)
        right -= _EM * size * (len(word) + 1)


def objects(*pages: Iterable[Piece], rules: str = "") -> dict[int, bytes]:
    """The objects of a PDF of these pages. rules: what else is drawn on each."""
    kids = range(10, 10 + 2 * len(pages), 2)
    made = {
        1: b"<< /Type /Catalog /Pages 2 0 R >>",
        2: b"<< /Type /Pages /Count %d /Kids [%b] >>" % (len(pages), b" ".join(b"%d 0 R" % kid for kid in kids)),
        3: b"<< /Type /Font /Subtype /Type0 /BaseFont /Arial /Encoding /Identity-H /DescendantFonts [4 0 R] "
        b"/ToUnicode 6 0 R >>",
        4: b"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Arial /CIDSystemInfo << /Registry (Adobe) "
        b"/Ordering (Identity) /Supplement 0 >> /FontDescriptor 5 0 R /DW 500 /W [1424 1479 0 1611 1631 0] >>",
        5: b"<< /Type /FontDescriptor /FontName /Arial /Flags 4 /FontBBox [0 -200 1000 900] /ItalicAngle 0 /Ascent 900 "
        b"/Descent -200 /CapHeight 700 /StemV 80 >>",
        6: _stream(_NAMES.encode()),
    }
    for kid, pieces in zip(kids, pages, strict=True):
        made[kid] = (
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F 3 0 R >> >> "
            b"/Contents %d 0 R >>" % (kid + 1)
        )
        made[kid + 1] = _stream("\n".join([*map(_shown, pieces), rules]).encode())
    return made


def _shown(piece: Piece) -> str:
    return (
        f"BT /F {piece.size} Tf {piece.scale} 0 0 1 {piece.x} {piece.y} Tm [{''.join(map(_letter, piece.drawn))}] TJ ET"
    )


def _letter(letter: str) -> str:
    """A letter, and over its middle each of its marks."""
    return _code(letter[0]) + "".join(f" 250 {_code(mark)} -250 " for mark in letter[1:])


def _code(letter: str) -> str:
    return f"<{0xD800 + BEYOND.index(letter) if letter in BEYOND else ord(letter):04X}>"


def _stream(data: bytes) -> bytes:
    return b"<< /Length %d >>\nstream\n%b\nendstream" % (len(data), data)
