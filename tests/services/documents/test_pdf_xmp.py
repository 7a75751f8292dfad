from __future__ import annotations

import io
import zlib

import pypdf
import pytest

from papermesh_services.documents import pdf_xmp, read

PACKET = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmp:CreatorTool="Some Writer">
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">Über
 alles &amp; mehr</rdf:li><rdf:li xml:lang="en">About</rdf:li></rdf:Alt></dc:title>
<dc:creator><rdf:Seq><rdf:li>Ada Example</rdf:li><rdf:li>Bo Example</rdf:li></rdf:Seq></dc:creator>
<dc:language><rdf:Bag><rdf:li>de-AT</rdf:li></rdf:Bag></dc:language>
<xmp:CreateDate>2024-05-01T09:30:00+02:00</xmp:CreateDate><xmp:ModifyDate>2024-05-02</xmp:ModifyDate>
</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>"""
OTHER = PACKET.replace("Über", "Picture")
TEXT = b"BT /F 12 Tf 72 700 Td (Some text on the page) Tj ET"


@pytest.fixture
def pdf_with(raw_pdf, stream):
    """Makes a PDF of one page, with metadata for its catalog and further objects."""

    def make(metadata, *, info=b"", catalog=b"/Metadata 6 0 R", **others):
        objects = {
            1: b"<< /Type /Catalog /Pages 2 0 R %b >>" % catalog,
            2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            3: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R "
            b"/Resources << /Font << /F 5 0 R >> >> >>",
            4: stream(TEXT),
            5: b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
            6: metadata,
            7: b"<< %b >>" % info,
        }
        objects.update({int(name[1:]): content for name, content in others.items()})
        return raw_pdf(objects, b"/Info 7 0 R")

    return make


@pytest.fixture
def packed(stream):
    """Makes the stream of a packet, packed or not."""

    def make(text=PACKET, *, pack=False, charset="utf-8"):
        raw = text.encode(charset)
        extra = b"/Type /Metadata /Subtype /XML"
        return stream(zlib.compress(raw), extra + b" /Filter /FlateDecode") if pack else stream(raw, extra)

    return make


@pytest.mark.parametrize("options", [{}, {"pack": True}, {"charset": "utf-16"}])
def test_what_only_xmp_says_is_known(pdf_with, packed, options):
    document = read(pdf_with(packed(**options)))
    said = document.metadata
    assert (said.title, said.author) == ("Über alles & mehr", "Ada Example; Bo Example")
    assert (said.created, said.modified, said.producer) == ("2024-05-01T09:30:00+02:00", "2024-05-02", "Some Writer")
    assert document.language == "de-AT"


def test_the_dictionary_of_information_wins_over_xmp(pdf_with, packed):
    info = b"/Title (Other) /CreationDate (D:20200101000000Z)"
    document = read(pdf_with(packed(), info=info, catalog=b"/Metadata 6 0 R /Lang (fr)"))
    assert (document.metadata.title, document.metadata.created) == ("Other", "2020-01-01T00:00:00Z")
    assert document.metadata.author == "Ada Example; Bo Example"
    assert document.language == "fr"


def test_xmp_of_pictures_is_not_that_of_the_document(pdf_with, packed):
    assert read(pdf_with(packed(), m8=packed(OTHER))).metadata.title == "Über alles & mehr"
    assert read(pdf_with(packed(OTHER), catalog=b"")).metadata.title == ""


ENTITY = '<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/hostname">]>' + PACKET.replace("Über", "&e;")


@pytest.mark.parametrize(
    "packet",
    [
        "",
        "no XML",
        PACKET[:400],
        PACKET.replace("Über", "Ü" * 600_000),
        ENTITY,
        "<a>" * 100_000,
        PACKET.replace('xmlns:rdf="http', 'xmlns:rdf="else'),
        PACKET.replace("2024-05-01T09:30:00+02:00", "yesterday").replace("<dc:", "<xmp:").replace("</dc:", "</xmp:"),
    ],
)
def test_xmp_that_is_broken_or_hostile_says_nothing(pdf_with, packed, packet):
    document = read(pdf_with(packed(packet)))
    assert (document.metadata.title, document.metadata.author, document.metadata.created) == ("", "", "")
    assert "Some text" in document.text


def test_a_bomb_of_xmp_is_not_unpacked(pdf_with, stream):
    bomb = stream(zlib.compress(b" " * 50_000_000), b"/Type /Metadata /Subtype /XML /Filter /FlateDecode")
    data = pdf_with(bomb)
    assert max(map(len, pdf_xmp._packets(data).values())) <= pdf_xmp._MOST_BYTES + 1
    assert read(data).metadata.title == ""


@pytest.mark.parametrize("algorithm", ["RC4-128", "AES-256"])
def test_xmp_of_an_encrypted_file_is_decrypted(pdf_with, packed, algorithm):
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(pdf_with(packed())))
    writer.encrypt("", "owner", algorithm=algorithm)
    buffer = io.BytesIO()
    writer.write(buffer)
    document = read(buffer.getvalue())
    assert document.traits.encrypted
    assert document.metadata.title == "Über alles & mehr"
