"""A Parquet file becomes a table of text, or faults that say where it is not one.

Columns are strings (plain or dictionary), whole numbers where the table holds a number, dates where it holds one. Any
other type is a fault of its column: what was typed before it came here may have lost its zeros.
"""

from __future__ import annotations

import io

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.consent.read_cells import ROW_LIMIT, Shape, Table, header_faults
from pipeline.consent.read_mappings import read_mappings
from pipeline.errors import Fault


def read_parquet(data: bytes, *, place: str, shape: Shape) -> Table:
    """Read the bytes of a Parquet file. place: what messages call the file. Never raises for what the bytes hold."""
    try:
        source = pq.ParquetFile(io.BytesIO(data))
        names = list(source.schema_arrow.names)
        faults = [*header_faults(names, shape, place), *_type_faults(source.schema_arrow, shape, place)]
        if source.metadata.num_rows > ROW_LIMIT:
            faults.append(Fault(place=place, what="has too many rows; split it"))
        if faults:
            return Table(place=place, unreadable=tuple(faults))
        rows = source.read().to_pylist()
    except (pa.ArrowException, OSError, ValueError, OverflowError, MemoryError):
        what = "cannot be read as Parquet; write it again or save it as CSV UTF-8"
        return Table(place=place, unreadable=(Fault(place=place, what=what),))
    return read_mappings(rows, place=place, shape=shape)


def _type_faults(schema: pa.Schema, shape: Shape, place: str) -> list[Fault]:
    found = []
    for field in schema:
        kind = field.type.value_type if pa.types.is_dictionary(field.type) else field.type
        text = pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_null(kind)
        number = pa.types.is_integer(kind) and field.name in shape.numbers
        day = pa.types.is_date(kind) and field.name in shape.days
        if field.name in shape.columns and not (text or number or day):
            found.append(Fault(place=place, column=field.name, what="is typed; write it as a column of strings"))
    return found
