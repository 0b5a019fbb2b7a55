"""storykeeper keys list|rotate: the keys of a workspace; storykeeper restricted: what was replaced by what."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from flows.commands.printing import print_json, print_line, print_table

app = typer.Typer(help="The keys of a workspace.", no_args_is_help=True)
Json = Annotated[bool, typer.Option("--json", help="Print JSON for machines.")]
Workspace = Annotated[Path, typer.Option("--workspace", "-w", help="The program's workspace.")]
By = Annotated[str, typer.Option("--as", help="Who asks: an id without blanks.", envvar="STORYKEEPER_ACTOR")]


def register(into: typer.Typer) -> None:
    """Add the commands of this family."""
    into.add_typer(app, name="keys")
    into.command()(restricted)


@app.command("list")
def list_(workspace: Workspace = Path("."), as_json: Json = False) -> None:
    """The public signing keys: the one in force, and those that signed before."""
    from flows.verbs.keys import listed

    told = listed(workspace)
    if as_json:
        print_json(told.as_json())
    else:
        print_table("signing keys", ("name (SHA-256)", "file", "when"), told.rows())


@app.command()
def export(workspace: Workspace = Path("."), as_json: Json = False) -> None:
    """Write every public key file that is missing or was changed."""
    from flows.verbs.keys import write_public_keys

    told = write_public_keys(workspace)
    if as_json:
        print_json(told.as_json())
    else:
        print_line(f"written: {', '.join(told.files)}" if told.files else "all public keys are in their files")


@app.command()
def rotate(
    workspace: Workspace = Path("."),
    signing: Annotated[bool, typer.Option("--signing", help="The signing key instead of the program key.")] = False,
    by: By = "operator",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would change; change nothing.")] = False,
    as_json: Json = False,
) -> None:
    """Change the program key, or with --signing the signing key. What was sealed and signed stays readable and good."""
    from flows.verbs.keys import listed, rotate_program_key, rotate_signing_key

    if dry_run:
        told = listed(workspace)
        line = f"a dry run: the signing key {told.signing[:16]} would be retired" if signing else (
            "a dry run: every data key would be wrapped by a new program key"
        )  # fmt: skip
    elif signing:
        told = rotate_signing_key(workspace, actor=by)
        line = f"signing key {told.signing}; give public-key.pem to your recipients, the old one stays beside it"
    else:
        rotate_program_key(workspace, actor=by)
        told = listed(workspace)
        line = "the program key is new: make a new copy of secrets/program.key and destroy the old copies"
    print_json(told.as_json()) if as_json else print_line(line)


def restricted(
    release: Annotated[str, typer.Argument(help="The release whose log is opened.")],
    by: Annotated[str, typer.Option("--as", help="Who opens it: an id without blanks.")],
    workspace: Workspace = Path("."),
    row: Annotated[str | None, typer.Option(help="One row of the release alone, by its code.")] = None,
    as_json: Json = False,
) -> None:
    """What was replaced by what in a release: words of the originals, for those alone who may see them."""
    from flows.verbs.restricted import restricted_log

    told = restricted_log(workspace, release, actor=by, row=row)
    if as_json:
        print_json({"entries": [e.as_json() for e in told.entries], "documents_shredded": told.gone})
        return
    print_table(f"{len(told.entries)} replacements", ("row", "session", "label", "was", "now"),
                [e.row() for e in told.entries])  # fmt: skip
    if told.gone:
        print_line(f"{told.gone} documents were shredded, and their part of the log with them")
