"""storykeeper review: the pages in a browser; review list|show|approve|return: the same at a terminal."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from flows.commands.printing import print_json, print_line, print_table

app = typer.Typer(help="The review pages, and what was held for a second person to decide.")
Json = Annotated[bool, typer.Option("--json", help="Print JSON for machines.")]
Workspace = Annotated[Path, typer.Option("--workspace", "-w", help="The program's workspace.")]
Item = Annotated[str, typer.Argument(help="The id in `review list`, or its first characters.")]
As = Annotated[str, typer.Option("--as", help="Who decides: an id without blanks.")]


@app.callback(invoke_without_command=True)
def pages(
    context: typer.Context,
    workspace: Workspace = Path("."),
    port: Annotated[int, typer.Option(help="Port on this machine; 0 takes a free one.", min=0, max=65535)] = 8420,
    as_of: Annotated[str | None, typer.Option(help="The instant decided for, ISO; now if left out.")] = None,
    gold: Annotated[Path | None, typer.Option(help="Open this gold document for annotation instead.")] = None,
    open_: Annotated[bool, typer.Option("--open", help="Open a browser at the pages.")] = False,
    as_json: Json = False,
) -> None:
    """Serve the pages on this machine until Ctrl-C. With a command: decide at the terminal."""
    if context.invoked_subcommand is not None:
        return

    def ready(address: str) -> None:
        print_json({"address": address}) if as_json else print_line(f"the pages are at {address} (Ctrl-C ends them)")
        sys.stdout.flush()
        if open_:
            import webbrowser

            webbrowser.open(address)

    if gold is not None:
        from flows.web.gold import serve_gold

        serve_gold(gold, port=port, ready=ready)
    else:
        from flows.web.serve import serve

        serve(workspace, port=port, as_of=as_of, ready=ready)


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


@app.command()
def teach(
    by: As,
    workspace: Workspace = Path("."),
    gold: Annotated[
        bool, typer.Option("--gold", help="Also write gold documents of your own text into gold/.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Count; keep nothing.")] = False,
    as_json: Json = False,
) -> None:
    """Make the program's own lists from what reviewers decided: words always masked, and words that are nobody's."""
    from flows.verbs.teach import teach as learn

    told = learn(workspace, by=by, gold=gold, dry_run=dry_run)
    if as_json:
        print_json(told.as_json())
        return
    print_line(f"{told.documents} documents with decisions: {told.always} words are always masked from now on")
    print_line(f"{told.never} words are nobody's; they open a place only where the policy lets reviewers unmask")
    print_line(f"{told.gold} documents are decided throughout" + (" and lie in gold/" if gold and not dry_run else ""))
