"""A row of text becomes a ConsentRecord, or a BadRow that says everything that is wrong with it.

- Strict: an unknown column, an unknown value, a date not in ISO form make the row invalid. Nothing is guessed.
- A row that is invalid stays tied to its person, who is denied until it is mended. A row without a person id (or with
  one that no program code looks like) is tied to nobody: it may be anyone's revocation.
- Blank cells that 42 CFR 2.31 asks for are no fault of the row: the engine gives such a consent no vote. A refusal or
  revocation may be as bare as it likes; it still counts.
- Faults name line and column, never the value.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import tzinfo
from enum import StrEnum
from typing import Any, TypeVar

from pipeline.consent.moments import parse_day, parse_moment
from pipeline.consent.records import (
    ALL,
    RECIPIENT_CLASSES,
    ConsentRecord,
    EventState,
    LegalStatus,
    MinorRule,
    NoteClass,
    PersonStatus,
    RecordStatus,
    RecordType,
    RevocationScope,
    SignerRole,
    Use,
)
from pipeline.errors import Fault
from pipeline.labels import Category

# The columns of the consent table in the order of docs/consent.md.
COLUMNS = (
    *("consent_id", "version", "record_type", "status", "person_id", "supersedes_id", "purposes", "recipients"),
    *("may_disclose", "info_description", "note_classes", *(f"cat_{c}" for c in Category), "data_from", "data_to"),
    *("signed_on", "effective_on", "expires_on", "expiry_event", "expiry_event_state", "revoked_on"),
    *("revocation_scope", "signer_roles", "authority_document", "signature_evidence", "st_revocation_right"),
    *("st_redisclosure", "st_refusal_consequences", "st_not_conditioned", "recall_promised", "known_false"),
    *("unsupported_constraints", "recorded_by", "recorded_at"),
)
AUDIT_COLUMNS = ("recorded_by", "recorded_at")
PERSON_COLUMNS = ("person_id", "birth_date", "adult_attested", "legal_status", "minor_rule")

# A program code: visible ASCII, no spaces. An invisible character would make a second person of the same code, and a
# revocation of the first would be lost.
_PERSON_ID = re.compile(r"[!-~]+")
_VERSION = re.compile(r"[1-9][0-9]{0,8}")

T = TypeVar("T")
E = TypeVar("E", bound=StrEnum)


@dataclass(frozen=True, slots=True, kw_only=True)
class BadRow:
    """A row that cannot be used. `person_id` None: it is tied to nobody."""

    person_id: str | None
    faults: tuple[Fault, ...]


class _Cells:
    """The cells of one row, read one by one; every fault is kept."""

    def __init__(self, row: Mapping[str, str | None], place: str, line: int | None) -> None:
        self._row, self._place, self._line = row, place, line
        self.faults: list[Fault] = []

    def fault(self, column: str, what: str) -> None:
        self.faults.append(Fault(place=self._place, line=self._line, column=column, what=what))

    def text(self, column: str) -> str | None:
        return (self._row.get(column) or "").strip() or None

    def required(self, column: str) -> None:
        if self.text(column) is None:
            self.fault(column, "is blank; fill it in")

    def read(self, column: str, parse: Callable[[str], T | None], expected: str) -> T | None:
        value = self.text(column)
        if value is None:
            return None
        parsed = parse(value)
        if parsed is None:
            self.fault(column, f"holds an unknown value; use {expected}")
        return parsed

    def one(self, column: str, kind: type[E]) -> E | None:
        return self.read(column, lambda v: _member(kind, v), _choices(kind))

    def many(self, column: str, kind: type[E]) -> tuple[E, ...]:
        return self.read(column, lambda v: _members(kind, v), f"{_choices(kind)}, with semicolons between") or ()

    def flag(self, column: str) -> bool | None:
        return self.read(column, {"yes": True, "no": False}.get, "yes or no")


def _member(kind: type[E], value: str) -> E | None:
    return kind(value) if value in kind.__members__.values() else None


def _members(kind: type[E], value: str) -> tuple[E, ...] | None:
    found = [_member(kind, part) for part in _list(value)]
    return tuple(m for m in found if m is not None) if found and None not in found else None


def _choices(kind: type[StrEnum]) -> str:
    return ", ".join(f"`{m}`" for m in kind)


def _list(value: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in value.split(";") if part.strip())


def record_from_row(
    row: Mapping[str, str | None], place: str, line: int | None, *, zone: tzinfo, audited: bool = True
) -> ConsentRecord | BadRow:
    """Read one row of the consent table.

    row: column name -> text as it stands in the cell (None or blank: empty). place, line: where it stands, for the
    faults. zone: the program's time zone. audited: whether `recorded_by` and `recorded_at` must be filled in (they
    must in a file). Never raises for what a cell may hold.
    """
    cells = _Cells(row, place, line)
    for column in row:
        if column not in COLUMNS:
            cells.fault(str(column), "is not a column of the consent table; remove or rename it")
    person = _person_id(cells)
    for column in AUDIT_COLUMNS if audited else ():
        cells.required(column)
    head = _head(cells)
    body: dict[str, Any] = {**_scope(cells, head["record_type"]), **_times(cells, zone), **_form(cells)}
    if person is None or cells.faults:
        return BadRow(person_id=person, faults=tuple(cells.faults))
    return ConsentRecord(person_id=person, **head, **body)


def _person_id(cells: _Cells) -> str | None:
    value = cells.text("person_id")
    if value is not None and _PERSON_ID.fullmatch(value):
        return value
    cells.fault("person_id", "ties the row to nobody; write the program code of the person it is about")
    return None


def _head(cells: _Cells) -> dict[str, Any]:
    version = cells.read("version", lambda v: int(v) if _VERSION.fullmatch(v) else None, "a whole number from 1")
    for column in ("consent_id", "version", "record_type", "status"):
        cells.required(column)
    return {
        "consent_id": cells.text("consent_id"),
        "version": version,
        "record_type": cells.one("record_type", RecordType),
        "status": cells.one("status", RecordStatus),
        "supersedes_id": cells.text("supersedes_id"),
    }


def _scope(cells: _Cells, record_type: RecordType | None) -> dict[str, Any]:
    uses = (*Use, ALL) if record_type is RecordType.REFUSAL else tuple(Use)
    purposes = cells.read("purposes", _each(lambda part: part in uses), ", ".join(f"`{u}`" for u in uses)) or ()
    known = _each(lambda part: not part.startswith("class:") or part in RECIPIENT_CLASSES)
    marks = {c: cells.flag(f"cat_{c}") for c in Category}
    data_from = cells.read("data_from", parse_day, "a date such as 2026-01-31")
    data_to = cells.read("data_to", parse_day, "a date such as 2026-01-31")
    if data_from and data_to and data_to < data_from:
        cells.fault("data_to", "lies before data_from; mend the window")
    return {
        "purposes": purposes,
        "recipients": cells.read("recipients", known, f"registered ids or {', '.join(RECIPIENT_CLASSES)}") or (),
        "note_classes": cells.many("note_classes", NoteClass),
        "categories": tuple((c, mark) for c, mark in marks.items() if mark is not None),
        "data_from": data_from,
        "data_to": data_to,
        "unsupported_constraints": cells.text("unsupported_constraints"),
    }


def _each(good: Callable[[str], bool]) -> Callable[[str], tuple[str, ...] | None]:
    def parse(value: str) -> tuple[str, ...] | None:
        parts = _list(value)
        return parts if parts and all(map(good, parts)) else None

    return parse


def _times(cells: _Cells, zone: tzinfo) -> dict[str, Any]:
    columns = ("signed_on", "effective_on", "expires_on", "revoked_on", "recorded_at")
    times = {c: cells.read(c, lambda v: parse_moment(v, zone), "2026-01-31 or 2026-01-31T09:30:00Z") for c in columns}
    scope = cells.one("revocation_scope", RevocationScope)
    if scope and cells.text("record_type") != RecordType.REVOCATION and cells.text("revoked_on") is None:
        cells.fault("revocation_scope", "says what was revoked but not when; fill in revoked_on")
    return {**times, "revocation_scope": scope}


def _form(cells: _Cells) -> dict[str, Any]:
    flags = ("st_revocation_right", "st_redisclosure", "st_refusal_consequences", "st_not_conditioned")
    texts = ("may_disclose", "info_description", "expiry_event", "authority_document", "signature_evidence")
    return {
        **{c: cells.flag(c) for c in (*flags, "recall_promised", "known_false")},
        **{c: cells.text(c) for c in (*texts, "recorded_by")},
        "expiry_event_state": cells.one("expiry_event_state", EventState),
        "signer_roles": cells.many("signer_roles", SignerRole),
    }


def status_from_row(row: Mapping[str, str | None], place: str, line: int | None) -> PersonStatus | BadRow:
    """Read what the engine needs of a row of the people table; names and other columns are not looked at."""
    cells = _Cells(row, place, line)
    person = _person_id(cells)
    values: dict[str, Any] = {
        "birth_date": cells.read("birth_date", parse_day, "a date such as 1980-01-31"),
        "adult_attested": bool(cells.flag("adult_attested")),
        "legal_status": cells.one("legal_status", LegalStatus),
        "minor_rule": cells.one("minor_rule", MinorRule),
    }
    if person is None or cells.faults:
        return BadRow(person_id=person, faults=tuple(cells.faults))
    return PersonStatus(person_id=person, **values)
