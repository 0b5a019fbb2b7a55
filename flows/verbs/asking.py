"""What is asked in a run, and by which clock: the request that stands on a run's own sheet in the vault.

`as_of` is read from the clock once, when the run begins; every later step takes it from the sheet.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from datetime import datetime

from flows.verbs.records import Records, load_records
from flows.wiring import House
from pipeline.consent.moments import parse_moment
from pipeline.consent.records import Use
from pipeline.consent.request import Request
from pipeline.errors import StateError, UsageError
from pipeline.events import is_actor
from pipeline.policy import Policy
from pipeline.storage.agefile import recipient_key

SHEET = "asked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One run as it was asked for. as_of: ISO with offset; by_clock: it was read from the clock, so that the last look
    before the release reads the clock again. ingest: seal the inbox first. read_all: a person reads every copy first,
    also those on which nothing was found. encrypt_to: an age key to encrypt the release to, empty for the one that the
    recipient registered, if any; keep_clear: leave the folder in clear beside it."""

    use: str
    recipient: str
    as_of: str
    actor: str
    by_clock: bool = False
    ingest: bool = False
    remove: bool = False
    rehash: bool = False
    read_all: bool = False
    encrypt_to: str = ""
    keep_clear: bool = False

    @property
    def at(self) -> datetime:
        """The instant decided for."""
        return datetime.fromisoformat(self.as_of)

    @property
    def series(self) -> str:
        """What stand-ins are drawn for: they differ between recipients and between uses."""
        return f"{self.use}:{self.recipient}"

    def now(self, now: datetime) -> Asked:
        """The same as of now, where it was asked for as of now; StateError where the clock ran back meanwhile."""
        if not self.by_clock:
            return self
        if now < self.at:
            raise StateError("the clock was set back during the run; set it right and run again")
        return replace(self, as_of=now.isoformat())

    def keep(self, house: House, run_id: str) -> None:
        """Put it on the run's shelf."""
        house.drafts.put(run_id, SHEET, json.dumps(asdict(self)).encode())

    @classmethod
    def of(cls, house: House, run_id: str) -> Asked:
        """What a run was asked for. StateError where there is no such run."""
        return cls(**json.loads(house.drafts.get(run_id, SHEET)))


def instant(house: House, as_of: str | None, now: datetime) -> datetime:
    """The instant decided for: what was given, in program time where it has no offset; else now. UsageError."""
    if as_of is None:
        return now
    moment = parse_moment(as_of, house.zone)
    if moment is None:
        raise UsageError("`--as-of` is no time; use a form such as 2026-06-15T12:00:00")
    return moment.start


def check_actor(name: str) -> None:
    """UsageError where `name` cannot stand in the ledger as who did something."""
    if not is_actor(name):
        raise UsageError(
            "`--as` is an id without blanks: up to 64 plain letters, digits and marks, such as `manager-1`"
        )


def check_asked(house: House, asked: Asked) -> None:
    """UsageError where a request can come to nothing: an actor, use or recipient that does not exist. PolicyError where
    the policy of the use cannot be used, VerificationError where the key to encrypt to is none: better now than after
    the flow was started.

    Where the table of recipients has a fault, nobody can say who exists: then the decisions say what is wrong."""
    check_actor(asked.actor)
    if asked.use not in tuple(Use):
        raise UsageError("`--use` is `group` or `research`")
    house.policy(asked.use)
    if asked.encrypt_to:
        recipient_key(asked.encrypt_to)
    recipients = load_records(house).recipients
    if not recipients.faults and asked.recipient not in recipients.entries:
        told = ", ".join(f"`{one}`" for one in sorted(recipients.entries)) or "none yet"
        raise UsageError(f"`--recipient` is not registered in records/recipients.toml; registered: {told}")


def request_of(asked: Asked, records: Records, policy: Policy) -> Request:
    """The request as the consent engine takes it. What is unknown stays unknown, and the engine denies it.

    A policy for limited data sets needs an approval of that kind; any other is none for it.
    """
    day = asked.at.astimezone(records.store.zone).date()
    recipient = records.recipients.on(day).get(asked.recipient)
    approvals = [
        entry.approval
        for entry in records.recipients.approval_entries
        if Use.RESEARCH in entry.uses and (entry.limited or not policy.limited_data_set)
    ]
    in_force = (approval for approval in approvals if approval.covers(asked.recipient, day))
    return Request(
        use=Use(asked.use) if asked.use in tuple(Use) else None,
        recipient=recipient,
        as_of=asked.at,
        approval=next(in_force, None),
    )
