"""Native consents in the decision: they vote in stage 3 beside the rows, and rows can end or replace them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date
from typing import Any

import pytest

from pipeline.consent.cells import cell
from pipeline.consent.decide import decide
from pipeline.consent.decision import Permit
from pipeline.consent.moments import Moment, parse_moment
from pipeline.consent.reasons import ReasonCode
from pipeline.consent.records import Atom, NoteClass, PersonStatus, RecordType, RevocationScope, Use, Vote, store_of
from pipeline.consent.session import Participant, Session, SessionKind
from pipeline.consent.standing import standing
from pipeline.labels import Category
from pipeline.model import Role
from tests.property.consent_made import AS_OF, at, clean, request

ATOM = Atom(
    person_id="P1",
    use=Use.RESEARCH,
    recipient_id="UNIV-A",
    recipient_classes=("research_partner",),
    as_of=AS_OF,
    session_date=date(2026, 3, 1),
    note_class=NoteClass.TRANSCRIPT,
)
ADULTS = (PersonStatus(person_id="P1", birth_date=date(1980, 5, 5)),)


@dataclass(frozen=True, kw_only=True)
class Tree:
    """A native consent with a fixed answer for each category (None: ordinary matter)."""

    says: Mapping[Category | None, Vote]
    consent_id: str = "F"
    version: int = 1
    person_id: str = "P1"
    content_hash: str = "0" * 64
    signed_on: Moment | None = field(default_factory=lambda: parse_moment("2026-01-10", UTC))

    def votes(self, atom: Atom) -> Vote:
        return self.says.get(atom.category, Vote.NONE)


@dataclass(frozen=True, kw_only=True)
class Listener(Tree):
    """Says yes to exactly one question."""

    asked: Atom = ATOM

    def votes(self, atom: Atom) -> Vote:
        return Vote.PERMIT if atom == self.asked else Vote.NONE


YES = Tree(says=dict.fromkeys((None, *Category), Vote.PERMIT))
NO = Tree(says=dict.fromkeys((None, *Category), Vote.DENY))


def decided(*natives: Tree, records: tuple[Any, ...] = ()) -> Any:
    return cell(standing("P1", store_of(records, ADULTS, natives=natives), AS_OF), ATOM)


def codes(answer: Any) -> set[ReasonCode]:
    return {r.code for r in answer.reasons}


def test_a_native_is_asked_the_whole_question() -> None:
    people = (Participant(person_id="P1"), Participant(person_id="W1", role=Role.STAFF))
    session = Session(
        session_id="S",
        kind=SessionKind.INDIVIDUAL,
        session_date=ATOM.session_date,
        note_class=ATOM.note_class,
        roster=people,
    )
    store = store_of((), ADULTS, natives=[Listener(says={})])

    assert isinstance(decide(session, request(), store), Permit)


def test_a_native_yes_permits_what_it_says_yes_to() -> None:
    answer = decided(Tree(says={None: Vote.PERMIT, Category.LEGAL: Vote.PERMIT}))

    assert answer.permitted
    assert answer.categories == {Category.LEGAL}
    assert [str(r) for r in answer.reasons] == ["CONSENT_PERMIT:F+1"]
    assert [r.consent_id for r in answer.records] == ["F"]


def test_a_native_no_wins_over_a_row_and_both_are_named() -> None:
    answer = decided(NO, records=(clean(),))

    assert not answer.permitted
    assert codes(answer) == {ReasonCode.CONSENT_REFUSED, ReasonCode.CONFLICT_DENY_OVERRIDES}
    assert {r.consent_id for r in answer.records} == {"A", "F"}


def test_a_refusal_in_rows_wins_over_a_native_yes() -> None:
    assert not decided(YES, records=(clean(RecordType.REFUSAL),)).permitted


def test_a_native_no_to_a_category_wins_over_a_rows_yes() -> None:
    answer = decided(Tree(says={None: Vote.NONE, Category.TRAUMA: Vote.DENY}), records=(clean(),))

    assert answer.permitted
    assert answer.categories == frozenset(Category) - {Category.TRAUMA}
    assert [c for c, _ in answer.category_reasons] == [Category.TRAUMA]
    assert [str(r) for r in answer.refusals_of(Category.TRAUMA)] == [
        "CATEGORY_REFUSED:trauma",
        "CONFLICT_DENY_OVERRIDES",
    ]


def test_a_rows_no_to_a_category_wins_over_a_native_yes() -> None:
    no_legal = clean(categories=tuple((c, c is not Category.LEGAL) for c in Category))

    assert decided(YES, records=(no_legal,)).categories == frozenset(Category) - {Category.LEGAL}


def test_a_native_that_says_nothing_is_no_consent_that_applies() -> None:
    assert codes(decided(Tree(says={}))) == {ReasonCode.NO_APPLICABLE_CONSENT}


@pytest.mark.parametrize(
    ("revoked_on", "permitted"), [("2026-02-01", False), ("2026-01-09", True), ("2026-06-02", True)]
)
def test_a_revocation_of_everything_ends_a_native_yes(revoked_on: str, permitted: bool) -> None:
    all_of_it = clean(revoked_on=at(revoked_on), revocation_scope=RevocationScope.ALL, purposes=("group",))

    assert decided(YES, records=(all_of_it,)).permitted is permitted


def test_a_revocation_that_names_it_ends_a_native_yes_but_never_a_no() -> None:
    named = clean(RecordType.REVOCATION, consent_id="X", supersedes_id="F", revoked_on=at("2026-02-01"))

    assert not decided(YES, records=(named,)).permitted
    assert codes(decided(NO, records=(named,))) >= {ReasonCode.CONSENT_REFUSED}


def test_a_consent_that_names_it_replaces_a_native() -> None:
    narrow = clean(supersedes_id="F", purposes=("group",))
    wide = clean(supersedes_id="F")

    assert not decided(YES, records=(narrow,)).permitted
    assert decided(NO, records=(wide,)).permitted
    assert not decided(
        NO, records=(clean(supersedes_id="F", expires_on=at("2026-02-01")), clean(consent_id="B"))
    ).permitted


def test_the_highest_version_of_a_native_alone_counts() -> None:
    newer = Tree(says=NO.says, version=2)
    older = Tree(says=YES.says, version=1)

    assert not decided(newer, older).permitted
    assert decided(Tree(says=YES.says, version=2), NO).permitted


def test_a_newer_row_of_the_same_id_takes_a_natives_yes_but_not_its_no() -> None:
    group_only = clean(consent_id="F", version=2, purposes=("group",))
    full = clean(consent_id="F", version=2)

    assert not decided(YES, records=(group_only,)).permitted
    assert not decided(NO, records=(full,)).permitted


def test_a_row_of_another_id_or_a_lower_version_leaves_a_native_alone() -> None:
    elsewhere = clean(consent_id="B", version=3, purposes=("group",))
    newer = Tree(says=YES.says, version=2)

    assert decided(YES, records=(elsewhere,)).permitted
    assert decided(newer, records=(clean(consent_id="F", purposes=("group",)),)).permitted


def test_a_native_and_a_row_of_the_same_version_stop_the_person() -> None:
    assert codes(decided(YES, records=(clean(consent_id="F"),))) == {ReasonCode.REC_DUPLICATE_VERSION}


def test_a_native_of_somebody_else_says_nothing() -> None:
    assert codes(decided(Tree(says=YES.says, person_id="P2"))) == {ReasonCode.NO_CONSENT_ON_FILE}
