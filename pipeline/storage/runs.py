"""Runs of a verb over a batch, and the releases: what makes a rerun change nothing, and a cut-off one finish.

- A run is known by a fingerprint of all that it depends on (sources, policy, detector, records). A finished run of the
  same fingerprint need not be made again.
- A release is entered as `begun` before its package is published and as `complete` after. After a kill, `unfinished`
  tells which: where the package stands it is completed, else it is dropped.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, delete, func, insert, select, update

from pipeline.errors import Fault, StateError
from pipeline.storage.database import Database, Transaction
from pipeline.storage.tables import releases, runs

_ASKED_AT_ONCE = 500  # values of one query: SQLite takes 32,766, older ones 999


class RunState(StrEnum):
    """A run that was killed stays `begun`."""

    BEGUN = "begun"
    DONE = "done"
    FAILED = "failed"
    UNDONE = "undone"  # what it did was taken back: it may be done again


class ReleaseState(StrEnum):
    """Where a release stands. recalled: out, and asked back; replaced: another one took its place."""

    BEGUN = "begun"
    COMPLETE = "complete"
    RECALLED = "recalled"
    REPLACED = "replaced"


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One run. counts: what came of it."""

    run_id: str
    verb: str
    fingerprint: str
    state: RunState
    started_at: datetime
    ended_at: datetime | None
    counts: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """One release. series: what its codes are drawn for; fingerprint: all that it depends on. people: what it tells of
    the people in it, by role and in total (a count, or that it is hidden)."""

    release_id: str
    series: str
    use: str
    recipient: str
    fingerprint: str
    manifest_digest: str
    state: ReleaseState
    at: datetime
    replaced_by: str | None
    people: Mapping[str, int | str] = field(default_factory=dict)


