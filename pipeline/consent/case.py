"""A worked case (one JSON object: request, session, consents, people; or FHIR consents and an atom) and its answer.

The same parts decide a case as decide a workspace: rows are read by `rows.py`, the decision is `decide` and `admit`.
What a case leaves out counts as unknown, and unknown never permits. Times without an offset are UTC here, since a case
names no program.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date
from typing import Any

from pipeline.consent.admit import admit
from pipeline.consent.decide import decide
from pipeline.consent.decision import Admission, Denial
from pipeline.consent.fhir import evaluate
from pipeline.consent.moments import parse_moment
from pipeline.consent.reasons import ReasonCode
from pipeline.consent.records import ConsentRecord, ConsentStore, NoteClass, PersonStatus, Use, store_of
from pipeline.consent.request import Approval, ApprovalReview, Recipient, Request
from pipeline.consent.rows import record_from_row, status_from_row
from pipeline.consent.session import GroupMode, GroupRule, Participant, Segment, Session, SessionKind
from pipeline.errors import ConsentError, Fault
from pipeline.model import Role

Json = Mapping[str, Any]
THIRD_PARTY = "third_party_sensitive"  # among the mentions of a segment


def answer_case(case: object) -> dict[str, Any]:
    """`{"outcome", "reasons", "withheld"}` of one case. Raises ConsentError where it has not the shape of a case."""
    body = _object(case, "case")
    if "fhir" in body:
        outcome, found = evaluate(_list(body["fhir"], "fhir"), _object(body.get("atom"), "atom"))
        return {"outcome": outcome, "reasons": list(found), "withheld": {}}
    decision = decide_case(body)
    withheld = decision.withheld if isinstance(decision, Admission) else {}
    return {
        "outcome": decision.outcome.value,
        "reasons": _texts(map(str, decision.reasons)),
        "withheld": {segment: _texts(map(str, reasons)) for segment, reasons in withheld.items()},
    }


def decide_case(case: Json) -> Admission | Denial:
    """Decide one case that is written in rows."""
    store = store_of_case(case)
    session = session_of(_object(case.get("session"), "session"))
    request = request_of(_object(case.get("request"), "request"))
    decision = decide(session, request, store, rule=rule_of(case.get("policy")))
    if isinstance(decision, Denial):
        return decision
    return admit(decision, segments_of(_object(case["session"], "session")))


def request_of(body: Json) -> Request:
    """The request of a case. `research_approval_valid` stands for an approval of this recipient that is in force."""
    as_of = parse_moment(_text(body.get("as_of")), UTC)
    if as_of is None:
        raise _wrong("request.as_of", "is no time; use 2026-06-01T12:00:00")
    recipient = _recipient(body.get("recipient"))
    valid = body.get("research_approval_valid") is True and recipient is not None
    use = body.get("use")
    return Request(
        use=Use(use) if use in tuple(Use) else None,
        recipient=recipient,
        as_of=as_of.start,
        approval=_approval(recipient.recipient_id) if valid and recipient else None,
    )


def session_of(body: Json) -> Session:
    """The session of a case. A date or note class that cannot be read is unknown; so is a role: nobody's worker."""
    kind, day, note_class = body.get("kind"), parse_moment(_text(body.get("session_date")), UTC), body.get("note_class")
    if kind not in tuple(SessionKind):
        raise _wrong("session.kind", "is unknown; use individual, group or mutual_aid")
    roster = [_object(p, "session.roster") for p in _list(body.get("roster"), "session.roster")]
    return Session(
        session_id=_text(body.get("session_id")),
        kind=SessionKind(kind),
        session_date=day.day if day else None,
        note_class=NoteClass(note_class) if note_class in tuple(NoteClass) else None,
        roster=tuple(_participant(p) for p in roster),
        roster_complete=body.get("roster_complete") is True,
    )


def segments_of(body: Json) -> tuple[Segment, ...]:
    """The segments of a case's session, in order."""
    segments = tuple(_segment(_object(s, "session.segments")) for s in _list(body.get("segments"), "session.segments"))
    if len({s.segment_id for s in segments}) != len(segments):
        raise _wrong("session.segments", "share an id; give each its own")
    return segments


def rule_of(policy: object) -> GroupRule:
    """The group rule of a case; what is not said or not understood is the default."""
    body = policy if isinstance(policy, Mapping) else {}
    default = GroupRule()
    speakers, residue = body.get("min_speakers"), body.get("min_residue")
    return GroupRule(
        mode=GroupMode.SEGMENT if body.get("group_mode") == GroupMode.SEGMENT else GroupMode.STRICT,
        min_speakers=speakers if type(speakers) is int else default.min_speakers,
        min_residue=float(residue)
        if isinstance(residue, int | float) and not isinstance(residue, bool)
        else default.min_residue,
    )


