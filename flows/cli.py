"""The command `storykeeper`: argument parsing and printing only.

Rules: heavy imports stand inside the functions, so that `--help` stays quick; with `--json` standard output holds JSON
and nothing else; errors go to standard error without a word of a document; each kind of error has its exit code
(pipeline/errors.py).
"""

from __future__ import annotations

import signal
import sys
from types import FrameType

import typer

from flows.commands import (
    audit,
    consent,
    keeping,
    keys,
    look,
    person,
    policy,
    recall,
    report,
    review,
    table,
    user,
    work,
    workspace,
)
from flows.memory import keep_memory_private
from pipeline.errors import EXIT_INTERRUPTED, EXIT_UNEXPECTED, StorykeeperError

app = typer.Typer(
    name="storykeeper",
    help="De-identified copies of peer-support sessions, released only where consent records permit.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
workspace.register(app)
keeping.register(app)
work.register(app)
report.register(app)
recall.register(app)
person.register(app)
keys.register(app)
look.register(app)
table.register(app)
app.add_typer(review.app, name="review")
app.add_typer(user.app, name="user")
app.add_typer(consent.app, name="consent")
app.add_typer(policy.app, name="policy")
app.add_typer(audit.app, name="audit")


class Interrupted(BaseException):
    """Ctrl-C. Not a KeyboardInterrupt, which the argument parser would turn into exit code 1."""


def _interrupt(signum: int, frame: FrameType | None) -> None:
    raise Interrupted


def main() -> None:
    """Run the command line and end the process with the exit code of docs/exit-codes.md."""
    keep_memory_private()
    signal.signal(signal.SIGINT, _interrupt)
    sys.exit(_run())


def _run() -> int:
    try:
        app()
    except StorykeeperError as error:
        _say(str(error))
        return error.exit_code
    except Interrupted:
        _say("interrupted; nothing was left half done")
        return EXIT_INTERRUPTED
    except Exception as error:  # noqa: BLE001 - the rim: a traceback could hold a word of a document
        _say(f"unexpected {type(error).__name__}; nothing was left half done")
        return EXIT_UNEXPECTED
    return 0


def _say(message: str) -> None:
    sys.stderr.write(f"storykeeper: {message}\n")
