"""A large table copied in parts with given spans: `python -m tests.benchmarks.streamed KIND MB FOLDER`.

Prints one JSON object: rows, MB, seconds of one core, and the most memory that the process ever had. A process of its
own, so that nothing else counts.
"""

from __future__ import annotations

import json
import re
import resource
import sys
from collections.abc import Iterator
from pathlib import Path
from time import process_time

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.formats import TableMapping, read, write
from pipeline.formats.parts import Part, join, parts
from pipeline.labels import Label
from pipeline.model import Redaction, RegionKind, Replacement

MAPPING = TableMapping(person="client_id", key="note_id", date="note_date", text=("note",), keep=("kind",))
NAME = "Quillam"
_SENTENCE = f'Came in late, {NAME} said, and stayed for tea; the "good" chair was free. '
_GIVEN = re.compile(rf"{NAME}|P-\d+|2026-05-\d\d")


def make(kind: str, megabytes: int, path: Path) -> int:
    """Write a table of so many MB; how many rows it has. A note is some 600 characters."""
    rows = megabytes * 1_000_000 // 700
    if kind == "parquet":
        _make_parquet(rows, path)
        return rows
    with path.open("w", encoding="utf-8", newline="") as out:
        out.write("note_id,client_id,client_name,note_date,kind,note\n" if kind == "csv" else "")
        for row in _rows(rows):
            if kind == "jsonl":
                out.write(json.dumps(row) + "\n")
            else:
                out.write(",".join('"' + value.replace('"', '""') + '"' for value in row.values()) + "\n")
    return rows


def _rows(rows: int) -> Iterator[dict[str, str]]:
    for n in range(rows):
        yield {"note_id": f"N-{n}", "client_id": f"P-{n % 977}", "client_name": f"{NAME} {n % 977}",
               "note_date": f"2026-05-{n % 28 + 1:02}", "kind": "visit", "note": _SENTENCE * 8 + str(n)}  # fmt: skip


def _make_parquet(rows: int, path: Path) -> None:
    names = ("note_id", "client_id", "client_name", "note_date", "kind", "note")
    schema = pa.schema([(name, pa.string()) for name in names])
    batch: list[dict[str, str]] = []
    with pq.ParquetWriter(path, schema, compression="none", use_dictionary=False) as writer:
        for row in _rows(rows):
            batch.append(row)
            if len(batch) == 20_000:
                writer.write_table(pa.Table.from_pylist(batch, schema=schema))
                batch = []
        writer.write_table(pa.Table.from_pylist(batch, schema=schema))


def copy_of(part: Part) -> bytes:
    """The copy of a part with every given span replaced: what a process of a pool would do."""
    document = read(part.data, doc_id="D-1", mapping=MAPPING)
    words = (RegionKind.BODY, RegionKind.LABEL)
    made = tuple(
        Replacement(start=m.start(), end=m.end(), label=Label.PERSON, action="tag", stand_in="[PERSON_1]")
        for r in document.regions
        if r.kind in words
        for m in _GIVEN.finditer(document.text, r.start, r.end)
    )
    kept = frozenset(turn.n for turn in document.turns)
    return write(part.data, document, Redaction(doc_id="D-1", replacements=made, kept=kept))


def main() -> None:
    """Make, copy, tell."""
    kind, megabytes, folder = sys.argv[1], int(sys.argv[2]), Path(sys.argv[3])
    source, copy = folder / f"notes.{kind}", folder / f"copy.{kind}"
    rows = make(kind, megabytes, source)
    began = process_time()
    with source.open("rb") as stream, copy.open("wb") as out:
        join((copy_of(part) for part in parts(stream, place="notes", mapping=MAPPING)), out, place="notes")
    seconds = process_time() - began
    told = {"kind": kind, "rows": rows, "mb": source.stat().st_size / 1e6, "seconds": seconds}
    print(json.dumps(told | {"resident_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000}))


if __name__ == "__main__":
    main()
