from __future__ import annotations

import pytest

from papermesh_services.documents import Limits
from papermesh_services.documents.mathml import Formula
from papermesh_services.documents.xmlparts import parse


def written(xml):
    formula = Formula()
    parse([xml.encode()], "formula", formula, Limits())
    return formula.text


@pytest.mark.parametrize(
    ("inner", "text"),
    [
        ("<msup><mi>x</mi><mn>2</mn></msup>", "x^2"),
        ("<msub><mi>x</mi><mi>i</mi></msub>", "x_i"),
        ("<msubsup><mi>x</mi><mi>i</mi><mn>2</mn></msubsup>", "x_i^2"),
        ("<mfrac><mi>a</mi><mrow><mi>b</mi><mi>c</mi></mrow></mfrac>", "a/bc"),
        ("<msqrt><mi>a</mi></msqrt><mo>+</mo><mn>1</mn>", "√a+1"),
        ("<munderover><mo>∑</mo><mi>i</mi><mi>n</mi></munderover><mi>i</mi>", "∑_i^ni"),
        ("<mtable><mtr><mtd>1</mtd><mtd>2</mtd></mtr><mtr><mtd>3</mtd></mtr></mtable>", "1 2; 3"),
        ("<semantics><mi>y</mi><annotation>StarMath</annotation></semantics>", "y"),
        ("<mi>" + "y" * 20_000 + "</mi><mi>z</mi>", "y" * 20_000),
        ("", ""),
    ],
)  # fmt: skip
def test_formulas_are_written_on_one_line(inner, text):
    assert written(f'<math xmlns="http://www.w3.org/1998/Math/MathML">{inner}</math>') == text


def test_what_is_no_formula_gives_none():
    assert written("<chart><mi>x</mi></chart>") == ""
