"""Readers of every format that are told to stop in the midst of a part: they keep what they have and say so."""

from __future__ import annotations

import json
import time

import pytest

from papermesh_services.documents import (
    DocumentUnfinished,
    Format,
    Limits,
    Status,
    Watch,
    read,
    read_text,
    reading,
)
from papermesh_services.documents.lines import Whole
from papermesh_services.documents.watch import OutOfTimeError

LINE = "The boats came back with the evening tide and all was well"
HEAD = "From: a@example.com\r\nTo: b@example.com\r\nSubject: Boats\r\n"
MANY = 5_000


def page(body):
    return f"<!DOCTYPE html><html><body>{body}</body></html>"


def texts(many):
    """A file of each kind, so many times as long as it need be; some are one item that is as long as that."""
    return {
        "lines.txt": f"{LINE},\n" * many,
        "hyphens.txt": f"{LINE} in the har-\nbour and the even-\ning of it\n" * many,
        "paragraphs.txt": f"{LINE}.\n\n" * many,
        "capitals.txt": "TERMS OF THE HARBOUR\n\n" * many,
        "paragraphs.html": page(f"<p>{LINE}</p>" * many),
        "one-paragraph.html": page(f"<p>{'word <b>bold</b> ' * many}</p>"),
        "line-breaks.html": page(f"<p>{'word<br>' * many}</p>"),
        "links.html": page(f"<p>{'<a href=http://example.com>word</a> ' * many}</p>"),
        "table.html": page(f"<table>{'<tr><td>word<td>word' * many}</table>"),
        "paragraphs.md": f"{LINE}.\n\n" * many,
        "list.md": "- one *word*\n" * many,
        "table.md": "|a|b|\n|-|-|\n" + "|one|two|\n" * many,
        "rows.csv": "a,b,c\n" + "one,two,three\n" * many,
        "one-quote.csv": 'a,b\n1,"' + "one,two\n" * many,
        "values.json": json.dumps(["word"] * 5 * many),
        "members.json": json.dumps([{"name": "word", "value": 1}] * many),
        "cells.ipynb": json.dumps(
            {"nbformat": 4, "cells": [{"cell_type": "markdown", "source": f"{LINE}.\n\n" * many}] * 2},
        ),
        "paragraphs.xml": f"<?xml version='1.0'?><a>{f'<p>{LINE} &eacute;</p>' * many}</a>",
        "table.xml": f"<?xml version='1.0'?><a><table>{'<tr><td>one</td><td>two</td></tr>' * many}</table></a>",
        "html-in.xml": f"<?xml version='1.0'?><a><b>{f'&lt;p>{LINE}' * many}</b></a>",
        "paragraphs.rtf": "{\\rtf1 " + f"{LINE}\\par " * many + "}",
        "table.rtf": "{\\rtf1 " + "\\trowd\\intbl one\\cell two\\cell\\row " * many + "}",
        "plain.eml": f"{HEAD}\r\n" + f"{LINE},\n" * many,
        "html.eml": f"{HEAD}Content-Type: text/html\r\n\r\n" + page(f"<p>{'word <b>bold</b> ' * many}</p>"),
        "one-row.html": page(f"<table><tr><td>one</td><td>two</td></tr><tr>{'<td>word</td>' * many}</tr></table>"),
        "one-cell.html": page(f"<table><tr><td>one<td>two<tr><td>{'<i>w</i> ' * (many // 20)}<td>four</table>"),
        "one-list.html": page(f"<ul>{'<li>word' * many}</ul>"),
        "one-form.html": page(f"<form>{'<input value=word>' * many}</form>"),
        "one-paragraph.xml": f"<?xml version='1.0'?><a><p>first</p><p>{'word <b>bold</b> ' * 5 * many}</p></a>",
        "one-row.xml": f"<?xml version='1.0'?><a><p>first</p><table><tr>{'<td>word</td>' * 5 * many}</tr></table></a>",
        "one-paragraph.rtf": "{\\rtf1 first\\par " + "word {\\b bold} " * many + "}",
        "one-row.rtf": "{\\rtf1 first\\par \\trowd\\intbl " + "one\\cell " * many + "\\row}",
    }


TEXTS = texts(MANY)
TWICE = texts(2 * MANY)


def expiring(looks):
    """A watch that can be looked at so often before it has run down."""
    left = [looks]

    class Expiring(Watch):
        @property
        def expired(self):
            left[0] -= 1
            return left[0] < 0

    return Expiring()


