"""Which column of a table file is what: by its section of the settings, or by a REDCap data dictionary beside it."""

from __future__ import annotations

from pathlib import Path

from flows.settings import TableSection
from pipeline.errors import Fault, InputError
from pipeline.formats import TableMapping
from pipeline.formats.redcap import Named, mapping_by_dictionary
from pipeline.storage.faults import naming


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
