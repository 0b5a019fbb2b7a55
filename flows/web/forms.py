"""A form: whether it is one of ours, and what it brings.

- It carries a value that is bound to the cookie, and comes from a page of ours: `Origin` and `Sec-Fetch-Site`, where
  the browser sends them, have to say so.
- It is `application/x-www-form-urlencoded` and nothing else, with a few dozen fields at most.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from urllib.parse import parse_qsl, urlsplit

from starlette.requests import ClientDisconnect, Request

from flows.web.call import RefusedError, csrf_of

_FORM = "application/x-www-form-urlencoded"
_MOST_FIELDS = 40
_FIELD, _HEADER = "csrf", "x-csrf-token"


async def read_form(request: Request, bound: str) -> Mapping[str, str]:
    """The fields of a form that is bound to the cookie `bound`. RefusedError."""
    _check_origin(request)
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() not in (_FORM, ""):
        raise RefusedError(415, "that is no form of these pages")
    form = _parsed(await _body(request))
    given = form.pop(_FIELD, "") or request.headers.get(_HEADER, "")
    if not bound or not hmac.compare_digest(given.encode("utf-8", "replace"), csrf_of(bound).encode()):
        raise RefusedError(403, "the form is not one of this login; load the page again")
    return form


async def _body(request: Request) -> bytes:
    try:
        return await request.body()
    except ClientDisconnect:
        raise RefusedError(400, "the form did not arrive whole") from None


def _parsed(body: bytes) -> dict[str, str]:
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
    return {key: value.replace("\0", "") for key, value in pairs}


def _check_origin(request: Request) -> None:
    site = request.headers.get("sec-fetch-site", "same-origin")
    origin = request.headers.get("origin")
    foreign = origin is not None and _netloc(origin) != request.headers.get("host", "").lower()
    if site not in ("same-origin", "none") or foreign:
        raise RefusedError(403, "the form comes from another site")


def _netloc(origin: str) -> str | None:
    try:
        return urlsplit(origin).netloc.lower()
    except ValueError:
        return None