def counting(looks):
    """A watch that never runs down, and counts in looks[0] how often it is looked at."""

    class Counting(Watch):
        @property
        def expired(self):
            looks[0] += 1
            return False

        def overtime(self, seconds):
            return self

    return Counting()


def first_that_has_text(read_by):
    """The document for the fewest looks after which there is one, or nearly so."""
    for looks in (*range(1, 16), *(2**n for n in range(4, 12))):
        try:
            return read_by(expiring(looks))
        except DocumentUnfinished:
            continue
    raise AssertionError("no text, however often the watch was looked at")


@pytest.mark.parametrize("name", TEXTS)
def test_a_reader_that_is_told_to_stop_keeps_the_beginning(name, assert_sound):
    whole = read(TEXTS[name].encode(), name)
    document = first_that_has_text(lambda watch: read(TEXTS[name].encode(), name, watch=watch))
    assert document.status is Status.PARTIAL_TIMEOUT
    assert document.note
    assert 0 < len(document.text) < len(whole.text)
    assert whole.text.startswith(document.text[: len(document.text) // 2])
    assert_sound(document)


def looks_at(text, name):
    looks = [0]
    read(text.encode(), name, watch=counting(looks))
    return looks[0]


@pytest.mark.parametrize("name", TEXTS)
def test_a_reader_looks_at_its_time_the_more_often_the_more_there_is(name):
    assert looks_at(TWICE[name], name) > 1.5 * looks_at(TEXTS[name], name) > 0


@pytest.mark.parametrize("name", TEXTS)
def test_time_enough_changes_nothing(name):
    text = TEXTS[name]
    assert read(text.encode(), name, watch=Watch(deadline=time.monotonic() + 600)) == read(text.encode(), name)


@pytest.mark.parametrize("name", ["lines.txt", "links.html", "list.md", "rows.csv", "values.json", "paragraphs.rtf"])
def test_a_text_is_read_by_the_watch_as_a_file_is(name):
    document = first_that_has_text(lambda watch: read_text(TEXTS[name], name, watch=watch))
    assert document.status is Status.PARTIAL_TIMEOUT
    assert 0 < len(document.text) < len(read_text(TEXTS[name], name).text)


def test_a_sheet_that_was_read_in_part_is_told_as_that(make_xlsx, assert_sound):
    rows = "".join(f'<row r="{n}"><c r="A{n}"><v>{n}</v></c><c r="B{n}"><v>2</v></c></row>' for n in range(1, 50_000))
    data = make_xlsx(f"<sheetData>{rows}</sheetData>")
    document = first_that_has_text(lambda watch: read(data, watch=watch))
    assert document.status is Status.PARTIAL_TIMEOUT
    assert 0 < len(document.blocks[-1].cells) < 99_998
    assert_sound(document)


def test_a_sheet_without_time_is_unfinished_and_not_too_large(make_xlsx):
    with pytest.raises(DocumentUnfinished, match="Allow more of it"):
        read(make_xlsx('<sheetData><row r="1"><c r="A1"><v>1</v></c></row></sheetData>'), watch=Watch(deadline=0))


def test_a_reader_that_lets_its_time_run_out_before_any_text_is_unfinished(monkeypatch):
    def never(data, limits, watch):
        raise OutOfTimeError

    monkeypatch.setitem(reading._READERS, Format.TEXT, never)
    with pytest.raises(DocumentUnfinished) as caught:
        read(b"text")
    assert caught.value.reason == "PROCESSING_TIMEOUT"


def test_things_are_given_until_there_is_no_time():
    assert list(expiring(1).limited(range(10), 3)) == [0, 1, 2, 3, 4, 5]
    assert list(Watch().limited(range(4), 2)) == [0, 1, 2, 3]
    assert Watch(deadline=5).overtime(2.5).deadline == 7.5


def test_more_links_than_are_listed_do_not_change_the_text():
    document = read(TEXTS["links.html"].encode(), "a.html", Limits(max_links=5))
    whole = read(TEXTS["links.html"].encode(), "a.html")
    assert document.text == whole.text
    assert document.traits.links == whole.traits.links[:5]


def test_what_only_all_lines_tell_is_asked_for_when_it_is_needed():
    asked = []

    def texts():
        asked.append(1)
        return ["THE WELL-KNOWN KEEPER", "rose"]

    whole = Whole(texts)
    assert not asked
    assert "well-known" in whole
    assert "fell" not in whole
    assert len(asked) == 1
    assert whole.shouts
