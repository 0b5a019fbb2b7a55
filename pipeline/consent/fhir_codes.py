"""The codes of FHIR Consent that this program understands, as tables.

- A coding counts only with its system: `system|code`. Bare codes exist in worked cases alone.
- A permit matches what its code covers: the code itself and what lies under it, never what lies above.
- A deny matches whatever its code may concern: the code, what lies under it and what it lies under.
- A code that stands in no table is not understood: a permit with it does not match, a deny does.

Source: HL7 v3 ActReason and ActCode (terminology.hl7.org), consentaction and ParticipationType; which label belongs to
which box of the form: docs/consent.md. In HL7's tree BH holds SUD, and SPI holds all that law protects apart; so a
deny of these reaches further than the one box that docs/consent.md names for BH.
"""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.labels import Category

ACT_REASON = "http://terminology.hl7.org/CodeSystem/v3-ActReason"
ACT_CODE = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
CONSENT_ACTION = "http://terminology.hl7.org/CodeSystem/consentaction"
CONSENT_SCOPE = "http://terminology.hl7.org/CodeSystem/consentscope"
PARTICIPATION = "http://terminology.hl7.org/CodeSystem/v3-ParticipationType"
LOCAL_LABEL = "urn:storykeeper:label"
PERSON = "urn:storykeeper:person"
RECIPIENT = "urn:storykeeper:recipient"
CONSENT_ID = "urn:storykeeper:consent"
ELEMENTS = "urn:storykeeper:consent:elements"
BLANK = "urn:storykeeper:consent:blank"

PURPOSE_OF_USE = {"research": "HRESCH", "group": "HPRGRP"}

# child -> parent, ActReason under PurposeOfUse
PARENT_PURPOSE = {
    **dict.fromkeys(("BIORCH", "CLINTRCH", "DSRCH", "POARCH", "TRANSRCH"), "HRESCH"),
    **dict.fromkeys(("CLINTRCHNPC", "CLINTRCHPC", "PRECLINTRCH"), "CLINTRCH"),
    **dict.fromkeys(
        ("CAREMGT", "DONAT", "FRAUD", "GOV", "HACCRED", "HCOMPL", "HDECD", "HDIRECT", "HDM", "HLEGAL", "HOUTCOMS"),
        "HOPERAT",
    ),
    **dict.fromkeys(
        ("HPRGRP", "HQUALIMP", "HSYSADMIN", "LABELING", "METAMGT", "MEMADMIN", "MILCDM", "PATADMIN", "PATSFTY"),
        "HOPERAT",
    ),
    **dict.fromkeys(("PERFMSR", "RECORDMGT", "SYSDEV"), "HOPERAT"),
    **dict.fromkeys(("HTEST", "TRAIN"), "SYSDEV"),
    **dict.fromkeys(("CLMATTCH", "COVAUTH", "COVERAGE", "REMITADV"), "HPAYMT"),
    **dict.fromkeys(("ELIGDTRM", "ELIGVER", "ENROLLM", "MILDCRG"), "COVERAGE"),
    **dict.fromkeys(("FAMRQT", "PWATRNY", "SUPNWK"), "PATRQT"),
    **dict.fromkeys(("DISASTER", "THREAT"), "PUBHLTH"),
    **dict.fromkeys(("CLINTRL", "COC", "ETREAT", "POPHLTH"), "TREAT"),
    **dict.fromkeys(("BTG", "ERTREAT"), "ETREAT"),
    **dict.fromkeys(("HMARKT", "HOPERAT", "HPAYMT", "HRESCH", "PATRQT", "PUBHLTH", "TREAT"), "PurposeOfUse"),
}
PURPOSES = frozenset(PARENT_PURPOSE) | {"PurposeOfUse"}

_SUBSTANCE = frozenset({Category.SUBSTANCE})
_MENTAL = frozenset({Category.MENTAL_HEALTH})
_MIND_AND_HARM = frozenset({Category.MENTAL_HEALTH, Category.SELF_HARM})
_TRAUMA = frozenset({Category.TRAUMA})
_SEXUAL = frozenset({Category.SEXUAL_HEALTH_HIV})

# what a deny of the label reaches
CATEGORIES_DENIED: dict[str, frozenset[Category]] = {
    **dict.fromkeys(("ETH", "ETHUD", "OPIOIDUD", "SUD"), _SUBSTANCE),
    **dict.fromkeys(("MH", "MENCAT", "PSYTHPN"), _MENTAL),
    "PSY": _MIND_AND_HARM,  # a self-harm segment is labelled SELFHARM and PSY
    "BH": _MIND_AND_HARM | _SUBSTANCE,
    **dict.fromkeys(("SDV", "VIO", "MST"), _TRAUMA),
    "SELFHARM": frozenset({Category.SELF_HARM}),
    "LEGAL": frozenset({Category.LEGAL}),
    **dict.fromkeys(("SEX", "STD", "HIV"), _SEXUAL),
    "SPI": frozenset(Category),
}

