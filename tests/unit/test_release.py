"""A release package: what is in it, what never is, and that it is the same twice."""

from __future__ import annotations

import csv
import dataclasses
import io
import json

import pytest

from pipeline.consent.small_cells import HIDDEN
from pipeline.errors import VerificationError
from pipeline.package.scope import checked_notice, notice
from pipeline.release import FILES, Replaces, name_is_safe
from pipeline.verify import verify
from tests.unit.release_made import ORIGIN, PUBLIC, Shelf, copies, package


def test_the_package_holds_every_file_and_only_these():
    files = package()
    assert set(files) == set(FILES) | {"data/d-00.vtt", "data/d-01.vtt", "data/d-02.vtt"}
    assert list(files)[-1] == "SHA256SUMS"
    assert all(name_is_safe(name) for name in files)


def test_the_same_inputs_give_the_same_bytes():
    assert package() == package()


def test_copies_out_of_the_order_of_their_codes_are_refused():
    with pytest.raises(ValueError, match="sort them"):
        package(copies()[::-1])


def test_documents_csv_counts_and_names_the_copies():
    rows = list(csv.DictReader(io.StringIO(package()["documents.csv"].decode())))
    assert [(r["document"], r["file"], r["turns"], r["when"]) for r in rows] == [
        (f"D{i}", f"data/d-{i:02x}.vtt", "8", "2024") for i in range(3)
    ]
    assert {r["document_categories"] for r in rows} == {"trauma"}


def test_the_manifest_says_what_made_it_and_counts_no_refusal():
    manifest = json.loads(package()["manifest.json"])
    assert set(manifest) == {
        "format", "release", "id", "use", "recipient", "as_of", "policy", "detector", "records", "counts", "risk",
        "files",
    }  # fmt: skip
    assert manifest["counts"] == {
        "documents": 3,
        "turns": 24,
        "people": {"client": 14, "staff": 12, "total": 26},
    }
    assert manifest["policy"]["sha256"] == ORIGIN.policy.digest
    with_ledger = json.loads(package(origin=dataclasses.replace(ORIGIN, ledger=("c" * 64, 41)))["manifest.json"])
    assert with_ledger["ledger"] == {"head": "c" * 64, "count": 41}


def test_a_small_count_of_people_is_hidden_and_cannot_be_computed():
    manifest = json.loads(
        package(origin=dataclasses.replace(ORIGIN, people={"client": 3, "staff": 12}))["manifest.json"]
    )
    assert manifest["counts"]["people"] == {"client": HIDDEN, "staff": HIDDEN, "total": 15}


def test_the_notice_is_the_text_of_the_rule_by_its_digest():
    text = notice()
    assert text.splitlines()[0].startswith("This file was made from peer-support records")
    assert text.endswith("42 CFR part 2 prohibits unauthorized use or disclosure of these records.\n")
    assert "(see 42 CFR 2.31)" in text
    with pytest.raises(VerificationError, match="PACKAGE_NOTICE_MISSING") as caught:
        checked_notice(b"This record may be shared with anybody.")
    assert caught.value.exit_code == 16


def test_the_scope_says_what_is_covered_and_forbidden():
    text = package()["CONSENT_SCOPE.txt"].decode()
    for said in ("uni-a", "substance, trauma", "2027-01-01", "privacy@program.example", "Recall:", "Do not link"):
        assert said in text


@pytest.mark.parametrize("name", ["../x.txt", "Keisha Ramos.vtt", "a/b.txt", "", ".hidden", "x.vtt\n", "CON.TXT"])
def test_a_name_that_is_not_ours_is_refused(name):
    with pytest.raises(ValueError, match="names and codes"):
        package([dataclasses.replace(copies()[0], name=name)])


def test_two_copies_of_one_code_or_name_are_refused():
    one, two, _ = copies()
    with pytest.raises(ValueError, match="have the code `D0`"):
        package([one, one])
    with pytest.raises(ValueError, match=r"are called `data/d-00\.vtt`"):
        package([one, dataclasses.replace(two, name=one.name)])
    with pytest.raises(ValueError, match="detector"):
        package(origin=dataclasses.replace(ORIGIN, detector="none"))


def test_a_date_that_few_share_is_suppressed_in_the_table_and_in_the_scope():
    one, two, three = copies()
    files = package([one, two, dataclasses.replace(three, when="2019", subjects=frozenset({"P-9"}))])
    shown = [row["when"] for row in csv.DictReader(io.StringIO(files["documents.csv"].decode()))]
    assert shown == ["suppressed"] * 3
    assert not any(b"2019" in data or b"2024" in data for name, data in files.items() if not name.startswith("turns"))
    assert json.loads(files["manifest.json"])["risk"] == {
        "table": "documents.csv",
        "quasi_identifiers": ["when", "note_class", "kind"],
        "k_of_the_policy": 5,
        "k_reached": 5,
        "cells_generalised": 0,
        "cells_suppressed": 3,
    }


def test_counts_that_an_earlier_release_told_are_not_told_again_with_one_less():
    before = {"client": 15, "staff": 12, "total": 27}
    manifest = json.loads(package(origin=dataclasses.replace(ORIGIN, earlier=(before,)))["manifest.json"])
    assert manifest["counts"]["people"] == {"client": HIDDEN, "staff": HIDDEN, "total": HIDDEN}


def test_a_replacement_says_what_it_replaces_and_which_rows_go():
    replaces = Replaces(release_id="R-1", manifest="d" * 64, rows=("D1-0002", "D1-0001"), notice="Destroy the rows.\n")
    files = package(origin=dataclasses.replace(ORIGIN, replaces=replaces))
    assert json.loads(files["manifest.json"])["replaces"] == {"release": "R-1", "manifest_sha256": "d" * 64}
    assert files["RECALL.txt"] == b"Destroy the rows.\n"
    assert files["recalled_rows.csv"] == b"row\nD1-0001\nD1-0002\n"
    assert verify(Shelf(files), PUBLIC).proven
