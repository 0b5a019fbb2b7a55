"""A policy: what becomes of each label in one use, with the reason, the thresholds and the review rule.

- Every one of the 34 labels has its line. A label that no line names gets the strictest action.
- An identifier is kept as it stands only under a policy for limited data sets; no policy keeps a disclosure that has
  no box on the consent form (IDENTITY, and a HEALTH_CONDITION without category): it becomes its label.
- An action fits its label (`year` is for dates alone); `FITS` is the whole table.
- `diff` and `explain` are values: rows of text for the command line, the pages and the manual.

The documents are `policies/*.toml`; pipeline/policy.py reads them and names every fault at once.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from pipeline.labels import DISCLOSURES, IDENTIFIERS, Label
from pipeline.model import Span
from pipeline.redaction.surrogates import SHAPED


class Action(StrEnum):
    """What is done to the characters of a span."""

    STAND_IN = "stand-in"
    SURROGATE = "surrogate"
    TAG = "tag"
    YEAR = "year"
    DAY = "day"
    SHIFT = "shift"
    CLEAN_TIME = "clean-time"
    AGE_90 = "age-90"
    DECADE = "decade"
    ZIP3 = "zip3"
    STATE = "state"
    TOWN = "town"
    CATEGORY = "category"
    MASK = "mask"
    DROP = "drop"
    KEEP = "keep"


MEANING: dict[Action, str] = {
    Action.STAND_IN: "one and the same stand-in for a person everywhere",
    Action.SURROGATE: "a made-up one of the same kind and script, without brackets; one person is one name everywhere",
    Action.TAG: "the name of the label",
    Action.YEAR: "the year where one is stated, else the label",
    Action.DAY: "the day counted from the first session where the year can be told, else the label",
    Action.SHIFT: "the date moved by the person's own number of weeks, in the style in which it was written or said",
    Action.CLEAN_TIME: "how long before the session, counted as clean time is, else the label",
    Action.AGE_90: "the age in figures up to 89, else `90 or older`",
    Action.DECADE: "the decade of the age, `90 or older` from 90",
    Action.ZIP3: "the first three digits where more than 20,000 people live there, else 000",
    Action.STATE: "the state where it is named with the place, else the label",
    Action.TOWN: "the town; streets, buildings and lines become the label",
    Action.CATEGORY: "the consent category it belongs to",
    Action.MASK: "the same mark for everything; not even the kind is told",
    Action.DROP: "nothing",
    Action.KEEP: "as it stands",
}

# The strictest action shows that something was there and nothing of its kind. Dropping the words would hide the gap.
STRICTEST = Action.MASK

_DATES = frozenset({Label.DATE, Label.SOBRIETY_DATE})
_PLACES = frozenset({Label.LOCATION, Label.STREET_ADDRESS})
_UNBOXED = frozenset({Label.IDENTITY, Label.HEALTH_CONDITION})

FITS: dict[Action, frozenset[Label]] = {
    Action.STAND_IN: frozenset({Label.PERSON}),
    Action.SURROGATE: frozenset({Label.PERSON}) | SHAPED,
    Action.TAG: frozenset(Label),
    Action.YEAR: _DATES,
    Action.DAY: _DATES,
    Action.SHIFT: _DATES,
    Action.CLEAN_TIME: frozenset({Label.SOBRIETY_DATE}),
    Action.AGE_90: frozenset({Label.AGE}),
    Action.DECADE: frozenset({Label.AGE}),
    Action.ZIP3: frozenset({Label.ZIP_CODE}),
    Action.STATE: _PLACES,
    Action.TOWN: frozenset({Label.LOCATION}),
    Action.CATEGORY: DISCLOSURES,
    Action.MASK: frozenset(Label),
    Action.DROP: frozenset(Label),
    Action.KEEP: DISCLOSURES - {Label.IDENTITY, Label.SOBRIETY_DATE},
}

# 45 CFR 164.514(e)(2): a limited data set may hold these; every other identifier of the list goes.
LIMITED_MAY_KEEP = frozenset({Label.AGE, Label.ZIP_CODE, Label.DATE, Label.SOBRIETY_DATE})
LIMITED_ONLY = frozenset({Action.SHIFT, Action.TOWN})


class Style(StrEnum):
    """How stand-ins are written: `[Person 2]`, `[phone number]` or `[PERSON_2]`, `[PHONE_NUMBER]`."""

    PLAIN = "plain"
    TAG = "tag"


class ReviewRule(StrEnum):
    """Which copies wait for a second person."""

    FINDINGS = "findings"
    ALWAYS = "always"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One line of a policy."""

    action: Action
    reason: str


