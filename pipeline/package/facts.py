"""What is true of one release, as its texts and descriptions tell it: no person, no refusal, no word of a document."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from pipeline.package.columns import QUASI_IDENTIFIERS
from pipeline.risk import Protected
from pipeline.rules import Policy

TITLE = "De-identified peer-support records"


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """A release. as_of: the instant decided for, ISO 8601. documents, turns, words: counts of files, rows and words,
    which count no people. replaces: id of the release whose place it takes."""

    release_id: str
    use: str
    recipient: str
    as_of: str
    policy: Policy
    contact: str
    documents: int
    turns: int
    words: int
    risk: Protected
    replaces: str | None = None

    @property
    def day(self) -> str:
        """The day it was decided for."""
        return self.as_of[:10]

    @property
    def stable_id(self) -> str:
        """The same for the same release id, for ever: a UUID of version 5 (RFC 9562) as a URN."""
        return uuid.uuid5(uuid.NAMESPACE_URL, f"storykeeper:release:{self.release_id}").urn

    @property
    def citation(self) -> str:
        """The line to cite it by. It names no program: that would tell where its people are."""
        return f"{TITLE}, release {self.release_id} ({self.day}) [data set]. {self.stable_id}"

    def risk_told(self) -> Mapping[str, object]:
        """What the manifest says of k-anonymity; no count of people in it is under what the policy asks."""
        return {
            "table": "documents.csv",
            "quasi_identifiers": list(QUASI_IDENTIFIERS),
            "k_of_the_policy": self.risk.k,
            "k_reached": self.risk.reached if self.risk.reached is not None else "every quasi-identifier suppressed",
            "cells_generalised": self.risk.generalised,
            "cells_suppressed": self.risk.suppressed,
        }
