"""The sample program under the other policies: made-up names that last, dates that move together.

Spans are those that the shared sample program found; nothing is detected anew.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from flows.settings import SETTINGS_FILE
from flows.verbs.asking import request_of
from flows.verbs.held import held
from flows.verbs.plan import make_plan
from flows.verbs.records import load_records
from flows.verbs.terms import Terms
from flows.wiring import House, open_house
from pipeline.known import known_values
from pipeline.redaction.surrogates import Surrogates
from pipeline.storage.crosswalk import SubjectKind
from tests.end_to_end.sampled import released
from tests.end_to_end.workspaces import asked, run

pytestmark = pytest.mark.xdist_group("sample")
CLIENT, GROUP = "P-001", "lamplighters"


def changed(workspace: Path, name: str, before: str, after: str) -> None:
    path = workspace / name
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after), encoding="utf-8")


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A workspace whose copies under both policies wait for a person."""
    workspace = released(tmp_path_factory).copied(tmp_path_factory.mktemp("policies") / "program")
    changed(workspace, SETTINGS_FILE, 'group = "group"', 'group = "group-surrogates"')
    changed(workspace, SETTINGS_FILE, '"research-safe-harbor"', '"research-limited"')
    changed(workspace, "records/recipients.toml", 'review = "irb"', 'review = "irb"\nkind = "limited_data_set"')
    with open_house(workspace) as opened:
        for use in ("group", "research"):
            run(opened, asked(use))
        yield opened


def copy_of(house: House, session: str, use: str) -> str:
    item = [i for i in house.reviews.list(use=use) if i.copy.session_id == session][-1]
    return held(house, item.item_id).copy


def test_a_person_has_one_made_up_name_in_every_session(house: House) -> None:
    number = house.crosswalk.known(asked("group").series, [CLIENT])[CLIENT].number
    name = Surrogates(seed="", known=known_values(())).person(CLIENT, number)
    for session in ("S-001", "S-004", "S-005"):
        copy = copy_of(house, session, "group")
        assert str(name) in copy
        assert "Person" not in copy
        assert "Margie" not in copy


def moved(day: date, shift: int) -> str:
    after = day + timedelta(days=shift)
    return f"[{after:%B} {after.day}]"


def test_the_dates_of_a_client_move_by_their_own_weeks_in_transcript_and_table(house: House) -> None:
    found = house.crosswalk.known(asked("research").series, ["P-001", "P-002", "P-011"])
    shifts = {person: allotment.shift_days for person, allotment in found.items()}
    assert moved(date(2026, 2, 19), shifts["P-001"]) in copy_of(house, "S-001", "research")
    rows = {row["note_date"]: row["note"] for row in csv.DictReader(io.StringIO(copy_of(house, "S-017", "research")))}
    for person, day in (("P-001", date(2026, 4, 2)), ("P-011", date(2026, 4, 14)), ("P-002", date(2026, 4, 23))):
        assert f"[{(day + timedelta(days=shifts[person])).isoformat()}]" in rows
    interview = rows[f"[{(date(2026, 4, 14) + timedelta(days=shifts['P-011'])).isoformat()}]"]
    assert moved(date(2026, 5, 5), shifts["P-011"]) in interview


def test_a_date_that_disagrees_with_the_clean_time_beside_it_is_not_told(house: House) -> None:
    """The note says fifteen months on a day that lies eleven months back: a date of another kind."""
    assert "Fifteen months without wine on [SOBRIETY_DATE]" in copy_of(house, "S-017", "research")


def test_the_sessions_of_a_group_have_one_shift_of_their_own(house: House) -> None:
    records = load_records(house)
    wanted = asked("research")
    terms = Terms(house=house, asked=wanted, records=records, policy=house.policy("research"), known=known_values(()))
    entries = [e for e in records.sessions if e.program == GROUP]
    plan = make_plan(house, records, request_of(asked("group"), records, house.policy("group")), house.policy("group"))
    days = [terms.days(item) for item in plan.items if item.entry in entries]
    assert len(days) > 1
    shift = house.crosswalk.known(wanted.series, [GROUP], kind=SubjectKind.GROUP)[GROUP].shift_days
    assert {day.shift for day in days} == {shift}
    assert {day.first for day in days} == {min(e.session_date for e in entries if e.session_date)}
