"""compose: the files of a release package, from redacted copies to the signature. Nothing here opens or writes a file.

- Same inputs, same bytes: names, codes, times and the signature come as arguments; files and rows have a fixed order.
- It holds no word of an original beyond the redacted text, no name of a session or file of the program, and no count of
  anybody who is not in it; people are counted only where they are 11 or more, or none.
- manifest.json lists every file but itself, its signature and SHA256SUMS; manifest.sig signs its bytes; SHA256SUMS
  lists every file but itself and passes `sha256sum -c` inside the directory.
- Copies are yielded as they come and are not kept, so that memory is flat in their size; the rows of tables are kept.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from pipeline.package.cells import shown_parts
from pipeline.package.columns import CODEBOOK, DOCUMENTS, TURNS, codebook_rows
from pipeline.package.describe import datapackage
from pipeline.package.readme import readme
from pipeline.package.rows import TurnRow
from pipeline.package.scope import Scope, consent_scope, notice
from pipeline.package.tabular import Row, csv_bytes, jsonl_bytes, parquet_bytes
from pipeline.rules import Policy

__all__ = ["FORMAT", "Copy", "Origin", "Replaces", "Scope", "TurnRow", "compose", "name_is_safe"]

FORMAT = "storykeeper-release/1"
MANIFEST, SIGNATURE, SUMS = "manifest.json", "manifest.sig", "SHA256SUMS"
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}(?:\.[a-z0-9]{1,8})?")
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,31}")
_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """One de-identified document. document: random code. name: random file name inside data/. kind, note_class, format:
    as in documents.csv. when: the session's date as far as the policy tells it."""

    document: str
    name: str
    data: bytes = field(repr=False)
    turns: tuple[TurnRow, ...] = field(repr=False)
    kind: str
    note_class: str
    format: str
    when: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Replaces:
    """The release that this one takes the place of, after a recall. release_id and manifest (SHA-256 in hex of its
    manifest.json): which one. rows: codes of its rows that have to be destroyed. notice: the text of RECALL.txt; it
    names no person and no reason that only one person can have."""

    release_id: str
    manifest: str
    rows: tuple[str, ...]
    notice: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """What made a release. as_of: the instant decided for, ISO 8601 with offset. detector, records: SHA-256 in hex.
    people: people with words in it, by role. ledger: head digest and count of the ledger, where one is kept.
    replaces: the release that was recalled, where this is its replacement."""

    release_id: str
    use: str
    recipient: str
    as_of: str
    policy: Policy
    detector: str
    records: str
    people: Mapping[str, int] = field(repr=False)
    ledger: tuple[str, int] | None = None
    replaces: Replaces | None = None


def name_is_safe(name: str) -> bool:
    """Whether a path of a package is one of its own: relative, without tricks."""
    folder, _, last = name.rpartition("/")
    return folder in ("", "data") and (_NAME.fullmatch(last) is not None or name in (*FILES, *RECALL_FILES))


def compose(
    copies: Iterable[Copy], scope: Scope, origin: Origin, sign: Callable[[bytes], bytes]
) -> Iterator[tuple[str, bytes]]:
    """(path, bytes) of every file of the package; SHA256SUMS is last. sign: Ed25519 over the bytes of the manifest.

    Raises VerificationError where the notice is missing, ValueError for an unsafe or repeated name or code.
    """
    _check_origin(origin)
    statement = notice()
    listed: dict[str, tuple[str, int]] = {}
    turns: list[Row] = []
    documents: list[Row] = []
    codes: set[str] = set()

    def out(name: str, data: bytes) -> tuple[str, bytes]:
        if name in listed:
            raise ValueError(f"two files of the release are called `{name}`")
        listed[name] = (hashlib.sha256(data).hexdigest(), len(data))
        return name, data

    for copy in copies:
        _check_copy(copy, codes)
        documents.append(_document_row(copy))
        turns.extend(_turn_rows(copy))
        yield out(f"data/{copy.name}", copy.data)
    turns.sort(key=lambda row: (str(row["document"]), int(row["order"])))
    documents.sort(key=lambda row: str(row["document"]))
    for name, data in _tables(turns, documents):
        yield out(name, data)
    yield out("NOTICE.txt", statement.encode())
    yield out("CONSENT_SCOPE.txt", consent_scope(scope).encode())
    for name, data in _recall(origin.replaces):
        yield out(name, data)
    text = readme(origin.release_id, origin.policy, documents=len(documents), turns=len(turns))
    yield out("README.md", text.encode())
    yield out("datapackage.json", _json(datapackage(origin.release_id, origin.as_of, listed)))
    manifest = _json(_manifest(origin, listed, documents=len(documents), turns=len(turns)))
    yield out(MANIFEST, manifest)
    yield out(SIGNATURE, sign(manifest))
    yield SUMS, "".join(f"{listed[name][0]}  {name}\n" for name in sorted(listed)).encode()


