"""One table of the records folder, whatever container it comes in; told apart by content, never by name.

CSV, XLSX and Parquet give the same rows of text with the same strictness (see `read_cells`). Faults are values here;
who reads the table decides which rows they touch.
"""

from __future__ import annotations

from pipeline.consent.read_cells import Shape, Table
from pipeline.consent.read_csv import read_csv
from pipeline.consent.read_parquet import read_parquet
from pipeline.consent.read_xlsx import read_xlsx

# first bytes: a zip archive (XLSX) and a Parquet file
_ZIP = b"PK\x03\x04"
_PARQUET = b"PAR1"


def read_table(data: bytes, *, place: str, shape: Shape) -> Table:
    """Read a table file. place: what messages call it (a table's name, never a person's). Never raises for bytes."""
    if data.startswith(_ZIP):
        return read_xlsx(data, place=place, shape=shape)
    if data.startswith(_PARQUET):
        return read_parquet(data, place=place, shape=shape)
    return read_csv(data, place=place, shape=shape)
