"""The words of a clean Word document as one text with a map of every paragraph, and a changed text taken back into it.

Rules:
- A paragraph is a line: its runs one after another, wherever they are cut; a break is a line end, a tab a tab. Behind a
  paragraph come its foot- and endnotes, behind the body its headers and footers.
- What belongs together is one block: a paragraph with its notes, or a row of a table whose cells have a line each.
- Read as talk, a row of a table is a line as well: `speaker: words`, or `time speaker: words`.
- Words stay in their runs and keep their looks; a stand-in looks like the first character it stands for.
- A paragraph whose words and line end are taken away is taken out, and so are a table and a note without words; where
  the markup needs a paragraph, it stays empty.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from lxml import etree

from pipeline.formats.docx_parts import Word
from pipeline.formats.pieces import Patch
from pipeline.formats.wordml import W, attribute, local

_P, _R, _T, _TBL, _TR, _TC = (f"{{{W}}}{name}" for name in ("p", "r", "t", "tbl", "tr", "tc"))
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_AS_TEXT = {"br": "\n", "tab": "\t", "noBreakHyphen": "-"}
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_REFERENCES = {f"{{{W}}}footnoteReference": "footnote", f"{{{W}}}endnoteReference": "endnote"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """One `w:p`. Its words are [start, stop) of the text, its line end (in a row of talk a blank or `: `) [stop, end).
    block: number of the block it belongs to. story: is it of a header or footer?"""

    element: etree._Element = field(repr=False)
    start: int
    stop: int
    end: int
    block: int
    story: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class WordText:
    """A document as text. `body_end`: where the headers and footers begin."""

    text: str = field(repr=False)
    paragraphs: tuple[Paragraph, ...] = field(repr=False)
    body_end: int


def word_text(word: Word, *, talk: bool = False) -> WordText:
    """The text of a document and its map. talk: with the rows of its tables as lines."""
    found: list[Paragraph] = []
    parts: list[str] = []
    body_end = at = 0
    joined = _joined(word) if talk else {}
    for element, block, story in _numbered(word):
        words = "".join(text for _, _, text in _content(element))
        ending = joined.get(element, "\n")
        stop = at + len(words)
        found.append(Paragraph(element=element, start=at, stop=stop, end=stop + len(ending), block=block, story=story))
        parts += [words, ending]
        at = stop + len(ending)
        body_end = body_end if story else at
    return WordText(text="".join(parts), paragraphs=tuple(found), body_end=body_end)


def _joined(word: Word) -> dict[etree._Element, str]:
    """What stands behind the cells of a row that come before its last, where a row reads as a line of talk."""
    found: dict[etree._Element, str] = {}
    for row in word.root.iter(_TR):
        paragraphs = [list(cell.iter(_P)) for cell in row.iterchildren(_TC)]
        if len(paragraphs) in (2, 3) and all(len(one) == 1 and _has_words(one[0]) for one in paragraphs[:-1]):
            found |= {one[0]: " " for one in paragraphs[:-2]} | {paragraphs[-2][0]: ": "}
    return found


def _numbered(word: Word) -> Iterator[tuple[etree._Element, int, bool]]:
    used: set[tuple[str, str]] = set()
    block = 0
    for story, root in [(False, word.root[0]), *((True, one) for one in word.stories.values())]:
        for together in _blocks(root):
            for paragraph in together:
                yield paragraph, block, story
                for key in _notes_of(paragraph):
                    if key in word.notes and key not in used:
                        used.add(key)
                        yield from ((p, block, story) for p in word.notes[key].iter(_P))
            block += 1


def _blocks(container: etree._Element) -> Iterator[list[etree._Element]]:
    """The paragraphs of a body, cell, header or footer in order, those of a block together."""
    for element in container:
        if element.tag == _P:
            yield [element]
        for row in element.iterchildren(_TR):
            cells = list(row.iterchildren(_TC))
            if all(_one_line(cell) for cell in cells):
                yield [p for cell in cells for p in cell.iterchildren(_P)]
            else:
                for cell in cells:
                    yield from _blocks(cell)


def _one_line(cell: etree._Element) -> bool:
    return cell.find(_TBL) is None and sum(_has_words(p) for p in cell.iterchildren(_P)) <= 1


def _has_words(element: etree._Element) -> bool:
    return any((t.text or "").strip() for t in element.iter(_T))


def _content(paragraph: etree._Element) -> Iterator[tuple[etree._Element, etree._Element, str]]:
    """Run, element and text of everything in a paragraph that is text."""
    for run in paragraph.iter(_R):
        for one in run:
            text = (one.text or "") if one.tag == _T else _AS_TEXT.get(local(one), "")
            if text:
                yield run, one, text


def _notes_of(paragraph: etree._Element) -> list[tuple[str, str]]:
    return [(_REFERENCES[str(one.tag)], attribute(one, "id") or "") for one in paragraph.iter(*_REFERENCES)]


def take_back(word: Word, before: WordText, patches: Iterable[Patch]) -> Word:
    """The document with the changed text in it. patches: from front to back, all of the text. It changes `word`."""
    every = list(patches)
    starts = [patch.start for patch in every]
    tables = [table for table in word.root.iter(_TBL) if _has_words(table)]
    worded = [key for key, note in word.notes.items() if _has_words(note)]
    goes_on = False  # a paragraph that lost its line end goes on in the next, which is none where nothing is left of it
    for paragraph in before.paragraphs:
        ends = _rewrite(paragraph, before.text, every, starts)
        worded_still = _has_words(paragraph.element)
        if not worded_still and (goes_on or not ends):
            _take_out(paragraph.element)
        goes_on = not ends and (goes_on or worded_still)
    for table in tables:
        if not _has_words(table):
            _take_out(table)
    notes = {key: note for key, note in word.notes.items() if key not in worded or _has_words(note)}
    for root in (word.root, *word.stories.values()):
        for reference in list(root.iter(*_REFERENCES)):
            if (_REFERENCES[str(reference.tag)], attribute(reference, "id") or "") not in notes:
                _remove_from_run(reference)
    asked = {key for p in word.root.iter(_P) for key in _notes_of(p)}
    kept = {key: note for key, note in notes.items() if key in asked or attribute(note, "type") is not None}
    return replace(word, notes=kept)


def _rewrite(paragraph: Paragraph, text: str, patches: Sequence[Patch], starts: Sequence[int]) -> bool:
    """Put the changed words into a paragraph. Did it keep its line end?"""
    at = paragraph.start
    last: etree._Element | None = None
    for run, element, words in list(_content(paragraph.element)):
        end = at + len(words)
        parts = list(_parts(text, patches, starts, at, end))
        if element.tag != _T and parts != [words]:
            new = etree.Element(_T)
            run.replace(element, new)
            element = new
        if element.tag == _T:
            element.text = "".join(parts)
            element.set(_SPACE, "preserve")
            if not element.text:
                _remove_from_run(element)
        last = run
        at = end
    ending = "".join(_parts(text, patches, starts, paragraph.stop, paragraph.end))
    ends = ending == text[paragraph.stop : paragraph.end]
    if not ends:
        _add(paragraph.element, last, ending)
    return ends


def _parts(text: str, patches: Sequence[Patch], starts: Sequence[int], start: int, end: int) -> Iterator[str]:
    """What becomes of [start, end): words that stay, and each stand-in where its first character stood."""
    for n in range(bisect_right(starts, start) - 1, bisect_left(starts, end)):
        patch = patches[n]
        if patch.text == text[patch.start : patch.end]:
            yield text[max(start, patch.start) : min(end, patch.end)]
        elif patch.start >= start:
            yield _NO_XML.sub("", patch.text)


def _add(paragraph: etree._Element, run: etree._Element | None, words: str) -> None:
    """Words at the end of a paragraph: what stands in for a stretch that began with its line end."""
    if words.strip():
        if run is None or run.getparent() is None:
            run = etree.SubElement(paragraph, _R)
        made = etree.SubElement(run, _T)
        made.text = words
        made.set(_SPACE, "preserve")


def _remove_from_run(element: etree._Element) -> None:
    """Take an element out of its run, and the run with it where nothing is left in that."""
    run = element.getparent()
    if run is None:
        return
    run.remove(element)
    parent = run.getparent()
    if parent is not None and all(local(one) == "rPr" for one in run):
        parent.remove(run)


def _take_out(block: etree._Element) -> None:
    """Take a paragraph or table out, unless it ends its container, or a section."""
    parent, following = block.getparent(), block.getnext()
    if parent is None or following is None or local(following) == "sectPr":
        return
    if block.find(f"{{{W}}}pPr/{{{W}}}sectPr") is None:
        parent.remove(block)
