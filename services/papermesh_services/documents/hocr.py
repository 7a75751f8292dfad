"""Reads hOCR, in which tesseract says what it has recognised: lines with places, sizes and confidence.

Of its forms of output this is the one that tells the size of letters and how a line is turned. It comes from a
process that has looked at a stranger's picture, so nothing in it is taken on trust.
"""

from __future__ import annotations

import re
from statistics import fmean
from typing import TYPE_CHECKING, Final

from lxml import etree  # type: ignore[import-untyped]

from papermesh_services.documents.clean import one_line
from papermesh_services.documents.recognition import RecognisedLine, RecognitionFailed

if TYPE_CHECKING:
    from collections.abc import Iterator

_LINES: Final = frozenset({"ocr_line", "ocr_header", "ocr_caption", "ocr_textfloat"})
_WORD: Final = "ocrx_word"
_MOST_LINES: Final = 20_000
_MOST_PIXELS: Final = 1_000_000.0
_LEAST_SURE: Final = 0.3
"""Below this a line is what speckles and photographs look like, and no text."""
_NUMBER = r"(-?\d{1,7}(?:\.\d{1,6})?)"
_BOX = re.compile(rf"\bbbox {_NUMBER} {_NUMBER} {_NUMBER} {_NUMBER}")
_BASELINE = re.compile(rf"\bbaseline {_NUMBER} -{_NUMBER}")
_SIZE = re.compile(rf"\bx_size {_NUMBER}")
_DESCENDERS = re.compile(rf"\bx_descenders {_NUMBER}")
_TURN = re.compile(rf"\btextangle {_NUMBER}")
_CONFIDENCE = re.compile(rf"\bx_wconf {_NUMBER}")


def lines(data: bytes) -> tuple[RecognisedLine, ...]:
    """The lines of text in an hOCR document, in its order. Raises RecognitionFailed for what is none."""
    parser = etree.XMLParser(resolve_entities=False, load_dtd=False, no_network=True, recover=False, huge_tree=False)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise RecognitionFailed("Text recognition gave no answer that can be read.") from error
    found: list[RecognisedLine] = []
    for element in root.iter("{*}span"):
        if element.get("class") in _LINES and len(found) < _MOST_LINES:
            found.extend(_line(element))
    return tuple(found)


def _line(element: etree._Element) -> Iterator[RecognisedLine]:
    title = element.get("title") or ""
    box = _BOX.search(title)
    words = [(one_line("".join(word.itertext())), word.get("title") or "") for word in _words(element)]
    words = [(text, about) for text, about in words if text]
    if not box or not words:
        return
    confidence = fmean(_number(_CONFIDENCE, about) / 100 for _, about in words)
    if confidence < _LEAST_SURE:
        return
    left, top, right, bottom = (_within(number) for number in box.groups())
    turn = round(_number(_TURN, title) / 90) % 4 * 90
    height = (right - left) if turn % 180 else (bottom - top)
    yield RecognisedLine(
        text=" ".join(text for text, _ in words),
        left=left,
        top=top,
        right=max(left, right),
        bottom=max(top, bottom),
        size=max(1.0, _number(_SIZE, title) or height),
        confidence=min(1.0, confidence),
        baseline=_baseline(title, height),
        turn=turn,
    )


def _baseline(title: str, height: float) -> float:
    """How far the letters stand above the foot of their line.

    Of lines that are turned tesseract does not say it: what is higher than letters without tails has tails below.
    """
    told = _BASELINE.search(title)
    if told:
        return min(height, float(told[2]))
    tails = _number(_DESCENDERS, title)
    return min(tails, max(0.0, height - _number(_SIZE, title) + tails))


def _words(element: etree._Element) -> Iterator[etree._Element]:
    return (word for word in element.iter("{*}span") if word.get("class") == _WORD)


def _number(pattern: re.Pattern[str], title: str) -> float:
    match = pattern.search(title)
    return _within(match[1]) if match else 0.0


def _within(number: str) -> float:
    return min(_MOST_PIXELS, max(0.0, float(number)))
