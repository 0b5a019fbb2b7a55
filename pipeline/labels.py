"""The labels of the annotation guide, their two families, and the consent category of each disclosure.

Source: `sample_data/gold/GUIDELINES.md` (22 identifier types, 12 disclosure types) and docs/consent.md (categories).
"""

from __future__ import annotations

from enum import StrEnum


class Label(StrEnum):
    """What a span of text is: an identifier (who) or a disclosure (what was confided)."""

    # identifiers
    PERSON = "PERSON"
    LOCATION = "LOCATION"
    STREET_ADDRESS = "STREET_ADDRESS"
    ZIP_CODE = "ZIP_CODE"
    ORGANIZATION = "ORGANIZATION"
    TREATMENT_FACILITY = "TREATMENT_FACILITY"
    RECOVERY_GROUP = "RECOVERY_GROUP"
    DATE = "DATE"
    AGE = "AGE"
    PHONE_NUMBER = "PHONE_NUMBER"
    EMAIL_ADDRESS = "EMAIL_ADDRESS"
    URL = "URL"
    USERNAME = "USERNAME"
    IP_ADDRESS = "IP_ADDRESS"
    US_SSN = "US_SSN"
    MEDICAL_RECORD_NUMBER = "MEDICAL_RECORD_NUMBER"
    HEALTH_PLAN_ID = "HEALTH_PLAN_ID"
    ACCOUNT_NUMBER = "ACCOUNT_NUMBER"
    LICENSE_NUMBER = "LICENSE_NUMBER"
    VEHICLE_ID = "VEHICLE_ID"
    DEVICE_ID = "DEVICE_ID"
    CASE_NUMBER = "CASE_NUMBER"
    # disclosures
    SUBSTANCE = "SUBSTANCE"
    MEDICATION = "MEDICATION"
    DIAGNOSIS = "DIAGNOSIS"
    CLEAN_TIME = "CLEAN_TIME"
    SOBRIETY_DATE = "SOBRIETY_DATE"
    USE_EVENT = "USE_EVENT"
    SELF_HARM = "SELF_HARM"
    TRAUMA = "TRAUMA"
    LEGAL = "LEGAL"
    HEALTH_CONDITION = "HEALTH_CONDITION"
    IDENTITY = "IDENTITY"
    MUTUAL_AID = "MUTUAL_AID"


class Category(StrEnum):
    """The six boxes of the consent form."""

    SUBSTANCE = "substance"
    MENTAL_HEALTH = "mental_health"
    TRAUMA = "trauma"
    SELF_HARM = "self_harm"
    LEGAL = "legal"
    SEXUAL_HEALTH_HIV = "sexual_health_hiv"


DISCLOSURES = frozenset(
    {
        Label.SUBSTANCE,
        Label.MEDICATION,
        Label.DIAGNOSIS,
        Label.CLEAN_TIME,
        Label.SOBRIETY_DATE,
        Label.USE_EVENT,
        Label.SELF_HARM,
        Label.TRAUMA,
        Label.LEGAL,
        Label.HEALTH_CONDITION,
        Label.IDENTITY,
        Label.MUTUAL_AID,
    }
)
IDENTIFIERS = frozenset(Label) - DISCLOSURES

# A sobriety date confides something and is a calendar date: it is redacted like a DATE and gated like CLEAN_TIME.
REDACTED_BY_DEFAULT = IDENTIFIERS | {Label.SOBRIETY_DATE}

# The category of a disclosure by its label alone. Two labels need the words as well and are settled by detection,
# which puts the category on the span: DIAGNOSIS and MEDICATION of substance use -> substance; HEALTH_CONDITION that is
# not of sexual health -> no box. IDENTITY has no box on the form.
CATEGORY_OF: dict[Label, Category] = {
    Label.SUBSTANCE: Category.SUBSTANCE,
    Label.USE_EVENT: Category.SUBSTANCE,
    Label.CLEAN_TIME: Category.SUBSTANCE,
    Label.SOBRIETY_DATE: Category.SUBSTANCE,
    Label.MUTUAL_AID: Category.SUBSTANCE,
    Label.DIAGNOSIS: Category.MENTAL_HEALTH,
    Label.MEDICATION: Category.MENTAL_HEALTH,
    Label.SELF_HARM: Category.SELF_HARM,
    Label.TRAUMA: Category.TRAUMA,
    Label.LEGAL: Category.LEGAL,
    Label.HEALTH_CONDITION: Category.SEXUAL_HEALTH_HIV,
}
