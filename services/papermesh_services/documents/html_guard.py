"""Looks over HTML before it is parsed, for what would make the parser slow: deep nesting and floods of attributes.

One pass over the characters, each looked at a bounded number of times. It judges cost, not correctness.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from papermesh_services.documents.errors import DocumentTooLarge
from papermesh_services.documents.xmlparts import too_deep

if TYPE_CHECKING:
    from papermesh_services.documents.limits import Limits
    from papermesh_services.documents.watch import Watch

_TAG = re.compile(r"<(?:!--|(/?)([A-Za-z][^\s/>]*))")
_STOP = re.compile("[>\"']")
_PARTS = re.compile(r"[^\s/]+")
_RAW = {
    name: re.compile(f"</{name}", re.IGNORECASE)
    for name in ("script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes")
}
# Elements without content, and those whose end tag may be left out so that one closes the other.
_SHALLOW_TAGS = (
    "area base br col embed hr img input link meta param source track wbr p li dt dd tr td th thead tbody tfoot option "
    "optgroup rp rt colgroup caption html head body"
)
_SHALLOW = frozenset(_SHALLOW_TAGS.split())
_SLACK = 8
_LOOK_EVERY = 4096


def check(text: str, limits: Limits, watch: Watch) -> None:
    """Raises DocumentTooLarge for HTML that would cost far more than its size, OutOfTimeError when told to stop."""
    depth, at, elements, tags = 0, 0, 0, 0
    # Sloppy pages leave elements open; they are only refused where the parser itself would suffer.
    deepest = _SLACK * limits.max_nesting
    while tag := _TAG.search(text, at):
        tags += 1
        if tags % _LOOK_EVERY == 0:
            watch.check()
        ends, name = tag.groups()
        if name is None:
            at = _after(text, "-->", tag.end())
            continue
        name = name.lower()
        closed, at = _skip_attributes(text, tag.end(), limits)
        if ends:
            depth = max(0, depth - (name not in _SHALLOW))
            continue
        elements += 1
        if name in _RAW:
            at = _skip_raw(text, name, at)
        elif name not in _SHALLOW and not closed:
            depth += 1
        if depth > deepest:
            raise too_deep(limits)
    if elements > limits.max_html_elements:
        raise DocumentTooLarge(
            f"The HTML has more than {limits.max_html_elements:,} elements, the most that are read. "
            "Give it in parts, or have max_html_elements raised on the server.",
            limit="max_html_elements",
            value=str(limits.max_html_elements),
        )


def _skip_attributes(text: str, at: int, limits: Limits) -> tuple[bool, int]:
    """Whether the tag closes itself, and the place after it."""
    if text[at : at + 1] == ">":
        return False, at + 1
    attributes = 0
    while stop := _STOP.search(text, at):
        between = text[at : stop.start()]
        attributes += len(_PARTS.findall(between))
        if attributes > limits.max_html_attributes:
            raise DocumentTooLarge(
                f"An HTML element has more than {limits.max_html_attributes:,} attributes, the most that are read. "
                "Save it without them, or have max_html_attributes raised on the server.",
                limit="max_html_attributes",
                value=str(limits.max_html_attributes),
            )
        at = stop.end()
        if stop.group() == ">":
            return between.endswith("/"), at
        if between.rstrip().endswith("="):
            at = _after(text, stop.group(), at)
    return False, len(text)


def _skip_raw(text: str, name: str, at: int) -> int:
    end = _RAW[name].search(text, at)
    return end.start() if end else len(text)


def _after(text: str, mark: str, at: int) -> int:
    where = text.find(mark, at)
    return len(text) if where < 0 else where + len(mark)
