"""What verify found of a package: a line a check, with its faults."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from pipeline.errors import Fault


class Signature(StrEnum):
    """What is known of the signer."""

    VALID = "valid"
    INVALID = "invalid"
    MISSING = "missing"
    NOT_AUTHENTICATED = "signer not authenticated"


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing that was looked at. what: what holds where there is no fault. skipped: it could not be looked at."""

    what: str
    faults: tuple[Fault, ...] = ()
    skipped: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What was found. files, size: of all that is there; size in bytes. release_id, identity (its stable id), use,
    recipient, as_of: as the manifest says, empty where it cannot be read."""

    checks: tuple[Check, ...]
    signature: Signature
    files: int
    size: int
    release_id: str = ""
    identity: str = ""
    use: str = ""
    recipient: str = ""
    as_of: str = ""

    @property
    def faults(self) -> tuple[Fault, ...]:
        """Every fault once."""
        return tuple(dict.fromkeys(fault for check in self.checks for fault in check.faults))

    @property
    def whole(self) -> bool:
        """Nothing is missing, altered or added. It does not say who made it."""
        return not self.faults

    @property
    def proven(self) -> bool:
        """Whole, and signed by the holder of the key that was given."""
        return self.whole and self.signature is Signature.VALID
