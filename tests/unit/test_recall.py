"""recall, the pure part: causes, what an end does, what everybody allows, the notice and its states."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from pipeline.consent.decide import decide
from pipeline.consent.decision import Permit
from pipeline.consent.moments import parse_moment
from pipeline.consent.reasons import Reason, ReasonCode
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
from pipeline.consent.request import Recipient, Request
from pipeline.consent.session import Participant, Session, SessionKind
from pipeline.errors import StateError
from pipeline.labels import Category, Label
from pipeline.model import Document, Redaction, Region, RegionKind, Replacement, Turn
from pipeline.package.recalled import CANNOT_BE_CALLED_BACK, Notice, letter, machine, row_code, rows_csv
from pipeline.recall import (
    NOTICE_STEPS,
    Cause,
    NoticeState,
    allowance,
    causes_of,
    check_notice_step,
    persons_of,
    unexpired,
)
from pipeline.redaction.restricted import swaps

C = ReasonCode
THEN = datetime(2026, 6, 1, 12, tzinfo=UTC)
NOW = datetime(2027, 6, 1, 12, tzinfo=UTC)


def record(consent_id: str = "C-1", **cells: object) -> ConsentRecord:
    return replace(
        ConsentRecord(
            consent_id=consent_id,
            version=1,
            record_type=RecordType.CONSENT,
            status=RecordStatus.ACTIVE,
            person_id="P-1",
            purposes=("group",),
            recipients=("class:program",),
            may_disclose="us",
            info_description="talks",
            categories=tuple((c, True) for c in Category),
            data_from=date(2026, 1, 1),
            signed_on=parse_moment("2026-01-01", UTC),
            expires_on=parse_moment("2026-12-31", UTC),
            signer_roles=(SignerRole.SELF,),
            signature_evidence="scan",
            st_revocation_right=True,
        ),
        **cells,
    )


def store(*records: ConsentRecord) -> ConsentStore:
    adult = PersonStatus(person_id="P-1", adult_attested=True, legal_status=LegalStatus.ADULT)
    return store_of(records, [adult])


def decided(held: ConsentStore, at: datetime = NOW) -> object:
    session = Session(
        session_id="S-1",
        kind=SessionKind.INDIVIDUAL,
        session_date=date(2026, 3, 1),
        note_class=NoteClass.TRANSCRIPT,
        roster=(Participant(person_id="P-1"),),
    )
    request = Request(use=Use.GROUP, recipient=Recipient(recipient_id="us", classes=("program",)), as_of=at)
    return decide(session, request, held)


# -- what an end does


def test_an_end_alone_calls_nothing_back_and_a_promise_does() -> None:
    behind = frozenset({"C-1+1"})
    assert not isinstance(decided(store(record())), Permit), "it has run out"
    assert isinstance(decided(unexpired(store(record()), behind, THEN)), Permit)
    promised = store(record(recall_promised=True))
    assert not isinstance(decided(unexpired(promised, behind, THEN)), Permit)


def test_an_end_that_came_before_the_release_is_not_lifted_and_a_revocation_never_is() -> None:
    old = record("C-0", expires_on=parse_moment("2026-02-01", UTC))
    revoked = record(revoked_on=parse_moment("2026-07-01", UTC))
    held = store(old, revoked)
    assert not isinstance(decided(unexpired(held, frozenset({"C-1+1"}), THEN)), Permit)


def test_a_refusal_after_an_end_calls_back() -> None:
    refusal = ConsentRecord(
        consent_id="C-2",
        version=1,
        record_type=RecordType.REFUSAL,
        status=RecordStatus.ACTIVE,
        person_id="P-1",
        purposes=("all",),
        recipients=("all",),
        signed_on=parse_moment("2027-03-01", UTC),
        signature_evidence="scan",
    )
    assert not isinstance(decided(unexpired(store(record(), refusal), frozenset({"C-1+1"}), THEN)), Permit)


# -- what everybody allows


def test_what_everybody_allows_does_not_depend_on_which_record_says_so() -> None:
    first, other = decided(store(record()), THEN), decided(store(record("C-9")), THEN)
    narrower = decided(store(record(categories=((Category.LEGAL, False),))), THEN)
    assert isinstance(first, Permit)
    assert isinstance(other, Permit)
    assert isinstance(narrower, Permit)
    assert allowance([first], ["P-1"]) == allowance([other], ["P-1"])
    assert allowance([first], ["P-1"]) != allowance([narrower], ["P-1"])
    assert allowance([first], ["P-1"]) != allowance([first], ["P-1", "P-2"]), "somebody else is concerned"


# -- causes


def reason(code: ReasonCode, person: str | None = "P-1") -> Reason:
    return Reason(code=code, person_id=person)


@pytest.mark.parametrize(
    ("codes", "cause"),
    [
        ([C.REC_REVOKED], Cause.REVOKED),
        ([C.REC_REVOKED, C.REC_EXPIRED, C.REC_NOT_ACTIVE], Cause.REVOKED),
        ([C.PURPOSE_NOT_COVERED, C.REC_SUPERSEDED], Cause.REVOKED),
        ([C.SIGNER_NOW_ADULT], Cause.MAJORITY),
        ([C.SIGNER_DECEASED_NEEDS_REP, C.REC_REVOKED], Cause.DECEASED),
        ([C.REC_EXPIRED], Cause.EXPIRED),
        ([C.NO_CONSENT_ON_FILE], Cause.ERROR),
        ([C.REC_MATERIALLY_FALSE], Cause.ERROR),
    ],
)
def test_each_reason_has_its_cause(codes: list[ReasonCode], cause: Cause) -> None:
    assert causes_of(map(reason, codes)) == (cause,)


def test_each_person_has_one_cause_and_what_names_nobody_follows_from_somebody() -> None:
    reasons = [
        reason(C.GROUP_MEMBER_NOT_PERMITTED),
        reason(C.REC_REVOKED),
        reason(C.SIGNER_NOW_ADULT, "P-2"),
        reason(C.CONSENT_PERMIT, "P-3"),
        reason(C.RESIDUE_TOO_SMALL, None),
    ]
    assert causes_of(reasons) == (Cause.MAJORITY, Cause.REVOKED)
    assert persons_of(reasons) == ("P-1", "P-2")
    assert causes_of([reason(C.ROSTER_INCOMPLETE, None)]) == (Cause.ERROR,)


# -- the notice


NOTICE = Notice(
    release_id="R-1",
    use="research",
    recipient="uni-a",
    day="2026-06-22",
    documents=("ab12",),
    files=(("data/ab12.vtt", "f" * 64),),
    rows=("ab12-0002", "ab12-0001"),
    replaced_by="R-2",
    contact="office",
)


def test_the_notice_says_what_to_delete_what_need_not_be_and_whom_to_tell() -> None:
    text = letter(NOTICE)
    for words in ("R-1", "R-2", "f" * 64, "data/ab12.vtt", "office", CANNOT_BE_CALLED_BACK, "ab12"):
        assert words in " ".join(text.split())
    assert "There is no replacement" in letter(replace(NOTICE, replaced_by=None))
    assert rows_csv(NOTICE) == "row\nab12-0001\nab12-0002\n"
    told = json.loads(machine(NOTICE))
    assert (told["release"], told["replaced_by"], told["destroy_rows"]) == ("R-1", "R-2", ["ab12-0001", "ab12-0002"])
    assert max(map(len, text.splitlines())) <= 120


def test_a_notice_moves_as_the_table_says_and_no_other_way() -> None:
    for now in NoticeState:
        for wanted in NoticeState:
            if wanted in NOTICE_STEPS[now]:
                check_notice_step("R-1", now, wanted)
            else:
                with pytest.raises(StateError, match="it may become"):
                    check_notice_step("R-1", now, wanted)


def test_the_code_of_a_row_is_that_of_the_tables() -> None:
    assert row_code("ab12", 7) == "ab12-0007"


# -- the restricted log


def test_the_log_names_what_was_changed_in_kept_turns_alone() -> None:
    text = "Ana: hi Bo\nBo: yes\n"
    kinds = [(0, 3, RegionKind.LABEL, 0), (3, 5, RegionKind.FIXED, 0), (5, 11, RegionKind.BODY, 0),
             (11, 13, RegionKind.LABEL, 1), (13, 15, RegionKind.FIXED, 1), (15, 19, RegionKind.BODY, 1)]  # fmt: skip
    document = Document(
        doc_id="d",
        format="transcript",
        text=text,
        regions=tuple(Region(start=a, end=b, kind=k, turn=n) for a, b, k, n in kinds),
        turns=(Turn(n=0), Turn(n=1)),
    )
    swapped = tuple(
        Replacement(start=a, end=b, label=Label.PERSON, action="tag", stand_in=s)
        for a, b, s in ((0, 3, "[P_1]"), (8, 10, "[P_2]"), (11, 13, "[P_2]"), (15, 18, "yes"))
    )
    both = swaps(document, Redaction(doc_id="d", replacements=swapped, kept=frozenset({0, 1})))
    assert [(s.order, s.was, s.now) for s in both] == [(1, "Ana", "[P_1]"), (1, "Bo", "[P_2]"), (2, "Bo", "[P_2]")]
    late = swaps(document, Redaction(doc_id="d", replacements=swapped, kept=frozenset({1})))
    assert [(s.order, s.was) for s in late] == [(1, "Bo")]
    assert "Ana" not in repr(both)
