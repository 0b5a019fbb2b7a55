"""The detector: builds the layers, runs them over one document, settles the overlaps.

To plug a layer in
- write a class with `name`, `version`, `labels` and `find(reading) -> Iterable[Found]` (recognizers/reading.py):
  offsets of `reading.text`; use `reading.folded` (same length, lower case, plain quotes) for patterns, `cased` to know
  whether upper case says anything, `reading.at(position)` for the region and turn;
- make it without arguments that touch the disk twice, keep no state between documents, stay linear in the text;
- add it to `layers()` below. A layer of the whole document (the trained model) offers `hear(document) -> Heard`
  instead and is handed to `build_detector(model=...)`.

Order is without effect on the result: all layers look, memory looks once more with what they found, resolve() settles.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol

from pipeline.labels import Label
from pipeline.model import Document, Roster, Span
from pipeline.spans import resolve
from recognizers.agreement import Heard, agreed
from recognizers.columns import counts
from recognizers.memory import Memory, remember, tell_apart
from recognizers.reading import Reading, Recognizer, stitch
from recognizers.unmarked import GUESS, leave_unmarked, without_lookalikes

if TYPE_CHECKING:
    from presidio_analyzer import AnalyzerEngine


class Model(Protocol):
    """The trained model: reads documents, not readings. `digest` names its weights."""

    @property
    def digest(self) -> str: ...

    def hear(self, document: Document) -> Heard: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Detection:
    """spans: in order, identifiers disjoint. examined: characters of words that were looked at, all of them."""

    spans: tuple[Span, ...] = field(repr=False)
    examined: int


def layers() -> list[Recognizer]:
    """Every layer that needs no model, made anew. Imports here, so that `import recognizers` costs nothing."""
    from recognizers.columns import Columns
    from recognizers.community import Community
    from recognizers.contacts import Contacts
    from recognizers.dates import Dates
    from recognizers.disclosures import Disclosures
    from recognizers.names import Names
    from recognizers.numbers import Numbers
    from recognizers.places import Places
    from recognizers.roster import RosterNames
    from recognizers.views import OverTurns

    return [
        RosterNames(),
        OverTurns(Numbers()),
        Contacts(),
        Dates(),
        Names(),
        Columns(),
        Places(),
        Community(),
        Disclosures(),
    ]


@dataclass(frozen=True, kw_only=True)
class Detector:
    """Finds identifiers and disclosures. One a process; safe to use for any number of documents, one at a time."""

    analyzer: AnalyzerEngine = field(repr=False)
    recognizers: tuple[Recognizer, ...] = field(repr=False)
    code: str = field(default="", repr=False)
    model: Model | None = field(default=None, repr=False)

    @property
    def digest(self) -> str:
        """Changes whenever the answers may: code, word lists, layers, model. Cached spans are kept under it."""
        told = [self.code, *sorted(f"{r.name}={r.version}" for r in self.recognizers)]
        if self.model is not None:
            told.append(f"model={self.model.digest}")
        return hashlib.sha256("\n".join(told).encode()).hexdigest()

    def detect(self, document: Document, roster: Roster) -> Detection:
        """All spans of a document. Never raises on odd text; the same document gives the same spans."""
        reading = stitch(document, roster)
        rules = without_lookalikes(document.text, _inside(self._layers(reading), len(document.text)))
        every = agreed(rules, self._model(document))
        first = _without_guesses(every)
        again = _recall(reading, remember(document.text, first))
        spans = tell_apart(document, resolve([*first, *again]))
        return Detection(spans=spans, examined=reading.examined)

    def _layers(self, reading: Reading) -> Iterable[Span]:
        from recognizers.layers import LANGUAGE, Artifacts, to_span

        if not reading.pieces or not self.recognizers:
            return []
        artifacts = Artifacts(reading, self.analyzer.nlp_engine)
        results = self.analyzer.analyze(reading.document.text, LANGUAGE, nlp_artifacts=artifacts)
        return [to_span(r) for r in results]

    def _model(self, document: Document) -> Heard | None:
        if self.model is None:
            return None
        heard, length = self.model.hear(document), len(document.text)
        counted = counts(document)
        told = [s for s in _inside(heard.spans, length) if (s.start, s.end) not in counted]
        spans = leave_unmarked(document.text, told)
        return Heard(spans=spans, faint=_inside(heard.faint, length))


def _without_guesses(spans: list[Span]) -> list[Span]:
    """A capital that another layer knows for something else is no name: a medicine or a faith stays for the policy to
    decide, a place or a firm keeps its label. Nothing is unmasked that no layer told to be something."""
    told = sorted((s.start, s.end) for s in spans if not _guessed(s) and s.label is not Label.PERSON)
    starts = [start for start, _ in told]

    def known(span: Span) -> bool:
        i = bisect_right(starts, span.start)
        return any(start <= span.start and span.end <= end for start, end in told[max(0, i - 4) : i])

    return [s for s in spans if not (_guessed(s) and known(s))]


def _guessed(span: Span) -> bool:
    return span.label is Label.PERSON and span.score <= GUESS


def _recall(reading: Reading, memory: Memory) -> Iterator[Span]:
    """What memory finds, in offsets of the document."""
    for found in memory.find(reading):
        for start, end in reading.back(found.start, found.end):
            yield Span(start=start, end=end, label=found.label, score=found.score, source=memory.name)


def _inside(spans: Iterable[Span], length: int) -> list[Span]:
    """Drop what a layer reports beyond the text: it would point at nothing."""
    return [s for s in spans if s.end <= length]


def build_detector(
    *, model: Model | Literal["shipped"] | None = "shipped", extra: Sequence[Recognizer] = ()
) -> Detector:
    """The detector with all layers of this package, `extra` ones and the model: the shipped weights, another, or none.

    Raises VerificationError where the shipped weights are not what their digest says.
    """
    from recognizers.layers import build_analyzer

    if model == "shipped":
        from recognizers.model.runtime import load_model

        model = load_model()

    recognizers = [*layers(), *extra]
    return Detector(
        analyzer=build_analyzer(recognizers), recognizers=tuple(recognizers), code=_digest_of_code(), model=model
    )


def _digest_of_code() -> str:
    """SHA-256 over this package's modules and word lists and what they use of the pipeline; some 5 ms."""
    here = Path(__file__).resolve().parent
    files = [p for p in here.rglob("*") if p.suffix in (".py", ".txt", ".toml") and "training" not in p.parts]
    files += [here.parent / "pipeline" / name for name in ("spans.py", "spoken.py", "spoken_dates.py", "labels.py")]
    told = hashlib.sha256()
    for path in sorted(files):
        told.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return told.hexdigest()
