"""The rim between our code and Prefect, which writes every exception into its database and pickles those of a flow.

Rules: whatever breaks inside a step leaves it as a StepFailedError that holds the step's name, the kind of error and an
error id, and nothing else; it is raised outside the except block, so that no chained exception carries words along.
The whole story goes into the workspace's own encrypted error file, under the same id; `told_again` brings our own
errors back from there, for the person at the command line.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable
from typing import Protocol, TypeVar

from pipeline import errors
from pipeline.errors import EXIT_UNEXPECTED, StorykeeperError

T = TypeVar("T")
_SEPARATOR = "\n-- traceback --\n"
UNRECORDED = "unrecorded"


class ErrorBook(Protocol):
    """Where the whole story of a failure is kept, encrypted. `note` returns its error id."""

    def note(self, story: str) -> str: ...
    def story(self, error_id: str) -> str: ...


class StepFailedError(StorykeeperError):
    """A step of a run broke. Safe to store anywhere: the names of step and kind, and an error id."""

    def __init__(self, step: str, kind: str, error_id: str, exit_code: int) -> None:
        super().__init__(f"{step}: {kind}")
        self.step, self.kind, self.error_id, self.exit_code = step, kind, error_id, exit_code

    def __reduce__(self) -> tuple[type[StepFailedError], tuple[str, str, str, int]]:
        """Pickled by its ids: Prefect pickles the exception that ends a flow."""
        return type(self), (self.step, self.kind, self.error_id, self.exit_code)

    def __str__(self) -> str:
        """For the person at the command line. What was not recorded cannot be read."""
        where = "its story could not be kept, as on a full disk; see `storykeeper health`"
        if self.error_id != UNRECORDED:
            where = f"error `{self.error_id}`; read it with `storykeeper doctor --error {self.error_id}`"
        return f"{self.step} broke ({self.kind}), nothing was left half done; {where}"


def guarded(step: str, book: ErrorBook | None, work: Callable[[], T]) -> T:
    """Run `work`; anything but success leaves as StepFailedError. Ctrl-C passes as it is."""
    try:
        return work()
    except StepFailedError:
        raise
    except Exception as error:  # noqa: BLE001 - the rim: Prefect would store whatever passes here
        failure = _failure(step, error, book)
    raise failure


def told_again(failure: StepFailedError, book: ErrorBook) -> StorykeeperError:
    """The error of ours behind a failed step, whose message holds no words by rule; the failure itself for others."""
    kind = getattr(errors, failure.kind, None)
    if failure.error_id == UNRECORDED or not (isinstance(kind, type) and issubclass(kind, StorykeeperError)):
        return failure
    return kind(book.story(failure.error_id).split(_SEPARATOR)[0])


def _failure(step: str, error: Exception, book: ErrorBook | None) -> StepFailedError:
    ours = isinstance(error, StorykeeperError)
    story = (str(error) if ours else "") + _SEPARATOR + "".join(traceback.format_exception(error))
    error_id = UNRECORDED
    if book is not None:
        try:
            error_id = book.note(story)
        except StorykeeperError:  # the disk that broke the step breaks the book as well
            error_id = UNRECORDED
    exit_code = error.exit_code if isinstance(error, StorykeeperError) else EXIT_UNEXPECTED
    return StepFailedError(step, type(error).__name__, error_id, exit_code)
