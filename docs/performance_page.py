"""Prints docs/performance.md from docs/performance.json, which `python -m tests.benchmarks.figures` measures."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

KEPT = Path(__file__).with_name("performance.json")
SIZES = (1_000, 10_000)  # documents of the releases from cached spans
Figures = Mapping[str, float]
_HEAD = """\
# Performance

Printed by `make docs` from `docs/performance.json`, which `python -m tests.benchmarks.figures [NAME ...]` measures on
the machine at hand: talk of the gold documents, as dense in names and numbers as real notes are. Compared are figures
of one run alone; seconds are processor time unless it says wall. *busy* is the load of the machine when a measurement
ended: at more than its cores the seconds are longer than on a quiet machine, and the ratios are what counts.

![Detection, the stages of a run, growth of the corpus and of the program](images/performance.png)
"""


def performance_page() -> str:
    """The whole page; what was not measured is said to be so."""
    kept: dict[str, Figures] = json.loads(KEPT.read_text(encoding="utf-8")) if KEPT.is_file() else {}
    parts = [_HEAD]
    for name, (title, told) in _SECTIONS.items():
        parts.append(f"\n## {title}\n\n`python -m tests.benchmarks.figures {name}`")
        figures = kept.get(name)
        parts.append(f": {told(figures)}" if figures else ": not measured yet.\n")
    if "stages" in kept:
        parts.append(_billion(kept["stages"]))
    return "".join(parts)


def _machine(figures: Figures) -> str:
    return f"{figures['cores']:.0f} cores, busy {figures['busy']:.1f}.\n"


def _rows(heads: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    lines = [f"| {' | '.join(heads)} |", f"| {' | '.join('---' for _ in heads)} |"]
    return "\n" + "\n".join([*lines, *(f"| {' | '.join(row)} |" for row in rows)]) + "\n"


def _detection(figures: Figures) -> str:
    ways = [(key.removesuffix(" words/s"), value) for key, value in figures.items() if key.endswith("words/s")]
    ours = figures["ours words/s"]
    rows = [(name, f"{value:,.0f}", f"{ours / value:.2f}") for name, value in ways]
    return _machine(figures) + _rows(("whole documents of 400 words", "words a second", "ours is, times"), rows)


def _stages(figures: Figures) -> str:
    spent = {key.removesuffix(" s"): value for key, value in figures.items() if key.endswith(" s")}
    whole = sum(value for name, value in spent.items() if ":" not in name)
    rows = [(name, f"{value:.1f}", f"{value / whole:.0%}") for name, value in spent.items()]
    ours, theirs = figures["pipeline words/s"], figures["presidio detection words/s"]
    text = _machine(figures) + _rows(("stage", "s", "of all"), rows)
    return text + (
        f"\nFrom sealing to release {ours:,.0f} words a second on one core: {ours / theirs:.2f} times Presidio's "
        f"default detection alone ({theirs:,.0f}) in the same run.\n"
    )


def _released(figures: Figures) -> str:
    told = ("words", "ms each", "words/s", "MB")
    rows = [
        (f"{n:,}", *(f"{figures[f'{n} documents, {what}']:,.0f}" for what in told))
        for n in SIZES
        if f"{n} documents, MB" in figures
    ]
    heads = ("documents", "words", "ms a document", "words a second", "MB resident")
    return _machine(figures) + _rows(heads, rows)


def _plain(figures: Figures) -> str:
    rows = [
        (key, f"{value:,.0f}" if value >= 1000 else f"{value:.4g}")
        for key, value in figures.items()
        if key not in ("cores", "busy")
    ]
    return _machine(figures) + _rows(("what", "figure"), rows)


def _billion(stages: Figures) -> str:
    """On paper, from the figures above."""
    speed = stages["pipeline words/s"]
    hours = 1e9 / speed / 3600
    return f"""
## A billion words, on paper

At {speed:,.0f} words a second and core a billion words are {hours:,.0f} core hours: {hours / 64:.1f} hours on 64
cores, where chunks are prepared apart from one another and detection is nearly all of it. What does not divide: the
plan, the ledger (some four events a document, one writer at a time) and the release, which is written by one process.
So a billion words are released in parts, a request each; their rerun opens what changed alone. Nobody has run it.
"""


_SECTIONS = {
    "detection": ("Detection beside Presidio", _detection),
    "stages": ("Where the time of a run goes", _stages),
    "growth": ("As the corpus grows: a release from cached spans", _released),
    "roster": ("As the program grows", _plain),
    "rerun": ("A second run over the same files", _plain),
    "engine": ("What the engine itself costs", _plain),
    "processes": ("Two processes", _plain),
    "detected": ("Five million words, from the inbox to a release", _plain),
    "large": ("Fifty million words from cached spans, in long sessions", _released),
}
