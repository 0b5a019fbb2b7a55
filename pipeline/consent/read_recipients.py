"""recipients.toml: who may ever receive something, and which research was approved.

    [recipients.univ-a]                 [approvals.irb-2026-01]
    name = "A university"               recipients = ["univ-a"]         (or recipient = "univ-a")
    classes = ["research_partner"]      kind = "irb"                    irb, exemption or limited_data_set
    registered_from = 2026-01-01        review = "irb"                  with limited_data_set: who looked at it
    registered_to = 2027-12-31          reference = "IRB 2026-01"       blank: the name of the approval
    legal_proceeding = false            agreement = "DUA 2026-01"       (or dua)
    contact = "data office"             valid_from = 2026-01-01         (or from)
    age_public_key = "age1..."          valid_to = 2026-12-31           (or to)
                                        uses = ["research"]

- A list of tables with an `id` each (`[[recipients]]`) is the same.
- One fault, and nobody is served: `unreadable` stops the batch. Every fault is listed, by table and key.
- Releases to a recipient with an `age_public_key` (or `public_key`) are encrypted to it.
- What an approval leaves blank makes it no approval; the engine denies, and no fault is needed.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import cast

from pipeline.consent.moments import parse_day
from pipeline.consent.records import RECIPIENT_CLASSES, Use
from pipeline.consent.request import LEGAL_CLASSES, Approval, ApprovalReview, Recipient
from pipeline.errors import Fault

LIMITED = "limited_data_set"
CLASSES = frozenset(c.removeprefix("class:") for c in RECIPIENT_CLASSES) | LEGAL_CLASSES
_ID = re.compile(r"[!-~]{1,100}")
_RECIPIENT_KEYS = frozenset(
    {"id", "name", "classes", "registered_from", "registered_to", "legal_proceeding", "contact", "age_public_key"}
)
_SAME_KEY = {"public_key": "age_public_key"}
_AGE_KEY = re.compile(r"age1[02-9ac-hj-np-z]{58}")  # age-encryption.org/v1: an X25519 recipient in Bech32
_SAME = {"recipient": "recipients", "dua": "agreement", "from": "valid_from", "to": "valid_to"}
_APPROVAL_KEYS = frozenset(
    {"id", "recipients", "kind", "review", "reference", "agreement", "valid_from", "valid_to", "uses"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecipientEntry:
    """One registered recipient. registered_from, registered_to: both days inclusive, None is open."""

    recipient_id: str
    name: str = field(repr=False)
    classes: tuple[str, ...]
    registered_from: date | None
    registered_to: date | None
    legal_proceeding: bool
    contact: str | None = field(repr=False)
    age_public_key: str | None = field(repr=False)

    def on(self, day: date) -> Recipient:
        """The recipient as the engine takes it, registered or not on a day of the program."""
        early = self.registered_from is not None and day < self.registered_from
        late = self.registered_to is not None and self.registered_to < day
        return Recipient(
            recipient_id=self.recipient_id,
            classes=self.classes,
            registered=not early and not late,
            legal_proceeding=self.legal_proceeding,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalEntry:
    """One approval. limited: it is for a limited data set (45 CFR 164.514(e)). uses: what it was given for."""

    approval_id: str
    approval: Approval
    limited: bool
    uses: tuple[Use, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RecipientsRead:
    """What the file says. unreadable: every fault; one is enough to stop the batch."""

    entries: Mapping[str, RecipientEntry] = field(default_factory=dict)
    approval_entries: tuple[ApprovalEntry, ...] = ()
    unreadable: tuple[Fault, ...] = ()

    @property
    def faults(self) -> tuple[Fault, ...]:
        """The same under the name that every reader has."""
        return self.unreadable

    @property
    def recipients(self) -> dict[str, Recipient]:
        """Recipients as registered whatever the day; one with dates is not, ask `on`."""
        dated = {i for i, e in self.entries.items() if e.registered_from or e.registered_to}
        return {i: replace(e.on(date.max), registered=i not in dated) for i, e in self.entries.items()}

    @property
    def approvals(self) -> tuple[Approval, ...]:
        """The approvals given for research."""
        return tuple(e.approval for e in self.approval_entries if Use.RESEARCH in e.uses)

    def on(self, day: date) -> dict[str, Recipient]:
        """The recipients as they are registered on a day of the program."""
        return {i: e.on(day) for i, e in self.entries.items()}


def read_recipients(data: bytes, *, place: str = "recipients") -> RecipientsRead:
    """Read the TOML. Never raises for bytes."""
    try:
        body: dict[str, object] = tomllib.loads(data.decode("utf-8-sig"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError, ValueError) as error:
        found = re.search(r"at line ([0-9]+)", str(error))
        line = int(found[1]) if found else None
        return RecipientsRead(unreadable=(Fault(place=place, line=line, what="is no TOML in UTF-8; mend it"),))
    reading = _Reading(place=place)
    for key in sorted(body.keys() - {"recipients", "approvals"}):
        reading.fault(key if _ID.fullmatch(key) else "?", "is no table of this file; use recipients and approvals")
    entries = [_recipient(i, t, reading) for i, t in reading.tables(body, "recipients")]
    known = {e.recipient_id for e in entries}
    approvals = [_approval(i, t, known, reading) for i, t in reading.tables(body, "approvals")]
    if reading.faults:
        return RecipientsRead(unreadable=tuple(reading.faults))
    return RecipientsRead(entries={e.recipient_id: e for e in entries}, approval_entries=tuple(approvals))


@dataclass(slots=True, kw_only=True)
class _Reading:
    """The faults of one file; `at` is the table that is being read."""

    place: str
    at: str = ""
    faults: list[Fault] = field(default_factory=list)

    def fault(self, key: str, what: str) -> None:
        self.faults.append(Fault(place=self.place, column=f"{self.at}{key}", what=what))

    def tables(self, body: Mapping[str, object], name: str) -> list[tuple[str, Mapping[str, object]]]:
        """The tables under a name with their ids, each id once."""
        self.at = ""
        value = body.get(name, {})
        pairs: list[tuple[object, object]] = []
        if isinstance(value, dict):
            pairs = list(value.items())
        elif isinstance(value, list):
            pairs = [(t.get("id") if isinstance(t, dict) else None, t) for t in value]
        else:
            self.fault(name, "is no table; write one table for each")
        found: dict[str, Mapping[str, object]] = {}
        for key, table in pairs:
            if not isinstance(key, str) or not _ID.fullmatch(key) or not isinstance(table, dict):
                self.fault(name, "has an entry without an id in plain characters; give it one")
            elif key in found or table.get("id", key) != key:
                self.fault(f"{name}.{key}", "stands twice, or goes by two ids; keep one")
            else:
                found[key] = cast("Mapping[str, object]", table)
        return list(found.items())

    def renamed(self, written: Mapping[str, object], same: Mapping[str, str]) -> dict[str, object]:
        """The table under full names; a key that stands under both of its names is a fault."""
        for short, full in same.items():
            if short in written and full in written:
                self.fault(short, f"stands beside `{full}`; keep one")
        return {same.get(key, key): value for key, value in written.items()}

    def unknown(self, table: Mapping[str, object], known: frozenset[str]) -> None:
        for key in sorted(table.keys() - known):
            self.fault(key if re.fullmatch("[a-z_]{1,40}", key) else "?", "is not known here; remove or rename it")

    def text(self, table: Mapping[str, object], key: str) -> str | None:
        value = table.get(key)
        if value is not None and not isinstance(value, str):
            self.fault(key, "is no text; put it in quotes")
            return None
        return value.strip() or None if isinstance(value, str) else None

    def texts(self, table: Mapping[str, object], key: str) -> tuple[str, ...]:
        value = table.get(key, [])
        several = [value] if isinstance(value, str) else value
        if isinstance(several, list) and all(isinstance(v, str) for v in several):
            return tuple(several)
        self.fault(key, "is no list of texts; put them in brackets and quotes")
        return ()

    def day(self, table: Mapping[str, object], key: str) -> date | None:
        value = table.get(key)
        if isinstance(value, str) and not value.strip():
            return None
        found = parse_day(value) if isinstance(value, str) else value
        if value is None or (isinstance(found, date) and not isinstance(found, datetime)):
            return found if isinstance(found, date) else None
        self.fault(key, "is no date such as 2026-01-31; mend it")
        return None


def _recipient(recipient_id: str, written: Mapping[str, object], reading: _Reading) -> RecipientEntry:
    reading.at = f"recipients.{recipient_id}."
    table = reading.renamed(written, _SAME_KEY)
    reading.unknown(table, _RECIPIENT_KEYS)
    classes = reading.texts(table, "classes")
    if not set(classes) <= CLASSES:
        reading.fault("classes", f"has an unknown class; use {', '.join(f'`{c}`' for c in sorted(CLASSES))}")
    name, legal = reading.text(table, "name"), table.get("legal_proceeding", False)
    if name is None:
        reading.fault("name", "is missing; write who it is")
    if not isinstance(legal, bool):
        reading.fault("legal_proceeding", "is neither true nor false; write one")
    key = reading.text(table, "age_public_key")
    if key is not None and not _AGE_KEY.fullmatch(key):
        reading.fault("age_public_key", "is no age key; give the line that starts with `age1`, never a secret key")
    return RecipientEntry(
        recipient_id=recipient_id,
        name=name or "",
        classes=classes,
        registered_from=reading.day(table, "registered_from"),
        registered_to=reading.day(table, "registered_to"),
        legal_proceeding=legal is not False,
        contact=reading.text(table, "contact"),
        age_public_key=key,
    )


def _approval(approval_id: str, written: Mapping[str, object], known: set[str], reading: _Reading) -> ApprovalEntry:
    reading.at = f"approvals.{approval_id}."
    table = reading.renamed(written, _SAME)
    reading.unknown(table, _APPROVAL_KEYS)
    kind, review = reading.text(table, "kind"), reading.text(table, "review")
    if kind not in (None, LIMITED, *ApprovalReview):
        reading.fault("kind", "is unknown; use irb, exemption or limited_data_set")
    if review not in (None, *ApprovalReview) or (review and kind not in (None, LIMITED, review)):
        reading.fault("review", "is unknown or not what `kind` says; use irb or exemption")
    looked = review or (kind if kind != LIMITED else None)
    recipients = reading.texts(table, "recipients")
    if not set(recipients) <= known:
        reading.fault("recipients", "names somebody who is not registered in this file; register them or mend the id")
    uses = reading.texts(table, "uses") if "uses" in table else (Use.RESEARCH,)
    if not set(uses) <= set(Use):
        reading.fault("uses", "has an unknown use; use group or research")
    approval = Approval(
        review=ApprovalReview(looked) if looked in tuple(ApprovalReview) else None,
        reference=reading.text(table, "reference") or approval_id,
        agreement=reading.text(table, "agreement") or "",
        valid_from=reading.day(table, "valid_from"),
        valid_to=reading.day(table, "valid_to"),
        recipients=recipients,
    )
    known_uses = tuple(Use(u) for u in uses if u in tuple(Use))
    return ApprovalEntry(approval_id=approval_id, approval=approval, limited=kind == LIMITED, uses=known_uses)
