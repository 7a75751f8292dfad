"""The walk through a part of an office file: which document types may be named, and that none may be declared."""

import pytest

from papermesh_services.documents import DocumentCorrupt, Limits
from papermesh_services.documents.xmlparts import parse

XML = b'<?xml version="1.0" encoding="UTF-8"?>\n'
NAMED = b'<!DOCTYPE m:m PUBLIC "-//OpenOffice.org//DTD Manifest 1.0//EN" "Manifest.dtd">'
DECLARED = b'<!DOCTYPE a [<!ENTITY e "eeee">]>'
ROOT = b"<m:m xmlns:m='urn:x'><a>text &e;</a></m:m>"


class Texts:
    """Keeps the texts."""

    def __init__(self):
        self.texts = []

    def start(self, name, attributes):
        pass

    def data(self, text):
        self.texts.append(text)

    def end(self, name):
        pass


def text_of(*chunks):
    heard = Texts()
    parse(chunks, "META-INF/manifest.xml", heard, Limits())
    return "".join(heard.texts)


@pytest.mark.parametrize(
    "head",
    [b"", XML, XML + NAMED, NAMED, b"\xef\xbb\xbf" + XML + NAMED, XML + b'<!DOCTYPE a SYSTEM "office.dtd">\n'],
    ids=["none", "plain", "named", "without a first line", "with a mark", "by its system"],
)
def test_a_document_type_may_be_named(head):
    assert text_of(head + ROOT.replace(b"&e;", b"&amp;")) == "text &"


@pytest.mark.parametrize(
    "chunks",
    [
        [XML + DECLARED + ROOT],
        [XML + b"<!-- " + NAMED + b" -->" + DECLARED + ROOT],
        [XML + NAMED.replace(b">", b' [<!ENTITY e "eeee">]>') + ROOT],
        [XML + NAMED.replace(b'"Manifest.dtd"', b"'>'" + b' [<!ENTITY e "eeee">]') + ROOT],
        [XML.replace(b"UTF-8", b"UTF-7") + NAMED.replace(b'd">', b'd"+AFsAPAAh-ENTITY e "eeee"+AD4AXQ->') + ROOT],
        [XML, DECLARED + ROOT],
        [XML + NAMED[:20], NAMED[20:] + ROOT],
    ],
    ids=["declared", "named in a comment", "both", "an odd quote", "in another encoding", "later", "in two pieces"],
)
def test_no_document_type_may_be_declared(chunks):
    with pytest.raises(DocumentCorrupt, match=r"document type|broken XML"):
        text_of(*chunks)
