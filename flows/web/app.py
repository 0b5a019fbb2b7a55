"""The application: every route of the table behind the guard, the assets, and how a refusal looks.

What breaks on purpose has its status here; what breaks otherwise is for the shield.
"""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from flows.verbs.requesting import open_again
from flows.verbs.signing import Door
from flows.web.assets import serve_assets
from flows.web.call import Call, Place, RefusedError, build_templates
from flows.web.guard import admit
from flows.web.jobs import Jobs
from flows.web.routes import ROUTES, Route
from flows.web.shield import Shield
from flows.wiring import House, detector
from pipeline.errors import InputError, LeakHeldError, StateError, StorykeeperError, UsageError

_STATUS = {UsageError: 400, InputError: 400, StateError: 409, LeakHeldError: 409}


def build_app(
    house: House, *, hosts: frozenset[str], https: bool = False, as_of: datetime | None = None, warm: bool = True
) -> Shield:
    """The pages of an open workspace. hosts: the names that they answer to. warm: load the detector behind the first
    page, so that nobody waits for it later."""
    place = Place(
        house=house,
        door=Door(house=house),
        jobs=Jobs(drafts=house.drafts),
        templates=build_templates(),
        as_of=as_of,
        https=https,
    )

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        await run_in_threadpool(open_again, house)
        if warm:
            threading.Thread(target=detector, name="storykeeper-warm", daemon=True).start()
        yield
        await run_in_threadpool(place.jobs.close)

    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None, lifespan=lifespan)
    for route in ROUTES:
        app.add_api_route(route.path, _answering(route, place), methods=[route.method], response_model=None)
    serve_assets(app)
    _refuse(app, place)
    return Shield(app=app, hosts=hosts, https=https, note=house.drafts.note)


def _answering(route: Route, place: Place) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        call = await admit(request, route, place)
        request.state.call = call  # a refusal on the way shows who is signed in
        return await run_in_threadpool(route.page, call)

    return answer


def _refuse(app: FastAPI, place: Place) -> None:
    """How a refusal looks: a page for people, a line for a part of a page, JSON for our own script."""

    async def refused(request: Request, error: Exception) -> Response:
        assert isinstance(error, RefusedError)
        return _told(request, place, error.status, str(error))

    async def ours(request: Request, error: Exception) -> Response:
        assert isinstance(error, StorykeeperError)
        status = next((code for kind, code in _STATUS.items() if isinstance(error, kind)), 503)
        return _told(request, place, status, str(error))

    async def http(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        return _told(request, place, error.status_code, "there is no such page, or it is asked for otherwise")

    app.add_exception_handler(RefusedError, refused)
    app.add_exception_handler(StorykeeperError, ours)
    app.add_exception_handler(HTTPException, http)


def _told(request: Request, place: Place, status: int, message: str) -> Response:
    if request.headers.get("accept", "").startswith("application/json"):
        return JSONResponse({"error": message}, status_code=status)
    htmx = request.headers.get("hx-request") == "true"
    if status == 401 and htmx:
        return Response(status_code=401, headers={"hx-redirect": "/sign-in"})
    if status == 401 and request.method == "GET":
        return RedirectResponse("/sign-in", status_code=303)
    nobody = Call(place=place, user=None, token="", path={}, query={}, form={}, htmx=htmx)
    call: Call = getattr(request.state, "call", nobody)
    template = "refused_part.html" if htmx else "refused.html"
    return HTMLResponse(call.render(template, message=message, status=status), status_code=status)
