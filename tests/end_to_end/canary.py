"""The canary: nonsense words planted in every kind of input, and a search for them in whatever a run leaves behind.

A NAME may be nowhere outside the program's own input. A WORD of a session may be in a released copy and nowhere else.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from pathlib import Path

from tests.end_to_end.workspaces import table

# Nonsense that no lexicon and no library holds.
NAMES = {
    "person": "Zquorvex",
    "surname": "Blimthorne-Vaxley",
    "alias": "Quibbrix",
    "staff": "Drazzmoor",
    "file": "Wexplunk",
    "note_block": "Ombrixal",
    "cell": "Frandoodle",
}
WORD = "rewallpapered"
# Every place where a step works on words. A failure there carries them in its message, its cause and its arguments.
STEPS = (
    "flows.verbs.ingest.container_of",
    "flows.verbs.plan.decide",
    "flows.verbs.plan.index_rows",
    "flows.verbs.prepare.read",
    "flows.verbs.prepare.segments",
    "flows.verbs.prepare.admit",
    "flows.verbs.prepare.redact",
    "flows.verbs.prepare.write",
    "flows.verbs.prepare.inspect",
    "flows.verbs.chunk.turn_rows",
    "flows.verbs.publish.compose",
)
_BASE64 = re.compile(rb"[A-Za-z0-9+/_-]{16,}={0,2}")


def plant(workspace: Path) -> None:
    """Records and inbox of a workspace with one transcript, one note and one table, words planted everywhere."""
    client, worker = f"{NAMES['person']} {NAMES['surname']}", f"Dana {NAMES['staff']}"
    transcript = (
        f"WEBVTT\n\nNOTE made by {NAMES['note_block']}\n\n"
        f"1\n00:00:01.000 --> 00:00:04.000\n{worker}: Welcome back, {NAMES['person']}.\n\n"
        f"2\n00:00:05.000 --> 00:00:09.000\n{client}: I liked the {WORD} one with the beans. "
        f"I am {NAMES['alias']} to my friends.\n\n"
        f"3\n00:00:10.000 --> 00:00:12.000\n{worker}: Good to hear that.\n"
    )
    note = f"Met at the centre today.\n\nWe looked at the {WORD} list once more.\n"
    notes = table(
        [
            {
                "note_id": "1",
                "client_id": "P-1",
                "note_date": "2026-03-02",
                "author": worker,
                "note": f"We went over the {WORD} list again.",
            },
            {"note_id": "2", "client_id": "P-2", "note_date": "2026-03-02", "author": worker, "note": NAMES["cell"]},
        ]
    )
    inbox = workspace / "inbox"
    (inbox / f"{NAMES['file']} call.vtt").write_text(transcript, encoding="utf-8")
    (inbox / f"{NAMES['file']} note.txt").write_text(note, encoding="utf-8")
    (inbox / f"{NAMES['file']} notes.csv").write_text(notes, encoding="utf-8")
    settings = workspace / "storykeeper.toml"
    settings.write_text(settings.read_text() + _TABLE.format(file=f"{NAMES['file']} notes.csv"))
    _write_records(workspace / "records", client, worker)


_TABLE = """
[tables."{file}"]
person = "client_id"
key = "note_id"
date = "note_date"
author = "author"
text = ["note"]
"""


def _write_records(folder: Path, client: str, worker: str) -> None:
    people = [("P-1", client, NAMES["alias"]), ("P-2", "Someone Else", ""), ("W-1", worker, "")]
    rows = [
        {"person_id": i, "name": n, "aliases": a, "birth_date": "1980-01-01", "legal_status": "adult"}
        for i, n, a in people
    ]
    _write(folder / "people.csv", rows)
    files = {"S-1": ("call.vtt", "individual", "transcript"), "S-2": ("note.txt", "individual", "peer_note")}
    files["S-3"] = ("notes.csv", "table", "peer_note")
    sessions = [
        {"session_id": s, "session_date": "2026-03-01", "kind": kind, "note_class": note_class, "program": "x",
         "file": f"{NAMES['file']} {file}", "roster_complete": "yes"}
        for s, (file, kind, note_class) in files.items()
    ]  # fmt: skip
    _write(folder / "sessions.csv", sessions)
    roster = [
        {"session_id": s, "person_id": p, "role": role, "speaker_label": label}
        for s in files
        for p, role, label in (("W-1", "staff", worker), ("P-1", "client", client))
        if (s, p) != ("S-3", "P-1")
    ]
    _write(folder / "participants.csv", roster)
    _write(folder / "consents.csv", [_consent()])


def _consent() -> dict[str, str]:
    said = {
        "consent_id": "C-1", "version": "1", "record_type": "consent", "status": "active", "person_id": "P-1",
        "purposes": "group", "recipients": "class:program", "may_disclose": "us", "info_description": "sessions",
        "signed_on": "2026-01-01", "expires_on": "2099-12-31", "signer_roles": "self", "signature_evidence": "scan",
        "st_revocation_right": "yes", "recorded_by": "W-1", "recorded_at": "2026-01-01",
    }  # fmt: skip
    boxes = ("substance", "mental_health", "trauma", "self_harm", "legal", "sexual_health_hiv")
    return said | {f"cat_{box}": "yes" for box in boxes}


def _write(path: Path, rows: list[dict[str, str]]) -> None:
    """Rows under the header that `init` wrote: a column that is not given stays blank."""
    header = path.read_text(encoding="utf-8").strip().split(",")
    path.write_text(table([{column: row.get(column, "") for column in header} for row in rows]), encoding="utf-8")


def leaks(folder: Path, *, passed_over: tuple[str, ...] = ("inbox", "records")) -> list[str]:
    """`place: token` of every planted word found below a folder where it may not be."""
    found = []
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        place = path.relative_to(folder)
        if place.parts[0] in passed_over or place.name == "storykeeper.toml":
            continue
        tokens = [*NAMES.values()] + ([] if place.parts[0] == "releases" else [WORD])
        seen = told_in(path.read_bytes())
        named = told_in(str(place).encode())
        found += [f"{place}: {token}" for token in tokens if token.lower() in seen or token.lower() in named]
    return found


def told_in(data: bytes) -> str:
    """Everything that bytes say, in lower case: as they are, as UTF-16, and decoded from Base64."""
    views = [data, data.decode("utf-16-le", "ignore").encode("utf-8", "ignore"), *_decoded(data)]
    return "\n".join(view.decode("utf-8", "ignore") for view in views).lower()


def _decoded(data: bytes) -> Iterator[bytes]:
    for run in _BASE64.findall(data):
        for shift in range(4):  # a run may begin anywhere in its neighbours
            part = run[shift:].rstrip(b"=").replace(b"-", b"+").replace(b"_", b"/")
            yield base64.b64decode(part[: len(part) // 4 * 4])
