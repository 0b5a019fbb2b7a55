"""Cells of a table by the words of their column's header.

- Under a header that names people ("client_name", "resident", "last_first") a short cell is a person, whole, surname
  first or last; roles, codes and ordinary words are not. Under "age" a number is an age, under "group" or "meeting" a
  cell of two words and more is a meeting.
- Under a header that counts or numbers rows ("row", "minutes", "mood_0_10") a short number is nobody's (`counts`).
- Only tables with a header line that the format knows; a cell's column is told by the signs that part the cells.

Header words: general knowledge of programs' tables, tried on the train documents.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.labels import Label
from pipeline.model import Document, RegionKind
from pipeline.spoken import words
from recognizers.lexicon import words_in
from recognizers.ordinary import all_ordinary
from recognizers.reading import Found, Reading

TABLES = frozenset({"table", "xlsx", "parquet", "jsonl"})  # Document.format of tables
PEOPLE = frozenset(
    words(
        "name names client participant person resident youth member patient guest veteran tenant worker staff peer "
        "supervisor author sender specialist counselor coach sponsor sponsee mentor caseworker clinician provider last "
        "first surname goes nickname alias nombre apellido cliente persona"
    )
)
# with one of these beside it the column holds something else about the person
ABOUT = frozenset(
    words(
        "id ids ref code no num number count type role email phone tel contact dob born birth age address zip city "
        "date note notes text status gender pronouns discussed served seen initials hours minutes said says last4 plan"
    )
)
GROUPS = frozenset(words("group meeting grupo reunion junta"))
# a meeting that is told by these alone is one of a kind, none in particular
A_KIND = GROUPS | frozenset(
    words(
        "the a an our my el la un una de men's women's mens womens open closed online virtual weekly support step same"
    )
)
AGES = frozenset(words("age edad"))
COUNTS = frozenset(
    words(
        "row no entry stop item line seq n minutes mins min hours hrs mood score rides kits count week visits sessions "
        "miles attendance present phq gad stage step level rating fila minutos"
    )
)
_NUMBER = re.compile(r"\d{1,3}")
_SHORT = re.compile(r"\d{1,4}(?:\.\d)?")
_LONGEST = 5  # words of a name in a cell
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*\.?")
Cell = tuple[int, int, frozenset[str]]


class Columns:
    """PERSON, AGE and RECOVERY_GROUP in tables."""

    name = "columns"
    version = "1"
    labels = frozenset({Label.PERSON, Label.AGE, Label.RECOVERY_GROUP})

    def find(self, reading: Reading) -> Iterator[Found]:
        for start, end, header in cells(reading.document):
            here, told = reading.forward(start), reading.document.text[start:end]
            label = _label(told.strip(), header)
            if label is not None and here is not None:
                low, high = _name(told) if label is Label.PERSON else _bare(told)
                yield Found(start=here + low, end=here + high, label=label, score=0.8)


def counts(document: Document) -> frozenset[tuple[int, int]]:
    """Cells that hold a short number under a header that counts."""
    return frozenset(
        (start, end)
        for start, end, header in cells(document)
        if header & COUNTS and not header & (AGES | {"id"}) and _SHORT.fullmatch(document.text[start:end].strip())
    )


def cells(document: Document) -> Iterator[Cell]:
    """Every cell that is read, with the words of its header. Nothing where the document is no table."""
    if document.format not in TABLES:
        return
    headers: dict[int, frozenset[str]] = {}
    column, first = 0, True
    for region in document.regions:
        text = document.text[region.start : region.end]
        if region.turn is None and first:
            first = "\n" not in text
            if first and text.strip('"') and not _parts(text) and region.kind is not RegionKind.DROPPED:
                headers[column] = frozenset(re.findall(r"[^\W\d_]+", text.lower()))
            # in a container's header the tabs behind a name say what its column is (pipeline/formats/rows.py)
            column = _after(text if document.format == "table" else text[:1], column)
        elif region.kind is RegionKind.FIXED:
            column = _after(text, column)
        elif region.kind in (RegionKind.BODY, RegionKind.LABEL) and column in headers:
            yield region.start, region.end, headers[column]


def _after(text: str, column: int) -> int:
    """The column behind what stands between two cells."""
    row = text.rpartition("\n")
    return _parts(row[2]) + (0 if row[1] else column)


def _parts(text: str) -> int:
    """How many signs between cells stand in what is between two cells."""
    return sum(text.count(sign) for sign in ",;\t|") if not text.strip('",;\t| ') else 0


def _bare(told: str) -> tuple[int, int]:
    return len(told) - len(told.lstrip()), len(told.rstrip())


def _name(told: str) -> tuple[int, int]:
    """Without a title before it and a remark in brackets behind it."""
    remark = told.find("(")
    low, high = _bare(told[:remark] if remark > 0 else told)
    title = re.match(r"[^\W\d_]+(?=\.? )", told[low:high])
    if title is not None and title[0].lower() in words_in("titles"):
        low += len(title[0])
        low += len(told[low:high]) - len(told[low:high].lstrip(". "))
    return low, high


def _label(told: str, header: frozenset[str]) -> Label | None:
    if header & AGES and _NUMBER.fullmatch(told):
        return Label.AGE
    said = [w.lower().rstrip(".") for w in _WORD.findall(told)]
    if not said or any(c.isdigit() for c in told):
        return None
    if header & GROUPS and not header & ABOUT and len(said) > 1 and not A_KIND.issuperset(said):
        return Label.RECOVERY_GROUP
    if header & PEOPLE and not header & ABOUT and len(said) <= _LONGEST and not all_ordinary(told):
        return Label.PERSON if not all(w in words_in("roles") or w in words_in("titles") for w in said) else None
    return None