class Runs:
    """The runs of one workspace."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def begin(self, verb: str, fingerprint: str, *, at: datetime, joined: Transaction | None = None) -> str:
        """Enter a run; returns its id (32 hex digits)."""
        with self._database.writing(joined) as transaction:
            nth = transaction.connection.execute(select(func.coalesce(func.max(runs.c.nth), 0) + 1)).scalar_one()
            row = {
                "run_id": secrets.token_hex(16),
                "verb": verb,
                "fingerprint": fingerprint,
                "state": RunState.BEGUN,
                "started_at": _text(at),
                "counts": "{}",
                "nth": nth,
            }
            transaction.connection.execute(insert(runs).values(row))
        return str(row["run_id"])

    def end(
        self,
        run_id: str,
        state: RunState,
        *,
        at: datetime,
        counts: Mapping[str, int],
        joined: Transaction | None = None,
    ) -> None:
        """Say what came of a run. StateError where there is no such run under way."""
        values = {"state": state, "ended_at": _text(at), "counts": json.dumps(dict(counts), sort_keys=True)}
        under_way = (runs.c.run_id == run_id) & (runs.c.state == RunState.BEGUN)
        with self._database.writing(joined) as transaction:
            if transaction.connection.execute(update(runs).where(under_way).values(values)).rowcount != 1:
                raise StateError("the run is not under way", [Fault(place=f"run `{run_id[:32]}`", what="run again")])

    def undo(self, verb: str, fingerprint: str, *, joined: Transaction | None = None) -> None:
        """Say that what finished runs of this fingerprint did was taken back."""
        finished = (runs.c.verb == verb) & (runs.c.fingerprint == fingerprint) & (runs.c.state == RunState.DONE)
        with self._database.writing(joined) as transaction:
            transaction.connection.execute(update(runs).where(finished).values(state=RunState.UNDONE))

    def done(self, verb: str, fingerprint: str) -> Run | None:
        """The newest finished run of this fingerprint, or None."""
        query = select(runs).where(
            runs.c.verb == verb, runs.c.fingerprint == fingerprint, runs.c.state == RunState.DONE
        )
        with self._database.reading() as connection:
            row = connection.execute(query.order_by(runs.c.nth.desc())).first()
        return None if row is None else _run(row)

    def all_done(self, verb: str, fingerprints: Sequence[str]) -> dict[str, Run]:
        """The newest finished run of each of these fingerprints that has one."""
        found: dict[str, Run] = {}
        finished = (runs.c.verb == verb) & (runs.c.state == RunState.DONE)
        with self._database.reading() as connection:
            for at in range(0, len(fingerprints), _ASKED_AT_ONCE):
                these = runs.c.fingerprint.in_(fingerprints[at : at + _ASKED_AT_ONCE])
                for row in connection.execute(select(runs).where(finished, these).order_by(runs.c.nth)):
                    found[row.fingerprint] = _run(row)
        return found

    def list(self) -> tuple[Run, ...]:
        """All runs in order."""
        with self._database.reading() as connection:
            return tuple(map(_run, connection.execute(select(runs).order_by(runs.c.nth)).all()))


class Releases:
    """The releases of one workspace."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def begin(self, release: Release, *, joined: Transaction | None = None) -> None:
        """Enter a release before its package is published; its state becomes `begun` whatever is given."""
        row = {
            "release_id": release.release_id,
            "series": release.series,
            "use": release.use,
            "recipient": release.recipient,
            "fingerprint": release.fingerprint,
            "manifest_digest": release.manifest_digest,
            "state": ReleaseState.BEGUN,
            "at": _text(release.at),
            "people": json.dumps(dict(release.people), sort_keys=True),
        }
        with self._database.writing(joined) as transaction:
            nth = transaction.connection.execute(select(func.coalesce(func.max(releases.c.nth), 0) + 1)).scalar_one()
            transaction.connection.execute(insert(releases).values(**row, nth=nth))

    def complete(self, release_id: str, *, manifest_digest: str, joined: Transaction | None = None) -> None:
        """Say that the package stands. StateError where it was not begun."""
        self._move(release_id, ReleaseState.BEGUN, ReleaseState.COMPLETE, joined, manifest_digest=manifest_digest)

    def drop(self, release_id: str, *, joined: Transaction | None = None) -> None:
        """Forget a release that was begun and has no package."""
        begun = (releases.c.release_id == release_id) & (releases.c.state == ReleaseState.BEGUN)
        with self._database.writing(joined) as transaction:
            transaction.connection.execute(delete(releases).where(begun))

    def recall(self, release_id: str, *, replaced_by: str | None = None, joined: Transaction | None = None) -> None:
        """Say that a complete release was asked back or replaced. StateError where it is not complete."""
        state = ReleaseState.RECALLED if replaced_by is None else ReleaseState.REPLACED
        self._move(release_id, ReleaseState.COMPLETE, state, joined, replaced_by=replaced_by)

    def unfinished(self) -> tuple[Release, ...]:
        """Releases that were begun and neither completed nor dropped: under way, or of a killed run."""
        return tuple(release for release in self.list() if release.state is ReleaseState.BEGUN)

    def show(self, release_id: str) -> Release:
        """One release. StateError where there is none of that id."""
        with self._database.reading() as connection:
            row = connection.execute(select(releases).where(releases.c.release_id == release_id)).first()
        if row is None:
            what = "there is no such release; see the folder `releases`"
            raise StateError("the release was not found", [Fault(place="release", what=what)])
        return _release(row)

    def find(self, fingerprint: str) -> Release | None:
        """The newest complete release of this fingerprint, or None."""
        found = [r for r in self.list() if r.fingerprint == fingerprint and r.state is ReleaseState.COMPLETE]
        return found[-1] if found else None

    def list(self) -> tuple[Release, ...]:
        """All releases in order."""
        with self._database.reading() as connection:
            return tuple(map(_release, connection.execute(select(releases).order_by(releases.c.nth)).all()))

    def _move(
        self, release_id: str, old: ReleaseState, new: ReleaseState, joined: Transaction | None, **values: str | None
    ) -> None:
        there = (releases.c.release_id == release_id) & (releases.c.state == old)
        with self._database.writing(joined) as transaction:
            moved = transaction.connection.execute(update(releases).where(there).values(state=new, **values)).rowcount
            if moved != 1:
                what = f"it is not `{old}`, so it cannot become `{new}`"
                raise StateError("the release was not changed", [Fault(place=f"release `{release_id}`", what=what)])


def _run(row: Row[*tuple[Any, ...]]) -> Run:
    return Run(
        run_id=row.run_id,
        verb=row.verb,
        fingerprint=row.fingerprint,
        state=RunState(row.state),
        started_at=datetime.fromisoformat(row.started_at),
        ended_at=None if row.ended_at is None else datetime.fromisoformat(row.ended_at),
        counts=tuple(sorted(json.loads(row.counts).items())),
    )


def _release(row: Row[*tuple[Any, ...]]) -> Release:
    return Release(
        release_id=row.release_id,
        series=row.series,
        use=row.use,
        recipient=row.recipient,
        fingerprint=row.fingerprint,
        manifest_digest=row.manifest_digest,
        state=ReleaseState(row.state),
        at=datetime.fromisoformat(row.at),
        replaced_by=row.replaced_by,
        people=json.loads(row.people or "{}"),
    )


def _text(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")
