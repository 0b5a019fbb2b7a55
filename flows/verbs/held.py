"""What is kept of a copy that waits for a person: its text, what was found in it, and the sheet that a reviewer reads.

It lies sealed in the vault under the id of its review item. Pieces are written as short lists: a transcript of 3,000
turns has tens of thousands of them.
"""

from __future__ import annotations

import json
import zlib
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from typing import Any

from flows.verbs.drafted import line_of
from flows.verbs.prepare import Prepared
from flows.wiring import House
from pipeline.errors import Fault, StateError
from pipeline.inspection.findings import Finding, Kind, Where
from pipeline.inspection.inspect import Original, read_copy
from pipeline.labels import Label
from pipeline.reviewing.sheet import Flag, Piece, Sheet, SheetTurn, sheet_of
from pipeline.summary import SessionLine

HELD = "held"
_LAYOUT = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A copy that waits. rows: the rows of a table that are in it, None for a file. lines: what consent said of each
    session in it."""

    copy: str = field(repr=False)
    findings: tuple[Finding, ...]
    sheet: Sheet
    rows: frozenset[int] | None
    lines: tuple[SessionLine, ...]


def keep_held(house: House, item_id: str, made: Prepared) -> None:
    """Keep a copy for whoever reviews it."""
    original = Original(document=made.document, redaction=made.redaction)
    text = read_copy(made.copy, doc_id=made.document.doc_id, original=original).text
    sheet = sheet_of(
        made.document,
        made.redaction,
        made.spans,
        made.findings,
        text,
        text_digest=made.text_digest,
        effect=made.effect,
    )
    rows = made.item.rows
    put_held(house, item_id, Held(copy=text, findings=made.findings, sheet=sheet, rows=rows, lines=made.lines))


def put_held(house: House, item_id: str, held: Held) -> None:
    """Put it under the id of its review item."""
    body = {
        "layout": _LAYOUT,
        "copy": held.copy,
        "findings": [asdict(f) for f in held.findings],
        "rows": None if held.rows is None else sorted(held.rows),
        "lines": [asdict(line) for line in held.lines],
        "text_digest": held.sheet.text_digest,
        "effect": held.sheet.effect,
        "places": [[flag.start, flag.end] for flag in held.sheet.flags],
        "turns": [[t.who, t.kept, [_packed(p) for p in t.pieces]] for t in held.sheet.turns],
    }
    house.drafts.put(HELD, item_id, zlib.compress(json.dumps(body, separators=(",", ":")).encode()))


def held(house: House, item_id: str) -> Held:
    """What was kept of a copy. StateError where nothing is there, or an older version made it."""
    found = _read(house.drafts.get(HELD, item_id))
    if found is None:
        what = "an older version made it; run again, then look again"
        raise StateError("the copy cannot be shown", [Fault(place=f"item `{item_id[:12]}`", what=what)])
    return found


@lru_cache(maxsize=4)  # a reviewer decides a hundred times about one copy
def _read(data: bytes) -> Held | None:
    body = _body(data)
    if body is None:
        return None
    findings = tuple(map(_finding, body["findings"]))
    flags = zip(findings, body["places"], strict=True)
    sheet = Sheet(
        text_digest=body["text_digest"],
        effect=body["effect"],
        turns=tuple(
            SheetTurn(n=n, who=who, kept=kept, pieces=tuple(map(_piece, pieces)))
            for n, (who, kept, pieces) in enumerate(body["turns"])
        ),
        flags=tuple(Flag(finding=f, start=start, end=end) for f, (start, end) in flags),
    )
    return Held(
        copy=body["copy"],
        findings=findings,
        sheet=sheet,
        rows=None if body["rows"] is None else frozenset(body["rows"]),
        lines=tuple(map(line_of, body["lines"])),
    )


def _body(data: bytes) -> dict[str, Any] | None:
    try:
        body = json.loads(zlib.decompress(data))
    except (zlib.error, ValueError):
        return None
    return body if isinstance(body, dict) and body.get("layout") == _LAYOUT else None


def _packed(p: Piece) -> list[object]:
    if p.label is None:
        return [p.text, p.start, p.end]
    return [p.text, p.start, p.end, p.label, int(p.masked), p.group, round(p.score, 3)]


def _piece(found: list[Any]) -> Piece:
    text, start, end, *told = found
    if not told:
        return Piece(text=text, start=start, end=end)
    label, masked, group, score = told
    return Piece(
        text=text, start=start, end=end, label=Label(label), masked=bool(masked), group=group, score=float(score)
    )


def _finding(found: dict[str, Any]) -> Finding:
    return Finding(**(found | {"where": Where(found["where"]), "kind": Kind(found["kind"])}))
