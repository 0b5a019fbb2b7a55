"""init: make an empty workspace: folders, a key, settings and record tables with nothing but their headers."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from flows.settings import SETTINGS_FILE
from flows.wiring import FOLDERS, KEY_FILE, open_house
from pipeline.consent.read_tables import CONSENT_COLUMNS, PARTICIPANT_COLUMNS, PEOPLE_COLUMNS, SESSION_COLUMNS
from pipeline.errors import StateError
from pipeline.events import EventKind, event
from pipeline.storage.disk import private_folder, write_whole
from pipeline.storage.faults import naming
from pipeline.storage.keys import create_key_file

_SETTINGS = """\
# What this program settles once. `storykeeper doctor` checks it.

[program]
name = "{name}"
contact = "{contact}"           # whom a recipient writes to; stands in every release
time_zone = "America/New_York"

[policy]                        # a shipped policy by name, or a TOML file of this folder
group = "group"
research = "research-safe-harbor"

# A file that holds the notes of many people needs its columns named; others never leave.
# [tables."notes.csv"]
# person = "client_id"
# key = "note_id"
# date = "note_date"
# author = "author"
# text = ["note"]
# keep = ["note_type"]
"""

_RECIPIENTS = """\
# Who may ever receive a release, and the research approvals in force. Nobody else is served.

[recipients.program]
name = "Our own peer community"
classes = ["program"]

# [recipients.univ-a]
# name = "A university"
# classes = ["research_partner"]

# [approvals.irb-2026-01]
# recipients = ["univ-a"]
# review = "irb"
# reference = "IRB 2026-01"
# agreement = "DUA 2026-01"
# valid_from = "2026-01-01"
# valid_to = "2026-12-31"
"""

_TABLES = {
    "people.csv": PEOPLE_COLUMNS,
    "sessions.csv": SESSION_COLUMNS,
    "participants.csv": PARTICIPANT_COLUMNS,
    "consents.csv": CONSENT_COLUMNS,
}


def init(workspace: Path, *, name: str, contact: str, now: datetime) -> tuple[str, ...]:
    """Make a workspace in a new or empty folder; what it made, for the screen. StateError where one is already."""
    if (workspace / SETTINGS_FILE).exists() or (workspace / KEY_FILE).exists():
        raise StateError("a workspace is here already; nothing was changed")
    with naming("workspace"):
        workspace.mkdir(parents=True, exist_ok=True)
    for folder in FOLDERS:
        with naming(folder):
            private_folder(workspace / folder)
    files = {SETTINGS_FILE: _SETTINGS.format(name=_plain(name), contact=_plain(contact))}
    files |= {f"records/{table}": ",".join(columns) + "\n" for table, columns in _TABLES.items()}
    files["records/recipients.toml"] = _RECIPIENTS
    for place, text in files.items():
        if not (workspace / place).exists():
            with naming(place):
                write_whole(workspace / place, text.encode())
    create_key_file(workspace / KEY_FILE)
    with open_house(workspace) as house, naming("public key"):
        house.ledger.append([event(EventKind.CONFIG_CHANGED, at=now, actor="init", setting="workspace")])
        write_whole(workspace / "public-key.pem", house.keyring.public_key_pem())
    return (*files, KEY_FILE, "public-key.pem")


def _plain(text: str) -> str:
    """As it may stand between quotes in TOML."""
    return " ".join(text.replace("\\", " ").replace('"', "'").split())
