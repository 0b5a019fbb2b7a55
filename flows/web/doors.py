"""Signing in and out, and the first page."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta

from starlette.responses import Response

from flows.verbs.home import expiring, waits, went_out
from flows.web.call import COOKIE, DOOR_COOKIE, Call
from pipeline.storage.logins import LONGEST

_NEWEST = 5


def sign_in_page(call: Call) -> Response:
    """The form. It is bound to a cookie of its own, so that nobody is signed in by a form of a stranger."""
    if call.user is not None:
        return call.go("/")
    token = secrets.token_urlsafe(32)
    fresh = Call(
        place=call.place, user=None, token=token, path=call.path, query=call.query, form=call.form, htmx=call.htmx
    )
    response = fresh.page("sign_in.html", wrong=False)
    _set(response, DOOR_COOKIE, token, call, timedelta(hours=1))
    return response


def sign_in(call: Call) -> Response:
    """Let somebody in; the same answer for every wrong name and password."""
    now = datetime.now(UTC)
    token = call.place.door.sign_in(call.form.get("name", ""), call.form.get("password", ""), at=now)
    if token is None:
        return call.page("sign_in.html", wrong=True, status=403)
    response = call.go("/")
    _set(response, COOKIE, token, call, LONGEST)
    response.delete_cookie(DOOR_COOKIE, path="/")
    return response


def sign_out(call: Call) -> Response:
    """End this login."""
    call.place.door.sign_out(call.token)
    response = call.go("/sign-in")
    response.delete_cookie(COOKIE, path="/")
    return response


def home(call: Call) -> Response:
    """What waits for me, what went out; what expires is loaded after it."""
    return call.page("home.html", waits=waits(call.house, call.who.name), out=went_out(call.house, newest=_NEWEST))


def soon(call: Call) -> Response:
    """What expires soon: the records are read for it, which takes a moment."""
    endings, approvals = expiring(call.house, call.place.when().at)
    return call.page("soon.html", endings=endings, approvals=approvals)


def _set(response: Response, name: str, value: str, call: Call, lasts: timedelta) -> None:
    response.set_cookie(
        name,
        value,
        max_age=int(lasts.total_seconds()),
        path="/",
        secure=call.place.https,
        httponly=True,
        samesite="strict",
    )
