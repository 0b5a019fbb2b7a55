"""storykeeper policy explain|diff: what a policy does, in words and by example."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.commands.printing import print_json, print_line, print_table

if TYPE_CHECKING:
    from pipeline.policy import Policy

app = typer.Typer(help="What a policy does to each kind of words.", no_args_is_help=True)
Json = Annotated[bool, typer.Option("--json", help="Print JSON for machines.")]


@app.command()
def explain(
    name: Annotated[str, typer.Argument(help="A shipped policy, or a TOML file.")],
    as_json: Json = False,
) -> None:
    """What becomes of each kind of words, by an invented example, and why."""
    from pipeline.policy import explain as explained
    from pipeline.policy_examples import settings, shown

    policy = _policy(name)
    if as_json:
        columns = ("label", "family", "action", "meaning", "reason", "said", "copy")
        pairs = zip(explained(policy), shown(policy), strict=True)
        told = [(e.label.value, e.family, e.action.value, e.meaning, e.reason, s.said, s.copy) for e, s in pairs]
        print_json([dict(zip(columns, row, strict=True)) for row in told])
        return
    print_line(f"{policy.name}: {policy.title}")
    for what, how in settings(policy):
        print_line(f"  {what}: {how}")
    print_line()
    print_table("", ("what", "said", "in the copy", "why"), [(s.what, s.said, s.copy, s.reason) for s in shown(policy)])


@app.command()
def diff(
    before: Annotated[str, typer.Argument(help="A shipped policy, or a TOML file.")],
    after: Annotated[str, typer.Argument(help="Another one.")],
    as_json: Json = False,
) -> None:
    """What two policies do differently, settings first, then by an invented example of each kind of words."""
    from pipeline.policy import diff as differences
    from pipeline.policy_examples import settings, shown

    one, other = _policy(before), _policy(after)
    if as_json:
        found = [(d.what, d.before, d.after) for d in differences(one, other)]
        print_json([dict(zip(("what", "before", "after"), row, strict=True)) for row in found])
        return
    rows = [(what, "", a, b) for (what, a), (_, b) in zip(settings(one), settings(other), strict=True) if a != b]
    changed = {d.what for d in differences(one, other)}
    pairs = zip(shown(one), shown(other), strict=True)
    rows += [(a.what, a.said, a.copy, b.copy) for a, b in pairs if a.label.value in changed]
    if rows:
        print_table("", ("what", "said", one.name, other.name), rows)
    else:
        print_line("they do the same")


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
