"""Marks: what reviewers decided about the spans of one text, and what that makes of the spans of detection.

- A mark names a place of the text by code points and a label; it holds no words. Marks are only ever added: the last
  one at a place stands, an undone one does not.
- The gate of consent sees all that detection said and all that reviewers added: a reviewer can make it see more, never
  less.
- What is masked: an added span always; another label takes the place of the old one where it masks too, or where the
  policy lets a reviewer unmask; what was rejected is left open only where the policy says so.
- Who saves a mark says which version of the marks was on the screen. What somebody else changed at the same place
  meanwhile is not overwritten.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from pipeline.labels import CATEGORY_OF, Label
from pipeline.model import Span
from pipeline.rules import Action, Policy

REVIEWER = "reviewer"  # source of a span that a person marked
Place = tuple[int, int]


class Verdict(StrEnum):
    """What a reviewer says of a place."""

    ACCEPT = "accept"  # it is what the label says
    REJECT = "reject"  # it is nothing to hide
    RELABEL = "relabel"  # it is something else
    ADD = "add"  # it was missed


_CHANGING = frozenset({Verdict.RELABEL, Verdict.ADD})


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """One decision about [start, end). label: what it is now. was: the label that the reviewer saw there, None for a
    missed one. by: who; at: ISO time. version: of the marks after it was saved or undone. batch: decisions of one key
    press share a number."""

    start: int
    end: int
    verdict: Verdict
    label: Label
    by: str
    at: str
    version: int
    batch: int
    was: Label | None = None
    undone: bool = False

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end:
            raise ValueError("a mark runs forward and is not empty")

    @property
    def place(self) -> Place:
        return self.start, self.end


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """All marks of one text, in the order in which they were made. version: counts the changes."""

    text_digest: str
    source_id: str
    version: int = 0
    made: tuple[Mark, ...] = ()

    def standing(self) -> dict[Place, Mark]:
        """The mark that counts at each place."""
        return {m.place: m for m in self.made if not m.undone}

    def touched_since(self, places: Iterable[Place], version: int) -> bool:
        """Whether somebody changed one of the places, or a part of it, after `version`."""
        newer = [m.place for m in self.made if m.version > version]
        return any(a < end and start < b for start, end in places for a, b in newer)

    def with_batch(self, marks: Iterable[Mark]) -> Marks:
        """With these decisions added as one batch."""
        version = self.version + 1
        added = tuple(replace(m, version=version, batch=version) for m in marks)
        return replace(self, version=version, made=self.made + added)

    def undoable(self, by: str) -> tuple[Mark, ...]:
        """The last batch of `by` that still stands, where nobody else decided about one of its places since."""
        mine = [m for m in self.made if m.by == by and not m.undone]
        if not mine:
            return ()
        batch = tuple(m for m in mine if m.batch == mine[-1].batch)
        standing = self.standing()
        return batch if all(standing[m.place] is m for m in batch) else ()

    def undo(self, by: str) -> Marks:
        """Without the last batch of `by`; the same where there is none to take back."""
        gone = self.undoable(by)
        if not gone:
            return self
        version = self.version + 1
        made = tuple(replace(m, undone=True, version=version) if m in gone else m for m in self.made)
        return replace(self, version=version, made=made)

    def effect(self, policy: Policy) -> str:
        """SHA-256 over all that changes a copy under a policy; empty where nothing does."""
        told = sorted(
            f"{m.start},{m.end},{m.verdict},{m.label}"
            for m in self.standing().values()
            if m.verdict in _CHANGING or (m.verdict is Verdict.REJECT and policy.unmask)
        )
        return hashlib.sha256("\n".join(told).encode()).hexdigest() if told else ""


def for_gate(spans: Iterable[Span], marks: Marks) -> tuple[Span, ...]:
    """What consent is asked about: all spans, with what reviewers added or named otherwise."""
    return (*spans, *(_span(m) for m in marks.standing().values() if m.verdict in _CHANGING))


def for_masking(spans: Iterable[Span], marks: Marks, policy: Policy) -> tuple[Span, ...]:
    """What is redacted. A span counts as rejected where it lies wholly inside the place that was."""
    open_ = [m for m in marks.standing().values() if _opens(m, policy)]
    left = (s for s in spans if not any(m.start <= s.start and s.end <= m.end for m in open_))
    return for_gate(left, marks)


def _opens(mark: Mark, policy: Policy) -> bool:
    """Whether the spans of detection at its place no longer count."""
    if mark.verdict is Verdict.REJECT:
        return policy.unmask
    return mark.verdict is Verdict.RELABEL and (policy.unmask or _masks(mark, policy))


def _masks(mark: Mark, policy: Policy) -> bool:
    return policy.action_for(_span(mark)) is not Action.KEEP


def _span(mark: Mark) -> Span:
    category = CATEGORY_OF.get(mark.label)
    return Span(
        start=mark.start, end=mark.end, label=mark.label, score=1.0, source=REVIEWER, entity=None, category=category
    )
