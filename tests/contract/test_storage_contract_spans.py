"""What the span cache promises on SQLite and on PostgreSQL alike; and that the whole room hides names."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import select, update
from storage_room import Room

from pipeline.labels import Category, Label
from pipeline.model import Span
from pipeline.storage.spancache import CachedSpans, CacheKey
from pipeline.storage.tables import metadata, span_cache

KEY = CacheKey(text="a" * 64, detector="b" * 64, roster="c" * 64)
SPAN = Span(start=3, end=9, label=Label.PERSON, score=0.85, source="roster", entity="person:P-014")
SPANS = (
    SPAN,
    Span(start=3, end=40, label=Label.USE_EVENT, score=1.0, source="disclosures", category=Category.SUBSTANCE),
    Span(start=50, end=51, label=Label.AGE, score=0.1, source="numbers"),
)


def test_spans_come_back_as_they_were_put_and_only_under_their_own_key(room: Room) -> None:
    found = CachedSpans(spans=SPANS, examined=812)
    room.spans.put(KEY, found)
    assert room.spans.get(KEY) == found
    assert room.spans.get(CacheKey(text="a" * 64, detector="b" * 64, roster="d" * 64)) is None
    room.spans.put(KEY, CachedSpans(spans=(), examined=0))
    assert room.spans.get(KEY) == CachedSpans(spans=(), examined=0)
    assert room.spans.size() == 1
    room.spans.clear()
    assert room.spans.get(KEY) is None


def test_a_damaged_or_exchanged_entry_counts_as_not_there(room: Room) -> None:
    other = CacheKey(text="f" * 64, detector="b" * 64, roster="c" * 64)
    room.spans.put_all([(KEY, CachedSpans(spans=SPANS, examined=1)), (other, CachedSpans(spans=(), examined=1))])
    with room.database.writing() as transaction:
        swap = select(span_cache.c.sealed).where(span_cache.c.cache_key == str(other)).scalar_subquery()
        transaction.connection.execute(update(span_cache).where(span_cache.c.cache_key == str(KEY)).values(sealed=swap))
    assert room.spans.get(KEY) is None


def test_runs_that_put_together_agree(room: Room) -> None:
    gate = threading.Barrier(4)

    def put(_: int) -> None:
        gate.wait()
        room.spans.put(KEY, CachedSpans(spans=SPANS, examined=1))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(put, range(4)))
    assert room.spans.get(KEY) == CachedSpans(spans=SPANS, examined=1)


def test_nothing_that_names_somebody_lies_in_clear(room: Room) -> None:
    """The canary: nonsense names in a file name, in the words and in a person's id."""
    room.vault.seal(b"Zorbelina Quux said so", place="Zorbelina Quux.vtt")
    room.crosswalk.allot("UNIV-A", ["P-77-Zorbelina"])
    room.spans.put(KEY, CachedSpans(spans=(SPAN,), examined=1))
    with room.database.reading() as connection:
        stored = repr([connection.execute(select(table)).all() for table in metadata.sorted_tables])
    for path in room.folder.rglob("*"):
        stored += str(path.relative_to(room.folder))
        if path.is_file():
            stored += path.read_bytes().decode("latin-1")
    assert "Zorbelina" not in stored
    assert "Quux" not in stored
