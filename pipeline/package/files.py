"""The files of a release by name. It stands apart so that `verify` needs no table library to check one."""

from __future__ import annotations

import re

FORMAT = "storykeeper-release/1"
MANIFEST, SIGNATURE, SUMS = "manifest.json", "manifest.sig", "SHA256SUMS"
TURN_TABLES = ("turns.csv", "turns.jsonl", "turns.parquet")
FILES: tuple[str, ...] = (
    *TURN_TABLES,
    "documents.csv",
    "codebook.csv",
    "codebook.html",
    "datapackage.json",
    "croissant.json",
    "README.md",
    "DATASHEET.md",
    "NOTICE.txt",
    "CONSENT_SCOPE.txt",
    MANIFEST,
    SIGNATURE,
    SUMS,
)
RECALL_FILES: tuple[str, ...] = ("RECALL.txt", "recalled_rows.csv")
NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}(?:\.[a-z0-9]{1,8})?")  # of a copy inside data/


def name_is_safe(name: str) -> bool:
    """Whether a path of a package is one of its own: relative, without tricks."""
    folder, _, last = name.rpartition("/")
    return folder in ("", "data") and (NAME.fullmatch(last) is not None or name in (*FILES, *RECALL_FILES))
