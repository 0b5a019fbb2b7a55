"""The columns of the tables of a release: name, type, meaning. Tables, data package and codebook are made from them."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.labels import Category


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column. kind: `string` or `integer`. choices: what may stand in it, where that is a closed list."""

    name: str
    kind: str
    title: str
    meaning: str
    choices: tuple[str, ...] = ()


_CATEGORIES = "; ".join(c.value for c in Category)

TURNS: tuple[Column, ...] = (
    Column(name="row", kind="string", title="Row", meaning="code of the turn, to cite it and to call it back"),
    Column(name="document", kind="string", title="Document", meaning="code of the document, as in documents.csv"),
    Column(name="order", kind="integer", title="Order", meaning="place of the turn among the turns given, from 1"),
    Column(name="speaker", kind="string", title="Speaker", meaning="stand-in of who speaks; empty where none is named"),
    Column(
        name="role",
        kind="string",
        title="Role",
        meaning="what the speaker is in the session; empty where it is not known",
        choices=("client", "staff", "guest"),
    ),
    Column(name="text", kind="string", title="Text", meaning="the words, with stand-ins in square brackets"),
    Column(
        name="categories",
        kind="string",
        title="Categories",
        meaning=f"what is disclosed in the turn, separated by semicolons: {_CATEGORIES}",
    ),
)

DOCUMENTS: tuple[Column, ...] = (
    Column(name="document", kind="string", title="Document", meaning="random code of the document"),
    Column(name="file", kind="string", title="File", meaning="its copy in this package"),
    Column(name="kind", kind="string", title="Kind", meaning="kind of session or note"),
    Column(name="note_class", kind="string", title="Note class", meaning="class of the note or transcript"),
    Column(name="format", kind="string", title="Format", meaning="format of the copy"),
    Column(name="when", kind="string", title="When", meaning="the session's date as far as the policy tells it"),
    Column(name="turns", kind="integer", title="Turns", meaning="number of turns given"),
    Column(name="words", kind="integer", title="Words", meaning="number of words given"),
    Column(
        name="categories",
        kind="string",
        title="Categories",
        meaning=f"what is disclosed in the turns given, separated by semicolons: {_CATEGORIES}",
    ),
)

# REDCap data dictionary, the header of its import template.
CODEBOOK: tuple[str, ...] = (
    "Variable / Field Name",
    "Form Name",
    "Section Header",
    "Field Type",
    "Field Label",
    "Choices, Calculations, OR Slider Labels",
    "Field Note",
    "Text Validation Type OR Show Slider Number",
    "Text Validation Min",
    "Text Validation Max",
    "Identifier?",
    "Branching Logic (Show field only if...)",
    "Required Field?",
    "Custom Alignment",
    "Question Number (surveys only)",
    "Matrix Group Name",
    "Matrix Ranking?",
    "Field Annotation",
)
_REQUIRED = frozenset({"row", "document", "order", "file", "turns", "words"})


def codebook_rows() -> list[dict[str, str]]:
    """One row a column, in the layout of a REDCap data dictionary."""
    rows = []
    for form, columns in (("turns", TURNS), ("documents", DOCUMENTS)):
        for c in columns:
            row = dict.fromkeys(CODEBOOK, "")
            row["Variable / Field Name"] = c.name
            row["Form Name"] = form
            row["Field Type"] = "dropdown" if c.choices else "notes" if c.name == "text" else "text"
            row["Field Label"] = c.title
            row["Choices, Calculations, OR Slider Labels"] = " | ".join(f"{v}, {v}" for v in c.choices)
            row["Field Note"] = c.meaning
            row["Text Validation Type OR Show Slider Number"] = "integer" if c.kind == "integer" else ""
            row["Required Field?"] = "y" if c.name in _REQUIRED else ""
            rows.append(row)
    return rows


def required(column: Column) -> bool:
    """Whether a cell of the column is never empty."""
    return column.name in _REQUIRED
