"""Who is shredded is gone from the vault for good, and from nothing else; the accounting stays."""

from __future__ import annotations

import json
import re
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import select

from flows.verbs.account import account
from flows.verbs.restricted import restricted_log
from flows.verbs.shred import shred
from flows.verbs.statement import statement_page
from flows.wiring import House, open_house
from pipeline.errors import VerificationError
from pipeline.formats import read
from pipeline.storage.grants import GrantPurpose, OperatorGrant
from pipeline.storage.keyring import Purpose
from pipeline.storage.keys import unseal
from pipeline.storage.tables import crosswalk_subjects, data_keys, release_sheets, sources, span_cache
from pipeline.storage.vault import SourceState
from tests.end_to_end.recalls import recall
from tests.end_to_end.sampled import Released, released
from tests.end_to_end.workspaces import run_in

pytestmark = pytest.mark.xdist_group("sample")

MARGIE = "P-001"
HERS = {"S-001", "S-004", "S-005", "S-017"}


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Released:
    return released(tmp_path_factory)


@pytest.fixture
def workspace(sample: Released, tmp_path: Path) -> Path:
    return sample.copied(tmp_path / "ws")


def secrets_of(house: House, place: str) -> dict[str, bytes]:
    """The data key of every version of a file, before it is destroyed."""
    found = {}
    with house.database.reading() as connection:
        for version in house.vault.versions(place):
            query = select(sources.c.key_id).where(sources.c.source_id == version.ref.source_id)
            key_id = connection.execute(query).scalar_one()
            found[version.ref.source_id] = house.keyring.get(connection, key_id).secret
    return found


def wrapped(house: House) -> dict[str, bytes | None]:
    with house.database.reading() as connection:
        return {row.key_id: row.wrapped for row in connection.execute(select(data_keys)).all()}


def sealed_files(workspace: Path) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in (workspace / "vault" / "sealed").rglob("*") if p.is_file()}


def test_without_a_yes_nothing_is_destroyed(workspace: Path) -> None:
    with open_house(workspace) as house:
        head = house.ledger.head()
    told = shred(workspace, MARGIE, actor="manager-1", yes=False)
    assert not told.done
    assert (told.alone, told.shared, len(told.out)) == (2, 3, 2)
    with open_house(workspace) as house:
        assert house.ledger.head() == head
        assert all(s.state is SourceState.CURRENT for s in house.vault.sources())


def test_of_who_was_shredded_nothing_can_be_unsealed_with_anything_that_is_left(workspace: Path) -> None:
    place = "Margie Ansel-Dupree 2026-03-04.transcript.vtt"
    with open_house(workspace) as house:
        keys, before = secrets_of(house, place), wrapped(house)
        copies = {s: data for s, data in sealed_files(workspace).items() if s in keys}
        subject = house.keyring.tag("subject", f"person:{MARGIE}")
        with house.database.reading() as connection:
            query = select(crosswalk_subjects.c.key_id).where(crosswalk_subjects.c.subject_tag == subject)
            person_key = connection.execute(query).scalar_one()
    assert copies
    shred(workspace, MARGIE, actor="manager-1", yes=True)
    with open_house(workspace) as house:
        after = wrapped(house)
        gone = {k for k in before if after[k] is None}
        assert person_key in gone
        assert house.crosswalk.known("research:merrow-university", [MARGIE]) == {}
        left = [house.keyring.get_from(w, k).secret for k, w in after.items() if w is not None]
        standing = [house.keyring.standing(p).secret for p in (Purpose.INDEX, Purpose.SPANS, Purpose.LEDGER)]
        assert house.ledger.verify().verifies
    for source_id, copy in copies.items():  # somebody kept the sealed file: no key opens it
        for secret in (*left, *standing):
            with pytest.raises(VerificationError):
                unseal(secret, copy, bound_to=f"source {source_id}", place="test")
        assert unseal(keys[source_id], copy, bound_to=f"source {source_id}", place="test").startswith(b"WEBVTT")
    raw = b"".join(p.read_bytes() for p in workspace.rglob("*") if p.is_file())
    for key_id in gone:
        old = before[key_id]
        assert old is not None
        assert old not in raw, "the wrapped key lies nowhere any more, not in the write-ahead file either"
    assert not any(secret in raw for secret in keys.values())
    assert not set(copies) & set(sealed_files(workspace))


