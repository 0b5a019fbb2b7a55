"""Record linkage: somebody with the roster, its names and its dates, guesses who a released document is about.

- A release is six people of one small program, one talk each, redacted by the real `redact` with spans on everything
  that names them (how well detection finds it is measured elsewhere). The attacker guesses one document a release.
- The guess scores names, initials, lengths and sounds of every capitalised word, and every date that can be read in the
  text, against the names, session dates, birthdays and sobriety dates of the roster; ties are broken by lot.
- What a policy leaves by design links, and a test says so: day counts and shifted dates keep intervals, shifts keep
  weekdays. Years are not told apart here: all dates are of one year.
"""

from __future__ import annotations

import importlib
import itertools
import math
import random
import re
from dataclasses import dataclass
from datetime import date, timedelta

import jellyfish
import pytest

from pipeline.known import known_values
from pipeline.labels import Label
from pipeline.model import Document, Person, Region, RegionKind, Roster, Span, Turn
from pipeline.policy import SHIPPED, shipped
from pipeline.redaction.dates import Calendar, resolve_date
from pipeline.redaction.redact import redact
from pipeline.redaction.standins import Allotted
from pipeline.redaction.surrogates import Surrogates
from pipeline.spoken import say_number
from pipeline.written import written

PEOPLE = 6
CI, NIGHTLY = 200, 1000
POLICIES = {name: shipped(name) for name in SHIPPED}
_NAMES = importlib.import_module("faker.providers.person.en_US").Provider
GIVEN, SURNAMES = sorted(_NAMES.first_names), sorted(_NAMES.last_names)
MONTHS = "January February March April May June July August September October November December".split()  # noqa: SIM905 - a list of words
DAY = re.compile(rf"(?:{'|'.join(MONTHS)})\s+[\w-]+|\d{{1,2}}/\d{{1,2}}/\d{{2,4}}|\d{{4}}-\d\d-\d\d", re.IGNORECASE)


@dataclass(frozen=True)
class Known:
    """A row of the roster."""

    person_id: str
    given: str
    surname: str
    session: date
    birthday: date
    sober: date

    @property
    def dates(self) -> tuple[date, date, date]:
        return self.session, self.birthday, self.sober


def roster(draw: random.Random) -> list[Known]:
    given, surnames = draw.sample(GIVEN, PEOPLE), draw.sample(SURNAMES, PEOPLE)
    days = [date(2024, 1, 1) + timedelta(days=n) for n in draw.sample(range(366), 3 * PEOPLE)]
    return [Known(f"P-{i}", given[i], surnames[i], *days[3 * i : 3 * i + 3]) for i in range(PEOPLE)]


def talk(who: Known) -> tuple[Document, list[Span]]:
    """A label and three turns with full name, given name, possessive, short form and three dates in three styles."""
    spoken = f"{MONTHS[who.sober.month - 1]} {say_number(who.sober.day, ordinal=True, hyphen=' ')}".lower()
    said = [
        f"it is {who.session.isoformat()} and {who.given} is here, hello {who.given[:3]}",
        f"my birthday is {MONTHS[who.birthday.month - 1]} {who.birthday.day}, I am clean since {spoken}",
        f"that is {who.given}'s paper, it says {who.given} {who.surname}",
    ]
    marks: list[tuple[str, Label]] = [
        (f"{who.given} {who.surname}", Label.PERSON),
        (who.given, Label.PERSON),
        (who.given[:3], Label.PERSON),
        (who.session.isoformat(), Label.DATE),
        (f"{MONTHS[who.birthday.month - 1]} {who.birthday.day}", Label.DATE),
        (spoken, Label.SOBRIETY_DATE),
    ]
    regions, spans, text = [], [], ""
    for n, words in enumerate(said):
        label = f"{who.given} {who.surname}"
        for kind, part in ((RegionKind.LABEL, label), (RegionKind.FIXED, ": "), (RegionKind.BODY, f"{words}\n")):
            regions.append(Region(start=len(text), end=len(text) + len(part), kind=kind, turn=n))
            text += part
    for surface, label in marks:
        entity = f"person:{who.person_id}" if label is Label.PERSON else None
        for m in re.finditer(rf"\b{re.escape(surface)}\b", text):
            spans.append(Span(start=m.start(), end=m.end(), label=label, score=1, source="t", entity=entity))
    turns = tuple(Turn(n=n) for n in range(len(said)))
    return Document(doc_id="d", format="t", text=text, regions=tuple(regions), turns=turns), spans


