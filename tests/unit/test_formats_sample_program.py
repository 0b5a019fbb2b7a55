"""The sample program is whole: its tables have no fault, its files read, and the consent engine decides as expected."""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from pipeline.consent.decide import decide
from pipeline.consent.decision import Denial, Permit
from pipeline.consent.read_consents import read_consents
from pipeline.consent.read_people import read_people
from pipeline.consent.read_sessions import EntryKind, SessionEntry, read_sessions
from pipeline.consent.records import ConsentStore, Use, store_of
from pipeline.consent.request import Approval, ApprovalReview, Recipient, Request
from pipeline.consent.session import Participant, Session, SessionKind
from pipeline.formats import TableMapping, index_rows, read

SAMPLE = Path(__file__).resolve().parents[2] / "sample_data"
INBOX, RECORDS = SAMPLE / "program" / "inbox", SAMPLE / "program" / "records"
ZONE = ZoneInfo("America/New_York")
AS_OF = datetime(2026, 6, 15, 12, tzinfo=ZONE)
EXPECTED = list(csv.DictReader((SAMPLE / "expected.csv").read_text(encoding="utf-8").splitlines()))
SESSIONS = read_sessions((RECORDS / "sessions.csv").read_bytes(), (RECORDS / "participants.csv").read_bytes())
PEOPLE = read_people((RECORDS / "people.csv").read_bytes())
CONSENTS = read_consents((RECORDS / "consents.csv").read_bytes(), zone=ZONE)


def store() -> ConsentStore:
    return store_of(CONSENTS.records, PEOPLE.statuses, zone=ZONE)


def request(use: str) -> Request:
    told = tomllib.loads((RECORDS / "recipients.toml").read_text(encoding="utf-8"))
    name = {"group": "peer-community", "research": "merrow-university"}[use]
    paper = told["approvals"]["irb-2026-014"]
    approval = Approval(
        review=ApprovalReview(paper["review"]),
        reference=paper["reference"],
        agreement=paper["agreement"],
        valid_from=date.fromisoformat(paper["valid_from"]),
        valid_to=date.fromisoformat(paper["valid_to"]),
        recipients=tuple(paper["recipients"]),
    )
    recipient = Recipient(recipient_id=name, classes=tuple(told["recipients"][name]["classes"]))
    return Request(use=Use(use), recipient=recipient, as_of=AS_OF, approval=approval)


def mapping(file: str) -> TableMapping:
    told = tomllib.loads((SAMPLE / "program" / "storykeeper.toml").read_text(encoding="utf-8"))["tables"][file]
    return TableMapping(**{key: tuple(value) if isinstance(value, list) else value for key, value in told.items()})


def roster(entry: SessionEntry) -> tuple[Participant, ...]:
    there = [p for p in SESSIONS.participants if p.session_id == entry.session_id]
    return tuple(
        Participant(person_id=p.person_id, role=p.role, self_disclosure_ok=p.self_disclosure_ok) for p in there
    )


def asked() -> Iterator[Session]:
    """Every session, and every row of the table as a session of its own."""
    for entry in SESSIONS.sessions:
        if entry.kind is not EntryKind.TABLE:
            yield Session(
                session_id=entry.session_id,
                kind=SessionKind(entry.kind),
                session_date=entry.session_date,
                note_class=entry.note_class,
                roster=roster(entry),
                roster_complete=entry.roster_complete,
            )
            continue
        assert entry.file is not None
        for row in index_rows((INBOX / entry.file).read_bytes(), mapping(entry.file)):
            assert row.date is not None
            yield Session(
                session_id=f"{entry.session_id}.{row.n + 1}",
                kind=SessionKind.INDIVIDUAL,
                session_date=date.fromisoformat(row.date),
                note_class=entry.note_class,
                roster=(*roster(entry), Participant(person_id=row.person_id)),
            )


def test_the_tables_have_no_fault() -> None:
    assert PEOPLE.faults == SESSIONS.faults == CONSENTS.faults == ()


def test_everybody_of_a_session_is_in_the_people_table() -> None:
    assert {p.person_id for p in SESSIONS.participants} <= {p.person_id for p in PEOPLE.people}


@pytest.mark.parametrize("path", sorted(INBOX.iterdir()), ids=lambda path: path.suffix)
def test_every_file_of_the_inbox_reads(path: Path) -> None:
    assert read(path.read_bytes(), doc_id="D-1").turns


def test_every_session_has_its_file_and_one_file_has_no_session() -> None:
    known = {entry.file for entry in SESSIONS.sessions}
    there = {path.name for path in INBOX.iterdir()}
    assert known <= there
    assert there - known == {row["file"] for row in EXPECTED if not row["session_id"]}


def test_speakers_of_the_roster_speak_and_only_one_released_session_has_an_unknown_voice() -> None:
    released = {row["session_id"] for row in EXPECTED if row["outcome"] != "denied"}
    unknown = {}
    for entry in SESSIONS.sessions:
        labels = {p.speaker_label for p in SESSIONS.participants if p.session_id == entry.session_id}
        assert entry.file is not None
        heard = {turn.speaker for turn in read((INBOX / entry.file).read_bytes(), doc_id="D-1").turns} - {None}
        assert entry.kind is EntryKind.TABLE or labels - {None} <= heard
        if entry.session_id in released and heard - labels:
            unknown[entry.session_id] = len(heard - labels)
    assert unknown == {"S-016": 1}


@pytest.mark.parametrize("use", ["group", "research"])
def test_the_engine_decides_as_expected(use: str) -> None:
    told = {row["session_id"]: row for row in EXPECTED if row["use"] == use and row["session_id"]}
    known = store()
    for session in asked():
        decision, row = decide(session, request(use), known), told.pop(session.session_id)
        if row["outcome"] == "denied":
            assert isinstance(decision, Denial), session.session_id
            assert {str(reason.code) for reason in decision.reasons} == set(row["reasons"].split(";")), (
                session.session_id
            )
        else:
            assert isinstance(decision, Permit), session.session_id
    assert not told


def test_there_is_a_consent_of_every_kind() -> None:
    reasons = {code for row in EXPECTED for code in row["reasons"].split(";") if row["outcome"] == "denied"}
    assert {"CONSENT_REFUSED", "REC_REVOKED", "REC_EXPIRED", "NO_CONSENT_ON_FILE", "SIGNER_MINOR_AND_PARENT"} <= reasons
    assert {row["outcome"] for row in EXPECTED} == {"released", "released_in_part", "denied"}
