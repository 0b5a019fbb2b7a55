"""What is asked for: a session with its roster and date, and the segments that were read from it.

A member of a session is everybody on its roster who is not staff: the clients, and guests, who were not asked either
until a record says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from pipeline.consent.records import NoteClass
from pipeline.model import Role


class SessionKind(StrEnum):
    INDIVIDUAL = "individual"
    GROUP = "group"
    MUTUAL_AID = "mutual_aid"


class GroupMode(StrEnum):
    STRICT = "strict"
    SEGMENT = "segment"


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupRule:
    """The part of a policy that consent needs. mode: strict (one no keeps a group session in) or by segment.
    min_speakers: fewest consenting voices of a group. min_residue: smallest share (0..1) of the segments to be left."""

    mode: GroupMode = GroupMode.STRICT
    min_speakers: int = 3
    min_residue: float = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Participant:
    """Somebody on the roster. `self_disclosure_ok`: a worker who lets their own story go out."""

    person_id: str
    role: Role = Role.CLIENT
    self_disclosure_ok: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A transcript or a note. `session_date` and `note_class` are None where nobody wrote them down or what was written
    is unknown. `roster_complete`: somebody stated that everybody who was there is listed."""

    session_id: str
    kind: SessionKind
    session_date: date | None
    note_class: NoteClass | None
    roster: tuple[Participant, ...]
    roster_complete: bool = False

    @property
    def clients(self) -> tuple[str, ...]:
        """Person ids of the clients, in the order of the roster. Who is listed as client and as staff is a client."""
        return tuple(dict.fromkeys(p.person_id for p in self.roster if p.role is Role.CLIENT))

    @property
    def members(self) -> tuple[str, ...]:
        """Person ids of everybody whose consent counts: all but staff."""
        return tuple(dict.fromkeys(p.person_id for p in self.roster if p.role is not Role.STAFF))

    @property
    def staff(self) -> dict[str, bool]:
        """Person id of each worker who is nothing but a worker here -> whether they let their own story go out."""
        members = set(self.members)
        workers = [p for p in self.roster if p.role is Role.STAFF and p.person_id not in members]
        said = {p.person_id: {q.self_disclosure_ok for q in workers if q.person_id == p.person_id} for p in workers}
        return {person: answers == {True} for person, answers in said.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """The facts of one turn, paragraph or row; no words.

    speaker: person id, None where nobody knows. categories: what it touches (a category without a box is strict too:
    nobody said yes to it). mentions: person ids of people of the program. third_party_sensitive: a sensitive matter of
    somebody who is not of the program. label_confident: False where a category is uncertain. self_disclosure: a worker
    tells of themself. replies_to: id of the segment that it says it answers.
    """

    segment_id: str
    speaker: str | None
    categories: frozenset[str] = frozenset()
    mentions: frozenset[str] = frozenset()
    third_party_sensitive: bool = False
    label_confident: bool = True
    self_disclosure: bool = False
    replies_to: str | None = None
