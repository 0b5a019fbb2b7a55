"""The report as a workbook (XLSX): a sheet a table, with a chart of the spreadsheet's own beside the months."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from pipeline.report import Cell, Report

if TYPE_CHECKING:
    from xlsxwriter.workbook import Workbook

Row = Sequence[Cell]
_RELEASES = ("day", "to whom", "use", "release", "documents", "now")
_YES = ("people", "sessions", "under which yes")


def workbook(
    report: Report, *, internal: bool, voices: Mapping[str, Sequence[Cell]], themes: Mapping[str, Sequence[Cell]]
) -> bytes:
    """The bytes of the workbook of one part. Cells are text and numbers alone: nothing is ever a formula."""
    from xlsxwriter.workbook import Workbook

    out = io.BytesIO()
    book = Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": f"What was shared, {report.day}", "author": "", "created": _epoch(report)})
    heads = (*_RELEASES, *_YES) if internal else _RELEASES
    _sheet(book, "Releases", heads, [_release(report, n, internal=internal) for n in range(len(report.releases))])
    months: list[Row] = [["documents", *report.files().values()]]
    months += [[name, *cells] for name, cells in (*voices.items(), *themes.items())]
    _sheet(book, "Months", ("what", *report.months), months, chart=bool(report.months))
    if internal:
        reached: list[Row] = [
            [r.use, r.recipient, r.sessions, r.reachable, "; ".join(f"{n}: {why}" for why, n in r.reasons)]
            for r in report.reached
        ]
        _sheet(book, "Reach", ("use", "recipient", "sessions", "reachable", "why not"), reached)
    _sheet(book, "Detection", ("figure", "value"), [list(pair) for pair in report.quality.items()])
    book.close()
    return out.getvalue()


def _epoch(report: Report) -> object:
    """The day of the report for the time of making: the same report gives the same bytes."""
    from datetime import datetime

    return datetime(report.day.year, report.day.month, report.day.day)  # noqa: DTZ001 - spreadsheets know no time zone


def _release(report: Report, n: int, *, internal: bool) -> Row:
    r = report.releases[n]
    row: list[Cell] = [f"{r.day}", r.recipient_name, r.use, r.release_id, len(r.documents), r.state]
    if internal:
        row += [len(r.persons), " ".join(r.sessions), " ".join(r.records)]
    return row


def _sheet(book: Workbook, name: str, heads: Sequence[str], rows: Sequence[Row], *, chart: bool = False) -> None:
    sheet = book.add_worksheet(name)
    bold = book.add_format({"bold": True, "bottom": 1})
    for column, head in enumerate(heads):
        sheet.write_string(0, column, head, bold)
    for n, row in enumerate(rows, start=1):
        for column, cell in enumerate(row):
            if isinstance(cell, int):
                sheet.write_number(n, column, cell)
            else:
                sheet.write_string(n, column, cell[:32_767])
    sheet.freeze_panes(1, 0)
    sheet.autofit(max_width=500)
    if chart and rows:
        drawn = book.add_chart({"type": "column"})
        for n in range(1, len(rows) + 1):
            drawn.add_series(
                {
                    "name": [name, n, 0],
                    "categories": [name, 0, 1, 0, len(heads) - 1],
                    "values": [name, n, 1, n, len(heads) - 1],
                }
            )
        sheet.insert_chart(len(rows) + 2, 0, drawn)
