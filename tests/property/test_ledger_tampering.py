"""Law: whatever single thing somebody changes in a ledger, the walk finds it, even if they repair the chain after it.

They may write to the database as they like, and put old rows back. They have neither the program key nor an older
copy of the vault: with both, nothing on this machine could tell (a stated limit).
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from storage_room import AT, Room, open_room

from pipeline.events import EventKind, event
from pipeline.storage.ledgerhead import chain_digest

BATCHES = (1, 3, 2, 4)
COUNT = sum(BATCHES)
COLUMNS = ("at", "actor", "kind", "details", "previous", "digest")


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """An open room with a whole ledger, its bytes to put back, and a plain connection for the intruder."""

    room: Room
    intruder: sqlite3.Connection

    def rows(self) -> list[dict[str, Any]]:
        names = ("seq", *COLUMNS)
        return [
            dict(zip(names, row, strict=True))
            for row in self.intruder.execute(f"SELECT {','.join(names)} FROM events ORDER BY seq")
        ]

    def put(self, rows: list[dict[str, Any]]) -> None:
        self.intruder.execute("DELETE FROM events")
        slots = ",".join(f":{name}" for name in ("seq", *COLUMNS))
        self.intruder.executemany(f"INSERT INTO events (seq,{','.join(COLUMNS)}) VALUES ({slots})", rows)
        self.intruder.commit()


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Case]:
    folder = tmp_path_factory.mktemp("ledger")
    with open_room(folder) as room:
        n = 0
        for size in BATCHES:
            room.ledger.append(
                event(EventKind.DECIDED, at=AT, actor="keeper", session=f"S-{n + i}", turns=n + i) for i in range(size)
            )
            n += size
        with sqlite3.connect(folder / "ledger.db") as intruder:
            yield Case(room=room, intruder=intruder)


def _found(case: Case, tamper: Callable[[list[dict[str, Any]]], list[dict[str, Any]]], *, repair: bool) -> bool:
    """Whether the walk finds it; the ledger is whole again afterwards."""
    before = case.rows()
    heads = case.intruder.execute("SELECT * FROM ledger_heads").fetchall()
    changed = tamper([dict(row) for row in before])
    if repair:
        changed = _repaired(changed)
    if changed == before:
        return True  # nothing was changed
    try:
        case.put(changed)
        return not case.room.ledger.verify().verifies
    finally:
        case.intruder.execute("DELETE FROM ledger_heads")
        case.intruder.executemany("INSERT INTO ledger_heads VALUES (?,?,?,?,?)", heads)
        case.put(before)
        assert case.room.ledger.verify().verifies


def _repaired(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Numbers, links and digests made to fit again, as somebody without keys can."""
    last = "0" * 64
    for seq, row in enumerate(rows, start=1):
        row["seq"], row["previous"] = seq, last
        row["digest"] = last = chain_digest(row)
    return rows


places = st.integers(0, COUNT - 1)


@given(place=places, column=st.sampled_from(COLUMNS), value=st.text(max_size=70), repair=st.booleans())
def test_an_edit_of_any_column_to_any_text_is_found(
    case: Case, place: int, column: str, value: str, repair: bool
) -> None:
    def edit(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        if not repair or column not in ("previous", "digest"):
            rows[place][column] = value.encode("utf-8", "replace").decode()
        return rows

    assert _found(case, edit, repair=repair)


@given(
    place=places,
    column=st.sampled_from(COLUMNS),
    value=st.one_of(st.binary(max_size=9), st.floats(), st.integers(0, 9)),
)
def test_an_edit_to_another_type_is_found(case: Case, place: int, column: str, value: object) -> None:
    """SQLite keeps whatever type it is given."""

    def edit(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        rows[place][column] = value if value == value else "nan"  # NaN becomes NULL, which the table refuses
        return rows

    assert _found(case, edit, repair=False)


@given(place=places, length=st.integers(1, COUNT), repair=st.booleans())
def test_dropped_events_are_found(case: Case, place: int, length: int, repair: bool) -> None:
    def drop(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return rows[:place] + rows[place + length :]

    assert _found(case, drop, repair=repair)


@given(one=places, two=places, numbers=st.booleans(), repair=st.booleans())
def test_swapped_events_are_found(case: Case, one: int, two: int, numbers: bool, repair: bool) -> None:
    def swap(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        rows[one], rows[two] = rows[two], rows[one]
        if not numbers:  # the contents change places, the numbers stay
            for seq, row in enumerate(rows, start=1):
                row["seq"] = seq
            return rows
        return sorted(rows, key=lambda row: row["seq"]) if not repair else rows

    assert _found(case, swap, repair=repair)


@given(source=places, place=st.integers(0, COUNT), repair=st.booleans())
def test_an_added_or_repeated_event_is_found(case: Case, source: int, place: int, repair: bool) -> None:
    def add(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        rows.insert(place, dict(rows[source]))
        for seq, row in enumerate(rows, start=1):
            row["seq"] = seq
        return rows

    assert _found(case, add, repair=repair)


@given(batches=st.integers(0, len(BATCHES) - 1))
def test_a_cut_tail_is_found_even_with_its_signed_heads(case: Case, batches: int) -> None:
    """The most careful cut: whole batches, so that every signature that is left is good."""

    def cut(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        case.intruder.execute("DELETE FROM ledger_heads WHERE batch > ?", (batches,))
        return rows[: sum(BATCHES[:batches])]

    assert _found(case, cut, repair=False)


@given(
    batch=st.integers(1, len(BATCHES)),
    column=st.sampled_from(("count", "head", "signature", "batch", "signer")),
    value=st.integers(1, 200),
)
def test_a_forged_or_dropped_head_is_found(case: Case, batch: int, column: str, value: int) -> None:
    """The signer's name is a hint for people: what counts is whether the signature is this workspace's."""
    heads = case.intruder.execute("SELECT * FROM ledger_heads").fetchall()
    forged = {"head": f"{value:064x}", "signature": bytes([value]) * 64, "count": value, "batch": value + 10}.get(
        column
    )
    if forged is None:
        case.intruder.execute("DELETE FROM ledger_heads WHERE batch = ?", (batch,))
    else:
        case.intruder.execute(f'UPDATE ledger_heads SET "{column}" = ? WHERE batch = ?', (forged, batch))
    case.intruder.commit()
    changed = case.intruder.execute("SELECT * FROM ledger_heads").fetchall() != heads
    verifies = case.room.ledger.verify().verifies
    case.intruder.execute("DELETE FROM ledger_heads")
    case.intruder.executemany("INSERT INTO ledger_heads VALUES (?,?,?,?,?)", heads)
    case.intruder.commit()
    assert verifies is not changed
    assert case.room.ledger.verify().verifies


def test_a_ledger_of_another_workspace_put_in_place_is_found(tmp_path: Path) -> None:
    for name in ("mine", "other"):
        (tmp_path / name).mkdir()
        with open_room(tmp_path / name) as room:
            room.ledger.append([event(EventKind.READ, at=AT, actor="keeper", session="S-1")])
    shutil.copy(tmp_path / "other" / "vault" / "ledger" / "ledger.head", tmp_path / "mine" / "vault" / "ledger")
    with open_room(tmp_path / "mine") as room:
        assert not room.ledger.verify().verifies
