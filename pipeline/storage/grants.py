"""What opens an original: a Permit of the consent engine, or a grant to a person who has to look.

The vault cannot judge consent; it makes sure that nobody opens by oversight. A `Warrant` names the session that it is
for, and a Denial is refused by name of its type even where it has the same shape.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, runtime_checkable

from pipeline.errors import StateError


@runtime_checkable
class Warrant(Protocol):
    """A decided right to open an original: `pipeline.consent`'s Permit and `OperatorGrant` fit."""

    @property
    def session_id(self) -> str:
        """The session that may be opened."""
        ...


class GrantPurpose(StrEnum):
    """Why a person or a verb without a Permit may open an original. The caller writes a `looked` event first."""

    DETECT = "detect"  # detection over what will be released by nobody
    INDEX = "index"  # the key columns of a table are read, to decide about its rows
    REVIEW = "review"  # a reviewer compares a copy with its original
    RESEAL = "reseal"  # a group session is sealed again without the turns of a person who was shredded
    VERIFY = "verify"  # a sealing is checked before the inbox copy is removed; the bytes go nowhere


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorGrant:
    """A right to open one session's original. actor: who; both are ids."""

    session_id: str
    actor: str
    purpose: GrantPurpose

    def __post_init__(self) -> None:
        if not self.session_id or not self.actor:
            raise ValueError("a grant names its session and its actor")


def check_warrant(permit: object) -> Warrant:
    """`permit` if it opens anything. StateError for None, a Denial, and whatever else is no warrant."""
    if not isinstance(permit, Warrant) or type(permit).__name__ == "Denial" or not permit.session_id:
        raise StateError("nothing was opened: opening an original takes a permit; decide first")
    return permit
