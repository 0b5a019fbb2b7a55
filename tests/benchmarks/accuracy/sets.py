"""The public sets as samples: a text, and what somebody marked in it.

Rules:
- Nothing is fetched. The folder is the one that STORYKEEPER_DATA names; each set has a folder of its own with origin
  and licence in its README. A set that is not there is left out and told.
- Sets that are large are sampled with a fixed seed; small ones are taken whole.
- A mark carries the set's own type. LEFT_OUT names the types that the guide of this project does not count as an
  identifier (`sample_data/gold/GUIDELINES.md`); they are counted neither as found nor as missed, and masking them is
  no fault.
"""

from __future__ import annotations

import csv
import json
import random
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipeline.spoken import words

SEED = 11
MOST_DIALOGUES = 400  # of mts-dialog
MOST_VISITS = 100  # of aci-bench
TRANSCRIBER = re.compile(r"<[^>]*>")  # primock57: <UNSURE>, <UNIN/>
# of presidio-research: a title or a nationality alone names nobody; of confide-en: passwords
LEFT_OUT = frozenset({"TITLE", "NRP", "secret"})
DIGITS = dict(zip("0123456789", words("zero one two three four five six seven eight nine"), strict=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """A text and its marks (start, end, type)."""

    text: str = field(repr=False)
    marks: tuple[tuple[int, int, str], ...] = ()


Samples = list[Sample]


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    for line in path.read_text(encoding="utf-8").splitlines():
        yield json.loads(line)


def _marks(spans: list[dict[str, Any]], kind: str, start: str = "start", end: str = "end") -> tuple[Any, ...]:
    return tuple((s[start], s[end], s[kind]) for s in spans)


def asq_phi(data: Path) -> Samples:
    """Clinical queries with identifiers (types of HIPAA)."""
    rows = _lines(data / "asq-phi" / "spans.jsonl")
    return [Sample(text=r["text"], marks=_marks(r["spans"], "label")) for r in rows if r["spans"]]


def asq_phi_clean(data: Path) -> Samples:
    """The clinical queries that hold none."""
    return [Sample(text=r["text"]) for r in _lines(data / "asq-phi" / "spans.jsonl") if not r["spans"]]


def presidio_research(data: Path) -> Samples:
    """Templated sentences of Presidio's own evaluation."""
    rows = json.loads((data / "presidio-research" / "synth_dataset_v2.json").read_text(encoding="utf-8"))
    return [
        Sample(text=r["full_text"], marks=_marks(r["spans"], "entity_type", "start_position", "end_position"))
        for r in rows
    ]


def aci_bench(data: Path) -> Samples:
    """Visits in lower case; only the names of patient and doctor are marked."""
    rows = list(_lines(data / "aci-bench" / "weak_names.jsonl"))
    chosen = random.Random(SEED).sample(rows, min(MOST_VISITS, len(rows)))
    return [Sample(text=r["text"], marks=_marks(r["weak_spans"], "label")) for r in chosen]


def confide(data: Path) -> Samples:
    """Therapy-style snippets."""
    rows = _lines(data / "confide-en" / "pii-eval.jsonl")
    return [Sample(text=r["text"], marks=_marks(r["spans"], "type")) for r in rows]


def calls(data: Path) -> Samples:
    """Invented calls; marked is every place of the values that stand in a call's own columns."""
    return [_located(r["call_transcript"], _values(r)) for r in _calls(data)]


def calls_spoken(data: Path) -> Samples:
    """The same calls as the set's second file writes two of them: digits as words, names and addresses spelled."""
    out = []
    for row in _calls(data):
        values = _values(row)
        spoken = {value: _spoken(value, kind) for value, kind in values.items()}
        text = row["call_transcript"]
        for value in sorted(spoken, key=len, reverse=True):
            text = text.replace(value, spoken[value])
        out.append(_located(text, {spoken[value]: kind for value, kind in values.items()}))
    return out


def _calls(data: Path) -> list[dict[str, str]]:
    with (data / "agentic-calls" / "synthetic_call_transcripts.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _values(row: Mapping[str, str]) -> dict[str, str]:
    kinds = {"member_full_name": "NAME", "member_number": "NUMBER", "member_mobile": "PHONE", "member_email": "EMAIL",
             "member_address": "ADDRESS", "member_first_name": "NAME", "consultant_first_name": "NAME"}  # fmt: skip
    return {row[column]: kind for column, kind in kinds.items()}


def _spoken(value: str, kind: str) -> str:
    if kind in ("NUMBER", "PHONE"):
        return " ".join(DIGITS.get(c, c) for c in value if c != " ")
    if kind == "EMAIL":
        local, host = value.split("@")
        first, *rest = local.split(".")
        return " ".join([*first, *rest, "at", *host.replace(".", " dot ").split()])
    if kind == "NAME" and " " in value:
        first = value.split()[0]
        return f"{first} {' '.join(first.lower())} {value}"
    return value


def _located(text: str, values: Mapping[str, str]) -> Sample:
    taken = bytearray(len(text))
    marks = []
    for value in sorted(values, key=len, reverse=True):
        for found in re.finditer(rf"(?<!\w){re.escape(value)}(?!\w)", text):
            if not any(taken[found.start() : found.end()]):
                taken[found.start() : found.end()] = b"\1" * len(value)
                marks.append((found.start(), found.end(), values[value]))
    return Sample(text=text, marks=tuple(sorted(marks)))


def primock57(data: Path) -> Samples:
    """Real speech: acted consultations without identifiers, whole."""
    rows = _lines(data / "primock57" / "dialogues.jsonl")
    return [Sample(text="\n".join(TRANSCRIBER.sub("", t["text"]) for t in r["turns"])) for r in rows]


def mts_dialog(data: Path) -> Samples:
    """Short dialogues of doctor and patient; those that name somebody with a title are left out."""
    rows: list[str] = []
    for path in sorted((data / "mts-dialog").glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            rows += [r["dialogue"] for r in csv.DictReader(file)]
    named = re.compile(r"\b(?:Dr|Mr|Mrs|Ms|Doctor|Nurse|Miss)\b\.? [A-Z]")
    clean = [r for r in rows if not named.search(r)]
    chosen = random.Random(SEED).sample(clean, min(MOST_DIALOGUES, len(clean)))
    return [Sample(text=text) for text in chosen]


MARKED: dict[str, Callable[[Path], Samples]] = {
    "asq-phi": asq_phi,
    "presidio-research": presidio_research,
    "confide-en": confide,
    "agentic-calls, written": calls,
    "agentic-calls, spoken": calls_spoken,
    "aci-bench, names": aci_bench,
}
CLEAN: dict[str, Callable[[Path], Samples]] = {
    "asq-phi, clean": asq_phi_clean,
    "primock57": primock57,
    "mts-dialog": mts_dialog,
}
