"""The notice of a recall, for its recipient: a letter, the rows as CSV, and the same as JSON for programs.

It names the release, the files by digest and the rows by code, and never a person, a word, or why. It says what need
not be undone, so that nobody throws away a study, and asks that nobody look for whom it concerns.
"""

from __future__ import annotations

import json
import textwrap
from dataclasses import dataclass

FORMAT = "storykeeper-recall/1"
LETTER, ROWS, MACHINE, SIGNATURE = "RECALL.txt", "recalled_rows.csv", "recall.json", "recall.sig"
CANNOT_BE_CALLED_BACK = (
    "Counts, averages and findings over many people that were worked out before this notice, and in which no passage "
    "and no person can be seen, cannot be called back and need not be undone."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What is called back of one release. documents: codes of those that go whole. files: path -> SHA-256 of each file
    to delete. rows: codes of the rows to destroy. replaced_by: the release that takes its place, None where nothing is
    left. contact: whom to write to."""

    release_id: str
    use: str
    recipient: str
    day: str
    documents: tuple[str, ...]
    files: tuple[tuple[str, str], ...]
    rows: tuple[str, ...]
    replaced_by: str | None
    contact: str


def row_code(document: str, order: int) -> str:
    """The code of a turn, as the tables of a release give it."""
    return f"{document}-{order:04d}"


def letter(notice: Notice) -> str:
    """RECALL.txt."""
    instead = notice.replaced_by or "none: nothing of the release is left"
    files = "\n".join(f"{digest}  {path}" for path, digest in notice.files)
    return f"""RECALL OF A RELEASE

Release             {notice.release_id}
Recipient           {notice.recipient}
Use                 {notice.use}
Date of this notice {notice.day}
Replacement         {instead}
Called back whole   {", ".join(notice.documents) or "no document"}
Rows called back    {len(notice.rows)}, listed in {ROWS}

Part of this release may no longer be kept or used. Please do the following now.

1. Stop using the release.
{_replace_step(notice)}
3. Delete the files listed below wherever you keep them: working copies, encrypted packages, copies that others got
   from you, and backups as they come to their end.
4. Delete the documents and rows that are called back from every table and file that you made of the release, and what
   was made of them alone: excerpts, codings, summaries.
5. Write to {notice.contact} when it is done, or say what cannot be done.

{textwrap.fill(CANNOT_BE_CALLED_BACK + " Do not add to them from what is called back.", 118)}

This notice does not say why, and it concerns nobody in particular as far as you are to know. Do not try to find out.

Files to delete (SHA-256, path in the release)

{files}
"""


def _replace_step(notice: Notice) -> str:
    if notice.replaced_by is None:
        return "2. There is no replacement."
    return f"2. Put release {notice.replaced_by} in its place. Codes of documents, rows and people are the same in it."


def rows_csv(notice: Notice) -> str:
    """recalled_rows.csv: one code a line under its header."""
    return "".join(f"{row}\n" for row in ("row", *sorted(notice.rows)))


def machine(notice: Notice) -> bytes:
    """recall.json."""
    told = {
        "format": FORMAT,
        "release": notice.release_id,
        "use": notice.use,
        "recipient": notice.recipient,
        "date": notice.day,
        "replaced_by": notice.replaced_by,
        "destroy_documents": list(notice.documents),
        "delete_files": [{"path": path, "sha256": digest} for path, digest in notice.files],
        "destroy_rows": sorted(notice.rows),
        "cannot_be_called_back": CANNOT_BE_CALLED_BACK,
        "contact": notice.contact,
    }
    return (json.dumps(told, indent=2, ensure_ascii=False) + "\n").encode()
