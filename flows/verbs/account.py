"""account: the accounting of disclosures of one person, from the ledger (45 CFR 164.528).

- A line is a release in which the person had words, or which was about them: when, to whom, for which use, what of it,
  under which of their own records, and whether it was called back since.
- It reaches six years back, as the rule asks; the whole ledger on request. It goes on after a shredding.
- It names nobody else: records of others that stood behind the same session are left out.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flows.verbs.notices import NoticeTold, notices_of
from flows.verbs.out import texts_of
from flows.verbs.records import Records, load_records
from flows.wiring import House, open_house
from pipeline.errors import Fault, UsageError
from pipeline.events import Event, EventKind, fits
from pipeline.recall import NoticeState
from pipeline.storage.runs import Release, ReleaseState

YEARS = 6  # 45 CFR 164.528(a)(1): the six years before the request
OUT, RECALLED, REPLACED = "out", "recalled", "replaced"


@dataclass(frozen=True, slots=True, kw_only=True)
class Disclosure:
    """One release as it concerns one person. at: when it went out. sessions: of which something went out. records: the
    person's own (id+version). state: out, recalled or replaced; notice: where the notice of its recall stands. still:
    whether the replacement holds words of the person."""

    release_id: str
    at: datetime
    recipient: str
    recipient_name: str
    use: str
    sessions: tuple[str, ...]
    documents: int
    records: tuple[str, ...]
    state: str = OUT
    recalled_at: datetime | None = None
    replaced_by: str = ""
    still: bool = False
    notice: NoticeState | None = None

    def row(self) -> tuple[str, ...]:
        """As the table shows it."""
        return (
            f"{self.at:%Y-%m-%d}",
            self.recipient_name,
            self.use,
            f"{self.documents} documents: {', '.join(self.sessions)}",
            ", ".join(self.records) or "not in the records of today",
            self.release_id,
            self._where(),
        )

    def _where(self) -> str:
        if self.state == OUT:
            return "out"
        told = f"called back {self.recalled_at:%Y-%m-%d}" if self.recalled_at else "called back"
        return f"{told}, notice {self.notice}" if self.notice else told

    def as_json(self) -> dict[str, Any]:
        """The same for machines."""
        return {
            "release": self.release_id,
            "at": self.at.isoformat(),
            "recipient": self.recipient,
            "recipient_name": self.recipient_name,
            "use": self.use,
            "sessions": list(self.sessions),
            "documents": self.documents,
            "records": list(self.records),
            "state": self.state,
            "recalled_at": None if self.recalled_at is None else self.recalled_at.isoformat(),
            "replaced_by": self.replaced_by or None,
            "notice": None if self.notice is None else self.notice.value,
        }


def account(workspace: Path, person_id: str, *, whole: bool = False) -> tuple[Disclosure, ...]:
    """Every disclosure about a person, the oldest first. UsageError for an id that cannot be one."""
    with open_house(workspace) as house:
        return disclosures(house, load_records(house), person_id, now=datetime.now(UTC), whole=whole)


def disclosures(
    house: House, records: Records, person_id: str, *, now: datetime, whole: bool = False
) -> tuple[Disclosure, ...]:
    """The same in an open workspace. whole: also what is older than six years."""
    check_person(house, records, person_id)
    since = datetime.min.replace(tzinfo=UTC) if whole else now.replace(year=now.year - YEARS, day=min(now.day, 28))
    found: dict[str, Disclosure] = {}
    for recorded in house.ledger.events(kinds=[EventKind.RELEASED]):
        told = recorded.event
        if person_id in texts_of(told.get("persons")) and told.at >= since:
            release_id = str(told.get("release"))
            found[release_id] = _joined(found.get(release_id), told, records, person_id)
    known = {r.release_id: r for r in house.releases.list()}
    told_back = notices_of(house)
    return tuple(_settled(d, known.get(d.release_id), told_back, set(found)) for d in found.values())


def check_person(house: House, records: Records, person_id: str) -> None:
    """UsageError where nobody of that id is or was known here."""
    if person_id in records.people or person_id in records.store.records:
        return
    if fits("person", person_id):
        for recorded in house.ledger.events(kinds=[EventKind.RELEASED, EventKind.SHREDDED]):
            if person_id in texts_of(recorded.event.get("persons")) or recorded.event.get("person") == person_id:
                return
    what = "no person of this id is in people.csv or in the ledger; give the program's own code of the person"
    raise UsageError("nobody of that id is known here", [Fault(place="PERSON", what=what)])


def own_records(records: Records, person_id: str, among: Iterable[str]) -> tuple[str, ...]:
    """Those of some records (id+version) that are the person's own, as the records of today know them."""
    rows = {f"{r.consent_id}+{r.version}" for r in records.store.records.get(person_id, ())}
    natives = {f"{v.consent_id}+{v.version}" for v in records.store.natives.get(person_id, ())}
    return tuple(sorted((rows | natives) & set(among)))


def _joined(before: Disclosure | None, told: Event, records: Records, person_id: str) -> Disclosure:
    sessions = _sessions(records, person_id, texts_of(told.get("sessions")))
    own = own_records(records, person_id, texts_of(told.get("records")))
    if before is not None:
        return replace(
            before,
            sessions=tuple(dict.fromkeys((*before.sessions, *sessions))),
            documents=before.documents + 1,
            records=tuple(sorted({*before.records, *own})),
        )
    recipient = str(told.get("recipient"))
    entry = records.recipients.entries.get(recipient)
    return Disclosure(
        release_id=str(told.get("release")),
        at=told.at,
        recipient=recipient,
        recipient_name=entry.name if entry is not None and entry.name else recipient,
        use=str(told.get("use")),
        sessions=sessions,
        documents=1,
        records=own,
    )


def _sessions(records: Records, person_id: str, sessions: tuple[str, ...]) -> tuple[str, ...]:
    """Of the rows of a table, the number alone of the file: a row tells of one person, and not always of this one."""
    listed = {e.session_id for e in records.sessions}
    return tuple(dict.fromkeys(s if s in listed else s.rpartition(".")[0] or s for s in sessions))


def _settled(d: Disclosure, release: Release | None, back: dict[str, NoticeTold], with_person: set[str]) -> Disclosure:
    """What became of the release since."""
    if release is None or release.state not in (ReleaseState.RECALLED, ReleaseState.REPLACED):
        return d
    notice = back.get(d.release_id)
    return replace(
        d,
        state=REPLACED if release.state is ReleaseState.REPLACED else RECALLED,
        recalled_at=None if notice is None else notice.recalled_at,
        replaced_by=release.replaced_by or "",
        still=release.replaced_by in with_person,
        notice=None if notice is None else notice.state,
    )
