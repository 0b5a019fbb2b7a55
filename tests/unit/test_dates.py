"""Dates by example: holidays, the style of a moved date, clean time, and what agrees with it."""

from __future__ import annotations

from datetime import date

import pytest

from pipeline.redaction.clean_time import range_of
from pipeline.redaction.date_styles import restyled
from pipeline.redaction.dates import Calendar, how_long_before, shifted
from pipeline.redaction.holidays import easter, holiday_in, holiday_name

SESSION = date(2025, 3, 20)


@pytest.mark.parametrize(
    ("name", "year", "day"),
    [
        ("Thanksgiving", 2021, date(2021, 11, 25)),
        ("the Memorial Day", 2021, date(2021, 5, 31)),
        ("MLK day", 2025, date(2025, 1, 20)),
        ("St. Patrick's Day", 2024, date(2024, 3, 17)),
        ("New Year’s Eve", 2024, date(2024, 12, 31)),
        ("cinco de mayo", 2024, date(2024, 5, 5)),
        ("Good Friday", 2024, date(2024, 3, 29)),
    ],
)
def test_a_holiday_is_a_day_of_the_year(name, year, day):
    found = holiday_name(name)
    assert found is not None
    assert holiday_in(found, year) == day


@pytest.mark.parametrize("text", ["the day after Christmas", "Ramadan", "christmas lights", "Tuesday", ""])
def test_what_is_no_holiday_of_the_list_is_none(text):
    assert holiday_name(text) is None


def test_easter_by_known_years():
    assert [easter(y).isoformat() for y in (2000, 2019, 2024, 2025)] == [
        "2000-04-23",
        "2019-04-21",
        "2024-03-31",
        "2025-04-20",
    ]


@pytest.mark.parametrize(
    ("text", "moved"),
    [
        ("march third twenty twenty", "november twenty third twenty nineteen"),
        ("the fourteenth of may nineteen ninety six", "the twenty third of november twenty nineteen"),
        ("October the ninth", "November the twenty-third"),
        ("03/14/24", "11/23/19"),
        ("3-4-2024", "11-23-2019"),
        ("2024-03-14", "2019-11-23"),
        ("17-Nov-83", "23-Nov-19"),
        ("March 14th, 2024", "November 23rd, 2019"),
        ("MARCH 3RD", "NOVEMBER 23RD"),
        ("Mar. 14", "Nov. 23"),
        ("Tuesday March 3rd", "Tuesday November 23rd"),
        ("3 de marzo de 2020", "23 de noviembre de 2019"),
        ("tres de marzo", "veintitrés de noviembre"),
        ("june twenty nineteen", "november twenty nineteen"),
        ("march third oh nine", "november twenty third nineteen"),
    ],
)
def test_a_day_is_written_as_another_date_is(text, moved):
    assert restyled(text, date(2019, 11, 23)) == moved


@pytest.mark.parametrize(
    "text", ["born Zyx 1950", "March 3rd with Zyx", "the twentieth", "Christmas", "may or may not", ""]
)
def test_a_text_with_any_other_word_has_no_style(text):
    assert restyled(text, date(2019, 11, 23)) is None


@pytest.mark.parametrize(
    ("text", "moved"),
    [
        ("Thanksgiving 2021", "November 4, 2021"),
        ("thanksgiving", "november seventh"),
        ("labor day nineteen ninety four", "august fifteenth nineteen ninety four"),
        ("June 2019", "May 2019"),
        ("back in March", None),
        ("two days after Christmas", None),
        ("2019", None),
    ],
)
def test_what_has_no_style_of_its_own_is_moved_plainly_or_not_at_all(text, moved):
    assert shifted(text, Calendar(session=SESSION, shift=-21)) == moved


def test_a_sobriety_date_lies_before_the_session():
    calendar = Calendar(session=SESSION, shift=-28)
    assert shifted("March 25", calendar) == "February 25"
    assert shifted("March 25", calendar, past=True) == "February 26"  # 2024 was a leap year


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("March 20", "0 days"),
        ("December 20", "90 days"),
        ("December 11", "99 days"),
        ("December 10", "3 months"),
        ("March 20, 2024", "12 months"),
        ("March 21, 2023", "23 months"),
        ("March 20, 2023", "2 years"),
        ("March 21, 2015", "9 years"),
    ],
)
def test_clean_time_is_counted_as_people_count_it(said, told):
    assert how_long_before(said, Calendar(session=SESSION)) == told


@pytest.mark.parametrize(
    ("said", "fewest", "most"),
    [("ninety days clean", 90, 90), ("18 months sober", 540, 570), ("day 4", 4, 4), ("my one-year chip", 365, 730),
     ("quince meses", 450, 480), ("six months and ten days", 190, 195)],
)  # fmt: skip
def test_a_length_of_clean_time_is_a_range_of_days(said, fewest, most):
    low, high = range_of(said) or (0, 0)
    assert low <= fewest
    assert high >= most
    assert range_of("since then") is None


def test_a_sobriety_date_that_disagrees_with_the_clean_time_said_is_not_told():
    agreeing = Calendar(session=SESSION, clean=((87, 94),))
    assert how_long_before("December 20", agreeing) == "90 days"
    assert how_long_before("June 3", agreeing) is None
    assert how_long_before("June 3, 2021", agreeing) == "3 years"  # a year that is stated is believed
