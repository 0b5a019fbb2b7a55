"""Tables that went wrong on their way here: a clear error in bounded time, or read as they are meant."""

from __future__ import annotations

from time import process_time

import pytest

from flows.verbs.columns import CUT_OFF, WHOLE, check_size, told_of_cuts
from pipeline.errors import InputError
from pipeline.formats import TableMapping, index_rows, read
from pipeline.formats.cut_off import cut_off
from pipeline.summary import Outcome, SessionLine

MAPPING = TableMapping(person="who", text=("note",))
MOST_S = 20.0  # of one core; the slowest takes 4 on a machine that does nothing else

REFUSED = {
    "duplicate header": (b"who,note,zq,zq\nP,zq,1,2\n", "D-1:1: two columns have one name"),
    "missing column": (b"who,zq\nP,zq\n", "D-1:1 column `note`: the mapping names it"),
    "an unquoted comma": (b"who,note\nP,zq, zq\nP,zq\n", "D-1:2: 3 cells under a header of 2"),
    "an open quote": (b'who,note\nP,"zq\nP,zq\n', "D-1:2: a quote is opened and never closed"),
    "a million quotes": (b"who,note\n" + b'"' * 1_000_001, "a quote is opened and never closed"),
    "a million columns": (b"who,note" + b",zq" * 1_000_000 + b"\nP,x\n", "more than 16384 columns"),
    "a hundred thousand keys": (
        b'{"who":1,"note":"",' + b",".join(b'"zq%d":1' % n for n in range(100_000)) + b"}\n",
        "16384",
    ),
    "deep JSON": (b'{"who":' + b"[" * 200_000 + b"\n", "D-1:1: it is no JSON"),
    "UTF-8 by its mark alone": (b"\xef\xbb\xbfwho,note\nP,zq\xe9\n", "marked as UTF-8 and is not"),
    "half of UTF-16": (b"\xff\xfe" + "who,note\nP,zq\n".encode("utf-16-le")[:-1], "cut off or damaged"),
    "a NUL": (b"who,note\nP,zq\x00\n", "D-1:2: it holds a NUL"),
    "empty": (b"", "it is empty"),
    "a zip": (b"PK\x05\x06" + b"\0" * 18, "no Word or Excel document"),
    "half a workbook": (b"PK\x03\x04zq", "cut off or damaged"),
}


@pytest.mark.parametrize(("data", "what"), REFUSED.values(), ids=REFUSED)
def test_it_is_refused_with_its_place_and_without_a_word_of_it(data: bytes, what: str) -> None:
    began = process_time()
    with pytest.raises(InputError) as caught:
        read(data, doc_id="D-1", mapping=MAPPING)
    assert process_time() - began < MOST_S
    assert what in str(caught.value)
    assert "zq" not in str(caught.value)


READ = {
    "mixed line ends and a mark": (b"\xef\xbb\xbfwho,note\r\nP-1,a\nP-2,b\rP-3,c\r\n", 3),
    "a line of 1 MB": (b"who,note\nP-1," + b"word " * 200_000 + b"\nP-2,x\n", 2),
    "a cell of many lines": (b'who,note\nP-1,"' + b'a ""b""\n' * 100_000 + b'"\nP-2,x\n', 2),
    "a JSON line of 1 MB": (b'{"who":"P","note":"' + b"word " * 200_000 + b'"}\n', 1),
    "semicolons and Windows-1252": (
        "who;note\nP-1;He went to the café after work, he said, and it was “fine”.\n".encode("cp1252"),
        1,
    ),
    "formulas": (b"who,note\nP-1,=1+1\nP-2,@x\nP-3,+1 day\nP-4,-\n", 4),
    "empty lines": (b"\n\nwho,note\n\nP-1,a\n\n\n", 1),
}


@pytest.mark.parametrize(("data", "rows"), READ.values(), ids=READ)
def test_it_is_read_as_it_is_meant(data: bytes, rows: int) -> None:
    began = process_time()
    assert len(index_rows(data, MAPPING)) == rows
    assert len(read(data, doc_id="D-1", mapping=MAPPING).turns) == rows
    assert process_time() - began < MOST_S


def test_a_row_that_excel_may_have_cut_is_told_so() -> None:
    data = f"who,note\nP-1,{'x' * 32_767}\nP-2,{'x' * 32_766}\nP-3,{'😀' * 16_383}y\n".encode()
    cut = [*cut_off(read(data, doc_id="D-1", mapping=MAPPING))]
    assert cut == [0, 2]
    lines = [SessionLine(session_id=f"S.{n}", outcome=Outcome.RELEASED) for n in (1, 2, 3)]
    told = told_of_cuts(lines, {f"S.{n + 1}" for n in cut})
    assert [CUT_OFF in line.reasons for line in told] == [True, False, True]


def test_a_file_too_large_for_a_run_is_refused_before_it_is_opened() -> None:
    check_size(WHOLE, "S-1")
    with pytest.raises(InputError, match="more than 32 MB"):
        check_size(WHOLE + 1, "S-1")
