"""Who may sign in to the review pages: name, role, the Argon2 hash of the password, and how often it was wrong.

- A name is an id as it may stand in the ledger. There is one row a name, in capitals or not; a disabled account stays,
  so that its name keeps meaning one person.
- Too many wrong passwords lock an account for a while; a right one forgets them.
- Nothing here sees a password.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, insert, select, update

from pipeline.errors import Fault, StateError
from pipeline.reviewing.review import same_person
from pipeline.storage.database import Database, Transaction
from pipeline.storage.tables import users

# Five wrong ones in a row lock for a quarter of an hour: 480 guesses a day at most, where NIST SP 800-63B (3.2.2)
# asks for no more than a hundred in a row, and the event of each lock-out is in the ledger.
MOST_FAILURES = 5
LOCKED_FOR = timedelta(minutes=15)


class Role(StrEnum):
    """What an account is for; `flows/web/access.py` says what each may do."""

    REVIEWER = "reviewer"
    MANAGER = "manager"
    AUDITOR = "auditor"


class UserState(StrEnum):
    """A disabled account cannot sign in, and nothing that it is signed in to goes on."""

    ACTIVE = "active"
    DISABLED = "disabled"


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """One account. originals: may open originals. locked_until: no password is looked at before."""

    name: str
    role: Role
    originals: bool
    state: UserState
    password_hash: str = field(repr=False)
    failures: int = 0
    locked_until: datetime | None = None

    def locked(self, now: datetime) -> bool:
        """Whether it is locked at an instant."""
        return self.locked_until is not None and now < self.locked_until


class Users:
    """The accounts of one workspace."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, user: User, *, at: datetime, joined: Transaction | None = None) -> None:
        """Make an account. StateError where there is one of that name."""
        with self._database.writing(joined) as transaction:
            known = transaction.connection.execute(select(users.c.name)).scalars()
            if any(same_person(name, user.name) for name in known):
                what = "there is one of that name, in capitals or not; names are not given twice, also of disabled ones"
                raise StateError("the account was not made", [Fault(place="user", what=what)])
            row = {
                "name": user.name,
                "role": user.role,
                "originals": user.originals,
                "state": user.state,
                "password_hash": user.password_hash,
                "failures": 0,
                "added_at": _text(at),
            }
            transaction.connection.execute(insert(users).values(row))

    def get(self, name: str) -> User | None:
        """The account of a name, or None."""
        with self._database.reading() as connection:
            row = connection.execute(select(users).where(users.c.name == name)).first()
        return None if row is None else _user(row)

    def list(self) -> tuple[User, ...]:
        """All accounts by name."""
        with self._database.reading() as connection:
            return tuple(map(_user, connection.execute(select(users).order_by(users.c.name)).all()))

    def disable(self, name: str, *, joined: Transaction | None = None) -> None:
        """StateError where there is no active account of that name."""
        self._change(name, {"state": UserState.DISABLED}, joined)

    def set_password(self, name: str, password_hash: str, *, joined: Transaction | None = None) -> None:
        """Put another hash in the place of the old one; wrong passwords so far are forgotten. StateError where there is
        no active account of that name."""
        values = {"password_hash": password_hash, "failures": 0, "locked_until": None}
        self._change(name, values, joined)

    def failed(self, name: str, *, at: datetime, joined: Transaction | None = None) -> bool:
        """Count a wrong password; True where it was one too many and the account is locked now."""
        with self._database.writing(joined) as transaction:
            here = users.c.name == name
            failures = transaction.connection.execute(select(users.c.failures).where(here)).scalar_one() + 1
            locks: bool = failures >= MOST_FAILURES
            values: dict[str, object] = {"failures": 0 if locks else failures}
            if locks:
                values["locked_until"] = _text(at + LOCKED_FOR)
            transaction.connection.execute(update(users).where(here).values(values))
        return locks

    def _change(self, name: str, values: Mapping[str, object], joined: Transaction | None) -> None:
        with self._database.writing(joined) as transaction:
            there = (users.c.name == name) & (users.c.state == UserState.ACTIVE)
            if transaction.connection.execute(update(users).where(there).values(dict(values))).rowcount != 1:
                what = "there is no active account of that name; see `storykeeper user list`"
                raise StateError("nothing was changed", [Fault(place="user", what=what)])

    def succeeded(self, name: str, *, joined: Transaction | None = None) -> None:
        """Forget wrong passwords after a right one."""
        with self._database.writing(joined) as transaction:
            values = {"failures": 0, "locked_until": None}
            transaction.connection.execute(update(users).where(users.c.name == name).values(values))


def _user(row: Row[*tuple[Any, ...]]) -> User:
    return User(
        name=row.name,
        role=Role(row.role),
        originals=row.originals,
        state=UserState(row.state),
        password_hash=row.password_hash,
        failures=row.failures,
        locked_until=None if row.locked_until is None else datetime.fromisoformat(row.locked_until),
    )


def _text(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")
