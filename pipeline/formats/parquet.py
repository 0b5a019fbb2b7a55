"""Parquet: rows of typed columns.

Rules:
- Text, person and date columns are read as text whatever their type, and become columns of strings in the copy. Kept
  columns keep their type. A column that the mapping names is plain: nested values and bytes are refused, since whatever
  is inside would leave unseen.
- A copy is written anew from the kept rows: no metadata of file or columns (pandas and Arrow keep what they like
  there), no statistics (they hold the least and the greatest value), no value of a dictionary that no kept row has.
- Row groups keep their size.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NoReturn

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.errors import Fault, InputError
from pipeline.formats.format import File, Format
from pipeline.formats.parquet_strings import UNREADABLE
from pipeline.formats.rows import Column, Container, Record, Sheet, check_names
from pipeline.model import RegionKind

NAME = "parquet"
_MAGIC, _ENCRYPTED = b"PAR1", b"PARE"
# What is read whole unpacks to less than this; a few bytes can say that a billion rows follow.
_ROWS, _UNPACKED = 5_000_000, 1_000_000_000
_BATCH = 4_096


def recognises(file: File) -> bool:
    """Its first and last bytes; of a file that was cut off, the first ones and a NUL, which text has not."""
    data = file.data
    if data.startswith(_ENCRYPTED) and data.endswith(_ENCRYPTED):
        return True
    return data.startswith(_MAGIC) and (data.endswith(_MAGIC) or b"\0" in data)


def _opened(file: File) -> pq.ParquetFile:
    if file.data.startswith(_ENCRYPTED):
        _refuse(file.place, "it is encrypted; write it without encryption")
    try:
        opened = pq.ParquetFile(io.BytesIO(file.data), page_checksum_verification=True)
        told = opened.metadata
        unpacked = sum(told.row_group(n).total_byte_size for n in range(told.num_row_groups))
    except UNREADABLE:
        _refuse(file.place, "it is cut off or damaged Parquet; export it again")
    if told.num_rows > _ROWS or unpacked > _UNPACKED:
        _refuse(file.place, "it unpacks to more than is read in one piece; split it")
    return opened


def _refuse(place: str, what: str) -> NoReturn:
    raise InputError(f"`{place}` cannot be read", [Fault(place=place, what=what)])


def load(file: File, kinds: Mapping[str, RegionKind], head: str | None) -> Sheet:
    """The asked for columns of every row. Raises InputError."""
    opened = _opened(file)
    schema = opened.schema_arrow
    check_names(schema.names, kinds, file.place)
    faults = [
        Fault(place=file.place, column=name, what="it is nested or holds bytes; write it as a column of strings")
        for name in schema.names
        if name in kinds and not _plain(schema.field(name).type)
    ]
    if faults:
        raise InputError(f"`{file.place}` cannot be read as a table", faults)
    wanted = [name for name in schema.names if name in kinds]
    rows = _values(opened, wanted, file.place)
    return Sheet(names=tuple(schema.names), records=[Record(line=n, values=row) for n, row in enumerate(rows, start=1)])


def every(file: File) -> Iterator[tuple[Sequence[str], Iterable[Sequence[object]]]]:
    """Every cell, also of nested columns."""
    opened = _opened(file)
    yield opened.schema_arrow.names, _values(opened, opened.schema_arrow.names, file.place)


def _values(opened: pq.ParquetFile, names: Sequence[str], place: str) -> list[tuple[object, ...]]:
    rows: list[tuple[object, ...]] = []
    try:
        for batch in opened.iter_batches(batch_size=_BATCH, columns=list(names), use_threads=False):
            columns = {name: batch.column(n).to_pylist() for n, name in enumerate(batch.schema.names)}
            rows += zip(*(columns[name] for name in names), strict=True)
    except UNREADABLE:
        _refuse(place, "it is damaged Parquet; export it again")
    return rows


def _plain(kind: pa.DataType) -> bool:
    """A type of one value that is not bytes."""
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    text = pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind)
    number = pa.types.is_boolean(kind) or pa.types.is_integer(kind) or pa.types.is_floating(kind)
    return text or number or pa.types.is_null(kind) or pa.types.is_temporal(kind) or pa.types.is_decimal(kind)


def save(file: File, columns: tuple[Column, ...], rows: Iterable[Sequence[object]], head: str) -> bytes:
    """A new file of the rows."""
    opened = _opened(file)
    fields = [_field(opened.schema_arrow.field(c.name), c.kind) for c in columns]
    values = list(zip(*rows, strict=True)) or [()] * len(fields)
    arrays = [pa.array(column, type=field.type) for column, field in zip(values, fields, strict=True)]
    out = io.BytesIO()
    told = opened.metadata
    group = max((told.row_group(n).num_rows for n in range(told.num_row_groups)), default=0) or None
    pq.write_table(
        pa.Table.from_arrays(arrays, schema=pa.schema(fields)), out, write_statistics=False, row_group_size=group
    )
    return out.getvalue()


def _field(field: pa.Field[Any], kind: RegionKind) -> pa.Field[Any]:
    if kind is RegionKind.FIXED:
        return pa.field(field.name, field.type)
    large = pa.types.is_large_string(field.type)
    return pa.field(field.name, pa.large_string() if large else pa.string())


_CONTAINER = Container(load=load, every=every, save=save)

FORMAT = Format(
    name=NAME,
    ending=".parquet",
    title="Parquet",
    told_by="`PAR1` at its front and end",
    turn="a row",
    speaker="none; the mapped column names the person",
    kept="named columns in their order; the types of kept columns; the size of row groups",
    changed="a new file; what was read becomes strings",
    left_out="columns that the mapping does not name, rows that were not asked for; metadata of the file and its "
    "columns, statistics, values of dictionaries that no row has; a person's cell that nothing replaced is empty; read "
    "columns become strings, kept ones keep their type",
    gap="none: the row is gone",
    recognises=recognises,
    extract=_CONTAINER.extract,
    rebuild=_CONTAINER.rebuild,
    index=_CONTAINER.index,
)
