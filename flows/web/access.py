"""Who may do what on the pages: roles, permissions and the table between them."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from pipeline.storage.users import Role, User


class Permission(StrEnum):
    """What a route asks for."""

    NOBODY = "nobody"  # also before signing in
    LISTS = "lists"  # what waits, what went out: ids and counts
    READ = "read"  # read copies and decide about them
    ORIGINAL = "original"  # open originals: a permission of the account besides its role
    ASK = "ask"  # see what would go, ask for a release
    APPROVE = "approve"  # say yes to the release that somebody else asked for
    FETCH = "fetch"  # download a release
    PEOPLE = "people"  # see a person's consent and what was shared of them
    REPORTS = "reports"  # make the manager's reports, the internal part too
    RECALL = "recall"  # take back what may no longer be out


_ALL = frozenset({Permission.NOBODY, Permission.LISTS})
MAY: Mapping[Role, frozenset[Permission]] = {
    Role.REVIEWER: _ALL | {Permission.READ, Permission.ORIGINAL, Permission.APPROVE},
    Role.MANAGER: frozenset(Permission),
    Role.AUDITOR: _ALL | {Permission.PEOPLE, Permission.REPORTS},
}


def refusal(user: User, permission: Permission) -> str | None:
    """Why a user may not; None where they may. The sentence is the refusal and the tooltip."""
    if permission not in MAY[user.role]:
        roles = " or ".join(f"{role}" for role in Role if permission in MAY[role])
        return f"this is for the role {roles}; yours is {user.role}"
    if permission is Permission.ORIGINAL and not user.originals:
        return "your account may not open originals; `storykeeper user add --originals` makes one that may"
    return None


def may(user: User, permission: Permission) -> bool:
    """Whether there is no refusal."""
    return refusal(user, permission) is None
