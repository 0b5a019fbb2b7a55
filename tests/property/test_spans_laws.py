"""Laws of resolve(): nothing unmasked, nothing twice, order without effect."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from pipeline.labels import REDACTED_BY_DEFAULT, Label
from pipeline.model import Span
from pipeline.spans import SPECIFIC, resolve


@st.composite
def spans(draw: st.DrawFn) -> Span:
    start = draw(st.integers(0, 60))
    return Span(
        start=start,
        end=start + draw(st.integers(1, 25)),
        label=draw(st.sampled_from(list(Label))),
        score=draw(st.sampled_from([0.1, 0.5, 0.9])),
        source=draw(st.sampled_from(["a", "b"])),
        entity=draw(st.sampled_from([None, "local:1", "person:P-1"])),
    )


def union(found: list[Span] | tuple[Span, ...]) -> set[int]:
    return {i for s in found if s.label in REDACTED_BY_DEFAULT for i in range(s.start, s.end)}


@given(st.lists(spans(), max_size=30))
def test_the_union_of_masked_characters_stays(found: list[Span]) -> None:
    assert union(resolve(found)) == union(found)


@given(st.lists(spans(), max_size=30))
def test_masked_spans_are_disjoint_and_in_order(found: list[Span]) -> None:
    masked = [s for s in resolve(found) if s.label in REDACTED_BY_DEFAULT]
    assert all(a.end <= b.start for a, b in itertools.pairwise(masked))


@given(st.lists(spans(), max_size=15), st.randoms(use_true_random=False))
def test_order_of_input_is_without_effect(found: list[Span], random: object) -> None:
    shuffled = list(found)
    random.shuffle(shuffled)  # type: ignore[attr-defined]  # hypothesis gives a random.Random
    assert resolve(shuffled) == resolve(found)


@given(st.lists(spans(), max_size=15))
def test_settled_spans_stay_settled(found: list[Span]) -> None:
    once = resolve(found)
    assert [(s.start, s.end, s.label) for s in resolve(once)] == [(s.start, s.end, s.label) for s in once]


def told(found: list[Span] | tuple[Span, ...]) -> dict[tuple[Label, str | None], list[Span]]:
    kinds: dict[tuple[Label, str | None], list[Span]] = {}
    for s in found:
        if s.label not in REDACTED_BY_DEFAULT:
            kinds.setdefault((s.label, s.category), []).append(s)
    return kinds


@given(st.lists(spans(), max_size=15))
def test_other_labels_keep_their_characters_and_tell_each_thing_once(found: list[Span]) -> None:
    before, after = told(found), told(resolve(found))
    assert before.keys() == after.keys()
    for kind, said in after.items():
        assert all(a.end <= b.start for a, b in itertools.pairwise(said))
        assert {i for s in said for i in range(s.start, s.end)} == {
            i for s in before[kind] for i in range(s.start, s.end)
        }
        assert max(s.score for s in said) == max(s.score for s in before[kind])


def test_of_equal_length_the_more_specific_label_wins() -> None:
    for more, less in itertools.pairwise(SPECIFIC):
        both = [Span(start=0, end=4, label=x, score=1.0 if x is less else 0.1, source="a") for x in (less, more)]
        assert [s.label for s in resolve(both)] == [more]


def test_the_longer_keeps_its_characters_and_the_rest_keeps_its_label() -> None:
    long = Span(start=0, end=10, label=Label.STREET_ADDRESS, score=0.5, source="a")
    late = Span(start=8, end=14, label=Label.PERSON, score=0.9, source="b")
    assert [(s.start, s.end, s.label) for s in resolve([late, long])] == [
        (0, 10, Label.STREET_ADDRESS),
        (10, 14, Label.PERSON),
    ]


def test_every_label_that_is_masked_has_its_rank() -> None:
    assert set(SPECIFIC) == REDACTED_BY_DEFAULT


def test_neighbours_that_touch_stay_two() -> None:
    two = [Span(start=0, end=3, label=Label.PERSON, score=1, source="a", entity="local:0"),
           Span(start=3, end=6, label=Label.PERSON, score=1, source="a", entity="local:1")]  # fmt: skip
    assert len(resolve(two)) == 2
