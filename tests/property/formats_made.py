"""Makes files of every format out of tokens that mean nothing, so that a test can look for each of them in a copy."""

from __future__ import annotations

import json
from itertools import count
from typing import Any

from hypothesis import strategies as st

NAMES = ("Quillam", "Brundle Oxx", "Tessaly P.", "speaker 1")
ENDS = ("\n", "\r\n")


class _Tokens:
    """Nonsense words: `tokens.word()` is never the same twice."""

    def __init__(self) -> None:
        self._n = count()

    def word(self) -> str:
        return f"zq{next(self._n):04d}x"

    def words(self, n: int) -> str:
        return " ".join(self.word() for _ in range(n))


def _clock(ms: int, mark: str) -> str:
    return f"{ms // 3_600_000:02d}:{ms // 60_000 % 60:02d}:{ms // 1000 % 60:02d}{mark}{ms % 1000:03d}"


@st.composite
def webvtt(draw: st.DrawFn) -> str:
    tokens, end = _Tokens(), draw(st.sampled_from(ENDS))
    style = draw(st.sampled_from(["voice", "label", "none", "marks"]))
    out = [
        draw(st.sampled_from(["", "\ufeff"])) + "WEBVTT" + draw(st.sampled_from(["", f" - {tokens.words(2)}"])) + end
    ]
    out += [draw(st.sampled_from([f"Kind: captions{end}", f"Title: {tokens.word()}{end}", ""])), end]
    ms = 0
    for n in range(draw(st.integers(2, 7))):
        if draw(st.integers(0, 4)) == 0:
            out.append(f"NOTE {tokens.words(2)}{end}{tokens.word()}{end}{end}")
        out.append(draw(st.sampled_from(["", f"{n + 1}{end}", f"{tokens.word()}/{n}-0{end}"])))
        out.append(f"{_clock(ms, '.')} --> {_clock(ms + 900, '.')}{draw(st.sampled_from(['', ' align:start']))}{end}")
        ms += draw(st.integers(900, 90_000))
        name = draw(st.sampled_from(NAMES))
        head, tail = {
            "voice": (f"<v {name}>", draw(st.sampled_from(["", "</v>"]))),
            "label": (f"{name}: ", ""),
            "marks": (draw(st.sampled_from([">> ", "- ", ""])), ""),
            "none": ("", ""),
        }[style]
        rows = [tokens.words(draw(st.integers(1, 4))) for _ in range(draw(st.integers(1, 3)))]
        middle = draw(st.sampled_from(["", f" <b>{tokens.word()}</b>", f"{end}{NAMES[0]}: {tokens.word()}"]))
        out.append(head + end.join(rows) + middle + tail + end + end)
    return "".join(out)


@st.composite
def srt(draw: st.DrawFn) -> str:
    tokens, end = _Tokens(), draw(st.sampled_from(ENDS))
    out, ms = [], 0
    for n in range(draw(st.integers(1, 7))):
        out.append(draw(st.sampled_from([f"{n + 1}{end}", f"{n + 1}{end}", ""])))
        out.append(f"{_clock(ms, ',')} --> {_clock(ms + 900, ',')}{end}")
        ms += draw(st.integers(900, 90_000))
        head = draw(st.sampled_from(["", "- ", ">> ", *(f"{name}: " for name in NAMES)]))
        out.append(head + end.join(tokens.words(2) for _ in range(draw(st.integers(1, 2)))) + end + end)
    return "".join(out)


@st.composite
def transcript(draw: st.DrawFn) -> str:
    tokens, end = _Tokens(), draw(st.sampled_from(ENDS))
    out = [draw(st.sampled_from(["", f"{tokens.words(3)}{end}{end}", f"Date: {tokens.word()}{end}"]))]
    names = draw(st.lists(st.sampled_from(NAMES), min_size=2, max_size=10))
    for n, name in enumerate([*names, NAMES[0], NAMES[0], NAMES[0]]):
        time = draw(st.sampled_from(["", f"[00:0{n % 10}:10] ", "10:04 PM "]))
        gap = draw(st.sampled_from([end, end + end, f"{end}00:01:26{end}"]))
        more = draw(st.sampled_from(["", f"{end}{tokens.words(2)}", f"{end}{end}{tokens.word()}"]))
        out.append(f"{time}{name}: {tokens.words(draw(st.integers(1, 5)))}{more}{gap}")
    return "".join(out)


@st.composite
def note(draw: st.DrawFn) -> str:
    tokens, end = _Tokens(), draw(st.sampled_from(ENDS))
    paragraphs = [
        end.join(tokens.words(draw(st.integers(1, 5))) for _ in range(draw(st.integers(1, 3))))
        for _ in range(draw(st.integers(1, 6)))
    ]
    return draw(st.sampled_from(["", "\ufeff", end])) + (end + end).join(paragraphs) + draw(st.sampled_from(["", end]))


@st.composite
def markdown(draw: st.DrawFn) -> str:
    tokens, end = _Tokens(), draw(st.sampled_from(ENDS))
    out = [
        draw(st.sampled_from(["", f"---{end}author: {tokens.word()}{end}---{end}"])),
        f"# {tokens.words(2)}{end}{end}",
    ]
    for _ in range(draw(st.integers(1, 6))):
        out.append(
            draw(
                st.sampled_from(
                    [
                        f"## {tokens.word()}{end}",
                        f"{tokens.words(2)}{end}{tokens.word()} **{tokens.word()}**{end}{end}",
                        f"- {tokens.word()}{end}  {tokens.word()}{end}- [ ] {tokens.word()}{end}",
                        f"1. {tokens.word()}{end}2. {tokens.word()}{end}{end}",
                        f"> {tokens.word()}{end}> {tokens.word()}{end}{end}",
                        f"| {tokens.word()} | {tokens.word()} |{end}| --- | --- |{end}| {tokens.word()} | |{end}{end}",
                        f"---{end}{end}",
                        f"[{tokens.word()}](https://{tokens.word()}.example){end}{end}",
                    ]
                )
            )
        )
    return "".join(out)


