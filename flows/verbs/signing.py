"""Signing in to the review pages and out again.

- A wrong name and a wrong password get the same answer after the same work, so that nobody can ask which names exist.
- A locked account gets that answer too, also for the right password; the event of the lock-out tells the program.
- What was typed as a name is never written down: somebody may have typed a password there.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from flows.verbs.users import LONGEST
from flows.wiring import House
from pipeline.events import EventKind, event
from pipeline.storage.users import User, UserState

_NOBODY = "no password is ever compared with this one"


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """Lets people in. nobody: the hash that a password is compared with where there is no account."""

    house: House = field(repr=False)
    nobody: str = field(default_factory=lambda: PasswordHasher().hash(_NOBODY), repr=False)

    def sign_in(self, name: str, password: str, *, at: datetime) -> str | None:
        """The token of a new login, or None."""
        user = self.house.users.get(name[:64])
        known = user is not None and user.state is UserState.ACTIVE
        right = _matches(user.password_hash if user is not None and known else self.nobody, password[:LONGEST])
        if user is None or not known or user.locked(at):
            return None
        if not right:
            self._failed(user, at)
            return None
        with self.house.database.writing() as transaction:
            self.house.users.succeeded(user.name, joined=transaction)
            token = self.house.logins.begin(user.name, at=at, joined=transaction)
            self.house.ledger.append([event(EventKind.SIGNED_IN, at=at, actor=user.name)], joined=transaction)
        return token

    def who(self, token: str, *, at: datetime) -> User | None:
        """Who is signed in with a token; None for nobody, and for an account that was disabled since."""
        name = self.house.logins.who(token, at=at) if token else None
        user = self.house.users.get(name) if name is not None else None
        return user if user is not None and user.state is UserState.ACTIVE else None

    def sign_out(self, token: str) -> None:
        """End the login of a token."""
        self.house.logins.end(token)

    def _failed(self, user: User, at: datetime) -> None:
        with self.house.database.writing() as transaction:
            if self.house.users.failed(user.name, at=at, joined=transaction):
                told = event(EventKind.LOCKED_OUT, at=at, actor=user.name)
                self.house.ledger.append([told], joined=transaction)


def _matches(stored: str, password: str) -> bool:
    try:
        return PasswordHasher().verify(stored, password)
    except (VerificationError, InvalidHashError):
        return False
