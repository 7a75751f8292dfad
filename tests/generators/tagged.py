"""Tagged PDF files of given pages: what is drawn, where, and what the tags say that it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from hostile.pdfs import pdf, stream

if TYPE_CHECKING:
    from collections.abc import Mapping

_FONT = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding %s >>"
_CATALOG, _PAGES, _FONT_AT, _ROOT, _DOCUMENT = range(1, 6)


class Ink(NamedTuple):
    """A text and where it is drawn; without a height, on the next line. size: that of its letters."""

    text: str
    x: int = 72
    y: int = 0
    size: int = 12


class Made(NamedTuple):
    """An element: its kind, what is in it (inks, texts, elements), and what else its dictionary says.

    The kinds "Artifact" and "" are drawn, but are not in the tree: as no content, and without any mark.
    """

    kind: str
    inside: tuple[object, ...]
    more: bytes = b""


def el(kind: str, *inside: object, more: bytes = b"") -> Made:
    """An element of this kind."""
    return Made(kind, inside, more)


def make(*pages: list[Made], roles: bytes = b"", marked: bool = True, meant: Mapping[str, str] | None = None) -> bytes:
    """A file of pages. roles: the map of kinds of its own; marked: whether it says that it is tagged.

    meant: what the font says of letters that mean others.
    """
    writer = _Writer(meant or {})
    for page in pages:
        writer.page(page)
    return writer.done(roles, marked=marked)


class _Writer:
    def __init__(self, meant: Mapping[str, str]) -> None:
        self._objects: dict[int, bytes] = {}
        self._next = _DOCUMENT + 1
        self._objects[_FONT_AT] = _FONT % (b"/ToUnicode %d 0 R" % self._meaning(meant) if meant else b"")
        self._page_numbers: list[int] = []
        self._tops: list[int] = []
        self._parents: list[list[int]] = []
        self._content: list[str] = []
        self._height = 0

    def page(self, made: list[Made]) -> None:
        self._content, self._height = [], 780
        self._parents.append([])
        number = self._taken()
        self._page_numbers.append(number)
        for each in made:
            if each.kind in ("", "Artifact"):
                self._unlisted(each)
            else:
                self._tops.append(self._element(each, _DOCUMENT, number))
        content = self._taken()
        self._objects[content] = stream("\n".join(self._content).encode("cp1252"))
        self._objects[number] = (
            b"<< /Type /Page /Parent %d 0 R /MediaBox [0 0 595 842] /Contents %d 0 R /StructParents %d "
            b"/Resources << /Font << /F %d 0 R >> >> >>"
        ) % (_PAGES, content, len(self._parents) - 1, _FONT_AT)

    def done(self, roles: bytes, *, marked: bool) -> bytes:
        nums = b" ".join(b"%d [%s]" % (at, _refs(parents)) for at, parents in enumerate(self._parents))
        self._objects |= {
            _CATALOG: b"<< /Type /Catalog /Pages %d 0 R /MarkInfo << /Marked %s >> /StructTreeRoot %d 0 R >>"
            % (_PAGES, b"true" if marked else b"false", _ROOT),
            _PAGES: b"<< /Type /Pages /Count %d /Kids [%s] >>" % (len(self._page_numbers), _refs(self._page_numbers)),
            _ROOT: b"<< /Type /StructTreeRoot /K %d 0 R /RoleMap << %s >> /ParentTree << /Nums [%s] >> >>"
            % (_DOCUMENT, roles, nums),
            _DOCUMENT: b"<< /Type /StructElem /S /Document /P %d 0 R /K [%s] >>" % (_ROOT, _refs(self._tops)),
        }
        return pdf(self._objects)

    def _meaning(self, meant: Mapping[str, str]) -> int:
        number = self._taken()
        pairs = "".join(f"<{ord(one):02X}> <{other.encode('utf-16-be').hex()}> " for one, other in meant.items())
        codes = "1 begincodespacerange <00> <FF> endcodespacerange"
        self._objects[number] = stream(f"begincmap {codes} {len(meant)} beginbfchar {pairs}endbfchar endcmap".encode())
        return number

    def _taken(self) -> int:
        self._next += 1
        return self._next - 1

    def _element(self, made: Made, parent: int, page: int) -> int:
        number = self._taken()
        kids = []
        for each in made.inside:
            if isinstance(each, Made):
                kids.append(b"%d 0 R" % self._element(each, number, page))
            else:
                kids.append(b"%d" % len(self._parents[-1]))
                self._draw(each, f"/{made.kind} <</MCID {len(self._parents[-1])}>> BDC")
                self._parents[-1].append(number)
        self._objects[number] = b"<< /Type /StructElem /S /%s /P %d 0 R /Pg %d 0 R /K [%s] %s >>" % (
            made.kind.encode(),
            parent,
            page,
            b" ".join(kids),
            made.more,
        )
        return number

    def _unlisted(self, made: Made) -> None:
        for each in made.inside:
            self._draw(each, "/Artifact <</Type /Pagination>> BDC" if made.kind else "")

    def _draw(self, what: object, mark: str) -> None:
        ink = what if isinstance(what, Ink) else Ink(str(what))
        if not ink.y:
            self._height -= round(1.25 * ink.size)
            ink = ink._replace(y=self._height)
        text = ink.text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
        shown = f"BT /F {ink.size} Tf {ink.x} {ink.y} Td ({text}) Tj ET"
        self._content.append(f"{mark} {shown} EMC" if mark else shown)


def _refs(numbers: list[int]) -> bytes:
    return b" ".join(b"%d 0 R" % number for number in numbers)
