from __future__ import annotations

import pytest

from papermesh_services.documents.pdf_leftward import is_leftward, righted


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("מכתב )ארוך מאוד( אל העירייה", "מכתב (ארוך מאוד) אל העירייה"),
        ("מכתב (ארוך מאוד) אל העירייה", "מכתב (ארוך מאוד) אל העירייה"),
        ("סוף )של שורה", "סוף (של שורה"),
        ("הפונקציה f(x) היא", "הפונקציה f(x) היא"),
        ("בשנת )1982( כתב", "בשנת (1982) כתב"),
        ("رسالة )طويلة جدا( إلى", "رسالة (طويلة جدا) إلى"),
    ],
)
def test_brackets_face_the_words_they_hold(line, expected):
    assert righted(line, lambda one, two: False) == expected


def test_a_ligature_is_read_in_its_order_and_the_article_left_alone():
    line = "ألنه قال الماء"
    assert righted(line, lambda one, two: one == 0) == "لأنه قال الماء"
    assert righted(line, lambda one, two: False) == line


@pytest.mark.parametrize(("line", "leftward"), [("שלום", True), ("سلام", True), ("peace", False), ("мир", False)])
def test_lines_that_run_to_the_left_are_told(line, leftward):
    assert is_leftward(line) is leftward
