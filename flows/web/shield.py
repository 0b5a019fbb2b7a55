"""What stands before every route: whose name was called, how much may come in, and what every answer carries.

- `Host` has to be one of our own names: a stranger who lets a name of theirs point here (DNS rebinding) gets nothing.
- Behind a proxy that ends TLS, a request that did not come to it over https is refused.
- A body is small and says its length first.
- Every answer carries a strict content policy (no inline script or style, nothing from elsewhere), and is not kept.
- Whatever breaks becomes a page without a word of it; its story lies sealed in the workspace under an error id.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable
from dataclasses import dataclass, field

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MOST_BYTES = 64 * 1024  # the longest form is a password, or a few words that were missed
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
HEADERS = (
    ("content-security-policy", POLICY),
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    # `no-referrer` would make browsers send `Origin: null` with our own forms
    ("referrer-policy", "same-origin"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("permissions-policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
)
_UNSAFE = frozenset({"POST", "PUT", "PATCH", "DELETE"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Shield:
    """The outermost layer. hosts: the names that are ours; https: a proxy ends TLS before us. note: keeps the story of
    a breakage, returns its id."""

    app: ASGIApp
    hosts: frozenset[str]
    https: bool
    note: Callable[[str], str] = field(repr=False)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        answered = _Answered(send=send, https=self.https)
        refused = self._refusal(scope)
        if refused is not None:
            await PlainTextResponse(refused[1] + "\n", status_code=refused[0])(scope, receive, answered)
            return
        try:
            await self.app(scope, receive, answered)
        except Exception as error:  # noqa: BLE001 - the rim: a traceback could hold a word of a document
            error_id = self.note("".join(traceback.format_exception(error)))
            if not answered.begun:
                said = f"something broke; nothing was half done; `storykeeper doctor --error {error_id}` tells more\n"
                await PlainTextResponse(said, status_code=500)(scope, receive, answered)

    def _refusal(self, scope: Scope) -> tuple[int, str] | None:
        headers = scope["headers"]
        named = [value for key, value in headers if key == b"host"]
        if len(named) != 1 or named[0].decode("latin-1").lower() not in self.hosts:
            return 421, "these pages are not served under that name"
        if self.https and [v for k, v in headers if k == b"x-forwarded-proto"] != [b"https"]:
            return 403, "these pages are served over https alone"
        if scope["method"] in _UNSAFE:
            lengths = [value for key, value in headers if key == b"content-length"]
            if len(lengths) != 1 or not lengths[0].isdigit():
                return 411, "a form says how long it is"
            if int(lengths[0][:12]) > MOST_BYTES:
                return 413, "that is more than a form holds"
        return None


@dataclass(slots=True, kw_only=True)
class _Answered:
    """Sends an answer with our headers on it."""

    send: Send
    https: bool
    begun: bool = False

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.begun = True
            there = {key for key, _ in message["headers"]}
            added = [*HEADERS, ("cache-control", "no-store")]
            if self.https:
                added.append(("strict-transport-security", "max-age=31536000"))
            ours = [(k.encode(), v.encode()) for k, v in added if k.encode() not in there]
            message = {**message, "headers": [*message["headers"], *ours]}
        await self.send(message)
