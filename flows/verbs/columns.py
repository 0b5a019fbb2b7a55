"""Table files: which column is what, by the settings or a REDCap data dictionary; what is told of their rows; and how
large a file may be that is read in one piece."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from fnmatch import fnmatchcase
from pathlib import Path

from flows.settings import TableSection
from pipeline.errors import Fault, InputError
from pipeline.formats import TableMapping
from pipeline.formats.redcap import Named, mapping_by_dictionary
from pipeline.storage.faults import naming
from pipeline.summary import SessionLine

# A run holds a file, its text and what is found in it: some 25 times the file (tests/benchmarks/test_streaming.py).
WHOLE = 32 << 20
CUT_OFF = (
    "CELL_CUT_OFF",
    "A cell of it is as long as a spreadsheet lets a cell be (32,767 characters): its end may be lost; look at where "
    "the table came from.",
)


def section_of(tables: Mapping[str, TableSection], file: str) -> TableSection | None:
    """The section of a file: by its name, or by a pattern such as `notes.part-*.csv` for the parts of one."""
    return tables.get(file) or next((tables[name] for name in tables if "*" in name and fnmatchcase(file, name)), None)


def mapping_by(section: TableSection, workspace: Path) -> TableMapping:
    """The mapping of a table file. Raises InputError with every fault of its dictionary, StorageError."""
    named = Named(
        person=section.person,
        key=section.key,
        date=section.date,
        author=section.author,
        text=section.text,
        keep=section.keep,
        sheet=section.sheet,
    )
    if section.dictionary is None:
        assert named.person is not None  # the settings ask for it where there is no dictionary
        return TableMapping(
            person=named.person,
            key=named.key,
            date=named.date,
            author=named.author,
            text=named.text,
            keep=named.keep,
            sheet=named.sheet,
        )
    path = workspace / section.dictionary
    if not path.resolve().is_relative_to(workspace.resolve()) or not path.is_file():
        what = "the dictionary that the settings name is no file of the workspace; correct the name"
        raise InputError("a table cannot be read", [Fault(place="dictionary", what=what)])
    with naming("dictionary"):
        data = path.read_bytes()
    return mapping_by_dictionary(data, named)


def check_size(size: int, place: str) -> None:
    """InputError for a file that would take more memory than a run has, before it is opened."""
    if size > WHOLE:
        what = (
            f"it has more than {WHOLE >> 20} MB, too much for one piece of a run; cut a table with `storykeeper split`"
        )
        raise InputError(f"`{place}` cannot be read", [Fault(place=place, what=what)])


def told_of_cuts(lines: Iterable[SessionLine], cut: Collection[str]) -> tuple[SessionLine, ...]:
    """The lines, those of the sessions (rows) in `cut` with the fact that a spreadsheet may have cut them."""
    return tuple(replace(one, reasons=(*one.reasons, CUT_OFF)) if one.session_id in cut else one for one in lines)