def store_of_case(case: Json) -> ConsentStore:
    """The records and people of a case, with every fault where the engine looks for it."""
    records: list[ConsentRecord] = []
    unattributable: list[Fault] = []
    invalid: dict[str, tuple[Fault, ...]] = {}
    for n, row in enumerate(_list(case.get("consents"), "consents"), start=1):
        cells = _cells(row) if isinstance(row, Mapping) else {}
        read = record_from_row(cells, "consents", n, zone=UTC, audited=False)
        if isinstance(read, ConsentRecord):
            records.append(read)
        elif read.person_id is None:
            unattributable += read.faults
        else:
            invalid[read.person_id] = (*invalid.get(read.person_id, ()), *read.faults)
    people: list[PersonStatus] = []
    for person_id, body in _object(case.get("people", {}), "people").items():
        status = status_from_row({**_cells(_object(body, "people")), "person_id": person_id}, "people", None)
        if isinstance(status, PersonStatus):
            people.append(status)
        else:
            invalid[person_id] = (*invalid.get(person_id, ()), *status.faults)
    unreadable, nobodys, persons = _store_error(case)
    return store_of(
        records,
        people,
        unreadable=unreadable,
        unattributable=(*unattributable, *nobodys),
        invalid={**dict.fromkeys(persons, unreadable), **invalid},
    )


def _store_error(case: Json) -> tuple[tuple[Fault, ...], tuple[Fault, ...], tuple[str, ...]]:
    """What a case says went wrong with its records: unreadable, rows of nobody, people with a bad row."""
    said = case.get("store_error")
    if said is None or said is False:
        return (), (), ()
    fault = (Fault(place="store_error", what="the case says so"),)
    if said == ReasonCode.STORE_ROW_UNATTRIBUTABLE:
        return (), fault, ()
    if said == ReasonCode.STORE_ROW_INVALID:
        roster = session_of(_object(case.get("session"), "session")).roster
        return (), (), tuple(p.person_id for p in roster)
    return fault, (), ()


def _cells(row: Mapping[Any, object]) -> dict[str, str | None]:
    """A row of a case as the text that a table would hold; `categories` is spread over its columns."""
    cells: dict[str, str | None] = {}
    for column, value in row.items():
        if column == "categories" and isinstance(value, Mapping):
            cells.update({f"cat_{c}": _cell(mark) for c, mark in value.items()})
        elif column != "categories" or value is not None:
            cells[str(column)] = _cell(value)
    return cells


def _cell(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Sequence):
        return ";".join(str(v) for v in value)
    return str(value)


def _recipient(body: object) -> Recipient | None:
    if not isinstance(body, Mapping) or not _text(body.get("id")):
        return None
    return Recipient(
        recipient_id=_text(body.get("id")),
        classes=tuple(_text(c).removeprefix("class:") for c in _list(body.get("classes"), "request.recipient.classes")),
        registered=body.get("registered", True) is True,
        legal_proceeding=body.get("legal_proceeding") not in (None, False),
    )


def _approval(recipient_id: str) -> Approval:
    return Approval(
        review=ApprovalReview.IRB,
        reference="case",
        agreement="case",
        valid_from=date.min,
        valid_to=date.max,
        recipients=(recipient_id,),
    )


def _participant(body: Json) -> Participant:
    role = body.get("role", Role.CLIENT)
    return Participant(
        person_id=_text(body.get("person_id")),
        role=Role(role) if role in tuple(Role) else Role.CLIENT if role is None else Role.GUEST,
        self_disclosure_ok=body.get("self_disclosure_ok") in (True, "yes"),
    )


def _segment(body: Json) -> Segment:
    mentions = frozenset(_text(m) for m in _list(body.get("mentions"), "session.segments.mentions"))
    replies_to = body.get("replies_to")
    return Segment(
        segment_id=_text(body.get("id")),
        speaker=_text(body.get("speaker")) or None,
        categories=frozenset(_text(c) for c in _list(body.get("categories"), "session.segments.categories")),
        mentions=mentions - {THIRD_PARTY},
        third_party_sensitive=THIRD_PARTY in mentions,
        label_confident=body.get("label_confident", True) is True,
        self_disclosure=body.get("self_disclosure") not in (None, False),
        replies_to=None if replies_to is None else _text(replies_to),
    )


def _texts(reasons: Any) -> list[str]:
    return list(dict.fromkeys(reasons))


def _text(value: object) -> str:
    return value.strip() if isinstance(value, str) else "" if value is None else str(value)


def _object(value: object, place: str) -> Json:
    if not isinstance(value, Mapping):
        raise _wrong(place, "is missing or no object")
    return value


def _list(value: object, place: str) -> Sequence[Any]:
    if value is None:
        return ()
    if not isinstance(value, list | tuple):
        raise _wrong(place, "is no list")
    return value


def _wrong(place: str, what: str) -> ConsentError:
    return ConsentError("the case cannot be read; mend it", [Fault(place=place, what=what)])
