"""The crosswalk: who is which code towards which recipient. It is the only way back from a code to a person.

- Codes, numbers and day shifts are drawn at random, never derived from a name or an id, and stay the same for a person
  in a series (a recipient and what it receives over time). Two series share nothing.
- A day shift is a multiple of 7, 7 to 364 days to either side: weekdays and intervals stay, and no shift is nought.
- Copies go out under random names, one for a source in a series.
- The person behind a code, and the shift, are sealed with a key of that person alone. Destroying it leaves the number
  taken, so that nobody gets it after them, and nothing that tells whose it was.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Connection, delete, insert, select, update

from pipeline.storage.database import Database, Transaction
from pipeline.storage.keyring import DataKey, Keyring, Purpose
from pipeline.storage.tables import copy_names, crosswalk, crosswalk_subjects, data_keys

# Digits and consonants without look-alikes: no code spells a word or a name.
_ALPHABET = "23456789BCDFGHJKLMNPQRSTVWXZ"
_CODE_LENGTH = 8
_WEEKS = 52
_AT_ONCE = 500


class SubjectKind(StrEnum):
    """A person; or a group, whose sessions are shifted as one."""

    PERSON = "person"
    GROUP = "group"


@dataclass(frozen=True, slots=True, kw_only=True)
class Allotment:
    """What stands for a subject in one series. number: for tags such as `[PERSON_417]`; code: for tables; shift_days:
    days to add to every date."""

    number: int
    code: str
    shift_days: int


class Crosswalk:
    """The crosswalk of one workspace. `draw(n)` gives a number from 0 to n - 1; another one than the system's own is
    for tests that compare whole releases."""

    def __init__(self, database: Database, keyring: Keyring, *, draw: Callable[[int], int] = secrets.randbelow) -> None:
        self._database = database
        self._keyring = keyring
        self._draw = draw

    def allot(
        self,
        series: str,
        subjects: Iterable[str],
        *,
        kind: SubjectKind = SubjectKind.PERSON,
        joined: Transaction | None = None,
    ) -> dict[str, Allotment]:
        """What stands for each subject in `series`, drawn now, in the given order, for those who are new to it."""
        wanted = list(dict.fromkeys(subjects))
        known = self.known(series, wanted, kind=kind)
        if len(known) == len(wanted):
            return known
        with self._database.writing(joined) as transaction:
            connection = transaction.connection
            known = self._known(connection, series, wanted, kind)
            rows = connection.execute(
                select(crosswalk.c.number, crosswalk.c.code).where(crosswalk.c.series == series)
            ).all()
            numbers, codes = {row.number for row in rows}, {row.code for row in rows}
            for subject in wanted:
                if subject not in known:
                    known[subject] = self._new(numbers, codes)
                    self._keep(transaction, series, f"{kind}:{subject}", known[subject])
        return {subject: known[subject] for subject in wanted}

    def known(
        self, series: str, subjects: Iterable[str], *, kind: SubjectKind = SubjectKind.PERSON
    ) -> dict[str, Allotment]:
        """What stands for those of `subjects` who have something in `series`; draws nothing."""
        with self._database.reading() as connection:
            return self._known(connection, series, list(dict.fromkeys(subjects)), kind)

    def name_copies(
        self, series: str, source_ids: Iterable[str], *, joined: Transaction | None = None
    ) -> dict[str, str]:
        """The file name (without ending) under which each source goes out in `series`: 16 random hex digits."""
        wanted = list(dict.fromkeys(source_ids))
        if joined is None:
            with self._database.reading() as connection:
                names = _names(connection, series, wanted)
            if len(names) == len(wanted):
                return names
        with self._database.writing(joined) as transaction:
            connection = transaction.connection
            names = _names(connection, series, wanted)
            for source_id in wanted:
                if source_id not in names:
                    names[source_id] = "".join(f"{self._draw(256):02x}" for _ in range(8))
                    row = {"series": series, "source_id": source_id, "name": names[source_id]}
                    connection.execute(insert(copy_names).values(row))
        return {source_id: names[source_id] for source_id in wanted}

    def shred(self, subject: str, *, kind: SubjectKind = SubjectKind.PERSON, joined: Transaction | None = None) -> int:
        """Destroy the key of a subject: in no series does a code lead back any more. Returns in how many it stood."""
        tag = self._keyring.tag("subject", f"{kind}:{subject}")
        with self._database.writing(joined) as transaction:
            connection = transaction.connection
            row = connection.execute(
                select(crosswalk_subjects.c.key_id).where(crosswalk_subjects.c.subject_tag == tag)
            ).first()
            if row is None:
                return 0
            self._keyring.destroy(transaction, row.key_id)
            connection.execute(delete(crosswalk_subjects).where(crosswalk_subjects.c.subject_tag == tag))
            transaction.afterwards(self._database.forget_deleted)
            gone = {"subject_tag": secrets.token_hex(32), "sealed": b""}
            return connection.execute(update(crosswalk).where(crosswalk.c.subject_tag == tag).values(gone)).rowcount

    # -- small parts

    def _known(
        self, connection: Connection, series: str, subjects: list[str], kind: SubjectKind
    ) -> dict[str, Allotment]:
        tags = {self._keyring.tag("subject", f"{kind}:{subject}"): subject for subject in subjects}
        joint = crosswalk.join(crosswalk_subjects, crosswalk.c.subject_tag == crosswalk_subjects.c.subject_tag)
        joint = joint.join(data_keys, data_keys.c.key_id == crosswalk_subjects.c.key_id)
        query = select(crosswalk, data_keys.c.key_id, data_keys.c.wrapped).select_from(joint)
        query = query.where(crosswalk.c.series == series)
        found: dict[str, Allotment] = {}
        for some in _by_some(list(tags)):
            for row in connection.execute(query.where(crosswalk.c.subject_tag.in_(some))).all():
                key = self._keyring.get_from(row.wrapped, row.key_id)
                place = f"crosswalk entry `{row.code}`"
                opened = json.loads(key.unseal(row.sealed, bound_to=_bound(series, row.code), place=place))
                found[tags[row.subject_tag]] = Allotment(
                    number=row.number, code=row.code, shift_days=opened["shift_days"]
                )
        return {subject: found[subject] for subject in subjects if subject in found}

    def _new(self, numbers: set[int], codes: set[str]) -> Allotment:
        number = self._free_number(numbers)
        code = self._free_code(codes)
        numbers.add(number)
        codes.add(code)
        weeks = self._draw(_WEEKS) + 1
        return Allotment(number=number, code=code, shift_days=7 * weeks * (1 if self._draw(2) else -1))

    def _free_number(self, taken: set[int]) -> int:
        low = 100
        while sum(low <= n < 10 * low for n in taken) * 2 >= 9 * low:  # half full: numbers with one digit more
            low *= 10
        while (number := low + self._draw(9 * low)) in taken:
            continue
        return number

    def _free_code(self, taken: set[str]) -> str:
        while True:
            code = "".join(_ALPHABET[self._draw(len(_ALPHABET))] for _ in range(_CODE_LENGTH))
            if code not in taken:
                return code

    def _keep(self, transaction: Transaction, series: str, subject: str, allotment: Allotment) -> None:
        tag = self._keyring.tag("subject", subject)
        key = self._key_of(transaction, tag)
        inside = json.dumps({"subject": subject, "shift_days": allotment.shift_days}).encode()
        row = {
            "series": series,
            "subject_tag": tag,
            "number": allotment.number,
            "code": allotment.code,
            "sealed": key.seal(inside, bound_to=_bound(series, allotment.code)),
        }
        transaction.connection.execute(insert(crosswalk).values(row))

    def _key_of(self, transaction: Transaction, tag: str) -> DataKey:
        query = select(crosswalk_subjects.c.key_id).where(crosswalk_subjects.c.subject_tag == tag)
        key_id = transaction.connection.execute(query).scalar()
        if key_id is not None:
            return self._keyring.get(transaction.connection, key_id)
        key = self._keyring.new(transaction, Purpose.PERSON)
        row = {"subject_tag": tag, "key_id": key.key_id}
        transaction.connection.execute(insert(crosswalk_subjects).values(row))
        return key


def _bound(series: str, code: str) -> str:
    return f"crosswalk {series} {code}"


def _names(connection: Connection, series: str, source_ids: list[str]) -> dict[str, str]:
    """The names that there are, in the order asked for."""
    query = select(copy_names.c.source_id, copy_names.c.name).where(copy_names.c.series == series)
    found = {
        row.source_id: row.name
        for some in _by_some(source_ids)
        for row in connection.execute(query.where(copy_names.c.source_id.in_(some)))
    }
    return {source_id: found[source_id] for source_id in source_ids if source_id in found}


def _by_some(values: list[str]) -> Iterator[list[str]]:
    """A query may hold only so many parameters (SQLite: 32,766; older ones 999)."""
    return (values[at : at + _AT_ONCE] for at in range(0, len(values), _AT_ONCE))
