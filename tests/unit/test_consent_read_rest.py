"""People, sessions, participants, recipients: what is read, and what a fault of each stops."""

from __future__ import annotations

from datetime import date

import pytest

from pipeline.consent.read_people import PeopleRead, read_people
from pipeline.consent.read_recipients import RecipientsRead, read_recipients
from pipeline.consent.read_sessions import EntryKind, SessionsRead, read_sessions
from pipeline.consent.read_tables import CONSENT_COLUMNS, PARTICIPANT_COLUMNS, PEOPLE_COLUMNS, SESSION_COLUMNS
from pipeline.consent.records import LegalStatus, NoteClass
from pipeline.consent.rows import COLUMNS
from pipeline.labels import Label
from pipeline.model import Role


def told(found: PeopleRead | SessionsRead | RecipientsRead) -> list[str]:
    return [str(f) for f in found.faults]


def people(*lines: str, header: str = ",".join(PEOPLE_COLUMNS[:7])) -> PeopleRead:
    return read_people("\n".join([header, *lines]).encode())


def test_people_are_read_for_detection_and_for_the_engine() -> None:
    found = read_people(
        b"person_id,name,aliases,legal_status,birth_date,phones,ids\n"
        b"P-1,Ana Diaz,Annie; A.D.,adult,1980-05-05,555-0100,US_SSN:123-45-6789;HM-77\n"
    )
    assert not found.faults
    assert found.people[0].names == ("Ana Diaz", "Annie", "A.D.")
    assert found.people[0].values == (
        (Label.PHONE_NUMBER, "555-0100"),
        (Label.US_SSN, "123-45-6789"),
        (Label.MEDICAL_RECORD_NUMBER, "HM-77"),
    )
    assert found.statuses[0].birth_date == date(1980, 5, 5)
    assert found.statuses[0].legal_status is LegalStatus.ADULT
    assert "Diaz" not in repr(found)


def test_a_name_and_a_code_are_enough_for_detection() -> None:
    found = read_people(b"person_id,name\nP-1,Ana\n")
    assert found.people[0].names == ("Ana",)
    assert found.statuses[0].legal_status is None


@pytest.mark.parametrize(
    "line",
    ["P-1,,,1980-05-05,,adult,", "P-1,Ana,,05/05/1980,,adult,", "P-1,Ana,,,,grown,", "P-1,Ana,,,maybe,adult,"],
)
def test_a_bad_person_stops_that_person_alone(line: str) -> None:
    found = people(line, "P-2,Ben,,1990-01-01,,adult,")
    assert list(found.invalid) == ["P-1"]
    assert [p.person_id for p in found.people] == ["P-2"]
    assert all("people:2 column" in t for t in told(found))


def test_the_same_person_twice_is_neither() -> None:
    found = people("P-1,Ana,,1980-05-05,,adult,", "P-1,Ana,,2010-05-05,,minor,both")
    assert not found.people
    assert not found.statuses
    assert "stands on line 2 already" in told(found)[0]


def test_a_row_of_nobody_stops_the_batch() -> None:
    found = people(",Ana,,1980-05-05,,adult,")
    assert found.unattributable
    assert "Ana" not in str(found.faults)


SESSIONS = (
    "session_id,session_date,kind,note_class,program,file,roster_complete",
    "S-1,2026-03-01,individual,transcript,harbor,one.vtt,",
    "S-2,2026-03-02,group,transcript,harbor,two.vtt,yes",
    "S-3,,table,peer_note,harbor,notes.csv,no",
)
MEMBERS = (
    "session_id,person_id,role,speaker_label,self_disclosure_ok",
    "S-1,P-1,client,Client,",
    "S-1,W-1,staff,Peer,yes",
    "S-2,P-1,client,Ana,",
    "S-2,P-2,guest,,",
)


def sessions(*more: str, members: tuple[str, ...] = ()) -> SessionsRead:
    return read_sessions("\n".join([*SESSIONS, *more]).encode(), "\n".join([*MEMBERS, *members]).encode())


