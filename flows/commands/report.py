"""The command report: what was shared, with whom, under which yes."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from flows.commands.printing import print_json, print_line

Json = Annotated[bool, typer.Option("--json", help="Print JSON for machines: the part to share.")]
Workspace = Annotated[Path, typer.Option("--workspace", "-w", help="The program's workspace.")]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(report)


def report(
    workspace: Workspace = Path("."),
    use: Annotated[str | None, typer.Option(help="group or research; both if left out.")] = None,
    as_of: Annotated[str | None, typer.Option(help="The day of the report, ISO; today if left out.")] = None,
    internal: Annotated[bool, typer.Option("--internal", help="With --json: the internal part.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Gather; write nothing.")] = False,
    as_json: Json = False,
) -> None:
    """The manager's report: a page and a workbook to share, and one of each that stays in."""
    from flows.verbs.report import make_report
    from pipeline.errors import UsageError

    if use not in (None, "group", "research"):
        raise UsageError("--use is group or research")
    told = make_report(workspace, use=use, as_of=as_of, dry_run=dry_run)
    if as_json:
        print_json(told.as_json(internal=internal))
        return
    out = [r for r in told.report.releases if r.state == "out"]
    print_line(f"{len(out)} releases are out, with {sum(len(r.documents) for r in out)} documents")
    for name in told.files:
        print_line(f"{'internal: ' if 'internal' in name else 'to share: '}{name}")
