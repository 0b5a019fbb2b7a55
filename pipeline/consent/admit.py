"""Stage 4 after detection: which segments of a permitted session stay in, and whether enough is left.

- A segment concerns its speaker, everybody of the program whom it mentions, and, if a worker speaks, the clients.
- What follows a turn whose speaker does not permit (or is unknown) answers it, unless it says that it answers a turn
  that is kept; what says that it answers such a turn goes with it, wherever it stands.
- The rows stand in the order of the table; every row that applies gives its reason.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

from pipeline.consent.decision import Admission, Denial, Permit
from pipeline.consent.reasons import Reason, ReasonCode
from pipeline.consent.session import Segment, SessionKind
from pipeline.labels import Category

Reasons = tuple[Reason, ...]
_SPEAKER = (ReasonCode.SEG_SPEAKER_NOT_PERMITTED, ReasonCode.SEG_SPEAKER_UNKNOWN)


def admit(permit: Permit, segments: Sequence[Segment]) -> Admission | Denial:
    """Keep what every person concerned allows. Raises ValueError if two segments share an id."""
    ids = [s.segment_id for s in segments]
    if len(set(ids)) != len(ids):
        raise ValueError("two segments share an id")
    why = {s.segment_id: _segment_rows(permit, s) for s in segments}
    answers = _answers(segments, why)
    reply = Reason(code=ReasonCode.SEG_REPLY_TO_WITHHELD)
    withheld = {i: (*why[i], reply) if i in answers else why[i] for i in ids if why[i] or i in answers}
    kept = [s for s in segments if s.segment_id not in withheld]
    refused = _refusals_met(permit, withheld)
    if too_little := _residue_rows(permit, segments, kept):
        met = (Reason(code=r.code, detail=r.detail) for reasons in withheld.values() for r in reasons)
        reasons = tuple(dict.fromkeys((*too_little, *met, *permit.reasons, *refused)))
        return Denial(session_id=permit.session_id, stage=4, reasons=reasons)
    reasons = tuple(dict.fromkeys((*permit.reasons, *refused)))
    return Admission(permit=permit, kept=tuple(s.segment_id for s in kept), withheld=withheld, reasons=reasons)


def _segment_rows(permit: Permit, s: Segment) -> Reasons:
    """The rows that look at one segment."""
    staff, members = permit.question.session.staff, permit.cells
    speaker = s.speaker if s.speaker in staff or s.speaker in members else None
    mentioned = sorted(m for m in s.mentions if m not in staff)
    concerned = _concerned(permit, speaker, mentioned)
    sure = all(permit.cell(p).categories >= frozenset(Category) for p in concerned)
    rows = (
        (ReasonCode.SEG_SPEAKER_NOT_PERMITTED, speaker in members and not members[str(speaker)].permitted, speaker),
        (ReasonCode.SEG_SPEAKER_UNKNOWN, speaker is None, None),
        *((ReasonCode.SEG_MENTIONS_NOT_PERMITTED, not permit.cell(m).permitted, m) for m in mentioned),
        (ReasonCode.SEG_THIRD_PARTY, s.third_party_sensitive, None),
        (ReasonCode.SEG_STAFF_SELF_DISCLOSURE, s.self_disclosure and staff.get(str(speaker)) is False, speaker),
        (ReasonCode.SEG_LABEL_UNCERTAIN, not s.label_confident and not sure, None),
    )
    touched = [
        Reason(code=ReasonCode.SEG_CATEGORY, detail=str(c), person_id=p)
        for c in sorted(s.categories)
        for p in concerned
        if c not in permit.cell(p).categories
    ]
    return (*(Reason(code=code, person_id=person) for code, applies, person in rows if applies), *touched)


def _concerned(permit: Permit, speaker: str | None, mentioned: Sequence[str]) -> tuple[str, ...]:
    """Whose yes a segment needs. What an unknown voice says may concern any client."""
    spoken_for = (speaker,) if speaker in permit.cells else permit.question.session.clients
    return tuple(dict.fromkeys((*(p for p in spoken_for if p is not None), *mentioned)))


def _answers(segments: Sequence[Segment], why: Mapping[str, Reasons]) -> frozenset[str]:
    """The segments that answer a withheld voice. One that says it answers another is freed once that one is kept."""
    gone = {i for i, reasons in why.items() if any(r.code in _SPEAKER for r in reasons)}
    said = {s.segment_id for s in segments if s.replies_to in gone}
    after = {later.segment_id for first, later in pairwise(segments) if first.segment_id in gone}
    freed: set[str] = set()
    while True:
        kept = {i for i, reasons in why.items() if not reasons} - said - (after - freed)
        more = {s.segment_id for s in segments if s.segment_id in after - said and s.replies_to in kept}
        if more == freed:
            return frozenset(said | (after - freed))
        freed = more  # it only grows: what frees a turn is never taken away


def _residue_rows(permit: Permit, segments: Sequence[Segment], kept: Sequence[Segment]) -> Reasons:
    """Whether too little is left to release anything."""
    rule, group = permit.question.rule, permit.question.session.kind is SessionKind.GROUP
    voices = {s.speaker for s in kept if s.speaker in permit.cells}
    rows = (
        (ReasonCode.RESIDUE_EMPTY, not kept),
        (ReasonCode.RESIDUE_TOO_SMALL, len(kept) < rule.min_residue * len(segments)),
        (ReasonCode.GROUP_TOO_FEW_SPEAKERS, group and len(voices) < rule.min_speakers),
    )
    return tuple(Reason(code=code) for code, applies in rows if applies)


def _refusals_met(permit: Permit, withheld: Mapping[str, Reasons]) -> Reasons:
    """Who said no to a category that kept a segment in (internal)."""
    asked = {(r.person_id, r.detail) for rs in withheld.values() for r in rs if r.code is ReasonCode.SEG_CATEGORY}
    people = sorted({person for person, _ in asked if person is not None})
    return tuple(r for p in people for c in Category if (p, c.value) in asked for r in permit.cell(p).refusals_of(c))
