"""Rows to FHIR to rows keep every row and every decision; a tree never says more than the row it was made from."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date
from random import Random
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from pipeline.consent.cells import Cell, cell
from pipeline.consent.decide import decide
from pipeline.consent.decision import Denial
from pipeline.consent.fhir import evaluate
from pipeline.consent.fhir_export import canonical, to_bundle, to_fhir
from pipeline.consent.fhir_native import FhirConsent
from pipeline.consent.fhir_parse import Parsing, read_tree
from pipeline.consent.fhir_refs import References
from pipeline.consent.fhir_rows import cells_of, consents_csv
from pipeline.consent.read_consents import read_consents
from pipeline.consent.read_fhir import read_fhir
from pipeline.consent.records import (
    Atom,
    ConsentRecord,
    ConsentStore,
    LegalStatus,
    NoteClass,
    PersonStatus,
    RecordType,
    RevocationScope,
    Use,
    store_of,
)
from pipeline.consent.rows import record_from_row
from pipeline.consent.standing import standing
from tests.property.consent_made import AS_OF, LATER, SEEDS, World, clean, records, worlds

RELEASES = st.sampled_from(("R4", "R5"))


def is_row(record: ConsentRecord) -> bool:
    """Whether the table would take it: random records may state a scope of revocation without a date."""
    return record_from_row(cells_of(record), "row", None, zone=UTC, audited=False) == record


@given(st.lists(records(), max_size=6).map(lambda rs: [r for r in rs if is_row(r)]), RELEASES)
def test_rows_to_fhir_to_rows_are_the_same_rows(rows: list[ConsentRecord], release: str) -> None:
    assume(rows)
    found = read_fhir(to_bundle(rows, release=release), zone=UTC)

    assert not found.faults
    assert found.records == tuple(rows)


@given(st.lists(records(), max_size=6).map(lambda rs: [r for r in rs if is_row(r)]))
def test_rows_to_csv_to_rows_are_the_same_rows(rows: list[ConsentRecord]) -> None:
    audited = [replace(r, recorded_by="W1", recorded_at=LATER) for r in rows]
    found = read_consents(consents_csv(audited), zone=UTC)

    assert not found.faults
    assert found.records == tuple(audited)


@given(worlds, RELEASES)
def test_rows_to_fhir_keep_every_decision(world: World, release: str) -> None:
    world = replace(world, records=tuple(r for r in world.records if is_row(r)))
    assume(world.records)
    found = read_fhir(to_bundle(world.records, release=release), zone=UTC, people=world.people)
    before = decide(world.session, world.request, world.store, rule=world.rule)
    again = decide(world.session, world.request, store_of(found.records, world.people), rule=world.rule)

    assert type(again) is type(before)
    assert again.reasons == before.reasons
    if not isinstance(before, Denial) and not isinstance(again, Denial):
        assert again.cells == before.cells


ADULT = PersonStatus(person_id="P1", birth_date=date(1980, 5, 5), legal_status=LegalStatus.ADULT)


def voter(record: ConsentRecord, release: str) -> FhirConsent:
    """The record as a native consent, whatever the reader would make of it."""
    resource = to_fhir(record, release)
    parsing = Parsing(zone=UTC, resolve=References().recipient)
    tree = read_tree(resource, parsing)
    assert not parsing.faults
    return FhirConsent(
        record=record,
        tree=tree,
        active=resource["status"] == "active",
        dated=parsing.stamp(resource, "dateTime" if release == "R4" else "date"),
        ours=True,
        source=canonical(resource),
        zone=UTC,
        status=ADULT,
    )


def answer(store: ConsentStore, atom: Atom) -> Cell:
    return cell(standing("P1", store, AS_OF), atom)


ATOMS = st.builds(
    Atom,
    person_id=st.just("P1"),
    use=st.sampled_from(Use),
    recipient_id=st.sampled_from(("UNIV-A", "UNIV-B")),
    recipient_classes=st.sampled_from(((), ("research_partner",), ("program",))),
    as_of=st.just(AS_OF),
    session_date=st.sampled_from((date(2026, 3, 1), date(2026, 2, 1), date(2025, 6, 1))),
    note_class=st.sampled_from(NoteClass),
)


@given(records(person="P1"), ATOMS, RELEASES)
def test_a_tree_votes_as_its_row_or_says_no(record: ConsentRecord, atom: Atom, release: str) -> None:
    """Beside a clean consent and alone. What a tree cannot say of a row, it leaves unsaid on the side of no."""
    assume(is_row(record) and record.supersedes_id is None and record.record_type is not RecordType.REVOCATION)
    assume(record.revocation_scope is not RevocationScope.ALL)
    others = [replace(clean(), consent_id="Z"), replace(clean(), consent_id="Y", note_classes=(NoteClass.TRANSCRIPT,))]
    native = voter(record, release)
    said = release == "R4" and not record.note_classes and record.unsupported_constraints is None
    same = said and record.signed_on is not None and record.revoked_on is None
    for beside in ([], others):
        row = answer(store_of([*beside, record], [ADULT]), atom)
        tree = answer(store_of(beside, [ADULT], natives=[native]), atom)
        assert tree.permitted <= row.permitted
        assert tree.categories <= row.categories
        if same:
            assert (tree.permitted, tree.categories) == (row.permitted, row.categories)


PURPOSES = ("HRESCH", "CLINTRCH", "DSRCH", "HPRGRP", "HOPERAT", "TREAT", "UNHEARD-OF")
LABELS = ("SUD", "ETH", "OPIOIDUD", "PSY", "MH", "BH", "SDV", "SELFHARM", "LEGAL", "HIV", "R")


_ATTRIBUTES: dict[str, tuple[Any, ...]] = {
    "purpose": tuple([p] for p in PURPOSES),
    "securityLabel": tuple([label] for label in LABELS),
    "actor": (["UNIV-A"], ["UNIV-B"], ["class:program"], ["UNIV-B", "UNIV-A"]),
    "action": (["use"], ["correct"], ["sell"], ["correct", "disclose"]),
    "period": ({"end": "2026-06-01"}, {"end": "2026-05-31"}, {"start": "2026-01-01"}),
    "dataPeriod": ({"end": "2026-03-01"}, {"start": "2026-03-02"}, {"start": "2026"}),
    "code": (["x"],),
}


def attributes(rng: Random) -> dict[str, Any]:
    """Up to two conditions."""
    names = rng.sample(sorted(_ATTRIBUTES), rng.choice((0, 1, 1, 2)))
    return {name: rng.choice(_ATTRIBUTES[name]) for name in names}


def tree(rng: Random, depth: int = 3) -> dict[str, Any]:
    """A typed R4 tree, often alternating, some three levels deep."""
    rule = {"type": rng.choice(("permit", "deny")), **attributes(rng)}
    nested = [tree(rng, depth - 1) for _ in range(rng.choice((0, 1, 1, 2)))] if depth else []
    return {**rule, "provision": nested} if nested else rule


def trees(rng: Random) -> list[dict[str, Any]]:
    return [tree(rng) for _ in range(rng.choice((1, 1, 2)))]


def question(rng: Random) -> dict[str, Any]:
    """One atom."""
    return {
        "as_of": "2026-06-01T12:00:00",
        "session_date": rng.choice(("2026-03-01", "2026-03-01", None)),
        "actors": rng.choice((["UNIV-A"], ["UNIV-A", "class:program"], [])),
        "purpose": rng.choice(PURPOSES[:6]),
        "label": rng.choice((None, None, None, *LABELS)),
    }


RNG = SEEDS.map(Random)


def consent(tree: dict[str, Any]) -> dict[str, Any]:
    return {"status": "active", "dateTime": "2026-01-10", "provision": tree}


def permits(trees: list[dict[str, Any]], question: dict[str, Any]) -> bool:
    return evaluate([consent(t) for t in trees], question)[0] == "PERMIT"


def places(tree: dict[str, Any]) -> list[tuple[int, ...]]:
    """Every rule of a tree by its path."""
    below = enumerate(tree.get("provision", []))
    return [(), *((n, *path) for n, child in below for path in places(child))]


def changed(tree: dict[str, Any], path: tuple[int, ...], change: Any) -> dict[str, Any]:
    if not path:
        return {**tree, **change(tree)}
    nested = list(tree["provision"])
    nested[path[0]] = changed(nested[path[0]], path[1:], change)
    return {**tree, "provision": nested}


def turned(tree: dict[str, Any]) -> dict[str, Any]:
    """The same tree with all siblings in the other order."""
    nested = [turned(child) for child in reversed(tree.get("provision", []))]
    return {**tree, "provision": nested} if nested else tree


@given(RNG)
def test_the_order_of_siblings_and_consents_is_irrelevant(rng: Random) -> None:
    several, asked = trees(rng), question(rng)
    assert permits([turned(t) for t in reversed(several)], asked) == permits(several, asked)


@given(RNG)
def test_adding_a_refusal_never_widens(rng: Random) -> None:
    several, asked = trees(rng), question(rng)
    assert permits([*several, {**tree(rng, 0), "type": "deny"}], asked) <= permits(several, asked)


@given(RNG)
def test_an_element_that_is_not_understood_never_widens(rng: Random) -> None:
    one, asked = tree(rng), question(rng)
    element = rng.choice(("expression", "class", "modifierExtension"))
    stranger = changed(one, rng.choice(places(one)), lambda _: {element: ["x"]})
    assert permits([stranger], asked) <= permits([one], asked)


@given(RNG)
def test_a_further_exception_to_a_permit_never_widens(rng: Random) -> None:
    one, asked = tree(rng), question(rng)

    def more(rule: dict[str, Any]) -> dict[str, Any]:
        wanted = {"type": "deny", **attributes(rng)}
        return {"provision": [*rule.get("provision", []), wanted]} if rule["type"] == "permit" else {}

    assert permits([changed(one, rng.choice(places(one)), more)], asked) <= permits([one], asked)


@given(RNG)
def test_without_purpose_or_base_or_date_nothing_is_permitted(rng: Random) -> None:
    one, asked = tree(rng), question(rng)
    untyped = {key: value for key, value in one.items() if key != "type"}
    assert not permits([one], {**asked, "purpose": None})
    assert not permits([untyped], asked)
    assert evaluate([{"status": "active", "provision": one}], asked)[0] == "DENY"


def test_the_random_trees_have_something_to_lose() -> None:
    """A law over trees that never permit would prove nothing."""
    asked = [(tree(Random(n)), question(Random(-n))) for n in range(500)]
    assert sum(permits([t], q) for t, q in asked) > 25
