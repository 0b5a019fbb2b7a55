"""The laws of reading and writing, over files that were made up: what must hold for every format and every file."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pipeline.errors import InputError
from pipeline.formats import FORMATS, TableMapping, read, write
from pipeline.labels import Label
from pipeline.model import Document, Redaction, RegionKind, Replacement
from tests.property.formats_made import MADE

TOKEN = re.compile(r"zq\w+")
WORDS = (RegionKind.BODY, RegionKind.LABEL)
MAPPING = TableMapping(person="client_id", key="note_id", text=("note",))
# twice the profile's size: 200 files a reader in CI
TWICE = settings(max_examples=2 * settings().max_examples)
# tables in containers have laws of their own, tests/property/test_tables_laws.py; so have texts in containers,
# tests/property/test_containers_laws.py, and Word documents, tests/property/test_docx_laws.py
ELSEWHERE = {
    "docx",
    "docx_transcript",
    "xlsx",
    "parquet",
    "jsonl",
    "pdf",
    "rtf",
    "eml",
    "fhir",
    "fhir_lines",
    "rev_json",
}
each_format = pytest.mark.parametrize("name", sorted(MADE))


def redaction(
    document: Document, replacements: tuple[Replacement, ...] = (), kept: frozenset[int] | None = None
) -> Redaction:
    everyone = frozenset(range(len(document.turns)))
    return Redaction(doc_id=document.doc_id, replacements=replacements, kept=everyone if kept is None else kept)


def swap(start: int, end: int, stand_in: str = "[PERSON_1]") -> Replacement:
    return Replacement(start=start, end=end, label=Label.PERSON, action="tag", stand_in=stand_in)


def said_once(name: str, copy: str) -> str:
    """The copy; of Whisper's JSON the segments alone, since the file says their text a second time in one string."""
    return json.dumps(json.loads(copy)["segments"]) if name == "whisper" else copy


def refusal(data: bytes, mapping: TableMapping | None = None) -> InputError | None:
    """Why the bytes cannot be read and written; None where they can."""
    try:
        document = read(data, doc_id="D-1", mapping=mapping)
        write(data, document, redaction(document))
    except InputError as error:
        return error
    return None


def test_every_format_is_made_up_here() -> None:
    assert {form.name for form in FORMATS} == set(MADE) | ELSEWHERE


@each_format
@TWICE
@given(data=st.data())
def test_a_file_is_read_by_its_own_format_and_its_regions_partition_it(name: str, data: st.DataObject) -> None:
    text = data.draw(MADE[name])
    document = read(text.encode(), doc_id="D-1")
    assert document.format == name
    assert "".join(document.text[r.start : r.end] for r in document.regions) == document.text
    if name == "whisper":  # a container: the text is taken out of it
        assert document.text.split("\n")[:-1] == [
            (f"{s['speaker']}: " if "speaker" in s else "") + s["text"] for s in json.loads(text)["segments"]
        ]
    else:
        assert document.text == text


@each_format
@given(data=st.data())
def test_nothing_replaced_and_all_kept_gives_back_all_that_may_go_out(name: str, data: st.DataObject) -> None:
    text = data.draw(MADE[name])
    document = read(text.encode(), doc_id="D-1")
    copy = write(text.encode(), document, redaction(document)).decode()
    out = {RegionKind.FREE, RegionKind.DROPPED}
    stays = "".join(document.text[r.start : r.end] for r in document.regions if r.kind not in out)
    numbers = re.compile(r"(?m)^\d+(?=\r?\n[\d:.,]+ -->)")
    if name == "whisper":
        assert read(copy.encode(), doc_id="D-1").text == stays
        assert set(TOKEN.findall(copy)) == set(TOKEN.findall(stays))
    elif name == "table":
        assert re.sub(r"column_\d", "", copy) == stays
    else:
        assert re.sub(r"\s", "", numbers.sub("", copy)) == re.sub(r"\s", "", numbers.sub("", stays))
    again = read(copy.encode(), doc_id="D-1")
    assert write(copy.encode(), again, redaction(again)).decode() == copy


