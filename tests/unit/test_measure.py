"""Measures of detection: the same figures as the annotators' own scorer, and intervals."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from pipeline.labels import Label
from pipeline.measure import read_gold, score, wilson
from pipeline.model import Span

GOLD = Path(__file__).parents[2] / "sample_data" / "gold"


def test_the_figures_are_those_of_the_annotators_scorer() -> None:
    spec = importlib.util.spec_from_file_location("annotators_score", GOLD / "score.py")
    assert spec is not None
    assert spec.loader is not None
    theirs = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(theirs)
    told = theirs.load(GOLD / "dev")
    gold = {
        p.name: read_gold(p.read_text(encoding="utf-8")) for p in sorted((GOLD / "dev").iterdir()) if p.name in told
    }
    found = {}
    for name, document in gold.items():
        assert (document.text, [(m.start, m.end, m.label.value) for m in document.marks]) == told[name]
        # every third mark lost, every fourth one short, one stretch too much: a made answer with every kind of fault
        found[name] = [
            Span(start=m.start, end=max(m.start + 1, m.end - (i % 4 == 0)), label=m.label, score=1.0, source="made")
            for i, m in enumerate(document.marks)
            if i % 3
        ] + [
            Span(start=0, end=20, label=Label.TRAUMA, score=1.0, source="made"),
            Span(start=0, end=9, label=Label.DATE, score=1.0, source="made"),
        ]
    ours = score(gold, found)
    answer = theirs.score(told, {n: [(s.start, s.end, s.label.value) for s in spans] for n, spans in found.items()})
    assert (ours.identifiers.hit, ours.identifiers.total) == (answer["covered"], answer["identifiers"])
    assert ours.precision.value == pytest.approx(answer["precision"])
    assert ours.leaks_per_1000_words == pytest.approx(answer["leaks_per_1000_words"])
    assert ours.disclosures.value == pytest.approx(answer["disclosure_recall"])
    assert ours.disclosure_precision.value == pytest.approx(answer["disclosure_precision"])
    assert {k.value: (v.hit, v.total) for k, v in ours.by_type.items()} == answer["by_type"]


def test_an_unknown_label_is_refused() -> None:
    with pytest.raises(ValueError, match="NONSENSE"):
        read_gold("⟦NONSENSE|x⟧")


@pytest.mark.parametrize(
    ("hit", "total", "low", "high"), [(9, 10, 0.596, 0.982), (0, 0, 0.0, 1.0), (10, 10, 0.722, 1.0)]
)
def test_wilson_intervals(hit: int, total: int, low: float, high: float) -> None:
    assert wilson(hit, total) == pytest.approx((low, high), abs=0.001)
