"""A generated program of any size: invented people, talk taken from the gold documents, everybody says yes.

The talk is that of `sample_data/gold/train`, cut into runs of whole lines, so that it is as dense in names and numbers
as real documents are; each file speaks with the names of its own people.
"""

from __future__ import annotations

import random
import re
from pathlib import Path

from faker import Faker

from pipeline.measure import read_gold
from tests.benchmarks.consultations import consent_of, write_tables

GOLD = Path(__file__).resolve().parents[2] / "sample_data" / "gold" / "train"
SESSIONS_A_CLIENT = 20
WORKERS = 20
_LABEL = re.compile(r"^\s*(?:\[[^\]]*\]|[\w .'-]{1,40}:|<v [^>]*>|\d+|[\d:.,]+ --> .*)\s*")


def make_corpus(workspace: Path, *, documents: int, words: int, seed: int = 1) -> None:
    """Records and inbox of `documents` transcripts of some `words` words each."""
    draw = random.Random(seed)
    fake = Faker("en_US")
    fake.seed_instance(seed)
    lines = talk()
    workers = [(f"W-{n}", fake.name()) for n in range(WORKERS)]
    clients = [(f"P-{n}", fake.name()) for n in range(max(1, documents // SESSIONS_A_CLIENT))]
    sessions, participants = [], []
    for n in range(documents):
        client, worker = clients[n % len(clients)], workers[n % WORKERS]
        file = f"s{n:06}.txt"
        text = transcript(lines, client[1], worker[1], words, draw)
        (workspace / "inbox" / file).write_text(text, encoding="utf-8")
        sessions.append(_session(n, file))
        for (person, name), role in ((client, "client"), (worker, "staff")):
            participants.append(
                {
                    "session_id": f"S-{n}",
                    "person_id": person,
                    "role": role,
                    "speaker_label": name,
                    "self_disclosure_ok": "yes" if role == "staff" else "",
                }
            )
    people = [
        {"person_id": person, "name": name, "adult_attested": "yes", "legal_status": "adult"}
        for person, name in (*workers, *clients)
    ]
    consents = [consent_of(person) for person, _ in clients]
    write_tables(
        workspace,
        {"people": people, "sessions": sessions, "participants": participants, "consents": consents},
    )


def talk() -> list[str]:
    """Lines of talk without marks and labels."""
    texts = [read_gold(path.read_text(encoding="utf-8")).text for path in sorted(GOLD.iterdir())]
    lines = (_LABEL.sub("", line).strip() for text in texts for line in text.splitlines())
    return [line for line in lines if len(line.split()) > 3]


def transcript(lines: list[str], client: str, worker: str, words: int, draw: random.Random) -> str:
    """`Name: words`, two people in turn, of at least `words` words."""
    said: list[str] = []
    count = 0
    at = draw.randrange(len(lines))
    while count < words:
        line = lines[at % len(lines)]
        said.append(f"{(worker, client)[len(said) % 2]}: {line}")
        count += len(line.split())
        at += 1
    return "\n\n".join(said) + "\n"


def _session(n: int, file: str) -> dict[str, str]:
    day = f"2026-{1 + n % 5:02}-{1 + n % 28:02}"
    return {
        "session_id": f"S-{n}",
        "session_date": day,
        "kind": "individual",
        "note_class": "transcript",
        "program": "generated",
        "file": file,
        "roster_complete": "yes",
    }
