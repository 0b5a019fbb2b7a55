"""The nouns that hold or point into text: Region, Turn, Document, Span, Person, Roster, Replacement, Redaction.

One coordinate system: every offset is a code point of `Document.text`, the decoded file as it lies on disk (for a
container such as DOCX: the text extracted from it). A Document is cut into Regions without gap or overlap, so every
character is accounted for. Spans hold no text. Only Document, Person, Roster and Redaction hold words, and their
`repr` shows ids and counts. Everything is frozen and checks itself when made (ValueError, without words).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from pipeline.labels import Category, Label


class RegionKind(StrEnum):
    """What a stretch of the file is for.

    BODY words of a turn; LABEL a speaker's name; FREE words that belong to no turn (a title, a NOTE block): read by
    detection, never released; FIXED layout that carries no words (times, markup, separators): released as is, and with
    its turn where it has one; DROPPED never released and no words to look for (cue ids, tool stamps).
    """

    BODY = "body"
    LABEL = "label"
    FREE = "free"
    FIXED = "fixed"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """Half-open range [start, end) of the document's text. `turn` is the number of the turn it belongs to, if any."""

    start: int
    end: int
    kind: RegionKind
    turn: int | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end:
            raise ValueError("a region runs forward and is not empty")
        spoken = self.kind in (RegionKind.BODY, RegionKind.LABEL)
        if (spoken and self.turn is None) or (self.kind is RegionKind.FREE and self.turn is not None):
            raise ValueError("a body or label belongs to a turn, free text to none")


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One segment for consent: a speaker's turn, a paragraph of a note, a row of a table.

    n: its number in the document from 0. speaker: the speaker's label as it stands in the file, None where there is
    none. person_id: the person the format itself names (the mapped column of a table), else None. start_ms, end_ms:
    milliseconds from the start of the recording. replies_to: number of the turn it says it answers.
    """

    n: int
    speaker: str | None = field(default=None, repr=False)
    person_id: str | None = None
    start_ms: int | None = None
    end_ms: int | None = None
    replies_to: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A file that was read: its text, its regions in order (a partition of the text), its turns in order.

    doc_id: opaque id, never a file name. format: name of the format that read it and writes it back.
    """

    doc_id: str
    format: str
    text: str = field(repr=False)
    regions: tuple[Region, ...] = field(repr=False)
    turns: tuple[Turn, ...] = field(repr=False)

    def __post_init__(self) -> None:
        at = 0
        for region in self.regions:
            if region.start != at:
                raise ValueError(f"regions of `{self.doc_id}` leave a gap or overlap at {at}")
            at = region.end
        if at != len(self.text):
            raise ValueError(f"regions of `{self.doc_id}` end at {at} of {len(self.text)}")
        if [t.n for t in self.turns] != list(range(len(self.turns))):
            raise ValueError(f"turns of `{self.doc_id}` are not numbered from 0")
        if any(r.turn is not None and not 0 <= r.turn < len(self.turns) for r in self.regions):
            raise ValueError(f"a region of `{self.doc_id}` names a turn that is not there")

    def bodies(self, turn: int) -> tuple[Region, ...]:
        """The BODY regions of one turn, in order. Empty for a turn without words."""
        return tuple(r for r in self.regions if r.turn == turn and r.kind is RegionKind.BODY)


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Span:
    """A stretch [start, end) of a document's text and what it is.

    score: 0..1. source: name of the recognizer. entity: opaque key of the person meant, for PERSON and what belongs to
    one (`person:P-014` for somebody of the roster, `local:3` for another person of this document), else None.
    category: the consent category of a disclosure, None where the form has no box for it or for an identifier.
    """

    start: int
    end: int
    label: Label
    score: float
    source: str
    entity: str | None = None
    category: Category | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end:
            raise ValueError("a span runs forward and is not empty")
        if not 0.0 <= self.score <= 1.0:
            raise ValueError("a score lies between 0 and 1")


class Role(StrEnum):
    """What somebody is in a session."""

    CLIENT = "client"
    STAFF = "staff"
    GUEST = "guest"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody the program knows, as far as finding them in text needs it. `values`: other known values by label
    (phone, e-mail, address, ids)."""

    person_id: str
    names: tuple[str, ...] = field(repr=False)
    role: Role = Role.CLIENT
    speaker_labels: tuple[str, ...] = field(default=(), repr=False)
    values: tuple[tuple[Label, str], ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Roster:
    """The people of one session (`present`) and everybody of the program (`known`), who may be talked about.

    Sessions of one program share one tuple `known`, so that what is made of it is made once. It may hold people who are
    present as well; what `present` says of them goes first."""

    present: tuple[Person, ...] = field(default=(), repr=False)
    known: tuple[Person, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Replacement:
    """What stands in for [start, end) in the copy. `stand_in` never holds a word of the original."""

    start: int
    end: int
    label: Label
    action: str
    stand_in: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Redaction:
    """What a copy is made of: the disjoint replacements in order, and the turns that stay in. All other turns become
    a marked gap. Together with the document and its bytes it is all that a format needs to write the copy."""

    doc_id: str
    replacements: tuple[Replacement, ...] = field(repr=False)
    kept: frozenset[int]

    def __post_init__(self) -> None:
        at = 0
        for r in self.replacements:
            if r.start < at or r.end <= r.start:
                raise ValueError(f"replacements of `{self.doc_id}` overlap or run backwards at {r.start}")
            at = r.end
