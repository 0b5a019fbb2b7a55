"""One call of a page: who asks, what they ask with, and the answers that a page can give.

- A page is a function from a Call to a Response; it never sees the raw request.
- What a form brings is text under names; what is missing is empty.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from importlib import resources
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from flows.verbs.requesting import Instant
from flows.verbs.signing import Door
from flows.web import words
from flows.web.access import Permission, may
from flows.web.jobs import Jobs
from flows.wiring import House
from pipeline.storage.users import User

COOKIE = "storykeeper"
DOOR_COOKIE = "storykeeper-door"  # before signing in: what the form of the door is bound to


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """What all calls share. as_of: the instant decided for, None for now. https: cookies go over TLS alone."""

    house: House = field(repr=False)
    door: Door = field(repr=False)
    jobs: Jobs = field(repr=False)
    templates: Environment = field(repr=False)
    as_of: datetime | None
    https: bool

    def when(self) -> Instant:
        """When it is decided for."""
        return Instant(at=self.as_of or datetime.now(UTC), by_clock=self.as_of is None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call. token: of the cookie, what forms are bound to. path: the ids of the address, of a checked shape."""

    place: Place = field(repr=False)
    user: User | None
    token: str = field(repr=False)
    path: Mapping[str, str]
    query: Mapping[str, str]
    form: Mapping[str, str] = field(repr=False)
    htmx: bool

    @property
    def house(self) -> House:
        return self.place.house

    @property
    def who(self) -> User:
        """Who is signed in; the guard lets nobody else come to a page that asks."""
        assert self.user is not None
        return self.user

    def page(self, template: str, *, status: int = 200, **values: Any) -> HTMLResponse:
        """A template with what every page shows."""
        return HTMLResponse(self.render(template, **values), status_code=status)

    def render(self, template: str, **values: Any) -> str:
        """The text of a template."""
        user = self.user
        shared = {
            "user": user,
            "csrf": csrf_of(self.token),
            "may": partial(_may, user),
            "Permission": Permission,
            "program": self.house.settings.program.name,
            "as_of": self.place.as_of,
            "zone": self.house.zone,
        }
        return self.place.templates.get_template(template).render(shared | values)

    def go(self, address: str) -> Response:
        """Send the browser to another page of ours."""
        if self.htmx:
            return Response(status_code=200, headers={"hx-redirect": address})
        return RedirectResponse(address, status_code=303)


def _may(user: User | None, permission: Permission) -> bool:
    return user is not None and may(user, permission)


class RefusedError(Exception):
    """A call that gets no page. Its message is a sentence for the screen, without a word of a document."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


def csrf_of(token: str) -> str:
    """What a form of ours carries: bound to the cookie, which no other site can read."""
    return hmac.new(token.encode("utf-8", "replace"), b"form of the review pages", hashlib.sha256).hexdigest()


def answer_json(value: Any, *, status: int = 200) -> JSONResponse:
    """JSON for our own script."""
    return JSONResponse(value, status_code=status)


def build_templates() -> Environment:
    """The templates of the package; what is not safe by itself is escaped."""
    folder = str(resources.files("flows.web").joinpath("templates"))
    environment = Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["words"] = words
    return environment
