"""Gold documents as training lines: marks read off, layout removed as the formats of this project remove it.

Rules:
- The training text of a document is what the running model sees of it: the lines of `recognizers.model.stitch`.
- The author of a document is the first letter of its name; folds are grouped by it.
- A segment is some 400 characters of whole lines; where a line is longer it is cut at a space outside every mark.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.labels import Label
from pipeline.model import Document, Region, RegionKind, Turn
from recognizers.model import stitch

GOLD = Path("sample_data/gold/train")
SUFFIXES = frozenset({".vtt", ".srt", ".txt", ".md", ".csv"})
MARK = re.compile(r"⟦([A-Z_]+)\|([^⟦⟧\n]+)⟧")
TIMING = re.compile(r"\d\d:\d\d[:.,\d]* --> .*|\d+|WEBVTT.*|")
VOICE = re.compile(r"<v ([^>]+)>")
SPAN_KEYS = tuple[int, int, Label]
# (text, label or None): a segment as consecutive pieces, the form in which it is augmented
Pieces = list[tuple[str, Label | None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gold:
    """A gold document without its marks: text as on disk and its spans (start, end, label)."""

    name: str
    text: str = field(repr=False)
    spans: tuple[SPAN_KEYS, ...] = field(repr=False)

    @property
    def author(self) -> str:
        """The first letter of the file's name."""
        return self.name[0]


def read_gold(folder: Path) -> tuple[Gold, ...]:
    """All gold documents of a folder, by name."""
    paths = sorted(p for p in folder.iterdir() if p.suffix in SUFFIXES)
    return tuple(unmark(p.name, p.read_text(encoding="utf-8")) for p in paths)


def unmark(name: str, marked: str) -> Gold:
    """Strip the ⟦TYPE|text⟧ marks. ValueError for a type that is no label."""
    parts, spans, last, length = [], [], 0, 0
    for mark in MARK.finditer(marked):
        parts += [marked[last : mark.start()], mark[2]]
        length += mark.start() - last
        spans.append((length, length + len(mark[2]), Label(mark[1])))
        length += len(mark[2])
        last = mark.end()
    return Gold(name=name, text="".join(parts) + marked[last:], spans=tuple(spans))


def document(gold: Gold) -> Document:
    """The document with its regions: of captions the payload by speaker, of everything else each line a turn."""
    captions = gold.name.endswith((".vtt", ".srt"))
    regions: list[Region] = []
    speaker: str | None = None
    turns, at = 0, 0
    for line in gold.text.splitlines(keepends=True):
        body = line.rstrip("\r\n")
        voice = VOICE.match(body) if captions else None
        if not body.strip() or (captions and TIMING.fullmatch(body)):
            regions.append(Region(start=at, end=at + len(line), kind=RegionKind.FIXED))
        else:
            if turns == 0 or voice is None or voice[1] != speaker:
                turns += 1
            speaker = voice[1] if voice else None
            regions += _regions(at, len(line), voice, turns - 1)
        at += len(line)
    made = tuple(Turn(n=n) for n in range(turns))
    return Document(doc_id=gold.name, format="gold", text=gold.text, regions=tuple(regions), turns=made)


def _regions(at: int, length: int, voice: re.Match[str] | None, turn: int) -> list[Region]:
    if voice is None:
        return [Region(start=at, end=at + length, kind=RegionKind.BODY, turn=turn)]
    name = (at + voice.start(1), at + voice.end(1))
    return [
        Region(start=at, end=name[0], kind=RegionKind.FIXED),
        Region(start=name[0], end=name[1], kind=RegionKind.LABEL, turn=turn),
        Region(start=name[1], end=at + voice.end(), kind=RegionKind.FIXED),
        Region(start=at + voice.end(), end=at + length, kind=RegionKind.BODY, turn=turn),
    ]


def training_lines(gold: Gold) -> list[Pieces]:
    """The lines of a document as pieces, marks in place."""
    out = []
    for line in stitch.lines(document(gold)):
        back = {}  # document offset -> line offset
        for piece in line.pieces:
            back.update({piece.doc_start + i: piece.line_start + i for i in range(piece.length)})
        spans = [(back[s], back[e - 1] + 1, label) for s, e, label in gold.spans if s in back and e - 1 in back]
        out.append(pieces(line.text.rstrip(), spans))
    return out


def pieces(text: str, spans: list[SPAN_KEYS]) -> Pieces:
    """Text and spans as consecutive (text, label or None), empty ones left out."""
    out: Pieces = []
    at = 0
    for start, end, label in spans:
        out += [(text[at:start], None), (text[start:end], label)]
        at = end
    out.append((text[at:], None))
    return [(words, label) for words, label in out if words]


def segments(lines: list[Pieces], rng: random.Random, size: int = 480) -> list[Pieces]:
    """Cut a document into segments of about `size` characters; where the cuts fall differs by `rng`."""
    out: list[Pieces] = []
    current: Pieces = []
    length, limit = 0, rng.randint(size // 3, size)
    for line in lines:
        for part in _short(line, rng.randint(size // 2, size)):
            more = sum(len(words) for words, _ in part)
            if current and length + more > limit:
                out.append(current)
                current, length, limit = [], 0, rng.randint(size * 2 // 3, size * 5 // 4)
            if current:
                current.append(("\n", None))
            current += part
            length += more
    return [*out, current] if current else out


def _short(line: Pieces, size: int) -> list[Pieces]:
    """A line in parts of about `size` characters, cut after a word that no mark holds."""
    out: list[Pieces] = [[]]
    length = 0
    for words, label in line:
        if label is not None:
            out[-1].append((words, label))
            length += len(words)
            continue
        for chunk in re.findall(r"\s*\S+\s*", words) or [words]:
            if length + len(chunk) > size and length:
                out.append([])
                length = 0
            out[-1].append((chunk, None))
            length += len(chunk)
    return [_joined(part) for part in out if part]


def _joined(part: Pieces) -> Pieces:
    out: Pieces = []
    for words, label in part:
        if out and label is None and out[-1][1] is None:
            out[-1] = (out[-1][0] + words, None)
        else:
            out.append((words, label))
    return out
