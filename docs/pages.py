"""Prints the pages of docs/ that are made from tables. `--check` fails where a page and its table have parted."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from docs.performance_page import performance_page
from docs.tables import exit_codes_page
from pipeline.policy_page import policy_page

DOCS = Path(__file__).resolve().parent


def pages() -> dict[str, Callable[[], str]]:
    """Each printed page with the function that prints it."""
    sys.path.insert(0, str(DOCS.parent))
    from tests.spec.formats_page import render as formats_page
    from tests.spec.render import render as consent_page

    return {
        "consent.md": consent_page,
        "formats.md": formats_page,
        "exit-codes.md": exit_codes_page,
        "policies.md": policy_page,
        "performance.md": performance_page,
    }


def main() -> int:
    """Print the pages, or with `--check` name those that are stale; exit code 1 if one is."""
    stale = []
    for name, render in pages().items():
        path, text = DOCS / name, render()
        if path.is_file() and path.read_text(encoding="utf-8") == text:
            continue
        stale.append(name)
        if "--check" not in sys.argv:
            path.write_text(text, encoding="utf-8")
    if stale and "--check" in sys.argv:
        sys.stderr.write(f"stale, print them with `make docs`: {', '.join(stale)}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
