"""Every route of the pages with what it asks for. What is not in this table is not served."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from starlette.responses import Response

from flows.web import copies, doors, people, recalls, releases, reports
from flows.web.access import Permission
from flows.web.call import Call


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One route. permission: what it asks for; page: what answers."""

    method: str
    path: str
    permission: Permission
    page: Callable[[Call], Response]


# The shape of each id in an address. Another shape is no address of ours.
SHAPES: Mapping[str, re.Pattern[str]] = {
    "item_id": re.compile(r"[0-9a-f]{32}"),
    "request_id": re.compile(r"[0-9a-f]{32}"),
    "release_id": re.compile(r"[a-z]+-[0-9]{8}-[0-9a-f]{8}"),
    "person_id": re.compile(r"[!-~]{1,300}"),
}

_P = Permission


def _route(method: str, path: str, permission: Permission, page: Callable[[Call], Response]) -> Route:
    return Route(method=method, path=path, permission=permission, page=page)


ROUTES: tuple[Route, ...] = (
    _route("GET", "/sign-in", _P.NOBODY, doors.sign_in_page),
    _route("POST", "/sign-in", _P.NOBODY, doors.sign_in),
    _route("POST", "/sign-out", _P.LISTS, doors.sign_out),
    _route("GET", "/", _P.LISTS, doors.home),
    _route("GET", "/soon", _P.LISTS, doors.soon),
    _route("GET", "/queue", _P.LISTS, copies.queue),
    _route("GET", "/copies/{item_id}", _P.READ, copies.copy),
    _route("POST", "/copies/{item_id}/marks", _P.READ, copies.save_mark),
    _route("POST", "/copies/{item_id}/undo", _P.READ, copies.undo_mark),
    _route("POST", "/copies/{item_id}/decision", _P.READ, copies.decide),
    _route("POST", "/copies/{item_id}/again", _P.READ, copies.again),
    _route("GET", "/copies/{item_id}/again", _P.READ, copies.how_far),
    _route("POST", "/copies/{item_id}/original", _P.ORIGINAL, copies.original),
    _route("GET", "/releases", _P.LISTS, releases.releases),
    _route("POST", "/releases/dry-run", _P.ASK, releases.try_out),
    _route("POST", "/requests", _P.ASK, releases.request),
    _route("GET", "/requests/{request_id}", _P.LISTS, releases.request_page),
    _route("POST", "/requests/{request_id}/copies", _P.ASK, releases.make),
    _route("POST", "/requests/{request_id}/decision", _P.APPROVE, releases.decide),
    _route("POST", "/releases/{release_id}/archive", _P.FETCH, releases.archive),
    _route("GET", "/people", _P.PEOPLE, people.people),
    _route("GET", "/people/{person_id}", _P.PEOPLE, people.person),
    _route("GET", "/reports", _P.REPORTS, reports.reports),
    _route("POST", "/reports", _P.REPORTS, reports.report),
    _route("GET", "/recall", _P.RECALL, recalls.recall_page),
    _route("GET", "/recall/look", _P.RECALL, recalls.look),
    _route("GET", "/recall/state", _P.RECALL, recalls.how_far),
    _route("POST", "/recall", _P.RECALL, recalls.recall),
)
