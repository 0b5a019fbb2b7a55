"""People: who is on record, and one person's consent over time with what was shared of them. Ids alone, no names."""

from __future__ import annotations

from starlette.responses import Response

from flows.verbs import home
from flows.web.call import Call, RefusedError
from flows.web.picture import consent_picture


def people(call: Call) -> Response:
    """Everybody with records or on a roster, by id."""
    return call.page("people.html", people=home.people(call.house))


def person(call: Call) -> Response:
    """One person."""
    told = home.person(call.house, call.path["person_id"], call.place.when().at)
    if told is None:
        raise RefusedError(404, "the records know nobody of that id")
    return call.page("person.html", told=told, picture=consent_picture(told))
