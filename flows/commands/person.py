"""Commands about one person: account, statement, shred. They name somebody, so what they print stays inside."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from flows.commands.printing import print_json, print_line, print_table

Json = Annotated[bool, typer.Option("--json", help="Print JSON for machines.")]
Workspace = Annotated[Path, typer.Option("--workspace", "-w", help="The program's workspace.")]
Person = Annotated[str, typer.Argument(help="The program's own code of the person.")]
By = Annotated[str, typer.Option("--as", help="Who asks: an id without blanks.", envvar="STORYKEEPER_ACTOR")]


def register(app: typer.Typer) -> None:
    """Add the commands of this family."""
    app.command()(account)
    app.command()(statement)
    app.command()(shred)


def account(
    person: Person,
    workspace: Workspace = Path("."),
    whole: Annotated[bool, typer.Option("--all", help="Also what is older than six years.")] = False,
    as_json: Json = False,
) -> None:
    """The accounting of disclosures of one person: when, to whom, for what, under which yes, called back or not."""
    from flows.verbs.account import account as accounting

    found = accounting(workspace, person, whole=whole)
    if as_json:
        print_json([d.as_json() for d in found])
        return
    columns = ("when", "to whom", "use", "what", "under", "release", "now")
    print_table(f"disclosures about {person}: {len(found)}", columns, [d.row() for d in found])


def statement(
    person: Person,
    out: Annotated[Path, typer.Option("--out", help="The page to write; it names the person.")],
    workspace: Workspace = Path("."),
    as_of: Annotated[str | None, typer.Option(help="The day of the page, ISO; today if left out.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Make the page and write nothing.")] = False,
    as_json: Json = False,
) -> None:
    """A page for the person themself, in plain words: what was shared of them, and how to take it back."""
    from flows.verbs.statement import statement_page, write_statement

    if dry_run:
        size = len(statement_page(workspace, person, as_of=as_of).encode())
    else:
        write_statement(workspace, person, out, as_of=as_of)
        size = out.stat().st_size
    if as_json:
        print_json({"bytes": size, "written": not dry_run})
    else:
        print_line("a dry run: nothing was written" if dry_run else "written; it is for this person alone")


def shred(
    person: Person,
    workspace: Workspace = Path("."),
    yes: Annotated[bool, typer.Option("--yes", help="Do it. Nothing brings it back.")] = False,
    by: By = "operator",
    as_json: Json = False,
) -> None:
    """Destroy what the vault holds of one person. Without --yes it says what that would be, and does nothing."""
    from flows.verbs.shred import shred as destroy

    told = destroy(workspace, person, actor=by, yes=yes)
    if as_json:
        print_json(told.as_json())
        return
    for line in told.lines():
        print_line(line)
