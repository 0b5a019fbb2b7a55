"""Laws of what a release may count and show: k-anonymity of documents.csv, small cells, and both across releases."""

from __future__ import annotations

from collections import defaultdict
from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from pipeline.consent.small_cells import HIDDEN, SMALLEST, TOTAL, is_small, shown_parts
from pipeline.risk import SUPPRESSED, Record, coarser, protect, window

WHENS = st.one_of(
    st.sampled_from(["", "2024", "2025", "2026", "2019"]),
    st.dates().map(str),
    st.integers(-40, 800).map("day {}".format),
)
ROWS = st.lists(
    st.tuples(
        st.tuples(WHENS, st.sampled_from(["transcript", "peer_note"]), st.sampled_from(["individual", "group"])),
        st.frozensets(st.sampled_from([f"P-{n}" for n in range(12)]), min_size=1, max_size=4),
    ),
    max_size=30,
)
KS = st.integers(1, 12)
PARTS = st.dictionaries(st.sampled_from(["client", "staff", "guest", "other"]), st.integers(0, 40))


def records(rows: list[tuple[tuple[str, str, str], frozenset[str]]]) -> list[Record]:
    return [Record(key=f"D{n}", values=values, members=members) for n, (values, members) in enumerate(rows)]


@given(ROWS, KS)
def test_every_group_has_k_members_or_is_suppressed(rows, k):
    made = records(rows)
    protected = protect(made, k)
    groups = defaultdict(set)
    for record in made:
        groups[protected.values[record.key]] |= record.members
    everyone = set().union(*(r.members for r in made)) if made else set()
    for values, members in groups.items():
        assert len(members) >= k or set(values) == {SUPPRESSED}
        # what is suppressed whole hides among k people too, unless there are fewer in all
        assert len(members) >= min(k, len(everyone))
    assert (protected.reached is None) == (bool(made) and all(set(v) == {SUPPRESSED} for v in groups))


@given(ROWS, KS)
def test_a_value_is_kept_made_coarser_or_suppressed_and_counted(rows, k):
    made = records(rows)
    protected = protect(made, k)
    changed = []
    for record in made:
        for old, new in zip(record.values, protected.values[record.key], strict=True):
            steps = [old]
            while steps[-1] != SUPPRESSED:
                steps.append(coarser(steps[-1]))
            assert new in steps
            changed += [new] if new != old else []
    assert protected.suppressed == changed.count(SUPPRESSED)
    assert protected.generalised == len(changed) - protected.suppressed


@given(ROWS, KS, st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(rows, k, shuffle):
    made = records(rows)
    mixed = made[:]
    shuffle.shuffle(mixed)
    assert protect(mixed, k) == protect(made, k)


@given(ROWS, KS)
def test_the_window_tells_no_date_that_no_row_shows(rows, k):
    shown = [v[0] for v in protect(records(rows), k).values.values()]
    told = window(shown)
    told = told.removesuffix(", and others that are suppressed").removeprefix("from ")
    dates = {v for v in shown if v and v != SUPPRESSED}
    assert told in dates | {f"{a} to {b}" for a in dates for b in dates} | ({"not told"} - dates)


@given(ROWS)
def test_one_is_no_demand(rows):
    made = records(rows)
    assert protect(made, 1).values == {r.key: r.values for r in made}


def derived(told: dict[str, int | str], names: frozenset[str]) -> int | None:
    """What a reader can compute of the sum of some parts: all of them shown, or the total less all others."""
    hidden = {n for n in told if told[n] == HIDDEN and n != TOTAL}
    if not names & hidden:
        return sum(told.get(n, 0) for n in names)
    if hidden <= names and told[TOTAL] != HIDDEN:
        return told[TOTAL] - sum(told[n] for n in told if n != TOTAL and n not in names)
    return None


@given(PARTS)
def test_no_small_count_is_shown_or_comes_out_of_the_total(parts):
    told = shown_parts(parts)
    hidden = [n for n in parts if told[n] == HIDDEN]
    assert all(told[n] == HIDDEN for n, count in parts.items() if is_small(count))
    assert all(told[n] == parts[n] for n in parts if told[n] != HIDDEN)
    rest = derived(told, frozenset(hidden)) if hidden else None
    if rest is not None:
        assert len(hidden) > 1
        assert rest > len(hidden) * SMALLEST  # more than one way to share it out


@given(PARTS, PARTS, PARTS)
def test_two_releases_together_tell_no_small_difference(first, second, third):
    told = [shown_parts(first)]
    told.append(shown_parts(second, told))
    told.append(shown_parts(third, told))
    names = sorted(set(first) | set(second) | set(third))
    sets = [frozenset(c) for size in range(1, len(names) + 1) for c in combinations(names, size)]
    for before, now in combinations(told, 2):
        both = [s for s in sets if derived(before, s) is not None and derived(now, s) is not None]
        for names_of in both:
            if not any(smaller < names_of for smaller in both):
                assert not is_small(derived(now, names_of) - derived(before, names_of))
    for now in told:  # and each is safe by itself
        hidden = [n for n in now if n != TOTAL and now[n] == HIDDEN]
        assert len(hidden) != 1 or now[TOTAL] == HIDDEN


def test_a_part_that_is_gone_can_be_hidden_too():
    before = shown_parts({"a": 4, "b": 5, "client": 30})
    assert before["a"] == before["b"] == HIDDEN
    after = shown_parts({"client": 30}, [before])  # a and b told as nought would tell that they were nine
    assert {after["a"], after["b"]} == {HIDDEN}


def test_a_replacement_without_one_person_tells_no_count_that_moved():
    before = shown_parts({"client": 14, "staff": 12})
    assert before == {"client": 14, "staff": 12, "total": 26}
    after = shown_parts({"client": 13, "staff": 12}, [before])
    assert set(after.values()) == {HIDDEN}
