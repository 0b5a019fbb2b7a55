"""doctor finds each unsafe setting: they are broken one by one in a workspace that is well."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from flows import cli
from flows.prefect_settings import HARDENED
from flows.verbs.doctor import _VERSIONS, BAD, _engine, check
from flows.verbs.init import init
from flows.verbs.recall import DUE
from flows.wiring import detector, open_house
from pipeline.events import EventKind, event
from pipeline.storage.database import sqlite_url
from recognizers.model import files
from tests.end_to_end.workspaces import AS_OF

pytestmark = pytest.mark.xdist_group("sample")


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in [s.name for s in HARDENED] + ["PREFECT_API_URL", "PREFECT_API_AUTH_STRING", "STORYKEEPER_KEY"]:
        monkeypatch.delenv(name, raising=False)
    init(tmp_path / "ws", name="Well", contact="office", now=AS_OF)
    return tmp_path / "ws"


def bad(workspace: Path) -> list[str]:
    """What was found bad; each says what to do."""
    found = [f for f in check(workspace) if f.state == BAD]
    assert all(f.mend for f in found)
    return [f.what for f in found]


def test_a_new_workspace_is_well(workspace: Path) -> None:
    assert bad(workspace) == []


@pytest.mark.parametrize("place", ["vault", "secrets", "inbox", "records", "reports"])
@pytest.mark.parametrize("mode", [0o750, 0o705])
def test_a_folder_that_others_may_open(workspace: Path, place: str, mode: int) -> None:
    (workspace / place).chmod(mode)
    found = bad(workspace)
    if place == "vault":  # opening a workspace tightens its vault by itself
        assert (workspace / place).stat().st_mode & 0o077 == 0
    else:
        assert found == [f"`{place}` is private"]


def test_prefects_folder_that_others_may_open(workspace: Path) -> None:
    (workspace / "prefect").mkdir(mode=0o755)
    (workspace / "prefect").chmod(0o755)
    assert bad(workspace) == ["`prefect` is private"]


@pytest.mark.parametrize("place", ["inbox", "releases"])
def test_a_link_in_the_place_of_a_folder(workspace: Path, place: str) -> None:
    (workspace / place).rename(workspace / "elsewhere")
    (workspace / place).symlink_to(workspace / "elsewhere")
    assert bad(workspace) == ["input, output and secrets are folders of their own"]


@pytest.mark.parametrize("setting", HARDENED, ids=[s.name for s in HARDENED])
def test_a_setting_of_prefect_that_is_overridden(
    workspace: Path, monkeypatch: pytest.MonkeyPatch, setting: object
) -> None:
    name = setting.name  # type: ignore[attr-defined]  # a PrefectSetting
    monkeypatch.setenv(name, "otherwise")
    assert [what.partition(":")[0] for what in bad(workspace)] == [f"`{name}`"]


@pytest.mark.parametrize(
    ("url", "password", "well"),
    [
        ("http://127.0.0.1:4200/api", None, False),
        ("http://127.0.0.1:4200/api", "a:b", True),
        ("http://prefect.example/api", "a:b", False),
        ("https://prefect.example/api", None, False),
        ("https://prefect.example/api", "a:b", True),
    ],
)
def test_an_api_that_anybody_may_use(
    workspace: Path, monkeypatch: pytest.MonkeyPatch, url: str, password: str | None, well: bool
) -> None:
    monkeypatch.setenv("PREFECT_API_URL", url)
    if password:
        monkeypatch.setenv("PREFECT_API_AUTH_STRING", password)
    assert bad(workspace) == ([] if well else ["the Prefect API asks for a password"])


def in_database(statement: str) -> Callable[[Path], None]:
    def change(workspace: Path) -> None:
        database = sqlite3.connect(workspace / "ledger.db")
        with database:
            assert database.execute(statement).rowcount > 0
        database.close()

    return change


def ahead_of_the_clock(workspace: Path) -> None:
    with open_house(workspace) as house:
        at = datetime.now(UTC) + timedelta(days=1)
        house.ledger.append([event(EventKind.CONFIG_CHANGED, at=at, actor="tester", setting="clock")])


def own_policy(text: str) -> Callable[[Path], None]:
    def change(workspace: Path) -> None:
        (workspace / "own.toml").write_text(text)
        settings = workspace / "storykeeper.toml"
        settings.write_text(settings.read_text().replace('group = "group"', 'group = "own.toml"', 1))

    return change


def a_release_that_is_due(workspace: Path) -> None:
    """As the nightly look leaves it where something is out that may no longer be."""
    (workspace / "reports" / DUE).write_text("{}")


BROKEN: dict[str, tuple[Callable[[Path], object], str]] = {
    "an event that was changed": (in_database("UPDATE events SET actor = 'somebody'"), "the ledger verifies"),
    "an event that was taken out": (in_database("DELETE FROM events"), "the ledger verifies"),
    "a head that was taken away": (lambda ws: (ws / "vault/ledger/ledger.head").unlink(), "the ledger verifies"),
    "an event ahead of the clock": (ahead_of_the_clock, "the clock is not behind the ledger"),
    "a policy that is none": (own_policy("name = 1\n"), "the policies can be used"),
    "a policy that is not there": (
        lambda ws: (own_policy("")(ws), (ws / "own.toml").unlink()), "the policies can be used"
    ),
    "records with a fault": (
        lambda ws: (ws / "records/sessions.csv").write_text("session_id,oops\n"), "the records have no fault"
    ),
    "a missing table": (lambda ws: (ws / "records/people.csv").unlink(), "the records have no fault"),
    "another key": (lambda ws: (ws / "secrets/program.key").write_text("ab" * 32 + "\n"), "the workspace opens"),
    "a key that others may read": (lambda ws: (ws / "secrets/program.key").chmod(0o644), "the workspace opens"),
    "no key": (lambda ws: (ws / "secrets/program.key").unlink(), "the workspace opens"),
    "a setting that nobody reads": (
        lambda ws: (ws / "storykeeper.toml").write_text("oops = 1\n"), "the workspace opens"
    ),
    "a recall that is due": (a_release_that_is_due, "no recall was due last night"),
    "no settings": (lambda ws: (ws / "storykeeper.toml").unlink(), "the workspace opens"),
}  # fmt: skip


DATABASE = "postgresql+pg8000://keeper{}@127.0.0.1/storykeeper"


@pytest.mark.parametrize(
    ("address", "well"),
    [("tcp://10.0.0.5:8786", False), ("tls://10.0.0.5:8786", True), ("tcp://127.0.0.1:8786", True)],
)
def test_workers_of_another_machine_without_tls(workspace: Path, address: str, well: bool) -> None:
    with open_house(workspace) as house:
        engine = house.settings.engine.model_copy(update={"address": address})
        with_workers = replace(house, settings=house.settings.model_copy(update={"engine": engine}))
        (found,) = _engine(with_workers)  # alone, since such an engine needs a PostgreSQL server to open a workspace
    assert (found.state == BAD, bool(found.mend)) == (not well, not well)


@pytest.mark.parametrize(("password", "well"), [(":keeper-1", False), ("", True)])
def test_a_password_in_the_settings(
    workspace: Path, monkeypatch: pytest.MonkeyPatch, password: str, well: bool
) -> None:
    monkeypatch.setenv("STORYKEEPER_STORAGE__DATABASE_URL", sqlite_url(workspace / "ledger.db"))
    settings = workspace / "storykeeper.toml"
    settings.write_text(f'{settings.read_text()}\n[storage]\ndatabase_url = "{DATABASE.format(password)}"\n')
    assert bad(workspace) == ([] if well else ["no password of a database stands in storykeeper.toml"])


@pytest.mark.parametrize("package", _VERSIONS)
def test_a_package_of_another_version(
    workspace: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, package: str
) -> None:
    """Its description lies before the real one on the path."""
    told = tmp_path / "other" / f"{package.replace('-', '_')}-0.1.dist-info"
    told.mkdir(parents=True)
    (told / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: 0.1\n")
    monkeypatch.syspath_prepend(str(tmp_path / "other"))
    assert bad(workspace) == [f"{package} {_VERSIONS[package]}"]


def test_a_model_that_was_changed(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    detector.cache_clear()
    monkeypatch.setattr(files, "DIGEST", "labels.txt")  # what is told there is not the digest of the files
    assert bad(workspace) == ["the detector can be built, its model has the right digest"]
    detector.cache_clear()


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_broken_is_found(workspace: Path, name: str) -> None:
    breaking, what = BROKEN[name]
    breaking(workspace)
    assert bad(workspace) == [what]


def test_the_command_ends_with_14_where_something_is_bad(
    workspace: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (workspace / "inbox").chmod(0o755)
    monkeypatch.setattr(sys, "argv", ["storykeeper", "doctor", "--json", "--workspace", str(workspace)])
    with pytest.raises(SystemExit) as end:
        cli._run()
    assert end.value.code == 14
    assert '"state": "bad"' in capsys.readouterr().out
