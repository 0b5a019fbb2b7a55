"""The journal: one JSON line for each step, for machines that watch. Off unless `STORYKEEPER_JOURNAL` names a place.

- The place is `stderr` or a file, which is made for this account alone. A line is written whole or not at all.
- What may stand in a line is an allow-list: each key has a shape, and every shape is a name of ours, an id, a count or
  a duration. Whatever does not fit is a fault of ours (ValueError without the value), never a word let through.
- A journal that cannot be written stops no work: the ledger is the audit.
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from time import monotonic

from flows.rim import StepFailedError

JOURNAL_VARIABLE = "STORYKEEPER_JOURNAL"
_NAME = re.compile(r"[a-z][a-z0-9 -]{0,39}")
_ID = re.compile(r"[0-9A-Za-z]{1,64}")
# key -> shape of its text; None: a number
KEYS: Mapping[str, re.Pattern[str] | None] = {
    "step": _NAME,
    "told": _NAME,
    "run": _ID,
    "chunk": None,
    "seconds": None,
    "kind": _ID,
    "error": _ID,
    "process": None,
}


def note(**facts: str | float) -> None:
    """Write a line. ValueError for a key or a value that has no place in the journal."""
    place = os.environ.get(JOURNAL_VARIABLE)
    if not place:
        return
    for key, value in facts.items():
        shape = KEYS.get(key, _NEVER)
        if isinstance(value, str) == (shape is None) or (shape is not None and not shape.fullmatch(str(value))):
            raise ValueError(f"`{key[:20]}` has no such place in the journal")
    told = {"at": datetime.now(UTC).isoformat(timespec="milliseconds"), "process": os.getpid(), **facts}
    with suppress(OSError):
        _write(place, json.dumps(told).encode() + b"\n")


def _write(place: str, line: bytes) -> None:
    if place == "stderr":
        sys.stderr.buffer.write(line)
        sys.stderr.buffer.flush()
        return
    opened = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        os.write(opened, line)
    finally:
        os.close(opened)


_NEVER = re.compile(r"(?!)")


@contextmanager
def step_noted(step: str, **which: str | float) -> Iterator[None]:
    """Note begin and end of a step; of one that broke the kind of error and its id."""
    began = monotonic()
    note(step=step, told="began", **which)
    try:
        yield
    except StepFailedError as failure:
        spent = round(monotonic() - began, 3)
        note(step=step, told="broke", seconds=spent, kind=failure.kind, error=failure.error_id, **which)
        raise
    note(step=step, told="done", seconds=round(monotonic() - began, 3), **which)
