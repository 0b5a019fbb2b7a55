"""What describes a release: tables that agree, a data package and codebook for programs, texts that say true things."""

from __future__ import annotations

import csv
import dataclasses
import io
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import frictionless
import pandas as pd
import pytest

from pipeline.package.codebook import CODEBOOK
from pipeline.package.columns import DOCUMENTS, QUASI_IDENTIFIERS, TURNS
from pipeline.package.facts import Facts
from pipeline.policy import SHIPPED, shipped
from pipeline.release import Replaces
from pipeline.risk import protect
from tests.unit.release_made import ORIGIN, PUBLIC, TEXTS, copies, on_disk, package


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = on_disk(tmp_path_factory.mktemp("release"), package())
    (place.parent / "key.pem").write_bytes(PUBLIC)
    return place


def test_the_three_tables_of_turns_agree(folder):
    parquet = pd.read_parquet(folder / "turns.parquet").to_dict("records")
    text = pd.read_csv(folder / "turns.csv", keep_default_na=False).to_dict("records")
    lines = [json.loads(line) for line in (folder / "turns.jsonl").read_text().splitlines()]
    assert parquet == text == lines
    assert len(parquet) == 3 * len(TEXTS)
    assert parquet[0]["row"] == "D0-0001"
    assert [r["text"] for r in parquet[: len(TEXTS)]] == list(TEXTS)


def test_the_data_package_and_its_resources_are_valid(folder):
    found = frictionless.Package(str(folder / "datapackage.json"))
    report = found.validate()
    assert [task.name for task in report.tasks] == ["turns", "documents", "codebook"]
    assert report.valid, report.flatten(["title", "message"])
    described = json.loads((folder / "datapackage.json").read_text())
    assert described["id"] == json.loads((folder / "manifest.json").read_text())["id"]


def test_a_broken_table_is_no_valid_data_package(tmp_path):
    files = package()
    files["documents.csv"] = files["documents.csv"].replace(b"individual", b"somewhere", 1)
    place = on_disk(tmp_path, files)
    assert not frictionless.Package(str(place / "datapackage.json")).validate().valid


def test_the_codebook_is_a_redcap_dictionary_that_lists_every_column_once():
    files = package()
    rows = list(csv.DictReader(io.StringIO(files["codebook.csv"].decode())))
    assert tuple(rows[0]) == CODEBOOK
    assert len(CODEBOOK) == 18
    names = [row["Variable / Field Name"] for row in rows]
    assert sorted(names) == sorted({c.name for c in (*TURNS, *DOCUMENTS)})
    assert all(re.fullmatch(r"[a-z][a-z0-9_]{0,25}", name) for name in names)
    assert [r["Form Name"] for r in rows] == sorted((r["Form Name"] for r in rows), key=["documents", "turns"].index)
    quasi = {r["Variable / Field Name"] for r in rows if r["Field Annotation"].startswith("quasi-identifier")}
    assert quasi == set(QUASI_IDENTIFIERS)
    for path, columns in (("turns.csv", TURNS), ("documents.csv", DOCUMENTS)):
        assert files[path].decode().splitlines()[0].split(",") == [c.name for c in columns]


def test_the_codebook_page_needs_nothing_from_outside():
    page = package()["codebook.html"].decode()
    assert not re.search(r"https?:|src=|<script|<link", page)
    assert all(f"<code>{c.name}</code>" in page for c in (*TURNS, *DOCUMENTS))


def test_croissant_has_what_its_specification_requires():
    files = package()
    data = json.loads(files["croissant.json"])
    required = {"@context", "@type", "conformsTo", "description", "license", "name", "url", "creator", "datePublished"}
    assert required <= set(data)
    assert (data["@type"], data["conformsTo"]) == ("sc:Dataset", "http://mlcommons.org/croissant/1.0")
    context = data["@context"]
    assert (context["@vocab"], context["sc"]) == ("https://schema.org/", "https://schema.org/")
    assert context["cr"] == "http://mlcommons.org/croissant/"
    sums = dict(reversed(line.split("  ")) for line in files["SHA256SUMS"].decode().splitlines())
    for entry in data["distribution"]:
        assert {"@id", "name", "contentUrl", "encodingFormat", "sha256"} <= set(entry)
        assert entry["@type"] == "cr:FileObject"
        assert entry["sha256"] == sums[entry["contentUrl"]]
    ids = [e["@id"] for e in data["distribution"]]
    for records in data["recordSet"]:
        ids.append(records["@id"])
        header = files[f"{records['@id']}.csv"].decode().splitlines()[0].split(",")
        assert [f["source"]["extract"]["column"] for f in records["field"]] == header
        assert all(f["source"]["fileObject"]["@id"] == f"{records['@id']}.csv" for f in records["field"])
        assert {f["dataType"] for f in records["field"]} <= {"sc:Text", "sc:Integer"}
        ids += [f["@id"] for f in records["field"]]
        assert records["key"]["@id"] in ids
    assert len(ids) == len(set(ids))
    [reference] = [f["references"] for r in data["recordSet"] for f in r["field"] if "references" in f]
    assert reference["field"]["@id"] in ids


