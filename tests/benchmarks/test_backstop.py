"""What the backstop of `strict` costs and saves on the development documents, cold: the figures of docs/limits.md.

Every turn is kept. Counted are words (by letters and figures) of the text that a copy holds.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from pipeline import formats
from pipeline.errors import InputError
from pipeline.labels import IDENTIFIERS
from pipeline.measure import Gold, read_gold
from pipeline.model import Document, RegionKind, Roster, Span
from pipeline.policy import Policy, shipped
from pipeline.redaction.redact import redact
from recognizers.engine import build_detector

DEV = Path(__file__).resolve().parents[2] / "sample_data" / "gold" / "dev"
WORD = re.compile(r"\w+(?:['’]\w+)*")


class Codes:
    def code(self, entity: str, /) -> int:
        return 1


def documents() -> list[tuple[Gold, Document]]:
    found = []
    for path in sorted(DEV.iterdir()):
        gold = read_gold(path.read_text(encoding="utf-8"))
        try:
            found.append((gold, formats.read(gold.text.encode(), doc_id=path.stem)))
        except InputError:
            continue
    return found


def count(gold: Gold, document: Document, spans: tuple[Span, ...], policy: Policy) -> Counter[str]:
    """Words that need not go, those of them that are masked, identifiers, those with a letter or figure left."""
    made = redact(document, spans, policy, range(len(document.turns)), Codes())
    masked = {i for r in made.replacements for i in range(r.start, r.end)}
    body = {i for r in document.regions if r.kind is RegionKind.BODY for i in range(r.start, r.end)}
    marked = {i for m in gold.marks for i in range(m.start, m.end)}
    plain = [m.span() for m in WORD.finditer(gold.text) if m.start() in body and not marked & set(range(*m.span()))]
    names = [m for m in gold.marks if m.label in IDENTIFIERS and m.start in body]
    left = [m for m in names if any(gold.text[i].isalnum() and i not in masked for i in range(m.start, m.end))]
    return Counter(
        words=len(plain),
        masked=sum(bool(masked & set(range(*w))) for w in plain),
        identifiers=len(names),
        left=len(left),
    )


def test_the_backstop_saves_more_than_it_costs(record_property: Callable[[str, object], None]) -> None:
    detector, strict = build_detector(), shipped("strict")
    without: Counter[str] = Counter()
    with_it: Counter[str] = Counter()
    for gold, document in documents():
        spans = detector.detect(document, Roster()).spans
        without += count(gold, document, spans, replace(strict, mask_unknown=False))
        with_it += count(gold, document, spans, strict)
    for name, counts in (("without", without), ("with", with_it)):
        print(f"\n{name} the backstop: {counts['masked']} of {counts['words']} unmarked words masked; "
              f"{counts['left']} of {counts['identifiers']} identifiers with something left")  # fmt: skip
        record_property(name, dict(counts))
    assert with_it["left"] <= without["left"]
    assert with_it["masked"] - without["masked"] < 0.05 * with_it["words"]
