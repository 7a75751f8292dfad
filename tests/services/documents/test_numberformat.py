from __future__ import annotations

import pytest

from papermesh_services.documents.numberformat import BUILT_IN, formatter

MONEY = '_("$"* #,##0.00_);_("$"* \\(#,##0.00\\);_("$"* "-"??_);_(@_)'
SIZES = '[>=1000000]0.0,,"M";[>=1000]0.0,"K";0'
PHONE = "[<=9999999]###-####;(###) ###-####"


@pytest.mark.parametrize(
    ("code", "value", "text"),
    [
        ("0", 2.5, "3"),
        ("0%", 0.25, "25%"),
        ("0.00%", 0.12345, "12.35%"),
        ("0.0 %", -0.255, "-25.5 %"),
        ("0.00%;[Red]-0.00%", -0.5, "-50.00%"),
        ("0.00", 2.675, "2.68"),
        ("0.00", -1.005, "-1.01"),
        ("#,##0.00", 1234567.891, "1,234,567.89"),
        ("#,##0", 999999999999999, "999,999,999,999,999"),
        ("#,##0,", 1234567, "1,235"),
        ("$#,##0.00", -1234.5, "-$1,234.50"),
        ("#,##0_);[Red](#,##0)", -1234, "(1,234)"),
        ("#,##0.00\\ [$€-407]", 1234.5, "1,234.50 €"),
        ("[$€-2] #,##0", 5, "€ 5"),
        ("¥#,##0", 1234, "¥1,234"),
        (MONEY, 1234.5, "$ 1,234.50"),
        (MONEY, -1234.5, "$ (1,234.50)"),
        (MONEY, 0, "$ -"),
        ("0.0##", 1.5, "1.5"),
        (".00", 0.5, ".50"),
        ("#", 0, ""),
        ("0;-0;", 0, ""),
        (";;;", 7, ""),
        (";;", -7, ""),
        ("General;(General)", -7, "(7)"),
        ("00000", 123, "00123"),
        ("0.00E+00", 123456, "1.23E+05"),
        ("0.0E+0", 0.00012, "1.2E-4"),
        ("000\\-00\\-0000", 123456789, "123-45-6789"),
        (PHONE, 5551234, "555-1234"),
        (PHONE, 5551234567, "(555) 123-4567"),
        (SIZES, 12345678, "12.3M"),
        (SIZES, 1500, "1.5K"),
        (SIZES, 15, "15"),
        ('0" {kg}"', 3.2, "3 {kg}"),
        ('General" kg"', 3.2, "3.2 kg"),
        ('"Yes";;"No"', 0, "No"),
        (BUILT_IN[4], 1234.5, "1,234.50"),
    ],
)
def test_numbers_are_written_as_their_code_shows_them(code, value, text):
    write = formatter(code)
    assert write is not None
    assert write(float(value)) == text


@pytest.mark.parametrize(
    "code",
    [
        "",
        "General",
        "@",
        "yyyy-mm-dd",
        "mmm\\ yyyy",
        "[h]:mm",
        "[h]",
        "# ?/?",
        '0"torn',
        "0[torn",
        "bad",
        "0" * 501,
    ],
)
def test_a_code_that_is_not_known_or_says_nothing_more_writes_nothing(code):
    assert formatter(code) is None


def test_no_code_is_too_odd_to_write_something():
    for code in (
        "0." + "0" * 400,
        "0,0,0,0.0,0",
        "%%%0",
        "00-00",
        "#-#",
        "0E+0E+0",
        "?.?",
        ".",
        "0..0",
        "[<5]0;[>9]00",
    ):
        write = formatter(code)
        for value in (0.0, 7.0, -1e300, 1e-300, 123456.789):
            assert write is None or isinstance(write(value), str)
