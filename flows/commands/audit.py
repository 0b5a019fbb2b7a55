"""storykeeper audit verify: walk the ledger."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from flows.commands.printing import print_json, print_line

app = typer.Typer(help="The ledger: what happened, when, by whom.", no_args_is_help=True)
Json = Annotated[bool, typer.Option("--json", help="Print JSON for machines.")]
Workspace = Annotated[Path, typer.Option("--workspace", "-w", help="The program's workspace.")]


@app.callback()
def audit() -> None:
    """The ledger: what happened, when, by whom."""


@app.command()
def verify(workspace: Workspace = Path("."), as_json: Json = False) -> None:
    """Find any event that was edited, dropped, swapped or cut off."""
    from flows.verbs.audit import verify as walk

    told = walk(workspace)
    if as_json:
        print_json(told.as_json())
    else:
        print_line(told.line())
    told.report.demand()
