"""What was taken back: which consents of a person a revocation ends, and from when.

- A record's own `revoked_on` ends that record; with scope `all` also every consent signed at or before it.
- A record of type revocation ends what it names: `supersedes_id`, and the other versions of its own id. With scope
  `all`, or if it names no consent on file, it ends every consent signed at or before it.
- It counts whatever became of the record that says it, unless that was entered in error. Without a date it counts
  from the beginning. It never ends a refusal.
- A date alone counts from 00:00; a consent signed on that day may have been signed before it, so it ends too.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from pipeline.consent.moments import Moment
from pipeline.consent.records import ConsentRecord, RecordType, RevocationScope


@dataclass(frozen=True, slots=True, kw_only=True)
class Revocation:
    """when: None counts from the beginning and for ever. targets: consent ids, None for all of the person."""

    when: Moment | None
    targets: frozenset[str] | None

    def ends(self, consent_id: str, signed: Moment | None, as_of: datetime) -> bool:
        """Whether it ends a consent of this id signed then (None: nobody wrote it down) at `as_of`."""
        if self.targets is not None and consent_id not in self.targets:
            return False
        if self.when is None:
            return True
        if as_of < self.when.start:
            return False
        return signed is None or signed.start <= self.when.start or signed.start < self.when.end


def revocations(records: Sequence[ConsentRecord], natives: Collection[str]) -> tuple[Revocation, ...]:
    """Every revocation that one person's records state, beyond a record's own `revoked_on`. natives: ids of the
    person's native consents, which can be ended as well."""
    on_file = {r.consent_id for r in records if r.record_type is RecordType.CONSENT} | set(natives)
    found = []
    for r in records:
        if r.record_type is RecordType.REVOCATION:
            named = frozenset(i for i in (r.consent_id, r.supersedes_id) if i is not None) & on_file
            whole = r.revocation_scope is RevocationScope.ALL or not named
            when = r.revoked_on or r.signed_on or r.effective_on
            found.append(Revocation(when=when, targets=None if whole else named))
        elif r.revoked_on is not None and r.revocation_scope is RevocationScope.ALL:
            found.append(Revocation(when=r.revoked_on, targets=None))
    return tuple(found)
