"""Hebrew, Arabic, Persian and Urdu pages are read in the order in which they were written."""

from __future__ import annotations

import leftward
import pytest
from leftward import MARGIN, WIDTH, Piece, line, recognised, words

from papermesh_services.documents import pdf_drawn, read
from papermesh_services.documents.model import BlockKind
from papermesh_services.documents.pdf_leftward import is_leftward

PROSE = {
    "he": [
        "בשנת 2023 גדלו ההכנסות ב-12.5% לעומת 2022, והגיעו ל-₪1,234,567 בסך הכול.",
        "החברה Acme Data Systems (לשעבר Acme) פתחה סניף בתל אביב (ישראל) ביום 15/03/2023,",
        'בין השעות 10:30-12:45. הוא אמר: "זה לא פשוט", והלך אל info@example.com לבדו.',
    ],
    "ar": [
        "في عام 2023 ارتفعت الإيرادات بنسبة 12.5% مقارنة بعام 2022، ووصلت إلى ١٬٢٣٤٫٥ دينار.",
        "الشركة Acme Data Systems (سابقًا Acme) افتتحت فرعًا في القاهرة (مصر) يوم 15/03/2023،",
        "وقال: «هذا سهل»، ثم ذهب إلى https://example.com/docs/page?id=12 (تقريبًا (جدًا)).",
    ],
    "fa": [
        "در سال ۱۴۰۲ درآمد شرکت Acme Data به ۱۲٫۵٪ افزایش یافت؛ یعنی از ۱۰ تا ۲۰ میلیون تومان",
        "می‌توانید به نشانی info@example.com نامه بنویسید. آیا Windows 11 لازم است یا نه؟",
    ],
    "ur": [
        "سال 2023 میں آمدنی 12.5% بڑھ گئی۔ کمپنی Acme Data Systems (لاہور) نے ۱۵ مارچ کو نیا دفتر",
        "کھولا، جس کا پتہ info@example.com ہے۔ کیا یہ ٹھیک ہے؟ جی ہاں، بالکل ٹھیک ہے۔",
    ],
}


@pytest.fixture
def blocks(raw_pdf, assert_sound):
    """The blocks of a PDF of such pages: kinds, levels and texts."""

    def of(*pages, rules=""):
        document = read(raw_pdf(leftward.objects(*pages, rules=rules)), "a.pdf")
        assert_sound(document)
        return [
            (block.kind, block.level, document.text[block.span.start : block.span.end]) for block in document.blocks
        ]

    return of


def paragraph(lines, top=780.0, **options):
    return [line(text, top - 14 * at, **options) for at, text in enumerate(lines)]


def texts(found):
    return [text for _, _, text in found]


@pytest.mark.parametrize("language", PROSE)
def test_prose_comes_back_as_it_was_written(blocks, language):
    assert texts(blocks(paragraph(PROSE[language]))) == [" ".join(PROSE[language])]


@pytest.mark.parametrize("language", PROSE)
@pytest.mark.parametrize("last_first", [False, True])
def test_it_does_not_matter_in_which_order_words_are_drawn(blocks, language, last_first):
    pieces = [piece for whole in paragraph(PROSE[language]) for piece in words(whole, last_first=last_first)]
    assert texts(blocks(pieces)) == [" ".join(PROSE[language])]


def test_a_line_of_latin_words_runs_as_its_paragraph_does(blocks):
    lines = [
        "השפה שבה נכתב הקוד היא שפה נפוצה מאוד, ולשם הדוגמה נזכיר משפט אחד: the quick brown",
        "fox jumps over the lazy dog, and runs away from the hunters who follow it all the way to",
        "the forest, וכך הלאה, עד סוף הדוגמה הארוכה הזאת, שנכתבה בשפה האנגלית, ועד בכלל, כמו",
        "(Acme Corporation).",
    ]
    assert texts(blocks(paragraph(lines))) == [" ".join(lines)]


