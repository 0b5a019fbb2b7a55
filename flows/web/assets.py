"""The assets: a fixed list, read once. No part of an address becomes a path."""

from __future__ import annotations

from importlib import resources

from fastapi import FastAPI
from starlette.responses import Response

from flows.web.call import RefusedError

_ASSETS = {
    "htmx.min.js": ("vendor", "text/javascript"),
    "pages.js": ("static", "text/javascript"),
    "reading.js": ("static", "text/javascript"),
    "pages.css": ("static", "text/css"),
    "reading.css": ("static", "text/css"),
    "icon.svg": ("static", "image/svg+xml"),
}


def serve_assets(app: FastAPI) -> None:
    """Add the route of the assets."""
    package = resources.files("flows.web")
    found = {name: (package.joinpath(folder, name).read_bytes(), kind) for name, (folder, kind) in _ASSETS.items()}

    async def asset(name: str) -> Response:
        if name not in found:
            raise RefusedError(404, "there is no such page")
        data, kind = found[name]
        return Response(data, media_type=kind, headers={"cache-control": "private, max-age=600"})

    app.add_api_route("/assets/{name}", asset, methods=["GET"], response_model=None)
