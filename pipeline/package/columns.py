"""The columns of the tables of a release: name, type, meaning, and what an outsider could do with it.

Tables, data package, codebook and the table of quasi-identifiers are made from these rows. A quasi-identifier is what
somebody outside may know of a session already and find again here. What anybody can count again in the copy itself
(format, turns, words) is none: hiding it in a table would hide nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from pipeline.consent.read_sessions import EntryKind
from pipeline.consent.records import NoteClass
from pipeline.labels import Category
from pipeline.risk import SUPPRESSED


class Nature(StrEnum):
    """What a column is to somebody who looks for a person."""

    CODE = "random code"
    QUASI = "quasi-identifier: coarsened or suppressed until enough people share it"
    CONFIDED = "sensitive: what was confided, not known outside"
    COPY = "of the copy itself: whoever has the copy can see it there"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column. kind: `string` or `integer`. choices: what may stand in it, where that is a closed list. required:
    never empty."""

    name: str
    kind: str = "string"
    title: str
    meaning: str
    nature: Nature
    required: bool = False
    choices: tuple[str, ...] = ()


_CATEGORIES = "; ".join(c.value for c in Category)

TURNS: tuple[Column, ...] = (
    Column(
        name="row",
        title="Row",
        meaning="code of the turn, to cite it and to call it back",
        nature=Nature.CODE,
        required=True,
    ),
    Column(
        name="document",
        title="Document",
        meaning="code of the document, as in documents.csv",
        nature=Nature.CODE,
        required=True,
    ),
    Column(
        name="order",
        kind="integer",
        title="Order",
        meaning="place of the turn among the turns given, from 1",
        nature=Nature.COPY,
        required=True,
    ),
    Column(
        name="speaker",
        title="Speaker",
        meaning="stand-in of who speaks; empty where none is named",
        nature=Nature.CODE,
    ),
    Column(
        name="role",
        title="Role",
        meaning="what the speaker is in the session; empty where it is not known",
        nature=Nature.COPY,
        choices=("client", "staff", "guest"),
    ),
    Column(name="text", title="Text", meaning="the words, with stand-ins in square brackets", nature=Nature.CONFIDED),
    Column(
        name="categories",
        title="Categories",
        meaning=f"what is disclosed in the turn, separated by semicolons: {_CATEGORIES}",
        nature=Nature.CONFIDED,
    ),
)

DOCUMENTS: tuple[Column, ...] = (
    Column(
        name="document",
        title="Document",
        meaning="random code of the document; turns.csv has the same column",
        nature=Nature.CODE,
        required=True,
    ),
    Column(name="file", title="File", meaning="its copy in this package", nature=Nature.CODE, required=True),
    Column(
        name="kind",
        title="Kind",
        meaning="kind of session; a table holds notes about several people",
        nature=Nature.QUASI,
        required=True,
        choices=(*EntryKind, SUPPRESSED),
    ),
    Column(
        name="note_class",
        title="Note class",
        meaning="class of the note or transcript",
        nature=Nature.QUASI,
        required=True,
        choices=(*NoteClass, SUPPRESSED),
    ),
    Column(name="format", title="Format", meaning="format of the copy", nature=Nature.COPY, required=True),
    Column(
        name="when",
        title="When",
        meaning="the session's date as far as the policy tells it, or coarser; empty where it tells none",
        nature=Nature.QUASI,
    ),
    Column(
        name="turns",
        kind="integer",
        title="Turns",
        meaning="number of turns given",
        nature=Nature.COPY,
        required=True,
    ),
    Column(
        name="words",
        kind="integer",
        title="Words",
        meaning="number of words given",
        nature=Nature.COPY,
        required=True,
    ),
    Column(
        name="document_categories",
        title="Categories",
        meaning=f"what is disclosed in any of the turns given, separated by semicolons: {_CATEGORIES}",
        nature=Nature.CONFIDED,
    ),
)

# In the order in which they are made coarser: a date says less when it is coarse, a kind says nothing any more.
QUASI_IDENTIFIERS = ("when", "note_class", "kind")
