"""The values that the consent engine decides on: records, the standing of people, and the store that holds them.

- A ConsentRecord is one version of one consent, refusal or revocation by one person, column by column as in
  docs/consent.md. It may be incomplete: what is missing is judged by the engine, not here. `rows.record_from_row`
  makes one from a row of text and refuses what it cannot understand.
- A ConsentStore holds everything that is known at once, and also what could not be read: an unreadable source or a row
  that belongs to nobody stops every decision, a bad row stops the sessions of its person.
- A FHIR Consent stays native: it is a Voter, asked per atom (person, use, recipient, note class, date, category).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from datetime import UTC, date, datetime, tzinfo
from enum import StrEnum
from itertools import pairwise
from types import MappingProxyType
from typing import Protocol

from pipeline.consent.moments import Moment
from pipeline.errors import Fault
from pipeline.labels import Category


class Use(StrEnum):
    """What somebody wants the sessions for. Uses never imply each other."""

    GROUP = "group"
    RESEARCH = "research"


ALL = "all"  # purposes of a refusal only

RECIPIENT_CLASSES = ("class:program", "class:research_partner")


class RecordType(StrEnum):
    CONSENT = "consent"
    REFUSAL = "refusal"
    REVOCATION = "revocation"


class RecordStatus(StrEnum):
    ACTIVE = "active"
    DRAFT = "draft"
    INACTIVE = "inactive"
    PROPOSED = "proposed"
    ENTERED_IN_ERROR = "entered_in_error"


class NoteClass(StrEnum):
    PEER_NOTE = "peer_note"
    TRANSCRIPT = "transcript"
    GROUP_SUMMARY = "group_summary"
    SUD_COUNSELING_NOTE = "sud_counseling_note"
    PSYCHOTHERAPY_NOTE = "psychotherapy_note"


ORDINARY_NOTES = frozenset({NoteClass.PEER_NOTE, NoteClass.TRANSCRIPT, NoteClass.GROUP_SUMMARY})


class SignerRole(StrEnum):
    SELF = "self"
    PARENT_OR_GUARDIAN = "parent_or_guardian"
    PERSONAL_REPRESENTATIVE = "personal_representative"


class EventState(StrEnum):
    NOT_OCCURRED = "not_occurred"
    OCCURRED = "occurred"


class RevocationScope(StrEnum):
    RECORD = "record"
    ALL = "all"


class LegalStatus(StrEnum):
    ADULT = "adult"
    MINOR = "minor"
    LACKS_CAPACITY = "lacks_capacity"
    CAPACITY_IN_DOUBT = "capacity_in_doubt"
    DECEASED = "deceased"


class MinorRule(StrEnum):
    """Who signs for a minor under the law that applies (42 CFR 2.14 leaves it to the state)."""

    MINOR_ALONE = "minor_alone"
    BOTH = "both"


class Vote(StrEnum):
    """What one record says to one atom."""

    PERMIT = "permit"
    DENY = "deny"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentRecord:
    """One row of the consent table. None is a blank cell; a tuple keeps the order of the row; True is `yes`."""

    consent_id: str
    version: int
    record_type: RecordType
    status: RecordStatus
    person_id: str
    supersedes_id: str | None = None
    purposes: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()
    may_disclose: str | None = field(default=None, repr=False)
    info_description: str | None = field(default=None, repr=False)
    note_classes: tuple[NoteClass, ...] = ()
    categories: tuple[tuple[Category, bool], ...] = ()  # the boxes that were filled in, in the order of Category
    data_from: date | None = None
    data_to: date | None = None
    signed_on: Moment | None = None
    effective_on: Moment | None = None
    expires_on: Moment | None = None
    expiry_event: str | None = field(default=None, repr=False)
    expiry_event_state: EventState | None = None
    revoked_on: Moment | None = None
    revocation_scope: RevocationScope | None = None
    signer_roles: tuple[SignerRole, ...] = ()
    authority_document: str | None = field(default=None, repr=False)
    signature_evidence: str | None = field(default=None, repr=False)
    st_revocation_right: bool | None = None
    st_redisclosure: bool | None = None
    st_refusal_consequences: bool | None = None
    st_not_conditioned: bool | None = None
    recall_promised: bool | None = None
    known_false: bool | None = None
    unsupported_constraints: str | None = field(default=None, repr=False)
    recorded_by: str | None = field(default=None, repr=False)
    recorded_at: Moment | None = None

    @property
    def content_hash(self) -> str:
        """SHA-256 (hex) over every column, so that a decision names exactly the words that decided it."""
        cells = [_plain(getattr(self, name)) for name in _NAMES]
        return hashlib.sha256(json.dumps(cells).encode()).hexdigest()


_NAMES = tuple(f.name for f in fields(ConsentRecord))


def _plain(value: object) -> object:
    return value.text if isinstance(value, Moment) else value.isoformat() if isinstance(value, date) else value


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonStatus:
    """What decides who signs for a person. Blank means unknown, and unknown never permits."""

    person_id: str
    birth_date: date | None = None
    adult_attested: bool = False
    legal_status: LegalStatus | None = None
    minor_rule: MinorRule | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Atom:
    """The smallest question: may this person's matter of this category go to this recipient for this use?

    `as_of` has an offset. `category` None asks for ordinary matter. `session_date` is None where nobody wrote it down.
    """

    person_id: str
    use: Use
    recipient_id: str
    recipient_classes: tuple[str, ...]
    as_of: datetime
    session_date: date | None
    note_class: NoteClass | None
    category: Category | None = None


class Voter(Protocol):
    """A consent that cannot be written as rows and answers for itself. Reading its attributes has no effect."""

    @property
    def consent_id(self) -> str: ...
    @property
    def version(self) -> int: ...
    @property
    def person_id(self) -> str: ...
    @property
    def content_hash(self) -> str: ...
    @property
    def signed_on(self) -> Moment | None: ...  # a revocation of everything ends what was signed up to it
    def votes(self, atom: Atom) -> Vote: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentStore:
    """All records of a program at one instant, by person, and everything that could not be read.

    zone: the program's time zone. unreadable: sources that could not be read at all. unattributable: rows of nobody;
    both stop every decision. invalid: bad rows tied to a person, by person id; they stop this person's sessions.
    """

    records: Mapping[str, tuple[ConsentRecord, ...]] = field(default_factory=dict, repr=False)
    people: Mapping[str, PersonStatus] = field(default_factory=dict, repr=False)
    natives: Mapping[str, tuple[Voter, ...]] = field(default_factory=dict, repr=False)
    zone: tzinfo = UTC
    unreadable: tuple[Fault, ...] = ()
    unattributable: tuple[Fault, ...] = ()
    invalid: Mapping[str, tuple[Fault, ...]] = field(default_factory=dict, repr=False)


def store_of(
    records: Iterable[ConsentRecord],
    people: Iterable[PersonStatus] = (),
    *,
    natives: Iterable[Voter] = (),
    zone: tzinfo = UTC,
    unreadable: Iterable[Fault] = (),
    unattributable: Iterable[Fault] = (),
    invalid: Mapping[str, tuple[Fault, ...]] | None = None,
) -> ConsentStore:
    """A store of these records. Whatever order they come in, the same records make the same decisions."""
    rows: dict[str, list[ConsentRecord]] = {}
    for record in records:
        rows.setdefault(record.person_id, []).append(record)
    voters: dict[str, list[Voter]] = {}
    for voter in natives:
        voters.setdefault(voter.person_id, []).append(voter)
    return ConsentStore(
        records=MappingProxyType({person: _sorted(r) for person, r in rows.items()}),
        people=MappingProxyType({p.person_id: p for p in people}),
        natives=MappingProxyType({p: tuple(sorted(v, key=_voter_order)) for p, v in voters.items()}),
        zone=zone,
        unreadable=tuple(unreadable),
        unattributable=tuple(unattributable),
        invalid=MappingProxyType(dict(invalid or {})),
    )


def _sorted(records: list[ConsentRecord]) -> tuple[ConsentRecord, ...]:
    """By id and version; the same version twice by content, so that not even its reasons depend on the order."""
    found = sorted(records, key=_order)
    twice = any(_order(a) == _order(b) for a, b in pairwise(found))
    return tuple(sorted(records, key=lambda r: (*_order(r), r.content_hash)) if twice else found)


def _order(record: ConsentRecord) -> tuple[str, int]:
    return (record.consent_id, record.version)


def _voter_order(voter: Voter) -> tuple[str, int]:
    return (voter.consent_id, voter.version)
