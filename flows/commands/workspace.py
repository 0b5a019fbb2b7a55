"""Commands about a workspace itself: init, doctor."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from flows.commands.printing import print_json, print_line, print_table

Json = Annotated[bool, typer.Option("--json", help="Print JSON for machines.")]
Workspace = Annotated[Path, typer.Option("--workspace", "-w", help="The program's workspace.")]


def register(app: typer.Typer) -> None:
    """Add the commands of this family."""
    app.command()(init)
    app.command()(doctor)


def init(
    directory: Annotated[Path, typer.Argument(help="A new or empty folder.")],
    name: Annotated[str, typer.Option(help="The program's name.")] = "Our program",
    contact: Annotated[str, typer.Option(help="Whom a recipient writes to.")] = "the program's office",
    as_json: Json = False,
) -> None:
    """Make a workspace: folders, key, settings, empty record tables."""
    from datetime import UTC, datetime

    from flows.verbs.init import init as make

    made = make(directory, name=name, contact=contact, now=datetime.now(UTC))
    if as_json:
        print_json({"made": list(made)})
        return
    for place in made:
        print_line(f"made {place}")
    print_line("next: fill in records/, put files into inbox/, then `storykeeper run`")
    print_line("keep a copy of secrets/program.key in a safe place: without it nothing sealed can be opened")


def doctor(
    workspace: Workspace = Path("."),
    as_json: Json = False,
    error: Annotated[
        str | None, typer.Option(help="Show the story of a failure by its error id; may hold words.")
    ] = None,
) -> None:
    """Check a workspace: settings, key, permissions, Prefect, versions, ledger."""
    from flows.verbs.doctor import check, story

    if error is not None:
        print_line(story(workspace, error))
        return
    findings = check(workspace)
    if as_json:
        print_json([f.as_json() for f in findings])
    else:
        rows = [(f.state, f.what, f.mend) for f in findings]
        print_table("doctor", ("state", "what was checked", "what to do"), rows)
    if any(f.state == "bad" for f in findings):
        raise typer.Exit(14)
