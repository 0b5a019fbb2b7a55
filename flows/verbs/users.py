"""user: the accounts of the review pages. Each change carries its event; a password is hashed and never kept.

- A password has 15 characters at least and 256 at most (NIST SP 800-63B-4, 3.1.1.2: fifteen where it is the only
  factor), and no other rule: length is what counts.
- Argon2id with the parameters of RFC 9106 for machines with little memory (the library's default).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from argon2 import PasswordHasher

from flows.wiring import House, open_house
from pipeline.errors import UsageError
from pipeline.events import EventKind, event, is_actor
from pipeline.reviewing.review import same_person
from pipeline.storage.database import Transaction
from pipeline.storage.users import Role, User, UserState

SHORTEST, LONGEST = 15, 256


@dataclass(frozen=True, slots=True, kw_only=True)
class UserTold:
    """An account for the screen."""

    user: User

    def row(self) -> tuple[str, str, str, str]:
        """Name, role, originals, state."""
        return self.user.name, self.user.role, "may open" if self.user.originals else "", self.user.state

    def as_json(self) -> dict[str, object]:
        """The same for machines."""
        u = self.user
        return {"name": u.name, "role": u.role.value, "originals": u.originals, "state": u.state.value}


def add_user(
    workspace: Path, name: str, *, role: str, originals: bool, password: str, dry_run: bool = False
) -> UserTold:
    """Make an account. UsageError: a name, role or password that cannot be taken; StateError: the name is taken."""
    user = User(
        name=_checked(name),
        role=_role(role, originals=originals),
        originals=originals,
        state=UserState.ACTIVE,
        password_hash=PasswordHasher().hash(check_password(password)),
    )
    now = datetime.now(UTC)
    with open_house(workspace) as house:
        if dry_run:
            if any(same_person(known.name, name) for known in house.users.list()):
                raise UsageError("there is an account of that name")
            return UserTold(user=user)
        with house.database.writing() as transaction:
            house.users.add(user, at=now, joined=transaction)
            told = event(
                EventKind.CONFIG_CHANGED, at=now, actor="operator", setting="user", account=name, state="added"
            )
            house.ledger.append([told], joined=transaction)
    return UserTold(user=user)


def list_users(workspace: Path) -> list[UserTold]:
    """All accounts by name."""
    with open_house(workspace) as house:
        return [UserTold(user=user) for user in house.users.list()]


def disable_user(workspace: Path, name: str, *, dry_run: bool = False) -> None:
    """Disable an account and end what it is signed in to. StateError where there is no active one of that name."""
    with open_house(workspace) as house:
        if dry_run:
            _active(house, name)
            return
        with house.database.writing() as transaction:
            house.users.disable(name, joined=transaction)
            _changed(house, name, "disabled", transaction)


def new_password(workspace: Path, name: str, *, password: str, dry_run: bool = False) -> None:
    """Give an account another password and end what it is signed in to. UsageError, StateError."""
    fresh = PasswordHasher().hash(check_password(password))
    with open_house(workspace) as house:
        if dry_run:
            _active(house, name)
            return
        with house.database.writing() as transaction:
            house.users.set_password(name, fresh, joined=transaction)
            _changed(house, name, "new_password", transaction)


def _changed(house: House, name: str, state: str, transaction: Transaction) -> None:
    house.logins.end_all(name, joined=transaction)
    now = datetime.now(UTC)
    told = event(EventKind.CONFIG_CHANGED, at=now, actor="operator", setting="user", account=name, state=state)
    house.ledger.append([told], joined=transaction)


def check_password(password: str) -> str:
    """The password. UsageError where it is too short or too long."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise UsageError(f"a password has {SHORTEST} to {LONGEST} characters; a few words with blanks between are good")
    return password


def _active(house: House, name: str) -> None:
    user = house.users.get(name)
    if user is None or user.state is not UserState.ACTIVE:
        raise UsageError("there is no active account of that name; see `storykeeper user list`")


def _checked(name: str) -> str:
    if not is_actor(name):
        raise UsageError("a user's name is an id without blanks: up to 64 plain letters, digits and marks")
    return name


def _role(role: str, *, originals: bool) -> Role:
    if role not in tuple(Role):
        raise UsageError(f"`--role` is one of {', '.join(Role)}")
    if originals and role == Role.AUDITOR:
        raise UsageError("an auditor does not open originals; leave out `--originals`")
    return Role(role)
