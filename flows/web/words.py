"""Plain words for what the pages show: labels and their families, kinds of findings, states, times.

A family has a colour, a pattern of its own (pages.css) and a name that stands beside every highlighted place, so that
nothing is told by colour alone. Nine labels have a key, the most frequent ones of the annotation guide.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, tzinfo
from types import MappingProxyType

from pipeline.labels import DISCLOSURES, Label
from pipeline.reviewing.review import ReviewState
from pipeline.rules import MEANING, Policy
from pipeline.summary import Outcome

FAMILIES: Mapping[str, tuple[str, frozenset[Label]]] = MappingProxyType(
    {
        "people": ("people", frozenset({Label.PERSON, Label.USERNAME})),
        "places": ("places", frozenset({Label.LOCATION, Label.STREET_ADDRESS, Label.ZIP_CODE})),
        "rooms": (
            "organizations",
            frozenset({Label.ORGANIZATION, Label.TREATMENT_FACILITY, Label.RECOVERY_GROUP}),
        ),
        "times": ("dates and ages", frozenset({Label.DATE, Label.AGE, Label.SOBRIETY_DATE})),
        "contacts": (
            "ways to reach somebody",
            frozenset({Label.PHONE_NUMBER, Label.EMAIL_ADDRESS, Label.URL, Label.IP_ADDRESS}),
        ),
        "confided": ("what was confided", DISCLOSURES - {Label.SOBRIETY_DATE}),
    }
)
NUMBERS = ("numbers", "numbers of records and cards")
_FAMILY_OF = {label: name for name, (_, labels) in FAMILIES.items() for label in labels}

KEYS: tuple[Label, ...] = (
    Label.PERSON,
    Label.LOCATION,
    Label.ORGANIZATION,
    Label.TREATMENT_FACILITY,
    Label.RECOVERY_GROUP,
    Label.DATE,
    Label.AGE,
    Label.PHONE_NUMBER,
    Label.STREET_ADDRESS,
)
_SHORT = {
    Label.TREATMENT_FACILITY: "facility",
    Label.RECOVERY_GROUP: "meeting",
    Label.PHONE_NUMBER: "phone",
    Label.EMAIL_ADDRESS: "e-mail",
    Label.STREET_ADDRESS: "address",
    Label.US_SSN: "SSN",
    Label.MEDICAL_RECORD_NUMBER: "record number",
    Label.IP_ADDRESS: "IP address",
    Label.URL: "web address",
    Label.ZIP_CODE: "ZIP",
    Label.USERNAME: "user name",
}
_STATES = {
    ReviewState.DETECTED: "nothing found",
    ReviewState.NEEDS_REVIEW: "waits for review",
    ReviewState.APPROVED: "approved",
    ReviewState.RETURNED: "sent back",
    ReviewState.RELEASED: "released",
    ReviewState.WITHHELD: "taken away",
}


def family(label: Label) -> str:
    """The family of a label: the name of its class in the style sheet."""
    return _FAMILY_OF.get(label, NUMBERS[0])


def legend() -> list[tuple[str, str]]:
    """(class, words) of every family."""
    return [*((name, told) for name, (told, _) in FAMILIES.items()), NUMBERS]


def name(label: Label) -> str:
    """A label in words, short enough to stand in a line."""
    return _SHORT.get(label, label.value.replace("_", " ").lower())


def labels() -> list[tuple[str, str]]:
    """(label, words) of every label in the order of the guide."""
    return [(label.value, name(label)) for label in Label]


def key_of(label: Label) -> str:
    """The key that gives a label, or nothing."""
    return str(KEYS.index(label) + 1) if label in KEYS else ""


def does(policy: Policy, label: Label) -> str:
    """What a policy does with a label, and why, as two short sentences."""
    rule = policy.rule(label)
    return f"Becomes: {MEANING[rule.action]}. Why: {rule.reason}."


def kind(found: str) -> str:
    """The kind of a finding in words."""
    return found.replace("_", " ")


def state(given: ReviewState) -> str:
    """A state in words."""
    return _STATES[given]


def outcome_class(outcome: Outcome) -> str:
    """The class of an outcome in the style sheet."""
    good = (Outcome.PERMITTED, Outcome.RELEASED, Outcome.ALREADY_RELEASED)
    return "good" if outcome in good else "part" if outcome in (Outcome.RELEASED_IN_PART, Outcome.HELD) else "no"


def day(given: date | None) -> str:
    """A day as people read it."""
    return "" if given is None else f"{given.day} {given:%B %Y}"


def moment(given: datetime | None, zone: tzinfo) -> str:
    """An instant in program time."""
    return "" if given is None else f"{day(given.astimezone(zone).date())}, {given.astimezone(zone):%H:%M}"


def count(n: int, one: str, many: str = "") -> str:
    """`1 copy`, `3 copies`."""
    return f"{n} {one if n == 1 else many or one + 's'}"
