"""Notes that a spreadsheet may have cut: Excel keeps 32,767 characters of a cell and tells nobody."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.model import Document, RegionKind

CELL = 32_767  # UTF-16 code units; Microsoft, "Excel specifications and limits"


def cut_off(document: Document) -> Iterator[int]:
    """The turns (rows) of a table with a cell of exactly that length: the rest of its words is lost."""
    for region in document.regions:
        might = region.kind is RegionKind.BODY and CELL // 2 <= region.end - region.start <= CELL
        if might and region.turn is not None and units(document.text[region.start : region.end]) == CELL:
            yield region.turn


def units(text: str) -> int:
    """How long Excel takes a text to be."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
