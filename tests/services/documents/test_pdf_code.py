from __future__ import annotations

import io

import pytest
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from papermesh_services.documents import read

PROSE = [
    "The council met in the old hall and heard the report of the",
    "year, which nobody had read. Then they all went home.",
]
PROGRAM = ["def main(argv):", "    for one in argv:", "        print(one)", "", "    return 0"]


def blocks(*parts, leading=13):
    """The blocks of a PDF of parts, each (font, lines); an empty line is a gap."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=A4)
    y = 780
    for font, lines in parts:
        for line in lines:
            canvas.setFont(font, 10)
            text = line.lstrip()
            canvas.drawString(72 + canvas.stringWidth(line[: len(line) - len(text)], font, 10), y, text)
            y -= leading
        y -= 1.5 * leading
    canvas.save()
    document = read(buffer.getvalue())
    return [(str(block.kind), document.text[block.span.start : block.span.end]) for block in document.blocks]


def test_code_keeps_its_lines_indents_and_empty_lines():
    found = blocks(("Helvetica", PROSE * 3), ("Courier", PROGRAM), ("Helvetica", PROSE * 3))
    assert found[1] == ("code", "\n".join(PROGRAM))
    assert [kind for kind, _ in found] == ["paragraph", "code", "paragraph"]


def test_a_single_line_of_code_is_code_and_its_wide_gaps_are_spaces():
    line = "count = 0          # of all that came"
    found = blocks(("Helvetica", PROSE * 3), ("Courier", [line]), ("Helvetica", PROSE))
    assert found[1] == ("code", line)


@pytest.mark.parametrize("line", ["ann@example.org", "https://example.org/a/b", "Appendix of Tables"])
def test_addresses_and_titles_are_no_code(line):
    found = blocks(("Helvetica", PROSE * 3), ("Courier", [line]), ("Helvetica", PROSE))
    assert "code" not in [kind for kind, _ in found]


def test_a_document_that_was_typed_has_no_code():
    found = blocks(("Courier", PROSE), ("Courier", PROGRAM), ("Helvetica-Bold", ["A heading"]), ("Courier", PROSE))
    assert "code" not in [kind for kind, _ in found]


def test_prose_in_letters_of_one_width_is_no_code():
    found = blocks(("Helvetica", PROSE * 6), ("Courier", PROSE * 2), ("Helvetica", PROSE * 2))
    assert "code" not in [kind for kind, _ in found]


def test_a_table_in_letters_of_one_width_stays_a_table():
    rows = ["Lamp         12.50      4", "Rope          7.00      1", "Oil           3.25      2"]
    found = blocks(("Helvetica", PROSE * 4), ("Courier", rows), ("Helvetica", PROSE * 2))
    assert [kind for kind, _ in found] == ["paragraph", "table", "paragraph"]


def test_a_line_of_code_in_the_midst_of_a_paragraph_stays_there():
    found = blocks(("Helvetica", [*PROSE, *PROSE[:1]]), leading=13)
    lines = [*PROSE, "return_the_whole_of_the_report(year)", *PROSE]
    fonts = ["Helvetica", "Helvetica", "Courier", "Helvetica", "Helvetica"]
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=A4)
    for number, (font, line) in enumerate(zip(fonts, lines, strict=True)):
        canvas.setFont(font, 10)
        canvas.drawString(72, 700 - 12 * number, line)
    canvas.save()
    assert "code" not in [block.kind for block in read(buffer.getvalue()).blocks]
    assert [kind for kind, _ in found] == ["paragraph"]
