"""Formats by example: what is told as what, who speaks, what is refused and how."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from pipeline.errors import InputError
from pipeline.formats import TableMapping, count_dropped, index_rows, read, write
from pipeline.model import Document, Redaction, RegionKind

GOLD = Path(__file__).resolve().parents[2] / "sample_data" / "gold"
sys.path.insert(0, str(GOLD))
import gold  # noqa: E402  the corpus brings its own reader

FILES = gold.files([str(GOLD / "train"), str(GOLD / "unseen"), str(GOLD / "dev")])
CUE = "00:00:01.000 --> 00:00:02.000\n"
MAPPING = TableMapping(person="client", key="id", date="day", author="by", text=("note",), keep=("type",))


def keep_all(document: Document) -> Redaction:
    return Redaction(doc_id=document.doc_id, replacements=(), kept=frozenset(range(len(document.turns))))


def speakers(text: str) -> list[str | None]:
    return [turn.speaker for turn in read(text.encode(), doc_id="D-1").turns]


def faults(data: bytes) -> list[tuple[int | None, str]]:
    with pytest.raises(InputError) as caught:
        read(data, doc_id="D-1")
    return [(fault.line, fault.what) for fault in caught.value.faults]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_gold_document_reads_and_comes_back_whole(path: Path) -> None:
    text, _ = gold.parse(path.read_bytes().decode("utf-8"))
    document = read(text.encode(), doc_id="D-1")
    kind = {".vtt": {"webvtt"}, ".srt": {"srt"}, ".csv": {"table"}, ".md": {"markdown", "markdown_talk"}}
    assert document.format in kind.get(path.suffix, {"note", "transcript", "stamped", "chat", "markdown"})
    copy = write(text.encode(), document, keep_all(document)).decode()
    out = (RegionKind.FREE, RegionKind.DROPPED)
    stays = "".join(text[r.start : r.end] for r in document.regions if r.kind not in out)
    if document.format in ("webvtt", "srt"):
        assert copy.split() == _with_numbers(text, document).split()
    elif document.format == "table":
        heads = re.sub(r"column_\d+", "", copy)  # in the place of a head that is no plain word
        assert re.sub(r"(^|[,\"])'([@=+-])", r"\1\2", heads, flags=re.M) == stays  # a cell that looks like a formula
    else:
        assert copy == stays


def test_every_name_before_a_colon_in_a_gold_transcript_is_a_label() -> None:
    """A speaker who is missed would have their turn given to the one before."""
    names = 0
    for path in FILES:
        text, spans = gold.parse(path.read_bytes().decode("utf-8"))
        document = read(text.encode(), doc_id="D-1")
        if document.format not in ("webvtt", "srt", "transcript"):
            continue
        kinds = {region.start: region.kind for region in document.regions}
        for start, end, label in spans:
            opens_line = text[:start].endswith(("", "\n")[start > 0]) and re.match(
                r"[^\n:.]{0,20}:\s", text[end : end + 30]
            )
            if label == "PERSON" and opens_line:
                names += 1
                assert kinds.get(start) is RegionKind.LABEL, path.name
    assert names == 1029


def _with_numbers(text: str, document: Document) -> str:
    """What stays of a caption file, its dropped cue numbers counted anew."""
    number, parts = 0, []
    for region in document.regions:
        words = text[region.start : region.end]
        if region.kind is RegionKind.DROPPED and "\n" not in words:
            number += 1
            words = str(number)
        elif region.kind in (RegionKind.DROPPED, RegionKind.FREE):
            words = ""
        parts.append(words)
    return "".join(parts)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("WEBVTT\n\n" + CUE + "hi\n", "webvtt"),
        ("\ufeffWEBVTT\n\n" + CUE + "hi\n", "webvtt"),
        ("1\n00:00:01,000 --> 00:00:02,000\nhi\n", "srt"),
        ('id,note\n1,came by\n2,"said ""no"""\n', "table"),
        ("id\tnote\n1\tcame by\n", "table"),
        ("# Note\n\nCame by.\n", "markdown"),
        ("A: one\nB: two\nA: three\nB: four\n", "note"),  # the letters of note headings name nobody
        ("Ann: one\nBo: two\nAnn: three\nBo: four\n", "transcript"),
        ("P01: one\nInterviewer: two\nP01: three\n", "transcript"),
        ("S: sad\nO: quiet\nA: low\nP: call\n\nS: fine\nO: -\nA: -\nP: call\n", "note"),
        ("Ann: one\nBo: two\nAnn: three\n", "transcript"),
        ("Service: call\nData: tired\nPlan: rest\n\nService: visit\nData: better\nPlan: walk\n", "note"),
        ("I: one\nP: two\nI: three\nP: four\nI: five\n", "transcript"),
        ("P: low\nI: listened\nE: calm\nP: call\nP: low\nI: listened\nE: calm\n", "note"),
        ("[3/3/26, 10:02:11] Ann: one\n[3/3/26, 10:02:40] Bo: two\nmore\n", "chat"),
        ("03/03/2026, 10:02 - Ann: one\n03/03/2026, 10:03 - Bo left\n03/03/2026, 10:04 - Ann: two\n", "chat"),
        ("10:03:05 From Ann to Everyone: hi\n10:03:09 From Bo to Ann (Direct Message): well\n", "chat"),
        ("**Ann:** one\n\n**Bo:** two\n\n**Ann:** three\n\n**Bo:** four\n", "markdown_talk"),
        ("# Note\n\n**Plan:** rest\n\n**Mood:** low\n\n**Plan:** walk\n", "markdown"),
        ("ann 9:58 pm\nbo 9:59 pm\nhi\n\nann 9:59 pm\nhello\n", "stamped"),
        ("Employer: a mill\nLandlord: a cousin\nSchool: none\nBest hour: noon\n", "note"),
        ("Date: May 2\nPlace: the pier\n\nCame by, stayed an hour, left.\n", "note"),
        ("Came by, stayed.\nLeft, early.\n", "note"),
        ("Ann  0:00\nhello\n\nBo  0:04  \nhi\n", "stamped"),
        ("[Ann] 10:02:11\nhello\n\n[Bo] 10:02:19\nhi\n", "stamped"),
        ("10:03:05 From Ann to Everyone:\n\thello\n10:03:09 From Bo to Ann:\n\thi\n", "stamped"),
        ("ann [mod] — Today at 9:58 PM\nhello\n\nbo — Today at 9:59 PM\nhi\n", "stamped"),
        (
            "Memo 1,  0:31\none\n\nMemo 2,  0:12\ntwo\n\nMemo 3,  1:01\nx\n\nMemo 4,  1:01\nx\n\nMemo 5,  0:09\nx\n",
            "note",
        ),
        ("Speaker 1 (00:00):\nhello\n\nSpeaker 2 (00:09):\nhi\n\nSpeaker 1 (00:14):\nwell\n", "transcript"),
        ('{"segments": [{"text": " hello", "start": 0, "end": 1}]}', "whisper"),
    ],
)
def test_a_format_is_told_by_content(text: str, name: str) -> None:
    assert read(text.encode(), doc_id="D-1").format == name


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_the_copy_keeps_encoding_and_line_ends(codec: str) -> None:
    data = "Café on Alder Street – with René.\r\n\r\nThen home.\r\n".encode(codec)
    document = read(data, doc_id="D-1")
    assert write(data, document, keep_all(document)) == data


