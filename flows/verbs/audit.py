"""audit: walk the ledger from its first event to its sealed head."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flows.wiring import open_house
from pipeline.storage.ledgercheck import LedgerReport


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What the walk found."""

    report: LedgerReport

    def as_json(self) -> dict[str, Any]:
        """Counts and faults."""
        r = self.report
        return {"events": r.count, "batches": r.batches, "whole": r.verifies, "faults": list(map(str, r.faults))}

    def line(self) -> str:
        """One sentence; the faults are told by the error."""
        r = self.report
        return f"{r.count} events in {r.batches} batches" + (
            ", each in its chain and signed, the head as sealed" if r.verifies else ""
        )


def verify(workspace: Path) -> Told:
    """Walk the ledger of a workspace."""
    with open_house(workspace) as house:
        return Told(report=house.ledger.verify())
