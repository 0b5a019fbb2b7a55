"""The guard of every route: who asks, whether they may, and whether the form is one of ours.

- Without a login a page leads to the door, and everything else is refused.
- A form of an unsafe method carries a value that is bound to the cookie, and comes from a page of ours: `Origin` and
  `Sec-Fetch-Site`, where the browser sends them, have to say so.
- A form is `application/x-www-form-urlencoded` and nothing else, with a few dozen fields at most.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from datetime import UTC, datetime
from urllib.parse import parse_qsl, urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request

from flows.web.access import Permission, refusal
from flows.web.call import COOKIE, DOOR_COOKIE, Call, Place, RefusedError, csrf_of
from flows.web.routes import SHAPES, Route

_FORM = "application/x-www-form-urlencoded"
_MOST_FIELDS = 40
_FIELD, _HEADER = "csrf", "x-csrf-token"


async def admit(request: Request, route: Route, place: Place) -> Call:
    """The call that a page answers. RefusedError with status and sentence."""
    path = {name: str(value) for name, value in request.path_params.items()}
    if any(not SHAPES[name].fullmatch(value) for name, value in path.items()):
        raise RefusedError(404, "there is no such page")
    token = request.cookies.get(COOKIE, "")
    user = await run_in_threadpool(place.door.who, token, at=datetime.now(UTC)) if token else None
    if user is None and route.permission is not Permission.NOBODY:
        raise RefusedError(401, "sign in first; you may have been signed out after a while without use")
    bound = token if user is not None else request.cookies.get(DOOR_COOKIE, "")
    form = await _form(request, bound) if request.method == "POST" else {}
    if user is not None and (told := refusal(user, route.permission)):
        raise RefusedError(403, told)
    return Call(
        place=place,
        user=user,
        token=bound,
        path=path,
        query={key: value[:300] for key, value in request.query_params.items()},
        form=form,
        htmx=request.headers.get("hx-request") == "true",
    )


async def _form(request: Request, bound: str) -> Mapping[str, str]:
    _check_origin(request)
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() not in (_FORM, ""):
        raise RefusedError(415, "that is no form of these pages")
    try:
        body = await request.body()
    except ClientDisconnect:
        raise RefusedError(400, "the form did not arrive whole") from None
    try:
        pairs = parse_qsl(
            body.decode("latin-1"),
            keep_blank_values=True,
            encoding="utf-8",
            errors="replace",
            max_num_fields=_MOST_FIELDS,
        )
    except ValueError:
        raise RefusedError(400, "that is more than a form holds") from None
    form = {key: value.replace("\0", "") for key, value in pairs}
    given = form.pop(_FIELD, "") or request.headers.get(_HEADER, "")
    if not bound or not hmac.compare_digest(given.encode("utf-8", "replace"), csrf_of(bound).encode()):
        raise RefusedError(403, "the form is not one of this login; load the page again")
    return form


def _check_origin(request: Request) -> None:
    site = request.headers.get("sec-fetch-site", "same-origin")
    origin = request.headers.get("origin")
    foreign = origin is not None and urlsplit(origin).netloc.lower() != request.headers.get("host", "").lower()
    if site not in ("same-origin", "none") or foreign:
        raise RefusedError(403, "the form comes from another site")
