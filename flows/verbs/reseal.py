"""The bytes of a document without one of its people: what is sealed in its place when that person is shredded."""

from __future__ import annotations

from dataclasses import replace

from flows.wiring import detector
from pipeline.consent.read_sessions import SessionEntry
from pipeline.formats import TableMapping, read, write
from pipeline.labels import Label
from pipeline.model import Document, Redaction, RegionKind, Replacement, Roster
from pipeline.redaction.standins import PROGRAM
from pipeline.segments import segments
from pipeline.spans import resolve

REMOVED = "[removed]"
_DOC_ID = "reseal"


def turns_without(data: bytes, entry: SessionEntry, roster: Roster, person_id: str) -> bytes | None:
    """A session of several people without the turns of one, and of voices that nobody knows; what is known to mean the
    person is masked in the others. None where no turn is left. InputError where it cannot be read."""
    document = read(data, doc_id=_DOC_ID)
    found = detector().detect(document, roster)
    assert entry.note_class is not None
    facts = segments(document, found.spans, roster, 0.0, note_class=entry.note_class, author=None)
    kept = frozenset(int(s.segment_id) for s in facts if s.speaker not in (None, person_id))
    if not kept:
        return None
    theirs = [s for s in found.spans if s.entity == f"{PROGRAM}{person_id}"]
    masked = tuple(
        Replacement(start=s.start, end=s.end, label=s.label, action="drop", stand_in=REMOVED)
        for s in resolve(theirs, among=frozenset(Label))
        if _inside_kept(document, s.start, s.end, kept)
    )
    return write(data, document, Redaction(doc_id=_DOC_ID, replacements=masked, kept=kept))


def rows_without(data: bytes, mapping: TableMapping | None, person_id: str) -> bytes | None:
    """A table of several people without the rows of one; of its columns those that the settings name. The same bytes
    where the person has no row, None where nobody else has one. InputError where it cannot be read."""
    assert mapping is not None
    everything = replace(
        mapping, key=None, author=None, keep=tuple(c for c in mapping.named if c not in _read(mapping))
    )
    document = read(data, doc_id=_DOC_ID, mapping=everything)
    kept = frozenset(t.n for t in document.turns if t.person_id != person_id)
    if len(kept) == len(document.turns):
        return data
    if not kept:
        return None
    same = tuple(
        Replacement(
            start=r.start, end=r.end, label=Label.PERSON, action="keep", stand_in=document.text[r.start : r.end]
        )
        for r in document.regions
        if r.kind is RegionKind.LABEL and r.turn in kept
    )
    return write(data, document, Redaction(doc_id=_DOC_ID, replacements=same, kept=kept))


def _read(mapping: TableMapping) -> set[str | None]:
    """The columns that are more than kept as they are."""
    return {mapping.person, mapping.date, *mapping.text}


def _inside_kept(document: Document, start: int, end: int, kept: frozenset[int]) -> bool:
    """Whether a stretch lies in one body or label of a kept turn: elsewhere nothing is written that could be masked."""
    spoken = (RegionKind.BODY, RegionKind.LABEL)
    return any(r.start <= start and end <= r.end and r.kind in spoken and r.turn in kept for r in document.regions)
