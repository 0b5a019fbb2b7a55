"""Requests for a release: who asks for what, where it stands, and which copies a second person said yes to."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from pipeline.errors import Fault, StateError
from pipeline.reviewing.review import ReleaseRequest, RequestState, check_request_step
from pipeline.storage.database import Database, Transaction
from pipeline.storage.tables import release_requests


class Requests:
    """The requests of one workspace."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def ask(
        self,
        *,
        use: str,
        recipient: str,
        read_all: bool,
        actor: str,
        at: datetime,
        joined: Transaction | None = None,
    ) -> ReleaseRequest:
        """Enter a request. StateError where one for the same use and recipient is open: it says which."""
        with self._database.writing(joined) as transaction:
            open_ = (RequestState.ASKED, RequestState.APPROVED)
            same = [r for r in self.list(states=open_) if (r.use, r.recipient) == (use, recipient)]
            if same:
                what = "one for this use and recipient is open; approve or refuse it first"
                raise StateError("nothing was asked", [Fault(place=f"request `{same[0].request_id[:12]}`", what=what)])
            highest = select(func.coalesce(func.max(release_requests.c.nth), 0) + 1)
            row = {
                "request_id": secrets.token_hex(16),
                "use": use,
                "recipient": recipient,
                "read_all": read_all,
                "state": RequestState.ASKED,
                "copies": "[]",
                "requested_by": actor,
                "requested_at": _text(at),
                "nth": transaction.connection.execute(highest).scalar_one(),
            }
            transaction.connection.execute(insert(release_requests).values(row))
            return _one(transaction.connection, str(row["request_id"]))

    def step(
        self,
        request_id: str,
        state: RequestState,
        *,
        actor: str,
        at: datetime,
        copies: Iterable[str] = (),
        release_id: str | None = None,
        joined: Transaction | None = None,
    ) -> ReleaseRequest:
        """Bring a request to `state`. StateError where the table of steps or the rule of two does not allow it."""
        with self._database.writing(joined) as transaction:
            request = _one(transaction.connection, request_id)
            check_request_step(request, state, actor=actor)
            values: dict[str, object] = {"state": state}
            if state in (RequestState.APPROVED, RequestState.REFUSED):
                values |= {"decided_by": actor, "decided_at": _text(at), "copies": json.dumps(sorted(copies))}
            elif state is RequestState.ASKED:
                values |= {"decided_by": None, "decided_at": None, "copies": "[]"}
            if release_id is not None:
                values["release_id"] = release_id
            here = release_requests.c.request_id == request_id
            transaction.connection.execute(update(release_requests).where(here).values(values))
            return _one(transaction.connection, request_id)

    def get(self, request_id: str) -> ReleaseRequest:
        """One request. StateError where there is none."""
        with self._database.reading() as connection:
            return _one(connection, request_id)

    def list(self, *, states: Iterable[RequestState] | None = None) -> tuple[ReleaseRequest, ...]:
        """The requests, the newest first."""
        query = select(release_requests).order_by(release_requests.c.nth.desc())
        if states is not None:
            query = query.where(release_requests.c.state.in_(tuple(states)))
        with self._database.reading() as connection:
            return tuple(map(_request, connection.execute(query).all()))


def _one(connection: Connection, request_id: str) -> ReleaseRequest:
    row = connection.execute(select(release_requests).where(release_requests.c.request_id == request_id)).first()
    if row is None:
        raise StateError("the request was not found", [Fault(place="request", what="there is none of that id")])
    return _request(row)


def _request(row: Row[*tuple[Any, ...]]) -> ReleaseRequest:
    found = ReleaseRequest(
        request_id=row.request_id,
        use=row.use,
        recipient=row.recipient,
        read_all=row.read_all,
        state=RequestState(row.state),
        requested_by=row.requested_by,
        requested_at=datetime.fromisoformat(row.requested_at),
        copies=tuple(json.loads(row.copies)),
        decided_by=row.decided_by,
        release_id=row.release_id,
    )
    return found if row.decided_at is None else replace(found, decided_at=datetime.fromisoformat(row.decided_at))


def _text(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")
