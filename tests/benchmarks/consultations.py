"""A workspace of the 57 acted consultations of primock57 (CC-BY-4.0), written out as Zoom VTT files.

The folder that `STORYKEEPER_DATA` names holds `primock57/dialogues.jsonl`. Records permit every second session. The
people of the records are invented with a fixed seed; the consultations hold no names of their own.
"""

from __future__ import annotations

import csv
import html
import json
import re
from collections.abc import Iterator
from pathlib import Path

from faker import Faker

from pipeline.consent.read_tables import CONSENT_COLUMNS, PARTICIPANT_COLUMNS, PEOPLE_COLUMNS, SESSION_COLUMNS

AS_OF = "2026-06-15T12:00:00"
_MARK = re.compile(r"<[^>]*>")  # the transcribers' own marks: <UNSURE>, <UNIN/>
_DOCTOR = "W-900"


def write_records(workspace: Path, dialogues: list[dict[str, object]]) -> set[str]:
    """Inbox and records in a workspace that `storykeeper init` made; the sessions that the records permit."""
    names = Faker("en_US")
    names.seed_instance(57)
    people = [(_DOCTOR, names.name())] + [(f"P-{n:03}", names.name()) for n in range(len(dialogues))]
    rows: dict[str, list[dict[str, str]]] = {"people": [], "sessions": [], "participants": [], "consents": []}
    rows["people"] = [
        {"person_id": i, "name": name, "birth_date": "1980-01-01", "legal_status": "adult"} for i, name in people
    ]
    permitted = set()
    for n, dialogue in enumerate(dialogues):
        session, patient = f"S-{n:03}", people[n + 1]
        file = f"consultation {n} {patient[1]}.vtt"
        (workspace / "inbox" / file).write_text(zoom_vtt(dialogue, people[0][1], patient[1]), encoding="utf-8")
        rows["sessions"].append(
            {"session_id": session, "session_date": "2026-03-01", "kind": "individual", "note_class": "transcript",
             "program": "clinic", "file": file, "roster_complete": "yes"}
        )  # fmt: skip
        rows["participants"] += [
            {"session_id": session, "person_id": _DOCTOR, "role": "staff", "speaker_label": people[0][1]},
            {"session_id": session, "person_id": patient[0], "role": "client", "speaker_label": patient[1]},
        ]
        if n % 2 == 0:
            rows["consents"].append(consent_of(patient[0]))
            permitted.add(session)
    write_tables(workspace, rows)
    return permitted


def write_tables(workspace: Path, rows: dict[str, list[dict[str, str]]]) -> None:
    """The record tables of a workspace."""
    columns = {
        "people": PEOPLE_COLUMNS,
        "sessions": SESSION_COLUMNS,
        "participants": PARTICIPANT_COLUMNS,
        "consents": CONSENT_COLUMNS,
    }
    for table, found in rows.items():
        with (workspace / "records" / f"{table}.csv").open("w", newline="", encoding="utf-8") as stream:
            writer = csv.DictWriter(stream, columns[table])
            writer.writeheader()
            writer.writerows(found)


def read_dialogues(data: Path) -> list[dict[str, object]]:
    """The dialogues, in the order of the file."""
    lines = (data / "primock57" / "dialogues.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines if line.strip()]


def zoom_vtt(dialogue: dict[str, object], doctor: str, patient: str) -> str:
    """One consultation as Zoom writes a transcript; four seconds a turn."""
    out = ["WEBVTT", ""]
    for n, (speaker, text) in enumerate(_turns(dialogue)):
        who = doctor if speaker == "doctor" else patient
        out += [str(n + 1), f"{_clock(4 * n)} --> {_clock(4 * n + 4)}", f"{who}: {html.escape(text, quote=False)}", ""]
    return "\n".join(out)


def _turns(dialogue: dict[str, object]) -> Iterator[tuple[str, str]]:
    turns = dialogue["turns"]
    assert isinstance(turns, list)
    for turn in turns:
        text = " ".join(_MARK.sub(" ", turn["text"]).split())
        if text:
            yield turn["speaker"], text


def _clock(seconds: int) -> str:
    return f"{seconds // 3600:02}:{seconds % 3600 // 60:02}:{seconds % 60:02}.000"


def consent_of(person: str) -> dict[str, str]:
    """A yes to everything, for both uses."""
    said = {
        "consent_id": f"C-{person}",
        "version": "1",
        "record_type": "consent",
        "status": "active",
        "person_id": person,
        "purposes": "group;research",
        "recipients": "class:program;class:research_partner",
        "may_disclose": "the clinic",
        "info_description": "transcripts",
        "data_from": "2026-01-01",
        "signed_on": "2026-01-10",
        "expires_on": "2026-12-31",
        "signer_roles": "self",
        "signature_evidence": "scan",
        "st_revocation_right": "yes",
        "recorded_by": "office",
        "recorded_at": "2026-01-10",
    }
    boxes = ("substance", "mental_health", "trauma", "self_harm", "legal", "sexual_health_hiv")
    return said | {f"cat_{box}": "yes" for box in boxes}
