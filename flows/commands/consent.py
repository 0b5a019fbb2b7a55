"""storykeeper consent check|import|export|coverage: the records themselves."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from flows.commands.printing import print_json, print_line, print_table

app = typer.Typer(help="The consent records: check, import, export, coverage.", no_args_is_help=True)
Json = Annotated[bool, typer.Option("--json", help="Print JSON for machines.")]
Workspace = Annotated[Path, typer.Option("--workspace", "-w", help="The program's workspace.")]
AsOf = Annotated[str | None, typer.Option(help="The instant looked from, ISO; now if left out.")]


@app.command()
def check(workspace: Workspace = Path("."), as_json: Json = False) -> None:
    """Read every record table and name every fault at once."""
    from flows.verbs.consent import check_records

    told = check_records(workspace)
    if as_json:
        print_json(told.as_json())
    else:
        for line in told.lines():
            print_line(line)
    told.raise_if_bad()


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="CSV, XLSX, Parquet, FHIR JSON (resource, bundle) or NDJSON.")],
    workspace: Workspace = Path("."),
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check alone; write nothing.")] = False,
    as_json: Json = False,
) -> None:
    """Take consent records into the workspace, all or none."""
    from flows.verbs.consent import import_records

    told = import_records(workspace, file, dry_run=dry_run)
    print_json(told) if as_json else print_line(", ".join(f"{value} {name}" for name, value in told.items()))


@app.command()
def export(
    file: Annotated[Path, typer.Argument(help="Where to write: .json (a FHIR bundle) or .csv.")],
    workspace: Workspace = Path("."),
    release: Annotated[str, typer.Option(help="FHIR release of the bundle: R4 or R5.")] = "R4",
) -> None:
    """Write the consent records as FHIR Consent or CSV."""
    from flows.verbs.consent import export_records

    print_line(f"{export_records(workspace, file, release=release)} records written")


@app.command()
def coverage(workspace: Workspace = Path("."), as_of: AsOf = None, as_json: Json = False) -> None:
    """How many sessions each use could reach today, what expires soon, what contradicts."""
    from flows.verbs.consent import coverage_of

    told = coverage_of(workspace, as_of)
    if as_json:
        print_json(told.as_json())
        return
    for title, columns, rows in told.tables():
        print_table(title, columns, rows)
