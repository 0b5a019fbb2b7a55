"""Other readings of the same document, each with its exact way back.

- `OverTurns` lets a recognizer read the words without speaker labels, so that what continues over a cue or a turn
  stands in one row; what it finds is carried back and cut at the borders it crosses.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from pipeline.labels import Label
from recognizers.reading import Found, Reading, Recognizer


@dataclass(frozen=True, slots=True)
class OverTurns:
    """The same recognizer, on the joined view."""

    inner: Recognizer

    @property
    def name(self) -> str:
        return self.inner.name

    @property
    def version(self) -> str:
        return self.inner.version

    @property
    def labels(self) -> frozenset[Label]:
        return self.inner.labels

    def find(self, reading: Reading) -> Iterator[Found]:
        joined = reading.bodies
        for found in self.inner.find(joined):
            for start, end in joined.back(found.start, found.end):
                here = reading.forward(start)
                if here is not None:
                    yield replace(found, start=here, end=here + end - start)
