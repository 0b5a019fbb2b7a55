"""The internal summary of a run: one line a session, with the reason in plain words, as CSV and as one HTML page.

Rules: it is for the program alone and says so on top (it counts refusals, which no recipient may learn); it holds
session ids, outcomes, reason codes and sentences, and no word of a document and no name.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from importlib.resources import files

from jinja2 import Environment, StrictUndefined


class Outcome(StrEnum):
    """What became of a session in a run. The order is the order of the closing table."""

    PERMITTED = "permitted"
    RELEASED = "released"
    RELEASED_IN_PART = "released in part"
    ALREADY_RELEASED = "already released"
    HELD = "held for review"
    NOT_PERMITTED = "not permitted"
    UNREADABLE = "could not be read"


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionLine:
    """One session in one run. reasons: pairs of reason code and plain sentence. kept, withheld: turns."""

    session_id: str
    outcome: Outcome
    reasons: tuple[tuple[str, str], ...] = ()
    kept: int = 0
    withheld: int = 0

    def told(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """Each sentence once, with the codes behind it."""
        codes: dict[str, list[str]] = {}
        for code, sentence in self.reasons:
            codes.setdefault(sentence, []).append(code)
        return tuple((sentence, tuple(found)) for sentence, found in codes.items())


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """One run told to the program's manager. release_id: empty when nothing went out. as_of: ISO, program time."""

    run_id: str
    use: str
    recipient: str
    as_of: str
    release_id: str
    lines: tuple[SessionLine, ...]

    def counts(self) -> dict[Outcome, int]:
        """Sessions by outcome, in the order of Outcome; zeros left out."""
        found = Counter(line.outcome for line in self.lines)
        return {outcome: found[outcome] for outcome in Outcome if found[outcome]}


COLUMNS = ("session_id", "outcome", "turns_kept", "turns_withheld", "reason_codes", "reasons")


def as_csv(summary: Summary) -> str:
    """The lines as CSV, one a session."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for line in summary.lines:
        codes = ";".join(code for code, _ in line.reasons)
        sentences = " ".join(sentence for sentence, _ in line.told())
        writer.writerow([line.session_id, line.outcome.value, line.kept, line.withheld, codes, sentences])
    return out.getvalue()


def as_html(summary: Summary) -> str:
    """One self-contained page: no script, no outside asset, prints well."""
    template = files("pipeline").joinpath("texts/summary.html").read_text(encoding="utf-8")
    environment = Environment(autoescape=True, undefined=StrictUndefined)
    return environment.from_string(template).render(summary=summary, counts=summary.counts())
