"""Stage 5: the last look before a release is written. Each function gives the reasons that hold it back, or none.

The release asks for the decision once more with the records of that moment; what changed is seen here.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from pipeline.consent.decision import Admission, Denial, Permit
from pipeline.consent.reasons import Reason, ReasonCode

Decision = Permit | Admission | Denial


def deid_rows(session_id: str, open_findings: int) -> Denial | None:
    """A session with an open finding in a kept segment stays in."""
    if open_findings == 0:
        return None
    return Denial(session_id=session_id, stage=5, reasons=(Reason(code=ReasonCode.DEID_NOT_PASSED),))


def notice_rows(texts: Mapping[str, bytes], digests: Mapping[str, str]) -> tuple[Reason, ...]:
    """The texts that must travel, against their SHA-256 (hex): one that is missing or altered stops the batch.

    texts: file name -> bytes as they would be written. digests: file name -> digest; these files have to be there.
    """
    wrong = [name for name, digest in sorted(digests.items()) if _digest(texts.get(name)) != digest]
    return tuple(Reason(code=ReasonCode.PACKAGE_NOTICE_MISSING, detail=name) for name in wrong)


def stale_rows(before: Mapping[str, Decision | str], again: Mapping[str, Decision | str]) -> tuple[Reason, ...]:
    """Decisions by session id, or digests of their outcomes, as they were and as they are now. If any outcome changed,
    nothing is written."""
    changed = [s for s in sorted({*before, *again}) if _outcome(before.get(s)) != _outcome(again.get(s))]
    return tuple(Reason(code=ReasonCode.RELEASE_STALE_DECISION, detail=session) for session in changed)


def _digest(text: bytes | None) -> str | None:
    return None if text is None else hashlib.sha256(text).hexdigest()


def _outcome(decision: Decision | str | None) -> object:
    """What a decision lets out: nothing, the segments kept, or before detection what each person allows."""
    if isinstance(decision, str):
        return decision
    if isinstance(decision, Admission):
        return decision.kept
    if isinstance(decision, Permit):
        return {person: (cell.permitted, cell.categories) for person, cell in decision.cells.items()}
    return None
