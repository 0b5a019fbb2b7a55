"""The laws of reading and writing for containers of text: what holds for the text, and what no byte of a copy tells."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.formats import read, text_as, write
from pipeline.formats.strings import strings
from pipeline.inspection.proof import differences
from pipeline.model import Document, RegionKind
from tests.property.containers_made import CONTAINERS
from tests.property.test_formats_laws import WORDS, redaction, refusal, swap

# of five letters and more, since chance writes shorter ones into what is compressed
SAID, HIDDEN = re.compile(r"zq[a-z0-9]{3,}"), re.compile(r"zh[a-z0-9]{3,}")
PROFILE = settings().max_examples
FEW = settings(max_examples=max(PROFILE // 4, 10))  # files take milliseconds each, PDFs with their typeface 50
GOLDEN = Path(__file__).resolve().parents[1] / "golden" / "formats"
FILES = {
    "pdf": "handout.pdf",
    "rtf": "letter.rtf",
    "eml": "mail.eml",
    "rev_json": "monologues.json",
    "fhir": "resources.json",
    "fhir_lines": "resource-lines.ndjson",
}
each_container = pytest.mark.parametrize("name", sorted(CONTAINERS))


def tokens(copy: bytes) -> set[str]:
    """Every token in the bytes of a copy, wherever it stands."""
    return {token for said in strings(copy) for token in SAID.findall(said)}


def inside(document: Document, turns: frozenset[int] | None = None) -> set[str]:
    """The tokens in the words of the turns that are asked for, all where None."""
    regions = (r for r in document.regions if r.kind in WORDS and (turns is None or r.turn in turns))
    return {token for r in regions for token in SAID.findall(document.text, r.start, r.end)}


@each_container
@FEW
@given(data=st.data())
def test_kept_whole_the_copy_says_the_same_and_hides_nothing(name: str, data: st.DataObject) -> None:
    raw = data.draw(CONTAINERS[name])
    document = read(raw, doc_id="D-1")
    assert document.format == name
    copy = write(raw, document, redaction(document))
    assert tokens(copy) == inside(document)
    assert not any(HIDDEN.search(said) for said in strings(copy))
    assert not [*differences(document, redaction(document), text_as(copy, name, place="copy"))]
    assert write(raw, document, redaction(document)) == copy


@each_container
@FEW
@given(data=st.data())
def test_what_is_replaced_or_withheld_is_in_no_byte_and_the_copy_is_what_the_redaction_says(
    name: str, data: st.DataObject
) -> None:
    raw = data.draw(CONTAINERS[name])
    document = read(raw, doc_id="D-1")
    kept = frozenset(turn.n for turn in document.turns if data.draw(st.booleans()))
    found = [
        m
        for r in document.regions
        if r.kind in WORDS and r.turn in kept
        for m in SAID.finditer(document.text, r.start, r.end)
    ]
    chosen = data.draw(st.sets(st.sampled_from(sorted({m[0] for m in found})))) if found else set()
    gone = [m for m in found if m[0] in chosen]
    stand_in = data.draw(st.sampled_from(["[PERSON_1]", 'Äñ "x" {y} \\b <z> & 漢', "two\nlines"]))
    made = redaction(document, tuple(swap(m.start(), m.end(), stand_in) for m in gone), kept)
    copy = write(raw, document, made)
    assert tokens(copy) == inside(document, kept) - chosen
    if stand_in == "[PERSON_1]":  # PDF shows what its typeface lacks as a box, and a line end becomes a space
        assert not [*differences(document, made, text_as(copy, name, place="copy"))]


@each_container
@FEW
@given(data=st.data())
def test_words_that_belong_to_no_turn_never_leave(name: str, data: st.DataObject) -> None:
    raw = data.draw(CONTAINERS[name])
    document = read(raw, doc_id="D-1")
    free = {
        token
        for r in document.regions
        if r.kind is RegionKind.FREE
        for token in SAID.findall(document.text, r.start, r.end)
    }
    assert not free & tokens(write(raw, document, redaction(document)))


@each_container
@settings(max_examples=200 if PROFILE < 1_000 else PROFILE)
@given(data=st.data())
def test_a_damaged_file_is_read_or_refused_without_a_word_of_it(name: str, data: st.DataObject) -> None:
    raw = bytearray((GOLDEN / FILES[name]).read_bytes())
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(raw)))
        put = data.draw(
            st.one_of(
                st.binary(max_size=4),
                st.sampled_from([b"<<", b">>", b"[", b"{", b"}", b"\\u-1", b"\r\n\r\n", b"--", b" 0 R", b"99999999"]),
            )
        )
        raw[at : at + data.draw(st.sampled_from([0, 1, 3, 200]))] = put
    error = refusal(bytes(raw))
    assert error is None or (error.faults and not re.search("Jordan|Reyes|zq|zh", str(error)))
