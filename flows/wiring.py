"""The composition root: opens a workspace, hands out its parts, builds the detector. All rooms meet here alone.

- A workspace has input (`inbox/`), output (`releases/`, `reports/`) and secrets (`vault/`, `secrets/`) apart.
- Whoever opens a House closes it; nothing is opened on import.
- The detector is built once a process: loading its models takes seconds, and it keeps no state between documents.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from flows.settings import SETTINGS_FILE, EngineSection, Settings, read_settings
from pipeline.errors import Fault, InputError, PolicyError
from pipeline.policy import SHIPPED, Policy, load_policy, shipped
from pipeline.storage.crosswalk import Crosswalk
from pipeline.storage.database import Database, sqlite_url
from pipeline.storage.drafts import Drafts
from pipeline.storage.faults import naming
from pipeline.storage.keyring import Keyring, program_key
from pipeline.storage.ledger import Ledger
from pipeline.storage.logins import Logins
from pipeline.storage.marks import ReviewMarks
from pipeline.storage.requests import Requests
from pipeline.storage.reviews import Reviews
from pipeline.storage.runs import Releases, Runs
from pipeline.storage.sheets import Sheets
from pipeline.storage.spancache import SpanCache
from pipeline.storage.users import Users
from pipeline.storage.vault import Vault

if TYPE_CHECKING:
    from recognizers.engine import Detector

KEY_FILE = "secrets/program.key"
LEDGER_FOLDER = "vault/ledger"
WORKSPACE_VARIABLE = "STORYKEEPER_WORKSPACE"
FOLDERS = ("records", "inbox", "vault", "secrets", "releases", "recalls", "reports")


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """An open workspace: its settings and its storage."""

    workspace: Path
    settings: Settings
    database: Database
    keyring: Keyring
    vault: Vault
    crosswalk: Crosswalk
    ledger: Ledger
    spans: SpanCache
    reviews: Reviews
    marks: ReviewMarks
    requests: Requests
    users: Users
    logins: Logins
    runs: Runs
    releases: Releases
    drafts: Drafts
    sheets: Sheets

    @property
    def zone(self) -> ZoneInfo:
        """The program's time zone."""
        return ZoneInfo(self.settings.program.time_zone)

    def policy(self, use: str) -> Policy:
        """The policy of a use: a shipped one by name, or a file of the workspace. Raises PolicyError."""
        name = str(getattr(self.settings.policy, use))
        if name in SHIPPED:
            return shipped(name)
        path = self.workspace / name
        if not path.is_file():
            what = f"is neither shipped ({', '.join(SHIPPED)}) nor a file of the workspace; a typo?"
            fault = Fault(place=SETTINGS_FILE, column=f"policy.{use}", what=what)
            raise PolicyError("the policy cannot be used", [fault])
        return policy_of(path)


def policy_of(path: Path) -> Policy:
    """The policy in a file. Raises PolicyError with every fault of it, StorageError where it cannot be opened."""
    with naming("policy file"):
        data = path.read_bytes()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = None
    if text is None:
        raise PolicyError("the policy cannot be used", [Fault(place=path.name, what="is not UTF-8; save it as UTF-8")])
    return load_policy(text, path.name)


def database_url(workspace: Path, settings: Settings) -> str:
    """The configured database, or SQLite in the workspace."""
    return settings.storage.database_url or sqlite_url(workspace / "ledger.db")


@contextmanager
def open_house(workspace: Path) -> Iterator[House]:
    """Open a workspace and close it again. InputError where there is none, StorageError, VerificationError (key)."""
    settings = read_settings(workspace)
    with Database(database_url(workspace, settings)) as database:
        keyring = Keyring(database, program_key(database, workspace / KEY_FILE, os.environ))
        vault = workspace / "vault"
        yield House(
            workspace=workspace,
            settings=settings,
            database=database,
            keyring=keyring,
            vault=Vault(vault, database, keyring),
            crosswalk=Crosswalk(database, keyring),
            ledger=Ledger(database, keyring, workspace / LEDGER_FOLDER),
            spans=SpanCache(database, keyring),
            reviews=Reviews(database),
            marks=ReviewMarks(database, keyring),
            requests=Requests(database),
            users=Users(database),
            logins=Logins(database),
            runs=Runs(database),
            releases=Releases(database),
            drafts=Drafts(folder=vault / "drafts", keyring=keyring),
            sheets=Sheets(database, keyring),
        )


def workspace_of_this_process() -> Path:
    """The workspace that `STORYKEEPER_WORKSPACE` names: so no path becomes the parameter of a flow. InputError."""
    named = os.environ.get(WORKSPACE_VARIABLE)
    if not named:
        raise InputError(f"no workspace: set `{WORKSPACE_VARIABLE}`")
    return Path(named)


@contextmanager
def house_of_this_process() -> Iterator[House]:
    """The workspace of this process, open."""
    with open_house(workspace_of_this_process()) as house:
        yield house


def engine_of_this_process() -> EngineSection:
    """The engine that the settings of this process's workspace name. InputError."""
    return read_settings(workspace_of_this_process()).engine


@lru_cache(maxsize=1)
def detector() -> Detector:
    """The detector with all default layers."""
    from recognizers.engine import build_detector

    return build_detector()
