"""Lines that are drawn by Unicode's rules come back as they were written."""

from __future__ import annotations

import pytest
import uax9
from hypothesis import given, settings
from hypothesis import strategies as st

from papermesh_services.documents.visual_order import logical

LEFTWARD = [
    "בשנת 2023 גדלו ההכנסות ב-12.5% לעומת 2022, והגיעו ל-₪1,234,567.",
    "החברה Acme Data Systems (לשעבר Acme) פתחה סניף בתל אביב (ישראל) ביום 15/03/2023, בין 10:30-12:45.",
    'הוא אמר: "זה לא פשוט", והלך.',
    "ראו https://example.com/docs/page?id=12 או כתבו אל info@example.com.",
    "מערכת Windows 11 דורשת זיכרון (לפחות 8 GB (מומלץ 16)) ודיסק!",
    "נדרשים: 5 GB, 10 MB",
    "באנגלית: The quick brown fox, jumps over the lazy dog (again), וכך הלאה.",
    "1. צעד ראשון",
    "2) Python הוא שפה",
    "• Python 3.11 ומעלה",
    "ב-2020, Google הודיעה",
    "ראו Google (Alphabet) כאן",
    "קובץ PDF (Portable Document Format) נפוץ",
    'הספר "War and Peace" 12 עותקים',
    "C++ ו-C# ו-.NET הן שפות",
    "מחיר -5 מעלות",
    "COVID-19 התפרצה ב-2019",
    "(Google, 2020)",
    "(2020, Google)",
    "טלפון 03-1234567 או +972-3-1234567",
    "שנים 2019–2021 היו",
    "הגרסאות Python 3.9, 3.10, 3.11 זמינות",
    "سنة 2023 بنسبة 12.5% مقارنة بعام 2022، ووصلت إلى ١٬٢٣٤٫٥ دينار.",
    "افتتحت فرعا في القاهرة (مصر) يوم 15/03/2023 بين 10:30 و12:45، خلال 2020-2022.",
    "هل تعمل على Windows 11؟ نعم، بنسبة ٥٠٪ (تقريبا (جدا))!",
    "قال: «هذا سهل» ثم ١٠-٢٠ و٥٠٪.",
    "در سال ۱۴۰۲ درآمد شرکت Acme Data به ۱۲٫۵٪ افزایش یافت؛ یعنی از ۱۰ تا ۲۰ میلیون تومان.",
    "کمپنی Acme (لاہور) نے ۱۵ مارچ کو نیا دفتر کھولا۔ کیا یہ ٹھیک ہے؟",
    "לַמְנַצֵּחַ מִזְמוֹר Psalm 4 לְדָוִד",
]
RIGHTWARD = [
    "This is an English paragraph with one Hebrew word, שלום, which means peace; it must stay.",
    "The words שלום עולם (hello world) and שלום (peace) 12.",
    "See שלום, עולם: 3 words",
    "He wrote (שלום) and שלום (עולם) there.",
    "Ends with שלום.",
    "كتاب (book) and 15 كتابا",
    "Nothing of the kind (at all), 1.",
]


@pytest.mark.parametrize(
    ("line", "leftward"), [(line, True) for line in LEFTWARD] + [(line, False) for line in RIGHTWARD]
)
def test_lines_come_back_as_they_were_written(line, leftward):
    assert logical(uax9.drawn(line, leftward=leftward), leftward=leftward) == line


@pytest.mark.parametrize(
    ("drawn", "line"),
    [
        (")ךורא( בתכמ", "מכתב (ארוך)"),
        ("»ךורא« בתכמ", "מכתב «ארוך»"),
        ("!(ךורא( בתכמ", "מכתב (ארוך)!"),
        ("f(x) היצקנופה", "הפונקציה f(x)"),
    ],
)
def test_brackets_face_what_they_hold_whichever_the_file_says(drawn, line):
    assert logical(drawn, leftward=True) == line


@pytest.mark.parametrize(
    ("drawn", "line"),
    [
        ("-5% תחנה", "הנחת -5%"),  # drawn by hand, or with marks that are gone
        ("Google, Yahoo ורמא", "אמרו Google, Yahoo"),
        ("12 Monkeys טרסה", "הסרט 12 Monkeys"),
        ("(Part 1) Introduction ואר", "ראו (Part 1) Introduction"),
    ],
)
def test_phrases_that_no_rule_draws_so_are_taken_as_they_stand(drawn, line):
    assert logical(drawn, leftward=True) == line


def test_nothing_is_lost_of_a_line_without_letters():
    assert logical([], leftward=True) == ""
    assert logical("3 ,2 ,1", leftward=True) == "1, 2, 3"
    assert logical("...", leftward=False) == "..."


def one_of(words):
    return st.sampled_from(words.split())


HEBREW = one_of("שלום עולם ספר בית ילדים הממשלה ב־תל־אביב וכאשר דו״ח ה-תיק מְאֹד")
ARABIC = one_of("كتاب سلام المدينة إلى وكان گزارش می‌شود ہے نیا بِسْمِ")
LATIN = one_of("Acme Windows PDF iPhone C++ C# .NET COVID-19 e-mail f(x) https://a.example/b?c=1 a@b.example")
NUMBERS = one_of("7 12 2023 3.14 1,234.50 12.5% ₪100 $5 15/03/2023 10:30 10:30-12:45 2019–2021 -5 +972-3-123")
ARABIC_NUMBERS = one_of("٧ ٢٠٢٣ ٣٫١٤ ٥٠٪ ١٥/٠٣/٢٠٢٣ ۱۴۰۲ ١٠-٢٠")


@st.composite
def lines(draw):
    """A sentence of words, phrases, numbers and what stands in brackets, in Hebrew or in Arabic."""
    arabic = draw(st.booleans())
    words = st.lists(ARABIC if arabic else HEBREW, min_size=1, max_size=3).map(" ".join)
    latin = st.lists(LATIN, min_size=1, max_size=3).map(lambda phrase: draw(st.sampled_from([" ", ", "])).join(phrase))
    numbers = NUMBERS | ARABIC_NUMBERS if arabic else NUMBERS
    parts = [draw(words)]
    for kind in draw(st.lists(st.sampled_from(["latin", "number", "in brackets", "quoted"]), max_size=5)):
        if kind == "latin":
            parts.append(draw(latin))
        elif kind == "number":
            parts.append(draw(numbers))
        elif kind == "in brackets":
            parts.append(f"({draw(words | latin | numbers)})")
        else:
            parts.append(f'"{draw(words)}"')
        # A number before Latin words looks like one after them.
        parts.append(draw(words))
    separators = [draw(st.sampled_from([" ", ", " if not arabic else "، ", ": ", " – "])) for _ in parts[1:]]
    end = draw(st.sampled_from([".", "!", "?" if not arabic else "؟", ""]))
    return "".join(part + after for part, after in zip(parts, [*separators, end], strict=True))


@settings(max_examples=400, deadline=None)
@given(lines())
def test_what_is_drawn_by_the_rules_is_read_as_it_was_written(line):
    assert logical(uax9.drawn(line, leftward=True), leftward=True) == line


@settings(max_examples=200, deadline=None)
@given(st.text('אבג abc 12,.-()%$+[]:/"؟عبس٣٤ ', max_size=30), st.booleans())
def test_whatever_is_drawn_nothing_is_lost_and_nothing_added(line, leftward):
    read = logical(uax9.drawn(line, leftward=leftward), leftward=leftward)
    alike = str.maketrans(")]", "([")  # brackets may turn
    assert sorted(read.translate(alike)) == sorted(line.translate(alike))
