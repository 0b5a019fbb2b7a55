"""How Prefect is run here: quiet, offline, private. A table of settings, applied before Prefect is imported.

Sources: measured on prefect 3.8.8 with planted secrets (docs/operations.md). Prefect's database is a dashboard and
never the audit; the ledger is ours.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import MutableMapping
from dataclasses import dataclass
from pathlib import Path

from pipeline.storage.faults import naming

PREFECT_DIRECTORY = "prefect"


@dataclass(frozen=True, slots=True, kw_only=True)
class PrefectSetting:
    """One environment variable with its value and the reason for it. `{home}` stands for Prefect's directory."""

    name: str
    value: str
    why: str


HARDENED: tuple[PrefectSetting, ...] = (
    PrefectSetting(name="DO_NOT_TRACK", value="1", why="no telemetry leaves the machine"),
    PrefectSetting(
        name="PREFECT_SERVER_ANALYTICS_ENABLED", value="false", why="the server asks no telemetry host at its start"
    ),
    PrefectSetting(name="PREFECT_HOME", value="{home}", why="one private directory (0700), not the user's home"),
    PrefectSetting(
        name="PREFECT_LOCAL_STORAGE_PATH", value="{home}/storage", why="what Prefect pickles stays in that directory"
    ),
    PrefectSetting(
        name="PREFECT_LOGGING_TO_API_ENABLED", value="false", why="log lines do not go into Prefect's database"
    ),
    PrefectSetting(
        name="PREFECT_LOGGING_LEVEL", value="CRITICAL", why="what broke is told by us, without its tracebacks"
    ),
    PrefectSetting(name="PREFECT_SERVER_LOGGING_LEVEL", value="CRITICAL", why="the same for its server"),
    PrefectSetting(name="PREFECT_LOGGING_LOG_PRINTS", value="false", why="a print never becomes a stored log line"),
    PrefectSetting(
        name="PREFECT_RESULTS_PERSIST_BY_DEFAULT", value="false", why="results hold ids, and are not stored either"
    ),
    PrefectSetting(name="PREFECT_SERVER_API_HOST", value="127.0.0.1", why="the server answers this machine alone"),
    PrefectSetting(
        name="PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED",
        value="events,flow_runs,orphans",
        why="a server that runs for months forgets what is old",
    ),
    PrefectSetting(
        name="PREFECT_SERVER_EVENTS_RETENTION_PERIOD", value="P7D", why="and its events after a week (ISO 8601)"
    ),
    PrefectSetting(
        name="PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS",
        value="120",
        why="a new database took 12 s on two quiet cores; a busy machine needs more",
    ),
)


def harden(workspace: Path, environment: MutableMapping[str, str] = os.environ) -> None:
    """Set what is not set already, and make Prefect's directory private. Call before anything imports prefect.

    With no `PREFECT_API_URL` the server is embedded; it then gets a password of its own that lives as long as the
    process.
    """
    home = workspace.resolve() / PREFECT_DIRECTORY
    with naming(PREFECT_DIRECTORY):
        (home / "storage").mkdir(parents=True, exist_ok=True)
        home.chmod(0o700)
    for setting in HARDENED:
        environment.setdefault(setting.name, setting.value.format(home=home))
    if "PREFECT_API_URL" not in environment and "PREFECT_API_AUTH_STRING" not in environment:
        password = f"storykeeper:{secrets.token_urlsafe(24)}"
        environment["PREFECT_API_AUTH_STRING"] = password
        environment["PREFECT_SERVER_API_AUTH_STRING"] = password
