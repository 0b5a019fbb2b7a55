"""A person's consent over time as a picture: one bar a record, a line for today, a diamond where something was shared.

- SVG as text, without a style or script in it; colours come from the style sheet by class, kinds also by pattern and in
  words. A table beside it says the same.
- A record without an end runs to the right edge; one without a beginning is left out (the table has it).
"""

from __future__ import annotations

import html
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from markupsafe import Markup

from flows.verbs.home import Bar, PersonTold

_WIDTH, _LEFT, _ROW, _TOP = 900, 190, 34, 40
_MARGIN = timedelta(days=20)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Scale:
    """Days to the right, from `first` to `last`."""

    first: date
    last: date

    def x(self, day: date) -> float:
        """Where a day stands, in units of the picture."""
        share = (day - self.first).days / max((self.last - self.first).days, 1)
        return round(_LEFT + share * (_WIDTH - _LEFT - 20), 1)


def consent_picture(person: PersonTold) -> Markup:
    """The picture; empty where no record has a date."""
    bars = [b for b in person.bars if b.start is not None]
    if not bars:
        return Markup("")
    scale = _scale(bars, person)
    height = _TOP + _ROW * (len(bars) + (1 if person.shared else 0)) + 14
    parts = [*_years(scale, height), *_rows(bars, scale), *_shared(person, scale, _TOP + _ROW * len(bars))]
    parts += _today(person.day, scale, height)
    return Markup(  # noqa: S704 - made here; ids are escaped
        f'<svg class="timeline" viewBox="0 0 {_WIDTH} {height}" role="img" aria-labelledby="pt pd">'
        f'<title id="pt">Consent over time</title><desc id="pd">One bar for each record; the table below says the same.'
        f"</desc>{''.join(parts)}</svg>"
    )


def _scale(bars: Sequence[Bar], person: PersonTold) -> _Scale:
    days = [d for b in bars for d in (b.start, b.end) if d is not None] + [person.day]
    days += [out.release.at.date() for out in person.shared]
    return _Scale(first=min(days) - _MARGIN, last=max(days) + _MARGIN)


def _years(scale: _Scale, height: int) -> Iterator[str]:
    """A line at the first of each month that starts a quarter; the year where it begins."""
    months = ((y, m) for y in range(scale.first.year, scale.last.year + 1) for m in (1, 4, 7, 10))
    for year, month in months:
        day = date(year, month, 1)
        if scale.first <= day <= scale.last:
            x = scale.x(day)
            yield f'<line class="grid" x1="{x}" y1="{_TOP - 10}" x2="{x}" y2="{height}"/>'
            yield f'<text class="axis" x="{x}" y="{_TOP - 18}" text-anchor="middle">{day:%b %Y}</text>'


def _rows(bars: Sequence[Bar], scale: _Scale) -> Iterator[str]:
    for n, bar in enumerate(bars):
        assert bar.start is not None
        y = _TOP + _ROW * n
        x = scale.x(bar.start)
        width = max(scale.x(bar.end or scale.last) - x, 6)
        live = "live" if bar.counts else "past"
        yield f'<text class="name" x="10" y="{y + 17}">{html.escape(bar.name)}</text>'
        if bar.kind == "revocation":
            yield f'<path class="revocation" d="M{x} {y + 2} l8 10 l-8 10 l-8 -10 z"/>'
        else:
            size = f'x="{x}" y="{y + 4}" width="{width}" height="18" rx="4"'
            yield f'<rect class="{html.escape(bar.kind)} {live}" {size}/>'
        inside = width > 150
        at = x + 8 if inside else min(x + width + 10, _WIDTH - 160)
        tone = f"on-{live}" if inside and bar.kind != "revocation" else "beside"
        said = f"{bar.kind}: {bar.note}" if bar.kind != "revocation" else bar.note
        yield f'<text class="{tone}" x="{at}" y="{y + 17}">{html.escape(said)}</text>'


def _shared(person: PersonTold, scale: _Scale, y: int) -> Iterator[str]:
    if person.shared:
        yield f'<text class="name" x="10" y="{y + 17}">shared</text>'
    for out in person.shared:
        x = scale.x(out.release.at.date())
        name = html.escape(out.release.release_id)
        yield f'<circle class="shared" cx="{x}" cy="{y + 13}" r="7"><title>{name}</title></circle>'


def _today(day: date, scale: _Scale, height: int) -> Iterator[str]:
    x = scale.x(day)
    yield f'<line class="today" x1="{x}" y1="{_TOP - 10}" x2="{x}" y2="{height}"/>'
    yield f'<text class="today-name" x="{x + 5}" y="{height - 3}">today</text>'
