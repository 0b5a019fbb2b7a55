"""What opens an original: a Permit of the consent engine, or a grant to a person who has to look.

The vault cannot judge consent; it makes sure that nobody opens by oversight: exactly these two types open, whatever
else has the same shape (a Denial names its session too).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from pipeline.consent.decision import Permit
from pipeline.errors import StateError


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


Warrant = Permit | OperatorGrant


def check_warrant(permit: object) -> None:
    """StateError where `permit` is no warrant: None, a Denial, whatever else."""
    if not isinstance(permit, Warrant):
        raise StateError("nothing was opened: opening an original takes a permit; decide first")
