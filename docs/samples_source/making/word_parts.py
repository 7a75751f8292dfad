"""The parts of a Word file that are the same in every sample: styles, numbering, relations. XML text only, no code."""

from __future__ import annotations

DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_VENDOR = "application/vnd.openxmlformats"
_TYPE = f"{_VENDOR}-officedocument.wordprocessingml"

CONTENT_TYPES = f"""<Types xmlns="{_PACKAGE}/content-types">
<Default Extension="rels" ContentType="{_VENDOR}-package.relationships+xml"/>
<Default Extension="xml" ContentType="application/xml"/>
<Override PartName="/word/document.xml" ContentType="{_TYPE}.document.main+xml"/>
<Override PartName="/word/styles.xml" ContentType="{_TYPE}.styles+xml"/>
<Override PartName="/word/numbering.xml" ContentType="{_TYPE}.numbering+xml"/>
<Override PartName="/word/footer1.xml" ContentType="{_TYPE}.footer+xml"/>
<Override PartName="/docProps/core.xml" ContentType="{_VENDOR}-package.core-properties+xml"/>
<Override PartName="/docProps/app.xml" ContentType="{_VENDOR}-officedocument.extended-properties+xml"/>
</Types>"""

PACKAGE_RELATIONS = f"""<Relationships xmlns="{_PACKAGE}/relationships">
<Relationship Id="rId1" Type="{_OFFICE}/relationships/officeDocument" Target="word/document.xml"/>
<Relationship Id="rId2" Type="{_PACKAGE}/relationships/metadata/core-properties" Target="docProps/core.xml"/>
<Relationship Id="rId3" Type="{_OFFICE}/relationships/extended-properties" Target="docProps/app.xml"/>
</Relationships>"""

BODY_RELATIONS = f"""<Relationships xmlns="{_PACKAGE}/relationships">
<Relationship Id="rId1" Type="{_OFFICE}/relationships/styles" Target="styles.xml"/>
<Relationship Id="rId2" Type="{_OFFICE}/relationships/numbering" Target="numbering.xml"/>
<Relationship Id="rId3" Type="{_OFFICE}/relationships/footer" Target="footer1.xml"/>
</Relationships>"""

CORE = (
    f'<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/"'
    ' xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
    "<dc:title>{title}</dc:title><dc:subject>{subject}</dc:subject><dc:creator>{author}</dc:creator>"
    "<cp:keywords>{keywords}</cp:keywords><cp:lastModifiedBy>{author}</cp:lastModifiedBy>"
    '<dcterms:created xsi:type="dcterms:W3CDTF">{written}</dcterms:created>'
    '<dcterms:modified xsi:type="dcterms:W3CDTF">{written}</dcterms:modified>'
    "<dc:language>en-GB</dc:language></cp:coreProperties>"
)

APP = f'<Properties xmlns="{_OFFICE}/extended-properties"><Application>Papermesh samples</Application></Properties>'

BODY = (
    f'<w:document xmlns:w="{_WORD}" xmlns:r="{_OFFICE}/relationships"><w:body>{{body}}<w:sectPr>'
    '<w:footerReference w:type="default" r:id="rId3"/><w:pgSz w:w="11906" w:h="16838"/>'
    '<w:pgMar w:top="1304" w:right="1304" w:bottom="1247" w:left="1304" w:header="680" w:footer="624" w:gutter="0"/>'
    "</w:sectPr></w:body></w:document>"
)


def _field(code: str) -> str:
    return f'<w:fldSimple w:instr=" {code} "><w:r><w:t>1</w:t></w:r></w:fldSimple>'


def _said(text: str) -> str:
    return f'<w:r><w:t xml:space="preserve">{text}</w:t></w:r>'


FOOTER = (
    f'<w:ftr xmlns:w="{_WORD}"><w:p><w:pPr><w:pStyle w:val="Footer"/></w:pPr>{{runs}}<w:r><w:tab/></w:r>'
    f"{_said('Page ')}{_field('PAGE')}{_said(' of ')}{_field('NUMPAGES')}</w:p></w:ftr>"
)


def _style(key: str, name: str, paragraph: str = "", run: str = "", based: str = "Normal") -> str:
    base = f'<w:basedOn w:val="{based}"/>' if key != based else ""
    kind = '<w:style w:type="paragraph" w:default="1"' if key == "Normal" else '<w:style w:type="paragraph"'
    return (
        f'{kind} w:styleId="{key}"><w:name w:val="{name}"/>{base}<w:qFormat/>'
        f"<w:pPr>{paragraph}</w:pPr><w:rPr>{run}</w:rPr></w:style>"
    )


def _spacing(before: int, after: int, line: int = 264) -> str:
    return f'<w:spacing w:before="{before}" w:after="{after}" w:line="{line}" w:lineRule="auto"/>'


def _numbered(list_id: int, level: int) -> str:
    return f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{list_id}"/></w:numPr>'


