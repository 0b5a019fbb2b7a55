"""Laws of marks, of offsets between browser and program, and of gold documents in the making."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.gold import with_marks, without, write_gold
from pipeline.labels import Label
from pipeline.measure import Gold, read_gold
from pipeline.model import Span
from pipeline.policy import Policy, shipped
from pipeline.reviewing.marks import Mark, Marks, Verdict, for_gate, for_masking
from pipeline.reviewing.utf16 import points_of, shown, units_of
from pipeline.rules import Action

LABELS = st.sampled_from(list(Label))
POLICIES = st.sampled_from(["group", "research-safe-harbor", "strict"]).map(shipped)
places = st.tuples(st.integers(0, 60), st.integers(1, 12)).map(lambda p: (p[0], p[0] + p[1]))
spans = st.lists(
    st.builds(
        lambda place, label: Span(start=place[0], end=place[1], label=label, score=0.9, source="x"), places, LABELS
    ),
    max_size=8,
)
decisions = st.lists(
    st.tuples(places, st.sampled_from(list(Verdict)), LABELS, st.sampled_from(["ruth", "tomas"])), max_size=8
)


def made(decided: list[tuple[tuple[int, int], Verdict, Label, str]]) -> Marks:
    marks = Marks(text_digest="d", source_id="s")
    for (start, end), verdict, label, by in decided:
        one = Mark(start=start, end=end, verdict=verdict, label=label, by=by, at="", version=0, batch=0)
        marks = marks.with_batch([one])
    return marks


def masked(found: tuple[Span, ...], policy: Policy) -> set[int]:
    return {n for s in found if policy.action_for(s) is not Action.KEEP for n in range(s.start, s.end)}


@given(spans, decisions, POLICIES)
def test_the_gate_never_sees_less_than_detection_said(
    found: list[Span], decided: list[tuple[tuple[int, int], Verdict, Label, str]], policy: Policy
) -> None:
    assert set(found) <= set(for_gate(found, made(decided)))


@given(spans, decisions, POLICIES)
def test_a_policy_that_lets_nobody_unmask_masks_all_that_detection_said(
    found: list[Span], decided: list[tuple[tuple[int, int], Verdict, Label, str]], policy: Policy
) -> None:
    assert masked(tuple(found), policy) <= masked(for_masking(found, made(decided), policy), policy)


@given(spans, decisions, POLICIES)
def test_what_a_reviewer_added_is_masked(
    found: list[Span], decided: list[tuple[tuple[int, int], Verdict, Label, str]], policy: Policy
) -> None:
    marks = made(decided)
    added = {m.place for m in marks.standing().values() if m.verdict is Verdict.ADD}
    assert added <= {(s.start, s.end) for s in for_masking(found, marks, policy)}


@given(decisions, st.sampled_from(["ruth", "tomas"]))
def test_undoing_takes_back_ones_own_last_decision_alone(
    decided: list[tuple[tuple[int, int], Verdict, Label, str]], by: str
) -> None:
    marks = made(decided)
    gone = marks.undoable(by)
    after = marks.undo(by)
    assert all(m.by == by for m in gone)
    assert {m for m in after.made if not m.undone} == {m for m in marks.made if not m.undone} - set(gone)
    assert (after.version > marks.version) == bool(gone)
    assert after.touched_since([m.place for m in gone], marks.version) == bool(gone)


@given(decisions, POLICIES)
def test_only_what_changes_a_copy_has_an_effect(
    decided: list[tuple[tuple[int, int], Verdict, Label, str]], policy: Policy
) -> None:
    marks = made(decided)
    changing = [m for m in marks.standing().values() if m.verdict in (Verdict.ADD, Verdict.RELABEL)]
    assert bool(marks.effect(policy)) == bool(changing)


@given(st.text(), st.integers(0, 200))
def test_an_offset_of_the_browser_is_the_same_place_here(text: str, at: int) -> None:
    at = min(at, len(text))
    units = units_of(text, at)
    assert units == len(text[:at].encode("utf-16-le", "surrogatepass")) // 2
    assert points_of(text, units) == at
    assert len(shown(text)) == len(text)
    assert units_of(shown(text), at) == units


@given(st.text(max_size=30))
def test_an_offset_outside_its_text_is_refused(text: str) -> None:
    beyond = units_of(text, len(text)) + 1
    with pytest.raises(ValueError, match="behind the end"):
        points_of(text, beyond)
    with pytest.raises(ValueError, match="backwards"):
        points_of(text, -1)


@given(
    st.text(st.characters(exclude_characters="⟦⟧|", exclude_categories=["Cs"]), max_size=80),
    st.lists(places, max_size=5),
    LABELS,
)
def test_a_gold_document_is_read_as_it_was_written(text: str, wanted: list[tuple[int, int]], label: Label) -> None:
    gold = Gold(text=text, marks=())
    for place in wanted:
        try:
            gold = with_marks(gold, [place], label)
        except ValueError:
            continue
    assert read_gold(write_gold(gold)) == gold
    assert without(gold, gold.marks) == Gold(text=text, marks=())
