"""Random consent stores, sessions and segments for the laws: small domains, so that records collide often.

A record starts clean and takes up to three flaws. Everything of a world is made from one number, which Hypothesis
draws: a hundred draws a record would cost a hundred times what the decision costs. A law that fails prints the number.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from random import Random
from typing import Any

from hypothesis import strategies as st

from pipeline.consent.admit import admit
from pipeline.consent.decide import decide
from pipeline.consent.decision import Admission, Denial
from pipeline.consent.moments import Moment, parse_moment
from pipeline.consent.records import (
    ConsentRecord,
    ConsentStore,
    EventState,
    LegalStatus,
    MinorRule,
    NoteClass,
    PersonStatus,
    RecordStatus,
    RecordType,
    RevocationScope,
    SignerRole,
    Use,
    store_of,
)
from pipeline.consent.request import Approval, ApprovalReview, Recipient, Request
from pipeline.consent.session import GroupMode, GroupRule, Participant, Segment, Session, SessionKind
from pipeline.labels import Category
from pipeline.model import Role

AS_OF = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
PEOPLE = ("P1", "P2", "P3", "P4")
IDS = ("A", "B", "C", "D")


def at(text: str) -> Moment:
    """A moment of the program, whose time is UTC here."""
    moment = parse_moment(text, UTC)
    assert moment is not None
    return moment


DAYS = tuple(map(at, ("2026-01-10", "2026-02-01", "2026-02-01T10:00:00", "2026-04-01", "2026-06-01", "2026-07-01")))
LATER = at("2026-12-31")

_FLAWS: tuple[tuple[str, tuple[Any, ...]], ...] = (
    ("supersedes_id", (*IDS, *IDS)),
    ("version", (2, 3)),
    ("status", (RecordStatus.DRAFT, RecordStatus.INACTIVE, RecordStatus.ENTERED_IN_ERROR)),
    ("purposes", (("group",), ("research",))),
    ("recipients", (("UNIV-A",), ("UNIV-B",), ("class:program",))),
    ("note_classes", ((NoteClass.TRANSCRIPT,), (NoteClass.PEER_NOTE,), (NoteClass.SUD_COUNSELING_NOTE,))),
    ("signed_on", DAYS),
    ("effective_on", DAYS),
    ("expires_on", DAYS),
    ("expiry_event_state", (EventState.OCCURRED, EventState.NOT_OCCURRED)),
    ("expiry_event", ("end of study",)),
    ("revoked_on", DAYS),
    ("revocation_scope", (RevocationScope.ALL, RevocationScope.RECORD)),
    ("data_from", (date(2025, 1, 1), date(2026, 3, 2))),
    ("data_to", (date(2026, 3, 1), date(2026, 2, 1))),
    ("signature_evidence", (None,)),
    ("known_false", (True,)),
    ("unsupported_constraints", ("a condition",)),
    ("signer_roles", ((SignerRole.PARENT_OR_GUARDIAN,), (SignerRole.SELF, SignerRole.PARENT_OR_GUARDIAN))),
    ("categories", tuple(tuple((c, c is not no) for c in Category) for no in Category)),
    ("categories", tuple(tuple((c, True) for c in Category if c is not blank) for blank in Category)),
)
FLAWS = tuple((name, value) for name, values in _FLAWS for value in values)

YES = tuple((c, True) for c in Category)


def clean(record_type: RecordType = RecordType.CONSENT, **changes: Any) -> ConsentRecord:
    """A record without a flaw: a full consent, a refusal of everything, a revocation of what it names."""
    common: dict[str, Any] = {"consent_id": "A", "version": 1, "status": RecordStatus.ACTIVE, "person_id": "P1"}
    consent: dict[str, Any] = {
        "purposes": ("group", "research"),
        "recipients": ("class:research_partner",),
        "may_disclose": "the program",
        "info_description": "notes",
        "categories": YES,
        "signed_on": DAYS[0],
        "expires_on": LATER,
        "signer_roles": (SignerRole.SELF,),
        "signature_evidence": "scan",
        "st_revocation_right": True,
    }
    body = consent if record_type is RecordType.CONSENT else {"signed_on": DAYS[0]}
    return ConsentRecord(record_type=record_type, **{**common, **body, **changes})


_TYPES = (RecordType.CONSENT,) * 8 + (RecordType.REFUSAL, RecordType.REVOCATION)


def record(rng: Random, person: str | None = None, kind: RecordType | None = None) -> ConsentRecord:
    """One record with up to three flaws."""
    record_type = kind or rng.choice(_TYPES)
    made = clean(record_type, consent_id=rng.choice(IDS), person_id=person or rng.choice(PEOPLE))
    flaws = dict(rng.choice(FLAWS) for _ in range(rng.choice((0, 0, 1, 1, 2, 3))))
    return replace(made, **flaws)


_STATUSES = (
    PersonStatus(person_id="", birth_date=date(1980, 5, 5), legal_status=LegalStatus.ADULT),
    PersonStatus(person_id="", adult_attested=True, legal_status=LegalStatus.ADULT),
    PersonStatus(person_id="", birth_date=date(2008, 5, 30), legal_status=LegalStatus.ADULT),
    PersonStatus(person_id="", birth_date=date(2010, 1, 1), minor_rule=MinorRule.MINOR_ALONE),
    PersonStatus(person_id="", legal_status=LegalStatus.MINOR, minor_rule=MinorRule.BOTH),
    PersonStatus(person_id="", legal_status=LegalStatus.CAPACITY_IN_DOUBT),
)


def people(rng: Random) -> tuple[PersonStatus, ...]:
    """Mostly adults."""
    statuses = (*_STATUSES[:2] * 15, *_STATUSES)
    return tuple(replace(rng.choice(statuses), person_id=person) for person in PEOPLE)


def segments(rng: Random, roster: tuple[str, ...]) -> tuple[Segment, ...]:
    """Up to ten turns by people of the roster, a worker, sometimes an unknown voice."""
    out = []
    for n in range(rng.randint(1, 10)):
        category = rng.choice((None, None, None, *Category))
        more = rng.choice((*[None] * 12, *PEOPLE, "P9", "third", "uncertain", "own"))
        out.append(
            Segment(
                segment_id=str(n),
                speaker=rng.choice((*roster * 5, "W1", "W1", "W1", "X9")),
                categories=frozenset([category] if category else []),
                mentions=frozenset([more] if more and more.startswith("P") else []),
                third_party_sensitive=more == "third",
                label_confident=more != "uncertain",
                self_disclosure=more == "own",
                replies_to=rng.choice((None, None, None, str(rng.randint(0, 9)))),
            )
        )
    return tuple(out)


@dataclass(frozen=True, kw_only=True)
class World:
    """Everything one decision takes."""

    records: tuple[ConsentRecord, ...]
    people: tuple[PersonStatus, ...]
    session: Session
    segments: tuple[Segment, ...]
    request: Request
    rule: GroupRule

    @property
    def store(self) -> ConsentStore:
        return store_of(self.records, self.people)

    def decide(self) -> Admission | Denial:
        """The whole decision."""
        decision = decide(self.session, self.request, self.store, rule=self.rule)
        return decision if isinstance(decision, Denial) else admit(decision, self.segments)

    def released(self) -> frozenset[str]:
        """The segments that go out."""
        decision = self.decide()
        return frozenset(decision.kept) if isinstance(decision, Admission) else frozenset()


def request(use: Use = Use.RESEARCH, as_of: datetime = AS_OF) -> Request:
    """A request that stage 0 lets through."""
    approval = Approval(
        review=ApprovalReview.IRB,
        reference="r",
        agreement="a",
        valid_from=date.min,
        valid_to=date.max,
        recipients=("UNIV-A",),
    )
    recipient = Recipient(recipient_id="UNIV-A", classes=("research_partner",))
    return Request(use=use, recipient=recipient, as_of=as_of, approval=approval)


def world(seed: int) -> World:
    """A store of many records over four people, and a session of some of them."""
    rng = Random(seed)
    group = rng.random() < 0.7
    roster = PEOPLE[: rng.randint(2, 4)] if group else PEOPLE[:1]
    base = [clean(consent_id=rng.choice(IDS), person_id=p) for p in roster if rng.random() < 0.95]
    more = [record(rng) for _ in range(rng.choice((0, 1, 2, 3, 4, 6, 10)))]
    worker = Participant(person_id="W1", role=Role.STAFF, self_disclosure_ok=rng.random() < 0.5)
    return World(
        records=(*base, *more),
        people=people(rng),
        session=Session(
            session_id="S1",
            kind=SessionKind.GROUP if group else SessionKind.INDIVIDUAL,
            session_date=date(2026, 3, 1),
            note_class=NoteClass.TRANSCRIPT if rng.random() < 0.95 else NoteClass.SUD_COUNSELING_NOTE,
            roster=(*(Participant(person_id=p) for p in roster), worker),
            roster_complete=True,
        ),
        segments=segments(rng, roster),
        request=request(rng.choice(tuple(Use))),
        rule=GroupRule(
            mode=GroupMode.SEGMENT if rng.random() < 0.8 else GroupMode.STRICT,
            min_speakers=rng.choice((0, 0, 1, 1, 2, 3)),
            min_residue=rng.choice((0.0, 0.0, 0.0, 0.5)),
        ),
    )


SEEDS = st.integers(0, 2**63)
worlds = st.builds(world, SEEDS)


def records(person: str | None = None, kind: RecordType | None = None) -> st.SearchStrategy[ConsentRecord]:
    """One record for a law to add."""
    return SEEDS.map(lambda seed: record(Random(seed), person, kind))
