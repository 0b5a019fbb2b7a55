"""The manager's report: what was shared, with whom, under which yes; and how the program's sharing goes.

- Two parts. The internal one names sessions, people's codes and records, and counts refusals: it stays in. The one to
  share holds releases, files and themes; people are counted in it by month alone, where the count is 11 or more, or
  nought, and what is hidden does not come out of the others (pipeline/consent/small_cells.py). It counts nobody by
  release: two releases may differ by one person.
- A voice is a person of the program in what went out; a theme is a consent category that stands in it. Both are counted
  by the month of the session, each person once a month, also where it went to several recipients.
- Nothing here holds a word of a document.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from pipeline.consent.small_cells import HIDDEN, hide

VOICES = "voices"
Counts = Mapping[tuple[str, str], int]  # (row, month) -> people
Cell = int | str


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedDocument:
    """One document of a release. source: digest-like id of its original; month: of its session, YYYY-MM, empty
    where the records tell no day; sessions,
    persons, records: ids; records are consent id+version."""

    source: str
    month: str
    sessions: tuple[str, ...]
    persons: tuple[str, ...]
    records: tuple[str, ...]
    categories: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedRelease:
    """One release: the day it went out, to whom, and where it stands (out, recalled, replaced)."""

    release_id: str
    day: date
    use: str
    recipient: str
    recipient_name: str
    state: str
    documents: tuple[SharedDocument, ...]

    @property
    def sessions(self) -> tuple[str, ...]:
        """Each session once."""
        return tuple(sorted({s for d in self.documents for s in d.sessions}))

    @property
    def persons(self) -> tuple[str, ...]:
        """Each person once."""
        return tuple(sorted({p for d in self.documents for p in d.persons}))

    @property
    def records(self) -> tuple[str, ...]:
        """Each consent record once."""
        return tuple(sorted({r for d in self.documents for r in d.records}))


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """How many sessions a use and recipient could reach on the day; reasons: why the others stay in, and how many."""

    use: str
    recipient: str
    sessions: int
    reachable: int
    reasons: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """The work of reviewers: copies that wait, that were approved and returned, and the median hours they waited."""

    waiting: int
    approved: int
    returned: int
    median_hours: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Everything, for the program alone; `shareable` makes the part that may be shown. quality: name -> figure."""

    program: str
    use: str
    day: date
    releases: tuple[SharedRelease, ...] = field(repr=False)
    reached: tuple[Reached, ...]
    ending: int
    load: Load
    quality: Mapping[str, str]

    @property
    def months(self) -> tuple[str, ...]:
        """Every month from the first session to the last, those without one too."""
        found = sorted({d.month for d in self._documents if d.month})
        return tuple(_months(found[0], found[-1])) if found else ()

    @property
    def _documents(self) -> tuple[SharedDocument, ...]:
        return tuple(d for r in self.releases for d in r.documents)

    @property
    def documents(self) -> int:
        """How many documents went out, each once, whoever they went to."""
        return len({d.source for d in self._documents})

    def files(self) -> dict[str, int]:
        """Documents by month, each once, whoever it went to."""
        return {m: len({d.source for d in self._documents if d.month == m}) for m in self.months}

    def voices(self) -> Counts:
        """People by month."""
        return {(VOICES, m): len({p for d in self._documents if d.month == m for p in d.persons}) for m in self.months}

    def themes(self) -> Counts:
        """People by category and month: who is in a document in which the category stands."""
        people: dict[tuple[str, str], set[str]] = {}
        for document in self._documents:
            for category in document.categories:
                people.setdefault((category, document.month), set()).update(document.persons)
        names = sorted({category for category, _ in people})
        return {(name, m): len(people.get((name, m), ())) for name in names for m in self.months}


def shown(counts: Counts, months: Sequence[str]) -> dict[str, list[Cell]]:
    """Counts of people as they may be shown: row -> one cell a month. No totals are shown beside them."""
    hidden = hide(counts).cells
    rows = dict.fromkeys(row for row, _ in counts)
    return {row: [HIDDEN if (row, m) in hidden else counts[(row, m)] for m in months] for row in rows}


def in_full(counts: Counts, months: Sequence[str]) -> dict[str, list[Cell]]:
    """The same with nothing hidden, for the internal part."""
    rows = dict.fromkeys(row for row, _ in counts)
    return {row: [counts[(row, m)] for m in months] for row in rows}


def as_json(report: Report, *, internal: bool) -> dict[str, Any]:
    """The report for machines: the part to share, or all of it."""
    view = in_full if internal else shown
    told: dict[str, Any] = {
        "program": report.program,
        "use": report.use,
        "day": report.day.isoformat(),
        "internal": internal,
        "releases": [_release(r, internal=internal) for r in report.releases],
        "months": list(report.months),
        "documents": list(report.files().values()),
        "people": view(report.voices(), report.months).get(VOICES, []),
        "themes": view(report.themes(), report.months),
        "quality": dict(report.quality),
    }
    if internal:
        told["reached"] = [
            {"use": r.use, "recipient": r.recipient, "sessions": r.sessions, "reachable": r.reachable,
             "reasons": [{"why": why, "sessions": n} for why, n in r.reasons]}
            for r in report.reached
        ]  # fmt: skip
        load = report.load
        told["review"] = {"waiting": load.waiting, "approved": load.approved, "returned": load.returned,
                          "median_hours": load.median_hours}  # fmt: skip
        told["consents_ending_soon"] = report.ending
    return told


def _release(release: SharedRelease, *, internal: bool) -> dict[str, Any]:
    told: dict[str, Any] = {
        "release": release.release_id,
        "day": release.day.isoformat(),
        "use": release.use,
        "recipient": release.recipient_name,
        "state": release.state,
        "documents": len(release.documents),
    }
    if internal:
        told |= {"sessions": list(release.sessions), "persons": list(release.persons), "records": list(release.records)}
    return told


def _months(first: str, last: str) -> Iterable[str]:
    year, month = map(int, first.split("-"))
    while (told := f"{year:04}-{month:02}") <= last:
        yield told
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
