"""HTML as programs save it: their footnotes, remarks, lists and running heads; and what stands in forms."""

from __future__ import annotations

import pytest

from papermesh_services.documents import read_text

WORD = """<html xmlns:o="urn:schemas-microsoft-com:office:office"><body lang=EN-GB>
<!--[if gte mso 9]><xml><o:OfficeDocumentSettings>no</o:OfficeDocumentSettings></xml><![endif]-->
<p class=MsoTitle>The harbour<o:p></o:p></p>
<p class=MsoNormal>The tide<a style='mso-footnote-id:ftn1' href="#_ftn1" name="_ftnref1" title=""><span
class=MsoFootnoteReference><span style='mso-special-character:footnote'><![if !supportFootnotes]>[1]<![endif]></span>
</span></a> turned<a href="#_edn1" name="_ednref1"><span class=MsoEndnoteReference>[i]</span></a>.<span
class=MsoCommentReference><a class=msocomanchor id="_anchor_1" href="#_msocom_1">[AE1]</a></span><o:p></o:p></p>
<p class=MsoListParagraphCxSpFirst style='text-indent:-18.0pt;mso-list:l0 level1 lfo1'><![if !supportLists]><span
style='font-family:Symbol'><span style='mso-list:Ignore'>\u00b7<span>&nbsp; </span></span></span><![endif]>Boats</p>
<p class=MsoListParagraphCxSpLast style='mso-list:l0 level2 lfo1'><![if !supportLists]><span
style='mso-list:Ignore'>2.<span>&nbsp;</span></span><![endif]>Small boats</p>
<p class=MsoListParagraph><span style='font-family:Symbol'>\u00b7<span>&nbsp; </span></span>Nets</p>
<p class=MsoQuote>As they say.</p>
<div style='mso-element:footnote-list'><![if !supportFootnotes]><hr align=left size=1 width="33%"><![endif]>
<div style='mso-element:footnote' id=ftn1><p class=MsoFootnoteText><a href="#_ftnref1" name="_ftn1"><span
class=MsoFootnoteReference>[1]</span></a> At noon.</p><p class=MsoFootnoteText>Or later.</p></div></div>
<div id=edn1><p class=MsoNormal><a href="#_ednref1" name="_edn1">[i]</a> At last.</p></div>
<div style='mso-element:comment-list'><div style='mso-element:comment'><div id="_com_1" class=msocomtxt>
<p class=MsoCommentText><a href="#_msoanchor_1" class=msocomoff>[AE1]</a>Did it?</p></div></div></div></body></html>"""

LIBREOFFICE = """<html><body><div title="header"><p>Harbour news</p></div>
<p>The tide<a class="sdfootnoteanc" name="sdfootnote1anc" href="#sdfootnote1sym"><sup>1</sup></a> turned<a
class="sdendnoteanc" name="sdendnote1anc" href="#sdendnote1sym"><sup>i</sup></a>.</p>
<div id="sdfootnote1"><p class="sdfootnote-western"><a class="sdfootnotesym" name="sdfootnote1sym"
href="#sdfootnote1anc">1</a> At noon.</p></div>
<div id="sdendnote1"><p class="sdendnote"><a class="sdendnotesym" href="#sdendnote1anc">i</a> At last.</p></div>
<div title="footer"><p>Page of the harbour</p></div></body></html>"""

GOOGLE = """<html><body class="c5 doc-content"><p class="c3 title" id="h.abc"><span>The harbour</span></p>
<p class="c1"><span>The tide</span><sup><a href="#ftnt1" id="ftnt_ref1">[1]</a></sup><span> turned</span><sup><a
href="#cmnt1" id="cmnt_ref1">[a]</a></sup><span>.</span></p>
<ul class="c6 lst-kix_x1-0 start"><li class="c0 li-bullet-0"><span>Boats</span></li></ul>
<ul class="c6 lst-kix_x1-1 start"><li class="c0 li-bullet-0"><span>Small boats</span></li></ul>
<hr class="c7"><div><p class="c8"><a href="#ftnt_ref1" id="ftnt1">[1]</a><span>&nbsp;At noon.</span></p></div>
<div class="c9"><p class="c1"><a href="#cmnt_ref1" id="cmnt1">[a]</a><span>Did it?</span></p></div></body></html>"""

OTHERS = {
    "asciidoctor": (
        '<p>The tide<sup class="footnote">[<a id="_footnoteref_1" class="footnote" href="#_footnotedef_1">1</a>]</sup>'
        ' turned.</p><div id="footnotes"><div class="footnote" id="_footnotedef_1"><a href="#_footnoteref_1">1</a>'
        " At noon.</div></div>"
    ),
    "github": (
        '<p>The tide<sup><a href="#user-content-fn-1" data-footnote-ref>1</a></sup> turned.</p><section data-footnotes>'
        '<ol><li id="user-content-fn-1"><p>At noon. <a href="#user-content-fnref-1">\u21a9</a></p></li></ol></section>'
    ),
    "kramdown": (
        '<p>The tide<sup id="fnref:1"><a href="#fn:1" class="footnote" rel="footnote">1</a></sup> turned.</p>'
        '<div class="footnotes"><ol><li id="fn:1"><p>At noon. <a href="#fnref:1">\u21a9</a></p></li></ol></div>'
    ),
    "docutils": (
        '<p>The tide<a class="footnote-reference" href="#id2">1</a> turned.</p>'
        '<aside class="footnote brackets"><p>At noon.</p></aside>'
    ),
}


