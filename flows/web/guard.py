"""The guard of every route: who asks, whether they may, and whether the form is one of ours (`forms.py`).

Without a login a page leads to the door, and everything else is refused.
"""

from __future__ import annotations

from datetime import UTC, datetime

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from flows.web.access import Permission, refusal
from flows.web.call import COOKIE, DOOR_COOKIE, Call, Place, RefusedError
from flows.web.forms import read_form
from flows.web.routes import SHAPES, Route


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
    form = await read_form(request, bound) if request.method == "POST" else {}
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
