"""Commands that set things in motion: ingest, run, release. Each is a Prefect flow."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.commands.printing import print_json, print_line, print_table, progress_shown

if TYPE_CHECKING:
    from flows.motion import RunTold

Json = Annotated[bool, typer.Option("--json", help="Print JSON for machines.")]
Workspace = Annotated[Path, typer.Option("--workspace", "-w", help="The program's workspace.")]
Use = Annotated[str, typer.Option(help="group or research.")]
Recipient = Annotated[str, typer.Option(help="A registered recipient's id.")]
AsOf = Annotated[str | None, typer.Option(help="The instant decided for, ISO; now if left out.")]
By = Annotated[str, typer.Option("--as", help="Who asks: an id without blanks.", envvar="STORYKEEPER_ACTOR")]
EncryptTo = Annotated[
    str | None,
    typer.Option(help="An age key (age1...) or a file with one; else the one registered."),
]
KeepClear = Annotated[bool, typer.Option("--keep-clear", help="Leave the folder beside the encrypted file.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Decide and count; write nothing.")]

_RUN = "The main job: ingest, decide, de-identify, inspect, release; with a reason for all that stayed in."
_RELEASE = "The same without ingest: releases what is permitted and new, also what a reviewer approved since."


def register(app: typer.Typer) -> None:
    """Add the commands of this family."""
    app.command()(ingest)
    app.command("run", help=_RUN)(_job(ingest=True))
    app.command("release", help=_RELEASE)(_job(ingest=False))


def ingest(
    workspace: Workspace = Path("."),
    by: By = "operator",
    remove: Annotated[
        bool, typer.Option("--remove", help="Delete from the inbox what was sealed and verified.")
    ] = False,
    rehash: Annotated[bool, typer.Option("--rehash", help="Read every file, also those that look unchanged.")] = False,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Seal what lies in the inbox."""
    from flows.motion import ingest as start

    with progress_shown(quiet=as_json):
        told = start(workspace, actor=by, remove=remove, rehash=rehash, dry_run=dry_run)
    print_json(told) if as_json else print_line(", ".join(f"{count} {name}" for name, count in told.items()))


def _job(*, ingest: bool) -> Callable[..., None]:
    """The main job as a command, with or without ingest: one set of options for both."""

    def job(
        use: Use,
        recipient: Recipient,
        workspace: Workspace = Path("."),
        as_of: AsOf = None,
        by: By = "operator",
        encrypt_to: EncryptTo = None,
        keep_clear: KeepClear = False,
        dry_run: DryRun = False,
        as_json: Json = False,
    ) -> None:
        from flows.motion import run as start

        with progress_shown(quiet=as_json):
            told = start(
                workspace,
                use=use,
                recipient=recipient,
                as_of=as_of,
                actor=by,
                ingest=ingest,
                encrypt_to=_key(encrypt_to),
                keep_clear=keep_clear,
                dry_run=dry_run,
            )
        _tell(told, as_json)

    return job


def _key(given: str | None) -> str:
    """The key itself, or the first line of a file that starts with `age1`; empty where none was given."""
    if given is None:
        return ""
    from flows.verbs.packing import key_in

    return key_in(given)


def _tell(told: RunTold, as_json: bool) -> None:
    if as_json:
        print_json(told.as_json())
    else:
        columns = ("session", "outcome", "turns kept", "withheld", "why")
        print_table(f"{told.summary.use} for {told.summary.recipient}", columns, told.rows())
        for line in told.closing():
            print_line(line)
    raise typer.Exit(told.exit_code)