@each_format
@given(data=st.data())
def test_what_is_replaced_is_gone_and_the_rest_stays(name: str, data: st.DataObject) -> None:
    text = data.draw(MADE[name])
    document = read(text.encode(), doc_id="D-1")
    inside = [r for r in document.regions if r.kind in WORDS]
    tokens = [m for r in inside for m in TOKEN.finditer(document.text, r.start, r.end)]
    gone = [m for m in tokens if data.draw(st.booleans())]
    stand_in = data.draw(st.sampled_from(["[PERSON_1]", '<A "B" & C>', "two\nlines", "--> x", "", "=1+1"]))
    made = tuple(swap(m.start(), m.end(), stand_in) for m in gone)
    copy = write(text.encode(), document, redaction(document, made)).decode()
    assert set(TOKEN.findall(copy)) - {m[0] for m in tokens} <= set(TOKEN.findall("zqcolumn"))
    for m in tokens:
        assert (m[0] in copy) == (m not in gone)
    marked_up = name in ("webvtt", "srt", "table", "whisper")  # no stand-in breaks what has markup
    if marked_up or (
        stand_in == "[PERSON_1]" and name != "chat"
    ):  # a chat without its dates is a transcript with times
        assert read(copy.encode(), doc_id="D-1").format == name


@each_format
@given(data=st.data())
def test_a_replacement_anywhere_takes_every_character_of_words_it_covers(name: str, data: st.DataObject) -> None:
    text = data.draw(MADE[name])
    document = read(text.encode(), doc_id="D-1")
    start = data.draw(st.integers(0, len(document.text) - 1))
    end = data.draw(st.integers(start + 1, len(document.text)))
    copy = write(text.encode(), document, redaction(document, (swap(start, end),))).decode()
    covered = {m[0] for m in TOKEN.finditer(document.text) if start <= m.start() and m.end() <= end}
    layout = {
        m[0]
        for r in document.regions
        if r.kind is RegionKind.FIXED
        for m in TOKEN.finditer(document.text, r.start, r.end)
    }
    assert not covered.intersection(TOKEN.findall(copy)) - layout
    assert said_once(name, copy).count("[PERSON_1]") <= 1


@each_format
@given(data=st.data())
def test_of_a_withheld_turn_no_word_and_no_name_stays(name: str, data: st.DataObject) -> None:
    text = data.draw(MADE[name])
    document = read(text.encode(), doc_id="D-1")
    kept = frozenset(turn.n for turn in document.turns if data.draw(st.booleans()))
    copy = write(text.encode(), document, redaction(document, kept=kept)).decode()
    for region in document.regions:
        for m in TOKEN.finditer(document.text, region.start, region.end):
            stays = region.kind is RegionKind.FIXED or (region.kind in WORDS and region.turn in kept)
            assert (m[0] in copy) == stays
    gaps = 0 if name == "table" else len(document.turns) - len(kept)
    assert said_once(name, copy).count("[withheld]") == gaps


@given(text=MADE["table"], data=st.data())
def test_of_a_mapped_table_only_the_rows_asked_for_become_values(text: str, data: st.DataObject) -> None:
    whole = read(text.encode(), doc_id="D-1", mapping=MAPPING)
    rows = frozenset(turn.n for turn in whole.turns if data.draw(st.booleans()))
    document = read(text.encode(), doc_id="D-1", mapping=MAPPING, rows=rows)
    assert len(document.text) == len(text)
    assert len(document.turns) == len(rows)
    notes = {
        n: set(TOKEN.findall("".join(text[r.start : r.end] for r in whole.bodies(n)))) for n in range(len(whole.turns))
    }
    wanted = set().union(*(notes[n] for n in rows)) if rows else set()
    assert set(TOKEN.findall(document.text)) == wanted
    copy = write(text.encode(), document, redaction(document)).decode()
    assert set(TOKEN.findall(copy)) == wanted
    assert "P-1" not in copy
    assert "P-2" not in copy


SEEDS = (
    b"",
    b"WEBVTT\n\n",
    b"1\n00:00:01,000 --> 00:00:02,000\n",
    b"a,b\n1,",
    b"# x\n\n|a|\n|-|\n",
    b"A: b\nB: c\n",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
)


@TWICE
@given(seed=st.sampled_from(SEEDS), tail=st.binary(max_size=200), mapped=st.booleans())
@example(seed=b"", tail=b"\xef\xbb\xbf\xef\xbb\xbf", mapped=False)
@example(seed=b"", tail=b"\x85\xa0\x1c", mapped=False)
def test_bytes_of_any_kind_are_read_or_refused_and_nothing_else(seed: bytes, tail: bytes, mapped: bool) -> None:
    error = refusal(seed + tail, MAPPING if mapped else None)
    assert error is None or error.faults


@each_format
@TWICE
@given(data=st.data())
def test_a_file_that_was_damaged_is_read_or_refused_without_a_word_of_it(name: str, data: st.DataObject) -> None:
    raw = bytearray(data.draw(MADE[name]).encode())
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(raw) - 1))
        raw[at : at + data.draw(st.integers(0, 3))] = data.draw(
            st.sampled_from([b"", b"\n", b'"', b",", b":", b">", b"\n\n"])
        )
        raw = raw or bytearray(b"x")
    assert not TOKEN.search(str(refusal(bytes(raw))))
