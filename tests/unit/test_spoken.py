"""Numbers, letters and dates as spoken."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.spoken import read_digits, read_number, say_digits, say_number, say_year
from pipeline.spoken_dates import CalendarDate, read_date, read_year


@given(st.integers(0, 9_999), st.booleans())
def test_what_is_said_in_english_is_read_back(n: int, ordinal: bool) -> None:
    if n == 0 or (ordinal and n % 100 == 0):
        return
    assert read_number(say_number(n, ordinal=ordinal)) == n


@given(st.integers(0, 99))
def test_what_is_said_in_spanish_is_read_back(n: int) -> None:
    assert read_number(say_number(n, spanish=True)) == n


@given(st.text("0123456789", min_size=1, max_size=12), st.booleans())
def test_digits_said_one_by_one_are_read_back(digits: str, spanish: bool) -> None:
    assert read_digits(say_digits(digits, spanish=spanish)) == digits


@given(st.integers(1910, 2098))
def test_years_are_read_back(year: int) -> None:
    if year % 100:
        assert read_year(say_year(year).replace("-", " ").split()) == year


@pytest.mark.parametrize(
    ("said", "digits"),
    [
        ("five five five, uh, oh one four two", "5550142"),
        ("double three nineteen", "3319"),
        ("k r dash oh four", "KR04"),
        ("triple one nine", "1119"),
        ("nine oh seven thirty three sixteen", "9073316"),
        ("cinco cinco cinco, cero uno", "55501"),
        ("call me later", None),
        ("", None),
    ],
)
def test_rows_of_digits(said: str, digits: str | None) -> None:
    assert read_digits(said) == digits


@pytest.mark.parametrize(
    ("said", "n"),
    [
        ("the twenty-first", 21),
        ("treinta y uno", 31),
        ("3rd", 3),
        ("two thousand nineteen", 2019),
        ("twenty twelve", None),
        ("cat", None),
    ],
)
def test_single_numbers(said: str, n: int | None) -> None:
    assert read_number(said) == n


@pytest.mark.parametrize(
    ("said", "date"),
    [
        ("march third twenty twenty one", CalendarDate(year=2021, month=3, day=3)),
        ("october the twenty second twenty nineteen", CalendarDate(year=2019, month=10, day=22)),
        ("the fourteenth of may", CalendarDate(month=5, day=14)),
        ("2025-01-06", CalendarDate(year=2025, month=1, day=6)),
        ("03/14/24", CalendarDate(year=2024, month=3, day=14)),
        ("June 2019", CalendarDate(year=2019, month=6)),
        ("el doce de enero del veintiuno", CalendarDate(year=2021, month=1, day=12)),
        ("january of twenty twelve", CalendarDate(year=2012, month=1)),
        ("the 29th", CalendarDate(day=29)),
        ("yesterday", None),
        ("13/45", None),
    ],
)
def test_dates(said: str, date: CalendarDate | None) -> None:
    assert read_date(said) == date


@pytest.mark.parametrize("bad", ["", "12a", "\u0661"])
def test_only_digits_can_be_said(bad: str) -> None:
    with pytest.raises(ValueError, match="digits"):
        say_digits(bad)
