"""Damaged tables and FHIR files: nothing is raised but our errors, nothing more is permitted, no revocation is lost.

The file holds a consent of two people and the revocation or refusal of one of them, P1. Damage is noise: bytes that
come in, go missing or are cut off; values of another type; elements that go missing. Whatever it hits, P1 stays in.
(Damage that makes another true statement, such as another date, nobody can see.)
"""

from __future__ import annotations

import contextlib
import copy
import io
import json
import os
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC
from random import Random
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.consent.decide import decide
from pipeline.consent.decision import Permit
from pipeline.consent.fhir import evaluate
from pipeline.consent.fhir_export import to_bundle
from pipeline.consent.fhir_rows import cells_of, consents_csv
from pipeline.consent.read_consents import ConsentsRead, consents_from_rows, cross_checked, read_consents
from pipeline.consent.read_fhir import read_fhir
from pipeline.consent.read_people import read_people
from pipeline.consent.read_recipients import read_recipients
from pipeline.consent.read_sessions import read_sessions
from pipeline.consent.records import (
    ConsentRecord,
    LegalStatus,
    NoteClass,
    PersonStatus,
    RecordType,
    RevocationScope,
    Use,
    store_of,
)
from pipeline.consent.session import Participant, Session, SessionKind
from pipeline.errors import ConsentError
from tests.property.consent_made import DAYS, LATER, clean, date, request

# Inputs a door is tried with: 200 on every change, 10,000 at night.
FILES = settings(max_examples=10_000 if os.environ.get("STORYKEEPER_PROFILE") == "nightly" else 200)
SEEDS = st.integers(0, 2**63).map(Random)

ADULTS = tuple(
    PersonStatus(person_id=p, birth_date=date(1980, 5, 5), legal_status=LegalStatus.ADULT) for p in ("P1", "P2")
)
CODES = frozenset({"P1", "P2"})


def audited(record: ConsentRecord) -> ConsentRecord:
    return replace(record, recorded_by="W1", recorded_at=LATER)


def no(rng: Random) -> ConsentRecord:
    """One of the ways in which P1 said no."""
    revoked = {"revoked_on": DAYS[3], "consent_id": "N"}
    return rng.choice(
        (
            clean(RecordType.REFUSAL, consent_id="N"),
            clean(RecordType.REFUSAL, consent_id="N", purposes=("research",), recipients=("UNIV-A",)),
            clean(RecordType.REVOCATION, **revoked, revocation_scope=RevocationScope.ALL),
            clean(RecordType.REVOCATION, **revoked, supersedes_id="A"),
        )
    )


def rows(rng: Random) -> list[ConsentRecord]:
    """P1's no comes first, so that a file cut off later still holds it."""
    return [audited(r) for r in (no(rng), clean(), clean(person_id="P2", consent_id="B"))]


def permitted(found: ConsentsRead, person: str) -> bool:
    """Whether a session of this person alone would pass the door, for research."""
    found = cross_checked(found, people=CODES, recipients={"UNIV-A"})
    store = store_of(
        found.records,
        ADULTS,
        natives=found.natives,
        unreadable=found.unreadable,
        unattributable=found.unattributable,
        invalid=found.invalid,
    )
    session = Session(
        session_id="S1",
        kind=SessionKind.INDIVIDUAL,
        session_date=date(2026, 3, 1),
        note_class=NoteClass.TRANSCRIPT,
        roster=(Participant(person_id=person),),
    )
    return isinstance(decide(session, request(Use.RESEARCH), store), Permit)


NOISE = (
    b'"',
    b'""',
    b",",
    b"\n",
    b"\r",
    b"\0",
    b"\xff",
    b"\xef\xbb\xbf",
    b"\xe2\x80\x8b",
    b"=",
    b";",
    b"\t",
    b"x",
    b"'",
)


def noisy(data: bytes, rng: Random) -> bytes:
    """Up to three wounds: noise that comes in, a byte that goes missing, an end that is cut off."""
    for _ in range(rng.choice((1, 1, 2, 3))):
        at = rng.randrange(len(data) + 1)
        wound = rng.choice(("in", "in", "in", "out", "cut"))
        if wound == "in":
            data = data[:at] + rng.choice(NOISE) + data[at:]
        elif wound == "out":
            data = data[:at] + data[at + 1 :]
        elif rng.random() < 0.3:
            data = data[:at]
    return data


@FILES
@given(SEEDS)
def test_a_damaged_table_never_lets_a_no_be_lost(rng: Random) -> None:
    data = consents_csv(rows(rng))
    assert not permitted(read_consents(data, zone=UTC), "P1")
    assert not permitted(read_consents(noisy(data, rng), zone=UTC), "P1")


@FILES
@given(SEEDS)
def test_a_damaged_workbook_or_parquet_file_never_lets_a_no_be_lost(rng: Random) -> None:
    frame = pd.DataFrame([cells_of(r) for r in rows(rng)])
    out = io.BytesIO()
    frame.to_excel(out, index=False) if rng.random() < 0.1 else frame.to_parquet(out)
    assert permitted(read_consents(out.getvalue(), zone=UTC), "P2")
    assert not permitted(read_consents(noisy(out.getvalue(), rng), zone=UTC), "P1")


