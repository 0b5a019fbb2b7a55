"""Hostile words, ids and requests."""

from __future__ import annotations

import itertools
import os
import random
import socket

import httpx
import pytest

from flows.web.routes import ROUTES
from tests.end_to_end.review_room import Pages

pytestmark = pytest.mark.xdist_group("pages")


MALFORMED = 1_000 if os.environ.get("STORYKEEPER_PROFILE") == "nightly" else 200


def test_hostile_words_are_text_and_no_word_stands_in_an_address(pages: Pages) -> None:
    with pages.client("ruth") as client:
        page = client.get(f"/copies/{pages.item('S-1').item_id}").text
    assert "&lt;script&gt;window.hacked = 1&lt;/script&gt;" in page
    assert "<script>window" not in page
    links = [part.partition('"')[0] for part in page.split('href="')[1:]]
    assert not any(word in link for link in links for word in ("blanket", "soup", "pier"))


IDS = (
    "../../etc/passwd",
    "..%2f..%2fsecrets%2fprogram.key",
    "%2e%2e/%2e%2e",
    "a" * 32,
    "0" * 32,
    "%00",
    "'; DROP--",
    "é",
)


@pytest.mark.parametrize("hostile", IDS)
def test_an_id_never_becomes_a_path(pages: Pages, hostile: str) -> None:
    with pages.client("maria") as client:
        for path in ("/copies/{}", "/requests/{}", "/people/{}", "/assets/{}"):
            assert client.get(path.format(hostile)).status_code in (404, 400)
        got = client.post(f"/releases/{hostile}/archive")
        assert got.status_code in (400, 404, 405)


def test_what_was_asked_for_is_not_approved_by_who_asked(pages: Pages) -> None:
    request = pages.house.requests.list()[0]
    with pages.client("maria") as client:
        got = client.post(f"/requests/{request.request_id}/decision", data={"decision": "approve"})
        copy = client.post(f"/copies/{pages.item('S-1').item_id}/decision", data={"decision": "approve"})
    assert (got.status_code, copy.status_code) == (409, 409)
    assert "second person has to" in got.text
    assert "second person has to" in copy.text


def test_malformed_requests_never_break_the_pages(used: Pages) -> None:
    draw = random.Random(7)
    item = used.item("S-1").item_id
    with used.client("ruth") as client:
        for _ in range(MALFORMED):
            got = _malformed(draw, client, item)
            assert got is None or got.status_code < 500, got.request.url
    _raw(used.address)
    with used.client("ruth") as client:
        assert client.get("/queue").status_code == 200


_ODD = (
    "",
    "-1",
    "0",
    "1e9",
    "9" * 400,
    "\x00",
    "\ud800".encode("utf-8", "surrogatepass"),
    "💥",
    "٣",
    "NaN",
    "true",
    "a=b&c",
)


_FIELDS = ("verdict", "start", "end", "version", "label", "alike", "from_piece", "from", "to_piece", "to", "typed")


_VERDICTS = ("accept", "reject", "relabel", "add", "ADD", "", "drop")


def _malformed(draw: random.Random, client: httpx.Client, item: str) -> httpx.Response | None:
    method = draw.choice(("GET", "POST", "POST", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "HEAD"))
    route = draw.choice(ROUTES)
    ids = itertools.repeat(draw.choice((item, *IDS)))
    path = "/".join(next(ids) if part.startswith("{") else part for part in route.path.split("/"))
    if path == "/sign-out":
        path = f"/copies/{item}/marks"
    fields = {name: draw.choice(_ODD) for name in draw.sample(_FIELDS, draw.randint(0, len(_FIELDS)))}
    fields["verdict"] = draw.choice(_VERDICTS)
    headers = {"hx-request": draw.choice(("true", "", "\x7f"))}
    if draw.random() < 0.2:
        headers["content-type"] = draw.choice(("multipart/form-data", "application/json", "text/plain; charset=x", ";"))
    body = draw.choice((fields, None, draw.randbytes(draw.randint(0, 300))))
    try:
        if isinstance(body, dict):
            return client.request(method, path, data=body, headers=headers)
        return client.request(method, path, content=body, headers=headers)
    except (httpx.InvalidURL, httpx.LocalProtocolError, httpx.RemoteProtocolError):
        return None  # not even sent, or refused before it was a request


def _raw(address_: str) -> None:
    """What no client would send."""
    host, port = address_.removeprefix("http://").rstrip("/").split(":")
    for data in (
        b"\x00" * 50,
        b"GET / HTTP/9.9\r\n\r\n",
        b"POST /sign-in HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n",
    ):
        with socket.create_connection((host, int(port)), timeout=5) as raw:
            raw.sendall(data)
            raw.shutdown(socket.SHUT_WR)
            assert b" 500 " not in raw.recv(200)
