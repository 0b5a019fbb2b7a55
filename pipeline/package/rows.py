"""The rows of a release: one a turn, one a document. They hold codes, counts, categories and the redacted text.

- A turn's text is what its copy says, its parts joined by a blank, without the marks of its file format.
- Turns are numbered anew from 1, so that a missing number does not count what was withheld.
- Text that a spreadsheet would run as a formula starts with an apostrophe, as in the copies (OWASP, CSV injection).
- Nothing is null: a field that says nothing is empty, in every form of the table alike.
"""

from __future__ import annotations

import html
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from pipeline.labels import Category, Label
from pipeline.model import Document, Redaction, RegionKind, Span
from pipeline.redaction import dates
from pipeline.redaction.dates import Calendar
from pipeline.redaction.standins import PROGRAM, StandIns, written_code
from pipeline.redaction.stretches import stretches
from pipeline.rules import Action, Policy, Style
from pipeline.written import written

_FORMULA = re.compile(r"[=+\-@\t\r]")


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnRow:
    """One kept turn. order: from 1. speaker: its stand-in without brackets, empty where none is named."""

    order: int
    speaker: str
    role: str
    text: str = field(repr=False)
    categories: tuple[Category, ...] = ()

    @property
    def words(self) -> int:
        """Words by blanks, as counts of words are given everywhere."""
        return len(self.text.split())


def turn_rows(
    document: Document,
    redaction: Redaction,
    *,
    spans: Iterable[Span],
    standins: StandIns,
    style: Style,
    roles: Mapping[int, str] | None = None,
) -> tuple[TurnRow, ...]:
    """The rows of the kept turns in order. spans: those that detection found. roles: turn -> client, staff or guest."""
    texts: dict[int, list[str]] = defaultdict(list)
    speakers = _speakers(document, redaction, standins, style)
    for region, text in written(document, redaction):
        if region.turn is not None and region.kind is RegionKind.BODY:
            texts[region.turn].append(_plain(text, document.format))
    categories = turn_categories(document, spans, redaction.kept)
    return tuple(
        TurnRow(
            order=order,
            speaker=speakers.get(n, ""),
            role=(roles or {}).get(n, ""),
            text=_safe(" ".join(" ".join(texts[n]).split())),
            categories=tuple(sorted(categories.get(n, ()))),
        )
        for order, n in enumerate(sorted(redaction.kept), start=1)
    )


def _plain(text: str, format_name: str) -> str:
    """The words without the escapes of their format."""
    if format_name == "table":
        return text.replace('""', '"')
    return html.unescape(text) if format_name == "webvtt" else text


def _safe(text: str) -> str:
    return f"'{text}" if _FORMULA.match(text) else text


def _speakers(document: Document, redaction: Redaction, standins: StandIns, style: Style) -> dict[int, str]:
    found: dict[int, str] = {}
    for region, text in written(document, redaction):
        if region.turn is not None and region.kind is RegionKind.LABEL and text.strip("[] "):
            found[region.turn] = text.strip("[] ")
    for t in document.turns:
        if t.person_id is not None and t.n in redaction.kept and t.n not in found:
            found[t.n] = written_code("Person", standins.code(f"{PROGRAM}{t.person_id}"), style)
    return found


def turn_categories(
    document: Document, spans: Iterable[Span], turns: Collection[int]
) -> Mapping[int, frozenset[Category]]:
    """Turn -> the categories that are disclosed in it. Turns without any are left out."""
    found: dict[int, set[Category]] = defaultdict(set)
    told = sorted((s.start, s.end, s.category) for s in spans if s.category is not None)
    at = 0
    for stretch in stretches(document, turns):
        while at < len(told) and told[at][1] <= stretch.start:
            at += 1
        i = at
        while i < len(told) and told[i][0] < stretch.end:
            if told[i][1] > stretch.start:
                found[stretch.turn].add(told[i][2])
            i += 1
    return {turn: frozenset(categories) for turn, categories in found.items()}


def session_when(policy: Policy, calendar: Calendar) -> str:
    """The date of the session itself as the policy tells dates: a year, a day count, a shifted date, or nothing."""
    if calendar.session is None:
        return ""
    stated = calendar.session.isoformat()
    action = policy.rule(Label.DATE).action
    if action is Action.YEAR:
        return str(dates.safe_year(stated, calendar) or "")
    if action is Action.DAY:
        count = dates.day_count(stated, calendar)
        return "" if count is None else f"day {count}"
    return dates.shifted(stated, calendar) or "" if action is Action.SHIFT else ""
