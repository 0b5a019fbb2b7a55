"""Laws of readings: every character has one place, the way back is exact, whatever the text."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pipeline.model import Document, Region, RegionKind, Roster, Turn
from recognizers.reading import EXAMINED, Reading, fold, read_plain, stitch

ANY_TEXT = st.text(st.characters(), max_size=60)  # with surrogates, NUL, marks of direction


@st.composite
def documents(draw: st.DrawFn) -> Document:
    pieces = draw(
        st.lists(st.tuples(st.text(st.characters(), min_size=1, max_size=12), st.sampled_from(RegionKind)), max_size=12)
    )
    turns = tuple(Turn(n=i) for i in range(3))
    regions, at = [], 0
    for n, (text, kind) in enumerate(pieces):
        spoken = kind in (RegionKind.BODY, RegionKind.LABEL)
        regions.append(Region(start=at, end=at + len(text), kind=kind, turn=min(2, n // 4) if spoken else None))
        at += len(text)
    text = "".join(t for t, _ in pieces)
    return Document(doc_id="d", format="made", text=text, regions=tuple(regions), turns=turns)


@given(ANY_TEXT)
def test_folding_keeps_every_offset(text: str) -> None:
    assert len(fold(text)) == len(text)


@given(documents())
def test_every_examined_character_is_read_once(document: Document) -> None:
    reading = stitch(document, Roster())
    wanted = sum(r.end - r.start for r in document.regions if r.kind in EXAMINED)
    assert reading.examined == wanted
    back = [i for s, e in reading.back(0, len(reading.text)) for i in range(s, e)]
    assert len(back) == len(set(back)) == wanted


@given(documents(), st.integers(0, 200), st.integers(1, 40))
def test_the_way_back_gives_the_same_words(document: Document, start: int, size: int) -> None:
    reading = stitch(document, Roster())
    ranges = reading.back(start, start + size)
    said = "".join(document.text[s:e] for s, e in ranges)
    assert said in reading.text or len(ranges) > 1
    for s, e in ranges:
        here = reading.forward(s)
        assert here is not None
        assert reading.text[here : here + e - s] == document.text[s:e]
        assert sum(r.start <= s and e <= r.end for r in document.regions) == 1


@given(documents())
def test_the_joined_view_holds_no_speaker_label(document: Document) -> None:
    joined = stitch(document, Roster()).bodies
    assert all(p.kind is not RegionKind.LABEL for p in joined.pieces)


@given(ANY_TEXT)
def test_plain_text_is_its_own_reading(text: str) -> None:
    reading: Reading = read_plain(text)
    assert reading.text == text
    assert reading.back(0, len(text)) == ([(0, len(text))] if text else [])
