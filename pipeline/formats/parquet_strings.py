"""Every string in the bytes of a Parquet file: values, whole dictionaries, names, metadata and statistics."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.errors import Fault, InputError

# What pyarrow raises for files that are no Parquet or were damaged.
UNREADABLE = (pa.ArrowException, OSError, ValueError, OverflowError, MemoryError, LookupError, TypeError)


def takes(data: bytes) -> bool:
    """Do the bytes begin and end as Parquet?"""
    return data.startswith(b"PAR1") and data.endswith(b"PAR1")


def of_parquet(data: bytes) -> Iterator[str]:
    """All strings. Raises InputError for a file that cannot be read."""
    try:
        first = pq.ParquetFile(io.BytesIO(data))
        columns = (first.schema.column(n) for n in range(len(first.schema)))
        outer = set(first.schema_arrow.names)
        texts = [c.path for c in columns if c.physical_type == "BYTE_ARRAY" and c.path in outer]
        # read with its dictionaries, a column shows also values that no row has
        opened = pq.ParquetFile(io.BytesIO(data), read_dictionary=texts)
        found = [*_told(opened), *_values(opened.read(use_threads=False))]
    except UNREADABLE:
        found = None
    if found is None:
        raise InputError("a copy cannot be read", [Fault(place="copy", what="it is damaged Parquet")])
    yield from found


def _told(opened: pq.ParquetFile) -> Iterator[str]:
    """Names, metadata of the file and its fields, what wrote it, least and greatest values."""
    told, schema = opened.metadata, opened.schema_arrow
    yield told.created_by
    yield from (*schema.names, *opened.schema.names)
    fields = [schema.field(n) for n in range(len(schema.names))]
    for pairs in (told.metadata, schema.metadata, *(field.metadata for field in fields)):
        yield from (part.decode("utf-8", "replace") for pair in (pairs or {}).items() for part in pair)
    for group in range(told.num_row_groups):
        for column in range(told.num_columns):
            kept = told.row_group(group).column(column).statistics
            if kept is not None and kept.has_min_max:
                yield from map(str, (kept.min, kept.max))


def _values(table: pa.Table) -> Iterator[str]:
    for column in table.columns:
        for chunk in column.chunks:
            if isinstance(chunk, pa.DictionaryArray):
                yield from _strings(chunk.dictionary.to_pylist())
            else:
                yield from _strings(chunk.to_pylist())


def _strings(value: object) -> Iterator[str]:
    todo = [value]
    while todo:
        one = todo.pop()
        if isinstance(one, str):
            yield one
        elif isinstance(one, bytes):
            yield one.decode("utf-8", "replace")
        elif isinstance(one, list | tuple):
            todo += one
        elif isinstance(one, dict):
            todo += [*one, *one.values()]
