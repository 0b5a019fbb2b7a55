"""Operators: what dates, ages, ZIP codes and places become, with the details that are often wrong."""

from __future__ import annotations

from datetime import date

import pytest
from presidio_anonymizer.operators import OperatorType

from pipeline.labels import Category, Label
from pipeline.redaction import geography
from pipeline.redaction.dates import Calendar, telling_years
from pipeline.redaction.operators import OPERATORS, Place, name_of
from pipeline.rules import Action, Style

CALENDAR = Calendar(session=date(2025, 3, 20), first=date(2025, 3, 6), as_of=date(2025, 6, 1), shift=-21)
BY_ACTION = {o.action: o for o in OPERATORS}


def does(action, text, *, label=Label.DATE, style=Style.TAG, calendar=CALENDAR, category=None, stand_in=None):
    place = Place(label=label, style=style, calendar=calendar, category=category, stand_in=stand_in)
    return BY_ACTION[action]().operate(text, {"place": place})


def test_every_action_has_one_operator_that_presidio_can_register():
    assert set(BY_ACTION) == set(Action)
    assert len(OPERATORS) == len(Action)
    for operator in OPERATORS:
        made = operator()
        assert made.operator_name() == name_of(operator.action)
        assert made.operator_type() is OperatorType.Anonymize
        with pytest.raises(ValueError, match="place"):
            made.validate({})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("March 3rd, 2019", "[2019]"),
        ("03/14/24", "[2024]"),
        ("June 2019", "[2019]"),
        ("the eleventh of May, nineteen ninety-six", "[1996]"),
        ("december fifth twenty twenty", "[2020]"),
        ("Labor Day 2009", "[2009]"),
        ("10/1/79", "[1979]"),
        ("17-Nov-83", "[1983]"),
        # no year is stated
        ("March 3rd", "[DATE]"),
        ("october twenty third", "[DATE]"),
        ("two days after Christmas", "[DATE]"),
        ("Thanksgiving", "[DATE]"),
        ("the fourteenth", "[DATE]"),
        # a year that tells an age over 89 goes too; 89 years ago stays
        ("May 2, 1934", "[DATE]"),
        ("May 2, 1935", "[DATE]"),
        ("May 2, 1936", "[1936]"),
        ("7/4/31", "[DATE]"),
        ("1898-01-01", "[DATE]"),
    ],
)
def test_safe_harbor_leaves_the_year_where_one_is_stated(text, expected):
    assert does(Action.YEAR, text) == expected


def test_without_a_day_to_count_from_no_year_is_safe():
    assert does(Action.YEAR, "June 2019", calendar=Calendar()) == "[DATE]"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("March 18", "[day 12]"),
        ("2025-03-06", "[day 0]"),
        ("the first of march", "[day -5]"),
        ("Christmas Eve", "[day -72]"),
        ("Dec 24, 2024", "[day -72]"),
        ("March", "[date]"),
        ("the twentieth", "[date]"),
        ("05/06/1988", "[date]"),
        ("February 30", "[date]"),
        ("the day after Christmas", "[date]"),
    ],
)
def test_group_tells_the_day_from_the_first_session(text, expected):
    assert does(Action.DAY, text, style=Style.PLAIN) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("June 3, 2021", "[3 years earlier]"),
        ("October the ninth", "[5 months earlier]"),
        ("march fifteenth", "[5 days earlier]"),
        ("March 25", "[11 months earlier]"),
        ("March 20", "[the same day]"),
        ("the fourteenth", "[sobriety date]"),
        ("June 3, 2031", "[sobriety date]"),
    ],
)
def test_a_sobriety_date_becomes_clean_time(text, expected):
    assert does(Action.CLEAN_TIME, text, label=Label.SOBRIETY_DATE, style=Style.PLAIN) == expected


def test_a_shift_keeps_the_weekday_and_the_year_only_where_one_was_stated():
    assert does(Action.SHIFT, "2025-03-20") == "[2025-02-27]"
    assert date(2025, 3, 20).weekday() == date(2025, 2, 27).weekday()
    assert does(Action.SHIFT, "March 20") == "[February 27]"
    assert does(Action.SHIFT, "March 20", calendar=Calendar(session=date(2025, 3, 20))) == "[DATE]"
    with pytest.raises(ValueError, match="weeks"):
        Calendar(shift=10)


