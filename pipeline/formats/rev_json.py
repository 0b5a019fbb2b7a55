"""Rev.ai JSON: monologues of speakers, each a list of elements with a value and times.

Source: the transcript of Rev.ai, `application/vnd.rev.transcript.v1.0+json`.

Rules:
- The text is a line a monologue: `Speaker 1: ` (or the name, where the speaker is one) and the values of its elements,
  joined. A turn is a monologue.
- Of a monologue the copy keeps speaker and elements; of an element type, value and times. A stand-in stands in the
  first element that it touches; an element of which nothing is left is gone. Unknown fields are dropped.
"""

from __future__ import annotations

import json
from typing import Any

from pipeline.errors import Fault, InputError
from pipeline.formats.format import File, Format, refuse_other_bytes, told_by_text
from pipeline.formats.pieces import BOM, WITHHELD, Cutter, Layout, Swap
from pipeline.formats.whisper import is_time, load
from pipeline.model import Document, Redaction, RegionKind, Turn

NAME = "rev_json"
_TYPES = frozenset({"text", "punct", "unknown"})
_LINE_ENDS = str.maketrans("\r\n\x0b\x0c\x85\u2028\u2029", " " * 7)
_FIXED, _LABEL, _BODY = RegionKind.FIXED, RegionKind.LABEL, RegionKind.BODY


def recognises(text: str) -> bool:
    """A JSON object with a list of monologues?"""
    if not text.removeprefix(BOM).lstrip().startswith("{"):
        return False
    value = load(text)
    return isinstance(value, dict) and isinstance(value.get("monologues"), list)


def extract(text: str, *, place: str) -> tuple[str, Layout]:
    """The text taken out of the file, and its layout. Raises InputError with every fault."""
    cutter, at = Cutter(), 0
    parts: list[str] = []
    turns: list[Turn] = []
    for n, monologue in enumerate(_monologues(text, place)):
        label, words = _label(monologue), "".join(map(_value, monologue["elements"]))
        times = [
            time for one in monologue["elements"] for name in ("ts", "end_ts") if (time := one.get(name)) is not None
        ]
        turns.append(
            Turn(
                n=n,
                speaker=label or None,
                start_ms=round(times[0] * 1000) if times else None,
                end_ms=round(times[-1] * 1000) if times else None,
            )
        )
        for piece, kind, turn in (
            (label, _LABEL, n),
            (": " if label else "", _FIXED, n),
            (words, _BODY, n),
            ("\n", _FIXED, None),
        ):
            at += len(piece)
            parts.append(piece)
            cutter.cut(at, kind, turn)
    return "".join(parts), cutter.layout(tuple(turns))


def _monologues(text: str, place: str) -> list[dict[str, Any]]:
    value = load(text)
    found = value.get("monologues") if isinstance(value, dict) else None
    if not isinstance(found, list) or not found:
        what = "there is no monologue; transcribe the recording again"
        raise InputError(f"`{place}` cannot be read", [Fault(place=place, what=what)])
    wrong = [(n + 1, _wrong(monologue)) for n, monologue in enumerate(found)]
    faults = [Fault(place=place, what=f"monologue {n}: {what}") for n, what in wrong if what is not None]
    if faults:
        raise InputError(f"`{place}` is damaged JSON of a transcript", faults)
    return found


def _wrong(monologue: object) -> str | None:
    elements = monologue.get("elements") if isinstance(monologue, dict) else None
    if not isinstance(monologue, dict) or not isinstance(elements, list):
        return "it has no elements; transcribe the recording again"
    speaker = monologue.get("speaker")
    if speaker is not None and (isinstance(speaker, bool) or not isinstance(speaker, int | str)):
        return "its speaker is no name or number; correct it or take it out"
    for one in elements:
        if not isinstance(one, dict) or one.get("type") not in _TYPES or not isinstance(one.get("value"), str):
            return "an element has no type or value; transcribe the recording again"
        if not all(time is None or is_time(time) for time in (one.get("ts"), one.get("end_ts"))):
            return "its times are no numbers from zero on; correct them"
    try:
        (str(speaker) + "".join(one["value"] for one in elements)).encode()
    except UnicodeEncodeError:
        return "its text holds half a character; transcribe the recording again"
    return None


def _label(monologue: dict[str, Any]) -> str:
    speaker = monologue.get("speaker")
    if isinstance(speaker, int):
        return f"Speaker {speaker}"
    return speaker.translate(_LINE_ENDS).strip() if speaker else ""


def _value(element: dict[str, Any]) -> str:
    value: str = element["value"]
    return value.translate(_LINE_ENDS)


def _written(monologue: dict[str, Any], at: int, turn: int, swap: Swap, redaction: Redaction) -> dict[str, Any]:
    """The copy of the monologue whose line begins at `at`."""
    label = _label(monologue)
    if turn not in redaction.kept:
        starts = [one["ts"] for one in monologue["elements"] if one.get("ts") is not None]
        ends = [one["end_ts"] for one in monologue["elements"] if one.get("end_ts") is not None]
        times = ({"ts": starts[0]} if starts else {}) | ({"end_ts": ends[-1]} if ends else {})
        return {"elements": [{"type": "text", "value": WITHHELD, **times}]}
    said = swap.stretch(at, at + len(label))
    speaker = monologue.get("speaker") if said == label else said
    at += len(label) + 2 * bool(label)
    elements: list[dict[str, Any]] = []
    for one in monologue["elements"]:
        value = swap.stretch(at, at + len(one["value"]))
        at += len(one["value"])
        if value:
            times = {name: one[name] for name in ("ts", "end_ts") if one.get(name) is not None}
            elements.append({"type": one["type"], "value": value, **times})
    return ({"speaker": speaker} if speaker is not None else {}) | {"elements": elements}


def _rebuild(file: File, document: Document, redaction: Redaction) -> bytes:
    text, _ = _extract(file)
    if text != document.text:
        refuse_other_bytes(file.place)
    swap, at = Swap(text, redaction.replacements, str), 0
    out = []
    for turn, monologue in enumerate(_monologues(file.decoded.text, file.place)):
        out.append(_written(monologue, at, turn, swap, redaction))
        at = text.index("\n", at) + 1
    return file.decoded.encode(json.dumps({"monologues": out}, ensure_ascii=False, indent=1) + "\n")


def _extract(file: File) -> tuple[str, Layout]:
    return extract(file.decoded.text, place=file.place)


FORMAT = Format(
    name=NAME,
    ending=".json",
    title="Rev.ai JSON",
    told_by="a JSON object with a list of `monologues`",
    turn="a monologue",
    speaker="the monologue's `speaker`, `Speaker 1` for the number 1; none: nobody known",
    kept="speakers of monologues; type, value and times of elements",
    changed="the JSON is laid out anew; a stand-in is one element",
    left_out="confidences; every field but speaker and elements of monologues, type, value, ts and end_ts of elements",
    gap="one element with the monologue's times and `[withheld]`",
    recognises=told_by_text(recognises),
    extract=_extract,
    rebuild=_rebuild,
)
