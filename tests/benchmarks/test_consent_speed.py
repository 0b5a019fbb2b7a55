"""How fast the decision is: a program of 100,000 people and 250,000 records, decided for 200,000 sessions.

A cell is one person's answer for one session (all categories at once); 200,000 sessions of five members make a million.
Measured in a process of its own, in seconds of one core (CPU time, so that a busy machine measures the same), where
the memory of everything else does not count. The short form runs a tenth of it and checks the same rates; the whole
form is nightly.
"""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from time import process_time

import pytest

from pipeline.consent.admit import admit
from pipeline.consent.decide import decide
from pipeline.consent.decision import Denial, Permit
from pipeline.consent.moments import parse_moment
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
from pipeline.consent.request import Approval, ApprovalReview, Recipient, Request
from pipeline.consent.session import GroupMode, GroupRule, Participant, Segment, Session, SessionKind
from pipeline.consent.standing import Memo
from pipeline.labels import Category
from pipeline.model import Role

AS_OF = datetime(2026, 6, 1, 12, tzinfo=UTC)
REQUEST = Request(
    use=Use.RESEARCH,
    recipient=Recipient(recipient_id="UNIV-A", classes=("research_partner",)),
    as_of=AS_OF,
    approval=Approval(
        review=ApprovalReview.IRB,
        reference="r",
        agreement="a",
        valid_from=date.min,
        valid_to=date.max,
        recipients=("UNIV-A",),
    ),
)
RULE = GroupRule(mode=GroupMode.SEGMENT)
MEMBERS = 5  # of a session


def record(n: int, person: int) -> ConsentRecord:
    """The n-th record: mostly consents for both uses; some refusals, some expired, some that name an older one."""
    signed = parse_moment((date(2026, 1, 1) + timedelta(days=n % 90)).isoformat(), UTC)
    return ConsentRecord(
        consent_id=f"C{n}",
        version=1,
        record_type=RecordType.REFUSAL if n % 11 == 0 else RecordType.CONSENT,
        status=RecordStatus.ACTIVE,
        person_id=f"P{person}",
        supersedes_id=f"C{n - 100_000}" if n % 3 == 0 and n >= 100_000 else None,
        purposes=("research",) if n % 7 else ("group",),
        recipients=("class:program", "class:research_partner"),
        may_disclose="the program",
        info_description="notes",
        categories=tuple((c, (n + i) % 5 > 0) for i, c in enumerate(Category)),
        data_from=date(2025, 1, 1),
        signed_on=signed,
        expires_on=parse_moment("2026-05-01" if n % 13 == 0 else "2026-12-31", UTC),
        signer_roles=(SignerRole.SELF,),
        signature_evidence="scan",
        st_revocation_right=True,
    )


def program(people: int, records: int) -> ConsentStore:
    """A store; every person has two or three records."""
    return store_of(
        (record(n, n % people) for n in range(records)),
        (
            PersonStatus(person_id=f"P{n}", birth_date=date(1980, 5, 5), legal_status=LegalStatus.ADULT)
            for n in range(people)
        ),
    )


def session(n: int, people: int) -> Session:
    """The n-th session: a group of five members and a worker."""
    members = (Participant(person_id=f"P{(n * 7 + k * 131) % people}") for k in range(MEMBERS))
    return Session(
        session_id=f"S{n}",
        kind=SessionKind.GROUP,
        session_date=date(2026, 3, 1),
        note_class=NoteClass.TRANSCRIPT,
        roster=(*members, Participant(person_id="W1", role=Role.STAFF)),
        roster_complete=True,
    )


def measure(people: int, sessions: int, records: int) -> dict[str, float]:
    """Decide every session; seconds, cells, permits, and the peak memory of this process in MB."""
    import resource

    store = program(people, records)
    began = process_time()
    memo = Memo(store, AS_OF)
    cells = permits = 0
    for n in range(sessions):
        decision = decide(session(n, people), REQUEST, store, rule=RULE, memo=memo)
        cells += MEMBERS
        permits += isinstance(decision, Permit)
    seconds = process_time() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"seconds": seconds, "cells": cells, "permits": permits, "peak_mb": peak}


def _apart(people: int, sessions: int, records: int) -> dict[str, float]:
    here = Path(__file__)
    code = f"import json; from {here.stem} import measure; print(json.dumps(measure({people}, {sessions}, {records})))"
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=here.parent, capture_output=True, text=True, check=True, timeout=600)
    result: dict[str, float] = json.loads(done.stdout)
    return result


def test_a_tenth_of_the_program_is_decided_in_a_tenth_of_the_time() -> None:
    tenth = _apart(10_000, 20_000, 25_000)

    assert tenth["cells"] == 100_000
    assert tenth["permits"] > 1_000
    assert tenth["seconds"] < 6, tenth
    assert tenth["peak_mb"] < 400, tenth


@pytest.mark.nightly
def test_a_million_cells_are_decided_in_a_minute_and_two_gigabytes() -> None:
    whole = _apart(100_000, 200_000, 250_000)

    assert whole["cells"] == 1_000_000
    assert whole["seconds"] < 60, whole
    assert whole["peak_mb"] < 2048, whole


def test_the_time_grows_with_the_sessions_and_no_faster() -> None:
    small, large = _apart(2_000, 5_000, 5_000), _apart(8_000, 20_000, 20_000)

    assert large["seconds"] < 4 * small["seconds"] * 1.75, (small, large)


def test_one_decision_takes_less_than_a_millisecond() -> None:
    store = program(1_000, 2_500)
    segments = tuple(Segment(segment_id=str(n), speaker=f"P{n % 5 * 131}") for n in range(40))
    times = []
    for n in range(300):
        began = process_time()
        decision = decide(session(n, 1_000), REQUEST, store, rule=RULE)
        if not isinstance(decision, Denial):
            admit(decision, segments[:8])
        times.append(process_time() - began)

    assert sorted(times)[len(times) // 2] < 0.001