_UNNAMED = Rule(action=STRICTEST, reason="no line of the policy names this label: the strictest action")


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """A checked policy. `label_confident`: a disclosure scored under it is uncertain for consent (0..1). `min_residue`:
    smallest share of the turns that may be left (0..1); `min_speakers`: fewest consenting voices of a group. `k`: how
    many people at least share each combination of quasi-identifiers in documents.csv (1: no demand). `mask_unknown`:
    words of no safe vocabulary are masked too; `own_words`: what the program adds to that vocabulary."""

    name: str
    use: str
    title: str
    style: Style
    limited_data_set: bool = False
    rules: Mapping[Label, Rule] = field(repr=False)
    label_confident: float
    min_residue: float = 0.5
    min_speakers: int = 3
    k: int = 11
    group_mode: str = "strict"
    review: ReviewRule = ReviewRule.FINDINGS
    unmask: bool = False
    mask_unknown: bool = False
    own_words: tuple[str, ...] = field(default=(), repr=False)

    def rule(self, label: Label | str) -> Rule:
        """The line of a label; the strictest action for one that is not known."""
        known = Label(label) if label in Label.__members__ else None
        return self.rules.get(known, _UNNAMED) if known else _UNNAMED

    def action_for(self, span: Span) -> Action:
        """The action for one span: its label's, but a kept disclosure without a box becomes its label."""
        action = self.rule(span.label).action
        if action is Action.KEEP and span.label in _UNBOXED and span.category is None:
            return Action.TAG
        return action

    def uses(self, action: Action) -> bool:
        """Whether any label has this action."""
        return any(rule.action is action for rule in self.rules.values())

    @property
    def digest(self) -> str:
        """SHA-256, hex, of what the policy says; comments and order in the file are without effect."""
        said = json.dumps(_plain(self), sort_keys=True, separators=(",", ":"), ensure_ascii=True)
        return hashlib.sha256(said.encode("ascii")).hexdigest()


def _plain(policy: Policy) -> dict[str, object]:
    settings: dict[str, object] = {name: str(getattr(policy, name)) for name in SETTINGS}
    return settings | {f"labels.{lb}": [policy.rule(lb).action.value, policy.rule(lb).reason] for lb in Label}


SETTINGS = (
    "name",
    "use",
    "title",
    "style",
    "limited_data_set",
    "label_confident",
    "min_residue",
    "min_speakers",
    "k",
    "group_mode",
    "review",
    "unmask",
    "mask_unknown",
    "own_words",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """One label under one policy, in words."""

    label: Label
    family: str
    action: Action
    meaning: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One thing that two policies say differently. `what` is a label or the name of a setting."""

    what: str
    before: str
    after: str


def explain(policy: Policy) -> tuple[Explained, ...]:
    """Every label in the order of the annotation guide."""
    return tuple(
        Explained(
            label=label,
            family="identifier" if label in IDENTIFIERS else "disclosure",
            action=policy.rule(label).action,
            meaning=MEANING[policy.rule(label).action],
            reason=policy.rule(label).reason,
        )
        for label in Label
    )


def diff(before: Policy, after: Policy) -> tuple[Difference, ...]:
    """What differs in effect, settings first. Names, titles and reasons are not compared; equal policies: empty."""
    pairs = [(s, str(getattr(before, s)), str(getattr(after, s))) for s in SETTINGS if s not in ("name", "title")]
    pairs += [(lb.value, before.rule(lb).action.value, after.rule(lb).action.value) for lb in Label]
    return tuple(Difference(what=what, before=b, after=a) for what, b, a in pairs if b != a)


def misfit(action: Action, label: Label, *, limited_data_set: bool) -> str | None:
    """Why this action may not stand at this label, or None where it may."""
    if action in LIMITED_ONLY and not limited_data_set:
        return f"`{action}` is for limited data sets; set limited_data_set = true or choose another action"
    if label in FITS[action] or (action is Action.KEEP and limited_data_set and label in LIMITED_MAY_KEEP):
        return None
    if action is Action.KEEP:
        kind = "an identifier" if label in IDENTIFIERS else "a disclosure without a box on the consent form"
        return f"`keep` is not allowed at `{label}`: it is {kind}; choose one of {fitting(label)}"
    return f"`{action}` does not fit `{label}`; choose one of {fitting(label)}"


def fitting(label: Label) -> str:
    """The actions that any policy may give a label, for messages."""
    return ", ".join(f"`{a}`" for a in Action if label in FITS[a] and a not in LIMITED_ONLY)
