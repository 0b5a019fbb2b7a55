"""What was selected on a page, as a place of the document: the browser's UTF-16 units become code points here."""

from __future__ import annotations

from collections.abc import Mapping

from flows.verbs.marking import find_words, words_at
from flows.web.call import RefusedError
from pipeline.reviewing.sheet import Sheet
from pipeline.reviewing.utf16 import points_of


def selected(sheet: Sheet, form: Mapping[str, str]) -> tuple[int, int]:
    """The place of a selection, or of the words that were typed. ValueError for what is none, RefusedError for words
    that do not stand there."""
    if typed := form.get("typed", "").strip():
        found = next(find_words(sheet, typed), None)
        if found is None:
            raise RefusedError(409, "these words do not stand in the copy in plain; type them as they stand there")
        return found
    start = _point(sheet, _number(form, "from_piece"), _number(form, "from"))
    end = _point(sheet, _number(form, "to_piece"), _number(form, "to"))
    return _trimmed(sheet, start, end)


def _number(form: Mapping[str, str], name: str) -> int:
    given = form.get(name, "")
    if not given.isascii() or not given.isdecimal() or len(given) > 12:
        raise ValueError("an offset is a number")
    return int(given)


def _point(sheet: Sheet, at: int, units: int) -> int:
    """A place of the document: `units` after `at`, which begins a plain stretch on the page."""
    for turn in sheet.turns:
        for piece in turn.pieces:
            if not piece.masked and piece.start <= at < piece.end:
                return at + points_of(piece.text[at - piece.start :], units)
    raise ValueError("there is no such stretch")


def _trimmed(sheet: Sheet, start: int, end: int) -> tuple[int, int]:
    """Without blanks at its ends, where it is in one stretch. ValueError where nothing is left or two turns are in."""
    said = words_at(sheet, (start, end)) if start < end else ""
    if said:
        start += len(said) - len(said.lstrip())
        end -= len(said) - len(said.rstrip())
    inside = [t for t in sheet.turns if t.pieces and t.pieces[0].start <= start and end <= t.pieces[-1].end]
    if not inside or start >= end:
        raise ValueError("a mark lies inside one turn")
    return start, end