@st.composite
def table(draw: st.DrawFn) -> str:
    tokens, end = _Tokens(), draw(st.sampled_from(ENDS))
    mark = draw(st.sampled_from([",", "\t", ";"]))
    rows = [mark.join(["note_id", "client_id", "note", draw(st.sampled_from(["status", "zqcolumn"]))])]
    for n in range(draw(st.integers(1, 6))):
        words = draw(
            st.sampled_from(
                [
                    tokens.words(2),
                    f'"{tokens.word()}{mark} ""{tokens.word()}"" {tokens.word()}"',
                    f'"{tokens.word()}{end}{tokens.word()}"',
                    "",
                ]
            )
        )
        rows.append(mark.join([f"{n}", draw(st.sampled_from(["P-1", "P-2", ""])), words, tokens.word()]))
    return end.join(rows) + draw(st.sampled_from(["", end, end + end]))


@st.composite
def whisper(draw: st.DrawFn) -> str:
    tokens = _Tokens()
    segments: list[dict[str, Any]] = []
    for n in range(draw(st.integers(1, 7))):
        words = f" {tokens.words(draw(st.integers(0, 4)))}"
        segment: dict[str, Any] = {"start": n * 2, "end": n * 2 + 1.5, "text": words, "tokens": [1, 2]}
        if draw(st.booleans()):
            segment["words"] = [{"word": word, "score": 0.5} for word in words.split()]
        if draw(st.booleans()):
            segment["speaker"] = draw(st.sampled_from(["SPEAKER_00", "SPEAKER_01", "Quillam"]))
        segments.append(segment)
    value: dict[str, Any] = {"segments": segments, "language": "en", "note": tokens.word()}
    if draw(st.booleans()):
        value["text"] = "".join(segment["text"] for segment in segments)
    return json.dumps(value, indent=draw(st.sampled_from([None, 2])))


_STAMPS = ("{}  0:{:02d}  ", "[{}] 10:02:{:02d}", "10:03:{1:02d} From {0} to Everyone:", "{} 11:{:02d} pm")


@st.composite
def stamped(draw: st.DrawFn) -> str:
    tokens, end = _Tokens(), draw(st.sampled_from(ENDS))
    kind = draw(st.sampled_from(_STAMPS))
    out = [draw(st.sampled_from(["", f"{tokens.words(3)}{end}{end}"]))]
    for n, name in enumerate(draw(st.lists(st.sampled_from(NAMES[:3]), min_size=1, max_size=7)) * 2):
        gap = draw(st.sampled_from(["", "\t"]))
        out.append(f"{kind.format(name, n)}{end}{gap}{tokens.words(draw(st.integers(1, 4)))}{end}{end}")
    return "".join(out) + draw(st.sampled_from(["", f"Transcribed by {tokens.word()}{end}"]))


_DATED = ("[3/4/26, 10:02:{:02d}\u202fAM] ", "03/04/2026, 10:{:02d} - ", "10:03:{:02d} From ")


@st.composite
def chat(draw: st.DrawFn) -> str:
    tokens, end = _Tokens(), draw(st.sampled_from(ENDS))
    stamp = draw(st.sampled_from(_DATED))
    zoom = stamp.endswith("From ")
    out = [draw(st.sampled_from(["", f"{tokens.words(3)}{end}"]))]
    for n, name in enumerate(draw(st.lists(st.sampled_from(NAMES[:3]), min_size=2, max_size=7))):
        more = draw(st.sampled_from(["", f"{end}{tokens.words(2)}", f"{end}{end}{tokens.word()}"]))
        if not zoom and draw(st.integers(0, 4)) == 0:
            out.append(f"{stamp.format(n)}{tokens.words(2)} joined{end}")
        whom = " to Everyone" if zoom else ""
        out.append(
            f"{stamp.format(n)}{name}{whom}: {tokens.words(draw(st.integers(1, 4)))}{more if n == 1 else ''}{end}"
        )
    return "".join(out)


@st.composite
def markdown_talk(draw: st.DrawFn) -> str:
    tokens, end = _Tokens(), draw(st.sampled_from(ENDS))
    out = [draw(st.sampled_from(["", f"# {tokens.words(2)}{end}{end}", f"{tokens.word()}{end}{end}"]))]
    names = draw(st.lists(st.sampled_from(NAMES[:3]), min_size=1, max_size=6))
    for name in [*names, NAMES[0], NAMES[0], NAMES[0]]:
        label = draw(
            st.sampled_from([f"**{name}:**", f"**{name}**:", f"**{name}** (00:01:02):", f"[00:01] **{name}:**"])
        )
        more = draw(st.sampled_from(["", f"{end}{end}{tokens.words(2)}", f"{end}{end}## {tokens.word()}"]))
        out.append(f"{label} {tokens.words(draw(st.integers(1, 4)))}{more}{end}{end}")
    return "".join(out)


MADE = {
    "chat": chat(),
    "markdown_talk": markdown_talk(),
    "webvtt": webvtt(),
    "srt": srt(),
    "transcript": transcript(),
    "note": note(),
    "markdown": markdown(),
    "table": table(),
    "whisper": whisper(),
    "stamped": stamped(),
}