def released(who: Known, people: list[Known], policy: str, draw: random.Random, *, names_left: bool) -> str:
    """The words of a copy as they leave; numbers, shifts and seeds are drawn as the vault draws them."""
    document, spans = talk(who)
    if names_left:
        spans = [s for s in spans if s.label is not Label.PERSON]
    persons = [Person(person_id=p.person_id, names=(f"{p.given} {p.surname}",)) for p in people]
    numbers = draw.sample(range(100, 1000), len(people))
    calendar = Calendar(
        session=who.session,
        first=who.session - timedelta(days=7 * draw.randrange(1, 9)),
        as_of=date(2025, 6, 1),
        shift=7 * draw.choice([n for n in range(-52, 53) if n]),
    )
    made = redact(
        document,
        spans,
        POLICIES[policy],
        {0, 1, 2},
        Allotted(codes={p.person_id: n for p, n in zip(people, numbers, strict=True)}),
        calendar=calendar,
        roster=Roster(present=tuple(persons)),
        surrogates=Surrogates(seed=f"{draw.randrange(10**12)}", known=known_values(persons)),
    )
    return " ".join(text for _, text in written(document, made))


def guess(text: str, people: list[Known], draw: random.Random, *, by_design: bool = False) -> Known:
    """The best of the roster by names and dates; `by_design`: by intervals and weekdays too."""
    words = set(re.findall(r"\b[A-Z][a-z]+", text))
    days = [resolve_date(m[0], Calendar(session=date(2024, 7, 1))) for m in DAY.finditer(text)]

    def score(who: Known) -> float:
        names = (who.given, who.surname)
        whole = sum(n.lower() in text.lower() for n in names)
        near = sum(jellyfish.jaro_winkler_similarity(w, n) ** 4 for w in words for n in names)
        alike = sum((w[0] == n[0]) + (len(w) == len(n)) + (w[-1] == n[-1]) for w in words for n in names)
        told = sum((d.month, d.day) == (k.month, k.day) for d in days if d for k in who.dates)
        return 20 * whole + 10 * told + near + 0.3 * alike + (left(text, days, who) if by_design else 0)

    best = max(map(score, people))
    return draw.choice([who for who in people if score(who) == best])


def left(text: str, days: list[date | None], who: Known) -> float:
    """What day counts and shifted dates still tell of somebody."""
    counts = [d.toordinal() for d in days if d] or [int(n) for n in re.findall(r"\[day (-?\d+)\]", text)]
    apart = {abs(a - b) for a, b in itertools.combinations(counts, 2)}
    own = {abs(a - b).days for a, b in itertools.combinations(who.dates, 2)}
    weekdays = sum(d.weekday() == k.weekday() for d in days if d for k in who.dates)
    return 10 * len(apart & own) + weekdays


def hits(policy: str, releases: int, *, names_left: bool = False, by_design: bool = False) -> int:
    draw = random.Random(f"linkage {policy}")
    found = 0
    for _ in range(releases):
        people = roster(draw)
        who = draw.choice(people)
        text = released(who, people, policy, draw, names_left=names_left)
        found += guess(text, people, draw, by_design=by_design) is who
    return found


def interval(n: int, p: float) -> tuple[int, int]:
    """The smallest and largest count that chance gives in 95 of 100 cases: the exact binomial distribution."""
    terms = [
        math.exp(math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)) * p**k * (1 - p) ** (n - k)
        for k in range(n + 1)
    ]
    below = [sum(terms[: k + 1]) for k in range(n + 1)]
    return next(k for k in range(n + 1) if below[k] > 0.025), next(k for k in range(n + 1) if below[k] >= 0.975)


def check(policy: str, releases: int) -> None:
    low, high = interval(releases, 1 / PEOPLE)
    found = hits(policy, releases)
    assert low <= found <= high, f"{found} of {releases} guessed right; chance gives {low} to {high}"


@pytest.mark.parametrize("policy", SHIPPED)
def test_names_and_dates_of_the_roster_link_no_better_than_chance(policy):
    check(policy, CI)


@pytest.mark.nightly
@pytest.mark.parametrize("policy", SHIPPED)
def test_names_and_dates_of_the_roster_link_no_better_than_chance_over_a_thousand(policy):
    check(policy, NIGHTLY)


def test_the_same_attack_finds_people_whose_names_are_left_in():
    """The control: the labels are still replaced, the names in the talk are not."""
    assert hits("research-safe-harbor", CI // 4, names_left=True) > interval(CI // 4, 1 / PEOPLE)[1]


@pytest.mark.parametrize("policy", ["group", "research-limited"])
def test_intervals_that_a_policy_keeps_by_design_do_link(policy):
    """Told in docs/limits.md: these policies are for readers of the house, and for signers of an agreement."""
    assert hits(policy, CI // 4, by_design=True) > interval(CI // 4, 1 / PEOPLE)[1]


@pytest.mark.parametrize("policy", ["research-safe-harbor", "strict"])
def test_the_other_policies_keep_none(policy):
    low, high = interval(CI // 2, 1 / PEOPLE)
    assert low <= hits(policy, CI // 2, by_design=True) <= high


def test_the_same_attack_finds_people_by_dates_that_are_left_in():
    people = roster(random.Random(3))
    draw = random.Random(4)
    right = sum(guess(talk(who)[0].text.replace(who.given, "X").replace(who.surname, "X"), people, draw) is who
                for who in people)  # fmt: skip
    assert right == PEOPLE