def test_a_latin_paragraph_with_a_hebrew_word_runs_to_the_right(blocks):
    latin = [
        "This is an English paragraph with one Hebrew word, שלום, which means peace;",
        "it must stay as it is (really).",
    ]
    found = blocks([*paragraph(PROSE["he"]), *paragraph(latin, 700, leftward=False)])
    assert texts(found) == [" ".join(PROSE["he"]), " ".join(latin)]
    assert texts(blocks(paragraph(latin, leftward=False))) == [" ".join(latin)]


@pytest.mark.parametrize(
    "text", ["ראו את ההערה בעמוד זה (12)", "הבית הגדול הזה –", "- פריט אחרון (ודי)", "PDF וגם HTML", "עמוד 12"]
)
def test_what_ends_a_line_does_not_make_it_run_the_other_way(blocks, text):
    found = texts(blocks([*paragraph(PROSE["he"]), line(text, 700)]))
    assert found == [" ".join(PROSE["he"]), text.removeprefix("- ")]


@pytest.mark.parametrize("text", ["See the word שלום there (12)", "The word שלום –", "Page (12", "12) is שלום too"])
def test_nor_does_it_where_lines_run_to_the_right(blocks, text):
    lines = ["This is an English paragraph about words, and it has one of them, שלום, within.", text]
    assert texts(blocks([line(lines[0], 780, leftward=False), line(lines[1], 700, leftward=False)])) == lines


def test_hebrew_sentences_that_were_set_to_run_to_the_right_come_back_too(blocks):
    lines = ["שלום עולם, זה מסמך 123 בעברית with English words בתוך הטקסט.", "השתמשו ב-Word או ב-Excel בעבודה."]
    pieces = [*paragraph(lines[:1], 780, leftward=False), *paragraph(lines[1:], 740, leftward=False)]
    assert texts(blocks(pieces)) == lines


@pytest.mark.parametrize(
    ("rows", "leftward"),
    [
        (
            [
                ["שם", "כמות", "מחיר"],
                ["תפוחים ירוקים", "12", "3.50 ₪"],
                ["iPhone 15", "1", "-5%"],
                ["לחם", "100", "(7.25)"],
            ],
            True,
        ),
        ([["الاسم", "الكمية", "السعر"], ["تفاح أخضر", "12", "3.50"], ["خبز", "١٠٠", "٧٫٢٥"]], True),
        ([["Word", "Hebrew", "Count"], ["peace", "שלום", "12"], ["book (small)", "ספר קטן", "3"]], False),
    ],
)
def test_the_first_column_of_a_table_is_where_its_rows_begin(blocks, rows, leftward):
    def cell(text, row, column):
        inset = MARGIN + 150 * column
        right, left = (WIDTH - inset, MARGIN) if leftward else (WIDTH, inset)
        return line(text, 780 - 20 * row, leftward=leftward, right=right, left=left)

    pieces = [cell(text, row, column) for row, cells in enumerate(rows) for column, text in enumerate(cells)]
    assert blocks(pieces) == [(BlockKind.TABLE, 0, "\n".join("\t".join(cells) for cells in rows))]


COLUMN = (WIDTH - 2 * MARGIN) / 3
AFTER = "הדוח נכתב על ידי הוועדה ונבדק פעמיים."


def ruled(*heights, columns=3):
    """What draws the rules of a table whose rows begin and end at these heights."""
    level = [f"{MARGIN} {y} m {WIDTH - MARGIN} {y} l S" for y in heights]
    places = [MARGIN + (WIDTH - 2 * MARGIN) * at / columns for at in range(columns + 1)]
    return "\n".join([*level, *(f"{x} {heights[0]} m {x} {heights[-1]} l S" for x in places)])


def in_column(text, y, column, *, leftward=True):
    inset = MARGIN + COLUMN * column + 4
    return line(text, y, leftward=leftward, right=WIDTH - inset, left=inset)


