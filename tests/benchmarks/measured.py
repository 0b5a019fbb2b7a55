"""The measurements behind docs/performance.md. Each takes an empty folder and gives figures by name."""

from __future__ import annotations

import json
import os
import random
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

from faker import Faker

from flows.verbs import chunk, prepare
from flows.verbs.asking import Asked
from flows.verbs.init import init
from flows.verbs.runs import begin, ingest_run, plan_run, prepare_chunk, publish_run, told_run
from flows.wiring import detector, open_house
from pipeline.formats import read
from pipeline.model import Document, Person, Role, Roster
from pipeline.summary import Summary
from recognizers.presidio_default import build_default, mask_ranges
from tests.benchmarks.big_program import words_of
from tests.benchmarks.corpus import make_corpus, talk, transcript
from tests.benchmarks.test_release_speed import measured as release_measured
from tests.end_to_end.workspaces import AS_OF, RECIPIENT, ROOT

Figures = dict[str, float]
WORDS = 400  # of a document, if nothing else is said
ROUNDS = 3
TURNS_EACH = 25  # of a document whose spans are cached: some 500 words


def detection(_room: Path) -> Figures:
    """Words a second: all layers; Presidio's default by whole documents; its batch engine; its patterns alone."""
    from presidio_analyzer import BatchAnalyzerEngine

    documents = list(_documents(60))
    texts = [d.text for d in documents]
    words = sum(len(t.split()) for t in texts)
    default = build_default()
    batch = BatchAnalyzerEngine(default)
    patterns = [r.supported_entities[0] for r in default.registry.recognizers if hasattr(r, "patterns")]
    ways: dict[str, Callable[[], object]] = {
        "ours": lambda: [detector().detect(d, Roster()) for d in documents],
        "presidio": lambda: [mask_ranges(default, t) for t in texts],
        "presidio batch": lambda: list(batch.analyze_iterator(texts, language="en")),
        "presidio patterns": lambda: [_patterns_alone(default, t, patterns) for t in texts],
    }
    for way in ways.values():
        way()  # warm: patterns are compiled when first met
    taken = {name: median(_cpu(way) for _ in range(ROUNDS)) for name, way in ways.items()}
    return {"words": words} | {f"{name} words/s": words / seconds for name, seconds in taken.items()}


def _patterns_alone(engine: Any, text: str, entities: list[str]) -> object:
    """Presidio's regular expressions without its language model: a tool of patterns."""
    empty = engine.nlp_engine.process_text("", "en")
    return engine.analyze(text, language="en", entities=entities, nlp_artifacts=empty)


def stages(room: Path) -> Figures:
    """Seconds of each stage of a whole run, and words a second from reading to release."""
    workspace = _workspace(room, documents=300)
    spent: dict[str, float] = {}
    detector().detect(next(_documents(1)), Roster())
    with _clocked(spent), open_house(workspace) as house:
        run_id = begin(house, _asked())
        with _clock(spent, "ingest"):
            ingest_run(house, run_id)
        with _clock(spent, "plan"):
            chunks = plan_run(house, run_id)
        with _clock(spent, "prepare"):
            for n in range(chunks):
                prepare_chunk(house, run_id, n)
        with _clock(spent, "publish"):
            publish_run(house, run_id)
    whole = sum(spent[name] for name in ("ingest", "plan", "prepare", "publish"))
    texts = [d.text for d in _documents(60)]
    default = build_default()
    mask_ranges(default, texts[0])
    taken = median(_cpu(lambda: [mask_ranges(default, t) for t in texts]) for _ in range(ROUNDS))
    theirs = sum(len(t.split()) for t in texts) / taken
    words = 300 * WORDS
    return {"words": words, "pipeline words/s": words / whole, "presidio detection words/s": theirs} | {
        f"{name} s": seconds for name, seconds in spent.items()
    }


