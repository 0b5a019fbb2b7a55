"""Commands for whoever keeps a workspace running: serve, health, backup, restore."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from flows.commands.printing import print_json, print_line, print_table

Json = Annotated[bool, typer.Option("--json", help="Print JSON for machines.")]
Workspace = Annotated[Path, typer.Option("--workspace", "-w", help="The program's workspace.")]


def register(app: typer.Typer) -> None:
    """Add the commands of this family."""
    app.command()(serve)
    app.command()(health)
    app.command()(backup)
    app.command()(restore)


def serve(workspace: Workspace = Path("."), as_json: Json = False) -> None:
    """Keep the schedules of storykeeper.toml in one process, until it is ended."""
    from flows.serving import serve as start

    start(workspace, told=(lambda _: None) if as_json else print_line)


def health(workspace: Workspace = Path("."), as_json: Json = False) -> None:
    """A few quick signs for monitors; exit code 14 where one is bad."""
    from datetime import UTC, datetime

    from flows.verbs.health import signs

    found = signs(workspace, datetime.now(UTC))
    if as_json:
        print_json([sign.as_json() for sign in found])
    else:
        rows = [("well" if s.well else "bad", s.what, f"{s.value:,.15g}", "" if s.well else s.mend) for s in found]
        print_table("health", ("state", "sign", "value", "what to do"), rows)
    if not all(sign.well for sign in found):
        raise typer.Exit(14)


def backup(
    file: Annotated[Path, typer.Argument(help="A new file.")],
    workspace: Workspace = Path("."),
    with_records: Annotated[
        bool, typer.Option("--with-records", help="Also records and reports, which hold names in clear.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Write the tables, the vault, releases and settings into one file; never the program key."""
    from flows.verbs.backup import backup as write

    told = write(workspace, file, with_records=with_records)
    if as_json:
        print_json(told.as_json())
        return
    print_line(f"{told.files} files are in the backup; keep secrets/program.key apart from it")
    if not with_records:
        print_line("records and reports are not in it, since they hold names in clear; keep them your own way")


def restore(
    file: Annotated[Path, typer.Argument(help="A backup.")],
    directory: Annotated[Path, typer.Argument(help="A new folder for the workspace.")],
    key: Annotated[Path | None, typer.Option(help="The program key file, where STORYKEEPER_KEY is not set.")] = None,
    as_json: Json = False,
) -> None:
    """Make a workspace of a backup, and prove it: every sealed file is opened, the ledger is verified."""
    from flows.verbs.backup import restore as make

    told = make(file, directory, key)
    if as_json:
        print_json(told.as_json())
    else:
        print_line(f"restored: {told.files} files, {told.sources} originals opened, {told.events} events verified")
