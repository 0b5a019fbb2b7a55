"""resolve(): overlaps settled, nothing unmasked.

- The union of the characters of the spans that will be masked is masked afterwards, no more and no less.
- They are disjoint and in order. Where two overlap, the longer keeps its characters; of equal length a person of the
  program goes first, then the more specific label (order below), then the higher score; every tie is broken by the
  remaining fields, so order of input is without effect. What is left of the loser keeps its own label.
- Neighbours that merely touch stay two: two people side by side are two people.
- Spans of other labels (disclosures that are not masked) keep their characters; those of one label and category that
  overlap tell one thing and become one, from the first character to the last, named after the surest.
"""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Collection, Iterable
from dataclasses import replace

from pipeline.labels import REDACTED_BY_DEFAULT, Label
from pipeline.model import Span

# From the most to the least specific: a number of a stated kind says more than a phone, a person more than a place.
SPECIFIC: tuple[Label, ...] = (
    Label.US_SSN,
    Label.EMAIL_ADDRESS,
    Label.IP_ADDRESS,
    Label.MEDICAL_RECORD_NUMBER,
    Label.HEALTH_PLAN_ID,
    Label.CASE_NUMBER,
    Label.LICENSE_NUMBER,
    Label.VEHICLE_ID,
    Label.DEVICE_ID,
    Label.ACCOUNT_NUMBER,
    Label.PHONE_NUMBER,
    Label.URL,
    Label.STREET_ADDRESS,
    Label.ZIP_CODE,
    Label.SOBRIETY_DATE,
    Label.DATE,
    Label.AGE,
    Label.RECOVERY_GROUP,
    Label.TREATMENT_FACILITY,
    Label.PERSON,
    Label.USERNAME,
    Label.ORGANIZATION,
    Label.LOCATION,
)
_RANK = {label: rank for rank, label in enumerate(SPECIFIC)}


Priority = tuple[int, int, float, int, str, str, str, str]


def _priority(span: Span) -> Priority:
    """Smaller comes first, and two that are equal are the same span. A person of the program goes before every other
    reading of the same words: whom a turn mentions decides whether it may go out."""
    known = span.entity is not None and span.entity.startswith("person:")
    return (
        span.start - span.end,
        -1 if known else _RANK.get(span.label, len(SPECIFIC)),
        -span.score,
        span.start,
        span.label.value,
        span.source,
        span.entity or "",
        span.category or "",
    )


def resolve(spans: Iterable[Span], among: Collection[Label] = REDACTED_BY_DEFAULT) -> tuple[Span, ...]:
    """All spans in order, those with a label of `among` disjoint. O(n log n)."""
    masked = sorted({s for s in spans if s.label in among}, key=lambda s: (s.start, _priority(s)))
    others = _told_once(s for s in spans if s.label not in among)
    known = _entities(masked)
    settled = [_with(s, entity=known.get((s.start, s.end, s.label), s.entity)) for s in _sweep(masked)]
    return tuple(sorted([*settled, *others], key=lambda s: (s.start, s.end, s.label.value, s.source)))


def _told_once(spans: Iterable[Span]) -> list[Span]:
    """Overlapping spans of one label and category made one."""
    out: list[Span] = []
    last: dict[tuple[Label, str], int] = {}
    for span in sorted(spans, key=lambda s: (s.start, -s.end, _priority(s))):
        kind = (span.label, span.category or "")
        before = out[last[kind]] if kind in last else None
        if before is None or span.start >= before.end:
            last[kind] = len(out)
            out.append(span)
            continue
        surest = min(before, span, key=lambda s: (-s.score, _priority(s)))
        out[last[kind]] = replace(surest, start=before.start, end=max(before.end, span.end))
    return out


def _with(span: Span, *, entity: str | None) -> Span:
    return span if span.entity == entity else replace(span, entity=entity)


def _entities(spans: Iterable[Span]) -> dict[tuple[int, int, Label], str]:
    """The person meant at one place, where any recognizer knew: the roster before the document's own."""
    known: dict[tuple[int, int, Label], str] = {}
    for s in spans:
        if s.entity is not None:
            at = (s.start, s.end, s.label)
            if at not in known or (s.entity.startswith("person:"), s.entity) > (
                known[at].startswith("person:"),
                known[at],
            ):
                known[at] = s.entity
    return known


def _sweep(spans: list[Span]) -> list[Span]:
    """Walk over all borders; between two borders the first by priority of those that are open has the characters."""
    borders = sorted({b for s in spans for b in (s.start, s.end)})
    open_: list[tuple[Priority, Span]] = []
    out: list[Span] = []
    owner: Span | None = None
    nxt = 0
    for here, there in itertools.pairwise(borders):
        while nxt < len(spans) and spans[nxt].start <= here:
            heapq.heappush(open_, (_priority(spans[nxt]), spans[nxt]))
            nxt += 1
        while open_ and open_[0][1].end <= here:
            heapq.heappop(open_)
        if not open_:
            owner = None
            continue
        winner = open_[0][1]
        if winner is owner and out[-1].end == here:
            out[-1] = replace(out[-1], end=there)
        else:
            whole = (winner.start, winner.end) == (here, there)
            out.append(winner if whole else replace(winner, start=here, end=there))
            owner = winner
    return out