def test_what_word_saves_is_read_as_word_shows_it(shape, assert_sound):
    document = read_text(WORD, "a.htm")
    assert_sound(document)
    assert shape(document) == [
        ("heading", 1, "The harbour"),
        ("paragraph", 0, "The tide turned."),
        ("list_item", 1, "Boats"),
        ("list_item", 2, "Small boats"),
        ("list_item", 1, "Nets"),
        ("quote", 0, "As they say."),
        ("footnote", 0, "At noon."),
        ("footnote", 0, "Or later."),
        ("footnote", 0, "At last."),
        ("comment", 0, "Did it?"),
    ]
    assert document.traits.comments == 1
    assert not document.traits.hidden_text


def test_what_libreoffice_saves_is_read_as_it_shows_it(shape):
    assert shape(read_text(LIBREOFFICE, "a.html")) == [
        ("header", 0, "Harbour news"),
        ("paragraph", 0, "The tide turned."),
        ("footnote", 0, "At noon."),
        ("footnote", 0, "At last."),
        ("footer", 0, "Page of the harbour"),
    ]


def test_what_google_docs_exports_is_read_as_it_shows_it(shape):
    document = read_text(GOOGLE, "a.html")
    assert shape(document) == [
        ("heading", 1, "The harbour"),
        ("paragraph", 0, "The tide turned."),
        ("list_item", 1, "Boats"),
        ("list_item", 2, "Small boats"),
        ("footnote", 0, "At noon."),
        ("comment", 0, "Did it?"),
    ]
    assert document.traits.comments == 1


@pytest.mark.parametrize("program", OTHERS)
def test_footnotes_of_other_programs_are_told(program, shape):
    assert shape(read_text(OTHERS[program], "a.html")) == [
        ("paragraph", 0, "The tide turned."),
        ("footnote", 0, "At noon."),
    ]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ('see <a href="#fn1">the note at the end</a>', "paragraph"),
        ('a source<sup class=reference><a href="#cite_note-1">[1]</a></sup>', "paragraph"),
        ('<span class="mw-cite-backlink"><a href="#cite_ref-1">^</a></span> a source[1]', "footnote"),
    ],
)
def test_links_that_say_something_and_sources_stay(text, kind, shape):
    (found,) = shape(read_text(f"<p>{text}</p>", "a.html"))
    assert found[0] == kind
    assert found[2] in ("see the note at the end", "a source[1]")


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ('<input value=" Ada  Example ">', "Name: Ada Example"),
        ("<input type=TEXT value=Ada>", "Name: Ada"),
        ("<input type=date value=2024-05-06>", "Name: 2024-05-06"),
        ("<input type=submit value=Send>", "Name: Send"),
        ("<input type=hidden value=no>", "Name:"),
        ("<input type=password value=no>", "Name:"),
        ("<input type=checkbox value=no checked>", "Name:"),
        ("<input value=no style='display:none'>", "Name:"),
        ("<button>Send</button>", "Name: Send"),
        ("<select><option>No<option selected>Ada<option>No</select>", "Name: Ada"),
        ("<select><option>Ada<option>No</select>", "Name: Ada"),
        ("<select><option value=''>choose<option>No</select>", "Name:"),
        ("<select multiple><option>No<option>No</select>", "Name:"),
        ("<select multiple><option selected>Ada<option selected label=Bo>No</select>", "Name: Ada, Bo"),
        ("<datalist><option>No</datalist>", "Name:"),
    ],
)
def test_what_a_form_shows_is_text(field, text):
    form = f"<form>Name: {field}</form>"
    assert read_text(form, "a.html").text == text
    row = read_text(f"<table><tr><td>one<td>Name: {field}<tr><td>two<td>three</table>", "a.html")
    assert row.text == f"one\t{text}\ntwo\tthree"


def test_what_was_typed_on_several_lines_keeps_them(shape):
    document = read_text("<form><p>Remarks: <textarea>\nFirst line\n  second</textarea> thanks</p></form>", "a.html")
    assert document.traits.forms
    assert shape(document) == [
        ("paragraph", 0, "Remarks:"),
        ("paragraph", 0, "First line\n  second"),
        ("paragraph", 0, "thanks"),
    ]


def test_a_page_of_very_many_options_is_read_as_any_other():
    options = "<option>No</option>" * 50_000
    document = read_text(f"<p>Name: <SELECT>{options}<option selected>Ada</select></p><p>thanks</p>", "a.html")
    assert (document.text, document.traits.forms) == ("Name: Ada\n\nthanks", True)