def test_a_line_of_captions_without_a_name_goes_on_with_the_turn() -> None:
    text = "WEBVTT\n\n" + CUE + "<v Ann>one\n\n" + CUE + "two\n\n" + CUE + "<v Bo>three\n"
    assert speakers(text) == ["Ann", "Bo"]


def test_where_each_cue_names_its_speaker_one_without_is_nobody_known() -> None:
    closed = "WEBVTT\n\n" + CUE + "<v Ann>one</v>\n\n" + CUE + "two\n\n" + CUE + "<v Ann>three</v>\n"
    zoom = "WEBVTT\n\n" + CUE + "Ann: one\n\n" + CUE + "Ann: two\n\n" + CUE + "three\n\n" + CUE + "Bo: four\n"
    assert speakers(closed) == ["Ann", None, "Ann"]
    assert speakers(zoom) == ["Ann", None, "Bo"]


def test_marks_of_a_new_speaker_part_turns_without_naming_anybody() -> None:
    assert speakers("WEBVTT\n\n" + CUE + ">> one\n>> two\n\n" + CUE + "still two\n\n" + CUE + "- three\n") == [None] * 3


def test_what_comes_back_beside_speakers_is_a_speaker_whatever_the_word() -> None:
    text = "Line: hello\nCaller: hi\nLine: go on\nCaller: well\n"
    assert speakers(text) == ["Line", "Caller", "Line", "Caller"]