def test_sessions_and_participants_are_read() -> None:
    found = sessions()
    assert not found.faults
    one, two, three = found.sessions
    assert (one.session_date, one.kind, one.note_class) == (
        date(2026, 3, 1),
        EntryKind.INDIVIDUAL,
        NoteClass.TRANSCRIPT,
    )
    assert (one.roster_complete, two.roster_complete) == (False, True)
    assert (three.kind, three.session_date) == (EntryKind.TABLE, None)
    assert [(p.person_id, p.role, p.self_disclosure_ok) for p in found.participants if p.session_id == "S-1"] == [
        ("P-1", Role.CLIENT, False),
        ("W-1", Role.STAFF, True),
    ]
    assert "one.vtt" not in repr(found)


# a line more in the sessions, or in the participants -> which session it stops, what it says
ONE_SESSION = {
    "bad date": ("S-4,03/01/2026,individual,transcript,,,", "", "S-4", "session_date"),
    "bad kind": ("S-4,2026-03-01,pair,transcript,,,", "", "S-4", "kind"),
    "no kind": ("S-4,2026-03-01,,transcript,,,", "", "S-4", "is blank"),
    "bad note class": ("S-4,2026-03-01,group,diary,,,", "", "S-4", "note_class"),
    "bad tick": ("S-4,2026-03-01,group,transcript,,,x", "", "S-4", "roster_complete"),
    "way out of the inbox": ("S-4,2026-03-01,group,transcript,,../x,yes", "", "S-4", "leads out"),
    "absolute path": ("S-4,2026-03-01,group,transcript,,/etc/x,yes", "", "S-4", "leads out"),
    "same session twice": ("S-1,2026-03-01,group,transcript,,,yes", "", "S-1", "several lines"),
    "same file twice": ("S-4,2026-03-01,group,transcript,,ONE.VTT,yes", "", "S-1", "several sessions"),
    "bad role": ("", "S-1,P-3,friend,,", "S-1", "role"),
    "no role": ("", "S-1,P-3,,,", "S-1", "is blank"),
    "nobody": ("", "S-1,,client,,", "S-1", "who was there"),
    "two people of one voice": ("", "S-1,P-3,client,client,", "S-1", "two people"),
    "no such session": ("", "S-9,P-3,client,,", "S-9", "no row of the session table"),
}


@pytest.mark.parametrize("case", ONE_SESSION)
def test_a_fault_stops_the_session_it_belongs_to(case: str) -> None:
    session, member, stops, says = ONE_SESSION[case]
    found = sessions(*[session] if session else [], members=(member,) if member else ())
    assert stops in found.denied
    assert stops not in {s.session_id for s in found.sessions}
    assert stops not in {p.session_id for p in found.participants}
    assert any(says in t for t in told(found))
    assert "S-2" in {s.session_id for s in found.sessions}
    assert not found.unattributable


@pytest.mark.parametrize(
    ("session", "member"), [(",2026-03-01,group,transcript,,,yes", ""), ("", ",P-3,client,,"), ("", "S-1,P-3")]
)
def test_a_row_of_no_session_stops_the_batch(session: str, member: str) -> None:
    found = sessions(*[session] if session else [], members=(member,) if member else ())
    assert found.unattributable


def test_a_missing_table_is_unreadable_and_not_empty() -> None:
    assert read_sessions(b"", b"").unreadable
    assert read_sessions("\n".join(SESSIONS).encode(), b"").unreadable


RECIPIENTS = """
[recipients.harbor]
name = "Our own"
classes = ["program"]

[recipients.univ-a]
name = "A university"
classes = ["research_partner"]
registered_from = 2026-01-01
registered_to = "2026-12-31"
contact = "data office"
age_public_key = "age1shzlmq9j5v2xvhzsmw7n93kslsl0297x6wdcm8sv37dsrr8xzc8srdkf39"

[recipients.court]
name = "A court"
legal_proceeding = true

[approvals.irb-1]
recipient = "univ-a"
kind = "irb"
dua = "DUA-1"
from = 2026-01-01
to = 2026-06-30

[approvals.lds-1]
recipients = ["univ-a"]
kind = "limited_data_set"
review = "exemption"
reference = "EX-1"
agreement = "DUA-2"
valid_from = 2026-01-01
valid_to = 2026-06-30
uses = ["research"]
"""


