"""The facts of a segment: who speaks, what it touches, whom it mentions; and whose matter a disclosure is."""

from __future__ import annotations

import re

import pytest

from pipeline.consent.records import NoteClass
from pipeline.labels import Category, Label
from pipeline.model import Document, Person, Region, RegionKind, Role, Roster, Span, Turn
from pipeline.segments import normal_label, segments
from pipeline.whose import Mark, of_speaker, of_third_party

MARIA = Person(person_id="P1", names=("Maria Reyes",), speaker_labels=("Maria R.",))
JO = Person(person_id="P2", names=("Jo",), speaker_labels=("Jo",))
WORKER = Person(person_id="W1", names=("Sam",), role=Role.STAFF, speaker_labels=("Sam (peer)", "Host"))
ROSTER = Roster(present=(MARIA, JO, WORKER), known=(Person(person_id="P9", names=("Lee",)),))
THRESHOLD = 0.5


def document(
    *turns: tuple[str | None, str], person_id: str | None = None, replies: dict[int, int] | None = None
) -> Document:
    """A document of `label: words` lines. Words in braces are what `spans` marks."""
    text, regions, made = "", [], []
    for n, (speaker, words) in enumerate(turns):
        if speaker is not None:
            regions.append(Region(start=len(text), end=len(text) + len(speaker), kind=RegionKind.LABEL, turn=n))
            text += speaker
        body = f": {words}\n"
        regions.append(Region(start=len(text), end=len(text) + 2, kind=RegionKind.FIXED, turn=n))
        regions.append(Region(start=len(text) + 2, end=len(text) + len(body), kind=RegionKind.BODY, turn=n))
        text += body
        made.append(Turn(n=n, speaker=speaker, person_id=person_id, replies_to=(replies or {}).get(n)))
    return Document(doc_id="d", format="test", text=text, regions=tuple(regions), turns=tuple(made))


def span(doc: Document, words: str, label: Label, **more: object) -> Span:
    at = doc.text.index(words)
    return Span(start=at, end=at + len(words), label=label, **{"score": 0.9, "source": "test", **more})


@pytest.mark.parametrize(
    "written",
    [
        "Maria R.",
        "maria r.",
        "MARIA  R.",
        " Maria R.: ",
        "Maria R. (she/her)",
        "Maria R. [She / Her / Ella]",
        "Maria R. (they/them pronouns)",
    ],
)
def test_a_label_written_a_little_differently_is_the_same_person(written: str) -> None:
    assert normal_label(written) == normal_label("Maria R.")
    (segment,) = segments(document((written, "hello")), (), ROSTER, THRESHOLD)
    assert segment.speaker == "P1"


@pytest.mark.parametrize("written", ["Maria", "Maria R. 2", "Sam", "Unknown", "Maria R. (guest)"])
def test_any_other_label_is_somebody_nobody_knows(written: str) -> None:
    (segment,) = segments(document((written, "hello")), (), ROSTER, THRESHOLD)
    assert segment.speaker is None


def test_a_label_that_two_people_share_is_nobodys() -> None:
    twin = Person(person_id="P5", names=("Jo B",), speaker_labels=("JO",))
    (segment,) = segments(document(("Jo", "hello")), (), Roster(present=(JO, twin)), THRESHOLD)
    assert segment.speaker is None


def test_a_turn_without_a_label_in_a_transcript_is_by_nobody_known() -> None:
    (segment,) = segments(document((None, "hello")), (), ROSTER, THRESHOLD, author="W1")
    assert segment.speaker is None


def test_a_note_is_written_by_its_author_or_by_the_only_worker() -> None:
    doc = document((None, "met today"))
    given = segments(doc, (), ROSTER, THRESHOLD, note_class=NoteClass.PEER_NOTE, author="W7")
    only = segments(doc, (), ROSTER, THRESHOLD, note_class=NoteClass.PEER_NOTE)
    assert [given[0].speaker, only[0].speaker] == ["W7", "W1"]


def test_a_note_of_no_known_worker_counts_as_the_word_of_its_one_client() -> None:
    doc = document((None, "drank again"))
    found = (span(doc, "drank", Label.USE_EVENT, category=Category.SUBSTANCE),)
    alone, crowd = Roster(present=(MARIA,)), Roster(present=(MARIA, JO))
    speakers = [
        segments(doc, found, roster, THRESHOLD, note_class=NoteClass.PEER_NOTE)[0].speaker for roster in (alone, crowd)
    ]
    assert speakers == ["P1", None]


def test_a_first_person_disclosure_in_a_note_of_no_known_worker_is_by_nobody() -> None:
    doc = document((None, "I drank again"))
    found = (span(doc, "drank", Label.USE_EVENT, category=Category.SUBSTANCE),)
    (segment,) = segments(doc, found, Roster(present=(MARIA,)), THRESHOLD, note_class=NoteClass.PEER_NOTE)
    assert segment.speaker is None


def test_a_row_of_a_table_is_about_its_person() -> None:
    doc = document((None, "came by"), person_id="P2")
    (segment,) = segments(doc, (), Roster(present=(MARIA, JO)), THRESHOLD)
    assert segment.speaker == "P2"


def test_categories_come_from_the_disclosures_in_the_words() -> None:
    doc = document(("Maria R.", "heroin and court and flu and gay"), ("Jo", "nothing"))
    found = (
        span(doc, "heroin", Label.SUBSTANCE),
        span(doc, "court", Label.LEGAL, category=Category.LEGAL),
        span(doc, "flu", Label.HEALTH_CONDITION),
        span(doc, "gay", Label.IDENTITY),
    )
    first, second = segments(doc, found, ROSTER, THRESHOLD)
    assert first.categories == {Category.SUBSTANCE, Category.LEGAL}
    assert second.categories == frozenset()
    assert [first.segment_id, second.segment_id] == ["0", "1"]


