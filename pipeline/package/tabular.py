"""Tables as bytes: CSV, JSON Lines and Parquet of the same rows, the same on every run, piece by piece.

- CSV after RFC 4180 with line feeds, UTF-8 without a mark, so that it reads the same everywhere.
- Parquet is written a row group at a time, so that memory is flat in the number of rows.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.package.columns import TURNS, Column

Row = Mapping[str, str | int]
ROW_GROUP = 10_000  # rows; some 3 MB of text


def csv_bytes(rows: Iterable[Row], names: Sequence[str], *, header: bool = True) -> bytes:
    """A CSV file, or with `header=False` more rows of one."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, names, lineterminator="\n")
    if header:
        writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode("utf-8")


def jsonl_bytes(rows: Iterable[Row]) -> bytes:
    """One JSON object a line."""
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode("utf-8")


class TurnTables:
    """turns.csv, turns.jsonl and turns.parquet, grown side by side. Each method gives (path, bytes to append)."""

    def __init__(self) -> None:
        self._parquet = _Parquet(TURNS)
        self._columns = [column.name for column in TURNS]

    def begin(self) -> Iterator[tuple[str, bytes]]:
        """The header."""
        yield "turns.csv", csv_bytes([], self._columns)

    def add(self, rows: Sequence[Row]) -> Iterator[tuple[str, bytes]]:
        """Some rows more."""
        yield "turns.csv", csv_bytes(rows, self._columns, header=False)
        yield "turns.jsonl", jsonl_bytes(rows)
        yield "turns.parquet", self._parquet.add(rows)

    def end(self) -> Iterator[tuple[str, bytes]]:
        """The last bytes of each file."""
        yield "turns.csv", b""
        yield "turns.jsonl", b""
        yield "turns.parquet", self._parquet.end()


class _Parquet:
    """A Parquet file without nulls; what is ready of it is handed on and not kept."""

    def __init__(self, columns: Sequence[Column]) -> None:
        self._schema = pa.schema(
            [pa.field(c.name, pa.int32() if c.kind == "integer" else pa.string(), nullable=False) for c in columns]
        )
        self._sink = _Sink()
        self._writer = pq.ParquetWriter(
            pa.PythonFile(self._sink, mode="w"), self._schema, compression="zstd", version="2.6", write_statistics=False
        )
        self._waiting: list[Row] = []

    def add(self, rows: Iterable[Row]) -> bytes:
        self._waiting.extend(rows)
        while len(self._waiting) >= ROW_GROUP:
            self._write(self._waiting[:ROW_GROUP])
            del self._waiting[:ROW_GROUP]
        return self._sink.taken()

    def end(self) -> bytes:
        if self._waiting:
            self._write(self._waiting)
        self._writer.close()
        return self._sink.taken()

    def _write(self, rows: Sequence[Row]) -> None:
        self._writer.write_table(
            pa.table({f.name: [row[f.name] for row in rows] for f in self._schema}, schema=self._schema)
        )


class _Sink(io.RawIOBase):
    """What pyarrow writes to: bytes wait here until they are taken."""

    def __init__(self) -> None:
        self._ready = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: object, /) -> int:
        before = len(self._ready)
        self._ready += memoryview(data)  # type: ignore[arg-type]  # pyarrow hands over anything with a buffer
        return len(self._ready) - before

    def taken(self) -> bytes:
        data = bytes(self._ready)
        self._ready.clear()
        return data