def blocks(readme: str, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", readme, re.DOTALL)


def test_the_two_lines_of_the_readme_load_it(folder):
    [code] = blocks((folder / "README.md").read_text(), "python")
    assert len(code.splitlines()) == 2
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\nimport sys; sys.stdout.write(str(len(turns)))"],
        cwd=folder, capture_output=True, text=True,
    )  # fmt: skip
    assert done.stdout == str(3 * len(TEXTS)), done.stderr


def test_the_shell_lines_of_the_readme_check_it(folder, tmp_path):
    if shutil.which("openssl") is None or shutil.which("sha256sum") is None:
        pytest.skip("openssl or sha256sum is not installed here")
    place = shutil.copytree(folder, tmp_path / "r")
    lines = blocks((place / "README.md").read_text(), "sh")
    assert len(lines) == 3

    def said(line: str) -> tuple[int, str]:
        done = subprocess.run(["sh", "-c", line], cwd=place, capture_output=True, text=True)
        return done.returncode, done.stdout

    key = place / "key.pem"
    key.write_bytes(PUBLIC)
    signature, files, sums = map(said, lines)
    assert (signature[0], "Verified Successfully" in signature[1]) == (0, True)
    assert files == sums == (0, "")
    (place / "turns.csv").write_bytes(b"row\n")
    assert said(lines[0])[0] == 0
    assert said(lines[1])[0] != 0
    assert said(lines[2])[0] != 0
    (place / "manifest.json").write_bytes((place / "manifest.json").read_bytes().replace(b"uni-a", b"uni-b"))
    assert said(lines[0])[0] != 0


def test_it_is_cited_by_the_same_id_everywhere():
    files = package()
    identity = json.loads(files["manifest.json"])["id"]
    assert re.fullmatch(r"urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", identity)
    for name in ("README.md", "DATASHEET.md", "datapackage.json", "croissant.json"):
        assert identity in files[name].decode(), name
    assert identity == json.loads(package(copies()[:1])["manifest.json"])["id"]
    other = package(origin=dataclasses.replace(ORIGIN, release_id="R-8"))
    assert identity not in other["README.md"].decode()


@pytest.mark.parametrize("name", SHIPPED)
def test_the_datasheet_answers_its_questions_with_facts_of_this_release(name):
    sheet = package(origin=dataclasses.replace(ORIGIN, policy=shipped(name)))["DATASHEET.md"].decode()
    assert [line for line in sheet.splitlines() if line.startswith("## ")] == [
        "## Why it was made", "## What is in it", "## How it was collected", "## What was done to it",
        "## What it is good for, and what not", "## How it is distributed", "## Maintenance",
    ]  # fmt: skip
    assert "3 documents, 24 turns" in sheet
    assert f"`{name}`" in sheet
    assert not any(text in sheet for text in TEXTS if len(text) > 5)
    assert not re.search(r"\bwithheld (sessions|people)|refus|denied", sheet)


def test_a_replacement_is_named_where_it_is_read_first():
    replaces = Replaces(release_id="R-1", manifest="d" * 64, rows=("D1-0002",), notice="Destroy the rows.\n")
    files = package(origin=dataclasses.replace(ORIGIN, replaces=replaces))
    assert "takes the place of release `R-1`" in files["README.md"].decode()
    assert "replaces `R-1`" in files["DATASHEET.md"].decode()


def test_facts_tell_no_count_of_people_below_k():
    facts = Facts(
        release_id="R-1", use="research", recipient="uni-a", as_of="2026-03-01T09:00:00+00:00", contact="office",
        policy=shipped("strict"), documents=0, turns=0, words=0, risk=protect([], 11),
    )  # fmt: skip
    assert facts.risk_told()["k_reached"] == 11
    assert facts.day == "2026-03-01"
