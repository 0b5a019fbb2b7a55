"""storykeeper user add|list|password|disable: the accounts of the review pages."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from flows.commands.printing import print_json, print_line, print_table

app = typer.Typer(help="Who may sign in to the review pages.", no_args_is_help=True)
Json = Annotated[bool, typer.Option("--json", help="Print JSON for machines.")]
Workspace = Annotated[Path, typer.Option("--workspace", "-w", help="The program's workspace.")]
Name = Annotated[str, typer.Argument(help="The name to sign in with: an id without blanks.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Check and say; write nothing.")]


@app.command()
def add(
    name: Name,
    role: Annotated[str, typer.Option(help="reviewer, manager or auditor.")],
    workspace: Workspace = Path("."),
    originals: Annotated[bool, typer.Option("--originals", help="May open originals; each time is an event.")] = False,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Make an account. The password is asked for, or is the first line of standard input."""
    from flows.verbs.users import add_user

    told = add_user(workspace, name, role=role, originals=originals, password=_password(), dry_run=dry_run)
    if as_json:
        print_json(told.as_json())
    else:
        print_line(f"{name} may sign in as {role}" + ("; a dry run: nothing was written" if dry_run else ""))


@app.command("list")
def list_(workspace: Workspace = Path("."), as_json: Json = False) -> None:
    """Every account, with its role and whether it may open originals."""
    from flows.verbs.users import list_users

    found = list_users(workspace)
    if as_json:
        print_json([one.as_json() for one in found])
    else:
        print_table(f"{len(found)} accounts", ("name", "role", "originals", "state"), [one.row() for one in found])


@app.command()
def password(name: Name, workspace: Workspace = Path("."), dry_run: DryRun = False, as_json: Json = False) -> None:
    """Give an account another password, asked for as by `add`; what it is signed in to ends now."""
    from flows.verbs.users import new_password

    new_password(workspace, name, password=_password(), dry_run=dry_run)
    if as_json:
        print_json({"name": name, "dry_run": dry_run})
    else:
        print_line(f"{name} has another password" + ("; a dry run: nothing was written" if dry_run else ""))


@app.command()
def disable(name: Name, workspace: Workspace = Path("."), dry_run: DryRun = False, as_json: Json = False) -> None:
    """Close an account: it signs in no more, and what it is signed in to ends now. Its name is not given again."""
    from flows.verbs.users import disable_user

    disable_user(workspace, name, dry_run=dry_run)
    if as_json:
        print_json({"name": name, "state": "disabled", "dry_run": dry_run})
    else:
        print_line(f"{name} is disabled" + ("; a dry run: nothing was written" if dry_run else ""))


def _password() -> str:
    """Typed twice at a terminal, or the first line of standard input; never an argument, which others can list."""
    if sys.stdin.isatty():
        return str(typer.prompt("Password", hide_input=True, confirmation_prompt=True, err=True))
    return sys.stdin.readline().rstrip("\r\n")
