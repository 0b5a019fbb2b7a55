"""statement: a page for the person themself. What of them was shared, with whom, under which yes, how to take it back.

- Short words and short sentences (grade 6; a test measures it), no codes but the one of their own form, and nobody else
  on it: no other person, no worker, no record of anybody else.
- It prints on paper, holds everything it needs, and asks nothing of any network.
- It promises no more than can be kept: what cannot be called back is said.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from importlib.resources import files

from jinja2 import Environment, StrictUndefined

from pipeline.consent.moments import Moment
from pipeline.consent.records import ALL, ConsentRecord, EventState, RecordStatus, RecordType, Use
from pipeline.labels import Category

PURPOSES = {
    Use.GROUP.value: "our own groups, classes and reports",
    Use.RESEARCH.value: "a study, to learn what helps people",
    ALL: "anything",
}
# The boxes of the form, as a person would say them.
TOPICS = {
    Category.SUBSTANCE: "drugs and drink",
    Category.MENTAL_HEALTH: "how you feel and your mental health",
    Category.TRAUMA: "bad things that were done to you",
    Category.SELF_HARM: "times you hurt yourself or wanted to",
    Category.LEGAL: "courts and the law",
    Category.SEXUAL_HEALTH_HIV: "sex, health and HIV",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """One time that something was shared. All are sentences or names for the page."""

    recipient: str
    day: str
    purpose: str
    what: tuple[str, ...]
    yes: tuple[str, ...]
    now: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """One form of the person, in their words."""

    title: str
    purposes: str
    allowed: str
    private: str
    until: str
    now: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """The whole page. name: as the program writes it. shredded: the day on which their words were wiped, or empty."""

    name: str = field(repr=False)
    program: str
    contact: str
    today: str
    shared: tuple[Shared, ...]
    forms: tuple[Form, ...]
    in_short: str
    shredded: str = ""


def as_html(statement: Statement) -> str:
    """One self-contained page: no script, no outside asset."""
    template = files("pipeline").joinpath("texts/statement.html").read_text(encoding="utf-8")
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return environment.from_string(template).render(s=statement)


def told_day(day: date) -> str:
    """ "June 15, 2026"."""
    return f"{day:%B} {day.day}, {day.year}"


def in_short(places: tuple[str, ...], parts: int, *, back: int) -> str:
    """The page in two sentences. places: who has something now; parts: of how many talks or notes; back: how many times
    something was called back."""
    if not places:
        return (
            "We shared some of your words before. We asked for all of it back."
            if back
            else "We have shared nothing of yours with anyone."
        )
    noun = "talk or note" if parts == 1 else "talks and notes"
    whom = f"with {places[0]}" if len(places) == 1 else f"with {len(places)} places"
    return f"We shared parts of {parts} {noun} of yours {whom}. You can take that back."


def form_of(r: ConsentRecord, *, counts: bool) -> Form | None:
    """A record as its person reads it; None for one that was never theirs (a draft, an entry made in error)."""
    if r.status is not RecordStatus.ACTIVE or r.record_type is RecordType.REVOCATION:
        return None
    signed = told_day(r.signed_on.day) if r.signed_on is not None else "a day that we did not write down"
    word = "no" if r.record_type is RecordType.REFUSAL else "yes"
    allowed = [TOPICS[c] for c, yes in r.categories if yes]
    private = [TOPICS[c] for c in Category if c not in {k for k, yes in r.categories if yes}] if word == "yes" else []
    return Form(
        title=f"You said {word} on {signed} (form {_unbroken(r.consent_id)})",
        purposes="; ".join(PURPOSES[p] for p in r.purposes),
        allowed=_list(["what you talk about each day", *allowed]) if word == "yes" else "",
        private=_list(private),
        until=_until(r) if word == "yes" else "",
        now=_now(r, counts=counts),
    )


def _list(parts: list[str]) -> str:
    return "; ".join(parts)


def _unbroken(code: str) -> str:
    """A code that no line end cuts in two."""
    return code.replace("-", "\N{NON-BREAKING HYPHEN}")


def _until(r: ConsentRecord) -> str:
    if r.expires_on is not None:
        return told_day(r.expires_on.day)
    return f"this happens: {r.expiry_event}" if r.expiry_event else ""


def _now(r: ConsentRecord, *, counts: bool) -> str:
    if r.record_type is RecordType.REFUSAL:
        return "Your no counts." if counts else "A later form of yours took its place."
    if counts:
        return "Your yes counts."
    if r.revoked_on is not None:
        return f"You took it back on {told_day(r.revoked_on.day)}."
    if r.expiry_event_state is EventState.OCCURRED:
        return "It has ended."
    return "It does not count now."


def yes_told(r: ConsentRecord) -> str:
    """The yes behind a release, in a sentence."""
    until = _until(r)
    signed = told_day(r.signed_on.day) if isinstance(r.signed_on, Moment) else "an unknown day"
    return f"The form you signed on {signed} (form {_unbroken(r.consent_id)})" + (
        f", good until {until}" if until else ""
    )
