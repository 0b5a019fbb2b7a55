"""What of WordprocessingML may go out: elements by what they stand in, attributes by name, values by list.

Source: ECMA-376 part 1, chapter 17 (WordprocessingML) and 22.9 (shared simple types).

Rules:
- What is not in `CHILDREN` is dropped with all that is in it; what is in `UNWRAPPED` gives way to its content.
- An attribute goes out only by name (`ATTRIBUTES`) and with a value of layout: a number of up to six figures, a colour,
  or a word of `WORDS`. A value can therefore be no name of anybody: `VOCABULARY` has all the words it can be.
- An element that loses all its attributes by that is dropped; what makes it valid is gone.
- Names of styles and fonts are words somebody may have chosen: only those that Word ships go out, other styles are
  numbered, other fonts dropped.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from lxml import etree

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_NAMESPACES = frozenset({W, "http://purl.oclc.org/ooxml/wordprocessingml/main"})  # the second: Strict documents
_STRICT_R = "http://purl.oclc.org/ooxml/officeDocument/relationships"
_COMPATIBILITY = "http://schemas.openxmlformats.org/markup-compatibility/2006"


def _words(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"\S+", text))


def _names(text: str) -> frozenset[str]:
    return frozenset(name.strip() for line in text.strip().split("\n") for name in line.split("|"))


_BLOCKS = "p tbl"
_BORDERS = "top left start bottom right end insideH insideV between bar tl2br tr2bl"
_RUN_STYLE = (
    "rStyle rFonts b bCs i iCs caps smallCaps strike dstrike outline shadow emboss imprint color spacing w kern "
    "position sz szCs highlight u effect bdr shd vertAlign rtl cs em"
)
_PARAGRAPH_STYLE = (
    "keepNext keepLines pageBreakBefore widowControl numPr suppressLineNumbers pBdr shd tabs suppressAutoHyphens bidi "
    "adjustRightInd snapToGrid spacing ind contextualSpacing mirrorIndents jc textDirection textAlignment outlineLvl"
)
_TABLE_STYLE = (
    "bidiVisual tblStyleRowBandSize tblStyleColBandSize tblW jc tblCellSpacing tblInd tblBorders shd tblLayout"
)
_ROW_STYLE = "gridBefore gridAfter wBefore wAfter cantSplit trHeight tblHeader tblCellSpacing jc"
_CELL_STYLE = "tcW gridSpan vMerge tcBorders shd noWrap tcMar textDirection tcFitText vAlign"
_MARGINS = "top left start bottom right end"
# Element -> what may stand in it, in the order of the original. Those that are no key here have no content.
CHILDREN: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        name: _words(children)
        for name, children in {
            "body": f"{_BLOCKS} sectPr",
            "hdr": _BLOCKS,
            "ftr": _BLOCKS,
            "footnotes": "footnote",
            "endnotes": "endnote",
            "footnote": _BLOCKS,
            "endnote": _BLOCKS,
            "txbxContent": _BLOCKS,
            "tbl": "tblPr tblGrid tr",
            "tblPr": f"tblStyle {_TABLE_STYLE} tblCellMar tblLook",
            "tblGrid": "gridCol",
            "tr": "tblPrEx trPr tc",
            "tblPrEx": _TABLE_STYLE,
            "trPr": _ROW_STYLE,
            "tc": f"tcPr {_BLOCKS}",
            "tcPr": _CELL_STYLE,
            "tblBorders": _BORDERS,
            "tcBorders": _BORDERS,
            "pBdr": _BORDERS,
            "pgBorders": _BORDERS,
            "tblCellMar": _MARGINS,
            "tcMar": _MARGINS,
            "p": "pPr r fldSimple",
            "pPr": f"pStyle {_PARAGRAPH_STYLE} rPr sectPr",
            "numPr": "ilvl numId",
            "tabs": "tab",
            "fldSimple": "r",
            "r": "rPr t tab br cr noBreakHyphen ptab footnoteReference endnoteReference footnoteRef endnoteRef "
            "separator continuationSeparator",
            "rPr": _RUN_STYLE,
            "sectPr": "headerReference footerReference footnotePr endnotePr type pgSz pgMar pgBorders lnNumType "
            "pgNumType cols vAlign noEndnote titlePg textDirection bidi rtlGutter docGrid",
            "footnotePr": "pos numFmt numStart numRestart",
            "endnotePr": "pos numFmt numStart numRestart",
            "cols": "col",
            "styles": "docDefaults style",
            "docDefaults": "rPrDefault pPrDefault",
            "rPrDefault": "rPr",
            "pPrDefault": "pPr",
            "style": "basedOn next link uiPriority qFormat pPr rPr tblPr trPr tcPr tblStylePr",
            "tblStylePr": "pPr rPr tblPr trPr tcPr",
            "numbering": "abstractNum num",
            "abstractNum": "multiLevelType lvl",
            "lvl": "start numFmt lvlRestart pStyle isLgl suff lvlText lvlJc pPr rPr",
            "num": "abstractNumId lvlOverride",
            "lvlOverride": "startOverride lvl",
        }.items()
    }
)
# Their content stands in their place: what was inserted and moved here, controls, links, smart tags, directions.
UNWRAPPED = _words("ins moveTo sdt sdtContent hyperlink smartTag customXml dir bdo ruby rubyBase")
ATTRIBUTES = _words(
    """
    val w h type id orient code space color sz shadow fill left right start end top bottom header footer gutter hanging
    firstLine leftChars rightChars firstLineChars hangingChars startChars endChars before after beforeLines afterLines
    beforeAutospacing afterAutospacing line lineRule pos leader hRule num equalWidth sep linePitch charSpace fmt
    chapStyle chapSep countBy distance restart offsetFrom display zOrder firstRow lastRow firstColumn lastColumn noHBand
    noVBand ascii hAnsi cs eastAsia hint default customStyle abstractNumId numId ilvl alignment relativeTo
    """
)
# Of the values that are words: those that the elements above take.
WORDS = _words(
    """
    true false on off auto none nil clear left right center start end both distribute justify default first even odd
    single double thick dotted dashed dash dotDash dotDotDash triple thinThickSmallGap thickThinSmallGap wave doubleWave
    dashSmallGap dashDotStroked threeDEmboss threeDEngrave outset inset words dottedHeavy dashedHeavy dashLong
    dashLongHeavy dashDotHeavy dashDotDotHeavy wavyHeavy wavyDouble
    black blue cyan green magenta red yellow white darkBlue darkCyan darkGreen darkMagenta darkRed darkYellow darkGray
    lightGray solid horzStripe vertStripe reverseDiagStripe diagStripe horzCross diagCross thinHorzStripe thinVertStripe
    page column textWrapping decimal bar num dot hyphen underscore heavy middleDot superscript subscript baseline
    exact atLeast dxa pct nextPage nextColumn continuous evenPage oddPage portrait landscape restart continue
    lowerLetter upperLetter lowerRoman upperRoman bullet ordinal cardinalText ordinalText decimalZero singleLevel
    multilevel hybridMultilevel tab nothing paragraph character table numbering firstRow lastRow firstCol lastCol
    band1Vert band2Vert band1Horz band2Horz neCell nwCell seCell swCell wholeTable top bottom lrTb tbRl btLr lrTbV tbRlV
    tbLrV lines linesAndChars snapToChars comma circle underDot newPage newSection eachPage eachSect pageBottom
    beneathText sectEnd docEnd fixed autofit text margin indent all allPages firstPage notFirstPage separator
    continuationSeparator eastAsia lowKashida mediumKashida highKashida thaiDistribute period colon emDash enDash
    """
)
_LAYOUT = re.compile(r"-?\d{1,6}(?:\.\d{1,4})?(?:%|pt|in|cm|mm)?|[0-9A-Fa-f]{6}|pct\d{1,2}")
# Fonts that come with Office, its rivals and the systems they run on.
FONTS = _names(
    """
    Arial|Arial Black|Arial Narrow|Aptos|Aptos Display|Bookman Old Style|Book Antiqua|Calibri|Calibri Light|Cambria
    Cambria Math|Candara|Century|Century Gothic|Comic Sans MS|Consolas|Constantia|Corbel|Courier|Courier New|Garamond
    Georgia|Helvetica|Helvetica Neue|Impact|Liberation Mono|Liberation Sans|Liberation Serif|Lucida Console
    Lucida Sans|Microsoft Sans Serif|MS Gothic|MS Mincho|Open Sans|Palatino Linotype|Roboto|Segoe UI|SimSun|Symbol
    Tahoma|Times|Times New Roman|Trebuchet MS|Verdana|Wingdings|Wingdings 2|Wingdings 3|DejaVu Sans|Noto Sans
    """
)
# Names of styles as Word ships them, in lower case, without their numbers.
STYLES = _names(
    """
    normal|heading|title|subtitle|list paragraph|list|list bullet|list number|list continue|body text|body text indent
    body text first indent|quote|intense quote|strong|emphasis|subtle emphasis|intense emphasis|subtle reference
    intense reference|book title|caption|toc|toc heading|header|footer|footnote text|footnote reference|endnote text
    endnote reference|hyperlink|followedhyperlink|page number|line number|no spacing|default paragraph font|normal table
    no list|table grid|table grid light|table normal|plain table|grid table|list table|light shading|light list
    light grid|medium shading|medium list|medium grid|dark list|colorful shading|colorful list|colorful grid|plain text
    normal (web)|block text|macro text|annotation text|balloon text|index|index heading|date|salutation|signature
    closing|message header|placeholder text|unresolved mention|mention|normal indent|table of figures|envelope address
    """
)
_STYLE_TAIL = re.compile(r"(?i)(?: ?\d| light| dark| colorful| accent \d| char)+$|-accent\d$")
_MARK = re.compile(r"%[1-9]|[^\w%]|_")


def local(element: etree._Element) -> str:
    """The name of an element of WordprocessingML, `AlternateContent`, `Choice` and `Fallback` of the wrapper that holds
    newer markup; empty for all other elements and for what is none."""
    tag = element.tag
    if not isinstance(tag, str):
        return ""
    space, _, name = tag[1:].rpartition("}")
    return name if space in _NAMESPACES or space == _COMPATIBILITY else ""


def attribute(element: etree._Element, name: str) -> str | None:
    """A `w:` attribute, whichever of the two namespaces the document is in."""
    return next((str(v) for space in _NAMESPACES if (v := element.get(f"{{{space}}}{name}")) is not None), None)


def relation_of(element: etree._Element) -> str | None:
    """The id of the relation that an element refers to."""
    return element.get(f"{{{R}}}id") or element.get(f"{{{_STRICT_R}}}id")


def layout_of(element: etree._Element) -> dict[str, str] | None:
    """The attributes that may go out, under their new names; None where it had some and none of them may."""
    kept: dict[str, str] = {}
    had = False
    for key, raw in element.attrib.items():
        name, value = etree.QName(str(key)), str(raw)
        had = had or name.namespace in _NAMESPACES
        if name.namespace in _NAMESPACES and name.localname in ATTRIBUTES and _is_layout(element, value):
            kept[f"{{{W}}}{name.localname}"] = value
    return None if had and not kept else kept


def _is_layout(element: etree._Element, value: str) -> bool:
    return value in (FONTS if local(element) == "rFonts" else WORDS) or _LAYOUT.fullmatch(value) is not None


def shipped_style(name: str) -> bool:
    """Is it a style's name that Word ships? `heading 1`, `Medium Grid 2 Accent 3`, `Body Text Char`."""
    return _STYLE_TAIL.sub("", name.lower()) in STYLES or name.lower() in STYLES


def list_mark(text: str) -> str:
    """The mark of a list without words: `%1.`, bullets; the letter `o` alone is a bullet in Courier."""
    return text if text == "o" else "".join(_MARK.findall(text))


PAGE_FIELDS = frozenset({"PAGE", "NUMPAGES", "SECTIONPAGES"})
VOCABULARY = WORDS | FONTS | PAGE_FIELDS