def test_recipients_and_approvals_are_read() -> None:
    found = read_recipients(RECIPIENTS.encode())
    assert not found.faults
    day = date(2026, 6, 30)
    assert found.on(day)["univ-a"].registered
    assert not found.on(date(2027, 1, 1))["univ-a"].registered
    assert not found.on(date(2025, 12, 31))["univ-a"].registered
    assert found.recipients["harbor"].registered
    assert not found.recipients["univ-a"].registered
    assert found.on(day)["court"].legal
    assert [a.covers("univ-a", day) for a in found.approvals] == [True, True]
    assert [a.covers("univ-a", date(2026, 7, 1)) for a in found.approvals] == [False, False]
    assert [e.limited for e in found.approval_entries] == [False, True]


def test_an_array_of_tables_is_the_same() -> None:
    text = RECIPIENTS.replace("[recipients.harbor]", '[[recipients]]\nid = "harbor"').split("[recipients.univ-a]")[0]
    assert list(read_recipients(text.encode()).recipients) == ["harbor"]


@pytest.mark.parametrize("missing", ["kind", "dua", "from", "to", "recipient"])
def test_an_approval_with_a_gap_approves_nothing(missing: str) -> None:
    lines = [
        line for line in RECIPIENTS.split("[approvals.lds-1]")[0].splitlines() if not line.startswith(f"{missing} =")
    ]
    found = read_recipients("\n".join(lines).encode())
    assert not found.faults
    assert not any(a.covers("univ-a", date(2026, 6, 1)) for a in found.approvals)


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        ('"program"', '"friends"', "recipients.harbor.classes"),
        ('name = "Our own"', "", "recipients.harbor.name"),
        ('"2026-12-31"', '"12/31/2026"', "recipients.univ-a.registered_to"),
        ("legal_proceeding = true", 'legal_proceeding = "no"', "recipients.court.legal_proceeding"),
        ("contact =", "phone =", "recipients.univ-a.phone"),
        ('age_public_key = "age1', 'age_public_key = "AGE-SECRET-KEY-1', "recipients.univ-a.age_public_key"),
        ("age_public_key =", 'public_key = "age1"\nage_public_key =', "recipients.univ-a.public_key"),
        ('kind = "irb"', 'kind = "board"', "approvals.irb-1.kind"),
        ('recipient = "univ-a"', 'recipient = "univ-b"', "approvals.irb-1.recipients"),
        ("\nfrom = 2026", "\nvalid_from = 2026-01-01\nfrom = 2026", "approvals.irb-1.from"),
        ('uses = ["research"]', 'uses = ["sale"]', "approvals.lds-1.uses"),
        ("[recipients.harbor]", "[people.harbor]", "people"),
    ],
)
def test_one_fault_and_nobody_is_served(before: str, after: str, says: str) -> None:
    found = read_recipients(RECIPIENTS.replace(before, after, 1).encode())
    assert not found.recipients
    assert any(says in t for t in told(found))


@pytest.mark.parametrize("data", [b"\xff\xfe", b"[recipients", b"a = 1\na = 2\n", b"recipients = 3"])
def test_what_is_no_toml_is_said_so(data: bytes) -> None:
    assert read_recipients(data).unreadable


def test_the_headers_are_those_of_the_tables() -> None:
    assert CONSENT_COLUMNS == COLUMNS
    assert PEOPLE_COLUMNS[:2] == ("person_id", "name")
    assert ",".join(SESSION_COLUMNS) == SESSIONS[0]
    assert ",".join(PARTICIPANT_COLUMNS) == MEMBERS[0]