def table_cells(raw):
    document = read(raw, "a.pdf")
    (table,) = [block for block in document.blocks if block.cells]
    return {(cell.row, cell.column): document.text[cell.span.start : cell.span.end] for cell in table.cells}


@pytest.mark.parametrize("after", [AFTER, "קצר."])
def test_a_table_between_rules_ends_where_they_do(blocks, after):
    rows = [["שם", "כמות", "מחיר"], ["סירה", "12", "45,000"], ["רשת גדולה", "3", "1,200"]]
    pieces = [line(PROSE["he"][0], 790)]
    pieces += [in_column(text, 764 - 14 * row, at) for row, texts in enumerate(rows) for at, text in enumerate(texts)]
    found = blocks([*pieces, line(after, 764 - 14 * 3)], rules=ruled(775, 761, 747, 733))
    table = "\n".join("\t".join(row) for row in rows)
    assert texts(found) == [PROSE["he"][0], table, after]
    assert found[1][0] == BlockKind.TABLE


def test_cells_between_rules_may_be_empty_wrapped_and_narrowly_apart(raw_pdf):
    pieces = [
        *(in_column(text, 764, at) for at, text in enumerate(["שם", "הערה", "מחיר"])),
        in_column("סירה", 750, 0),
        in_column("נבדקה פעמיים על", 750, 1),
        in_column("ידי הוועדה (Acme)", 736, 1),
        in_column("1,200", 722, 2),
        line("והן נמצאות במחסן ליד ה", 722, right=WIDTH - MARGIN - 8),
    ]
    rules = ruled(775, 761, 733, 719)
    assert table_cells(raw_pdf(leftward.objects(pieces, rules=rules))) == {
        (0, 0): "שם",
        (0, 1): "הערה",
        (0, 2): "מחיר",
        (1, 0): "סירה",
        (1, 1): "נבדקה פעמיים על ידי הוועדה (Acme)",
        (2, 0): "והן נמצאות במחסן ליד ה",
        (2, 2): "1,200",
    }


def test_a_cell_of_nothing_but_nameless_strokes_is_empty(raw_pdf):
    rows = [["שם", "מחיר"], ["סירה", "12"], ["רשת", "\x01\x01"], ["חבל", "7"], ["נמל", "5"]]
    pieces = [in_column(text, 761 - 12 * row, at) for row, found in enumerate(rows) for at, text in enumerate(found)]
    found = table_cells(raw_pdf(leftward.objects(pieces, rules=ruled(775, 757, 700))))
    assert found == {
        (row, at): text for row, cells in enumerate(rows) for at, text in enumerate(cells) if text[0] > " "
    }


def test_a_cell_over_several_columns_stands_in_the_first_from_the_right(raw_pdf):
    pieces = [
        in_column("כל הכמויות", 764, 0),
        in_column("מחיר", 764, 2),
        *(in_column(text, 750, at) for at, text in enumerate(["סירה", "12", "45,000"])),
        *(in_column(text, 736, at) for at, text in enumerate(["רשת", "3", "1,200"])),
    ]
    edge, inner = WIDTH - MARGIN, MARGIN + COLUMN
    level = [f"{MARGIN} {y} m {edge} {y} l S" for y in (775, 761, 747, 733)]
    upright = [f"{x} 775 m {x} 733 l S" for x in (MARGIN, inner, edge)]
    rules = "\n".join([*level, *upright, f"{inner + COLUMN} 761 m {inner + COLUMN} 733 l S"])
    found = table_cells(raw_pdf(leftward.objects(pieces, rules=rules)))
    assert [cell for cell in found if cell[0] == 0] == [(0, 0), (0, 2)]
    assert [text for (row, _), text in found.items() if row == 1] == ["סירה", "12", "45,000"]


