"""Our operators for presidio-anonymizer: each sees the characters of one span and says what stands there instead.

- An operator gives a stand-in of its own making; only ages, years, towns and what an action keeps are read from the
  original, and then rewritten. What cannot be read becomes the label: never the original.
- Every stand-in but an age or a surrogate stands in square brackets, so that it shows as ours; it is plain ASCII, so
  that it fits any file, but for a surrogate, which has the script of its original, and a date in Spanish.
- Parameters travel in one `Place` under the key `place`: the engine shows an operator nothing but text and entity type.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, ClassVar

from presidio_anonymizer.operators import Operator, OperatorType

from pipeline.labels import Category, Label
from pipeline.redaction import dates, geography
from pipeline.rules import Action, Style

# Labels whose plain form is not simply their name in lower case.
_PLAIN = MappingProxyType(
    {
        Label.LOCATION: "place",
        Label.STREET_ADDRESS: "address",
        Label.ZIP_CODE: "ZIP code",
        Label.EMAIL_ADDRESS: "e-mail address",
        Label.URL: "web address",
        Label.IP_ADDRESS: "IP address",
        Label.US_SSN: "social security number",
        Label.HEALTH_PLAN_ID: "health plan number",
        Label.VEHICLE_ID: "vehicle number",
        Label.DEVICE_ID: "device number",
    }
)
MASKED = "[REDACTED]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """What an operator has to know about one span besides its characters."""

    label: Label
    style: Style
    calendar: dates.Calendar
    category: Category | None = None
    stand_in: str | None = field(default=None, repr=False)


def tag(place: Place) -> str:
    """ "[phone number]" or "[PHONE_NUMBER]"."""
    if place.style is Style.TAG:
        return f"[{place.label.value}]"
    return f"[{_PLAIN.get(place.label, place.label.value.lower().replace('_', ' '))}]"


def _stand_in(_text: str, place: Place) -> str:
    return place.stand_in or tag(place)


def _year(text: str, place: Place) -> str:
    year = dates.safe_year(text, place.calendar)
    return tag(place) if year is None else f"[{year}]"


def _day(text: str, place: Place) -> str:
    count = dates.day_count(text, place.calendar)
    return tag(place) if count is None else f"[day {count}]"


def _shift(text: str, place: Place) -> str:
    moved = dates.shifted(text, place.calendar, past=place.label is Label.SOBRIETY_DATE)
    return tag(place) if moved is None else f"[{moved}]"


def _clean_time(text: str, place: Place) -> str:
    words = dates.how_long_before(text, place.calendar)
    if words is None:
        return tag(place)
    return "[the same day]" if words == "0 days" else f"[{words} earlier]"


def _age_90(text: str, place: Place) -> str:
    age = dates.age_of(text)
    if age is None:
        return tag(place)
    number, unit = age
    if unit != "year":
        return f"{number} {unit}{'' if number == 1 else 's'}"
    return str(number) if number <= dates.OLDEST_TOLD else "[90 or older]"


def _decade(text: str, place: Place) -> str:
    age = dates.age_of(text)
    if age is None:
        return tag(place)
    years = age[0] if age[1] == "year" else 0
    if years > dates.OLDEST_TOLD:
        return "[90 or older]"
    if years < 20:
        return "[under 10]" if years < 10 else "[10 to 19]"
    return f"[{years // 10 * 10}s]"


def _zip3(text: str, _place: Place) -> str:
    return f"[ZIP {geography.zip3(text)}]"


def _state(text: str, place: Place) -> str:
    state = geography.state_of(text)
    if state is None:
        return tag(place)
    return f"[{place.label.value} {state[0]}]" if place.style is Style.TAG else f"[place in {state[1]}]"


def _town(text: str, place: Place) -> str:
    return text if geography.is_town(text) else tag(place)


def _category(_text: str, place: Place) -> str:
    if place.category is None:
        return tag(place)
    name = place.category.value
    return f"[{name.upper()}]" if place.style is Style.TAG else f"[{name.replace('_', ' ')}]"


class _Ours(Operator):
    """What our operators share: the name under which the engine finds them, and one function that does the work."""

    action: ClassVar[Action]
    work: ClassVar[staticmethod[[str, Place], str]]

    def operate(self, text: str, params: dict[str, Any] | None = None) -> str:
        """The stand-in for one span."""
        return type(self).work(text, _place(params))

    def validate(self, params: dict[str, Any] | None = None) -> None:
        """ValueError where the place is missing: an operator never guesses."""
        _place(params)

    def operator_name(self) -> str:
        """The action it carries out, marked as ours: presidio has a `mask` and a `keep` of its own."""
        return name_of(self.action)

    def operator_type(self) -> OperatorType:
        """All of ours replace; none can be turned back."""
        return OperatorType.Anonymize


def name_of(action: Action) -> str:
    """Name of the operator of an action in the engine."""
    return f"storykeeper-{action.value}"


def _place(params: dict[str, Any] | None) -> Place:
    place = (params or {}).get("place")
    if not isinstance(place, Place):
        raise ValueError("an operator needs the place of its span")
    return place


class TagOperator(_Ours):
    action = Action.TAG
    work = staticmethod(lambda _text, place: tag(place))


class StandInOperator(_Ours):
    action = Action.STAND_IN
    work = staticmethod(_stand_in)


class SurrogateOperator(_Ours):
    action = Action.SURROGATE
    work = staticmethod(_stand_in)


class YearOperator(_Ours):
    action = Action.YEAR
    work = staticmethod(_year)


class DayOperator(_Ours):
    action = Action.DAY
    work = staticmethod(_day)


class ShiftOperator(_Ours):
    action = Action.SHIFT
    work = staticmethod(_shift)


class CleanTimeOperator(_Ours):
    action = Action.CLEAN_TIME
    work = staticmethod(_clean_time)


class Age90Operator(_Ours):
    action = Action.AGE_90
    work = staticmethod(_age_90)


class DecadeOperator(_Ours):
    action = Action.DECADE
    work = staticmethod(_decade)


class Zip3Operator(_Ours):
    action = Action.ZIP3
    work = staticmethod(_zip3)


class StateOperator(_Ours):
    action = Action.STATE
    work = staticmethod(_state)


class TownOperator(_Ours):
    action = Action.TOWN
    work = staticmethod(_town)


class CategoryOperator(_Ours):
    action = Action.CATEGORY
    work = staticmethod(_category)


class MaskOperator(_Ours):
    action = Action.MASK
    work = staticmethod(lambda _text, _place: MASKED)


class DropOperator(_Ours):
    action = Action.DROP
    work = staticmethod(lambda _text, _place: "")


class KeepOperator(_Ours):
    action = Action.KEEP
    work = staticmethod(lambda text, _place: text)


OPERATORS: tuple[type[_Ours], ...] = (
    TagOperator,
    StandInOperator,
    SurrogateOperator,
    YearOperator,
    DayOperator,
    ShiftOperator,
    CleanTimeOperator,
    Age90Operator,
    DecadeOperator,
    Zip3Operator,
    StateOperator,
    TownOperator,
    CategoryOperator,
    MaskOperator,
    DropOperator,
    KeepOperator,
)
