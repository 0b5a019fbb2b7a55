"""statement: what the accounting and the records say of one person, put into a page for that person."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from flows.verbs.account import OUT, REPLACED, Disclosure, check_person, disclosures
from flows.verbs.asking import instant
from flows.verbs.out import texts_of
from flows.verbs.records import Records, load_records
from flows.wiring import House, open_house
from pipeline.consent.records import ConsentRecord
from pipeline.consent.session import SessionKind
from pipeline.consent.standing import standing
from pipeline.errors import Fault, StateError
from pipeline.events import EventKind
from pipeline.recall import NoticeState
from pipeline.statement import PURPOSES, Form, Shared, Statement, as_html, form_of, in_short, told_day, yes_told
from pipeline.storage.disk import write_new
from pipeline.storage.faults import naming

_NOTES = frozenset({"peer_note", "group_summary", "sud_counseling_note", "psychotherapy_note"})


def write_statement(workspace: Path, person_id: str, place: Path, *, as_of: str | None = None) -> None:
    """Write the page to a new file of mode 0600. UsageError for nobody, StateError where a file is there already."""
    page = statement_page(workspace, person_id, as_of=as_of)
    if place.exists():
        what = "a file is there already and was not overwritten; name another one"
        raise StateError("the statement was not written", [Fault(place="--out", what=what)])
    with naming("--out"):
        write_new(place, page.encode())


def statement_page(workspace: Path, person_id: str, *, as_of: str | None = None) -> str:
    """The page as HTML. It holds the person's name: for them alone."""
    with open_house(workspace) as house:
        records = load_records(house)
        check_person(house, records, person_id)
        return as_html(_statement(house, records, person_id, instant(house, as_of, datetime.now(UTC))))


def _statement(house: House, records: Records, person_id: str, at: datetime) -> Statement:
    found = disclosures(house, records, person_id, now=datetime.now(UTC))
    person = records.people.get(person_id)
    with_them = [d for d in found if d.state == OUT]
    return Statement(
        name=person.names[0] if person is not None else "",
        program=house.settings.program.name,
        contact=house.settings.program.contact,
        today=told_day(at.astimezone(house.zone).date()),
        shared=tuple(_shared(house, records, person_id, d) for d in found),
        forms=_forms(records, person_id, at),
        in_short=in_short(
            tuple(dict.fromkeys(d.recipient_name for d in with_them)),
            len({session for d in with_them for session in d.sessions}),
            back=len(found) - len(with_them),
        ),
        shredded=_shredded(house, person_id),
    )


def _shared(house: House, records: Records, person_id: str, d: Disclosure) -> Shared:
    rows = {f"{r.consent_id}+{r.version}": r for r in records.store.records.get(person_id, ())}
    return Shared(
        recipient=d.recipient_name,
        day=told_day(d.at.astimezone(house.zone).date()),
        purpose=PURPOSES.get(d.use, d.use),
        what=tuple(_what(records, session) for session in d.sessions),
        yes=tuple(yes_told(rows[name]) for name in d.records if name in rows),
        now=_now(house, d),
    )


def _what(records: Records, session_id: str) -> str:
    """A session as the person remembers it: kind and day. Nobody who was there is named."""
    entry = next((e for e in records.sessions if e.session_id == session_id), None)
    if entry is None:
        return "a talk or note that is not in our files today"
    group = entry.kind.value == SessionKind.GROUP.value
    note = entry.note_class is not None and entry.note_class.value in _NOTES
    noun = "parts of a note about you" if note else "parts of a group talk" if group else "parts of a talk with you"
    return noun if entry.session_date is None else f"{noun}, {told_day(entry.session_date)}"


def _now(house: House, d: Disclosure) -> str:
    if d.state == OUT:
        return "They have it."
    asked = "We asked for it back"
    if d.recalled_at is not None:
        asked += f" on {told_day(d.recalled_at.astimezone(house.zone).date())}"
    if d.notice is NoticeState.CONFIRMED:
        done = "They told us that it is wiped."
    elif d.notice is NoticeState.CANNOT:
        done = "They cannot wipe all of it. Please ask us about it."
    else:
        done = "They have not told us yet that it is wiped."
    left = " Parts that you still allow were given again; see the next box." if d.state == REPLACED and d.still else ""
    return f"{asked}. {done}{left}"


def _forms(records: Records, person_id: str, at: datetime) -> tuple[Form, ...]:
    stands = standing(person_id, records.store, at)
    live = {id(one.record) for one in (*stands.consents, *stands.refusals)}
    rows = sorted(records.store.records.get(person_id, ()), key=_signed)
    newest = {r.consent_id: max(x.version for x in rows if x.consent_id == r.consent_id) for r in rows}
    shown = (r for r in rows if r.version == newest[r.consent_id])
    forms = (form_of(r, counts=id(r) in live) for r in shown)
    return tuple(form for form in forms if form is not None)


def _signed(r: ConsentRecord) -> str:
    """By day of signature; what has none comes last."""
    return "9999" if r.signed_on is None else r.signed_on.day.isoformat()


def _shredded(house: House, person_id: str) -> str:
    """The day on which the words of the person were destroyed here; empty where they were not."""
    for recorded in house.ledger.events(kinds=[EventKind.SHREDDED]):
        if person_id in (recorded.event.get("person"), *texts_of(recorded.event.get("persons"))):
            return told_day(recorded.event.at.astimezone(house.zone).date())
    return ""
