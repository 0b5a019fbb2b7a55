"""One person: the accounting, the page for themself, and their destruction. Nobody else is on any of it."""

from __future__ import annotations

import csv
import html
import json
import re
import stat
from datetime import date
from pathlib import Path

import pytest

from flows.verbs.account import account
from flows.verbs.restricted import restricted_log
from flows.verbs.statement import statement_page, write_statement
from flows.wiring import open_house
from pipeline.errors import StateError, UsageError
from pipeline.events import EventKind
from pipeline.statement import told_day
from tests.end_to_end.recalls import REVOKED, change_consent, recall
from tests.end_to_end.sampled import Released, released
from tests.end_to_end.test_bad_input import typed

pytestmark = pytest.mark.xdist_group("sample")

MARGIE = "P-001"
HERS = {"S-001", "S-004", "S-005", "S-017"}


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Released:
    return released(tmp_path_factory)


@pytest.fixture
def workspace(sample: Released, tmp_path: Path) -> Path:
    return sample.copied(tmp_path / "ws")


def people(workspace: Path) -> list[dict[str, str]]:
    with (workspace / "records" / "people.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


# -- accounting


def test_the_accounting_names_every_release_that_holds_words_of_a_person(workspace: Path) -> None:
    found = account(workspace, MARGIE)
    assert {d.use for d in found} == {"group", "research"}
    assert {s for d in found for s in d.sessions} == HERS
    assert {d.records for d in found} == {("C-001+1",)}, "nobody else's record"
    assert {d.state for d in found} == {"out"}
    change_consent(workspace, "C-001", **REVOKED)
    recall(workspace)
    assert {(d.state, d.notice, d.still) for d in account(workspace, MARGIE)} == {("replaced", "open", False)}
    later = account(workspace, "P-010")
    assert sorted(d.state for d in later) == ["out", "out", "replaced", "replaced"], (
        "the replacement is a disclosure, too"
    )


def test_of_nobody_there_is_no_accounting(workspace: Path) -> None:
    assert account(workspace, "P-004") == (), "he refused"
    with pytest.raises(UsageError) as refused:
        account(workspace, "Margie Ansel-Dupree")
    assert refused.value.exit_code == 2
    assert "Margie" not in str(refused.value)


# -- the page

# Flesch and Kincaid: 0.39 words a sentence + 11.8 syllables a word - 15.59 (Kincaid et al. 1975).
GRADE = 6.0


def grade(text: str) -> float:
    """Reading grade of a text; names of places, people and forms are not words that somebody chose."""
    sentences = [s for s in re.split(r"[.!?:]\s|\n", text) if re.search(r"[a-z]", s)]
    words = [w for s in sentences for w in re.findall(r"[A-Za-z']+", s)]
    return 0.39 * len(words) / len(sentences) + 11.8 * sum(map(syllables, words)) / len(words) - 15.59


def syllables(word: str) -> int:
    """Groups of vowels, without a silent e at the end."""
    groups = re.findall(r"[aeiouy]+", word.lower())
    return max(1, len(groups) - (word.lower().endswith("e") and not word.lower().endswith("le") and len(groups) > 1))


def said(page: str, workspace: Path) -> str:
    """What the page says, a line a block, without what the program calls itself and its recipients."""
    body = page.partition("<body>")[2]
    lines = re.sub(r"</?(?:p|h\d|li|dt|dd|section|br)[^>]*>", "\n", body)
    text = html.unescape(re.sub(r"<[^>]+>", " ", lines))
    for name in ("Merrow University, Recovery Stories Project", "office", "Sample", people(workspace)[0]["name"]):
        text = text.replace(name, "them")
    return "\n".join(line.strip() for line in text.splitlines() if line.strip())


@pytest.mark.parametrize("person", [MARGIE, "P-002", "P-004", "P-005", "P-007", "P-014"])
def test_the_page_is_plain_and_names_nobody_else(workspace: Path, person: str) -> None:
    page = statement_page(workspace, person, as_of="2026-06-15")
    text = said(page, workspace)
    assert grade(text) <= GRADE, grade(text)
    for other in people(workspace):
        if other["person_id"] != person:
            for name in (other["name"], *other["aliases"].split(";"), other["person_id"]):
                assert not name or not re.search(rf"\b{re.escape(name)}\b", page), other["person_id"]
    assert not re.search(r"https?://|src=|<script", page)
    assert not re.search(r"\b(?:S|W)-\d|CONSENT_|[A-Z]{3,}_[A-Z]", text), "no codes but that of their own form"


def test_the_page_says_with_whom_under_which_yes_until_when_and_how_to_take_it_back(workspace: Path) -> None:
    page = html.unescape(statement_page(workspace, MARGIE, as_of="2026-06-15"))
    for words in (
        "Hello Marguerite",
        "parts of 4 talks and notes of yours with 2 places",
        "Merrow University",
        "January 12, 2026",
        "December 31, 2035",
        "March 4, 2026",
        "They have it.",
        "I take back my yes",
        "Your yes counts",
        "What no one can get back",
    ):
        assert words in page, words
    assert "nothing of yours" in html.unescape(statement_page(workspace, "P-004"))
    change_consent(workspace, "C-001", **REVOKED)
    recall(workspace)
    page = html.unescape(statement_page(workspace, MARGIE))
    assert "They have not told us yet that it is wiped." in page
    assert f"You took it back on {told_day(date(2026, 6, 18))}." in page


def test_the_page_is_written_for_its_owner_alone_and_over_nothing(workspace: Path, tmp_path: Path) -> None:
    place = tmp_path / "page.html"
    write_statement(workspace, MARGIE, place)
    assert stat.S_IMODE(place.stat().st_mode) == 0o600
    with pytest.raises(StateError, match="there already"):
        write_statement(workspace, MARGIE, place)


# -- the restricted log


def test_the_restricted_log_tells_what_stood_there_and_opening_it_is_an_event(
    sample: Released, workspace: Path
) -> None:
    release = sample.told["research"].release_id
    told = restricted_log(workspace, release, actor="counsel-1")
    was = {(e.session_id, e.swap.was) for e in told.entries}
    assert ("S-001", "Margie") in was
    rows = (sample.release("research") / "turns.jsonl").read_text(encoding="utf-8").splitlines()
    texts = {row["row"]: f"{row['speaker']} {row['text']}" for row in map(json.loads, rows)}
    for entry in told.entries:
        if entry.swap.now.startswith("[PERSON"):
            assert entry.swap.now.strip("[]") in texts[entry.code]
    one = restricted_log(workspace, release, actor="counsel-1", row=told.entries[0].code)
    assert {e.code for e in one.entries} == {told.entries[0].code}
    with open_house(workspace) as house:
        looked = [e.event for e in house.ledger.events(kinds=[EventKind.LOOKED])]
    assert [(e.actor, e.get("release"), e.get("purpose")) for e in looked] == [
        ("counsel-1", release, "restricted-log")
    ] * 2
    for path in (
        p for p in workspace.rglob("*") if p.is_file() and "inbox" not in p.parts and "records" not in p.parts
    ):
        assert b"Ansel-Dupree" not in path.read_bytes(), path.name


def test_the_commands_print_json_and_refuse_in_words(
    workspace: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for arguments, code in (
        (("account", MARGIE, "--json"), 0),
        (("account", "P-77"), 2),
        (("statement", MARGIE, "--out", str(tmp_path / "a.html"), "--json"), 0),
        (("shred", MARGIE, "--json"), 0),
        (("restricted", "no-such", "--as", "a"), 14),
    ):
        got, said = typed(capsys, monkeypatch, *arguments, "-w", str(workspace))
        assert got == code, (arguments, said)
        assert code or json.loads(said) is not None
        assert "Traceback" not in said
