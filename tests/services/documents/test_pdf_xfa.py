from __future__ import annotations

import pytest

from papermesh_services.documents import Limits, Status, read
from papermesh_services.documents.pdf_xfa import BROKEN, FORM
from papermesh_services.documents.xfa_form import texts

NOTICE = b"Please wait... If this message is not eventually replaced, your viewer cannot show this form."
T = 'xmlns="http://www.xfa.org/schema/xfa-template/3.3/"'


def field(name, label, ui="textEdit", extra="", attributes=""):
    caption = f"<caption><value><text>{label}</text></value></caption>"
    return f'<field name="{name}" {attributes}><ui><{ui}/></ui>{caption}{extra}</field>'


def draw(text):
    return f"<draw><value><text>{text}</text></value></draw>"


TEMPLATE = (
    f'<template {T}><subform name="form1" layout="tb"><pageSet><pageArea>{draw("Form 12")}</pageArea></pageSet>'
    + draw("Application")
    + "<draw><value><exData contentType='text/html'><body xmlns='http://www.w3.org/1999/xhtml'>"
    "<p>Read <b>this</b></p><p>first.</p></body></exData></value></draw>"
    + field("name", "Name:")
    + field("born", "Born", "dateTimeEdit", "<value><date>2000-01-01</date></value>")
    + field("secret", "Not seen", attributes='presence="hidden"')
    + field("empty", "Left blank")
    + field("ok", "I agree", "checkButton", "<items><integer>1</integer><integer>0</integer></items>")
    + field("no", "Not that", "checkButton", "<items><integer>1</integer></items>")
    + field(
        "land",
        "Country",
        "choiceList",
        "<items><text>Austria</text><text>Brazil</text></items>"
        '<items save="1" presence="hidden"><text>AT</text><text>BR</text></items>',
    )
    + field("far", "City", extra='<bind match="dataRef" ref="$record.place.town[0]"/>')
    + '<subform name="row">'
    + field("what", "Item")
    + field("many", "Count", "numericEdit")
    + "</subform>"
    + "<exclGroup name='pay'>"
    + field("a", "Cash", "checkButton", "<items><text>c</text></items>")
    + field("b", "Card", "checkButton", "<items><text>d</text></items>")
    + "</exclGroup></subform></template>"
)
DATA = """<xfa:datasets xmlns:xfa="http://www.xfa.org/schema/xfa-data/1.0/"><xfa:data><form1>
<name>Ada &amp; Bo</name><secret>hidden</secret><ok>1</ok><no>0</no><land>BR</land>
<row><what>Pen</what><many>2</many></row><row><what>Ink</what><many>1</many></row><pay>d</pay>
<place><town>Vienna</town></place></form1></xfa:data></xfa:datasets>"""
SHOWN = [
    "Form 12",
    "Application",
    "Read this first.",
    "Name: Ada & Bo",
    "Born: 2000-01-01",
    "Left blank",
    "☑ I agree",
    "Not that",
    "Country: Brazil",
    "City: Vienna",
    "Item: Pen",
    "Count: 2",
    "Item: Ink",
    "Count: 1",
    "Cash",
    "☑ Card",
]
MUCH = 1_000_000


@pytest.fixture
def xfa_pdf(raw_pdf, stream):
    """Makes a PDF of one page with a notice, and of the parts of a form by name; a form in one part has none."""

    def make(parts, *, dynamic=True, notice=NOTICE):
        streams = {10 + number: stream(part.encode()) for number, part in enumerate(parts.values())}
        listed = b" ".join(
            b"(%b) %d 0 R" % (name.encode(), number) for name, number in zip(parts, streams, strict=True)
        )
        held = b"10 0 R" if "" in parts else b"[%b]" % listed
        needs = b"/NeedsRendering true" if dynamic else b""
        return raw_pdf(
            {
                1: b"<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [] /XFA %b >> %b >>" % (held, needs),
                2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
                3: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R "
                b"/Resources << /Font << /F 5 0 R >> >> >>",
                4: stream(b"BT /F 10 Tf 72 700 Td (%b) Tj ET" % notice),
                5: b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
                **streams,
            }
        )

    return make


@pytest.mark.parametrize(
    "parts",
    [
        {"template": TEMPLATE, "datasets": DATA},
        {"": f'<xdp:xdp xmlns:xdp="http://ns.adobe.com/xdp/">{TEMPLATE}{DATA}</xdp:xdp>'},
    ],
)
def test_a_dynamic_form_is_read_instead_of_the_notice(xfa_pdf, parts, shape, assert_sound):
    document = read(xfa_pdf(parts))
    assert_sound(document)
    assert [text for _, _, text in shape(document)] == SHOWN
    assert (document.status, document.pages[0].note, document.traits.forms) == (Status.OK, FORM, True)


@pytest.mark.parametrize("parts", [{"template": "<template", "datasets": ""}, {"config": "<config/>"}])
def test_a_dynamic_form_that_cannot_be_read_says_so(xfa_pdf, parts):
    document = read(xfa_pdf(parts))
    assert (document.status, document.note) == (Status.CORRUPT, BROKEN)
    assert "Please wait" in document.text


def test_a_form_with_pages_of_its_own_is_read_from_them(xfa_pdf):
    document = read(xfa_pdf({"template": TEMPLATE, "datasets": DATA}, dynamic=False, notice=b"Drawn as it is"))
    assert (document.text, document.status) == ("Drawn as it is", Status.OK)


@pytest.mark.parametrize(
    ("template", "data", "expected"),
    [
        ("", DATA.replace("form1", "claim"), None),
        (f"<template {T}><subform name='other'>{field('name', 'N')}</subform></template>", DATA, ["N: Ada & Bo"]),
        (TEMPLATE, "<!DOCTYPE a [<!ENTITY e 'x'>]>" + DATA, None),
        ("<!DOCTYPE a []>" + TEMPLATE, "", []),
        (f"<template {T}>" + "<subform>" * 100_000, "", []),
    ],
)
def test_odd_forms_are_read_as_far_as_they_go(template, data, expected):
    found = texts(template.encode(), data.encode(), MUCH)
    if expected is None:
        assert found
        assert all("&e;" not in text for text in found)
    else:
        assert found == expected


def test_a_flood_of_parts_costs_no_more_than_the_limits():
    rows = "<row><what>x</what></row>" * 20_000
    data = f'<d xmlns:xfa="x"><xfa:data><form1>{rows}</form1></xfa:data></d>'
    many = "".join(f'<subform name="row">{draw("y" * 1_000)}{field("what", "z")}</subform>' for _ in range(200))
    template = f'<template {T}><subform name="form1">{many}</subform></template>'
    found = texts(template.encode(), data.encode(), MUCH)
    assert MUCH <= sum(map(len, found)) < 2 * MUCH


def test_a_form_over_the_limit_of_characters_is_cut(xfa_pdf):
    document = read(xfa_pdf({"template": TEMPLATE, "datasets": DATA}), limits=Limits(max_text_characters=40))
    assert document.status is Status.PARTIAL_LIMIT
    assert len(document.text) <= 40