def growth(room: Path) -> Figures:
    """A release from cached spans, documents of 25 turns: processor milliseconds a document and resident megabytes of a
    process of its own, as the corpus grows tenfold."""
    return _released(room, 1_000) | _released(room, 10_000)


def large(room: Path) -> Figures:
    """Fifty million words from cached spans: 10,000 documents as long as a session of three quarters of an hour."""
    return _released(room, 10_000, 246)


def _released(room: Path, documents: int, turns_each: int = TURNS_EACH) -> Figures:
    told = release_measured(room / str(documents), documents * turns_each, turns_each)
    seconds, words = sum(told["seconds"].values()), documents * words_of(turns_each)
    return {
        f"{documents} documents, words": words,
        f"{documents} documents, ms each": 1000 * seconds / documents,
        f"{documents} documents, words/s": words / seconds,
        f"{documents} documents, MB": told["megabytes"],
    }


def detected(room: Path) -> Figures:
    """Five million words from the inbox to a release by two processes: wall seconds, and the megabytes of the largest
    process."""
    workspace = _workspace(room, documents=12_500)
    _engine_of(workspace, workers=2)
    began = time.monotonic()
    _command(workspace)
    wall = time.monotonic() - began
    words = 12_500 * WORDS
    most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    return {"words": words, "wall s": wall, "words/s by the clock": words / wall, "largest process, MB": most}


def roster(_room: Path) -> Figures:
    """Milliseconds a document of 400 words, with programs of 0 to 100,000 people; and seconds to compile them once."""
    fake = Faker("en_US")
    fake.seed_instance(3)
    documents = list(_documents(12))
    present = (Person(person_id="A", names=("Ann Lee",), role=Role.CLIENT),)
    for document in documents:
        detector().detect(document, Roster(present=present))  # warm: patterns are compiled when first met
    found: Figures = {}
    for people in (0, 100, 1_000, 10_000, 100_000):
        known = tuple(Person(person_id=f"K{n}", names=(fake.name(),), role=Role.CLIENT) for n in range(people))
        roster = Roster(present=present, known=known)
        found[f"{people} people, s once"] = _cpu(lambda r=roster: detector().detect(documents[0], r))  # type: ignore[misc]  # bound at once
        each = _cpu(lambda r=roster: [detector().detect(d, r) for d in documents])  # type: ignore[misc]  # bound at once
        found[f"{people} people, ms"] = 1000 * each / len(documents)
    return found


def rerun(room: Path) -> Figures:
    """Seconds of a second run over files that did not change, and for each 100,000 of them."""
    documents = 10_000
    workspace = _workspace(room, documents=documents, words=30)
    first = _cpu(lambda: _run(workspace, "research"))
    second = _cpu(lambda: _run(workspace, "research"))
    per = 100_000 / documents
    return {"documents": documents, "first s": first, "second s": second, "second s for 100,000": second * per}


def engine(room: Path) -> Figures:
    """Share of the wall time of a run that is neither ingest, plan, prepare nor publish: Prefect and start-up between
    chunks of some 20 s."""
    workspace = _workspace(room, documents=500)
    journal = room / "journal.jsonl"
    _command(workspace, STORYKEEPER_JOURNAL=str(journal))
    steps = [json.loads(line) for line in journal.read_text(encoding="utf-8").splitlines()]
    chunks = [s for s in steps if s["step"] == "prepare" and s["told"] == "done"]
    began = [s for s in steps if s["step"] == "prepare" and s["told"] == "began"]
    inside = sum(s["seconds"] for s in chunks)
    whole = _instant(chunks[-1]) - _instant(began[0])
    return {"chunks": len(chunks), "prepare wall s": whole, "in chunks s": inside, "overhead": 1 - inside / whole}