def test_where_nearly_every_cue_is_labelled_a_label_of_any_shape_is_somebody() -> None:
    cues = ["Ann: one", "Bo: two", "Ann: three", "the kitchen tablet: four", "Bo: so remember: five", "Ann: six"]
    text = "WEBVTT\n\n" + "".join(f"{CUE}{words}\n\n" for words in cues)
    assert speakers(text) == ["Ann", "Bo", "Ann", "the kitchen tablet", "Bo", "Ann"]


def test_two_speakers_in_one_cue_keep_its_times_whoever_stays() -> None:
    text = "WEBVTT\n\n" + CUE + "Ann: one\nBo: two\n\n" + CUE + "Ann: three\n\n" + CUE + "Bo: four\n"
    document = read(text.encode(), doc_id="D-1")
    some = Redaction(doc_id="D-1", replacements=(), kept=frozenset({1, 2}))
    copy = write(text.encode(), document, some).decode()
    assert copy.startswith("WEBVTT\n\n" + CUE + "[withheld]\nBo: two\n\n" + CUE + "Ann: three\n")
    assert copy.endswith(CUE + "[withheld]\n")


def test_turns_know_their_times() -> None:
    document = read(
        ("WEBVTT\n\n" + CUE + "Ann: one\n\n00:01:05.250 --> 01:00:00.000\nAnn: two\n").encode(), doc_id="D-1"
    )
    assert [(turn.start_ms, turn.end_ms) for turn in document.turns] == [(1000, 3_600_000)]


@pytest.mark.parametrize(
    ("data", "line", "what"),
    [
        (b"", None, "it is empty"),
        (b"\xef\xbb\xbf \n", None, "it is empty"),
        (b"%PDF-1.7", None, "damaged PDF"),
        (b"PK\x03\x04abc", None, "zip container"),
        (b"{\\rtf1 hello", None, "cut off"),
        (b"<!DOCTYPE html><p>hi", None, "web page"),
        (b'{"text": "hello"}', None, "JSON"),
        (b'{"segments": [{"text": "hel', None, "JSON"),
        (b'{"segments": []}', None, "no segment"),
        (b'{"segments": [{"start": 2}]}', None, "segment 1: it has no text"),
        (b'{"segments": [{"text": "x", "start": 2, "end": 1}]}', None, "segment 1: it ends before it starts"),
        (b"line one\nline\x00two", 2, "NUL"),
        (b"h\x00i\x00", 1, "NUL"),
        (b"\xff\xfeh\x00i", None, "UTF-16"),
        ("добрый день, как дела".encode("cp1251"), None, "encoding cannot be told"),
        (b"WEBVTT\n", 1, "no cue"),
        (b"WEBVTT\n\n00:00:01.000 --> 00:00:02.000\n", 3, "ends inside a cue"),
        (b"WEBVTT\n\n00:00:01.000 --> 00:00\nhi\n", 3, "times that do not read"),
        (b"WEBVTT\n\n00:00:09.000 --> 00:00:02.000\nhi\n", 3, "ends before it starts"),
        (b"WEBVTT\n\nhi there\n", 3, "words without times"),
        (b"00:00:01.000 --> 00:00:02.000 x\n1:00 --> 2:00\n", 2, "times inside a cue"),
    ],
)
def test_what_cannot_be_read_is_refused_by_line_with_what_to_do(data: bytes, line: int | None, what: str) -> None:
    found = faults(data)
    assert found[0][0] == line
    assert what in found[0][1]