def test_the_rows_of_a_table_that_runs_to_the_right_do_so_between_rules(raw_pdf):
    rows = [["Word", "Hebrew", "Count"], ["peace", "שלום", "12"], ["book", "ספר קטן", "3"]]
    pieces = [
        in_column(text, 764 - 14 * row, at, leftward=False)
        for row, texts in enumerate(rows)
        for at, text in enumerate(texts)
    ]
    found = table_cells(raw_pdf(leftward.objects(pieces, rules=ruled(775, 761, 747, 733))))
    assert found == {(row, at): text for row, texts in enumerate(rows) for at, text in enumerate(texts)}


def test_what_stands_beside_a_table_is_no_part_of_it(blocks):
    rows = [["שם", "מחיר"], ["סירה", "45,000"], ["רשת", "1,200"]]
    places = [in_column(text, 764 - 14 * row, at) for row, found in enumerate(rows) for at, text in enumerate(found)]
    beside = line("הערה", 750, right=MARGIN + COLUMN - 20)
    edge = WIDTH - MARGIN
    level = [f"{edge - 2 * COLUMN} {y} m {edge} {y} l S" for y in (775, 761, 747, 733)]
    upright = [f"{edge - COLUMN * at} 775 m {edge - COLUMN * at} 733 l S" for at in range(3)]
    found = blocks([*places, beside], rules="\n".join([*level, *upright]))
    assert (BlockKind.TABLE, 0, "\n".join("\t".join(row) for row in rows)) in found
    assert "הערה" in texts(found)


def test_bullets_and_numbers_stand_at_the_right(blocks):
    def item(marker, text, y, inset=0.0):
        right = WIDTH - MARGIN - inset
        return [line(marker, y, right=right), line(text, y, right=right - 18)]

    prose = " ".join(PROSE["he"])
    pieces = [
        *paragraph(PROSE["he"]),
        *item("•", "פריט ראשון ברשימה", 710),
        *item("•", "Python 3.11 ומעלה", 696),
        *item("•", "פריט שהוא חלק מקודמו (סוף).", 682, 24),
        *item("1.", "צעד ראשון", 650),
        *item("2.", "צעד שני: להריץ pip install", 636),
        *item("א.", "Python או Java", 604),
        *item("ב.", "שפה אחרת", 590),
    ]
    assert blocks(pieces) == [
        (BlockKind.PARAGRAPH, 0, prose),
        (BlockKind.LIST_ITEM, 1, "פריט ראשון ברשימה"),
        (BlockKind.LIST_ITEM, 1, "Python 3.11 ומעלה"),
        (BlockKind.LIST_ITEM, 2, "פריט שהוא חלק מקודמו (סוף)."),
        (BlockKind.LIST_ITEM, 1, "1. צעד ראשון"),
        (BlockKind.LIST_ITEM, 1, "2. צעד שני: להריץ pip install"),
        (BlockKind.LIST_ITEM, 1, "א. Python או Java"),
        (BlockKind.LIST_ITEM, 1, "ב. שפה אחרת"),
    ]


@pytest.mark.parametrize("items", [["ההכנסות גדלו", "הסניף נפתח בתל אביב"], ["ارتفعت الإيرادات", "افتتحت الشركة فرعا"]])
def test_bullets_of_fonts_of_symbols_make_items(blocks, items):
    pieces = paragraph(items * 2)
    for at, text in enumerate(items):
        bullet = line(f" {leftward.SYMBOL_BULLET}", 700 - 14 * at, right=WIDTH - MARGIN + 5.5)
        pieces += [bullet, line(text, 700 - 14 * at, right=WIDTH - MARGIN - 22)]
    assert blocks(pieces)[-2:] == [(BlockKind.LIST_ITEM, 1, text) for text in items]


def test_bullets_that_were_drawn_after_all_items_go_to_theirs(blocks):
    items = [
        line(text, 780 - 20 * at, right=WIDTH - MARGIN - 18) for at, text in enumerate(["פריט ראשון", "Python 3.11"])
    ]
    bullets = [line("•", 780 - 20 * at) for at in range(2)]
    assert texts(blocks([*items, *bullets])) == ["פריט ראשון", "Python 3.11"]


