"""A workspace whose inbox holds one file of each format: those of tests/golden/formats, with records made for them.

Everybody in the files is invented. Their speakers are one worker, one client and his brother; each client of a table is
somebody of the program, and everybody said yes to the group.
"""

from __future__ import annotations

import tomllib
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flows.verbs.init import init
from pipeline.formats import TableMapping, index_rows, read
from pipeline.model import Document
from tests.end_to_end.canary import _write as write_rows
from tests.end_to_end.workspaces import AS_OF
from tests.spec.formats_page import PAIRS, SHOWN

WORKER, NOBODY = "W-1", "P-0"
PEOPLE = {"Dana Reyes": WORKER, "Jordan Pike": "P-1", "Lou Pike": "P-2"}
# What in a label says who it is; the files are recordings of one worker and one client, once with his brother.
SIGNS = {"dana": WORKER, "jordan": "P-1", "lou ": "P-2", "interviewer": WORKER, "p01": "P-1"} | {
    f"speaker{sign}": person
    for sign, person in ((" 0", WORKER), ("_00", WORKER), ("_01", "P-1"), (" 1", "P-1"), (" 2", "P-2"))
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A file of the inbox: its session, its name, and what it is read as."""

    session: str
    file: str
    document: Document
    mapping: dict[str, Any] | None
    clients: tuple[str, ...]


def entries() -> Iterator[Entry]:
    """One a format: the file that its page in the manual shows."""
    for n, file in enumerate(SHOWN.values(), start=1):
        path = PAIRS / file
        told = tomllib.loads(path.with_suffix(".toml").read_text(encoding="utf-8"))
        data, columns = path.read_bytes(), told.get("mapping")
        if columns:  # days and times that go out as they are hold a copy for review, and rightly
            columns["keep"] = [column for column in columns["keep"] if column != "seen"]
        mapping = (
            TableMapping(**{k: tuple(v) if isinstance(v, list) else v for k, v in columns.items()}) if columns else None
        )
        clients = tuple(dict.fromkeys(row.person_id for row in index_rows(data, mapping))) if mapping else ()
        document = read(data, doc_id="D", mapping=mapping)
        yield Entry(session=f"S-{n:02d}", file=path.name, document=document, mapping=columns, clients=clients)


def plant_one_of_each(workspace: Path) -> tuple[Entry, ...]:
    """Make the workspace; what is in its inbox."""
    init(workspace, name="Formats", contact="office", now=AS_OF)
    found = tuple(entries())
    settings = workspace / "storykeeper.toml"
    for entry in found:
        (workspace / "inbox" / entry.file).write_bytes((PAIRS / entry.file).read_bytes())
        if entry.mapping is not None:
            columns = "".join(f"{key} = {value!r}\n" for key, value in entry.mapping.items())
            settings.write_text(f'{settings.read_text()}\n[tables."{entry.file}"]\n{columns}')
    people, roster = _people(found)
    records = workspace / "records"
    write_rows(records / "people.csv", [_person(i, name) for i, name in people.items()])
    write_rows(records / "sessions.csv", [_session(entry) for entry in found])
    write_rows(records / "participants.csv", roster)
    write_rows(records / "consents.csv", [_consent(i) for i in people if i.startswith("P-")])
    return found


def _people(found: tuple[Entry, ...]) -> tuple[dict[str, str], list[dict[str, str]]]:
    """Person id -> name, and the roster: who is behind each label of a file that is somebody's."""
    people = dict(zip((*PEOPLE.values(), NOBODY), (*PEOPLE, "Petra Quimby"), strict=True))
    people |= {client: "Quorra Blunden-Teague" for entry in found for client in entry.clients}
    roster: list[tuple[str, str, str, str]] = []
    for entry in found:
        labels = dict.fromkeys(t.speaker for t in entry.document.turns if t.speaker is not None)
        known = {label: _who(label) for label in labels}
        roster += [(entry.session, p, "staff" if p == WORKER else "client", label) for label, p in known.items() if p]
        if WORKER not in known.values():
            roster.append((entry.session, WORKER, "staff", "Dana Reyes"))
        if not entry.mapping and not any(p and p != WORKER for p in known.values()):
            roster.append((entry.session, NOBODY, "client", "Petra Quimby"))
    return people, [dict(zip(("session_id", "person_id", "role", "speaker_label"), row, strict=True)) for row in roster]


def _who(label: str) -> str | None:
    """The person behind a label: by name, or by the number that a machine gave to a voice. None: nobody is known."""
    plain = unicodedata.normalize("NFKD", label).encode("ascii", "ignore").decode().lower()
    return next((person for sign, person in SIGNS.items() if sign in plain), None)


def _person(person: str, name: str) -> dict[str, str]:
    return {"person_id": person, "name": name, "birth_date": "1980-01-01", "legal_status": "adult"}


def _session(entry: Entry) -> dict[str, str]:
    spoken = any(turn.speaker is not None for turn in entry.document.turns)
    return {
        "session_id": entry.session,
        "session_date": "2026-03-01",
        "kind": "table" if entry.mapping else "individual",
        "note_class": "transcript" if spoken else "peer_note",
        "program": "x",
        "file": entry.file,
        "roster_complete": "yes",
    }


def _consent(person: str) -> dict[str, str]:
    said = {
        "consent_id": f"C-{person}", "version": "1", "record_type": "consent", "status": "active", "person_id": person,
        "purposes": "group", "recipients": "class:program", "may_disclose": "us", "info_description": "sessions",
        "signed_on": "2026-01-01", "expires_on": "2099-12-31", "signer_roles": "self", "signature_evidence": "scan",
        "st_revocation_right": "yes", "recorded_by": "W-1", "recorded_at": "2026-01-01",
    }  # fmt: skip
    boxes = ("substance", "mental_health", "trauma", "self_harm", "legal", "sexual_health_hiv")
    return said | {f"cat_{box}": "yes" for box in boxes}