def test_every_fault_of_a_table_is_told_at_once_and_none_of_its_words() -> None:
    data = b'id,client,note\n1,2\n3,4,"fo"o\n5,6,Zorblatt"y\n7,8,"never closed\n'
    with pytest.raises(InputError) as caught:
        read(data, doc_id="D-1")
    assert [fault.line for fault in caught.value.faults] == [2, 3, 4, 5]
    assert "Zorblatt" not in str(caught.value)


def test_a_mapped_column_that_is_not_there_is_named() -> None:
    with pytest.raises(InputError) as caught:
        index_rows(b"id,client\n1,P-1\n", MAPPING, place="notes")
    assert {fault.column for fault in caught.value.faults} == {"day", "by", "note", "type"}


TABLE = b"id,client,day,by,type,note,ssn\n1,P-1,2026-05-01,Ray,call,Hello,900\n2,P-2,2026-05-02,Bea,call,Zorblatt,901\n"


def test_rows_are_told_by_key_person_date_and_author_before_any_is_read() -> None:
    rows = index_rows(TABLE, MAPPING)
    assert [(r.n, r.key, r.person_id, r.date, r.author) for r in rows] == [
        (0, "1", "P-1", "2026-05-01", "Ray"),
        (1, "2", "P-2", "2026-05-02", "Bea"),
    ]
    assert "P-1" not in repr(rows)


def test_two_rows_of_one_key_are_a_fault() -> None:
    with pytest.raises(InputError, match=r"notes:3 column `id`"):
        index_rows(TABLE.replace(b"\n2,", b"\n1,"), MAPPING, place="notes")


def test_only_rows_asked_for_and_columns_mapped_become_values() -> None:
    document = read(TABLE, doc_id="D-1", mapping=MAPPING, rows=frozenset({0}))
    assert "Zorblatt" not in document.text
    assert "900" not in document.text
    assert [turn.person_id for turn in document.turns] == ["P-1"]
    assert count_dropped(document) == 7  # the headers and cells of id, by and ssn, and the other row
    assert write(TABLE, document, keep_all(document)) == b"client,day,type,note\n,2026-05-01,call,Hello\n"


LONG = 50_000
HOSTILE = (" ", "\n", "|", "-", ".", ":", "> ", "<v ", "*", '"', "x  ")


@pytest.mark.timeout(20)
@pytest.mark.parametrize("unit", HOSTILE)
@pytest.mark.parametrize(
    "front", ["", "# x\n| a", f"WEBVTT\n\n{CUE}<v", f"1\n{CUE.replace('.', ',')}A", "A: b\nB: c\nA: d\nB"]
)
def test_no_run_of_one_character_holds_a_reader_up(front: str, unit: str) -> None:
    """Each takes milliseconds; a pattern that tries every split of the run would take hours."""
    data = (front + unit * (LONG // len(unit)) + "z").encode()
    try:
        document = read(data, doc_id="D-1")
    except InputError:
        return
    write(data, document, keep_all(document))


def test_the_copy_of_other_bytes_is_refused() -> None:
    document = read(b"Came by.", doc_id="D-1")
    with pytest.raises(InputError, match="other bytes"):
        write(b"Came by, late.", document, keep_all(document))


def test_a_mapping_that_names_a_column_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="no column twice"):
        TableMapping(person="client", text=("client",))


def test_the_dates_of_messages_are_looked_at_and_stay_in() -> None:
    text = "[3/3/26, 10:02:11] Ann: one\n[3/3/26, 10:02:40] Bo: two\n"
    document = read(text.encode(), doc_id="D-1")
    free = [text[r.start : r.end] for r in document.regions if r.kind is RegionKind.FREE]
    assert "".join(free).count("3/3/26") == 2
    assert b"3/3/26" not in write(text.encode(), document, keep_all(document))


def test_a_talk_begins_with_a_speaker_who_is_introduced_in_brackets() -> None:
    talk = b"House meeting\n\nLena (house lead): Socks off.\n\nAsh: Um. Ash.\n\nLena: Any kin?\n\nAsh: No.\n"
    document = read(talk, doc_id="D-1")
    assert [turn.speaker for turn in document.turns] == ["Lena (house lead)", "Ash", "Lena", "Ash"]