def test_of_two_columns_the_right_one_is_read_first(blocks):
    right = ["בטור הימני יש 12 שורות, לפי", "הכללים של Acme, והן נקראות", "לפני כל האחרות (תמיד)."]
    left = ["בטור השמאלי יש 7 בלבד, וגם", "הן של Acme Data, ונקראות", "אחר כך (כמעט תמיד)."]
    pieces = [*paragraph(right), *paragraph(left, right=WIDTH / 2 - 15)]
    assert texts(blocks(pieces)) == [" ".join(right), " ".join(left)]


def test_headings_and_page_numbers(blocks):
    def page(number):
        prose = [text for at, text in enumerate(PROSE["he"] * number) if at % 3 != number % 3]
        foot = [line(f"עמוד {number} מתוך 4", 40, size=9)]
        return [line(f"{number}. סעיף PDF", 780, size=18), *paragraph(prose, 740 - number), *foot]

    found = blocks(*(page(number) for number in range(1, 5)))
    assert [text for kind, _, text in found if kind is BlockKind.FOOTER] == [f"עמוד {at} מתוך 4" for at in range(1, 5)]
    assert [text for kind, _, text in found if kind is BlockKind.HEADING] == [f"{at}. סעיף PDF" for at in range(1, 5)]


def test_marks_stay_with_their_letters_and_one_glyph_may_be_two_letters(blocks):
    vowels = "בְּרֵאשִׁית בָּרָא אֱלֹהִים (1:1) אֵת הַשָּׁמַיִם"
    assert texts(blocks([line(vowels, 780)])) == [vowels]
    for glyph in (leftward.LAM_ALEF, "\ufefb"):
        drawn = ["." if letter == "." else letter for letter in ".هلإ 12 " + glyph + "إ"][::1]
        assert texts(blocks([Piece(100, 780, drawn)]))[0].startswith("إلا 12 ")


def test_recognised_text_under_a_scan_is_read_as_it_is(blocks):
    lines = ["הספר החדש (2020) נמצא כאן,", "על המדף בחדר."]
    pieces = [piece for at, text in enumerate(lines) for piece in recognised(text, 780 - 14 * at)]
    assert " ".join(texts(blocks(pieces))).split() == " ".join(lines).split()


def test_a_line_drawn_beside_another_but_not_as_high_is_another(blocks):
    pieces = [line("שורה ימנית (1) כאן", 780), line("שורה שמאלית (2) שם", 771, right=250)]
    assert texts(blocks(pieces)) == ["שורה ימנית (1) כאן\nשורה שמאלית (2) שם"]


def test_what_was_filled_in_left_of_a_label_stands_after_it(raw_pdf):
    objects = leftward.objects([line("שם מלא:", 780), line("עיר:", 740)])
    objects[1] = b"<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [7 0 R] >> >>"
    objects[7] = b"<< /Type /Annot /Subtype /Widget /FT /Tx /T (name) /V (Dana 12) /Rect [300 775 420 795] /P 10 0 R >>"
    objects[10] = objects[10].replace(b"/Contents", b"/Annots [7 0 R] /Contents")
    assert read(raw_pdf(objects), "a.pdf").text == "שם מלא: Dana 12\n\nעיר:"


@pytest.mark.parametrize("text", ["Plain words only.", "Ein Übermaß an Äpfeln", "Ελληνικά και άλλα", "Русские слова"])
def test_other_scripts_are_not_asked_for_their_places(blocks, monkeypatch, text):
    monkeypatch.setattr(pdf_drawn, "glyphs", None)
    assert texts(blocks([line(text, 780, leftward=False)])) == [text]


@pytest.mark.parametrize(("text", "told"), [("שלום", True), ("سلام", True), ("peace", False), ("мир", False)])
def test_letters_that_run_to_the_left_are_told(text, told):
    assert is_leftward(text) is told
