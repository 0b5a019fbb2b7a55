"""What the header of a column says of its cells."""

from __future__ import annotations

from pipeline.formats import read
from pipeline.formats.mapping import TableMapping
from pipeline.labels import Label
from pipeline.model import Document, Roster
from recognizers.columns import Columns, cells, counts
from recognizers.reading import stitch

TABLE = b"""row,client_name,age,group,minutes,staff,note_text
1,"Tessaly, Vem Ko",62,Porch Light at Noon,45,peer,"He said 45 is a lot, and (row 2) too"
2,Dr. Ottoline Brask (cov.),41,Porch Light at Noon,15,P4,
3,,,the group,5,Ms. Ulwin,fine
"""


def table() -> Document:
    return read(TABLE, doc_id="notes.csv")


def found() -> set[tuple[str, Label]]:
    document = table()
    reading = stitch(document, Roster())
    told = set()
    for one in Columns().find(reading):
        for start, end in reading.back(one.start, one.end):
            told.add((document.text[start:end], one.label))
    return told


def test_a_cell_under_a_header_of_people_is_a_person_whole() -> None:
    people = {words for words, label in found() if label is Label.PERSON}
    assert people == {"Tessaly, Vem Ko", "Ottoline Brask", "Ulwin"}


def test_ages_and_meetings_stand_under_their_headers() -> None:
    assert {(w, n) for w, n in found() if n is not Label.PERSON} == {
        ("62", Label.AGE),
        ("41", Label.AGE),
        ("Porch Light at Noon", Label.RECOVERY_GROUP),
    }


def test_numbers_under_a_header_that_counts_are_nobodys() -> None:
    document = table()
    assert {document.text[s:e] for s, e in counts(document)} == {"1", "2", "3", "45", "15", "5"}


def test_a_cell_knows_its_column_past_empty_and_quoted_ones() -> None:
    document = table()
    last = [document.text[s:e] for s, e, header in cells(document) if "text" in header]
    assert last == ["He said 45 is a lot, and (row 2) too", "fine"]


def test_only_tables_have_columns() -> None:
    assert not list(cells(read(b"Tessaly was here and told of her age.\n", doc_id="note.txt")))


def test_headers_in_quotes_keep_their_columns() -> None:
    document = read(TABLE.replace(b"row,client_name,age", b'"row","client_name","age"'), doc_id="notes.csv")
    told = {document.text[start:end]: header for start, end, header in cells(document)}
    assert told["62"] == {"age"}
    assert told["Dr. Ottoline Brask (cov.)"] == {"client", "name"}
    assert told["Ms. Ulwin"] == {"staff"}


def test_columns_that_are_dropped_keep_their_places() -> None:
    mapping = TableMapping(person="client_name", text=("note_text",), keep=("minutes",))
    document = read(TABLE, doc_id="notes.csv", mapping=mapping)
    told = {document.text[start:end]: header for start, end, header in cells(document)}
    assert told["fine"] == {"note", "text"}
    assert told["Dr. Ottoline Brask (cov.)"] == {"client", "name"}
