"""What stands for a picture is the same in all formats: it is counted, and no part of the text."""

from __future__ import annotations

import pytest

from papermesh_services.documents import read

WORD = "<w:p><w:r>{}<w:t>seen</w:t></w:r></w:p>"
DRAWN = '<w:drawing><wp:inline xmlns:wp="wp"><wp:docPr descr="{}"/><a:blip xmlns:a="a"/></wp:inline></w:drawing>'
SHAPE = "<p:sp><p:txBody><a:p><a:r><a:t>seen</a:t></a:r></a:p></p:txBody></p:sp>"
PICTURE = '<p:pic><p:nvPicPr><p:cNvPr id="2" name="a" descr="{}"/></p:nvPicPr></p:pic>'
P = "<text:p>seen</text:p>"
HTML = 'alt="{}"'
FRAME = "<draw:frame><draw:image/><svg:desc>{}</svg:desc></draw:frame>"
RTF = r"{\rtf1 {\*\shppict{\pict{\*\picprop{\sp{\sn wzDescription}{\sv %s}}}\pngblip 89504e}}seen\par}"


@pytest.fixture
def documents(make_docx, make_pptx, make_odf, make_flat_odf):
    return {
        "md": lambda text: f"![{text}](a.png) seen".encode(),
        "html": lambda text: f"<html><p><img src=a {text and HTML.format(text)}>seen</p></html>".encode(),
        "docx": lambda text: make_docx(WORD.format(DRAWN.format(text))),
        "pptx": lambda text: make_pptx(SHAPE + PICTURE.format(text)),
        "odt": lambda text: make_odf("text", f"<text:p>{FRAME.format(text)}seen</text:p>"),
        "odp": lambda text: make_odf(
            "presentation", f"<draw:page>{FRAME.format(text)}<text:p>seen</text:p></draw:page>"
        ),
        "fodt": lambda text: make_flat_odf("text", f"<text:p>{FRAME.format(text)}seen</text:p>"),
        "rtf": lambda text: (RTF % text).encode(),
    }


@pytest.mark.parametrize("kind", ["md", "html", "docx", "pptx", "odt", "odp", "fodt", "rtf"])
@pytest.mark.parametrize(("text", "without"), [("a cat", 0), ("", 1)])
def test_what_stands_for_a_picture_is_counted_and_no_text(documents, kind, text, without):
    document = read(documents[kind](text), f"a.{kind}")
    assert document.text == "seen"
    assert (document.traits.images, document.traits.images_without_alternative) == (1, without)
