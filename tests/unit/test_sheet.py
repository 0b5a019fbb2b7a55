"""The sheet of a copy: pieces at their places, findings where they stand, groups of equal words, originals apart."""

from __future__ import annotations

from pipeline.formats import read, write
from pipeline.inspection.findings import Finding, Kind, Where
from pipeline.labels import Label
from pipeline.model import Document, Redaction, Span
from pipeline.policy import shipped
from pipeline.redaction.redact import redact
from pipeline.redaction.standins import Allotted
from pipeline.reviewing.sheet import Sheet, originals, sheet_of

TALK = "Ana: I met Bo 🎉 and Bo again.\nBen: He relapsed, she said.\nAna: Call 555 0100.\n"


def span(document: Document, words: str, label: Label, nth: int = 0) -> Span:
    at = -1
    for _ in range(nth + 1):
        at = document.text.index(words, at + 1)
    return Span(start=at, end=at + len(words), label=label, score=0.8, source="x", entity=None)


def made(kept: frozenset[int], findings: tuple[Finding, ...] = ()) -> tuple[Document, Redaction, Sheet, str]:
    document = read(TALK.encode(), doc_id="d")
    spans = [span(document, "Bo", Label.PERSON, 0), span(document, "Bo", Label.PERSON, 1)]
    spans.append(span(document, "relapsed", Label.USE_EVENT))
    redaction = redact(document, spans, shipped("group"), kept, Allotted(codes={}))
    copy = write(TALK.encode(), document, redaction).decode()
    return document, redaction, sheet_of(document, redaction, spans, findings, copy, text_digest="t"), copy


def test_a_piece_knows_its_place_in_the_document() -> None:
    document, _, sheet, _ = made(frozenset({0, 1, 2}))
    first = sheet.turns[0].pieces
    assert [(p.label, p.masked) for p in first] == [
        (None, False), (Label.PERSON, True), (None, False), (Label.PERSON, True), (None, False),
    ]  # fmt: skip
    for piece in first:
        if not piece.masked:
            assert document.text[piece.start : piece.end] == piece.text
    assert document.text[first[1].start : first[1].end] == "Bo"
    assert "Bo" not in "".join(p.text for p in first)
    assert first[1].group == first[3].group != 0


def test_a_disclosure_that_is_kept_is_a_place_too() -> None:
    _, _, sheet, _ = made(frozenset({0, 1, 2}))
    (told,) = (p for p in sheet.turns[1].pieces if p.label is not None)
    assert (told.text, told.label, told.masked) == ("relapsed", Label.USE_EVENT, False)
    assert (told.start, told.end) in sheet.places()


def test_a_withheld_turn_is_an_empty_gap_and_its_original_is_not_shown() -> None:
    document, _, sheet, _ = made(frozenset({0, 2}))
    assert not sheet.turns[1].kept
    assert sheet.turns[1].pieces == ()
    said = originals(document, sheet)
    assert set(said) == {0, 2}
    assert "".join(p.text for p in said[0]) == "I met Bo 🎉 and Bo again."
    assert [p.text for p in said[0] if p.masked] == ["Bo", "Bo"]


def test_a_finding_in_the_copy_stands_at_its_place_in_the_document() -> None:
    _, _, _, copy = made(frozenset({0, 2}))
    at = copy.index("555")
    digits = Finding(where=Where.BODY, start=at, end=at + 8, kind=Kind.PHONE, blocks=False, turn=2)
    inside = copy.index("🎉")
    after_emoji = Finding(where=Where.BODY, start=inside, end=inside + 1, kind=Kind.CODE, blocks=False, turn=0)
    name = Finding(where=Where.FILE_NAME, start=0, end=3, kind=Kind.KNOWN_NAME, blocks=True)
    document, _, sheet, _ = made(frozenset({0, 2}), (digits, after_emoji, name))
    found = [None if f.start is None else document.text[f.start : f.end] for f in sheet.flags]
    assert found == ["555 0100", "🎉", None]


def test_a_finding_in_a_stand_in_is_at_the_whole_place() -> None:
    document, _, _, copy = made(frozenset({0}))
    at = copy.index("[", copy.index("met")) + 2
    inside = Finding(where=Where.BODY, start=at, end=at + 3, kind=Kind.CODE, blocks=False, turn=0)
    _, _, sheet, _ = made(frozenset({0}), (inside,))
    assert document.text[sheet.flags[0].start : sheet.flags[0].end] == "Bo"
