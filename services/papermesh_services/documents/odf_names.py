"""The names of the elements of OpenDocument that its reader tells apart."""

from __future__ import annotations

from typing import Final

from papermesh_services.documents import odf_changes
from papermesh_services.documents.model import BlockKind

# Deleted text, marks and aids that stand beside the text, and what is no text for people.
SKIPPED: Final = frozenset(
    {
        "text:tracked-changes",
        "table:tracked-changes",
        "text:note-citation",
        "text:ruby-text",
        "office:forms",
        "office:scripts",
        "office:binary-data",
        "office:event-listeners",
    }
)
CHANGES: Final = odf_changes.TOLD | {"table:cell-content-change"}
TOLD: Final = CHANGES | {"form:form"}
ASIDE: Final = {
    "text:note": BlockKind.FOOTNOTE,
    "office:annotation": BlockKind.COMMENT,
    "presentation:notes": BlockKind.COMMENT,
    "style:header": BlockKind.HEADER,
    "style:footer": BlockKind.FOOTER,
    "presentation:header-decl": BlockKind.HEADER,
    "presentation:footer-decl": BlockKind.FOOTER,
}
# Their text stands in them without a paragraph.
DECLARED: Final = ("presentation:header-decl", "presentation:footer-decl")
PARAGRAPHS: Final = frozenset({"text:p", "text:h", *DECLARED})
# What a slide repeats of its master.
RUNNING: Final = {"header": BlockKind.HEADER, "footer": BlockKind.FOOTER, "date-time": BlockKind.FOOTER}
HIDEABLE: Final = frozenset(
    {"text:span", "text:p", "text:h", "text:section", "draw:frame", "text:hidden-text", "text:hidden-paragraph"},
)
ANCHORED: Final = frozenset(
    ["text:note", "office:annotation", "draw:frame", "draw:custom-shape", "draw:g", "draw:rect", "draw:control"],
)
"""What is deleted as a whole with the text around it."""

TEXTS: Final = frozenset({"text:p", "text:h", "text:list", "text:list-item"})
CELLS: Final = ("table:table-cell", "table:covered-table-cell")
DESCRIPTIONS: Final = ("svg-compatible:title", "svg-compatible:desc")
TEXT_BOX: Final = "draw:text-box"
PLACES: Final = frozenset(
    {*ASIDE, *CELLS, *DESCRIPTIONS, TEXT_BOX, "draw:frame", "draw:page", "draw:image", "draw:object"},
)
DEEPEST: Final = 9
