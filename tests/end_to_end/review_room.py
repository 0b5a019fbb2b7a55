"""A small invented program for the review pages: a talk with emoji, right-to-left words and markup in it, one that an
inspection flags, a transcript of 3,000 turns, three accounts, and a server on loopback that answers for it."""

from __future__ import annotations

import hashlib
import re
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import httpx
import uvicorn

from flows.verbs.asking import Asked
from flows.verbs.held import Held, put_held
from flows.verbs.init import init
from flows.verbs.requesting import Instant, ask, make_copies
from flows.verbs.runs import begin, ingest_run
from flows.verbs.users import add_user
from flows.web.app import build_app
from flows.web.call import COOKIE, csrf_of
from flows.wiring import House, open_house
from pipeline.formats import read, write
from pipeline.labels import Label
from pipeline.model import Span
from pipeline.redaction.dates import Calendar
from pipeline.redaction.redact import redact
from pipeline.redaction.standins import Allotted
from pipeline.reviewing.review import Copy, ReviewItem, ReviewState
from pipeline.reviewing.sheet import sheet_of
from tests.end_to_end.canary import _consent, _write
from tests.end_to_end.workspaces import AS_OF

PASSWORD = "a quiet harbor at dawn"
WHEN = Instant(at=AS_OF, by_clock=False)
ACCOUNTS = (
    ("maria", "manager", False),
    ("ruth", "reviewer", True),
    ("tomas", "reviewer", False),
    ("sol", "auditor", False),
)
# `blanket` is a nickname that nobody knows: the miss that a reviewer marks
TALK = """\
Dana Okafor: Welcome back, Testerly. 👩‍👩‍👧 How was the week?
Hope Testerly: Fine. 🎉 blanket came by with <b>soup</b> & bread. <script>window.hacked = 1</script>
Dana Okafor: And at the pier?
Hope Testerly: مرحبا blanket قال شكرا at the pier. I went sober in March.
Dana Okafor: Good to hear that you keep at it.
Hope Testerly: I phoned Merriweather on Tuesday, and Merriweather phoned me back. 🌊
"""
NOTE = "We went over the week. The old door code was 8412 7730 1145.\n\nShe has hope again.\n"
MANY = 3_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Pages:
    """The pages as they are served. address ends with a slash."""

    address: str
    house: House

    def token(self, name: str) -> str:
        """The cookie of an account that has signed in a moment ago."""
        return self.house.logins.begin(name, at=datetime.now(UTC))

    def item(self, session: str) -> ReviewItem:
        """The open item of a session."""
        found = [i for i in self.house.reviews.list() if i.copy.session_id == session]
        return next(i for i in reversed(found) if i.state is not ReviewState.WITHHELD)

    def client(self, name: str | None = None) -> httpx.Client:
        """A browser without a screen; signed in where a name is given, with what its forms carry."""
        client = httpx.Client(base_url=self.address, timeout=60)
        if name is not None:
            token = self.token(name)
            client.cookies.set(COOKIE, token)
            client.headers["x-csrf-token"] = csrf_of(token)
        return client


def form_of(page: str) -> str:
    """What forms of a page carry."""
    found = re.search(r'<meta name="csrf" content="([0-9a-f]{64})">', page)
    assert found is not None, page[:400]
    return found[1]


def review_program(place: Path) -> Path:
    """The workspace: sealed, its copies made on the request of `maria`, and waiting for review."""
    init(place, name="Testerly Peers", contact="office", now=AS_OF)
    (place / "inbox" / "talk.txt").write_text(TALK, encoding="utf-8")
    (place / "inbox" / "note.txt").write_text(NOTE, encoding="utf-8")
    _records(place / "records")
    for name, role, originals in ACCOUNTS:
        add_user(place, name, role=role, originals=originals, password=PASSWORD)
    with open_house(place) as house:
        sealed = Asked(use="", recipient="", as_of=AS_OF.isoformat(), actor="maria", ingest=True)
        ingest_run(house, begin(house, sealed))
        request = ask(house, "group", "program", read_all=True, actor="maria", when=WHEN)
        make_copies(house, request.request_id, when=WHEN)
        _long_one(house)
    return place


def _records(folder: Path) -> None:
    people = [("P-1", "Hope Testerly", ""), ("W-1", "Dana Okafor", "")]
    rows = [
        {"person_id": i, "name": n, "aliases": a, "birth_date": "1980-01-01", "legal_status": "adult"}
        for i, n, a in people
    ]
    _write(folder / "people.csv", rows)
    files = {"S-1": ("talk.txt", "transcript"), "S-2": ("note.txt", "peer_note")}
    sessions = [
        {"session_id": s, "session_date": "2026-03-01", "kind": "individual", "note_class": note_class, "program": "x",
         "file": file, "roster_complete": "yes"}
        for s, (file, note_class) in files.items()
    ]  # fmt: skip
    _write(folder / "sessions.csv", sessions)
    roster = [
        {"session_id": s, "person_id": p, "role": role, "speaker_label": label}
        for s in files
        for p, role, label in (("W-1", "staff", "Dana Okafor"), ("P-1", "client", "Hope Testerly"))
    ]
    _write(folder / "participants.csv", roster)
    _write(folder / "consents.csv", [_consent()])


def _long_one(house: House) -> None:
    """A copy of 3,000 turns, as detection and redaction would have made it; only the spans are given by hand."""
    said = "Dana Okafor: On day {n} I met Merriweather at the harbor, and Quillby called about the soup that we cook.\n"
    data = "".join(said.format(n=n) for n in range(MANY)).encode()
    document = read(data, doc_id="long")
    spans = tuple(
        Span(start=m.start(), end=m.end(), label=Label.PERSON, score=0.9, source="test", entity=f"local:{m[0]}")
        for m in re.finditer("Merriweather|Quillby", document.text)
    )
    kept = frozenset(range(len(document.turns)))
    redaction = redact(document, spans, house.policy("group"), kept, Allotted(codes={}), calendar=Calendar())
    text = write(data, document, redaction).decode()
    digest = hashlib.sha256(text.encode()).hexdigest()
    copy = Copy(session_id="S-LONG", source_id="5" * 32, use="group", recipient="program", digest=digest)
    item = house.reviews.enter(copy, state=ReviewState.NEEDS_REVIEW, requested_by="maria", at=AS_OF)
    sheet = sheet_of(document, redaction, spans, (), text, text_digest=digest)
    put_held(house, item.item_id, Held(copy=text, findings=(), sheet=sheet, rows=None, lines=()))


@contextmanager
def serving(workspace: Path) -> Iterator[Pages]:
    """The pages of a workspace on a free port of loopback, in a thread of this process."""
    with open_house(workspace) as house, socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port = listening.getsockname()[1]
        app = build_app(house, hosts=frozenset({f"127.0.0.1:{port}"}), as_of=AS_OF, warm=False)
        config = uvicorn.Config(app, access_log=False, log_level="error", server_header=False, lifespan="on")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        try:
            deadline = time.monotonic() + 30
            while not server.started:
                assert time.monotonic() < deadline, "the pages did not answer within 30 s"
                time.sleep(0.02)
            yield Pages(address=f"http://127.0.0.1:{port}/", house=house)
        finally:
            server.should_exit = True
            thread.join(20)
