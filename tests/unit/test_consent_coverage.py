"""Coverage and explanation: counts that somebody can act on, sentences that name records and never a person's words."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

from pipeline.consent.admit import admit
from pipeline.consent.contradictions import may_meet
from pipeline.consent.coverage import coverage
from pipeline.consent.decide import decide
from pipeline.consent.decision import Permit
from pipeline.consent.explain import explain
from pipeline.consent.moments import parse_moment
from pipeline.consent.read_recipients import RecipientsRead, read_recipients
from pipeline.consent.reasons import ReasonCode
from pipeline.consent.records import (
    ConsentRecord,
    ConsentStore,
    LegalStatus,
    NoteClass,
    PersonStatus,
    RecordStatus,
    RecordType,
    SignerRole,
    Use,
    store_of,
)
from pipeline.consent.request import Request
from pipeline.consent.session import Participant, Segment, Session, SessionKind
from pipeline.errors import Fault
from pipeline.labels import Category

AS_OF = datetime(2026, 6, 1, 12, tzinfo=UTC)
PEOPLE = tuple(
    PersonStatus(person_id=p, birth_date=date(1980, 5, 5), legal_status=LegalStatus.ADULT) for p in ("P1", "P2", "P3")
)
RECIPIENTS = b"""
[recipients.harbor]
name = "Ours"
classes = ["program"]
[recipients.univ-a]
name = "A university"
classes = ["research_partner"]
[recipients.court]
name = "A court"
classes = ["legal_proceeding"]
[approvals.irb-1]
recipient = "univ-a"
kind = "irb"
dua = "D-1"
from = 2026-01-01
to = 2026-12-31
"""


def consent(person: str, **changed: object) -> ConsentRecord:
    record = ConsentRecord(
        consent_id=f"C-{person}",
        version=1,
        record_type=RecordType.CONSENT,
        status=RecordStatus.ACTIVE,
        person_id=person,
        purposes=("group", "research"),
        recipients=("class:program", "class:research_partner"),
        may_disclose="Harbor Peer Program",
        info_description="notes of Ana",
        categories=tuple((c, True) for c in Category),
        signed_on=parse_moment("2026-01-10", UTC),
        expires_on=parse_moment("2026-12-31", UTC),
        signer_roles=(SignerRole.SELF,),
        signature_evidence="scan",
        st_revocation_right=True,
    )
    return replace(record, **changed)  # type: ignore[arg-type]  # the fields of a record by name


def refusal(person: str, **changed: object) -> ConsentRecord:
    bare = ConsentRecord(
        consent_id=f"R-{person}",
        version=1,
        record_type=RecordType.REFUSAL,
        status=RecordStatus.ACTIVE,
        person_id=person,
        signed_on=parse_moment("2026-02-01", UTC),
    )
    return replace(bare, **changed)  # type: ignore[arg-type]  # the fields of a record by name


def session(person: str) -> Session:
    return Session(
        session_id=f"S-{person}",
        kind=SessionKind.INDIVIDUAL,
        session_date=date(2026, 3, 1),
        note_class=NoteClass.TRANSCRIPT,
        roster=(Participant(person_id=person),),
    )


def recipients() -> RecipientsRead:
    read = read_recipients(RECIPIENTS)
    assert not read.faults
    return read


SESSIONS = tuple(map(session, ("P1", "P2", "P3")))
FAULT = Fault(place="consents", line=7, column="signed_on", what="holds an unknown value; use a date")


def store(*records: ConsentRecord) -> ConsentStore:
    return store_of(records, PEOPLE)


def test_reach_is_counted_for_each_use_and_recipient() -> None:
    told = coverage(
        store(consent("P1"), consent("P2", purposes=("group",))),
        SESSIONS,
        AS_OF,
        recipients(),
        denied={"S-9": (FAULT,)},
    )
    assert [(r.use, r.recipient_id, r.sessions, r.reachable) for r in told.reaches] == [
        (Use.GROUP, "harbor", 4, 2),
        (Use.RESEARCH, "univ-a", 4, 1),
    ]
    assert told.reaches[1].reasons == ((ReasonCode.NO_CONSENT_ON_FILE, 1), (ReasonCode.PURPOSE_NOT_COVERED, 1))


def test_what_ends_within_sixty_days_is_listed_by_its_last_day() -> None:
    def ending(day: str) -> list[str]:
        told = coverage(store(consent("P1", expires_on=parse_moment(day, UTC))), (), AS_OF, recipients())
        return [e.day.isoformat() for e in told.endings]

    assert ending("2026-06-01") == ["2026-06-01"]
    assert ending("2026-07-31") == ["2026-07-31"]
    assert ending("2026-08-01") == []
    assert ending("2026-05-31") == []


def test_contradictions_name_both_records() -> None:
    told = coverage(
        store(
            consent("P1"),
            refusal("P1"),
            consent("P2"),
            refusal("P2", purposes=("research",), categories=((Category.LEGAL, False),)),
            consent("P3"),
            consent("P3", consent_id="D-P3", categories=((Category.TRAUMA, False),)),
        ),
        (),
        AS_OF,
        recipients(),
    )
    found = [(c.person_id, c.category, [r.consent_id for r in c.records]) for c in told.contradictions]
    assert found == [
        ("P1", None, ["C-P1", "R-P1"]),
        ("P2", Category.LEGAL, ["C-P2", "R-P2"]),
        ("P3", Category.TRAUMA, ["C-P3", "D-P3"]),
    ]


def test_what_is_settled_or_apart_is_no_contradiction() -> None:
    apart = refusal("P2", data_to=date(2025, 12, 31))
    settled = consent("P1", supersedes_id="R-P1", signed_on=parse_moment("2026-02-05", UTC))
    told = coverage(store(settled, refusal("P1"), consent("P2"), apart), (), AS_OF, recipients())
    assert told.contradictions == ()
    assert not may_meet(consent("P2"), apart)
    assert may_meet(consent("P2"), refusal("P2", recipients=("univ-a",)))
    assert not may_meet(consent("P2", recipients=("univ-b",)), refusal("P2", recipients=("univ-a",)))
    assert not may_meet(consent("P2"), refusal("P2", note_classes=(NoteClass.PSYCHOTHERAPY_NOTE,)))
    assert not may_meet(consent("P2", purposes=("group",)), refusal("P2", purposes=("research",)))


def test_the_same_version_twice_is_listed_with_both() -> None:
    told = coverage(store(consent("P1"), consent("P1", purposes=("group",))), (), AS_OF, recipients())
    assert [(c.code, len(c.records)) for c in told.contradictions] == [(ReasonCode.REC_DUPLICATE_VERSION, 2)]


def test_the_worklist_begins_with_what_stops_everything() -> None:
    records = store_of([], PEOPLE, unattributable=[FAULT], invalid={"P2": (FAULT,)})
    told = coverage(records, SESSIONS, AS_OF, recipients(), denied={"S-9": (FAULT,)})
    assert [t.stops for t in told.work] == ["everything", "person P2", "session S-9"]
    assert all(r.reachable == 0 for r in told.reaches)
    shown = [row for title, _, rows in told.tables() if title == "To mend" for row in rows]
    assert shown[0] == ("everything", "consents:7 signed_on", FAULT.what)


def test_the_page_names_codes_and_never_words_and_nags_nobody() -> None:
    told = coverage(store(consent("P1"), refusal("P1")), SESSIONS, AS_OF, recipients())
    page = str(told.as_json())
    assert "Ana" not in page
    assert "Harbor" not in page
    assert not any(word in page.lower() for word in ("please", "remind", "ask the person", "must sign"))
    assert set(told.as_json()["tables"]) == {title for title, _, _ in told.tables()}


def asked(use: Use = Use.RESEARCH) -> Request:
    read = recipients()
    return Request(use=use, recipient=read.on(AS_OF.date())["univ-a"], as_of=AS_OF, approval=read.approvals[0])


def test_a_refused_decision_says_which_record_and_what_would_change() -> None:
    records = store(consent("P1"), refusal("P1"))
    told = "\n".join(explain(decide(session("P1"), asked(), records), records, asked()))
    assert told.startswith("Session S-P1: not permitted for research to univ-a, as of 2026-06-01")
    assert "The person said no. (CONSENT_REFUSED)" in told
    assert "record: R-P1 version 1, refusal, signed 2026-02-01" in told
    assert "record: C-P1 version 1, consent, signed 2026-01-10, until 2026-12-31" in told
    assert "would change with: nothing while the person's answer stands" in told
    assert "Ana" not in told


def test_a_permitted_decision_says_what_it_covers() -> None:
    marks = tuple((c, c is not Category.LEGAL) for c in Category if c is not Category.TRAUMA)
    records = store(consent("P1", categories=marks))
    permit = decide(session("P1"), asked(), records)
    assert isinstance(permit, Permit)
    told = explain(permit, records)
    assert told[0] == "Session S-P1: permitted."
    assert "Person P1 allows: mental_health, self_harm, sexual_health_hiv, substance" in told
    assert any("The person said no to this category. [legal] (CATEGORY_REFUSED)" in line for line in told)
    segments = [
        Segment(segment_id=str(n), speaker="P1", categories=frozenset(["legal"] if n == 2 else [])) for n in range(3)
    ]
    partly = explain(admit(permit, segments), records)
    assert partly[0] == "Session S-P1: permitted in part."
    assert "Kept: 2 of 3 segments." in partly
    assert "Segment 2 stays in:" in partly


def test_a_denial_of_the_whole_batch_is_told_without_a_person() -> None:
    records = store_of([consent("P1")], PEOPLE, unattributable=[FAULT])
    told = explain(decide(session("P1"), asked(), records), records)
    assert any("STORE_ROW_UNATTRIBUTABLE" in line for line in told)
    assert "  would change with: the row gets the code of its person" in [line[4:] for line in told]