# what a permit of the label covers besides itself: the other names of the whole box, and its parts
LABEL_COVERS: dict[str, frozenset[str]] = {
    **dict.fromkeys(("ETH", "SUD"), frozenset({"ETH", "SUD", "ETHUD", "OPIOIDUD"})),
    **dict.fromkeys(("PSY", "BH", "MH", "MENCAT"), frozenset({"PSY", "BH", "MH", "MENCAT"})),
}

# the labels a segment of each category is tested with, one by one; it passes only if each passes
LABELS_OF: dict[Category, tuple[str, ...]] = {
    Category.SUBSTANCE: ("SUD",),
    Category.MENTAL_HEALTH: ("MH",),
    Category.TRAUMA: ("SDV", "VIO"),
    Category.SELF_HARM: ("SELFHARM",),
    Category.LEGAL: ("LEGAL",),
    Category.SEXUAL_HEALTH_HIV: ("SEX", "STD", "HIV"),
}
LOCAL_LABELS = frozenset({"SELFHARM", "LEGAL"})

ACTIONS = frozenset({"collect", "access", "use", "disclose", "correct"})
RELEASING_ACTIONS = frozenset({"access", "use", "disclose"})
# roles in which an actor receives information
RECIPIENT_ROLES = frozenset({"IRCP", "PRCP"})
# R4 consents may state their base in policyRule alone; an opt-out without a typed root stays a refusal
OPT_OUTS = frozenset({"OPTOUT", "OPTOUTE"})
# Consent.status of R4 and R5; another word is no status, and may stand where `active` stood
STATUSES = frozenset({"draft", "proposed", "active", "rejected", "inactive", "entered-in-error", "not-done", "unknown"})
# scopes that speak about information; another scope (adr, treatment) says nothing here
SCOPES = frozenset({"patient-privacy", "research"})

_SYSTEMS: dict[str, frozenset[str]] = {
    "purpose": frozenset({ACT_REASON, "http://hl7.org/fhir/v3/ActReason", "urn:oid:2.16.840.1.113883.5.8"}),
    "label": frozenset({ACT_CODE, "http://hl7.org/fhir/v3/ActCode", "urn:oid:2.16.840.1.113883.5.4"}),
    "action": frozenset({CONSENT_ACTION, "http://hl7.org/fhir/consentaction"}),
    "role": frozenset({PARTICIPATION, "http://hl7.org/fhir/v3/ParticipationType", "urn:oid:2.16.840.1.113883.5.90"}),
    "rule": frozenset({ACT_CODE, "http://hl7.org/fhir/v3/ActCode", "urn:oid:2.16.840.1.113883.5.4"}),
    "scope": frozenset({CONSENT_SCOPE}),
}
_CODES: dict[str, frozenset[str]] = {
    "purpose": PURPOSES,
    "label": frozenset(CATEGORIES_DENIED) - LOCAL_LABELS,
    "action": ACTIONS,
    "role": RECIPIENT_ROLES,
    "rule": OPT_OUTS,
    "scope": SCOPES,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Concept:
    """One value of an attribute: the codes of its codings that are understood, and whether it says one thing only.

    certain: exactly one code is known, or all known codes are the same. A concept of text alone has no codes.
    """

    codes: frozenset[str]
    certain: bool


def known_code(kind: str, system: str, code: str) -> bool:
    """Whether `system|code` stands in the table of this kind (purpose, label, action, role, rule, scope)."""
    if kind == "label" and system == LOCAL_LABEL:
        return code in LOCAL_LABELS
    return system in _SYSTEMS[kind] and code in _CODES[kind]


def bare_known(kind: str, code: str) -> bool:
    """Whether a code without a system is understood, for the worked cases."""
    return code in _CODES[kind] or (kind == "label" and code in LOCAL_LABELS)


def purpose_line(code: str) -> tuple[str, ...]:
    """The purpose and everything it lies under, from itself to the top. An unknown code is a line of its own."""
    line = [code]
    while line[-1] in PARENT_PURPOSE:
        line.append(PARENT_PURPOSE[line[-1]])
    return tuple(line)


def purpose_covered(permit: str, asked: str) -> bool:
    """A permitted purpose covers its children, never the reverse."""
    return permit in purpose_line(asked)


def purpose_touched(deny: str, asked: str) -> bool:
    """A denied purpose covers its children, and a denied child blocks a request for the parent."""
    return deny in purpose_line(asked) or asked in purpose_line(deny)


def label_covered(permit: str, label: str) -> bool:
    """A permitted label covers itself, the other names of the same box and its parts."""
    return permit == label or label in LABEL_COVERS.get(permit, frozenset())


def label_touched(deny: str, label: str) -> bool:
    """A denied label reaches every label of the boxes that it concerns."""
    if deny == label:
        return True
    return bool(CATEGORIES_DENIED.get(deny, frozenset()) & _boxes(label))


def _boxes(label: str) -> frozenset[Category]:
    """The boxes a segment with this label belongs to; narrower than what a deny of the same label reaches."""
    if label == "PSY":
        return _MENTAL
    if label == "BH":
        return _MENTAL | _SUBSTANCE
    return CATEGORIES_DENIED.get(label, frozenset())
