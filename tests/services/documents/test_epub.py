from __future__ import annotations

import io
import zipfile

import pytest

from papermesh_services.documents import (
    DocumentCorrupt,
    DocumentEncrypted,
    DocumentTooLarge,
    Format,
    Limits,
    Status,
    Watch,
    read,
)

CIPHER = '<a><EncryptedData><EncryptionMethod Algorithm="{}"/><CipherReference URI="{}"/></EncryptedData></a>'


def test_a_book_is_read_in_the_order_of_its_spine(make_epub, assert_sound, shape):
    heard = []
    book = make_epub(
        "<h1>One</h1><p>First <a href='#x'>link</a>.</p>", "<h1>Two</h1><img src='a' alt=''/><p>Second.</p>"
    )
    document = read(book, "book.epub", watch=Watch(on_page=heard.append))
    assert_sound(document)
    assert document.format is Format.EPUB
    assert [text for _, _, text in shape(document)] == ["One", "First link.", "Two", "Second."]
    assert heard == ["One\n\nFirst link.", "Two\n\nSecond."]
    assert (document.metadata.title, document.metadata.author) == ("A made-up book", "Ada Example; Bo")
    assert (document.metadata.created, document.language) == ("2024-05-01", "de")
    assert (document.traits.images, len(document.traits.links)) == (1, 1)


@pytest.mark.parametrize(
    ("algorithm", "part", "texts"),
    [
        ("http://www.idpf.org/2008/embedding", "OPS/p 0.xhtml", ["one", "two"]),
        ("http://www.w3.org/2001/04/xmlenc#aes128-cbc", "OPS/p%200.xhtml", ["two"]),
        ("http://www.w3.org/2001/04/xmlenc#aes128-cbc", "OPS/font.otf", ["one", "two"]),
    ],
)
def test_protected_chapters_are_told(make_epub, shape, algorithm, part, texts):
    document = read(make_epub("<p>one", "<p>two", **{"META-INF__encryption": CIPHER.format(algorithm, part)}))
    assert [text for _, _, text in shape(document)] == texts
    assert document.traits.encrypted is (len(texts) == 1)
    assert (document.status is Status.CORRUPT) is (len(texts) == 1)


def test_a_protected_book_is_encrypted(make_epub):
    with pytest.raises(DocumentEncrypted):
        read(make_epub("<p>one", **{"META-INF__encryption": CIPHER.format("aes", "OPS/p%200.xhtml")}))


def without(data, name):
    old, buffer = zipfile.ZipFile(io.BytesIO(data)), io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as new:
        for entry in old.namelist():
            if entry != name:
                new.writestr(entry, old.read(entry))
    return buffer.getvalue()


def test_a_missing_chapter_leaves_the_others(make_epub):
    document = read(without(make_epub("<p>one", "<p>two"), "OPS/p 0.xhtml"))
    assert (document.text, document.status) == ("two", Status.CORRUPT)
    assert document.note.startswith("1 of 2 chapters could not be read: ")


@pytest.mark.parametrize("name", ["OPS/p 0.xhtml", "OPS/book.opf"])
def test_a_book_without_what_it_needs_is_broken(make_epub, name):
    with pytest.raises(DocumentCorrupt):
        read(without(make_epub("<p>one"), name))


def test_a_book_is_read_until_time_is_up(make_epub):
    document = read(make_epub("<p>one", "<p>two"), watch=Watch(deadline=0))
    assert (document.text, document.status) == ("one", Status.PARTIAL_TIMEOUT)


def test_a_bomb_is_refused_by_a_named_limit(make_epub):
    with pytest.raises(DocumentTooLarge) as caught:
        read(make_epub(" " * 20_000_000 + "<p>x"))
    assert caught.value.metadata["limit"] == "max_archive_ratio"
    with pytest.raises(DocumentTooLarge):
        read(make_epub("<p>one" * 10), limits=Limits(max_text_characters=10))
