"""Windows over a document's tokens: every token once, whole lines where they fit."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from recognizers.model.tokens import WINDOW, windows


def of(lengths: list[int]) -> list[tuple[int, int, int, int]]:
    return list(windows(np.repeat(np.arange(len(lengths)), lengths)))


@given(st.lists(st.integers(1, 400), max_size=30))
def test_each_token_is_kept_once_inside_a_window_that_fits(lengths: list[int]) -> None:
    found = of(lengths)
    assert [i for _, _, first, last in found for i in range(first, last)] == list(range(sum(lengths)))
    assert all(start <= first < last <= end <= start + WINDOW for start, end, first, last in found)


def test_short_lines_are_not_cut() -> None:
    assert of([60] * 5) == [(0, 120, 0, 120), (120, 240, 120, 240), (240, 300, 240, 300)]


def test_a_long_line_is_read_in_overlapping_windows() -> None:
    assert of([400]) == [(0, 150, 0, 130), (110, 260, 130, 240), (220, 370, 240, 350), (330, 400, 350, 400)]
