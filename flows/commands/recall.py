"""storykeeper recall and notice: take back what may no longer be out, and follow it up with the recipients."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from flows.commands.printing import print_json, print_line, print_table, progress_shown

Json = Annotated[bool, typer.Option("--json", help="Print JSON for machines.")]
Workspace = Annotated[Path, typer.Option("--workspace", "-w", help="The program's workspace.")]
By = Annotated[str, typer.Option("--as", help="Who asks: an id without blanks.", envvar="STORYKEEPER_ACTOR")]
notice = typer.Typer(help="The notices of recalls: sent, confirmed, or not.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add the commands of this family."""
    app.command()(recall)
    app.add_typer(notice, name="notice")


def recall(
    workspace: Workspace = Path("."),
    as_of: Annotated[str | None, typer.Option(help="The instant decided for, ISO; now if left out.")] = None,
    by: By = "operator",
    labels: Annotated[
        bool, typer.Option("--labels", help="Read every document again, to find what was labelled wrong.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Decide and count; open and write nothing.")] = False,
    as_json: Json = False,
) -> None:
    """Decide again about all that is out; take back what is no longer permitted and put the rest in its place."""
    from flows.recalling import recall as start

    with progress_shown(quiet=as_json):
        told = start(workspace, as_of=as_of, actor=by, labels=labels, dry_run=dry_run)
    if as_json:
        print_json(told.as_json())
    else:
        if told.called_back:
            columns = ("release", "recipient", "called back", "why", "whose answer", "now")
            print_table("recall", columns, told.rows())
        for line in told.closing():
            print_line(line)
    raise typer.Exit(told.exit_code)


@notice.command("list")
def list_(workspace: Workspace = Path("."), as_json: Json = False) -> None:
    """Every notice and where it stands."""
    from flows.verbs.notices import notices

    found = notices(workspace)
    if as_json:
        print_json([n.as_json() for n in found])
        return
    print_table(f"{len(found)} notices", ("release", "recipient", "state", "since", "replaced by"),
                [n.row() for n in found])  # fmt: skip


@notice.command()
def mark(
    release: Annotated[str, typer.Argument(help="The release that was called back.")],
    state: Annotated[str, typer.Argument(help="sent, confirmed or cannot.")],
    workspace: Workspace = Path("."),
    by: By = "operator",
    as_json: Json = False,
) -> None:
    """Say that a notice was sent, that its recipient confirmed it, or that they cannot do all of it."""
    from flows.verbs.notices import mark as say

    told = say(workspace, release, state, actor=by)
    print_json(told.as_json()) if as_json else print_line(f"{told.release_id}: {told.state}")
