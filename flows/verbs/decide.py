"""decide: answer worked cases, and explain the decision about one session to a person."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.consent.case import answer_case
from pipeline.errors import Fault, InputError


def answer_cases(path: Path) -> Iterator[dict[str, Any]]:
    """The answer of each case in a file that holds one case or a list of them. Raises InputError, ConsentError."""
    try:
        found = json.loads(path.read_bytes())
    except OSError as error:
        what = f"cannot be opened ({type(error).__name__}); check name and permission"
    except (ValueError, RecursionError):
        what = "is not valid JSON in UTF-8; mend it"
    else:
        return map(answer_case, found if isinstance(found, list) else [found])
    raise InputError("the cases cannot be read", [Fault(place=path.name, what=what)])


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """One decision told to a person: lines to read, and the same for machines."""

    session_id: str
    outcome: str
    reasons: tuple[str, ...]
    lines: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """Outcome, reason codes and sentences."""
        return {
            "session": self.session_id,
            "outcome": self.outcome,
            "reasons": list(self.reasons),
            "told": list(self.lines),
        }