STRANGE: tuple[object, ...] = (None, True, 3, 2.5, "", "x", " ", [], ["x"], {}, {"x": 1}, "\ud800", float("nan"), b"x")


@FILES
@given(SEEDS)
def test_strange_database_rows_never_let_a_no_be_lost(rng: Random) -> None:
    table: list[dict[str, Any]] = [dict(cells_of(r)) for r in rows(rng)]
    needed = [column for column, text in table[0].items() if text and column not in BLANK_WIDENS_NOTHING]
    row = table[0]
    row[rng.choice(needed)] = rng.choice(STRANGE)
    assert not permitted(consents_from_rows(table, zone=UTC), "P1")


# a refusal for everybody and everything instead of one, and a revocation of everything instead of one consent
BLANK_WIDENS_NOTHING = frozenset({"purposes", "recipients", "supersedes_id", "revocation_scope"})


def every_place(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every value of a JSON text by its path."""
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(p for key, child in inside for p in every_place(child, (*path, key)))]


def damaged(value: Any, rng: Random, within: Callable[[tuple[Any, ...]], bool]) -> Any:
    """One element replaced by something strange, taken out, or doubled."""
    hurt = copy.deepcopy(value)
    path = rng.choice([p for p in every_place(hurt) if p and within(p)])
    parent = hurt
    for key in path[:-1]:
        parent = parent[key]
    wound = rng.choice(("strange", "out", "wrap", "more"))
    if wound == "strange":
        parent[path[-1]] = rng.choice([s for s in STRANGE if not isinstance(s, bytes) and s == s])
    elif wound == "out":
        del parent[path[-1]]
    elif wound == "wrap":
        parent[path[-1]] = [parent[path[-1]]]
    elif isinstance(parent, dict):
        parent[rng.choice(("modifierExtension", "implicitRules", "_status", "x"))] = rng.choice(STRANGE[:-2])
    return hurt


@FILES
@given(SEEDS)
def test_a_damaged_bundle_never_lets_a_no_be_lost(rng: Random) -> None:
    data = to_bundle(rows(rng), release=rng.choice(("R4", "R5")))
    assert not permitted(read_fhir(data, zone=UTC, people=ADULTS), "P1")
    hurt = damaged(json.loads(data), rng, lambda path: path[:3] == ("entry", 0, "resource"))
    assert not permitted(read_fhir(json.dumps(hurt).encode(), zone=UTC, people=ADULTS), "P1")


@FILES
@given(SEEDS)
def test_a_bundle_with_noise_never_lets_a_no_be_lost(rng: Random) -> None:
    data = to_bundle(rows(rng), release=rng.choice(("R4", "R5")))
    assert not permitted(read_fhir(noisy(data, rng), zone=UTC, people=ADULTS), "P1")


def test_the_undamaged_files_permit_what_they_may() -> None:
    """Otherwise nothing above would show anything: P2 may go out, P1 could without the no."""
    kept = rows(Random(1))
    for found in (read_consents(consents_csv(kept), zone=UTC), read_fhir(to_bundle(kept), zone=UTC)):
        assert not found.faults
        assert permitted(found, "P2")
        assert not permitted(found, "P1")
    assert permitted(read_consents(consents_csv(kept[1:]), zone=UTC), "P1")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(
        ("resourceType", "status", "provision", "type", "period", "purpose", "actor", "patient", "decision", "coding")
    ), inner, max_size=4),
    max_leaves=10,
)  # fmt: skip


@FILES
@given(JSON)
def test_any_json_is_decided_or_refused(value: Any) -> None:
    assert evaluate([value], {"as_of": "2026-06-01", "purpose": "HRESCH"})[0] == "DENY"
    with contextlib.suppress(ConsentError):
        assert evaluate([], value if isinstance(value, dict) else {"label": value})[0] == "DENY"
    found = read_fhir(json.dumps(value).encode(), zone=UTC, people=ADULTS)
    assert not found.records
    assert not permitted(found, "P1")


@FILES
@given(
    st.binary(max_size=200), st.sampled_from((b"", b"PK\x03\x04", b"PAR1", b"\xef\xbb\xbf", b"person_id,name\n", b"{"))
)
def test_any_bytes_are_faults_and_never_an_accident(data: bytes, start: bytes) -> None:
    for read in (
        lambda d: read_consents(d, zone=UTC).unreadable,
        lambda d: read_fhir(d, zone=UTC).faults,
        lambda d: read_sessions(d, d).unreadable,
    ):
        assert read(start + data)
    assert read_people(start + data) is not None
    assert read_recipients(start + data) is not None


@pytest.mark.parametrize("length", [1_000_000])
def test_a_huge_cell_is_refused_quickly(length: int) -> None:
    data = consents_csv(rows(Random(1))).replace(b"notes", b"n" * length, 1)
    found = read_consents(data, zone=UTC)
    assert found.faults
    assert all(len(str(f)) < 300 for f in found.faults)
