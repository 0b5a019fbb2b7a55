"""Progress of long work, told to whoever asked for it; to nobody by default.

A command that wants to show it listens with `listening`; a verb says how far it is with `tell`. What is told is a word
of ours and two counts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

# what is done ("files sealed"), how many of how many
Listener = Callable[[str, int, int], None]


def _nobody(what: str, done: int, total: int) -> None:
    """Where nobody listens."""


_LISTENER: ContextVar[Listener] = ContextVar("listener", default=_nobody)


def tell(what: str, done: int, total: int) -> None:
    """Say how far the work is."""
    _LISTENER.get()(what, done, total)


@contextmanager
def listening(listener: Listener) -> Iterator[None]:
    """Hear of the progress of whatever is done inside."""
    token = _LISTENER.set(listener)
    try:
        yield
    finally:
        _LISTENER.reset(token)
