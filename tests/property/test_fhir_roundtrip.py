"""Rows to FHIR to rows keep every row and every decision; a tree never says more than the row it was made from."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date
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
from tests.property.consent_made import AS_OF, LATER, World, clean, records, worlds

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
    plain = release == "R4" and not record.note_classes and record.unsupported_constraints is None
    dated = record.signed_on is not None and record.signed_on.start <= record.signed_on.end
    for beside in ([], others):
        row = answer(store_of([*beside, record], [ADULT]), atom)
        tree = answer(store_of(beside, [ADULT], natives=[native]), atom)
        assert tree.permitted <= row.permitted
        assert tree.categories <= row.categories
        if plain and dated:
            assert (tree.permitted, tree.categories) == (row.permitted, row.categories)


PURPOSES = ("HRESCH", "CLINTRCH", "DSRCH", "HPRGRP", "HOPERAT", "TREAT", "UNHEARD-OF")
LABELS = ("SUD", "ETH", "OPIOIDUD", "PSY", "MH", "BH", "SDV", "SELFHARM", "LEGAL", "HIV", "R")


def _some(values: tuple[str, ...]) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(values), min_size=1, max_size=2)


ATTRIBUTES = st.fixed_dictionaries(
    {},
    optional={
        "purpose": _some(PURPOSES),
        "securityLabel": _some(LABELS),
        "actor": _some(("UNIV-A", "UNIV-B", "class:program")),
        "action": _some(("use", "correct", "sell")),
        "period": st.sampled_from(({"end": "2026-06-01"}, {"end": "2026-05-31"}, {"start": "2026-01-01"})),
        "dataPeriod": st.sampled_from(({"end": "2026-03-01"}, {"start": "2026-03-02"}, {"start": "2026"})),
        "code": st.just(["x"]),
    },
)
TYPED = st.tuples(st.sampled_from(("permit", "deny")), ATTRIBUTES).map(lambda pair: {"type": pair[0], **pair[1]})


def _nested(rules: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    return st.tuples(TYPED, st.lists(rules, min_size=1, max_size=3)).map(lambda p: {**p[0], "provision": p[1]})


TREES = st.recursive(TYPED, _nested, max_leaves=8)
QUESTIONS = st.fixed_dictionaries(
    {
        "as_of": st.just("2026-06-01T12:00:00"),
        "session_date": st.sampled_from(("2026-03-01", None)),
        "actors": st.sampled_from((["UNIV-A"], ["UNIV-A", "class:program"], [])),
        "purpose": st.sampled_from(PURPOSES[:6]),
        "label": st.sampled_from((None, *LABELS)),
    }
)


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


@given(st.lists(TREES, min_size=1, max_size=3), QUESTIONS)
def test_the_order_of_siblings_and_consents_is_irrelevant(
    trees: list[dict[str, Any]], question: dict[str, Any]
) -> None:
    assert permits([turned(t) for t in reversed(trees)], question) == permits(trees, question)


@given(st.lists(TREES, min_size=1, max_size=3), TYPED, QUESTIONS)
def test_adding_a_refusal_never_widens(
    trees: list[dict[str, Any]], refusal: dict[str, Any], question: dict[str, Any]
) -> None:
    assert permits([*trees, {**refusal, "type": "deny"}], question) <= permits(trees, question)


@given(TREES, QUESTIONS, st.data())
def test_an_element_that_is_not_understood_never_widens(
    tree: dict[str, Any], question: dict[str, Any], data: st.DataObject
) -> None:
    path = data.draw(st.sampled_from(places(tree)))
    element = data.draw(st.sampled_from(("expression", "class", "modifierExtension")))
    stranger = changed(tree, path, lambda _: {element: ["x"]})
    assert permits([stranger], question) <= permits([tree], question)


@given(TREES, QUESTIONS, ATTRIBUTES, st.data())
def test_a_further_exception_to_a_permit_never_widens(
    tree: dict[str, Any], question: dict[str, Any], attributes: dict[str, Any], data: st.DataObject
) -> None:
    path = data.draw(st.sampled_from(places(tree)))

    def more(rule: dict[str, Any]) -> dict[str, Any]:
        wanted = {"type": "deny", **attributes}
        return {"provision": [*rule.get("provision", []), wanted]} if rule["type"] == "permit" else {}

    assert permits([changed(tree, path, more)], question) <= permits([tree], question)


@given(TREES, QUESTIONS)
def test_without_purpose_or_base_or_date_nothing_is_permitted(tree: dict[str, Any], question: dict[str, Any]) -> None:
    untyped = {key: value for key, value in tree.items() if key != "type"}
    assert not permits([tree], {**question, "purpose": None})
    assert not permits([untyped], question)
    assert evaluate([{"status": "active", "provision": tree}], question)[0] == "DENY"
