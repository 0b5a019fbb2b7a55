"""What the crosswalk promises on SQLite and on PostgreSQL alike."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import select
from storage_room import Room

from pipeline.storage.crosswalk import SubjectKind
from pipeline.storage.tables import crosswalk


def test_a_person_keeps_what_they_were_allotted_and_two_series_share_nothing(room: Room) -> None:
    people = [f"P-{n}" for n in range(40)]
    first = room.crosswalk.allot("UNIV-A", people)
    assert room.crosswalk.allot("UNIV-A", [*reversed(people), "P-99"]) == room.crosswalk.known(
        "UNIV-A", [*reversed(people), "P-99"]
    )
    assert room.crosswalk.known("UNIV-A", people) == first
    assert first != room.crosswalk.allot("UNIV-B", people)
    assert len({a.number for a in first.values()}) == len({a.code for a in first.values()}) == 40
    assert all(a.shift_days % 7 == 0 and 7 <= abs(a.shift_days) <= 364 for a in first.values())
    assert not {a.code for a in first.values()} & {a.code for a in room.crosswalk.known("UNIV-B", people).values()}


def test_a_group_has_a_shift_of_its_own_beside_a_person_of_the_same_id(room: Room) -> None:
    person = room.crosswalk.allot("UNIV-A", ["X-1"])["X-1"]
    group = room.crosswalk.allot("UNIV-A", ["X-1"], kind=SubjectKind.GROUP)["X-1"]
    assert person.code != group.code
    assert room.crosswalk.known("UNIV-A", ["X-1"])["X-1"] == person


def test_runs_that_allot_together_agree(room: Room) -> None:
    people = [f"P-{n}" for n in range(20)]
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: room.crosswalk.allot("UNIV-A", people), range(4)))
    assert all(one == found[0] for one in found)


def test_copies_keep_their_random_names_in_a_series(room: Room) -> None:
    names = room.crosswalk.name_copies("UNIV-A", ["1" * 32, "2" * 32])
    assert room.crosswalk.name_copies("UNIV-A", ["2" * 32, "1" * 32]) == names
    assert set(names.values()).isdisjoint(room.crosswalk.name_copies("UNIV-B", ["1" * 32]).values())


def test_a_shredded_person_is_out_of_every_series_and_nobody_gets_their_number(room: Room) -> None:
    before = {series: room.crosswalk.allot(series, ["P-1", "P-2"]) for series in ("UNIV-A", "UNIV-B")}
    assert room.crosswalk.shred("P-1") == 2
    for series, old in before.items():
        assert room.crosswalk.known(series, ["P-1", "P-2"]) == {"P-2": old["P-2"]}
        assert room.crosswalk.allot(series, ["P-1"])["P-1"].code != old["P-1"].code
    with room.database.reading() as connection:
        taken = connection.execute(select(crosswalk.c.number).where(crosswalk.c.series == "UNIV-A")).scalars().all()
    assert before["UNIV-A"]["P-1"].number in taken
    assert room.crosswalk.shred("P-404") == 0
