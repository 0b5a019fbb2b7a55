"""storykeeper review list|show|approve|return: a second person decides about what was held."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from flows.commands.printing import print_json, print_line, print_table

app = typer.Typer(help="What was held, for a second person to decide.", no_args_is_help=True)
Json = Annotated[bool, typer.Option("--json", help="Print JSON for machines.")]
Workspace = Annotated[Path, typer.Option("--workspace", "-w", help="The program's workspace.")]
Item = Annotated[str, typer.Argument(help="The id in `review list`, or its first characters.")]
As = Annotated[str, typer.Option("--as", help="Who decides: an id without blanks.")]


@app.command("list")
def list_(workspace: Workspace = Path("."), as_json: Json = False) -> None:
    """What waits for a decision, the riskiest first."""
    from flows.verbs.review import waiting

    items = waiting(workspace)
    if as_json:
        print_json([item.as_json() for item in items])
        return
    columns = ("id", "session", "use", "recipient", "held for", "asked by")
    print_table(f"{len(items)} waiting", columns, [item.row() for item in items])


@app.command()
def show(item: Item, workspace: Workspace = Path("."), as_json: Json = False) -> None:
    """The copy as it would go out, and each place that was flagged."""
    from flows.verbs.review import shown

    told = shown(workspace, item)
    if as_json:
        print_json(told.as_json())
        return
    print_line(told.copy)
    print_table("what was flagged", ("where", "kind", "why", "weight"), told.rows())


@app.command()
def approve(item: Item, by: As, workspace: Workspace = Path(".")) -> None:
    """Let exactly this copy go out with the next `release`."""
    from flows.verbs.review import decide

    print_line(decide(workspace, item, by=by, approve=True))


@app.command("return")
def return_(item: Item, by: As, workspace: Workspace = Path(".")) -> None:
    """Keep it in."""
    from flows.verbs.review import decide

    print_line(decide(workspace, item, by=by, approve=False))
