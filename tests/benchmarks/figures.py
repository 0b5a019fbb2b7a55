"""Measures what docs/performance.md stands on: `python -m tests.benchmarks.figures [NAME ...]`.

Each measurement runs in a process of its own and gives figures by name; they are kept in `docs/performance.json`, one
entry a measurement, with the number of cores and of words. Compared are only figures of one entry, taken in one run:
the machine of another day is another machine. Seconds are processor time unless a name says wall.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from tests.benchmarks import measured

ROOT = Path(__file__).resolve().parents[2]
KEPT = ROOT / "docs" / "performance.json"
Figures = dict[str, float]

MEASUREMENTS: dict[str, Callable[[Path], Figures]] = {
    "detection": measured.detection,
    "stages": measured.stages,
    "growth": measured.growth,
    "roster": measured.roster,
    "rerun": measured.rerun,
    "engine": measured.engine,
    "processes": measured.processes,
    "detected": measured.detected,
    "large": measured.large,
}
LONG = frozenset({"detected", "large"})  # a quarter of an hour and more: only where they are named


def run(name: str) -> Figures:
    """The figures of one measurement, made in a process of its own."""
    with tempfile.TemporaryDirectory() as room, multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(_made, (name, room))


def _made(name: str, room: str) -> Figures:
    return MEASUREMENTS[name](Path(room))


def main() -> None:
    """Run the measurements named, or all, and keep what they gave."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", choices=[*MEASUREMENTS, []], default=[])
    kept = json.loads(KEPT.read_text(encoding="utf-8")) if KEPT.is_file() else {}
    for name in parser.parse_args().names or [n for n in MEASUREMENTS if n not in LONG]:
        figures = {key: round(value, 3) for key, value in run(name).items()}
        kept[name] = {"cores": os.cpu_count() or 1, "busy": round(os.getloadavg()[0], 1), **figures}
        sys.stdout.write(json.dumps({name: kept[name]}) + "\n")
        sys.stdout.flush()
        KEPT.write_text(json.dumps(kept, indent=1, sort_keys=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
