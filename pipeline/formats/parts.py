"""Large tables in parts: a stream is cut into small files of the same format, and copies of them are joined to one.

Rules:
- A part is a whole file of its own: the header (CSV) and some of the rows. Whatever reads, decides, redacts and writes
  a file does so with a part, in any process; no more than a part is in memory.
- CSV is cut where a line ends outside of quotes, JSON Lines at line ends, Parquet at rows; of Parquet a part holds only
  the columns that a mapping names. A workbook is never cut: Excel ends at a million rows.
- A line of a part and the line of the file that it is differ by `Part.before`; `located` puts that right in faults.
- Joined copies have one header. What is no copy of parts of one file is refused.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import BinaryIO, NoReturn

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.errors import Fault, InputError
from pipeline.formats.cells import cut
from pipeline.formats.decode import decode
from pipeline.formats.mapping import TableMapping
from pipeline.formats.parquet_strings import UNREADABLE

# A part of 4 MB takes some 150 MB while it is read and written (measured: tests/benchmarks/test_streaming.py).
PART = 4 << 20
# A record longer than this is a quote that was never closed, or no table.
LONGEST = 32 << 20
_ROWS = 10_000  # of Parquet in a part at most; the bytes of a row are known only once it is read
_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A piece of a table as a file of its own. n: its number from 0. before: how many lines of the whole file stand
    before its first row, less those of its own header."""

    n: int
    before: int
    data: bytes = field(repr=False)

    def located(self, error: InputError) -> InputError:
        """An error of this part with the lines of the whole file."""
        header = str(error).partition("\n")[0]
        faults = [replace(f, line=f.line + self.before) if f.line is not None else f for f in error.faults]
        return InputError(header, faults)


def parts(stream: BinaryIO, *, place: str, mapping: TableMapping | None = None, size: int = PART) -> Iterator[Part]:
    """The parts of a table, of about `size` bytes each. The stream has to be seekable. Raises InputError."""
    head = stream.read(4)
    stream.seek(0)
    if head == b"PAR1":
        return _parquet_parts(stream, place, mapping, size)
    if head[:2] == b"PK":
        _refuse(place, "a workbook of this size is not read; save it as CSV")
    return _text_parts(stream, place, size)


def join(copies: Iterable[bytes], out: BinaryIO, *, place: str) -> None:
    """Write the copies of the parts of one file, in their order, as one file. Raises InputError."""
    rest = iter(copies)
    first = next(rest, b"")
    if first.startswith(b"PAR1"):
        _join_parquet(first, rest, out, place)
        return
    out.write(first)
    header = b"" if first.removeprefix(_BOM).lstrip().startswith(b"{") else _header(first, place)
    for copy in rest:
        if not copy.startswith(header):
            _refuse(place, "the copies of its parts have different columns; run again")
        out.write(copy[len(header) :].removeprefix(_BOM))


def _refuse(place: str, what: str, line: int | None = None) -> NoReturn:
    raise InputError(f"`{place}` cannot be read in parts", [Fault(place=place, what=what, line=line)])


def _header(data: bytes, place: str) -> bytes:
    """The bytes of a small CSV file up to its first record."""
    decoded = decode(data, place=place)
    return decoded.encode(decoded.text[: cut(decoded.text, place=place).header.end])


def _text_parts(stream: BinaryIO, place: str, size: int) -> Iterator[Part]:
    header, ahead, encodings = b"", 0, set[bool]()
    for n, (piece, line) in enumerate(_pieces(stream, place, size)):
        if n == 0 and not piece.removeprefix(_BOM).lstrip().startswith(b"{"):
            header = _header(piece, place)
            ahead = _ends(header)
        if not piece.isascii():
            encodings.add(_is_utf8(piece))
        if len(encodings) > 1:
            _refuse(place, "it is UTF-8 in one part and not in another; save it as UTF-8", line + 1)
        yield Part(n=n, before=line - ahead, data=header + piece) if n else Part(n=n, before=0, data=piece)


def _pieces(stream: BinaryIO, place: str, size: int) -> Iterator[tuple[bytes, int]]:
    """Whole records of about `size` bytes together, each with the number of lines before it."""
    kept, line, quoted = b"", 0, None
    while block := stream.read(max(size, len(kept))):  # twice as much where no record ended
        if line == 0 and not kept and block[:2] in (b"\xff\xfe", b"\xfe\xff"):
            _refuse(place, "it is UTF-16; save it as UTF-8")
        kept += block
        if quoted is None:
            quoted = not kept.removeprefix(_BOM).lstrip().startswith(b"{")
        end = _last_end(kept, quoted=quoted)
        if end:
            yield kept[:end], line
            line += _ends(kept[:end])
            kept = kept[end:]
        elif len(kept) > LONGEST:
            what = f"no record ends within {LONGEST >> 20} MB from here; close a quote, or split the cell"
            _refuse(place, what, line + 1)
    if kept:
        yield kept, line


def _last_end(data: bytes, *, quoted: bool) -> int:
    """Behind the last line end that is outside of quotes: an even number of them stands before it. 0 for none."""
    end = data.rfind(b"\n") + 1
    if not quoted:
        return end
    odd = data.count(b'"', 0, end) % 2
    while end and odd:  # and so does every line end behind the last quote
        before = data.rfind(b"\n", 0, data.rfind(b'"', 0, end)) + 1
        odd = (odd - data.count(b'"', before, end)) % 2
        end = before
    return end


def _ends(data: bytes) -> int:
    return data.count(b"\n")


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def _parquet_parts(stream: BinaryIO, place: str, mapping: TableMapping | None, size: int) -> Iterator[Part]:
    try:
        # page by page: a row group may be as large as the file
        opened = pq.ParquetFile(stream, pre_buffer=False, buffer_size=1 << 20)
        named = mapping.named if mapping is not None else opened.schema_arrow.names
        told = opened.metadata
        row = sum(told.row_group(n).total_byte_size for n in range(told.num_row_groups)) // max(1, told.num_rows) + 1
        columns = [name for name in opened.schema_arrow.names if name in named]
        batches = opened.iter_batches(batch_size=max(1, min(_ROWS, size // row)), columns=columns, use_threads=False)
        line = 0
        for n, batch in enumerate(batches):
            yield Part(n=n, before=line, data=_small(pa.Table.from_batches([batch])))
            line += batch.num_rows
    except UNREADABLE:
        _refuse(place, "it is cut off or damaged Parquet; export it again")


def _small(table: pa.Table) -> bytes:
    out = io.BytesIO()
    pq.write_table(table, out, write_statistics=False, compression="none", use_dictionary=False)
    return out.getvalue()


def _join_parquet(first: bytes, rest: Iterator[bytes], out: BinaryIO, place: str) -> None:
    table = pq.read_table(io.BytesIO(first))
    schema = table.schema
    with pq.ParquetWriter(out, schema, write_statistics=False) as writer:
        writer.write_table(table)
        for copy in rest:
            table = pq.read_table(io.BytesIO(copy))
            if table.schema != schema:
                _refuse(place, "the copies of its parts have different columns; run again")
            writer.write_table(table)
