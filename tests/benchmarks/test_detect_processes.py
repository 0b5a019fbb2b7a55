"""Two processes detect at least 1.8 times as fast as one, each in less than 700 MB: one process a core, each with its
own model.

Reads the folder named by STORYKEEPER_DATA; skipped where that is unset, or where there are fewer than two cores.
Seconds are by the clock on the wall, from the moment when every process has its detector; a machine that is busy with
other things fails it honestly.
"""

from __future__ import annotations

import multiprocessing
import os
import resource
import time
from collections.abc import Callable
from multiprocessing.connection import Connection

import pytest

from pipeline.model import Roster
from recognizers.engine import build_detector
from recognizers.reading import read_plain
from tests.benchmarks.test_detect_speed import DATA, consultations

LEAST = 1.8  # times the words a second of one process
MOST = 700 * 1024  # kilobytes resident, by getrusage on Linux
ROUNDS = 2


def work(pipe: Connection, texts: list[str]) -> None:
    """A process of its own: ready, go, done, and how much memory it came to hold."""
    detector = build_detector()
    detector.detect(read_plain(texts[0]).document, Roster())
    pipe.send("ready")
    pipe.recv()
    for text in texts:
        detector.detect(read_plain(text).document, Roster())
    pipe.send(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)


def seconds_and_memory(parts: list[list[str]]) -> tuple[float, int]:
    """How long one process a part takes for all of them, side by side, and what the largest came to hold."""
    context = multiprocessing.get_context("spawn")
    pipes = [context.Pipe() for _ in parts]
    processes = [context.Process(target=work, args=(pipe[1], part)) for pipe, part in zip(pipes, parts, strict=True)]
    for process in processes:
        process.start()
    for ours, _ in pipes:
        ours.recv()
    started = time.monotonic()
    for ours, _ in pipes:
        ours.send("go")
    memory = [ours.recv() for ours, _ in pipes]
    taken = time.monotonic() - started
    for process in processes:
        process.join()
    return taken, max(memory)


@pytest.mark.benchmark_data
@pytest.mark.skipif(DATA is None, reason="STORYKEEPER_DATA names no folder")
@pytest.mark.skipif((os.cpu_count() or 1) < 2, reason="one core")
def test_two_processes_are_nearly_twice_as_fast_as_one(record_property: Callable[[str, object], None]) -> None:
    texts = consultations()
    one, memory = min(seconds_and_memory([texts]) for _ in range(ROUNDS))
    two, each = min(seconds_and_memory([texts[0::2], texts[1::2]]) for _ in range(ROUNDS))
    record_property("times_as_fast", round(one / two, 2))
    record_property("resident_megabytes", round(max(memory, each) / 1024))
    assert max(memory, each) < MOST, f"{max(memory, each) / 1024:.0f} MB"
    assert one / two >= LEAST, f"{one / two:.2f} times as fast"