def processes(room: Path) -> Figures:
    """Wall seconds of preparing with one process and with two, start-up of the workers included and apart."""
    found: Figures = {}
    for workers in (1, 2):
        workspace = _workspace(room / str(workers), documents=600)
        _engine_of(workspace, workers=workers)
        journal = room / f"{workers}.jsonl"
        _command(workspace, STORYKEEPER_JOURNAL=str(journal))
        steps = [json.loads(line) for line in journal.read_text(encoding="utf-8").splitlines()]
        began = [_instant(s) for s in steps if s["step"] == "prepare" and s["told"] == "began"]
        ended = [_instant(s) for s in steps if s["step"] == "prepare" and s["told"] == "done"]
        found[f"{workers} wall s"] = max(ended) - min(began)
    return found | {"times as fast": found["1 wall s"] / found["2 wall s"]}


# -- what they share


def _documents(count: int, words: int = WORDS) -> Iterator[Document]:
    lines, draw = talk(), random.Random(2)
    for n in range(count):
        yield read(transcript(lines, "Ann Lee", "Bo Kim", words, draw).encode(), doc_id=f"d{n}")


def _workspace(room: Path, *, documents: int, words: int = WORDS) -> Path:
    workspace = room / "ws"
    init(workspace, name="Generated", contact="office", now=AS_OF)
    make_corpus(workspace, documents=documents, words=words)
    shutil.copy(ROOT / "sample_data/program/records/recipients.toml", workspace / "records/recipients.toml")
    return workspace


def _engine_of(workspace: Path, *, workers: int) -> None:
    kind = "processes" if workers > 1 else "in-process"
    with (workspace / "storykeeper.toml").open("a") as settings:
        settings.write(f'\n[engine]\nkind = "{kind}"\nworkers = {workers}\nchunk_bytes = 120000\n')


def _asked(use: str = "research") -> Asked:
    return Asked(use=use, recipient=RECIPIENT[use], as_of=AS_OF.isoformat(), actor="m", ingest=True)


def _run(workspace: Path, use: str) -> Summary:
    with open_house(workspace) as house:
        run_id = begin(house, _asked(use))
        ingest_run(house, run_id)
        for n in range(plan_run(house, run_id)):
            prepare_chunk(house, run_id, n)
        publish_run(house, run_id)
        return told_run(house, run_id)


def _command(workspace: Path, **variables: str) -> None:
    command = [str(Path(sys.executable).parent / "storykeeper"), "run", "--use", "research", "--recipient"]
    command += [RECIPIENT["research"], "--as-of", "2026-06-15T12:00:00", "--as", "m", "-w", str(workspace), "--json"]
    subprocess.run(command, env=os.environ | variables, check=True, stdout=subprocess.DEVNULL)


def _cpu(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


def _instant(step: dict[str, Any]) -> float:
    from datetime import datetime

    return datetime.fromisoformat(step["at"]).timestamp()


@contextmanager
def _clock(spent: dict[str, float], name: str) -> Iterator[None]:
    began = time.process_time()
    yield
    spent[name] = spent.get(name, 0.0) + time.process_time() - began


@contextmanager
def _clocked(spent: dict[str, float]) -> Iterator[None]:
    """Take the time of the parts of `prepare` where it calls them."""
    parts: list[tuple[Any, str, str]] = [
        (prepare, "read", "prepare: read"),
        (prepare.Workbench, "_spans", "prepare: detect"),
        (prepare, "redact", "prepare: redact"),
        (prepare, "write", "prepare: write"),
        (prepare, "inspect", "prepare: inspect"),
        (chunk, "keep", "prepare: keep for release and ledger"),
    ]
    real = [getattr(place, name) for place, name, _ in parts]

    def clocked(work: Callable[..., Any], told: str) -> Callable[..., Any]:
        def inner(*given: Any, **named: Any) -> Any:
            with _clock(spent, told):
                return work(*given, **named)

        return inner

    for (place, name, told), work in zip(parts, real, strict=True):
        setattr(place, name, clocked(work, told))
    try:
        yield
    finally:
        for (place, name, _), work in zip(parts, real, strict=True):
            setattr(place, name, work)
