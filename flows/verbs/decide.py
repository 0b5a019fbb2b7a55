"""decide: answer worked cases, and explain the decision about one session to a person."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pipeline.consent.case import answer_case
from pipeline.errors import Fault, InputError, UsageError


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


def explain_session(workspace: Path, session_id: str, *, use: str, recipient: str, as_of: str | None) -> Explained:
    """Decide one session of a workspace and tell it. UsageError for an unknown session or use."""
    from flows.verbs.asking import Asked, instant, request_of
    from flows.verbs.plan import every_session, rule_of
    from flows.verbs.records import load_records
    from flows.wiring import open_house
    from pipeline.consent.decide import decide
    from pipeline.consent.decision import Permit
    from pipeline.consent.explain import explain
    from pipeline.consent.records import Use

    if use not in tuple(Use):
        raise UsageError("`--use` is `group` or `research`")
    with open_house(workspace) as house:
        records = load_records(house)
        at = instant(house, as_of, datetime.now(UTC))
        asked = Asked(use=use, recipient=recipient, as_of=at.isoformat(), actor="explain")
        policy = house.policy(use)
        session = next((s for s in every_session(house, records) if s.session_id == session_id), None)
    if session is None:
        raise UsageError("no session of that id can be asked for; `storykeeper consent check` tells of bad entries")
    request = request_of(asked, records, policy)
    decision = decide(session, request, records.store, rule=rule_of(policy))
    return Explained(
        session_id=session_id,
        outcome="PERMIT" if isinstance(decision, Permit) else "DENY",
        reasons=tuple(dict.fromkeys(map(str, decision.reasons))),
        lines=tuple(explain(decision, records.store, request)),
    )
