"""The pages as somebody meets them who wants in: every route without a login, with another role, with a cookie or form
that was tampered with; signing in and out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import httpx
import pytest

from flows.settings import ReviewSection
from flows.verbs.signing import Door
from flows.web.access import MAY, Permission
from flows.web.call import COOKIE, csrf_of
from flows.web.routes import ROUTES, SHAPES, Route
from flows.web.serve import check_bind, hosts_of
from pipeline.errors import UsageError
from pipeline.storage.logins import IDLE, LONGEST
from pipeline.storage.users import LOCKED_FOR, MOST_FAILURES, Role
from tests.end_to_end.review_room import ACCOUNTS, PASSWORD, Pages, form_of

pytestmark = pytest.mark.xdist_group("pages")


ROLES = {name: Role(role) for name, role, _ in ACCOUNTS}


def address(pages: Pages, route: Route) -> str:
    """An address of the route that leads somewhere."""
    ids = {
        "item_id": pages.item("S-1").item_id,
        "request_id": pages.house.requests.list()[0].request_id,
        "release_id": "group-20260615-00000000",
        "person_id": "P-1",
    }
    return route.path.format(**ids)


def asked(client: httpx.Client, route: Route, where: str, **options: object) -> httpx.Response:
    return client.request(route.method, where, **options)  # type: ignore[arg-type]  # options are httpx's own


@pytest.mark.parametrize("route", ROUTES, ids=lambda r: f"{r.method} {r.path}")
def test_nobody_comes_in_without_a_login(pages: Pages, route: Route) -> None:
    with pages.client() as client:
        got = asked(client, route, address(pages, route))
    if route.path == "/sign-in":
        assert got.status_code == (200 if route.method == "GET" else 403)
    elif route.method == "GET":
        assert (got.status_code, got.headers["location"]) == (303, "/sign-in")
    else:
        assert got.status_code == 401
    assert "Testerly" not in got.text.replace("Testerly Peers", "")


@pytest.mark.parametrize("name", ROLES)
@pytest.mark.parametrize("route", ROUTES, ids=lambda r: f"{r.method} {r.path}")
def test_a_route_is_for_the_roles_of_the_table_alone(used: Pages, route: Route, name: str) -> None:
    with used.client(name) as client:
        got = asked(client, route, address(used, route), data={"nothing": "of use"})
    if route.permission not in MAY[ROLES[name]] or (route.permission is Permission.ORIGINAL and name != "ruth"):
        assert got.status_code == 403
    elif route.path != "/sign-in":
        assert got.status_code in (200, 303, 400, 404, 409), got.text[:300]


def test_every_served_route_stands_in_the_table_and_asks_for_something() -> None:
    open_to_all = {r.path for r in ROUTES if r.permission is Permission.NOBODY}
    assert open_to_all == {"/sign-in"}
    assert all(part.strip("{}") in SHAPES for r in ROUTES for part in r.path.split("/") if part.startswith("{"))
    assert set(MAY) == set(Role)


@pytest.mark.parametrize("route", [r for r in ROUTES if r.method == "POST"], ids=lambda r: r.path)
@pytest.mark.parametrize(
    ("what", "headers"),
    [
        ("no form value", {"x-csrf-token": ""}),
        ("a wrong one", {"x-csrf-token": "0" * 64}),
        ("of another site", {"origin": "https://elsewhere.example"}),
        ("of no site", {"origin": "null"}),
        ("sent by another site", {"sec-fetch-site": "cross-site"}),
        ("of a page beside ours", {"sec-fetch-site": "same-site"}),
    ],
)
def test_a_form_that_is_not_ours_changes_nothing(
    pages: Pages, route: Route, what: str, headers: dict[str, str]
) -> None:
    before = pages.house.ledger.head()
    with pages.client("ruth") as client:
        got = asked(client, route, address(pages, route), headers=headers, data={"decision": "approve"})
    assert got.status_code == 403, what
    assert pages.house.ledger.head() == before


def test_the_form_of_one_login_is_no_form_of_another(pages: Pages) -> None:
    with pages.client("ruth") as ruth, pages.client("maria") as maria:
        got = ruth.post("/sign-out", headers={"x-csrf-token": maria.headers["x-csrf-token"]})
    assert got.status_code == 403


def test_a_tampered_cookie_is_nobody(pages: Pages) -> None:
    token = pages.token("ruth")
    for given in ("", "x", token[:-1], token + "a", token[::-1], "\\x00", "a" * 5000, token.upper()):
        with httpx.Client(base_url=pages.address, headers={"cookie": f"{COOKIE}={given}"}) as client:
            assert client.get("/queue").status_code in (303, 400, 431)
    with httpx.Client(base_url=pages.address, headers={"cookie": f"{COOKIE}={token}"}) as client:
        assert client.get("/queue").status_code == 200
    digests = pages.house.database
    with digests.reading() as connection:
        kept = str(connection.exec_driver_sql("SELECT * FROM logins").all())
    assert token not in kept


def test_a_login_ends_when_it_is_not_used_and_after_a_day_of_work_whatever_happens(own: Pages) -> None:
    now = datetime.now(UTC)
    token = own.house.logins.begin("ruth", at=now)
    assert own.house.logins.who(token, at=now + IDLE - timedelta(seconds=1)) == "ruth"
    assert own.house.logins.who(token, at=now + 2 * IDLE) is None
    at = now
    while at < now + LONGEST - IDLE:
        at += IDLE / 2
        assert own.house.logins.who(token, at=at) == "ruth"
    assert own.house.logins.who(token, at=now + LONGEST) is None


def test_signing_out_ends_the_login_for_good(own: Pages) -> None:
    token = own.token("ruth")
    assert own.house.logins.who(token, at=datetime.now(UTC)) == "ruth"
    with own.client() as client:
        client.cookies.set(COOKIE, token)
        assert client.post("/sign-out", headers={"x-csrf-token": csrf_of(token)}).status_code == 303
    assert own.house.logins.who(token, at=datetime.now(UTC)) is None


def test_the_cookie_is_kept_from_scripts_and_from_other_sites(own: Pages) -> None:
    with own.client() as client:
        csrf = form_of(client.get("/sign-in").text)
        got = client.post("/sign-in", data={"csrf": csrf, "name": "ruth", "password": PASSWORD})
    (cookie,) = (c for c in got.headers.get_list("set-cookie") if c.startswith(f"{COOKIE}="))
    assert "HttpOnly" in cookie
    assert "samesite=strict" in cookie.lower()


def test_too_many_wrong_passwords_lock_an_account_and_the_ledger_says_so(own: Pages) -> None:
    door, now = Door(house=own.house), datetime.now(UTC)
    for _ in range(MOST_FAILURES):
        assert door.sign_in("ruth", "a wrong one altogether", at=now) is None
    assert door.sign_in("ruth", PASSWORD, at=now) is None, "locked for the right one too"
    assert door.sign_in("ruth", PASSWORD, at=now + LOCKED_FOR) is not None
    told = [r.event for r in own.house.ledger.events() if r.event.kind == "locked_out"]
    assert [e.actor for e in told] == ["ruth"]
    assert door.sign_in("nobody-of-this-name", PASSWORD, at=now) is None


def test_every_answer_carries_the_headers_of_the_shield(pages: Pages) -> None:
    with pages.client("ruth") as client:
        for path in ("/", "/queue", "/nowhere", "/assets/pages.css", "/assets/none"):
            headers = client.get(path).headers
            policy = headers["content-security-policy"]
            assert "default-src 'none'" in policy
            assert "unsafe" not in policy
            assert headers["x-content-type-options"] == "nosniff"
            assert headers["x-frame-options"] == "DENY"
            assert "server" not in headers
        assert client.get("/queue").headers["cache-control"] == "no-store"


def test_another_name_for_this_machine_gets_nothing(pages: Pages) -> None:
    for name in ("evil.example", "127.0.0.1", "127.0.0.1:1", ""):
        with pages.client("ruth") as client:
            assert client.get("/queue", headers={"host": name}).status_code in (400, 421)


def test_the_pages_are_served_on_loopback_unless_a_proxy_is_named() -> None:
    check_bind(ReviewSection())
    check_bind(ReviewSection(bind="::1"))
    for address_ in ("0.0.0.0", "10.0.0.4", "::", "review.example"):
        with pytest.raises(UsageError, match="loopback"):
            check_bind(ReviewSection(bind=address_))
    behind = ReviewSection(bind="10.0.0.4", public_host="review.example.org")
    check_bind(behind)
    assert hosts_of(behind, 8420) == {"review.example.org"}
