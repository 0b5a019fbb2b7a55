"""The laws of consent, over random stores of many records (docs/consent.md, "The laws")."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from pipeline.consent.decide import decide
from pipeline.consent.moments import parse_moment
from pipeline.consent.reasons import ReasonCode
from pipeline.consent.records import ConsentRecord, RecordStatus, RecordType, RevocationScope
from pipeline.consent.session import GroupMode
from pipeline.consent.standing import Memo
from pipeline.labels import Category
from tests.property.consent_made import AS_OF, DAYS, SEEDS, World, records, worlds
from tests.property.consent_made import world as made_from

# The stores a law is tried on: 1,000 on every change, 100,000 at night; the mutation check asks for a few by number.
_USUAL = 100_000 if os.environ.get("STORYKEEPER_PROFILE") == "nightly" else 1_000
STORES = settings(
    max_examples=int(os.environ.get("STORYKEEPER_STORES", _USUAL)),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)


@STORES
@given(worlds, SEEDS)
def test_the_order_of_records_people_and_roster_is_irrelevant(world: World, seed: int) -> None:
    shuffled = Random(seed).sample
    again = replace(
        world,
        records=tuple(shuffled(world.records, len(world.records))),
        people=tuple(reversed(world.people)),
    )

    assert again.decide() == world.decide()
    roster = tuple(shuffled(world.session.roster, len(world.session.roster)))
    assert replace(world, session=replace(world.session, roster=roster)).released() == world.released()


@STORES
@given(worlds, records(kind=RecordType.REFUSAL))
def test_adding_a_refusal_never_widens(world: World, refusal: ConsentRecord) -> None:
    mine = [r for r in world.records if r.person_id == refusal.person_id and r.record_type is RecordType.REFUSAL]
    # A refusal that itself retires another refusal, by its name or as its next version, says so; it may be narrower.
    assume(not {refusal.consent_id, refusal.supersedes_id} & {r.consent_id for r in mine})

    assert replace(world, records=(*world.records, refusal)).released() <= world.released()


@STORES
@given(worlds, records(kind=RecordType.REVOCATION))
def test_adding_a_revocation_record_never_widens(world: World, revocation: ConsentRecord) -> None:
    assert replace(world, records=(*world.records, revocation)).released() <= world.released()


@STORES
@given(worlds, st.data())
def test_revoking_a_consent_never_widens(world: World, data: st.DataObject) -> None:
    n = data.draw(st.integers(0, 20))
    consents = [r for r in world.records if r.revoked_on is None and r.status is not RecordStatus.ENTERED_IN_ERROR]
    assume(consents)
    chosen = consents[n % len(consents)]
    scope = data.draw(st.sampled_from((None, *RevocationScope)))
    revoked = replace(chosen, revoked_on=data.draw(st.sampled_from(DAYS)), revocation_scope=scope)
    assume(chosen.record_type is not RecordType.REVOCATION)

    assert _with(world, chosen, revoked).released() <= world.released()


@STORES
@given(worlds, st.data())
def test_passing_an_expiry_never_widens(world: World, data: st.DataObject) -> None:
    n = data.draw(st.integers(0, 20))
    begun = [
        r
        for r in world.records
        if r.record_type is RecordType.CONSENT and r.signed_on and max(_starts(r)) <= AS_OF - timedelta(days=1)
    ]
    assume(begun)
    chosen = begun[n % len(begun)]
    day = max(_starts(chosen)).date()
    expired = replace(chosen, expires_on=parse_moment(day.isoformat(), UTC))
    assume(chosen.expires_on is None or expired.expires_on.end <= chosen.expires_on.end)

    assert _with(world, chosen, expired).released() <= world.released()


@STORES
@given(worlds, st.data())
def test_turning_a_category_from_yes_to_no_never_widens(world: World, data: st.DataObject) -> None:
    n, category = data.draw(st.integers(0, 20)), data.draw(st.sampled_from(Category))
    consents = [r for r in world.records if r.record_type is RecordType.CONSENT and (category, True) in r.categories]
    assume(consents)
    chosen = consents[n % len(consents)]
    no = replace(chosen, categories=tuple((c, mark and c is not category) for c, mark in chosen.categories))

    assert _with(world, chosen, no).released() <= world.released()


@STORES
@given(worlds, st.data())
def test_adding_a_label_never_widens(world: World, data: st.DataObject) -> None:
    n = data.draw(st.integers(0, len(world.segments) - 1))
    chosen = world.segments[n]
    more = data.draw(
        st.sampled_from(
            (
                {"categories": chosen.categories | {data.draw(st.sampled_from((*Category, "unheard of")))}},
                {"label_confident": False},
                {"third_party_sensitive": True},
                {"self_disclosure": True},
                {"mentions": chosen.mentions | {"P3"}},
            )
        )
    )
    labelled = (*world.segments[:n], replace(chosen, **more), *world.segments[n + 1 :])

    assert replace(world, segments=labelled).released() <= world.released()


@STORES
@given(worlds)
def test_without_a_record_nothing_is_released(world: World) -> None:
    asked = world.session.members
    without = replace(world, records=tuple(r for r in world.records if r.person_id not in asked))

    decision = without.decide()

    assert without.released() == frozenset()
    assert ReasonCode.NO_CONSENT_ON_FILE in {r.code for r in decision.reasons}


@STORES
@given(worlds)
def test_without_a_record_of_a_speaker_no_word_of_theirs_is_released(world: World) -> None:
    silent = world.session.members[-1]
    without = replace(world, records=tuple(r for r in world.records if r.person_id != silent))
    theirs = {s.segment_id for s in world.segments if s.speaker == silent or silent in s.mentions}

    assert not without.released() & theirs


@STORES
@given(worlds)
def test_strict_output_is_a_subset_of_segment_output(world: World) -> None:
    strict = replace(world, rule=replace(world.rule, mode=GroupMode.STRICT))
    segment = replace(world, rule=replace(world.rule, mode=GroupMode.SEGMENT))

    assert strict.released() <= segment.released()


@STORES
@given(worlds, records(person="P8"))
def test_another_persons_record_changes_nothing(world: World, other: ConsentRecord) -> None:
    assert replace(world, records=(*world.records, other)).decide() == world.decide()


@STORES
@given(worlds)
def test_the_same_as_of_replays_to_the_same_decision(world: World) -> None:
    store = world.store
    memo = Memo(store, AS_OF)
    first = decide(world.session, world.request, store, rule=world.rule, memo=memo)

    assert decide(world.session, world.request, store, rule=world.rule, memo=memo) == first
    assert decide(world.session, world.request, world.store, rule=world.rule) == first


@STORES
@given(worlds)
def test_what_permits_is_a_live_consent_of_the_person(world: World) -> None:
    decision = decide(world.session, world.request, world.store, rule=world.rule)
    by_hash = {r.content_hash: r for r in world.records}
    permits = [r for r in decision.reasons if r.code is ReasonCode.CONSENT_PERMIT]

    for reason in permits:
        assert reason.record is not None
        record = by_hash[reason.record.content_hash]
        assert record.person_id == reason.person_id
        assert record.record_type is RecordType.CONSENT
        assert record.status is RecordStatus.ACTIVE
        assert world.request.use in record.purposes
        assert all(start <= AS_OF for start in _starts(record))
        assert record.revoked_on is None or record.revoked_on.start > AS_OF
        assert record.expires_on is None or record.expires_on.end > AS_OF


def test_the_random_worlds_release_something_and_withhold_something() -> None:
    seen = {"released": 0, "nothing": 0, "part": 0}

    for seed in range(1_000):
        made = made_from(seed)
        kept = made.released()
        seen["part" if 0 < len(kept) < len(made.segments) else "released" if kept else "nothing"] += 1

    assert min(seen.values()) >= 100, seen


def _with(world: World, old: ConsentRecord, new: ConsentRecord) -> World:
    return replace(world, records=tuple(new if r is old else r for r in world.records))


def _starts(record: ConsentRecord) -> list[datetime]:
    return [m.start for m in (record.signed_on, record.effective_on) if m is not None]
