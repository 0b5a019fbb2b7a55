"""A decision says for which session, at which stage, about whom, and by which record."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from pipeline.consent.admit import admit
from pipeline.consent.decide import decide
from pipeline.consent.decision import Admission, Denial, Outcome, Permit
from pipeline.consent.exit import deid_rows, stale_rows
from pipeline.consent.reasons import Reason, ReasonCode
from pipeline.consent.records import ConsentRecord, NoteClass, PersonStatus, RecordStatus, RecordType, store_of
from pipeline.consent.request import Approval, ApprovalReview
from pipeline.consent.session import GroupMode, GroupRule, Participant, Segment, Session, SessionKind
from pipeline.consent.standing import Memo
from pipeline.errors import Fault
from pipeline.labels import Category
from pipeline.model import Role
from tests.property.consent_made import AS_OF, at, clean, request

ADULTS = tuple(PersonStatus(person_id=f"P{n}", birth_date=date(1980, 5, 5)) for n in range(1, 5))
WORKER = Participant(person_id="W1", role=Role.STAFF)
BY_SEGMENT = GroupRule(mode=GroupMode.SEGMENT, min_speakers=1, min_residue=0.0)
NO_TRAUMA = tuple((c, c is not Category.TRAUMA) for c in Category)


def session(*people: str, kind: SessionKind = SessionKind.INDIVIDUAL, day: date | None = date(2026, 3, 1)) -> Session:
    return Session(
        session_id="S7",
        kind=kind,
        session_date=day,
        note_class=NoteClass.TRANSCRIPT,
        roster=(*(Participant(person_id=p) for p in people), WORKER),
        roster_complete=True,
    )


def decided(*records: ConsentRecord, of: Session | None = None, rule: GroupRule = BY_SEGMENT) -> Permit | Denial:
    return decide(of or session("P1"), request(), store_of(records, ADULTS), rule=rule)


def permitted(*records: ConsentRecord, of: Session | None = None) -> Permit:
    permit = decided(*records, of=of)
    assert isinstance(permit, Permit)
    return permit


def about(reasons: tuple[Reason, ...]) -> list[tuple[str, str | None, str | None]]:
    return [(str(r), r.person_id, r.record.consent_id if r.record else None) for r in reasons]


def test_a_yes_names_the_person_and_the_record_by_its_content() -> None:
    permit = permitted(clean())

    assert about(permit.reasons) == [("CONSENT_PERMIT:A+1", "P1", "A")]
    assert [(r.consent_id, r.version, r.content_hash) for r in permit.records] == [("A", 1, clean().content_hash)]
    assert permit.session_id == "S7"
    assert permit.cells["P1"].person_id == "P1"


def test_a_no_names_the_refusal_and_the_consent_that_it_overrides() -> None:
    denial = decided(clean(), clean(RecordType.REFUSAL, consent_id="R"), clean(consent_id="G", purposes=("group",)))

    assert isinstance(denial, Denial)
    assert about(denial.reasons) == [("CONSENT_REFUSED", "P1", "R"), ("CONFLICT_DENY_OVERRIDES", "P1", "A")]
    assert (denial.session_id, denial.stage, denial.outcome) == ("S7", 4, Outcome.DENY)
    assert [(r.consent_id, r.version) for r in denial.records] == [("A", 1), ("R", 1)]


def test_a_refusal_alone_stands_beside_what_else_is_missing() -> None:
    denial = decided(clean(purposes=("group",)), clean(RecordType.REFUSAL, consent_id="R"))

    assert about(denial.reasons) == [("CONSENT_REFUSED", "P1", "R"), ("PURPOSE_NOT_COVERED", "P1", "A")]


def test_a_near_miss_names_its_record_and_each_lapse_of_a_record() -> None:
    denial = decided(
        clean(recipients=("UNIV-B",)),
        clean(consent_id="B", status=RecordStatus.DRAFT, may_disclose=None),
        clean(consent_id="C", status=RecordStatus.ENTERED_IN_ERROR),
    )

    assert about(denial.reasons) == [
        ("RECIPIENT_NOT_COVERED", "P1", "A"),
        ("REC_ENTERED_IN_ERROR", "P1", "C"),
        ("REC_NOT_ACTIVE", "P1", "B"),
        ("REC_ELEMENTS_MISSING:may_disclose", "P1", "B"),
    ]


def test_the_nearest_misses_are_told_apart() -> None:
    assert about(decided().reasons) == [("NO_CONSENT_ON_FILE", "P1", None)]
    assert about(decided(clean(RecordType.REFUSAL, purposes=("group",))).reasons) == [
        ("NO_APPLICABLE_CONSENT", "P1", None)
    ]
    assert about(decided(clean(RecordType.REVOCATION, consent_id="X")).reasons) == [("REC_REVOKED", "P1", "X")]


def test_a_refusal_that_is_not_yet_in_effect_is_told() -> None:
    denial = decided(clean(RecordType.REFUSAL, consent_id="R", signed_on=at("2026-07-01")))

    assert about(denial.reasons) == [("REC_NOT_YET_EFFECTIVE", "P1", "R")]


def test_a_replaced_record_and_a_duplicate_are_named() -> None:
    replaced = decided(clean(), clean(version=2, purposes=("group",)))
    twice = decided(clean(), clean(purposes=("group",)))

    assert about(replaced.reasons) == [("PURPOSE_NOT_COVERED", "P1", "A"), ("REC_SUPERSEDED", "P1", "A")]
    assert [r.record.version for r in replaced.reasons if r.record] == [2, 1]
    assert about(twice.reasons) == [("REC_DUPLICATE_VERSION", "P1", "A")] * 2


def test_a_category_refused_names_who_and_which_record() -> None:
    permit = permitted(clean(), clean(consent_id="B", categories=NO_TRAUMA))
    cell = permit.cells["P1"]

    assert about(cell.refusals_of(Category.TRAUMA)) == [
        ("CATEGORY_REFUSED:trauma", "P1", "B"),
        ("CONFLICT_DENY_OVERRIDES", "P1", None),
    ]
    assert cell.refusals_of(Category.LEGAL) == ()
    assert cell.category_reasons == ((Category.TRAUMA, cell.refusals_of(Category.TRAUMA)),)
    assert [r.consent_id for r in cell.records] == ["A", "B"]
    alone = permitted(clean(categories=NO_TRAUMA)).cells["P1"]
    assert about(alone.refusals_of(Category.TRAUMA)) == [("CATEGORY_REFUSED:trauma", "P1", "A")]


def test_requests_end_at_stage_0_and_sessions_at_stage_1() -> None:
    wrong_request = decide(session("P1"), replace(request(), use=None), store_of((clean(),), ADULTS))
    wrong_session = decided(clean(), of=session("P1", day=None))

    assert isinstance(wrong_request, Denial)
    assert isinstance(wrong_session, Denial)
    assert (wrong_request.session_id, wrong_request.stage) == ("S7", 0)
    assert (wrong_session.session_id, wrong_session.stage) == ("S7", 1)


def test_a_bad_row_stops_the_sessions_of_its_person_and_nobody_elses() -> None:
    store = store_of((clean(),), ADULTS, invalid={"P1": (Fault(place="consents", what="is wrong"),)})
    denial = decide(session("P1"), request(), store)
    other = decide(session("P2"), request(), store)
    mention = permitted(clean(person_id="P2"), of=session("P2"))

    assert about(denial.reasons) == [("STORE_ROW_INVALID", "P1", None)]
    assert about(other.reasons) == [("NO_CONSENT_ON_FILE", "P2", None)]
    in_store = replace(mention.question, memo=Memo(store, AS_OF))
    assert about(in_store.cell("P1").reasons) == [("STORE_ROW_INVALID", "P1", None)]


def test_a_strict_group_names_each_who_does_not_permit() -> None:
    group = session("P1", "P2", "P3", kind=SessionKind.GROUP)
    denial = decided(clean(), of=group, rule=GroupRule())

    assert about(denial.reasons) == [
        ("GROUP_MEMBER_NOT_PERMITTED", "P2", None),
        ("GROUP_MEMBER_NOT_PERMITTED", "P3", None),
        ("NO_CONSENT_ON_FILE", "P2", None),
        ("NO_CONSENT_ON_FILE", "P3", None),
    ]


def test_the_days_of_a_decision_are_the_programs_days() -> None:
    tokyo, new_york = ZoneInfo("Asia/Tokyo"), ZoneInfo("America/New_York")
    late = datetime(2026, 3, 1, 20, tzinfo=UTC)  # the 2nd in Tokyo, the 1st in New York
    on_the_second = session("P1", day=date(2026, 3, 2))
    answers = {
        zone.key: decide(on_the_second, request(as_of=late), store_of((clean(),), ADULTS, zone=zone))
        for zone in (tokyo, new_york)
    }

    assert isinstance(answers["Asia/Tokyo"], Permit)
    assert {str(r) for r in answers["America/New_York"].reasons} == {"SESSION_DATE_FUTURE"}


def test_somebody_whom_the_people_table_does_not_know_is_of_unknown_age() -> None:
    denial = decide(session("P1"), request(), store_of((clean(),), ()))

    assert about(denial.reasons) == [("SIGNER_AGE_UNKNOWN", "P1", "A")]


def test_a_refusal_and_a_consent_of_the_same_instant_are_not_one_before_the_other() -> None:
    ten = at("2026-02-01T10:00:00")
    refusal = clean(RecordType.REFUSAL, consent_id="R", signed_on=ten)

    assert isinstance(decided(clean(supersedes_id="R", signed_on=ten), refusal), Permit)
    assert isinstance(decided(clean(supersedes_id="R", signed_on=at("2026-02-01T09:59:59")), refusal), Denial)


def test_a_person_comes_of_age_on_the_programs_day() -> None:
    born = (PersonStatus(person_id="P1", birth_date=date(2008, 6, 2)),)
    late = datetime(2026, 6, 1, 20, tzinfo=UTC)  # the 2nd in Tokyo, the 1st in New York
    signed = clean(signed_on=at("2026-06-01T19:00:00"), data_from=date(2026, 1, 1))
    codes = {
        name: {
            str(r)
            for r in decide(session("P1"), request(as_of=late), store_of((signed,), born, zone=ZoneInfo(name))).reasons
        }
        for name in ("Asia/Tokyo", "America/New_York")
    }

    assert codes == {
        "Asia/Tokyo": {"SIGNER_NOW_ADULT"},
        "America/New_York": {"SIGNER_MINOR_RULE_UNKNOWN"},
    }


@pytest.mark.parametrize(
    ("changes", "valid"),
    [
        ({}, True),
        ({"review": None}, False),
        ({"review": ApprovalReview.EXEMPTION}, True),
        ({"reference": ""}, False),
        ({"agreement": ""}, False),
        ({"valid_from": None}, False),
        ({"valid_to": None}, False),
        ({"valid_from": date(2026, 6, 1)}, True),
        ({"valid_from": date(2026, 6, 2)}, False),
        ({"valid_to": date(2026, 6, 1)}, True),
        ({"valid_to": date(2026, 5, 31)}, False),
        ({"recipients": ()}, False),
        ({"recipients": ("UNIV-B",)}, False),
        ({"recipients": ("UNIV-B", "UNIV-A")}, True),
    ],
)
def test_an_approval_is_whole_in_date_and_names_the_recipient(changes: dict[str, object], valid: bool) -> None:
    whole = request().approval
    assert isinstance(whole, Approval)
    asked = replace(request(), approval=replace(whole, **changes))

    assert isinstance(decide(session("P1"), asked, store_of((clean(),), ADULTS)), Permit) is valid


def test_the_day_of_an_approval_is_the_programs_day() -> None:
    late = datetime(2026, 5, 31, 20, tzinfo=UTC)
    whole = request().approval
    assert isinstance(whole, Approval)
    asked = replace(request(as_of=late), approval=replace(whole, valid_to=date(2026, 5, 31)))

    assert isinstance(decide(session("P1"), asked, store_of((clean(),), ADULTS)), Permit)
    tokyo = store_of((clean(),), ADULTS, zone=ZoneInfo("Asia/Tokyo"))
    assert {str(r) for r in decide(session("P1"), asked, tokyo).reasons} == {"REQ_RESEARCH_APPROVAL_MISSING"}


def test_a_request_without_an_offset_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^as_of has an offset$"):
        request(as_of=datetime(2026, 6, 1))  # noqa: DTZ001  a time without an offset is the point


def test_a_memo_of_another_store_or_instant_is_refused() -> None:
    store = store_of((clean(),), ADULTS)
    for memo in (Memo(store_of((clean(),), ADULTS), AS_OF), Memo(store, datetime(2026, 6, 2, tzinfo=UTC))):
        with pytest.raises(ValueError, match=r"^the memo was made for another store or instant$"):
            decide(session("P1"), request(), store, memo=memo)


def test_a_question_that_stages_0_and_1_stop_has_no_cell() -> None:
    question = permitted(clean()).question
    for wrong in (
        replace(question, request=replace(request(), use=None)),
        replace(question, request=replace(request(), recipient=None)),
        replace(question, session=replace(question.session, note_class=None)),
    ):
        with pytest.raises(ValueError, match=r"^stages 0 and 1 let no such question through$"):
            wrong.cell("P1")


def test_an_admission_names_who_each_reason_is_about() -> None:
    group = session("P1", "P2", kind=SessionKind.GROUP)
    permit = permitted(clean(categories=NO_TRAUMA), of=group)
    segments = (
        Segment(segment_id="a", speaker="P1"),
        Segment(segment_id="b", speaker="P2"),
        Segment(segment_id="c", speaker="P1", categories=frozenset({"trauma"}), replies_to="a"),
        Segment(segment_id="d", speaker="X9", categories=frozenset({"trauma"})),
        Segment(segment_id="e", speaker="P1", mentions=frozenset({"P2"})),
    )
    admission = admit(permit, segments)

    assert isinstance(admission, Admission)
    assert admission.permit is permit
    assert admission.kept == ("a",)
    assert {i: about(reasons) for i, reasons in admission.withheld.items()} == {
        "b": [("SEG_SPEAKER_NOT_PERMITTED", "P2", None)],
        "c": [("SEG_CATEGORY:trauma", "P1", None)],
        "d": [
            ("SEG_SPEAKER_UNKNOWN", None, None),
            ("SEG_CATEGORY:trauma", "P1", None),
            ("SEG_CATEGORY:trauma", "P2", None),
        ],
        "e": [("SEG_MENTIONS_NOT_PERMITTED", "P2", None), ("SEG_REPLY_TO_WITHHELD", None, None)],
    }
    assert about(admission.reasons) == [
        ("CONSENT_PERMIT:A+1", "P1", "A"),
        ("NO_CONSENT_ON_FILE", "P2", None),
        ("CATEGORY_REFUSED:trauma", "P1", "A"),
    ]
    assert (admission.session_id, admission.outcome) == ("S7", Outcome.WITHHOLD_PART)


def test_a_denial_after_detection_keeps_its_session_stage_and_reasons_but_no_segment() -> None:
    permit = permitted(clean(categories=NO_TRAUMA))
    denial = admit(permit, (Segment(segment_id="a", speaker="P1", categories=frozenset({"trauma"})),))

    assert isinstance(denial, Denial)
    assert (denial.session_id, denial.stage) == ("S7", 4)
    assert [str(r) for r in denial.reasons] == [
        "RESIDUE_EMPTY",
        "SEG_CATEGORY:trauma",
        "CONSENT_PERMIT:A+1",
        "CATEGORY_REFUSED:trauma",
    ]


def test_two_segments_of_one_id_are_refused() -> None:
    with pytest.raises(ValueError, match=r"^two segments share an id$"):
        admit(permitted(clean()), (Segment(segment_id="a", speaker="P1"), Segment(segment_id="a", speaker="P1")))


def test_a_denial_without_a_reason_and_a_permit_of_nobody_cannot_be_made() -> None:
    with pytest.raises(ValueError, match=r"^a denial has a reason$"):
        Denial(session_id="S", stage=0, reasons=())
    with pytest.raises(ValueError, match=r"^a permit has somebody who permits$"):
        Permit(question=permitted(clean()).question, cells={})


def test_an_open_finding_denies_its_session_at_stage_5() -> None:
    denial = deid_rows("S7", 2)

    assert denial == Denial(session_id="S7", stage=5, reasons=(Reason(code=ReasonCode.DEID_NOT_PASSED),))


def test_a_permit_is_stale_when_what_somebody_allows_has_changed() -> None:
    before, same, less = permitted(clean()), permitted(clean(version=2)), permitted(clean(categories=NO_TRAUMA))

    assert stale_rows({"S7": before}, {"S7": same}) == ()
    assert [str(r) for r in stale_rows({"S7": before}, {"S7": less})] == ["RELEASE_STALE_DECISION:S7"]
    assert [str(r) for r in stale_rows({"S7": before}, {})] == ["RELEASE_STALE_DECISION:S7"]
    assert stale_rows({"S7": decided()}, {"S7": decided(clean(RecordType.REFUSAL))}) == ()


def test_a_worker_who_is_listed_twice_has_opted_in_only_if_both_say_so() -> None:
    twice = (replace(WORKER, self_disclosure_ok=True), WORKER, Participant(person_id="W2", role=Role.STAFF))
    of = replace(
        session("P1"), roster=(Participant(person_id="P1"), *twice, Participant(person_id="P1", role=Role.STAFF))
    )

    assert of.staff == {"W1": False, "W2": False}
    assert of.members == ("P1",)
    assert replace(of, roster=(replace(WORKER, self_disclosure_ok=True),)).staff == {"W1": True}


def test_a_revocation_reaches_a_consent_signed_on_its_day() -> None:
    day = clean(revoked_on=at("2026-02-01"), purposes=("group",))

    assert isinstance(decided(day, clean(consent_id="B", signed_on=at("2026-02-01"))), Permit)
