"""teach: make the program's lists from what reviewers decided, and on request gold documents of its own text.

- Every original that is opened for it is told in the ledger first, with who asked and why.
- Gold documents hold the words of people. They lie in `gold/` of the workspace, for this account alone, to measure and
  to train with inside the program; Label Studio's JSON lies beside them. Nothing of it is ever released.
- A document is gold where somebody decided about every place of it; a table is none, since its rows are read apart.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flows.verbs.asking import check_actor
from flows.verbs.learning import keep_learned
from flows.verbs.prepare import digest_of
from flows.verbs.records import Records, load_records
from flows.wiring import House, detector, open_house
from pipeline.consent.read_sessions import EntryKind, SessionEntry
from pipeline.errors import InputError
from pipeline.events import EventKind, event
from pipeline.formats import read
from pipeline.gold import with_marks, write_gold
from pipeline.measure import Gold
from pipeline.model import Document
from pipeline.reviewing.learned import Decided, Learned, learn
from pipeline.reviewing.marks import Marks, Verdict
from pipeline.storage.disk import private_folder, write_whole
from pipeline.storage.faults import naming
from pipeline.storage.grants import GrantPurpose, OperatorGrant

GOLD, LABEL_STUDIO = "gold", "label-studio.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Taught:
    """What came of it, in counts. gold: documents in which every place is decided."""

    documents: int
    always: int
    never: int
    gold: int

    def as_json(self) -> dict[str, int]:
        """For machines."""
        return {"documents": self.documents, "always": self.always, "never": self.never, "gold": self.gold}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    marks: Marks
    document: Document = field(repr=False)
    gold: Gold | None = field(repr=False)


def teach(workspace: Path, *, by: str, gold: bool, dry_run: bool) -> Taught:
    """Learn from every standing decision. Raises StorageError, VerificationError."""
    check_actor(by)
    with open_house(workspace) as house:
        documents = list(_reviewed(house, load_records(house), by))
        learned = learn(one for found in documents for one in _decided(found))
        whole = [found for found in documents if found.gold is not None]
        if not dry_run:
            keep_learned(house, learned)
            if gold:
                _write(workspace, [(f.marks.text_digest, f.gold) for f in whole if f.gold is not None])
        return _told(learned, len(documents), len(whole))


def _told(learned: Learned, documents: int, gold: int) -> Taught:
    return Taught(documents=documents, always=len(learned.always), never=len(learned.never), gold=gold)


def _reviewed(house: House, records: Records, by: str) -> Iterator[_Read]:
    """Every document that somebody decided about, opened with an event of its own."""
    entries = {e.file: e for e in records.sessions if e.file is not None and e.kind is not EntryKind.TABLE}
    sources = {source.ref.source_id: entries[place] for place, source in house.vault.find(entries).items()}
    for marks in sorted(house.marks.list(), key=lambda m: m.text_digest):
        entry = sources.get(marks.source_id)
        if entry is None or not marks.standing():
            continue
        document = _opened(house, entry, marks.source_id, by)
        if document is not None and digest_of(document) == marks.text_digest:
            yield _Read(marks=marks, document=document, gold=_gold(document, marks, records, entry))


def _opened(house: House, entry: SessionEntry, source_id: str, by: str) -> Document | None:
    now = datetime.now(UTC)
    looked = event(
        EventKind.LOOKED,
        at=now,
        actor=by,
        session=entry.session_id,
        source=source_id,
        purpose=GrantPurpose.DETECT.value,
    )
    house.ledger.append([looked])
    grant = OperatorGrant(session_id=entry.session_id, actor=by, purpose=GrantPurpose.DETECT)
    try:
        return read(house.vault.unseal(source_id, permit=grant), doc_id=source_id[:12])
    except InputError:
        return None  # it was replaced by a file that cannot be read; its marks teach nothing


def _decided(found: _Read) -> Iterator[Decided]:
    for (start, end), mark in found.marks.standing().items():
        words = found.document.text[start:end]
        yield Decided(words=words, verdict=mark.verdict, label=mark.label, document=found.marks.text_digest)


def _gold(document: Document, marks: Marks, records: Records, entry: SessionEntry) -> Gold | None:
    """The document with what stands after review; None while a place of it is undecided, or cannot be marked."""
    standing = marks.standing()
    spans = detector().detect(document, records.roster(entry.session_id)).spans
    if any((s.start, s.end) not in standing for s in spans):
        return None
    made = [m for m in standing.values() if m.verdict is not Verdict.REJECT]
    gold, end = Gold(text=document.text, marks=()), 0
    try:
        for mark in sorted(made, key=lambda m: (m.start, -m.end)):
            if mark.start >= end:  # the mark-up has no overlaps: the longer one stands
                gold, end = with_marks(gold, [(mark.start, mark.end)], mark.label), mark.end
    except ValueError:
        return None  # a place over two lines: the mark-up has no word for it
    return gold


def _write(workspace: Path, documents: list[tuple[str, Gold]]) -> None:
    folder = workspace / GOLD
    with naming(GOLD):
        private_folder(folder)
        for name, gold in documents:
            write_whole(folder / gold_name(name), write_gold(gold).encode())
        tasks = [label_studio(name[:16], gold) for name, gold in documents]
        write_whole(folder / LABEL_STUDIO, json.dumps(tasks, ensure_ascii=False, indent=1).encode())


def gold_name(text_digest: str) -> str:
    """The file of a gold document, by the digest of the text it was made of."""
    return f"{text_digest[:16]}.txt"


def label_studio(name: str, gold: Gold) -> dict[str, Any]:
    """One task with its annotation, as Label Studio imports it. Offsets: UTF-16 units, as a browser counts."""
    result = [
        {
            "id": f"{name}-{n}",
            "from_name": "label",
            "to_name": "text",
            "type": "labels",
            "value": {
                "start": _units(gold.text[: mark.start]),
                "end": _units(gold.text[: mark.end]),
                "text": gold.text[mark.start : mark.end],
                "labels": [mark.label.value],
            },
        }
        for n, mark in enumerate(gold.marks)
    ]
    return {"data": {"text": gold.text, "document": name}, "annotations": [{"result": result}]}


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2
