"""Who is in the kept turns of a document: who wrote a row, who speaks as what, whose words, and whose yes they need."""

from __future__ import annotations

from collections.abc import Iterable

from flows.verbs.plan import Item
from pipeline.consent.decision import Permit
from pipeline.consent.session import Segment
from pipeline.model import Roster


def writer_of(permit: Permit) -> str:
    """Who wrote a row: its worker, or else it counts as the word of the person it is about."""
    session = permit.question.session
    return next(iter(session.staff), None) or session.clients[0]


def roles_in(facts: Iterable[Segment], roster: Roster) -> dict[int, str]:
    """Turn -> what its speaker is in this session."""
    known = {p.person_id: p.role.value for p in roster.present}
    return {int(s.segment_id): known.get(s.speaker or "", "") for s in facts}


def voices_in(facts: Iterable[Segment], kept: frozenset[int], item: Item, roster: Roster) -> dict[str, str]:
    """Everybody who is in the kept turns with words or as the client they are about."""
    roles = {p.person_id: p.role.value for p in roster.present}
    spoke = {s.speaker for s in facts if int(s.segment_id) in kept and s.speaker}
    rows = sorted(item.rows or ())
    permits = [item.permits[rows[n]] for n in sorted(kept)] if rows else [item.permit]
    about = {c for p in permits for c in p.question.session.clients}
    return {person: roles.get(person, "client") for person in sorted(spoke | about)}


def concerned_in(facts: Iterable[Segment], kept: frozenset[int], item: Item) -> frozenset[str]:
    """The members of the sessions in them, and everybody of the program who is spoken of in the kept turns."""
    spoken_of = {person for s in facts if int(s.segment_id) in kept for person in s.mentions}
    return frozenset(spoken_of | {person for permit in item.permits_of(kept) for person in permit.cells})
