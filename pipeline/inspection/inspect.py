"""inspect: a second, independent look at the copy that will leave, before anybody sees it.

- It reads the copy as a stranger would, with its file name and metadata: known values of people everywhere, number
  patterns in the words, and words that were replaced in one place and stand in another.
- It looks through every string in the bytes that leave, also where no reader looks: a known value or a replaced word
  that stands there and not in the text blocks.
- It proves from the offsets that the copy is what the redaction says: kept words with the stand-ins in place, layout,
  gap marks, and nothing else.
- A known value blocks, unless it is an everyday word in running text; a difference from the redaction blocks; all else
  holds the copy for a person. Findings hold no words.
"""

from __future__ import annotations

import html
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain

import ahocorasick

from pipeline import formats
from pipeline.errors import InputError
from pipeline.formats.decode import decode
from pipeline.formats.strings import strings
from pipeline.inspection.findings import Finding, Kind, Where
from pipeline.inspection.proof import differences, regions_of, stand_in_places
from pipeline.inspection.suspicions import suspicions_in
from pipeline.known import KnownValues, fold_text, name_words
from pipeline.labels import Label
from pipeline.model import Document, Redaction, Region, RegionKind, Turn
from pipeline.rules import Action

__all__ = ["Finding", "Kind", "Original", "Where", "inspect", "read_copy"]

_WHERE = {
    RegionKind.BODY: Where.BODY,
    RegionKind.LABEL: Where.LABEL,
    RegionKind.FREE: Where.FREE,
    RegionKind.FIXED: Where.LAYOUT,
    RegionKind.DROPPED: Where.LAYOUT,
}
_WORDED = frozenset({RegionKind.BODY, RegionKind.LABEL, RegionKind.FREE})
_BRACKETED = re.compile(r"\[[^\[\]\n]{1,60}\]")
# What is worth looking for a second time. Ages, dates and ZIP codes are numbers that recur by chance.
_ECHOED = frozenset(
    {
        Label.PERSON,
        Label.LOCATION,
        Label.STREET_ADDRESS,
        Label.ORGANIZATION,
        Label.TREATMENT_FACILITY,
        Label.RECOVERY_GROUP,
        Label.EMAIL_ADDRESS,
        Label.URL,
        Label.USERNAME,
        Label.MEDICAL_RECORD_NUMBER,
        Label.CASE_NUMBER,
    }
)
_LEAST_ECHO = 4
_FEW_WORDS = 3  # a name with a title; what is longer is running text, and was looked at as such


@dataclass(frozen=True, slots=True, kw_only=True)
class Original:
    """What the copy was made of."""

    document: Document
    redaction: Redaction


def read_copy(data: bytes, *, doc_id: str, original: Original | None = None) -> Document:
    """The bytes that will leave as a stranger reads them: by their own format, without a mapping.

    Stand-ins may make a copy look like another format or like none. Then its words are where the redaction of the
    `original` put them; without one, or where they are not, all of it is taken for words. InputError only for bytes
    that are no text.
    """
    try:
        copy = formats.read(data, doc_id=doc_id)
    except InputError:
        copy = None
    if original is None:
        return copy or _all_words(decode(data, place=doc_id).text, doc_id)
    if copy is not None and copy.format == original.document.format:
        return copy
    return _as_written(data, doc_id, original) or copy or _all_words(decode(data, place=doc_id).text, doc_id)


def _as_written(data: bytes, doc_id: str, original: Original) -> Document | None:
    """The copy as the format that wrote it reads it, cut where the redaction says."""
    document = original.document
    try:
        text = formats.text_as(data, document.format, place=doc_id)
    except InputError:
        return None
    regions = regions_of(document, original.redaction, text)
    turns = tuple(Turn(n=turn.n) for turn in document.turns)
    if regions is None:
        return None
    return Document(doc_id=doc_id, format=document.format, text=text, regions=regions, turns=turns)


