"""Laws of moved dates: in every style intervals and weekdays stay, and a spoken date stays spoken."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from pipeline.redaction.dates import Calendar, resolve_date, shifted
from pipeline.spoken import say_number, say_year, words

EN = words("January February March April May June July August September October November December")
ES = words("enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre")
days = st.dates(date(1951, 1, 1), date(2024, 12, 31))
weeks = st.integers(-52, 52).filter(bool).map(lambda n: 7 * n)


def said(day: date) -> str:
    return f"{EN[day.month - 1]} {say_number(day.day, ordinal=True, hyphen=' ')} {say_year(day.year)}".lower()


STYLES = {
    "iso": lambda d: d.isoformat(),
    "slashes": lambda d: f"{d.month}/{d.day}/{d.year}",
    "padded": lambda d: f"{d:%m/%d/%Y}",
    "long": lambda d: f"{EN[d.month - 1]} {d.day}, {d.year}",
    "short": lambda d: f"{EN[d.month - 1][:3]} {d.day} {d.year}",
    "ordinal": lambda d: f"the {say_number(d.day, ordinal=True)} of {EN[d.month - 1]}, {d.year}",
    "weekday": lambda d: f"{d:%A} {EN[d.month - 1]} {d.day} {d.year}",
    "said": said,
    "shouted": lambda d: said(d).upper(),
    "spanish": lambda d: f"{d.day} de {ES[d.month - 1]} de {d.year}",
}
styles = st.sampled_from(sorted(STYLES))


@given(days, days, styles, styles, weeks)
def test_intervals_and_weekdays_stay_in_every_style(a, b, one, other, shift):
    calendar = Calendar(session=date(2025, 3, 20), shift=shift)
    moved = [resolve_date(shifted(STYLES[s](d), calendar) or "", calendar) for d, s in ((a, one), (b, other))]
    assert None not in moved
    assert moved[1] - moved[0] == b - a
    assert moved[0].weekday() == a.weekday()


@given(days, styles, weeks)
def test_a_moved_date_keeps_its_style(day, style, shift):
    text = STYLES[style](day)
    moved = shifted(text, Calendar(session=date(2025, 3, 20), shift=shift))
    assert moved is not None
    assert any(c.isdigit() for c in moved) == any(c.isdigit() for c in text)
    assert moved.isupper() == text.isupper()
    assert [c for c in moved if c in "/,-"][:1] == [c for c in text if c in "/,-"][:1] or style in (
        "said",
        "ordinal",
        "shouted",
    )


@given(days, weeks)
def test_a_shift_never_leaves_a_date_where_it_was(day, shift):
    for write in STYLES.values():
        assert shifted(write(day), Calendar(session=date(2025, 3, 20), shift=shift)) != write(day)
