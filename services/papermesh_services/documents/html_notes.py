"""Tells the marks of footnotes and remarks in HTML: by roles, by classes, and by how programs name their anchors.

Knows those of Word, LibreOffice, Google Docs, MediaWiki, and of what makes HTML of Markdown and its like.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from papermesh_services.documents.model import BlockKind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from selectolax.lexbor import LexborNode

_NAMED: Final = ("role", "epub:type", "class")
_TAGS: Final = frozenset({"a", "sup", "span"})
_LONGEST: Final = 12
_MOST_WORDS: Final = 50


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark: of what, and whether it stands at the note and leads back to the text."""

    kind: BlockKind
    stands_at_note: bool


_TO_NOTE: Final = Mark(BlockKind.FOOTNOTE, stands_at_note=False)
_AT_NOTE: Final = Mark(BlockKind.FOOTNOTE, stands_at_note=True)
_TO_REMARK: Final = Mark(BlockKind.COMMENT, stands_at_note=False)
_AT_REMARK: Final = Mark(BlockKind.COMMENT, stands_at_note=True)
_BY_WORD: Final = (
    (
        re.compile(
            r"(?:doc-)?noteref|footnote-?ref(?:erence)?|sd(?:foot|end)noteanc|Mso(?:Foot|End)noteReference",
            re.IGNORECASE,
        ),
        _TO_NOTE,
    ),
    (
        re.compile(
            r"(?:doc-)?backlink|footnote-back(?:ref)?|data-footnote-backref|mw-cite-backlink|sd(?:foot|end)notesym",
            re.IGNORECASE,
        ),
        _AT_NOTE,
    ),
    (re.compile(r"msocomanchor", re.IGNORECASE), _TO_REMARK),
    (re.compile(r"msocomoff", re.IGNORECASE), _AT_REMARK),
)
_BY_TARGET: Final = (
    (re.compile(r"(?:_ftnref|_ednref|ftnt_ref|sd(?:foot|end)note)\d{1,9}(?:anc)?"), _AT_NOTE),
    (re.compile(r"(?:(?:user-content-)?fnref[:-]?|_footnoteref_|footnote-ref-?|cite_ref-)[\w.:-]{1,80}"), _AT_NOTE),
    (re.compile(r"(?:_ftn|_edn|ftnt)\d{1,9}|sd(?:foot|end)note\d{1,9}sym"), _TO_NOTE),
    # Sources, as MediaWiki numbers them in brackets, are text.
    (re.compile(r"(?:(?:user-content-)?fn[:-]?|_footnotedef_|footnote-)[\w.:-]{1,80}"), _TO_NOTE),
    (re.compile(r"_msocom_\d{1,9}|cmnt\d{1,9}"), _TO_REMARK),
    (re.compile(r"_msoanchor_\d{1,9}|cmnt_ref\d{1,9}"), _AT_REMARK),
)
# What is named by hand, where what the link shows says the same.
_NUMBERED: Final = re.compile(r"(?:note|ref|noteref|footnote|endnote)[-_:.]?\d{1,5}", re.IGNORECASE)
_BACK: Final = frozenset(["↑", "↩", "↩︎", "⤴", "↵", "^"])
_NUMBER: Final = re.compile(r"[\[(]?\d{1,4}[\])]?")


def words(attributes: Mapping[str, str | None]) -> list[str]:
    """The first of the words by which an element says what it is: its roles and classes."""
    said = (attributes.get(name) for name in _NAMED)
    return [word for one in said if one for word in one[: 40 * _MOST_WORDS].split(None, _MOST_WORDS)[:_MOST_WORDS]]


def mark(node: LexborNode, tag: str, attributes: Mapping[str, str | None]) -> Mark | None:
    """The mark that this element is, which is no text; None where it is none."""
    if tag not in _TAGS or not attributes:
        return None
    for word in words(attributes):
        if tag == "sup" and word == "footnote":
            return _TO_NOTE
        for pattern, found in _BY_WORD:
            if pattern.fullmatch(word):
                return found
    _, hashed, target = (attributes.get("href") or "").rpartition("#") if tag == "a" else ("", "", "")
    if not hashed:
        return None
    by_target = next((found for pattern, found in _BY_TARGET if pattern.fullmatch(target)), None)
    # A link that says more is one that somebody wrote.
    text = node.text(deep=True).strip()
    if by_target is not None:
        return by_target if len(text) <= _LONGEST else None
    if _NUMBERED.fullmatch(target):
        return _AT_NOTE if text in _BACK else _TO_NOTE if _NUMBER.fullmatch(text) and _in_raised(node) else None
    return None


def _in_raised(node: LexborNode) -> bool:
    """Whether a link is a raised sign in the text."""
    parent, child = node.parent, node.first_child
    return (parent is not None and parent.tag == "sup") or (child is not None and child.tag == "sup")