def _all_words(text: str, doc_id: str) -> Document:
    regions = (Region(start=0, end=len(text), kind=RegionKind.BODY, turn=0),)
    return Document(doc_id=doc_id, format="unknown", text=text, regions=regions, turns=(Turn(n=0),))


def inspect(
    copy: Document,
    name: str,
    known: KnownValues,
    *,
    original: Original | None = None,
    metadata: Mapping[str, str] | None = None,
    data: bytes | None = None,
) -> tuple[Finding, ...]:
    """Everything that still looks risky, in order of place.

    copy: what `read_copy` makes of the bytes that will leave. name: its file name. known: from `known.known_values`.
    original: the document and its redaction, for the proof by offsets and the echoes. metadata: other text inside a
    container. data: the bytes themselves, to be looked through string by string.
    """
    ours = _stand_ins(copy, original)
    found = set(_known(copy, known, ours))
    found |= set(_escaped(copy, known))
    found |= set(_beside(name, known, Where.FILE_NAME))
    for value in (metadata or {}).values():
        found |= set(_beside(value, known, Where.METADATA))
    found |= set(_patterns(copy, ours))
    if data is not None:
        found |= set(_in_bytes(data, copy, known, original))
    if original is not None:
        found |= set(_echoes(copy, original, ours))
        found |= {
            _finding(copy, start, end, Kind.NOT_AS_REDACTED, blocks=True)
            for start, end in differences(original.document, original.redaction, copy.text)
        }
    return tuple(sorted(found, key=lambda f: (f.where, f.start, f.end, f.kind, f.blocks)))


def _stand_ins(copy: Document, original: Original | None) -> list[tuple[int, int]]:
    """Where our own stand-ins are: those in brackets by their text, surrogates by their place. Without the redaction
    every bracketed stretch might be somebody's: none is ours."""
    if original is None:
        return []
    replacements = original.redaction.replacements
    made = {r.stand_in for r in replacements if r.stand_in.startswith("[")}
    found = {m.span() for m in _BRACKETED.finditer(copy.text) if m[0] in made}
    if any(r.action == Action.SURROGATE for r in replacements):
        found |= set(stand_in_places(original.document, original.redaction, copy.text))
    return sorted(found)


def _in_ours(ours: list[tuple[int, int]], start: int, end: int) -> bool:
    i = bisect_right(ours, (start, len(ours) and ours[-1][1] + 1)) - 1
    return i >= 0 and ours[i][0] <= start and end <= ours[i][1]


def _region(copy: Document, at: int) -> Region:
    return copy.regions[bisect_right(copy.regions, at, key=lambda r: r.start) - 1]


def _finding(copy: Document, start: int, end: int, kind: Kind, *, blocks: bool) -> Finding:
    if not copy.regions:
        return Finding(where=Where.LAYOUT, start=start, end=end, kind=kind, blocks=blocks)
    region = _region(copy, min(start, len(copy.text) - 1))
    return Finding(where=_WHERE[region.kind], turn=region.turn, start=start, end=end, kind=kind, blocks=blocks)


def _known(copy: Document, known: KnownValues, ours: list[tuple[int, int]]) -> Iterator[Finding]:
    for hit in known.find(copy.text):
        if _in_ours(ours, hit.start, hit.end):
            continue
        kind = Kind.KNOWN_NAME if hit.name else Kind.KNOWN_VALUE
        running = _region(copy, hit.start).kind in (RegionKind.BODY, RegionKind.FIXED)
        yield _finding(copy, hit.start, hit.end, kind, blocks=not (hit.common and running))


def _escaped(copy: Document, known: KnownValues) -> Iterator[Finding]:
    """Known values that show only once the escapes of the format are undone; the place is the whole region."""
    for region in copy.regions:
        text = copy.text[region.start : region.end]
        if "&" in text and region.kind in _WORDED:
            plain = html.unescape(text)
            for hit in known.find(plain) if plain != text else ():
                kind = Kind.KNOWN_NAME if hit.name else Kind.KNOWN_VALUE
                if fold_text(plain[hit.start : hit.end]) not in fold_text(text):
                    yield _finding(copy, region.start, region.end, kind, blocks=not hit.common)


