"""What is learned from reviewers' decisions, and what it makes of a text."""

from __future__ import annotations

from pipeline.formats import read
from pipeline.labels import Label
from pipeline.model import Span
from pipeline.reviewing.learned import Decided, Learned, learn
from pipeline.reviewing.marks import Verdict


def decided(words: str, verdict: Verdict, document: str = "a", label: Label = Label.PERSON) -> Decided:
    return Decided(words=words, verdict=verdict, label=label, document=document)


def test_an_added_word_is_always_masked_and_found_in_any_case_as_a_whole_word() -> None:
    learned = learn([decided("Old Mill", Verdict.ADD, label=Label.LOCATION)])
    document = read(b"We met at the old mill. Not the old mills.\n", doc_id="d")
    (span,) = learned.found(document, [])
    assert document.text[span.start : span.end] == "old mill"
    assert (span.label, span.source) == (Label.LOCATION, "learned")


def test_what_is_covered_already_is_not_found_again() -> None:
    learned = learn([decided("Quibbrix", Verdict.ADD)])
    document = read(b"Quibbrix came.\n", doc_id="d")
    span = Span(start=0, end=8, label=Label.PERSON, score=1.0, source="x")
    assert list(learned.found(document, [span])) == []


def test_a_word_is_nobodys_only_where_two_documents_agree_and_none_says_otherwise() -> None:
    once = [decided("Hope", Verdict.REJECT)]
    twice = [*once, decided("hope", Verdict.REJECT, "b")]
    assert learn(once).never == frozenset()
    assert learn(twice).never == {"hope"}
    assert learn([*twice, decided("HOPE", Verdict.ACCEPT, "c")]).never == frozenset()


def test_bare_numbers_and_short_words_teach_nothing() -> None:
    words = ["41", "Jo", "[Person 2]"]
    assert learn([decided(w, v, d) for w in words for v in Verdict for d in "ab"]) == Learned()


def test_a_place_that_somebody_decided_about_is_left_to_them() -> None:
    learned = Learned(never=frozenset({"hope"}))
    document = read(b"Hope is here, and hope.\n", doc_id="d")
    spans = [Span(start=s, end=s + 4, label=Label.PERSON, score=1.0, source="x") for s in (0, 18)]
    (mark,) = learned.rejected(document, spans, standing=[(0, 4)])
    assert (mark.start, mark.verdict) == (18, Verdict.REJECT)


def test_the_digest_tells_what_was_learned_and_the_repr_does_not() -> None:
    one, two = learn([decided("Quibbrix", Verdict.ADD)]), learn([decided("Frandoodle", Verdict.ADD)])
    assert one.digest != two.digest
    assert Learned().digest == ""
    assert "quibbrix" not in repr(one).lower()
