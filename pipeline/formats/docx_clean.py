"""A part of a Word document made anew with nothing in it but what `wordml` lets out.

Rules:
- Tracked changes are accepted: insertions are words, deletions (also of rows, cells and paragraph marks) are gone.
- Fields give their results, as words; their codes are dropped. A result that repeats a property of the file (its name,
  its author) is dropped with it. Page numbers stay fields, since a number would be wrong on every page but one.
- Hidden text is dropped. Links, controls and smart tags give way to their words.
- A text box becomes framed paragraphs behind the paragraph that holds it; pictures, charts and objects are dropped.
- The result is a valid part: cells end in a paragraph, tables have rows, rows have cells.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from lxml import etree

from pipeline.formats.wordml import (
    CHILDREN,
    FONTS,
    PAGE_FIELDS,
    UNWRAPPED,
    R,
    W,
    attribute,
    layout_of,
    list_mark,
    local,
    relation_of,
)

_OFF = frozenset({"0", "false", "off"})
_STYLE_NAMED = frozenset({"pStyle", "rStyle", "tblStyle", "basedOn", "next", "link"})
_REFERENCES = frozenset({"headerReference", "footerReference"})
_SHAPES = frozenset({"drawing", "pict", "object"})
# Fields whose result is a property of the file, the program or its user. Source: ECMA-376 part 1, 17.16.5.
_OF_PROPERTIES = frozenset(
    """AUTHOR LASTSAVEDBY FILENAME TEMPLATE USERNAME USERINITIALS USERADDRESS TITLE SUBJECT KEYWORDS COMMENTS INFO
    DOCPROPERTY DOCVARIABLE""".split()  # noqa: SIM905 - a list of words reads better as words
)
_THEME_FONTS = (("asciiTheme", "ascii"), ("hAnsiTheme", "hAnsi"), ("cstheme", "cs"), ("eastAsiaTheme", "eastAsia"))
# What stands before the frame in the properties of a paragraph (the order of the schema).
_BEFORE_FRAME = frozenset(
    {"pStyle", "keepNext", "keepLines", "pageBreakBefore", "widowControl", "numPr", "suppressLineNumbers"}
)
_BLANKS = re.compile(r"[\r\n\t\x0b\x0c]")


@dataclass(slots=True, kw_only=True)
class _Field:
    """A field that is open: its code so far, and whether its result has begun."""

    code: str = ""
    result: bool = False

    @property
    def kind(self) -> str:
        return (self.code.split() or [""])[0].upper()


@dataclass(slots=True, kw_only=True)
class Cleaner:
    """Cleans the parts of one document. styles: new ids by old ones. hidden: old ids of styles that hide their text.
    theme: `minor` and `major` -> font. stories: new relation ids of headers and footers by old ones."""

    styles: Mapping[str, str]
    hidden: frozenset[str] = frozenset()
    theme: Mapping[str, str] = field(default_factory=dict)
    stories: Mapping[str, str] = field(default_factory=dict)
    _fields: list[_Field] = field(default_factory=list)
    _page: etree._Element | None = None
    _boxes: list[etree._Element] = field(default_factory=list)
    _muted: bool = False

    def clean(self, source: etree._Element) -> etree._Element:
        """The part, story or note, cleaned. source: an element that `CHILDREN` names, or `document`."""
        made = etree.Element(f"{{{W}}}{local(source)}", nsmap={"w": W, "r": R})
        for name, value in (layout_of(source) or {}).items():
            made.set(name, value)
        self._fields.clear()
        self._fill(source, made)
        return made

    def _fill(self, source: etree._Element, out: etree._Element) -> None:
        allowed = CHILDREN[local(out)]
        carried: etree._Element | None = None  # a paragraph whose mark was deleted: it goes on in the next
        for child in self._inside(source):
            kind = local(child)
            if kind not in allowed or _deleted(child):
                continue
            if kind == "r":
                self._run(child, out)
            elif kind == "p":
                made = self._paragraph(child, out, carried)
                carried = made if _mark_deleted(child) else None
                self._frame_boxes(out)
            else:
                self._element(child, out)
        if carried is not None and not len(carried):
            out.remove(carried)
        _make_valid(out)

    def _inside(self, source: etree._Element) -> Iterator[etree._Element]:
        """The children, those of wrappers in the place of the wrapper."""
        for child in source:
            kind = local(child)
            if kind == "AlternateContent":
                options = [one for one in child if local(one) in ("Choice", "Fallback")]
                yield from self._inside(options[0]) if options else ()
            elif kind == "fldSimple":
                yield from self._simple_field(child)
            elif kind in UNWRAPPED:
                yield from self._inside(child)
            elif kind:
                yield child

    def _simple_field(self, source: etree._Element) -> Iterator[etree._Element]:
        kind = _Field(code=attribute(source, "instr") or "").kind
        if kind in PAGE_FIELDS:
            yield source
        elif kind not in _OF_PROPERTIES:
            yield from self._inside(source)

    def _element(self, source: etree._Element, out: etree._Element) -> None:
        """Any element that is no paragraph and no run, with what is in it."""
        kind = local(source)
        values = self._values(source)
        if values is None:
            return
        made = etree.SubElement(out, f"{{{W}}}{kind}", values)
        if kind in CHILDREN:
            self._fill(source, made)
        if (kind == "tr" and made.find(f"{{{W}}}tc") is None) or (kind == "tbl" and made.find(f"{{{W}}}tr") is None):
            out.remove(made)

    def _values(self, source: etree._Element) -> dict[str, str] | None:
        """The attributes of an element; None where it cannot go out."""
        kind = local(source)
        values = layout_of(source)
        if kind in _STYLE_NAMED:
            style = self.styles.get(attribute(source, "val") or "")
            return None if style is None else {f"{{{W}}}val": style}
        if kind == "lvlText":
            return {f"{{{W}}}val": list_mark(attribute(source, "val") or "")}
        if kind == "fldSimple":
            return {f"{{{W}}}instr": _Field(code=attribute(source, "instr") or "").kind}
        if kind in _REFERENCES:
            story = self.stories.get(relation_of(source) or "")
            return None if story is None or values is None else {**values, f"{{{R}}}id": story}
        if kind == "rFonts":
            fonts = {f"{{{W}}}{name}": font for old, name in _THEME_FONTS if (font := self._theme_font(source, old))}
            values = {**fonts, **(values or {})} or None
        return {} if values is None and kind in CHILDREN else values

    def _theme_font(self, source: etree._Element, name: str) -> str | None:
        font = self.theme.get((attribute(source, name) or "")[:5])
        return font if font in FONTS else None

    def _paragraph(self, source: etree._Element, out: etree._Element, carried: etree._Element | None) -> etree._Element:
        made = etree.SubElement(out, f"{{{W}}}p")
        self._page = None
        styles = (attribute(m, "val") for one in source if local(one) == "pPr" for m in one if local(m) == "pStyle")
        self._muted = any(style in self.hidden for style in styles)
        self._fill(source, made)
        self._muted = False
        if carried is None:
            return made
        out.remove(made)
        if len(carried) and local(carried[0]) == "pPr":
            carried.remove(carried[0])
        for one in list(made):  # the words follow one another, the properties are those of the last
            if local(one) == "pPr":
                carried.insert(0, one)
            else:
                carried.append(one)
        return carried

    def _run(self, source: etree._Element, out: etree._Element) -> None:
        made = etree.Element(f"{{{W}}}r")
        hidden = self._muted or self._is_hidden(source)
        for part in self._inside(source):
            kind = local(part)
            if kind == "fldChar":
                self._field(part, out)
            elif kind == "instrText" and self._fields and not self._fields[-1].result:
                self._fields[-1].code += part.text or ""
            elif hidden or self._in_code():
                continue
            elif kind == "r":
                self._run(part, out)
            elif kind in _SHAPES:
                self._boxes += _outermost(part, "txbxContent")
            elif kind in CHILDREN["r"]:
                self._word(part, made)
        if any(local(part) != "rPr" for part in made):
            (out if self._page is None or local(out) != "p" else self._page).append(made)

    def _word(self, source: etree._Element, run: etree._Element) -> None:
        """What a run is made of: its properties, words, tabs, breaks, marks of notes."""
        kind = local(source)
        if kind == "t":
            if source.text:
                made = etree.SubElement(run, f"{{{W}}}t")
                made.text = _BLANKS.sub(" ", source.text)
        elif kind in ("cr", "ptab"):
            etree.SubElement(run, f"{{{W}}}{'br' if kind == 'cr' else 'tab'}")
        elif kind == "br":
            etree.SubElement(run, f"{{{W}}}br", layout_of(source) or {})
        else:
            self._element(source, run)

    def _field(self, mark: etree._Element, out: etree._Element) -> None:
        kind = attribute(mark, "fldCharType")
        if kind == "begin":
            self._fields.append(_Field())
        elif kind == "separate" and self._fields:
            self._fields[-1].result = True
            if self._fields[-1].kind in PAGE_FIELDS and local(out) == "p":
                instruction = {f"{{{W}}}instr": self._fields[-1].kind}
                self._page = etree.SubElement(out, f"{{{W}}}fldSimple", instruction)
        elif kind == "end" and self._fields:
            self._fields.pop()
            self._page = None

    def _in_code(self) -> bool:
        return any(not one.result or one.kind in _OF_PROPERTIES for one in self._fields)

    def _is_hidden(self, run: etree._Element) -> bool:
        properties = next((one for one in run if local(one) == "rPr"), None)
        if properties is None:
            return False
        named = [attribute(one, "val") for one in properties if local(one) == "rStyle"]
        return is_on(properties, "vanish") or any(name in self.hidden for name in named)

    def _frame_boxes(self, out: etree._Element) -> None:
        """The text boxes of the paragraph that was just made: each paragraph of them with a line around it."""
        boxes, self._boxes = self._boxes, []
        for box in boxes:
            made = etree.SubElement(out, f"{{{W}}}txbxContent")
            self._fill(box, made)
            for paragraph in made.iterchildren(f"{{{W}}}p"):
                _frame(paragraph)
            at = out.index(made)
            out[at : at + 1] = list(made)


def is_on(properties: etree._Element, name: str) -> bool:
    """Is a property that can be switched (`vanish`) among these and on?"""
    return any(local(one) == name and attribute(one, "val") not in _OFF for one in properties)


def _deleted(source: etree._Element) -> bool:
    """A row or cell that a tracked change took out, or that is hidden."""
    properties = next((one for one in source if local(one) in ("trPr", "tcPr")), None)
    if properties is None or local(source) not in ("tr", "tc"):
        return False
    return any(local(one) in ("del", "cellDel") for one in properties) or is_on(properties, "hidden")


def _mark_deleted(paragraph: etree._Element) -> bool:
    marks = (m for one in paragraph if local(one) == "pPr" for m in one if local(m) == "rPr")
    return any(local(one) in ("del", "moveFrom") for mark in marks for one in mark)


def _outermost(source: etree._Element, name: str) -> list[etree._Element]:
    """The elements of a name below `source`, none that lies in another; of two readings of a shape, the first."""
    found: list[etree._Element] = []
    todo = list(source)[::-1]
    while todo:
        one = todo.pop()
        if local(one) == name:
            found.append(one)
        else:
            todo += list(one)[:1] if local(one) == "AlternateContent" else list(one)[::-1]
    return found


def _frame(paragraph: etree._Element) -> None:
    if not len(paragraph) or local(paragraph[0]) != "pPr":
        paragraph.insert(0, etree.Element(f"{{{W}}}pPr"))
    properties = paragraph[0]
    if properties.find(f"{{{W}}}pBdr") is None:
        at = sum(local(one) in _BEFORE_FRAME for one in properties)
        frame = etree.Element(f"{{{W}}}pBdr")
        for side in ("top", "left", "bottom", "right"):
            etree.SubElement(frame, f"{{{W}}}{side}", {f"{{{W}}}val": "single", f"{{{W}}}sz": "4"})
        properties.insert(at, frame)


def _make_valid(out: etree._Element) -> None:
    """Cells, stories and notes end in a paragraph; the section of the body stays behind it."""
    blocks = [one for one in out if local(one) in ("p", "tbl")]
    if "p" in CHILDREN[local(out)] and (not blocks or local(blocks[-1]) != "p"):
        paragraph = etree.Element(f"{{{W}}}p")
        out.insert(len(out) - (local(out[-1]) == "sectPr") if len(out) else 0, paragraph)
