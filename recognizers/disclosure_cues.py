"""Weighing cues: whether a length of time or a date is meant as one of abstinence.

- A cue is a pattern and where it is looked for, relative to the candidate: `right` and `left` touch it, `self` is its
  own text, `before` and `after` reach far to one side, `near` to both, `line` a little to both.
- The weights of the cues present are added to the bias; the logistic function makes a score of 0..1 of the sum.
- Weights come from a ridge-penalised logistic regression (penalty 1) over the candidates of the training corpus
  (sample_data/gold/train), rounded to one decimal; none was set on `dev`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

CHEAP = ("right", "self", "left", "line", "before", "after", "near")  # in order of cost
REACH = {"left": 60, "before": 140, "after": 140, "near": 140, "line": 45}


@dataclass(frozen=True, slots=True)
class Cue:
    """`where`: right, left, self, before, after, near or line. `weight`: added where the pattern is found."""

    where: str
    pattern: re.Pattern[str] = field(repr=False)
    weight: float

    def present(self, text: str, start: int, end: int) -> bool:
        """Whether the cue is there for the candidate [start, end)."""
        where, pattern = self.where, self.pattern
        if where == "right":
            return pattern.match(text, end) is not None
        if where == "self":
            return pattern.search(text, start, end) is not None
        low, high = max(0, start - REACH[where]), end + REACH[where]
        if where in ("left", "before"):
            return pattern.search(text, low, start) is not None
        if where == "after":
            return pattern.search(text, end, high) is not None
        return pattern.search(text, low, high) is not None


def cue(where: str, pattern: str, weight: float) -> Cue:
    """A cue from the source of its pattern: one to the left ends where the candidate begins; others stand whole."""
    if where == "left":
        source = rf"(?<![^\W_])(?:{pattern})\Z"
    elif where in ("right", "self"):
        source = pattern
    else:
        source = rf"(?<![^\W_])(?:{pattern})(?![^\W_])"
    return Cue(where, re.compile(source), weight)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cues:
    """Cues of one label, what is known without any of them, and the least score worth knowing.

    The cheap cues are asked first; a candidate is given up as soon as the cues that are left cannot lift it to `floor`.
    """

    bias: float
    floor: float
    cues: tuple[Cue, ...] = field(repr=False)
    _order: tuple[tuple[Cue, float], ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        order = sorted(self.cues, key=lambda c: CHEAP.index(c.where))
        hope = [0.0]
        for c in reversed(order):
            hope.append(hope[-1] + max(0.0, c.weight))
        object.__setattr__(self, "_order", tuple(zip(order, reversed(hope[:-1]), strict=True)))

    def score(self, text: str, start: int, end: int) -> float:
        """How likely the candidate is one, 0..1; 0 when it cannot reach the floor."""
        total = self.bias
        needed = math.log(self.floor / (1.0 - self.floor))
        for c, hope in self._order:
            if c.weight and c.present(text, start, end):
                total += c.weight
            if total + hope < needed:
                return 0.0
        return 1.0 / (1.0 + math.exp(-total))

    def present(self, text: str, start: int, end: int) -> Iterator[int]:
        """One 0 or 1 a cue: what the regression reads."""
        return (int(c.present(text, start, end)) for c in self.cues)
