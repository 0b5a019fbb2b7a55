"""The error tree, drawn on top; each kind has its exit code.

    StorykeeperError             1   never raised itself
    ├── UsageError               2   the command was given something it cannot take
    ├── InputError              10   a file or table cannot be read
    ├── PolicyError             11   a policy file is wrong
    ├── ConsentError            12   consent records cannot be read
    ├── LeakHeldError           13   something identifying is left, or waits for review
    ├── StateError              14   the step does not fit the state (stale decision, another run holds the lock)
    ├── LedgerError             15   the ledger does not verify
    ├── VerificationError       16   a release, signature or key does not verify
    └── StorageError            17   disk, database or vault failed

A refusal is a value with reasons (`Denial`), never an exception. A message holds no word of a document or a person:
lower case, no full stop, ids in backticks, what happened, then what to do. All faults of one input come together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

EXIT_DONE = 0
EXIT_UNEXPECTED = 1
EXIT_NOTHING_PERMITTED = 3
EXIT_INTERRUPTED = 130


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing wrong in one place. `place` names a file, table or option by what is safe to show."""

    place: str
    what: str
    line: int | None = None
    column: str | None = None

    def __str__(self) -> str:
        where = self.place
        if self.line is not None:
            where += f":{self.line}"
        if self.column is not None:
            where += f" column `{self.column}`"
        return f"{where}: {self.what}"


class StorykeeperError(Exception):
    """Base of every error that this project raises on purpose.

    `faults` holds every fault of the input at once; `str(error)` has one line a fault.
    """

    exit_code = EXIT_UNEXPECTED

    def __init__(self, message: str, faults: Sequence[Fault] = ()) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join([message, *map(str, self.faults)]))


class UsageError(StorykeeperError):
    """The command was given something it cannot take."""

    exit_code = 2


class InputError(StorykeeperError):
    """A file or table cannot be read; it is left as it was."""

    exit_code = 10


class PolicyError(StorykeeperError):
    """A policy file is wrong."""

    exit_code = 11


class ConsentError(StorykeeperError):
    """Consent records cannot be read; nothing is released on them."""

    exit_code = 12


class LeakHeldError(StorykeeperError):
    """A copy is held: something identifying is left in it, or a person has to look."""

    exit_code = 13


class StateError(StorykeeperError):
    """The step does not fit the state of the thing."""

    exit_code = 14


class LedgerError(StorykeeperError):
    """The ledger does not verify."""

    exit_code = 15


class VerificationError(StorykeeperError):
    """A release, a signature or a key does not verify."""

    exit_code = 16


class StorageError(StorykeeperError):
    """The disk, the database or the vault failed."""

    exit_code = 17
