"""Serving the pages: on loopback, or where the settings say that a proxy ends TLS before us.

- Without `review.public_host` in the settings every address but loopback is refused.
- uvicorn writes no access log: an address says which copy somebody read.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from pathlib import Path

from starlette.types import ASGIApp

from flows.settings import ReviewSection
from flows.verbs.asking import instant
from flows.web.app import build_app
from flows.wiring import open_house
from pipeline.errors import StateError, UsageError

PORT = 8420


def serve(workspace: Path, *, port: int, as_of: str | None, ready: Callable[[str], None]) -> None:
    """Serve a workspace until it is stopped. `ready` gets the address once it answers. UsageError, StateError."""
    with open_house(workspace) as house:
        section = house.settings.review
        check_bind(section)
        at: datetime | None = instant(house, as_of, datetime.now(house.zone)) if as_of is not None else None
        if not house.users.list():
            raise StateError("nobody may sign in yet; make an account with `storykeeper user add NAME --role ROLE`")
        with closing(listen(section.bind, port)) as listening:
            bound = listening.getsockname()[1]
            app = build_app(house, hosts=hosts_of(section, bound), https=bool(section.public_host), as_of=at)
            address = f"https://{section.public_host}/" if section.public_host else f"http://127.0.0.1:{bound}/"
            run(app, listening, lambda: ready(address))


def run(app: ASGIApp, listening: socket.socket, ready: Callable[[], None]) -> None:
    """Answer on a socket until SIGINT or SIGTERM."""
    import uvicorn

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets=sockets)
            ready()

    settings = uvicorn.Config(
        app,
        access_log=False,
        log_level="error",
        server_header=False,
        date_header=True,
        proxy_headers=False,
        lifespan="on",
        timeout_graceful_shutdown=5,
    )
    Server(settings).run(sockets=[listening])


def check_bind(section: ReviewSection) -> None:
    """UsageError where the pages would be seen by more than this machine without TLS before them."""
    if section.public_host:
        return
    try:
        here = section.bind == "localhost" or ipaddress.ip_address(section.bind).is_loopback
    except ValueError:
        here = False
    if not here:
        what = "`review.bind` is not loopback; put a proxy that ends TLS before the pages and name it"
        raise UsageError(f"{what} as `review.public_host`: docs/operations.md")


def hosts_of(section: ReviewSection, port: int) -> frozenset[str]:
    """The names that the pages answer to."""
    if section.public_host:
        return frozenset({section.public_host})
    return frozenset({f"127.0.0.1:{port}", f"localhost:{port}", f"[::1]:{port}"})


def listen(host: str, port: int) -> socket.socket:
    """A socket that is bound; port 0 takes a free one. StateError where the port is taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    found = socket.socket(family, socket.SOCK_STREAM)
    found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    taken = False
    try:
        found.bind((host, port))
    except OSError:
        found.close()
        taken = True
    if taken:
        raise StateError(f"port {port} is taken; stop what runs there, or give another one with `--port`")
    return found
