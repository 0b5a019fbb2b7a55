"""Where a number begins and ends: brackets, plus signs and capitals set off by a space belong to it.

- An opening bracket, plus or number sign right before a run is taken in.
- One to four capitals before, or up to three after, are part of the number where upper case says anything and they are
  no short form that names a number or a profession.

Source: general knowledge, tried on the train documents.
"""

from __future__ import annotations

import re

from recognizers.coderuns import Run
from recognizers.reading import Reading

_CAPITALS_BEFORE = re.compile(r"(?<![^\W_])([A-Z]{1,4}) $")
# Short forms that name a number and are no part of it.
_ABBREVIATIONS = frozenset(
    [
        "SSN",
        "MRN",
        "DOB",
        "ZIP",
        "EBT",
        "VIN",
        "DL",
        "NPI",
        "DEA",
        "IMEI",
        "ID",
        "PO",
        "LCSW",
        "LPN",
        "RN",
        "AM",
        "PM",
        "PIN",
        "FAX",
        "CELL",
        "TEL",
        "EXT",
        "APT",
        "MG",
        "ML",
        "BACK",
        "HMIS",
        "SNAP",
        "I",
        "A",
        "CPRS",
        "CPSS",
        "PRSS",
        "CPS",
        "LMFT",
        "LADC",
        "CADC",
        "VA",
        "USA",
        "TX",
        "CA",
        "NY",
        "BAL",
        "CODE",
        "ICE",
        "ER",
        "OK",
        "TTY",
        "FOR",
        "IN",
        "AT",
        "ON",
        "TO",
        "NO",
        "IS",
        "MA",
        "MS",
        "MR",
    ]
)
_CAPITALS_AFTER = re.compile(r" ([A-Z]{1,3})(?![\w'.-])(?! ?[a-z])")


def whole(reading: Reading, run: Run) -> tuple[int, int]:
    """Take in an opening bracket or plus sign, and capitals set off by a space: CR 24-1163, 448 021 C."""
    start, end = run.start, run.end
    while start > 0 and reading.text[start - 1] in "(+#":
        start -= 1
    head = _CAPITALS_BEFORE.search(reading.text, max(0, start - 6), start)
    if head and reading.cased and head.group(1) not in _ABBREVIATIONS:
        start = head.start(1)
    tail = _CAPITALS_AFTER.match(reading.text, end)
    if tail and reading.cased and tail.group(1) not in _ABBREVIATIONS:
        end = tail.end()
    return start, end