def _beside(text: str, known: KnownValues, where: Where) -> Iterator[Finding]:
    """Known values in a file name or in metadata; there a name is never a common word."""
    for hit in known.find(text):
        kind = Kind.KNOWN_NAME if hit.name else Kind.KNOWN_VALUE
        yield Finding(where=where, start=hit.start, end=hit.end, kind=kind, blocks=True)


def _patterns(copy: Document, ours: list[tuple[int, int]]) -> Iterator[Finding]:
    worded = [r for r in copy.regions if r.kind in _WORDED]
    for n, kind, start, end in suspicions_in([copy.text[r.start : r.end] for r in worded]):
        at = worded[n].start
        if not _in_ours(ours, at + start, at + end):
            yield _finding(copy, at + start, at + end, kind, blocks=False)


def _in_bytes(data: bytes, copy: Document, known: KnownValues, original: Original | None) -> Iterator[Finding]:
    """Known values and replaced words that stand in the bytes and not in the text, which was looked at before. A name
    that is an everyday word counts where it stands alone or nearly so."""
    others = (text for text in strings(data) if text != copy.text)
    first = next(others, None)
    if first is None:  # text and nothing else
        return
    automaton = _automaton(() if original is None else _surfaces(original))
    shown = {fold_text(copy.text[hit.start : hit.end]) for hit in known.find(copy.text)}
    echoed = {copy.text[start:end] for start, end in _standing(automaton, copy.text)}
    for text in chain([first], others):
        for hit in known.find(text):
            telling = not hit.common or len(text.split()) <= _FEW_WORDS
            if telling and fold_text(text[hit.start : hit.end]) not in shown:
                kind = Kind.KNOWN_NAME if hit.name else Kind.KNOWN_VALUE
                yield Finding(where=Where.METADATA, start=hit.start, end=hit.end, kind=kind, blocks=True)
        for start, end in _standing(automaton, text):
            if text[start:end] not in echoed:
                yield Finding(where=Where.METADATA, start=start, end=end, kind=Kind.ECHO, blocks=True)


def _echoes(copy: Document, original: Original, ours: list[tuple[int, int]]) -> Iterator[Finding]:
    """Words that were replaced somewhere and stand elsewhere in the copy."""
    for start, end in _standing(_automaton(_surfaces(original)), copy.text):
        if not _in_ours(ours, start, end) and _region(copy, start).kind in _WORDED:
            yield _finding(copy, start, end, Kind.ECHO, blocks=False)


def _automaton(surfaces: Iterable[str]) -> ahocorasick.Automaton:
    automaton = ahocorasick.Automaton()
    for surface in sorted(surfaces):
        automaton.add_word(fold_text(surface), surface)
    if len(automaton):
        automaton.make_automaton()
    return automaton


def _standing(automaton: ahocorasick.Automaton, text: str) -> Iterator[tuple[int, int]]:
    """Where surfaces stand in a text as whole words. One word counts only as it was written."""
    if not len(automaton):
        return
    folded = fold_text(text)
    for last, surface in automaton.iter(folded):
        start, end = last + 1 - len(surface), last + 1
        apart = not folded[start - 1 : start].isalnum() and not folded[end : end + 1].isalnum()
        if apart and (" " in surface or text[start:end] == surface):
            yield start, end


def _surfaces(original: Original) -> Iterable[str]:
    """What was replaced and is no everyday word. A lone word in lower case may be any word misheard as a name."""
    text = original.document.text
    for r in original.redaction.replacements:
        surface = text[r.start : r.end].strip()
        telling = len(surface) >= _LEAST_ECHO and (" " in surface or not surface.islower())
        if r.label in _ECHOED and telling and fold_text(surface) not in name_words():
            yield surface