def _lines(sides: tuple[str, ...]) -> str:
    return "".join(f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="AEB6BF"/>' for side in sides)


_SANS = '<w:rFonts w:ascii="Arial" w:hAnsi="Arial" w:cs="Arial"/>'
_INK = '<w:color w:val="1F3A57"/>'
_MARGINS = '<w:tblCellMar><w:left w:w="100" w:type="dxa"/><w:right w:w="100" w:type="dxa"/></w:tblCellMar>'
_RIGHT_TAB = '<w:tabs><w:tab w:val="right" w:pos="9298"/></w:tabs>'
_KEEP = "<w:keepNext/>"
_TIGHT = "<w:contextualSpacing/>"

STYLES = (
    f'<w:styles xmlns:w="{_WORD}"><w:docDefaults><w:rPrDefault><w:rPr>'
    '<w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:cs="Times New Roman"/>'
    '<w:sz w:val="22"/><w:szCs w:val="22"/><w:lang w:val="en-GB"/></w:rPr></w:rPrDefault></w:docDefaults>'
    + _style("Normal", "Normal", _spacing(0, 120))
    + _style("Title", "Title", _spacing(0, 80, 240), f'{_SANS}<w:b/>{_INK}<w:sz w:val="36"/>')
    + _style("Subtitle", "Subtitle", _spacing(0, 280), '<w:color w:val="5B6670"/>')
    + _style(
        "Heading1",
        "heading 1",
        f'{_KEEP}{_numbered(1, 0)}{_spacing(260, 100)}<w:outlineLvl w:val="0"/>',
        f'{_SANS}<w:b/>{_INK}<w:sz w:val="24"/>',
    )
    + _style(
        "Heading2",
        "heading 2",
        f'{_KEEP}{_spacing(220, 80)}<w:outlineLvl w:val="1"/>',
        f'{_SANS}<w:b/>{_INK}<w:sz w:val="21"/>',
    )
    + _style("Clause", "Clause", f"{_numbered(1, 1)}{_spacing(0, 100)}")
    + _style("SubClause", "Sub-clause", f"{_numbered(1, 2)}{_spacing(0, 110)}{_TIGHT}")
    + _style("ListBullet", "List Bullet", f"{_numbered(2, 0)}{_spacing(0, 120)}{_TIGHT}")
    + _style("Sender", "Sender", f'{_spacing(0, 200, 252)}<w:jc w:val="right"/>', f'{_SANS}<w:sz w:val="18"/>')
    + _style("Block", "Address Block", _spacing(0, 220))
    + _style("TableText", "Table Text", f"{_KEEP}{_spacing(50, 50, 240)}", '<w:sz w:val="20"/>')
    + _style("TableHead", "Table Head", f"{_KEEP}{_spacing(60, 60, 240)}", f'{_SANS}<w:b/><w:sz w:val="18"/>')
    + _style("Gap", "Gap", _spacing(0, 0, 160))
    + _style("Footer", "footer", f"{_RIGHT_TAB}{_spacing(0, 0)}", f'{_SANS}<w:color w:val="5B6670"/><w:sz w:val="16"/>')
    + '<w:style w:type="table" w:default="1" w:styleId="TablePlain"><w:name w:val="Normal Table"/>'
    f"<w:tblPr>{_MARGINS}</w:tblPr></w:style>"
    '<w:style w:type="table" w:styleId="TableGrid"><w:name w:val="Table Grid"/><w:basedOn w:val="TablePlain"/><w:tblPr>'
    f"<w:tblBorders>{_lines(('top', 'left', 'bottom', 'right', 'insideH', 'insideV'))}</w:tblBorders></w:tblPr>"
    "</w:style></w:styles>"
)


def _level(level: int, kind: str, text: str, indent: int, hanging: int, style: str = "") -> str:
    owner = f'<w:pStyle w:val="{style}"/>' if style else ""
    return (
        f'<w:lvl w:ilvl="{level}"><w:start w:val="1"/><w:numFmt w:val="{kind}"/>{owner}<w:lvlText w:val="{text}"/>'
        f'<w:lvlJc w:val="left"/><w:pPr><w:ind w:left="{indent}" w:hanging="{hanging}"/></w:pPr></w:lvl>'
    )


NUMBERING = (
    f'<w:numbering xmlns:w="{_WORD}"><w:abstractNum w:abstractNumId="0"><w:multiLevelType w:val="multilevel"/>'
    + _level(0, "decimal", "%1.", 567, 567, "Heading1")
    + _level(1, "decimal", "%1.%2", 567, 567, "Clause")
    + _level(2, "lowerLetter", "(%3)", 1021, 454, "SubClause")
    + '</w:abstractNum><w:abstractNum w:abstractNumId="1"><w:multiLevelType w:val="singleLevel"/>'
    + _level(0, "bullet", "•", 454, 284, "ListBullet")
    + '</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
    '<w:num w:numId="2"><w:abstractNumId w:val="1"/></w:num></w:numbering>'
)