@pytest.mark.parametrize(("score", "confident"), [(0.5, True), (0.49, False)])
def test_a_disclosure_under_the_threshold_is_uncertain(score: float, confident: bool) -> None:
    doc = document(("Jo", "heroin"))
    (segment,) = segments(doc, (span(doc, "heroin", Label.SUBSTANCE, score=score),), ROSTER, THRESHOLD)
    assert segment.label_confident is confident


def test_an_uncertain_identifier_leaves_the_label_certain() -> None:
    doc = document(("Jo", "Lee"))
    (segment,) = segments(doc, (span(doc, "Lee", Label.PERSON, score=0.1),), ROSTER, THRESHOLD)
    assert segment.label_confident


def test_mentions_are_people_of_the_program_but_no_workers() -> None:
    doc = document(("Jo", "Maria met Sam and Lee and Kim"))
    found = (
        span(doc, "Maria", Label.PERSON, entity="person:P1"),
        span(doc, "Sam", Label.PERSON, entity="person:W1"),
        span(doc, "Lee", Label.PERSON, entity="person:P9"),
        span(doc, "Kim", Label.PERSON, entity="local:1"),
    )
    (segment,) = segments(doc, found, ROSTER, THRESHOLD)
    assert segment.mentions == {"P1", "P9"}
    assert not segment.third_party_sensitive


def test_a_speaker_label_is_no_mention() -> None:
    doc = document(("Maria R.", "hello"))
    (segment,) = segments(doc, (span(doc, "Maria R.", Label.PERSON, entity="person:P1"),), ROSTER, THRESHOLD)
    assert segment.mentions == frozenset()


def test_what_a_turn_says_it_replies_to_is_carried() -> None:
    first, second = segments(document(("Jo", "a"), ("Jo", "b"), replies={1: 0}), (), ROSTER, THRESHOLD)
    assert [first.replies_to, second.replies_to] == [None, "0"]


def test_a_workers_own_story_is_theirs_and_a_clients_is_no_workers() -> None:
    doc = document(("Host", "I was on heroin too"), ("Jo", "I was on meth"))
    found = (span(doc, "heroin", Label.SUBSTANCE), span(doc, "meth", Label.SUBSTANCE))
    assert [s.self_disclosure for s in segments(doc, found, ROSTER, THRESHOLD)] == [True, False]


def test_words_of_one_turn_over_two_cues_are_one_text() -> None:
    text = "my brother is on|heroin now"
    doc = Document(
        doc_id="d",
        format="test",
        text=text,
        regions=(
            Region(start=0, end=16, kind=RegionKind.BODY, turn=0),
            Region(start=16, end=17, kind=RegionKind.FIXED, turn=0),
            Region(start=17, end=len(text), kind=RegionKind.BODY, turn=0),
        ),
        turns=(Turn(n=0, speaker="Jo"),),
    )
    (segment,) = segments(doc, (span(doc, "heroin", Label.SUBSTANCE),), ROSTER, THRESHOLD)
    assert segment.third_party_sensitive


def marked(text: str) -> tuple[str, tuple[Mark, ...]]:
    """`{a disclosure}` and `<a stranger>` of a sentence, as marks in the text without them."""
    marks, out = [], ""
    for part in re.split(r"([{<][^}>]*[}>])", text):
        if part[:1] in "{<" and part:
            marks.append(Mark(start=len(out), end=len(out) + len(part) - 2, disclosure=part[0] == "{"))
            part = part[1:-1]
        out += part
    return out, tuple(marks)


@pytest.mark.parametrize(
    ("text", "third"),
    [
        ("My sister is {using} again.", True),
        ("my sisters' {meth}", True),
        ("<Kim> was {locked up}.", True),
        ("{Heroin} was all I knew. My sister called.", False),
        ("<Kim> called. I {relapsed}.", False),
        ("I saw Dr. <Kim> about the {methadone}.", True),
        ("I talked to J. <Kim> about {court}.", True),
        ("my mother in law {drinks}", True),
        ("my sponsor knows I {drink}", False),
        ("no marks at all my dad called i was {high}", True),
        ("I {drink}. lower case goes on <Kim>", True),
        ("I met <Kim>.", False),
    ],
)
def test_a_third_partys_matter_stands_in_one_sentence_with_them(text: str, third: bool) -> None:
    assert of_third_party(*marked(text)) is third


@pytest.mark.parametrize(
    ("text", "own"),
    [
        ("I was on {heroin} for years.", True),
        ("My own {addiction} taught me.", True),
        ("{Heroin} was what kept me warm.", True),
        ("You said the {meth} is back.", False),
        ("I hear you about the {meth}.", False),
        ("I asked about the {drinking}.", False),
        ("I have also talked about {cravings}.", False),
        ("I told her I was {using}.", True),
        ("I told her about my {relapse}.", True),
        ("He told me that he {drinks}.", False),
        ("The client's {overdose} came up with me.", False),
        ("There was {methadone} on the table.", False),
        ("I like tea. He {drinks}.", False),
    ],
)
def test_a_story_is_the_speakers_own_by_the_nearest_pronoun(text: str, own: bool) -> None:
    assert of_speaker(*marked(text)) is own
