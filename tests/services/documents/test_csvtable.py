from __future__ import annotations

import pytest

from papermesh_services.documents import BlockKind, Format, Limits, Status, Watch, read, read_text


def cells(document):
    (block,) = document.blocks
    assert block.kind is BlockKind.TABLE
    return {(cell.row, cell.column): document.text[cell.span.start : cell.span.end] for cell in block.cells}


@pytest.mark.parametrize(
    "text",
    [
        "name,town\nAda,London\nBo,Paris\n",
        "name;town\r\nAda;London\r\nBo;Paris",
        "name\ttown\rAda\tLondon\rBo\tParis\r",
        "name|town\nAda|London\nBo|Paris\n",
        'sep=;\n"name";town\nAda;"London"\n\n"Bo";Paris\n',
    ],
)
@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_table_is_read_however_it_is_written(assert_sound, text, codec):
    document = read(text.encode(codec), "a.csv")
    assert_sound(document)
    assert document.format is Format.CSV
    assert document.text == "name\ttown\nAda\tLondon\nBo\tParis"
    assert cells(document)[(1, 1)] == "London"


def test_quoted_cells_and_ragged_rows_are_kept(assert_sound):
    document = read_text('a,b,c\n1,"two\nlines, ""quoted""",3,,,\n4\n,5" wide\n', "a.csv")
    assert_sound(document)
    assert cells(document) == {
        (0, 0): "a", (0, 1): "b", (0, 2): "c",
        (1, 0): "1", (1, 1): 'two lines, "quoted"', (1, 2): "3",
        (2, 0): "4", (3, 1): '5" wide',
    }  # fmt: skip


def test_a_delimiter_inside_numbers_is_not_mistaken():
    assert cells(read_text("item;price\nInk;5,50\nPaper;3,20\nPens;1,00\n", "a.csv"))[(1, 1)] == "5,50"


def test_a_quotation_mark_that_nothing_closes_takes_no_rows_away():
    document = read_text('name,note\nAda,"open\n' + "Bo,fine\n" * 1000, "a.csv")
    assert document.text.count("Bo\tfine") == 1000


@pytest.mark.parametrize(
    "text", ["a,b\n" * 100, "x," * 1000, '"' + "x,\n" * 400 + '"', ("x," * 49 + "\n") * 4, '"a\n",' * 400]
)
def test_what_is_over_the_limit_is_left_out_and_told(assert_sound, text):
    document = read_text(text, "a.csv", Limits(max_cells=100))
    assert_sound(document)
    assert len(document.blocks[0].cells) <= 100
    assert (document.status, "100 cells" in document.note) in ((Status.PARTIAL_LIMIT, True), (Status.OK, False))
    if document.status is Status.OK:
        assert len(document.blocks[0].cells) < 3


def test_a_row_of_ten_million_columns_is_cut_off():
    document = read(b"x,y\n" + b",".join([b"1"] * 10) + b"," * 10_000_000 + b"2\n", "a.csv")
    assert document.status is Status.PARTIAL_LIMIT
    assert document.text.startswith("x\ty\n1\t1")


def test_a_table_is_read_until_time_is_up():
    document = read(b"a,b\n" * 10_000, "a.csv", watch=Watch(deadline=0))
    assert document.status is Status.PARTIAL_TIMEOUT
    assert "Time ran out" in document.note
    assert 0 < len(document.blocks[0].cells) < 20_000


def test_an_encoding_of_one_language_tells_it():
    document = read("名前,年齢\n佐藤,30\n".encode("cp932"), "a.csv")
    assert (document.language, document.metadata.encoding) == ("ja", "cp932")
