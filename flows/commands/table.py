"""Commands for table files: split."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from flows.commands.printing import print_json, print_line

Json = Annotated[bool, typer.Option("--json", help="Print JSON for machines.")]


def register(app: typer.Typer) -> None:
    """Add the commands of this family."""
    app.command()(split)


def split(
    path: Annotated[Path, typer.Argument(help="A table (CSV, JSON Lines, Parquet) too large for a run.")],
    megabytes: Annotated[int, typer.Option(min=1, max=32, help="How large a part may be.")] = 8,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Count the parts; write nothing.")] = False,
    as_json: Json = False,
) -> None:
    """Cut a large table by rows into files that a run reads, beside it."""
    from flows.verbs.split import split as cut

    told = cut(path, size=megabytes << 20, dry_run=dry_run)
    if as_json:
        print_json(told.as_json())
    else:
        print_line(f"{told.parts} parts, {told.bytes} bytes" + ("" if told.written else "; nothing was written"))
