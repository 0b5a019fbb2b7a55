"""Whisper and WhisperX JSON: segments with times, words and, where it was diarized, speakers.

Source: the JSON that the two programs write.

Rules:
- The words stand in the file up to three times (segments, words, word_segments) and a fourth time as numbers (tokens).
  Only the text of the segments is read; everything else that could say them is dropped and written back empty.
- The Document's text is taken out of the file: a line a segment, `SPEAKER: words`, or the words alone.
- A turn is a run of segments of one speaker. Where no segment names one, all are nobody's.
- Of a segment the copy keeps start, end, text and speaker; of the file, the language. Unknown fields are dropped.
"""

from __future__ import annotations

import json
import math
import re
from typing import Any

from pipeline.errors import Fault, InputError
from pipeline.formats.format import File, Format, refuse_other_bytes, told_by_text
from pipeline.formats.pieces import BOM, WITHHELD, Cutter, Layout, Swap
from pipeline.model import Document, Redaction, RegionKind, Turn

NAME = "whisper"
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z]{2,8})?")
_LINE_END = re.compile(r"[\r\n]+")
_FIXED, _LABEL, _BODY = RegionKind.FIXED, RegionKind.LABEL, RegionKind.BODY


def load(text: str) -> object:
    """The value of a JSON text; None where it is none."""
    try:
        return json.loads(text.removeprefix(BOM))
    except (ValueError, RecursionError):
        return None


def recognises(text: str) -> bool:
    """A JSON object with a list of segments?"""
    if not text.removeprefix(BOM).lstrip().startswith("{"):
        return False
    value = load(text)
    return isinstance(value, dict) and isinstance(value.get("segments"), list)


def extract(text: str, *, place: str) -> tuple[str, Layout]:
    """The text taken out of the file, and its layout. Raises InputError with every fault."""
    segments = _segments(text, place)
    cutter, at = Cutter(), 0
    parts: list[str] = []
    turns: list[Turn] = []
    for segment in segments:
        speaker, words = segment.get("speaker"), _LINE_END.sub(" ", segment["text"])
        if not turns or turns[-1].speaker != speaker:
            turns.append(
                Turn(n=len(turns), speaker=speaker, start_ms=_ms(segment, "start"), end_ms=_ms(segment, "end"))
            )
        last = turns[-1]
        turns[-1] = Turn(n=last.n, speaker=speaker, start_ms=last.start_ms, end_ms=_ms(segment, "end"))
        for piece, kind, turn in (
            (speaker or "", _LABEL, last.n),
            (": " if speaker else "", _FIXED, last.n),
            (words, _BODY, last.n),
            ("\n", _FIXED, None),
        ):
            at += len(piece)
            parts.append(piece)
            cutter.cut(at, kind, turn)
    return "".join(parts), cutter.layout(tuple(turns))


def _segments(text: str, place: str) -> list[dict[str, Any]]:
    value = load(text)
    segments = value.get("segments") if isinstance(value, dict) else None
    if not isinstance(segments, list) or not segments:
        what = "there is no segment; transcribe the recording again"
        raise InputError(f"`{place}` cannot be read", [Fault(place=place, what=what)])
    wrong = [(n + 1, _wrong(segment)) for n, segment in enumerate(segments)]
    faults = [Fault(place=place, what=f"segment {n}: {what}") for n, what in wrong if what is not None]
    if faults:
        raise InputError(f"`{place}` is damaged JSON of a transcript", faults)
    return segments


def _wrong(segment: object) -> str | None:
    """What is wrong with a segment; times may be missing, as they are for what could not be aligned."""
    if not isinstance(segment, dict) or not isinstance(segment.get("text"), str):
        return "it has no text; transcribe the recording again"
    speaker = segment.get("speaker")
    if speaker is not None and (not isinstance(speaker, str) or not speaker.strip() or _LINE_END.search(speaker)):
        return "its speaker is no name; correct it or take it out"
    try:
        (segment["text"] + (speaker or "")).encode()
    except UnicodeEncodeError:
        return "its text holds half a character; transcribe the recording again"
    start, end = segment.get("start"), segment.get("end")
    if not all(time is None or is_time(time) for time in (start, end)):
        return "its times are no numbers from zero on; correct them"
    if start is not None and end is not None and end < start:
        return "it ends before it starts; correct its times"
    return None


def is_time(value: object) -> bool:
    """A number of seconds from zero on, under four months?"""
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value) and 0 <= value < 1e7


def _ms(segment: dict[str, Any], name: str) -> int | None:
    value = segment.get(name)
    return None if value is None else round(value * 1000)


def write(original: str, text: str, layout: Layout, redaction: Redaction) -> str:
    """The JSON of the copy. text: what `extract` took out of the original."""
    swap = Swap(text, redaction.replacements, str)
    value: Any = json.loads(original.removeprefix(BOM))
    out: list[dict[str, Any]] = []
    gone: set[int] = set()
    at = 0
    for segment in value["segments"]:
        turn, label, body, at = _places(layout, at)
        times = {name: segment[name] for name in ("start", "end") if segment.get(name) is not None}
        if turn is not None and turn not in redaction.kept:
            if turn not in gone:
                out.append({**times, "text": WITHHELD})
            gone.add(turn)
            continue
        speaker = {"speaker": swap.stretch(*label)} if label else {}
        out.append({**times, "text": swap.stretch(*body) if body else "", **speaker})
    copy: dict[str, Any] = {"segments": out}
    if isinstance(value.get("text"), str):
        copy = {"text": "".join(segment["text"] for segment in out), **copy}
    if isinstance(value.get("language"), str) and _LANGUAGE.fullmatch(value["language"]):
        copy["language"] = value["language"]
    return json.dumps(copy, ensure_ascii=False, indent=1) + "\n"


def _places(layout: Layout, at: int) -> tuple[int | None, tuple[int, int] | None, tuple[int, int] | None, int]:
    """Of the segment whose pieces begin at index `at`: its turn, its label, its words, and the next segment's index."""
    turn, label, body = None, None, None
    while layout.pieces[at].turn is not None:
        piece = layout.pieces[at]
        turn = piece.turn
        label = (piece.start, piece.end) if piece.kind is _LABEL else label
        body = (piece.start, piece.end) if piece.kind is _BODY else body
        at += 1
    return turn, label, body, at + 1


def _extract(file: File) -> tuple[str, Layout]:
    return extract(file.decoded.text, place=file.place)


def _rebuild(file: File, document: Document, redaction: Redaction) -> bytes:
    text, layout = extract(file.decoded.text, place=file.place)
    if text != document.text:
        refuse_other_bytes(file.place)
    return file.decoded.encode(write(file.decoded.text, document.text, layout, redaction))


FORMAT = Format(
    name=NAME,
    ending=".json",
    title="Whisper and WhisperX JSON",
    told_by="a JSON object with a list of `segments`",
    turn="a run of segments of one speaker",
    speaker="the segment's `speaker`; none: nobody known",
    kept="text, start, end and speaker of segments; the language",
    changed="the JSON is laid out anew; the text of the whole is put together from the segments",
    left_out="words, word segments and tokens, which say the text again; scores; every field but the language, and "
    "start, end, text and speaker of segments",
    gap="one segment with its times and `[withheld]`",
    recognises=told_by_text(recognises),
    extract=_extract,
    rebuild=_rebuild,
)
