"""An invented program of any size whose spans are in the cache before it is released. Nothing in it is real.

Every session is a WebVTT transcript between one client and one worker. Names are made of syllables that are no words.
The text is made from marked sentences, so where each span stands is known without any detection.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from flows.verbs.ingest import ingest
from flows.verbs.init import init
from flows.verbs.prepare import _digest_of_roster, digest_of
from flows.verbs.records import load_records
from flows.wiring import House, detector, open_house
from pipeline import formats
from pipeline.labels import CATEGORY_OF, Label
from pipeline.model import Roster, Span
from pipeline.storage.spancache import CachedSpans, CacheKey
from tests.end_to_end.workspaces import table

AS_OF = datetime(2026, 6, 15, 16, 0, tzinfo=UTC)
RECIPIENT = "far-university"
SPANS_AT_ONCE = 200
_SYLLABLES = ("qua", "vez", "dro", "zim", "pelk", "vlo", "brux", "nax", "tovi", "jelk", "gorz", "mivo")
_RECIPIENTS = """
[recipients.far-university]
name = "A university, invented"
classes = ["research_partner"]
[approvals.irb-1]
recipients = ["far-university"]
review = "irb"
reference = "IRB 1"
agreement = "DUA 1"
valid_from = "2026-01-01"
valid_to = "2027-12-31"
"""
# What is said, turn by turn; {client} and {worker} are names, [LABEL|words] is a span.
_SAID = (
    "Good to see you, {client}. How was the week since we talked last time about the apartment and the bus?",
    "It was long. I went to work on [DATE|Tuesday], then my landlord called me from [PHONE_NUMBER|401-555-0164] twice.",
    "And did you call him back, or did you let it ring like we had planned it together?",
    "I let it ring. I am [AGE|44], I do not have to jump. I have been [CLEAN_TIME|nine months clean] and I sleep now.",
    "That is a lot of nights. What helped you when it was bad around the holidays, do you remember?",
    "My neighbor from [LOCATION|Vloxtonbury] came with soup. She did not ask anything, she just sat there with me.",
    "You said the [MEDICATION|buprenorphine] made you tired at first. Is that still so in the mornings, {client}?",
    "Less so. {worker}, you told me to eat first, and that was it. I still miss the smell of the old kitchen though.",
    "We can write that down for the next visit on [DATE|June 3], and you decide who reads it. Nobody else does.",
    "Yes. Write down that I walked here. Both ways, in the rain, and that I did not stop anywhere on the road.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Session:
    """One session: who was in it, and its file with the spans in it."""

    number: int
    client: int
    worker: int
    day: date


def make_program(workspace: Path, *, turns: int, turns_each: int = 100, clients: int = 400, workers: int = 20) -> None:
    """A workspace with so many turns, ingested, whose spans are cached."""
    init(workspace, name="Invented", contact="office", now=AS_OF)
    sessions = [
        _Session(number=n, client=n % clients, worker=n % workers, day=date(2026, 1, 5) + timedelta(days=n % 150))
        for n in range(turns // turns_each)
    ]
    _records(workspace / "records", sessions, clients, workers)
    for session in sessions:
        (workspace / "inbox" / _file(session)).write_text(_written(session, turns_each)[0], encoding="utf-8")
    with open_house(workspace) as house:
        ingest(house, at=AS_OF, actor="bench")
        found = _cached(house, sessions, turns_each)
        while some := list(itertools.islice(found, SPANS_AT_ONCE)):
            house.spans.put_all(some)


def words_of(turns: int) -> int:
    """Words that are said in so many turns."""
    return sum(len(part.split()) for n in range(turns) for part, _ in _parts(_SAID[n % len(_SAID)]))


def _name(kind: str, number: int) -> str:
    first, second, third = (_SYLLABLES[number // 12**i % 12] for i in range(3))
    return f"{kind}{first} {second}{third}{'el' if kind == 'Ye' else 'or'}".title()


def _client(session: _Session) -> str:
    return _name("Ye", session.client)


def _worker(session: _Session) -> str:
    return _name("Wu", session.worker)


def _file(session: _Session) -> str:
    return f"session-{session.number:05d}.vtt"


def _written(session: _Session, turns: int) -> tuple[str, list[tuple[int, int, Label, str | None]]]:
    """The file, and (start, end, label, entity) of each span in it."""
    text, spans = "WEBVTT\n", []
    speakers = ((_worker(session), f"person:W-{session.worker}"), (_client(session), f"person:P-{session.client}"))
    names = {"client": (_client(session).split()[0], speakers[1][1]), "worker": (_worker(session), speakers[0][1])}
    for n in range(turns):
        minute, second = divmod(n * 7, 60)
        text += f"\n{n + 1}\n00:{minute:02d}:{second:02d}.000 --> 00:{minute:02d}:{second:02d}.900\n"
        speaker, entity = speakers[n % 2]
        spans.append((len(text), len(text) + len(speaker), Label.PERSON, entity))
        text += f"{speaker}: "
        for part, label in _parts(_SAID[(n + 2 * session.number) % len(_SAID)]):
            words, whose = names.get(part, (part, None)) if label is Label.PERSON else (part, None)
            if label is not None:
                spans.append((len(text), len(text) + len(words), label, whose))
            text += words
        text += "\n"
    return text, spans


def _parts(said: str) -> Iterator[tuple[str, Label | None]]:
    """The stretches of a marked sentence; a name in braces is a PERSON."""
    while said:
        at = min((i for i in (said.find("["), said.find("{")) if i >= 0), default=len(said))
        if at:
            yield said[:at], None
        if at < len(said):
            end = said.index("]" if said[at] == "[" else "}", at)
            label, _, words = said[at + 1 : end].rpartition("|")
            yield words, Label(label) if label else Label.PERSON
            at = end + 1
        said = said[at:]


def _cached(house: House, sessions: list[_Session], turns: int) -> Iterator[tuple[CacheKey, CachedSpans]]:
    records = load_records(house)
    for session in sessions:
        text, marks = _written(session, turns)
        document = formats.read(text.encode(), doc_id="D")
        roster: Roster = records.roster(f"S-{session.number:05d}")
        key = CacheKey(text=digest_of(document), detector=detector().digest, roster=_digest_of_roster(roster, records))
        spans = tuple(
            Span(start=a, end=b, label=lb, score=1.0, source="made", entity=entity, category=CATEGORY_OF.get(lb))
            for a, b, lb, entity in marks
        )
        yield key, CachedSpans(spans=spans, examined=len(text))


def _records(folder: Path, sessions: list[_Session], clients: int, workers: int) -> None:
    everyone = [(f"P-{n}", _name("Ye", n)) for n in range(clients)] + [
        (f"W-{n}", _name("Wu", n)) for n in range(workers)
    ]
    people = [
        {"person_id": i, "name": name, "aliases": "", "birth_date": "1980-01-01", "adult_attested": "",
         "legal_status": "adult", "minor_rule": "", "phones": "", "emails": "", "addresses": "", "ids": ""}
        for i, name in everyone
    ]  # fmt: skip
    listed = [
        {"session_id": f"S-{s.number:05d}", "session_date": s.day.isoformat(), "kind": "individual",
         "note_class": "transcript", "program": "north", "file": _file(s), "roster_complete": "yes"}
        for s in sessions
    ]  # fmt: skip
    present = [
        {"session_id": f"S-{s.number:05d}", "person_id": i, "role": role, "speaker_label": label}
        for s in sessions
        for i, role, label in (
            (f"P-{s.client}", "client", _client(s)),
            (f"W-{s.worker}", "staff", _worker(s)),
        )
    ]
    for name, rows in (
        ("people", people),
        ("sessions", listed),
        ("participants", present),
        ("consents", _consents(clients)),
    ):
        (folder / f"{name}.csv").write_text(table(rows), encoding="utf-8")
    (folder / "recipients.toml").write_text(_RECIPIENTS, encoding="utf-8")


def _consents(clients: int) -> list[dict[str, str]]:
    yes = dict.fromkeys(
        ("cat_substance", "cat_mental_health", "cat_trauma", "cat_self_harm", "cat_legal", "cat_sexual_health_hiv",
         "st_revocation_right", "st_redisclosure", "st_refusal_consequences", "st_not_conditioned"), "yes"
    )  # fmt: skip
    blank = dict.fromkeys(
        ("authority_document", "data_to", "effective_on", "expiry_event", "expiry_event_state", "known_false",
         "note_classes", "recall_promised", "revocation_scope", "revoked_on", "supersedes_id",
         "unsupported_constraints"), ""
    )  # fmt: skip
    return [
        {"consent_id": f"C-{n}", "version": "1", "record_type": "consent", "status": "active", "person_id": f"P-{n}",
         "purposes": "research", "recipients": "class:research_partner", "may_disclose": "the program",
         "info_description": "recordings of peer sessions", "data_from": "2026-01-01", "signed_on": "2026-01-02",
         "expires_on": "2027-12-31", "signer_roles": "self", "signature_evidence": f"scan:C-{n}",
         "recorded_by": "W-1", "recorded_at": "2026-01-02T16:00:00-05:00", **yes, **blank}
        for n in range(clients)
    ]  # fmt: skip
