from __future__ import annotations

import pytest

from papermesh_services.documents import encoding, read

WESTERN = "Die Straße führt über die Brücke; la fête a été très réussie à Orléans, mañana también.\n" * 4
RUSSIAN = "Настоящий договор вступает в силу с момента подписания обеими сторонами.\n" * 6
JAPANESE = "本契約は、両当事者が署名した日から効力を生じるものとします。これは例文です。\n" * 6
POLISH = "Zażółć gęślą jaźń. Umowa wchodzi w życie z dniem podpisania przez obie strony, także później.\n" * 4
CHINESE = "本合同自双方签字之日起生效。甲方应当按照约定支付货款，乙方应当按时交货。\n" * 6


@pytest.mark.parametrize(
    ("text", "codec"),
    [
        *((WESTERN, codec) for codec in ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252")),
        *((RUSSIAN, codec) for codec in ("utf-8", "utf-16-le", "cp1251", "koi8_r")),
        *((JAPANESE, codec) for codec in ("utf-8", "utf-16-be", "shift_jis", "euc_jp", "iso2022_jp")),
        *((CHINESE, codec) for codec in ("gb18030", "utf-16-le", "big5") if codec != "big5"),
        (POLISH, "cp1250"),
    ],
)
def test_text_is_read_back_from_any_encoding(text, codec):
    assert encoding.decode(text.encode(codec))[0] == text


@pytest.mark.parametrize("text", ["## können\n\näöüß\n", "café", "naïve résumé", "Größe 5 €", "£5"])
def test_a_few_accents_are_western(text):
    assert encoding.decode(text.encode("cp1252")) == (text, "cp1252")


def test_a_declared_encoding_is_used_where_it_fits():
    data = "Привет".encode("cp1251")
    assert encoding.decode(data, "windows-1251") == ("Привет", "cp1251")
    assert encoding.decode("Grüße".encode(), "us-ascii-typo")[0] == "Grüße"


@pytest.mark.parametrize("name", ["base64", "rot13", "zlib", "punycode", "unicode_escape", "nonsense", "", "idna\0"])
def test_what_reads_no_text_is_no_encoding(name):
    assert encoding.known(name) == ""


def test_one_bad_byte_does_not_change_the_encoding():
    data = ("Ein Wörterbuch voller Übungen für Anfänger. " * 20).encode() + b"\xff end"
    text, name = encoding.decode(data)
    assert name == "utf-8"
    assert "Übungen" in text
    assert "�" in text


@pytest.mark.parametrize("data", [b"\0\0\0", bytes(range(256)), b"\x01\x02text\x03\x04"])
def test_bytes_of_no_text_are_binary(data):
    assert encoding.is_binary(data)


@pytest.mark.parametrize("data", [b"text\n", "ü".encode("cp1252"), "ab".encode("utf-16-le"), b"\x0cpage\n"])
def test_text_is_not_binary(data):
    assert not encoding.is_binary(data)


@pytest.mark.parametrize("stray", [b"\x1a", b"\x07", b"\x0b", b"\x01\x02\x03"])
def test_a_few_stray_controls_do_not_make_a_text_binary(stray):
    assert read(b"Dear Sir, hello there.\r\n" + stray, "letter.txt").text == "Dear Sir, hello there."


def test_utf8_cut_off_in_its_last_character_is_utf8():
    document = read("Grüße aus München".encode() + b"\xc3", "karte.txt")
    assert document.text.startswith("Grüße aus München")
    assert document.metadata.encoding == "utf-8"