FILES: tuple[str, ...] = (
    "turns.parquet",
    "turns.csv",
    "turns.jsonl",
    "documents.csv",
    "codebook.csv",
    "NOTICE.txt",
    "CONSENT_SCOPE.txt",
    "README.md",
    "datapackage.json",
    MANIFEST,
    SIGNATURE,
    SUMS,
)
RECALL_FILES: tuple[str, ...] = ("RECALL.txt", "recalled_rows.csv")


def _check_origin(origin: Origin) -> None:
    for name, value in (("detector", origin.detector), ("records", origin.records)):
        if not _DIGEST.fullmatch(value):
            raise ValueError(f"the digest of the {name} is no SHA-256 in hex")
    if not _CODE.fullmatch(origin.release_id):
        raise ValueError("a release id is made of letters, figures, dashes and underscores")


def _check_copy(copy: Copy, codes: set[str]) -> None:
    if not _NAME.fullmatch(copy.name) or not _CODE.fullmatch(copy.document):
        raise ValueError("names and codes of copies are lower case letters, figures, dashes and one extension")
    if copy.document in codes:
        raise ValueError(f"two documents of the release have the code `{copy.document}`")
    codes.add(copy.document)


def _turn_rows(copy: Copy) -> Iterator[Row]:
    for turn in copy.turns:
        yield {
            "row": f"{copy.document}-{turn.order:04d}",
            "document": copy.document,
            "order": turn.order,
            "speaker": turn.speaker,
            "role": turn.role,
            "text": turn.text,
            "categories": ";".join(turn.categories),
        }


def _document_row(copy: Copy) -> Row:
    return {
        "document": copy.document,
        "file": f"data/{copy.name}",
        "kind": copy.kind,
        "note_class": copy.note_class,
        "format": copy.format,
        "when": copy.when,
        "turns": len(copy.turns),
        "words": sum(turn.words for turn in copy.turns),
        "categories": ";".join(sorted({c for turn in copy.turns for c in turn.categories})),
    }


def _tables(turns: list[Row], documents: list[Row]) -> Iterator[tuple[str, bytes]]:
    yield "turns.parquet", parquet_bytes(turns, TURNS)
    yield "turns.csv", csv_bytes(turns, [c.name for c in TURNS])
    yield "turns.jsonl", jsonl_bytes(turns)
    yield "documents.csv", csv_bytes(documents, [c.name for c in DOCUMENTS])
    yield "codebook.csv", csv_bytes(codebook_rows(), CODEBOOK)


def _recall(replaces: Replaces | None) -> Iterator[tuple[str, bytes]]:
    """RECALL.txt and recalled_rows.csv: only in a release that replaces another."""
    if replaces is not None:
        yield "RECALL.txt", replaces.notice.encode()
        yield "recalled_rows.csv", csv_bytes([{"row": row} for row in sorted(replaces.rows)], ["row"])


def _manifest(
    origin: Origin, listed: Mapping[str, tuple[str, int]], *, documents: int, turns: int
) -> dict[str, object]:
    manifest: dict[str, object] = {
        "format": FORMAT,
        "release": origin.release_id,
        "use": origin.use,
        "recipient": origin.recipient,
        "as_of": origin.as_of,
        "policy": {"name": origin.policy.name, "sha256": origin.policy.digest},
        "detector": {"sha256": origin.detector},
        "records": {"sha256": origin.records},
        "counts": {"documents": documents, "turns": turns, "people": shown_parts(origin.people)},
        "files": [{"path": n, "sha256": listed[n][0], "bytes": listed[n][1]} for n in sorted(listed)],
    }
    if origin.replaces is not None:
        manifest["replaces"] = {"release": origin.replaces.release_id, "manifest_sha256": origin.replaces.manifest}
    if origin.ledger is not None:
        manifest["ledger"] = {"head": origin.ledger[0], "count": origin.ledger[1]}
    return manifest


def _json(value: object) -> bytes:
    return (json.dumps(value, indent=2, ensure_ascii=False) + "\n").encode("utf-8")
