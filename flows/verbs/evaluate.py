"""evaluate: measure detection on gold documents, in several lights, and say where it fell under the floor.

- cold: nobody known. roster: the people that the document itself names in full are known. lower: the same text in lower
  case, cold. presidio: Presidio's default recognizers, identifiers alone.
- Gold documents are invented, so the HTML page may show their words; the table, the JSON and the list of known misses
  hold figures, places and labels alone.
- A miss of the list that is found now is told too: an improvement is noticed, not only a loss.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from flows.evaluation_page import page
from flows.wiring import detector
from pipeline.errors import Fault, InputError, LeakHeldError
from pipeline.formats import read
from pipeline.labels import Label
from pipeline.measure import Gold, Measures, Miss, Share, read_gold, score
from pipeline.model import Document, Person, Roster, Span
from recognizers.engine import Detector, build_detector
from recognizers.model.runtime import load_model

GOLD_ENDINGS = frozenset({".vtt", ".srt", ".txt", ".md", ".csv"})
LIGHTS = ("cold", "roster", "lower", "presidio")
Table = tuple[str, Sequence[str], Sequence[Sequence[str]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """Measures by light, what fell under the floor, and known misses that are found now."""

    lights: Mapping[str, Measures]
    under: tuple[str, ...]
    found_now: tuple[str, ...]
    new_misses: tuple[str, ...]
    files: int

    def as_json(self) -> dict[str, Any]:
        """Figures alone."""
        return {
            "files": self.files,
            "lights": {name: _figures(m) for name, m in self.lights.items()},
            "under_floor": list(self.under),
            "known_misses_found_now": list(self.found_now),
            "new_misses": list(self.new_misses),
        }

    def tables(self) -> list[Table]:
        """(title, header, rows) for the terminal."""
        head = ("light", "recall", "95%", "precision", "leaks/1000 words", "disclosures", "their precision")
        rows = [
            (
                name,
                f"{m.identifiers.value:.3f}",
                _range(m.identifiers),
                f"{m.precision.value:.3f}",
                f"{m.leaks_per_1000_words:.2f}",
                f"{m.disclosures.value:.3f}",
                f"{m.disclosure_precision.value:.3f}",
            )
            for name, m in self.lights.items()
        ]
        tables: list[Table] = [(f"{self.files} gold documents", head, rows)]
        labels = sorted({label for m in self.lights.values() for label in m.by_type})
        by_type = [
            (label.value, *(_cell(m.by_type.get(label)) for m in self.lights.values()), _range(self._cold(label)))
            for label in labels
        ]
        tables.append(("identifiers found, by type", ("type", *self.lights, "95% cold"), by_type))
        cold = self.lights["cold"]
        told = [(name, _cell(share), f"{share.value:.3f}", _range(share)) for name, share in cold.families.items()]
        tables.append(("disclosures told, by family", ("family", "found", "recall", "95%"), told))
        if self.found_now or self.new_misses:
            changed = [(m, "found now: take it off the list") for m in self.found_now]
            changed += [(m, "not on the list of known misses") for m in self.new_misses]
            tables.append(("against the list of known misses", ("where", "what"), changed))
        return tables

    def _cold(self, label: Label) -> Share:
        return self.lights["cold"].by_type.get(label, Share(hit=0, total=0))

    def raise_under_floor(self) -> None:
        """LeakHeldError (13) with one fault a figure that is under the floor."""
        if self.under:
            faults = [Fault(place="floor", what=told) for told in self.under]
            raise LeakHeldError("detection fell under the floor; mend it, or lower the floor with a reason", faults)


def evaluate_gold(
    folder: Path,
    *,
    html: Path | None = None,
    floor: Path | None = None,
    compare: bool = False,
    model: Path | None = None,
) -> Evaluation:
    """Measure the default detector on a folder of gold documents, with the weights in `model` where they are given.
    InputError where no document can be read, VerificationError where the weights are not whole."""
    finder = build_detector(model=load_model(model)) if model is not None else detector()
    return evaluate(folder, finder, html=html, floor=floor, compare=compare)


def evaluate(
    folder: Path, finder: Detector, *, html: Path | None = None, floor: Path | None = None, compare: bool = False
) -> Evaluation:
    """The same for any detector."""
    gold = gold_documents(folder)
    lower = {name: _lowered(g) for name, g in gold.items()}
    lights = {
        "cold": score(gold, _found(gold, lambda g, d: finder.detect(d, Roster()).spans)),
        "roster": score(gold, _found(gold, lambda g, d: finder.detect(d, full_names(g)).spans)),
        "lower": score(lower, _found_lower(gold, lower, finder)),
    }
    if compare:
        lights["presidio"] = score(gold, _presidio(gold))
    demands = tomllib.loads(floor.read_text(encoding="utf-8")) if floor else {}
    known = _known_misses(floor, demands)
    missed = {_place(m) for m in lights["cold"].misses}
    result = Evaluation(
        lights=lights,
        under=tuple(_under(lights, demands)),
        found_now=tuple(sorted(known - missed)) if known else (),
        new_misses=tuple(sorted(missed - known)) if known else (),
        files=len(gold),
    )
    if html is not None:
        html.write_text(page(lights, gold), encoding="utf-8")
    return result


def gold_documents(folder: Path) -> dict[str, Gold]:
    """The gold documents of a folder by file name, in order."""
    paths = sorted(p for p in folder.rglob("*") if p.suffix in GOLD_ENDINGS) if folder.is_dir() else []
    if not paths:
        raise InputError(f"no gold documents in `{folder.name}`; give a folder with files of the annotation guide")
    gold: dict[str, Gold] = {}
    faults = []
    for path in paths:
        try:
            gold[path.name] = read_gold(path.read_text(encoding="utf-8"))
        except ValueError:
            faults.append(Fault(place=path.name, what="it has a label that the guide does not know, or is not UTF-8"))
    if faults:
        raise InputError("some gold documents cannot be read", faults)
    return gold


def full_names(gold: Gold) -> Roster:
    """The people that a gold document names with two words or more: what a program would have on record."""
    names = {gold.text[m.start : m.end] for m in gold.marks if m.label is Label.PERSON}
    full = sorted(n for n in names if len(n.split()) > 1)
    return Roster(present=tuple(Person(person_id=f"G-{i}", names=(n,)) for i, n in enumerate(full)))


def _found(gold: Mapping[str, Gold], look: Callable[[Gold, Document], Sequence[Span]]) -> dict[str, Sequence[Span]]:
    return {name: look(g, read(g.text.encode("utf-8"), doc_id=name)) for name, g in gold.items()}


def _found_lower(gold: Mapping[str, Gold], lower: Mapping[str, Gold], finder: Detector) -> dict[str, Sequence[Span]]:
    """The words in lower case in the layout of the file as it is: a header in lower case would be no header."""
    found: dict[str, Sequence[Span]] = {}
    for name, g in gold.items():
        document = replace(read(g.text.encode("utf-8"), doc_id=name), text=lower[name].text)
        found[name] = finder.detect(document, Roster()).spans
    return found


def _lowered(gold: Gold) -> Gold:
    """In lower case where that keeps every offset, as it is elsewhere."""
    low = gold.text.lower()
    return Gold(text=low, marks=gold.marks) if len(low) == len(gold.text) else gold


def _presidio(gold: Mapping[str, Gold]) -> dict[str, list[Span]]:
    from recognizers.presidio_default import build_default, mask_ranges

    analyzer = build_default()
    return {
        name: [
            Span(start=s, end=e, label=Label.PERSON, score=1.0, source="presidio")
            for s, e in mask_ranges(analyzer, g.text)
        ]
        for name, g in gold.items()
    }


def _place(miss: Miss) -> str:
    return f"{miss.file}:{miss.start}:{miss.label.value}"


def _known_misses(floor: Path | None, demands: Mapping[str, Any]) -> frozenset[str]:
    named = demands.get("known_misses")
    if floor is None or not isinstance(named, str):
        return frozenset()
    lines = (floor.parent / named).read_text(encoding="utf-8").splitlines()
    return frozenset(line.strip() for line in lines if line.strip() and not line.startswith("#"))


def _under(lights: Mapping[str, Measures], demands: Mapping[str, Any]) -> list[str]:
    """Each figure of each light that is under what the floor file demands of it."""
    under = []
    for light, asked in demands.items():
        if light not in lights or not isinstance(asked, dict):
            continue
        figures = _figures(lights[light])
        for name, least in asked.items():
            if name not in figures:
                under.append(f"`{light}.{name}` is no figure; take it out of the floor file")
            elif figures[name] < least:
                under.append(f"`{light}.{name}` is {figures[name]:.4f}, the floor {least}")
    return under


def _figures(m: Measures) -> dict[str, Any]:
    return {
        "words": m.words,
        "recall": round(m.identifiers.value, 5),
        "precision": round(m.precision.value, 5),
        "leaks_per_1000_words": round(m.leaks_per_1000_words, 3),
        "disclosure_recall": round(m.disclosures.value, 5),
        "disclosure_precision": round(m.disclosure_precision.value, 5),
        "by_type": {label.value: _told(share) for label, share in m.by_type.items()},
        "disclosures": {label.value: _told(share) for label, share in m.disclosures_by_type.items()},
        "families": {name: _told(share) for name, share in m.families.items()},
        "worst_family": round(min((s.value for s in m.families.values()), default=1.0), 5),
        "person_recall": round(m.by_type.get(Label.PERSON, Share(hit=0, total=0)).value, 5),
    }


def _told(share: Share) -> dict[str, Any]:
    low, high = share.interval
    return {"found": share.hit, "of": share.total, "low": round(low, 4), "high": round(high, 4)}


def _cell(share: Share | None) -> str:
    return f"{share.hit}/{share.total}" if share else "-"


def _range(share: Share) -> str:
    low, high = share.interval
    return f"{low:.3f}-{high:.3f}"
