"""Which records of one person others have replaced (REC_SUPERSEDED).

- Of the versions of one id the highest alone counts.
- A consent is replaced for good by every record that names it and was once in force, even after that one has ended.
- A refusal is replaced only while what replaced it (the highest version of its id, or a record that names it) has a
  vote of its own; when that is dead the refusal comes back. Nothing signed before the refusal replaces it, nothing
  that it replaces in turn does, and a revocation never does.
- A consent's no to a category is lifted as a refusal is, but by a consent alone. Else its expiry, or a revocation of
  it, would let out what the person kept in.
- What never was in force supersedes nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pipeline.consent.records import ConsentRecord, RecordType


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A record with what stage 2 found. alive: it has a vote by itself; once: it was in force at some time."""

    record: ConsentRecord
    alive: bool
    once: bool


Naming = Mapping[str, Sequence[Judged]]  # consent id -> the records that name it in supersedes_id


def naming_of(judged: Iterable[Judged]) -> Naming:
    """Who names whom. A record that names itself names nobody; a revocation ends, it does not replace."""
    naming: dict[str, list[Judged]] = defaultdict(list)
    for j in judged:
        named = j.record.supersedes_id
        if named is not None and named != j.record.consent_id and j.record.record_type is not RecordType.REVOCATION:
            naming[named].append(j)
    return naming


def replaced(judged: Sequence[Judged]) -> frozenset[tuple[str, int]]:
    """(consent_id, version) of every replaced record of one person. Records entered in error are left out before."""
    highest = {j.record.consent_id: j for j in sorted(judged, key=lambda j: j.record.version)}
    naming = naming_of(judged)
    return frozenset((j.record.consent_id, j.record.version) for j in judged if _is_replaced(j, highest, naming))


def lifted(judged: Sequence[Judged]) -> frozenset[tuple[str, int]]:
    """(consent_id, version) of every record whose no to a category another consent has lifted."""
    highest = {j.record.consent_id: j for j in sorted(judged, key=lambda j: j.record.version)}
    naming = naming_of(judged)
    by = (RecordType.CONSENT,)
    return frozenset((j.record.consent_id, j.record.version) for j in judged if _is_lifted(j, highest, naming, by))


def _is_replaced(j: Judged, highest: Mapping[str, Judged], naming: Naming) -> bool:
    if j.record.record_type is RecordType.REFUSAL:
        return _is_lifted(j, highest, naming, (RecordType.CONSENT, RecordType.REFUSAL))
    namers = naming.get(j.record.consent_id, ())
    return highest[j.record.consent_id] is not j or any(n.once for n in namers)


def _is_lifted(j: Judged, highest: Mapping[str, Judged], naming: Naming, by: tuple[RecordType, ...]) -> bool:
    """Whether a no is lifted: while what lifts it, the latest version of its kind, is alive."""
    top = highest[j.record.consent_id]
    lifts = [n for n in naming.get(j.record.consent_id, ()) if highest[n.record.consent_id] is n]
    lifts = [n for n in lifts if not _before(n, j) and not _replaces(j, n, naming)]
    if top is not j:
        lifts.append(top)
    return any(n.alive and n.record.record_type in by for n in lifts)


def _before(n: Judged, j: Judged) -> bool:
    """Whether `n` was signed before `j`, for certain."""
    first, second = n.record.signed_on, j.record.signed_on
    return first is not None and second is not None and first.start < second.start and first.end <= second.start


def _replaces(j: Judged, n: Judged, naming: Naming) -> bool:
    """Whether `j` names `n`, directly or through others: a ring of names, in which nobody knows who came last."""
    reached, ahead = set[str](), {n.record.consent_id}
    while ahead:
        reached |= ahead
        ahead = {m.record.consent_id for i in ahead for m in naming.get(i, ())} - reached
    return j.record.consent_id in reached