def test_group_sessions_and_tables_are_sealed_again_without_the_person(workspace: Path) -> None:
    group = "Lamplighters group 2026-05-14 (Margie, Yoli, Omar, Junie).vtt"
    original = read((workspace / "inbox" / group).read_bytes(), doc_id="x")
    shred(workspace, MARGIE, actor="manager-1", yes=True)
    grant = OperatorGrant(session_id="S-005", actor="tester", purpose=GrantPurpose.REVIEW)
    with open_house(workspace) as house:
        (now,) = house.vault.versions(group)
        data = house.vault.unseal(now.ref.source_id, permit=grant)
        (table,) = house.vault.versions("peer_notes_april_2026 Okonjo-Breck.csv")
        rows = house.vault.unseal(table.ref.source_id, permit=grant).decode()
    document = read(data, doc_id="x")
    voices = {t.speaker for t in document.turns}
    assert "Margie Ansel-Dupree" not in voices
    assert {"Omar Fadel-Price", "Yolanda Quispe", "Junie Castellane"} <= voices
    assert b"Margie" not in data, "also masked in the words of others"
    others = [t for t in original.turns if t.speaker == "Omar Fadel-Price"]
    assert sum(t.speaker == "Omar Fadel-Price" for t in document.turns) == len(others)
    assert not re.search(rf"^(?:[^,]*,)*{MARGIE},", rows, re.MULTILINE)
    assert rows.count("P-0") >= 7
    assert not (workspace / "inbox" / group).exists()


def test_spans_drafts_sheets_and_held_copies_go_and_the_accounting_stays(sample: Released, workspace: Path) -> None:
    with open_house(workspace) as house:
        house.drafts.note("a story that may quote anybody")
        theirs = {v.ref.source_id for v in house.vault.versions("Margie Ansel-Dupree 2026-03-04.transcript.vtt")}
    told = shred(workspace, MARGIE, actor="manager-1", yes=True)
    assert len(told.out) == 2
    with open_house(workspace) as house, house.database.reading() as connection:
        assert theirs.isdisjoint(connection.execute(select(span_cache.c.source_id)).scalars())
        sheets = connection.execute(select(release_sheets).where(release_sheets.c.source_id.in_(theirs))).all()
        assert [bytes(s.sealed) for s in sheets] == [b""] * 2
    assert not list((workspace / "vault" / "drafts").glob("*/*"))
    assert restricted_log(workspace, sample.told["research"].release_id, actor="counsel-1").gone >= 1
    assert {s for d in account(workspace, MARGIE) for s in d.sessions} == HERS
    assert "What we wiped" in statement_page(workspace, MARGIE)
    again = shred(workspace, MARGIE, actor="manager-1", yes=True)
    assert (again.alone, again.shared) == (0, 0), "nothing of hers is left"


def test_after_a_shredding_the_next_recall_takes_back_what_is_out(sample: Released, workspace: Path) -> None:
    shred(workspace, MARGIE, actor="manager-1", yes=True)
    told = recall(workspace)["research"]
    assert (told.state, told.causes) == ("replaced", ("shredded",))
    notice = json.loads((workspace / "recalls" / told.release_id / "recall.json").read_bytes())
    assert len(notice["destroy_documents"]) >= 3
    kept = {p.name for p in (workspace / "releases" / told.replaced_by / "data").iterdir()}
    assert not kept & {f"{code}.vtt" for code in notice["destroy_documents"]}
    assert run_in(workspace, "research") is not None


def test_no_page_of_the_database_holds_a_shredded_name(workspace: Path) -> None:
    shred(workspace, MARGIE, actor="manager-1", yes=True)
    with sqlite3.connect(workspace / "ledger.db") as database:
        dump = "\n".join(database.iterdump())
    assert "Ansel" not in dump
    assert "Margie" not in dump
