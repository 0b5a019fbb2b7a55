"""storykeeper policy explain|diff: what a policy does, in words."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.commands.printing import print_json, print_table

if TYPE_CHECKING:
    from pipeline.policy import Policy

app = typer.Typer(help="What a policy does to each kind of words.", no_args_is_help=True)
Json = Annotated[bool, typer.Option("--json", help="Print JSON for machines.")]


@app.command()
def explain(
    name: Annotated[str, typer.Argument(help="A shipped policy, or a TOML file.")],
    as_json: Json = False,
) -> None:
    """Every label with what becomes of it, and why."""
    from pipeline.policy import explain as explained

    rows = [(e.label.value, e.family, e.action.value, e.meaning, e.reason) for e in explained(_policy(name))]
    columns = ("label", "family", "action", "meaning", "reason")
    if as_json:
        print_json([dict(zip(columns, row, strict=True)) for row in rows])
    else:
        print_table(f"policy {name}", columns, rows)


@app.command()
def diff(
    before: Annotated[str, typer.Argument(help="A shipped policy, or a TOML file.")],
    after: Annotated[str, typer.Argument(help="Another one.")],
    as_json: Json = False,
) -> None:
    """What two policies do differently."""
    from pipeline.policy import diff as differences

    rows = [(d.what, d.before, d.after) for d in differences(_policy(before), _policy(after))]
    if as_json:
        print_json([dict(zip(("what", "before", "after"), row, strict=True)) for row in rows])
    else:
        print_table(f"{before} and {after}", ("what", before, after), rows)


def _policy(name: str) -> Policy:
    from flows.wiring import policy_of
    from pipeline.errors import UsageError
    from pipeline.policy import SHIPPED, shipped

    if name in SHIPPED:
        return shipped(name)
    path = Path(name)
    if not path.is_file():
        raise UsageError(f"no policy of that name is shipped and no such file is here; shipped: {', '.join(SHIPPED)}")
    return policy_of(path)
