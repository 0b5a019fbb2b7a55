"""Tables as bytes: CSV, JSON Lines and Parquet of the same rows, the same on every run.

CSV after RFC 4180 with line feeds, UTF-8 without a mark, so that it reads the same everywhere.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.package.columns import Column

Row = Mapping[str, str | int]


def csv_bytes(rows: Iterable[Row], names: Sequence[str]) -> bytes:
    """A CSV file with a header."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, names, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode("utf-8")


def jsonl_bytes(rows: Iterable[Row]) -> bytes:
    """One JSON object a line."""
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode("utf-8")


def parquet_bytes(rows: Sequence[Row], columns: Sequence[Column]) -> bytes:
    """A Parquet file without nulls."""
    schema = pa.schema(
        [pa.field(c.name, pa.int32() if c.kind == "integer" else pa.string(), nullable=False) for c in columns]
    )
    table = pa.table({c.name: [row[c.name] for row in rows] for c in columns}, schema=schema)
    sink = io.BytesIO()
    pq.write_table(table, sink, compression="zstd", version="2.6", write_statistics=False)
    return sink.getvalue()