@pytest.mark.parametrize(
    ("text", "age", "decade"),
    [
        ("67", "67", "[60s]"),
        ("sixty-seven", "67", "[60s]"),
        ("89", "89", "[80s]"),
        ("90", "[90 or older]", "[90 or older]"),
        ("ninety-four", "[90 or older]", "[90 or older]"),
        ("seven", "7", "[under 10]"),
        ("seventeen", "17", "[10 to 19]"),
        ("fourteen months", "14 months", "[under 10]"),
        ("three and a half", "3", "[under 10]"),
        ("treinta y dos", "32", "[30s]"),
        ("mid-something", "[AGE]", "[AGE]"),
        ("999", "[AGE]", "[AGE]"),
    ],
)
def test_ages(text, age, decade):
    assert does(Action.AGE_90, text, label=Label.AGE) == age
    assert does(Action.DECADE, text, label=Label.AGE) == decade


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("21208", "212"),
        ("21208-0041", "212"),
        ("two one two oh eight", "212"),
        ("ocho siete uno uno dos", "871"),
        ("01040", "010"),
        ("1040", "010"),  # the leading nought was lost
        ("3601", "000"),  # is 03601: restricted
        ("03601", "000"),
        ("57601", "000"),  # 20,165 people: near the line
        ("09012", "000"),  # military
        ("20201", "000"),
        ("00000", "000"),
        ("212", "000"),
        ("nine six", "000"),
        ("K1A 0B1", "000"),
        ("212081", "000"),
        ("", "000"),
    ],
)
def test_zip_codes(text, expected):
    assert geography.zip3(text) == expected


def test_no_restricted_or_small_prefix_is_ever_allowed():
    allowed = {p for p in geography.populations() if geography.zip3(p + "01") != "000"}
    assert not allowed & geography.RESTRICTED
    assert all(geography.populations()[p] >= 21_000 for p in allowed)
    assert len(allowed) > 850


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Toledo, Ohio", "OH"),
        ("Breaux Bridge, LA", "LA"),
        ("2217 Bayou Rd, Port Verrine, LA 70399-1142", "LA"),
        ("new york new york", "NY"),
        ("charleston west virginia", "WV"),
        ("Washington, D.C.", "DC"),
        ("Port Washington", None),
        ("Delaware", None),
        ("Toledo", None),
        (", Ohio", None),
        ("Springfield, the other one", None),
    ],
)
def test_the_state_only_where_it_is_named(text, code):
    state = geography.state_of(text)
    assert (state[0] if state else None) == code
    expected = f"[LOCATION {code}]" if code else "[LOCATION]"
    assert does(Action.STATE, text, label=Label.LOCATION) == expected


def test_town_keeps_no_street_and_no_landmark():
    assert does(Action.TOWN, "Hermiston", label=Label.LOCATION) == "Hermiston"
    for street in ("Bay St", "Front & Lehigh", "county rd 9", "Kennedy Park", "purple line", "simpson road"):
        assert does(Action.TOWN, street, label=Label.LOCATION) == "[LOCATION]"


def test_plain_and_tag_style():
    assert does(Action.TAG, "x", label=Label.PHONE_NUMBER, style=Style.PLAIN) == "[phone number]"
    assert does(Action.TAG, "x", label=Label.PHONE_NUMBER) == "[PHONE_NUMBER]"
    assert does(Action.CATEGORY, "x", label=Label.DIAGNOSIS, category=Category.MENTAL_HEALTH) == "[MENTAL_HEALTH]"
    assert does(Action.CATEGORY, "x", label=Label.HEALTH_CONDITION) == "[HEALTH_CONDITION]"
    assert does(Action.MASK, "x") == "[REDACTED]"
    assert does(Action.DROP, "x") == ""


@pytest.mark.parametrize("text", ["Zyx Canary", "1931 Zyx", "zyx street 12", "born Zyx 1950, Ohio", ""])
def test_what_cannot_be_read_is_never_handed_back(text):
    for action in set(Action) - {Action.KEEP, Action.TOWN}:
        assert "zyx" not in does(action, text, label=Label.LOCATION).lower()


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("he was born in 1931, in the snow", ["1931"]),
        ("born in nineteen thirty one you know", ["nineteen thirty one"]),
        ("DOB: 05/06/1931", ["1931"]),
        ("born in 1988", []),
        ("in 1931 the mill was built", []),
    ],
)
def test_a_year_of_birth_that_tells_an_age_over_89_is_found(text, years):
    assert [text[a:b] for a, b in telling_years(text, CALENDAR)] == years
