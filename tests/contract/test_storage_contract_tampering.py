"""Every kind of tampering with the ledger is found, on SQLite and on PostgreSQL alike. The law over any change at all,
on SQLite, is tests/property/test_ledger_tampering.py."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import delete, insert, select, update
from storage_room import Room, ingested

from pipeline.storage.ledgerhead import chain_digest
from pipeline.storage.tables import events, ledger_heads

Rows = list[dict[str, Any]]


def _edited(rows: Rows) -> Rows:
    rows[2]["details"] = rows[2]["details"].replace('"bytes":2', '"bytes":7')
    return rows


def _dropped(rows: Rows) -> Rows:
    return [*rows[:2], *rows[3:]]


def _swapped(rows: Rows) -> Rows:
    rows[1]["seq"], rows[3]["seq"] = rows[3]["seq"], rows[1]["seq"]
    return rows


def _truncated(rows: Rows) -> Rows:
    return rows[:4]


def _added(rows: Rows) -> Rows:
    return [*rows, rows[-1] | {"seq": len(rows) + 1, "previous": rows[-1]["digest"]}]


def _backdated(rows: Rows) -> Rows:
    rows[0]["at"] = "2020-01-01T00:00:00.000000+00:00"
    return rows


TAMPERINGS: tuple[Callable[[Rows], Rows], ...] = (_edited, _dropped, _swapped, _truncated, _added, _backdated)


def _repaired(rows: Rows) -> Rows:
    """Numbers, links and digests made to fit again: all that can be done without keys."""
    last = "0" * 64
    for seq, row in enumerate(sorted(rows, key=lambda r: int(r["seq"])), start=1):
        row["seq"], row["previous"] = seq, last
        row["digest"] = last = chain_digest(row)
    return rows


@pytest.mark.parametrize("repaired", [False, True], ids=["as it is", "chain repaired"])
@pytest.mark.parametrize("tamper", TAMPERINGS, ids=lambda t: t.__name__.strip("_"))
def test_it_is_found_and_nothing_is_added_to_it(room: Room, tamper: Callable[[Rows], Rows], repaired: bool) -> None:
    for n in range(3):
        room.ledger.append([ingested(2 * n), ingested(2 * n + 1)])
    assert room.ledger.verify().verifies
    with room.database.writing() as transaction:
        found = [dict(row) for row in transaction.connection.execute(select(events).order_by(events.c.seq)).mappings()]
        changed = tamper(found)
        transaction.connection.execute(delete(events))
        transaction.connection.execute(insert(events), _repaired(changed) if repaired else changed)
        transaction.connection.execute(delete(ledger_heads).where(ledger_heads.c.count > len(changed)))
    report = room.ledger.verify()
    assert not report.verifies
    assert all(fault.what for fault in report.faults)


def test_a_head_that_claims_another_count_is_found(room: Room) -> None:
    room.ledger.append([ingested(1), ingested(2)])
    with room.database.writing() as transaction:
        transaction.connection.execute(update(ledger_heads).values(count=1))
    assert not room.ledger.verify().verifies
