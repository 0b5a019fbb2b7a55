"""What a policy does, shown: for each label something that is said, and what stands there in a copy.

Everything said here is invented. The operators that make copies make the examples too.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from pipeline.known import known_values
from pipeline.labels import CATEGORY_OF, Label
from pipeline.redaction.dates import Calendar
from pipeline.redaction.operators import OPERATORS, Place
from pipeline.redaction.standins import written_code
from pipeline.redaction.surrogates import Surrogates
from pipeline.rules import SETTINGS, Action, Policy, ReviewRule

# label -> what it is called, something of it that is said
SAID = MappingProxyType(
    {
        Label.PERSON: ("people", "Keisha Ramos"),
        Label.LOCATION: ("places", "Toledo, Ohio"),
        Label.STREET_ADDRESS: ("street addresses", "412 Alder Street"),
        Label.ZIP_CODE: ("ZIP codes", "43604"),
        Label.ORGANIZATION: ("employers, schools, churches, shops", "Alder City College"),
        Label.TREATMENT_FACILITY: ("treatment places, shelters, jails, courts", "Elm House"),
        Label.RECOVERY_GROUP: ("meetings and home groups", "Noon Nooners"),
        Label.DATE: ("dates", "March 3rd, 2025"),
        Label.AGE: ("ages", "34"),
        Label.PHONE_NUMBER: ("phone numbers", "419-555-0142"),
        Label.EMAIL_ADDRESS: ("e-mail addresses", "kiki@mail.example"),
        Label.URL: ("web addresses", "https://kiki.example"),
        Label.USERNAME: ("user names", "@kiki_in_toledo"),
        Label.IP_ADDRESS: ("internet addresses", "192.0.2.17"),
        Label.US_SSN: ("social security numbers", "last four 4821"),
        Label.MEDICAL_RECORD_NUMBER: ("chart and client numbers", "MRN 20871"),
        Label.HEALTH_PLAN_ID: ("insurance numbers", "member 88120047"),
        Label.ACCOUNT_NUMBER: ("bank and card numbers", "card ending 9026"),
        Label.LICENSE_NUMBER: ("licence numbers", "RN-118204"),
        Label.VEHICLE_ID: ("plates", "7KLM881"),
        Label.DEVICE_ID: ("device numbers", "serial 3M-4470"),
        Label.CASE_NUMBER: ("case and booking numbers", "24-CR-8811"),
        Label.SUBSTANCE: ("substances", "fentanyl"),
        Label.MEDICATION: ("medicines", "Suboxone 8 mg"),
        Label.DIAGNOSIS: ("diagnoses", "PTSD"),
        Label.CLEAN_TIME: ("clean time", "ninety days clean"),
        Label.SOBRIETY_DATE: ("sobriety dates", "June 3, 2021"),
        Label.USE_EVENT: ("using, overdose, withdrawal", "relapsed"),
        Label.SELF_HARM: ("self-harm and suicide", "didn't want to wake up"),
        Label.TRAUMA: ("abuse, assault, violent loss", "he hit me"),
        Label.LEGAL: ("arrests, courts, custody", "on probation"),
        Label.HEALTH_CONDITION: ("other health: with a box (HIV, pregnancy)", "hepatitis C"),
        Label.IDENTITY: ("orientation, religion, tribe, status", "Navajo"),
        Label.MUTUAL_AID: ("fellowships", "NA"),
    }
)
_WORDS = MappingProxyType(
    {
        "use": "use",
        "style": "how stand-ins are written",
        "limited_data_set": "limited data set",
        "label_confident": "a disclosure scored under this is uncertain",
        "min_residue": "least share of the turns that must be left",
        "min_speakers": "fewest consenting voices of a group",
        "k": "fewest people alike in the table of documents",
        "group_mode": "one no in a group keeps in",
        "review": "what waits for a second person",
        "unmask": "reviewers may open what was masked wrongly",
        "mask_unknown": "words of no safe vocabulary are masked",
        "own_words": "safe words of the program's own",
    }
)
_CALENDAR = Calendar(session=date(2025, 3, 20), first=date(2025, 2, 27), as_of=date(2025, 6, 1), shift=-21)
_DRAWN = Surrogates(seed="example", known=known_values(()))
_OPERATORS = MappingProxyType({operator.action: operator for operator in OPERATORS})


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One label under one policy. said: an invented example; copy: what stands there instead."""

    label: Label
    what: str
    said: str
    copy: str
    action: Action
    reason: str


def shown(policy: Policy) -> tuple[Shown, ...]:
    """Every label in the order of the annotation guide."""
    return tuple(
        Shown(
            label=label,
            what=SAID[label][0],
            said=SAID[label][1],
            copy=copied(policy, label),
            action=policy.rule(label).action,
            reason=policy.rule(label).reason,
        )
        for label in Label
    )


def copied(policy: Policy, label: Label) -> str:
    """What the example of a label becomes under a policy."""
    said, action = SAID[label][1], policy.rule(label).action
    drawn = _DRAWN.value(said, label, 1) if action is Action.SURROGATE else None
    if label is Label.PERSON:
        plain = f"[{written_code('Person', 417, policy.style)}]"
        drawn = (_DRAWN.person("", 417) if action is Action.SURROGATE else None) or plain
    place = Place(label=label, style=policy.style, calendar=_CALENDAR, category=CATEGORY_OF.get(label), stand_in=drawn)
    return _OPERATORS[action]().operate(said, {"place": place})


def settings(policy: Policy) -> tuple[tuple[str, str], ...]:
    """What else the policy settles, in words: (what, how). Its name and title are left out."""
    return tuple((_WORDS[name], _said_of(policy, name)) for name in SETTINGS if name in _WORDS)


def _said_of(policy: Policy, name: str) -> str:
    value = getattr(policy, name)
    if name == "review":
        return "every copy" if value is ReviewRule.ALWAYS else "what inspection finds"
    if name == "group_mode":
        return "the whole session" if value == "strict" else "that person's turns"
    if name == "min_residue":
        return f"{value:.0%}"
    if isinstance(value, tuple):
        return ", ".join(value) or "none"
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)
