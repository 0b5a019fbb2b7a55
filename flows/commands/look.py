"""Commands that look and never release: detect, decide, evaluate, verify."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from flows.commands.printing import print_json, print_line, print_table

Json = Annotated[bool, typer.Option("--json", help="Print JSON for machines.")]
Workspace = Annotated[Path, typer.Option("--workspace", "-w", help="The program's workspace.")]


def register(app: typer.Typer) -> None:
    """Add the commands of this family."""
    app.command()(detect)
    app.command()(decide)
    app.command()(evaluate)
    app.command()(verify)


def detect(
    paths: Annotated[list[Path], typer.Argument(help="Files to look at; nothing is written or released.")],
    as_json: Json = False,
    text: Annotated[bool, typer.Option("--text", help="Print the text that the offsets count in.")] = False,
    roster: Annotated[Path | None, typer.Option("--roster", help="A people.csv: names known beforehand.")] = None,
) -> None:
    """Show where identifiers and disclosures stand in files."""
    from flows.verbs.detect import detect_files

    for found in detect_files(paths, roster):
        if text:
            print_line(found.text)
        elif as_json:
            print_json(found.as_json())
        else:
            rows = [(f"{s.start}-{s.end}", s.label.value, f"{s.score:.2f}", s.source) for s in found.spans]
            print_table(f"{found.file}: {found.characters} characters", ("where", "label", "score", "source"), rows)


def decide(
    session: Annotated[str | None, typer.Argument(help="A session id of the workspace.")] = None,
    case: Annotated[Path | None, typer.Option("--case", help="A case, or a list of cases, as JSON.")] = None,
    use: Annotated[str | None, typer.Option(help="group or research.")] = None,
    recipient: Annotated[str | None, typer.Option(help="A registered recipient's id.")] = None,
    as_of: Annotated[str | None, typer.Option(help="The instant decided for, ISO; now if left out.")] = None,
    as_json: Json = False,
    workspace: Workspace = Path("."),
) -> None:
    """Say whether a session may be used, and why."""
    from pipeline.errors import UsageError

    if case is not None:
        from flows.verbs.decide import answer_cases

        for answer in answer_cases(case):
            print_json(answer)
        return
    if session is None or use is None or recipient is None:
        raise UsageError("give a session with --use and --recipient, or a file with --case")
    from flows.verbs.decide import explain_session

    told = explain_session(workspace, session, use=use, recipient=recipient, as_of=as_of)
    if as_json:
        print_json(told.as_json())
        return
    for line in told.lines:
        print_line(line)


def evaluate(
    gold: Annotated[Path, typer.Argument(help="A folder of gold documents.")],
    as_json: Json = False,
    html: Annotated[Path | None, typer.Option(help="Write a page where each miss stands in its context.")] = None,
    floor: Annotated[Path | None, typer.Option(help="Fail with 13 if a figure is under this file's floor.")] = None,
    compare: Annotated[bool, typer.Option(help="Measure Presidio's default recognizers beside it.")] = False,
    model: Annotated[Path | None, typer.Option(help="Weights to measure in the place of the shipped ones.")] = None,
) -> None:
    """Measure detection on gold documents."""
    from flows.verbs.evaluate import evaluate_gold

    told = evaluate_gold(gold, html=html, floor=floor, compare=compare, model=model)
    if as_json:
        print_json(told.as_json())
    else:
        for table in told.tables():
            print_table(*table)
    told.raise_under_floor()


def verify(
    directory: Annotated[Path, typer.Argument(help="A release.")],
    key: Annotated[Path | None, typer.Option(help="The program's public key (PEM).")] = None,
    as_json: Json = False,
) -> None:
    """Check a release: every digest, every file, the signature."""
    from flows.verbs.verify import verify_release

    report = verify_release(directory, key)
    if as_json:
        print_json(report.as_json())
    else:
        for line in report.lines():
            print_line(line)
    report.raise_if_bad()
