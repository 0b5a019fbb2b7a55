"""storykeeper user and storykeeper review as a person types them."""

from __future__ import annotations

import json
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

from flows.verbs.init import init
from flows.verbs.signing import Door
from flows.wiring import open_house
from tests.end_to_end.workspaces import AS_OF, storykeeper

PASSWORD = "a quiet harbor at dawn"


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("users") / "ws"
    init(place, name="Users", contact="office", now=AS_OF)
    return place


def user(workspace: Path, *arguments: str, typed: str = "") -> subprocess.CompletedProcess[str]:
    return storykeeper("user", *arguments, "-w", str(workspace), input=typed)


def test_the_pages_are_not_served_to_nobody(workspace: Path) -> None:
    done = storykeeper("review", "-w", str(workspace), "--port", "0")
    assert done.returncode == 14
    assert "storykeeper user add" in done.stderr


def test_an_account_is_made_listed_and_disabled_and_the_ledger_says_so(workspace: Path) -> None:
    assert user(workspace, "add", "ruth", "--role", "reviewer", "--dry-run", typed=PASSWORD + "\n").returncode == 0
    assert json.loads(user(workspace, "list", "--json").stdout) == []
    made = user(workspace, "add", "ruth", "--role", "reviewer", "--originals", "--json", typed=PASSWORD + "\n")
    told = {"name": "ruth", "role": "reviewer", "originals": True, "state": "active"}
    assert json.loads(made.stdout) == told
    assert json.loads(user(workspace, "list", "--json").stdout) == [told]
    with open_house(workspace) as house:
        token = house.logins.begin("ruth", at=datetime.now(UTC))
    assert user(workspace, "password", "ruth", typed="another harbor at dusk\n").returncode == 0
    with open_house(workspace) as house:
        assert house.logins.who(token, at=datetime.now(UTC)) is None
        assert Door(house=house).sign_in("ruth", PASSWORD, at=datetime.now(UTC)) is None
        assert Door(house=house).sign_in("ruth", "another harbor at dusk", at=datetime.now(UTC)) is not None
    assert user(workspace, "disable", "ruth").returncode == 0
    assert user(workspace, "disable", "ruth").returncode == 14
    assert user(workspace, "add", "ruth", "--role", "manager", typed=PASSWORD + "\n").returncode == 14
    with open_house(workspace) as house:
        events = [r.event for r in house.ledger.events() if r.event.get("account") == "ruth"]
        stored = house.users.get("ruth")
    assert [e.get("state") for e in events] == ["added", "new_password", "disabled"]
    assert stored is not None
    assert stored.password_hash.startswith("$argon2id$")


@pytest.mark.parametrize(
    ("arguments", "typed", "said"),
    [
        (("add", "sol", "--role", "reviewer"), "short\n", "15 to 256 characters"),
        (("add", "sol", "--role", "reviewer"), "", "15 to 256 characters"),
        (("add", "sol", "--role", "owner"), PASSWORD, "reviewer, manager, auditor"),
        (("add", "sol and ruth", "--role", "manager"), PASSWORD, "without blanks"),
        (("add", "sol", "--role", "auditor", "--originals"), PASSWORD, "does not open originals"),
        (("disable", "nobody", "--dry-run"), "", "no active account"),
    ],
)
def test_what_cannot_be_taken_is_refused_with_a_reason(
    workspace: Path, arguments: tuple[str, ...], typed: str, said: str
) -> None:
    done = user(workspace, *arguments, typed=typed)
    assert done.returncode == 2
    assert said in done.stderr
    assert PASSWORD not in done.stderr + done.stdout


def test_a_bind_that_others_could_reach_is_refused(workspace: Path) -> None:
    settings = workspace / "storykeeper.toml"
    before = settings.read_text()
    settings.write_text(before + '\n[review]\nbind = "0.0.0.0"\n')
    try:
        done = storykeeper("review", "-w", str(workspace), "--port", "0")
    finally:
        settings.write_text(before)
    assert done.returncode == 2
    assert "ends TLS" in done.stderr


def test_the_commands_at_the_terminal_stand_beside_the_pages(workspace: Path) -> None:
    done = storykeeper("review", "list", "-w", str(workspace), "--json")
    assert (done.returncode, json.loads(done.stdout)) == (0, [])
