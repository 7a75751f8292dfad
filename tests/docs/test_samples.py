"""The sample documents are what their script makes, and whole: what the README shows must not drift from its texts."""

from __future__ import annotations

import re
import subprocess
import sys
import zipfile
from decimal import Decimal
from pathlib import Path
from xml.etree import ElementTree

import pytest
from pypdf import PdfReader
from selectolax.lexbor import LexborHTMLParser

SAMPLES = Path(__file__).resolve().parents[2] / "docs" / "samples"
PDFS = ("invoice.pdf", "paper.pdf")
DOCX = ("contract.docx", "letter.docx")
TEXTS = ("draft.md", "manual.html", "meeting-minutes.txt", "press-release.txt", "receipt.txt", "resume.md")
MONEY = r"(\d+\.\d\d)"
WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def generate(folder):
    command = [sys.executable, SAMPLES.parent / "samples_source" / "generate.py", folder]
    subprocess.run(command, check=True, timeout=60, capture_output=True)
    return folder


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return generate(tmp_path_factory.mktemp("made"))


@pytest.fixture(scope="module")
def made_again(tmp_path_factory):
    return generate(tmp_path_factory.mktemp("again"))


def pages(path):
    return [page.extract_text() for page in PdfReader(path).pages]


def part(path, name):
    with zipfile.ZipFile(path) as archive:
        return ElementTree.fromstring(archive.read(name))


def styles_used(path):
    return {style.get(f"{WORD}val") for style in part(path, "word/document.xml").iter(f"{WORD}pStyle")}


def test_the_script_makes_the_made_samples_and_no_others(made):
    assert sorted(path.name for path in made.iterdir()) == sorted(PDFS + DOCX)


@pytest.mark.parametrize("name", DOCX)
def test_a_word_file_is_committed_as_its_script_makes_it(made, name):
    assert (made / name).read_bytes() == (SAMPLES / name).read_bytes()


@pytest.mark.parametrize("name", PDFS)
def test_a_pdf_is_committed_with_the_pages_its_script_makes(made, name):
    # Not byte for byte: another reportlab or zlib may write the same pages differently.
    assert pages(made / name) == pages(SAMPLES / name)


@pytest.mark.parametrize("name", PDFS + DOCX)
def test_two_runs_give_the_same_bytes(made, made_again, name):
    assert (made / name).read_bytes() == (made_again / name).read_bytes()


@pytest.mark.parametrize("name", DOCX)
def test_every_part_of_a_word_file_is_well_formed_and_every_style_it_uses_is_defined(name):
    with zipfile.ZipFile(SAMPLES / name) as archive:
        assert archive.testzip() is None
        roots = {entry: ElementTree.fromstring(archive.read(entry)) for entry in archive.namelist()}
    defined = {style.get(f"{WORD}styleId") for style in roots["word/styles.xml"].iter(f"{WORD}style")}
    assert styles_used(SAMPLES / name) <= defined


@pytest.mark.parametrize("name", DOCX)
def test_every_part_a_word_file_refers_to_is_in_it(name):
    with zipfile.ZipFile(SAMPLES / name) as archive:
        entries = set(archive.namelist())
    targets = {f"word/{link.get('Target')}" for link in part(SAMPLES / name, "word/_rels/document.xml.rels")}
    overrides = {item.get("PartName", "").lstrip("/") for item in part(SAMPLES / name, "[Content_Types].xml")}
    assert targets | (overrides - {""}) <= entries


def test_the_contract_has_real_headings_lists_and_tables():
    assert {"Title", "Heading1", "Heading2", "Clause", "SubClause", "ListBullet"} <= styles_used(
        SAMPLES / "contract.docx"
    )
    assert len(list(part(SAMPLES / "contract.docx", "word/document.xml").iter(f"{WORD}tbl"))) == 3


@pytest.mark.parametrize(
    ("name", "title"),
    [("contract.docx", "Maintenance Services Agreement"), ("letter.docx", "Repairs outstanding at 14B Saltpan Row")],
)
def test_a_word_file_says_its_title(name, title):
    assert part(SAMPLES / name, "docProps/core.xml").findtext("{http://purl.org/dc/elements/1.1/}title") == title


@pytest.mark.parametrize(("name", "count"), [("invoice.pdf", 1), ("paper.pdf", 2)])
def test_a_pdf_has_its_pages_numbered(name, count):
    found = pages(SAMPLES / name)
    assert len(found) == count
    for number, text in enumerate(found, 1):
        assert re.search(rf"^(Page )?{number}( of \d+)?$", text, re.MULTILINE)


def test_the_invoice_adds_up():
    text = pages(SAMPLES / "invoice.pdf")[0].replace(",", "")
    prices = re.findall(rf"^\s*(\d+)\s+{MONEY}\s+{MONEY}$", text, re.MULTILINE)
    net, tax, total = map(Decimal, re.findall(rf"€ {MONEY}", text))
    assert [Decimal(price) * int(quantity) for quantity, price, _ in prices] == [
        Decimal(amount) for *_, amount in prices
    ]
    assert len(prices) == 6
    assert sum(Decimal(amount) for *_, amount in prices) == net
    assert net + tax == total


def test_the_receipt_adds_up():
    text = (SAMPLES / "receipt.txt").read_text(encoding="utf-8")
    amounts = [Decimal(sign + amount) for sign, amount in re.findall(rf"(-?)€ +{MONEY} [AB]$", text, re.MULTILINE)]
    total, paid, change = (
        Decimal(found) for found in re.findall(rf"^(?:TOTAL|Cash|CHANGE) +€ {MONEY}$", text, re.MULTILINE)
    )
    assert len(amounts) == 8
    assert sum(amounts) == total == paid - change


@pytest.mark.parametrize("name", TEXTS)
def test_a_text_sample_is_utf8_of_a_real_length_without_stray_blanks(name):
    text = (SAMPLES / name).read_text(encoding="utf-8")
    assert 150 <= len(text.split()) <= 1200
    assert not re.search(r"[ \t]+$", text, re.MULTILINE)
    assert "\r" not in text


def test_the_manual_has_headings_lists_a_table_and_code():
    page = LexborHTMLParser((SAMPLES / "manual.html").read_text(encoding="utf-8"))
    for found in ("h1", "h2", "h3", "ol > li", "ul > li", "table td", "pre > code"):
        assert page.css(found), found


@pytest.mark.parametrize(
    "fault",
    [
        r"\bTODO\b",
        r"\b(the|was|and|also)\s+\1\b",
        r"(?m)^## Introduction[^#]*#### ",
        r"Lorem ipsum",
        r"Due to the fact that",
        r"(?s)(The new system has been received very\s+positively by\s+visitors\.).*\1",
    ],
)
def test_the_draft_keeps_its_faults(fault):
    assert re.search(fault, (SAMPLES / "draft.md").read_text(encoding="utf-8"))


def test_the_readme_names_every_sample():
    named = set(
        re.findall(
            r"^\| `([^`]+)`",
            (SAMPLES.parent / "samples_source" / "README.md").read_text(encoding="utf-8"),
            re.MULTILINE,
        )
    )
    present = {path.name for path in SAMPLES.iterdir()}
    assert named == present == set(PDFS + DOCX + TEXTS)
