"""What stands before every route: names, lengths, headers, and a breakage that tells no word."""

from __future__ import annotations

import asyncio
import re
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from flows.web.access import MAY, Permission, may, refusal
from flows.web.jobs import Job, Jobs, JobState
from flows.web.shield import MOST_BYTES, Shield
from pipeline.errors import StateError
from pipeline.storage.drafts import Drafts
from pipeline.storage.users import Role, User, UserState
from tests.storage_room import open_room

WORD = "Zquorvex"


async def answers(scope: Scope, receive: Receive, send: Send) -> None:
    await PlainTextResponse("here")(scope, receive, send)


async def breaks(scope: Scope, receive: Receive, send: Send) -> None:
    raise ValueError(WORD)


def asked(shield: Shield, method: str = "GET", *, host: str = "ours", **options: object) -> httpx.Response:
    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(app=shield)
        async with httpx.AsyncClient(transport=transport, base_url=f"http://{host}") as client:
            return await client.request(method, "/", **options)  # type: ignore[arg-type]  # options are httpx's own

    with ThreadPoolExecutor(max_workers=1) as apart:  # a browser of other tests may keep a loop in this thread
        return apart.submit(lambda: asyncio.run(ask())).result()


def shield(app: object = answers, *, https: bool = False, notes: list[str] | None = None) -> Shield:
    kept = notes if notes is not None else []

    def note(story: str) -> str:
        kept.append(story)
        return "0badc0ffee12"

    return Shield(app=app, hosts=frozenset({"ours"}), https=https, note=note)  # type: ignore[arg-type]  # either app


def test_another_name_gets_nothing() -> None:
    assert asked(shield()).text == "here"
    assert asked(shield(), host="theirs").status_code == 421


def test_behind_a_proxy_plain_http_is_refused_and_cookies_go_over_tls() -> None:
    behind = shield(https=True)
    assert asked(behind).status_code == 403
    assert asked(behind, headers={"x-forwarded-proto": "http"}).status_code == 403
    good = asked(behind, headers={"x-forwarded-proto": "https"})
    assert good.status_code == 200
    assert "max-age" in good.headers["strict-transport-security"]
    assert "strict-transport-security" not in asked(shield()).headers


def test_a_form_is_short_and_says_so() -> None:
    assert asked(shield(), "POST", content=b"x" * MOST_BYTES).status_code == 200
    assert asked(shield(), "POST", content=b"x" * (MOST_BYTES + 1)).status_code == 413
    for length in ("-1", "ten", ""):
        assert asked(shield(), "POST", headers={"content-length": length}).status_code == 411


def test_a_breakage_tells_an_id_and_no_word() -> None:
    notes: list[str] = []
    got = asked(shield(breaks, notes=notes))
    assert got.status_code == 500
    assert WORD not in got.text
    assert "0badc0ffee12" in got.text
    assert got.headers["content-security-policy"].startswith("default-src 'none'")
    assert [WORD in note for note in notes] == [True], "its story is kept, sealed"


@pytest.fixture
def drafts(tmp_path: Path) -> Iterator[Drafts]:
    (tmp_path / "room").mkdir()
    with open_room(tmp_path / "room") as room:
        yield Drafts(folder=tmp_path / "drafts", keyring=room.keyring)


def test_a_job_that_breaks_tells_an_id_and_no_word_and_ours_tell_why(drafts: Drafts) -> None:
    jobs = Jobs(drafts=drafts)

    def broken() -> str:
        raise ValueError(WORD)

    def ours() -> str:
        raise StateError("nothing was released")

    jobs.start("a", broken)
    jobs.start("b", ours)
    ended = threading.Event()
    jobs.start("c", lambda: "done well")
    jobs.start("d", lambda: str(ended.set()))
    assert ended.wait(20), "one after the other, in order"
    jobs.close()
    a, b, c = (jobs.get(name) for name in "abc")
    assert a is not None
    assert b is not None
    assert c is not None
    assert (a.state, WORD in a.told) == (JobState.FAILED, False)
    assert WORD in drafts.story(re.findall("[0-9a-f]{12}", a.told)[0])
    assert (b.state, b.told) == (JobState.FAILED, "nothing was released")
    assert (c.state, c.told) == (JobState.DONE, "done well")
    assert [Jobs(drafts=drafts).get(name) for name in "abcd"] == [None] * 4, "none of them was interrupted"


def test_what_waited_when_the_pages_were_stopped_was_interrupted_until_it_is_done(drafts: Drafts) -> None:
    stopped, begun, go = Jobs(drafts=drafts), threading.Event(), threading.Event()
    stopped.start("under way", lambda: str(begun.set() or go.wait(20)))
    stopped.start("behind it", lambda: "never")
    assert begun.wait(20)
    threading.Timer(0.1, go.set).start()
    stopped.close()
    again = Jobs(drafts=drafts)
    assert again.get("under way") is None
    assert again.get("behind it") == Job(state=JobState.INTERRUPTED)
    done = threading.Event()
    again.start("behind it", lambda: str(done.set()))
    assert done.wait(20)
    again.close()
    assert Jobs(drafts=drafts).get("behind it") is None


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("permission", Permission)
def test_a_permission_is_of_the_role_and_originals_of_the_account_too(role: Role, permission: Permission) -> None:
    plain = User(name="x", role=role, originals=False, state=UserState.ACTIVE, password_hash="")
    opener = User(name="x", role=role, originals=True, state=UserState.ACTIVE, password_hash="")
    assert may(opener, permission) == (permission in MAY[role])
    assert may(plain, permission) == (permission in MAY[role] and permission is not Permission.ORIGINAL)
    assert may(plain, permission) == (refusal(plain, permission) is None)
