"""Laws of inspect: a planted name is always found, a true copy never differs, an altered one always does."""

from __future__ import annotations

import re

from hypothesis import assume, given
from hypothesis import strategies as st

from pipeline import formats
from pipeline.inspection.inspect import Kind, Original, inspect, read_copy
from pipeline.inspection.proof import differences
from pipeline.known import known_values
from pipeline.labels import Label
from pipeline.model import Document, Person, Redaction, Span
from pipeline.policy import shipped
from pipeline.redaction.redact import redact

WORDS = (
    "so then we",
    "went",
    "to the meeting",
    "and it",
    "was fine",
    "you",
    "Carl",
    "Elm House",
    "é naïve",
    "12",
    "ok",
)
NAMES = ("Keisha Ramos-Díaz", "Nguyễn Mỹ Linh", "O'Rourke, Sean", "Zoë van der Berg", "Bao")
KNOWN = known_values([Person(person_id=f"P-{i}", names=(name,)) for i, name in enumerate(NAMES)])
NOBODY = known_values([])
lines = st.lists(st.lists(st.sampled_from(WORDS), min_size=1, max_size=12).map(" ".join), min_size=3, max_size=8)


class Codes:
    def code(self, entity: str, /) -> int:
        return 7


def talk(said: list[str]) -> bytes:
    cues = [
        f"00:00:{n:02d}.000 --> 00:00:{n:02d}.900\n<v {'Ana' if n % 2 else 'Bo'}>{text}\n"
        for n, text in enumerate(said)
    ]
    return ("WEBVTT\n\n" + "\n".join(cues)).encode()


@given(lines, st.sampled_from(NAMES), st.integers(0, 10**6), st.sampled_from([str, str.upper, str.lower]))
def test_a_known_name_in_any_place_and_case_blocks(said, name, at, case):
    planted = list(said)
    words = planted[at % len(said)].split()
    words.insert(at % (len(words) + 1), case(name))
    planted[at % len(said)] = " ".join(words)
    found = inspect(read_copy(talk(planted), doc_id="c"), "d.vtt", KNOWN)
    assert any(f.blocks and f.kind is Kind.KNOWN_NAME for f in found)


def copy_of(said: list[str], kept: set[int]) -> tuple[Document, Redaction, bytes]:
    data = talk(said)
    document = formats.read(data, doc_id="d")
    spans = [
        Span(start=m.start(), end=m.end(), label=label, score=1, source="t")
        for pattern, label in (("Carl", Label.PERSON), ("Elm House", Label.TREATMENT_FACILITY))
        for m in re.finditer(pattern, document.text)
    ]
    turns = {n for n in kept if n < len(document.turns)}
    redaction = redact(document, spans, shipped("group"), turns, Codes())
    return document, redaction, formats.write(data, document, redaction)


@given(lines, st.sets(st.integers(0, 7)))
def test_a_true_copy_is_what_its_redaction_says(said, kept):
    document, redaction, data = copy_of(said, kept)
    copy = read_copy(data, doc_id="c")
    assert list(differences(document, redaction, copy.text)) == []
    assert not any(
        f.blocks for f in inspect(copy, "d.vtt", NOBODY, original=Original(document=document, redaction=redaction))
    )


@given(lines, st.sets(st.integers(0, 7), min_size=1), st.integers(0, 10**6), st.sampled_from(["Carla", "Elm", "zzz"]))
def test_a_word_that_is_put_into_a_copy_is_a_difference(said, kept, at, word):
    document, redaction, data = copy_of(said, kept)
    text = data.decode()
    gaps = [m.start() for m in re.finditer(r"(?<=[\w\]>.]) (?=[\w\[])|(?<=>)", text)]
    assume(gaps)
    place = gaps[at % len(gaps)]
    altered = f"{text[:place]} {word}{text[place:] if text[place : place + 1] == ' ' else ' ' + text[place:]}"
    assert list(differences(document, redaction, altered))


@given(lines, st.sets(st.integers(0, 7), min_size=1))
def test_a_stand_in_that_is_put_back_is_a_difference(said, kept):
    document, redaction, data = copy_of(said, kept)
    text = data.decode()
    for r in redaction.replacements:
        original = document.text[r.start : r.end]
        assert list(differences(document, redaction, text.replace(r.stand_in, original)))
