"""The small printed pages: exit codes and policies, each from the table that the program itself reads."""

from __future__ import annotations

from pipeline import errors

_PLAIN = (
    (errors.EXIT_DONE, "done"),
    (errors.EXIT_UNEXPECTED, "unexpected: a fault of ours; nothing was released"),
    (errors.EXIT_NOTHING_PERMITTED, "nothing was permitted, so nothing was released"),
    (errors.EXIT_INTERRUPTED, "interrupted with Ctrl-C; nothing is half done"),
)


def exit_codes_page() -> str:
    """docs/exit-codes.md, from the error tree."""
    kinds = [(kind.exit_code, str(kind.__doc__).strip()) for kind in errors.StorykeeperError.__subclasses__()]
    here = [(code, text) for code, text in kinds if code != errors.EXIT_UNEXPECTED]
    rows = [f"| {code} | {text} |" for code, text in sorted([*_PLAIN, *here])]
    head = [
        "# Exit codes",
        "",
        "Printed from `pipeline/errors.py` by `make docs`.",
        "",
        "| code | meaning |",
        "| --- | --- |",
    ]
    return "\n".join([*head, *rows, ""])
