"""The control words of RTF that matter for its text, by what they do."""

from __future__ import annotations

from typing import Final

from papermesh_services.documents.model import BlockKind

CHARACTERS: Final = {
    "tab": "\t", "line": "\n", "emdash": "—", "endash": "–", "bullet": "•", "lquote": "‘", "rquote": "’",
    "ldblquote": "“", "rdblquote": "”", "emspace": "\u2003", "enspace": "\u2002", "qmspace": "\u2005", "~": "\xa0",
    "_": "-", "{": "{", "}": "}", "\\": "\\", "zwj": "\u200d", "zwnj": "\u200c", "ltrmark": "\u200e",
    "rtlmark": "\u200f", "column": " ",
}  # fmt: skip
CELL_ENDS: Final = frozenset(["cell", "row", "nestcell", "nestrow"])
PARAGRAPH_ENDS: Final = frozenset(["par", "sect", "page", "\n", "\r"])
# Groups that are read although they are marked as such that old programs pass over.
READ_STARRED: Final = frozenset(
    ["shppict", "shpinst", "shptxt", "do", "picprop", "ud", "fldinst", "annotation", "generator", "footnote"]
)
SKIPPED: Final = frozenset(
    [
        *("colortbl", "objdata", "objclass", "objname", "themedata", "filetbl", "listtable", "listoverridetable"),
        *("revtbl", "rsidtbl", "nonshppict", "xe", "tc", "rxe", "bkmkstart", "bkmkend", "atnid", "atnauthor"),
        *("atrfstart", "atrfend", "atnref", "ftnsep", "ftnsepc", "aftnsep", "aftnsepc", "template", "private"),
        *(
            "fldtype",
            "datafield",
            "nesttableprops",
            "shprslt",
            "background",
            "nonesttables",
            "mmathPict",
            "listtext",
            "pntext",
        ),
    ]
)
# Groups of which some is read: what is no text of the document's, but tells of it.
PLACES: Final = frozenset(["fonttbl", "stylesheet", "info", "fldinst", "fldrslt", "field", "upr", "ud", "generator"])
SHAPES: Final = frozenset(["pict", "shpinst", "sn", "sv"])
TWOFOLD: Final = frozenset(["upr", "ud"])
FIELD: Final = frozenset(["fldinst", "fldrslt", "field"])
WITH_TEXT: Final = frozenset(["", "fldrslt", "field"])
BESIDE: Final = {
    **dict.fromkeys(("footnote",), BlockKind.FOOTNOTE),
    **dict.fromkeys(("annotation",), BlockKind.COMMENT),
    **dict.fromkeys(("shptxt", "dptxbxtext"), BlockKind.PARAGRAPH),
    **dict.fromkeys(("header", "headerl", "headerr", "headerf"), BlockKind.HEADER),
    **dict.fromkeys(("footer", "footerl", "footerr", "footerf"), BlockKind.FOOTER),
}
INFO: Final = frozenset(["title", "author", "generator"])
MOMENTS: Final = {"creatim": "created", "revtim": "modified"}
INFO_SKIPPED: Final = frozenset(
    ["subject", "keywords", "doccomm", "operator", "company", "category", "comment", "manager"]
)
TIME_PARTS: Final = ("yr", "mo", "dy", "hr", "min")
