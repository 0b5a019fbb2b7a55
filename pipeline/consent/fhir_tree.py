"""The tree of a FHIR Consent and its vote on one question (rules 2 to 8 of docs/consent.md).

- The root is the default decision, each level an exception to its parent. Siblings OR with deny-overrides; attributes
  within a provision AND; values within an attribute OR. The walk goes to the end of every branch.
- What cannot be checked matches MAYBE. A permit that only may match does not; a deny that may match does. So the vote
  is the strictest of the possible readings.
- A nested rule of its parent's type has no effect of its own; a deny found below a permit still counts.
- A root that does not match says nothing (NONE): the consent is about something else.
- Labels are asked one by one, each as a question of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, tzinfo

from pipeline.consent.fhir_codes import (
    RELEASING_ACTIONS,
    Concept,
    label_covered,
    label_touched,
    purpose_covered,
    purpose_touched,
)
from pipeline.consent.fhir_time import Match, Window
from pipeline.consent.records import Vote


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who may receive: the codes it certainly goes by, and those it may go by. None of either: unknown to us."""

    codes: frozenset[str]
    maybe: frozenset[str] = frozenset()
    certain: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One atom to decide: when, about which day, for whom, to what end, with which label (None: without one).

    actors: the recipient's id and its classes written `class:NAME`. session_date None: not known.
    """

    as_of: datetime
    session_date: date | None
    actors: frozenset[str]
    purpose: str | None
    label: str | None
    zone: tzinfo


@dataclass(frozen=True, slots=True, kw_only=True)
class Provision:
    """One rule: PERMIT or DENY under conditions, with its exceptions. None: the attribute is not stated.

    opaque: names of elements that are not understood. blank: a nested deny of our own export that stands for a box
    left blank; it withholds the permit and refuses nothing.
    """

    permit: bool
    purposes: tuple[Concept, ...] | None = None
    labels: tuple[Concept, ...] | None = None
    actions: tuple[Concept, ...] | None = None
    actors: tuple[Actor, ...] | None = None
    period: Window | None = None
    data_period: Window | None = None
    opaque: tuple[str, ...] = ()
    blank: bool = False
    exceptions: tuple[Provision, ...] = ()


def vote(root: Provision | None, question: Question) -> Vote:
    """What the tree says to the question. Without a base decision or a purpose it is not applicable."""
    if root is None or question.purpose is None:
        return Vote.NONE
    matched = matches(root, question)
    if matched is Match.NO:
        return Vote.NONE
    said = _said(root, question)
    if matched is Match.MAYBE and said is Vote.PERMIT:
        return Vote.NONE
    return said


def matches(rule: Provision, question: Question) -> Match:
    """Whether the rule's conditions are met: the weakest of its attributes decides."""
    if "modifierExtension" in rule.opaque:  # it may change the meaning of every other element
        return Match.MAYBE
    return min(matched for _, matched in _conditions(rule, question))


def misses(rule: Provision, question: Question) -> tuple[str, ...]:
    """Reason codes of the conditions that keep the rule from matching for certain."""
    return tuple(code for code, matched in _conditions(rule, question) if matched is not Match.YES)


def _conditions(rule: Provision, question: Question) -> tuple[tuple[str, Match], ...]:
    return (
        ("PURPOSE_NOT_COVERED", _purposes(rule, question)),
        ("NO_APPLICABLE_CONSENT", min(_labels(rule, question), _actions(rule))),
        ("RECIPIENT_NOT_COVERED", _actors(rule, question)),
        _period(rule, question),
        ("SESSION_OUTSIDE_DATA_WINDOW", _data_period(rule, question)),
        ("REC_CONSTRAINT_UNSUPPORTED", Match.MAYBE if rule.opaque else Match.YES),
    )


def _said(rule: Provision, question: Question) -> Vote:
    """The decision of a rule that matches, after its exceptions."""
    found = [(matches(e, question), e) for e in rule.exceptions if e.permit or rule.permit]
    below = [(matched, _said(e, question)) for matched, e in found if matched is not Match.NO]
    if any(said is Vote.DENY for _, said in below):
        return Vote.DENY
    if rule.permit:
        return Vote.NONE if any(said is Vote.NONE for _, said in below) else Vote.PERMIT
    if any(matched is Match.YES and said is Vote.PERMIT for matched, said in below):
        return Vote.PERMIT
    return Vote.NONE if rule.blank else Vote.DENY


def _period(rule: Provision, question: Question) -> tuple[str, Match]:
    period = rule.period
    if period is None or period.holds(question.as_of) is Match.YES:
        return "REC_EXPIRED", Match.YES
    early = period.start is not None and question.as_of < period.start
    return "REC_NOT_YET_EFFECTIVE" if early else "REC_EXPIRED", Match.NO


def _purposes(rule: Provision, question: Question) -> Match:
    asked = question.purpose or ""
    hit = purpose_covered if rule.permit else purpose_touched
    return _any(rule.purposes, lambda code: hit(code, asked), rule.permit)


def _labels(rule: Provision, question: Question) -> Match:
    label = question.label
    hit = label_covered if rule.permit else label_touched
    return _any(rule.labels, lambda code: label is not None and hit(code, label), rule.permit)


def _actions(rule: Provision) -> Match:
    return _any(rule.actions, lambda code: code in RELEASING_ACTIONS, rule.permit)


def _any(concepts: tuple[Concept, ...] | None, hit: Callable[[str], bool], permit: bool) -> Match:
    """Values within an attribute OR. A permit's concept must say one thing only, and that must hit."""
    if concepts is None:
        return Match.YES
    found = Match.NO
    for concept in concepts:
        if any(map(hit, concept.codes)) and (concept.certain or not permit):
            return Match.YES
        if not concept.certain:
            found = Match.MAYBE
    return found


def _actors(rule: Provision, question: Question) -> Match:
    if rule.actors is None:
        return Match.YES
    found = Match.NO
    for actor in rule.actors:
        if actor.certain and actor.codes & question.actors:
            return Match.YES
        if not actor.certain or actor.maybe & question.actors or not question.actors:
            found = Match.MAYBE
    return found


def _data_period(rule: Provision, question: Question) -> Match:
    if rule.data_period is None:
        return Match.YES
    if question.session_date is None:
        return Match.MAYBE
    return rule.data_period.holds_day(question.session_date, question.zone)
