"""compose: the files of a release package, from redacted copies to the signature. Nothing here opens or writes a file.

- Same inputs, same bytes: names, codes, times and the signature come as arguments; files and rows have a fixed order.
- Copies come in the order of their random codes, which tells nothing of when the sessions were.
- It holds no word of an original beyond the redacted text, no name of a session or file of the program, and no count of
  anybody who is not in it; people are counted only where they are 11 or more, or none, here and across releases.
- Quasi-identifiers of documents.csv are made coarser until enough people share them (pipeline/risk.py).
- manifest.json lists every file but itself, its signature and SHA256SUMS; manifest.sig signs its bytes; SHA256SUMS
  lists every file but itself and passes `sha256sum -c` inside the directory.
- Copies and turns are yielded as they come and are not kept: memory is flat in both. Of a document its row is kept.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from pipeline.consent.small_cells import shown_parts
from pipeline.package.book import Book, Piece
from pipeline.package.codebook import CODEBOOK, codebook_page, codebook_rows
from pipeline.package.columns import DOCUMENTS, QUASI_IDENTIFIERS
from pipeline.package.croissant import croissant
from pipeline.package.datasheet import datasheet
from pipeline.package.describe import datapackage
from pipeline.package.facts import Facts
from pipeline.package.files import (
    FILES,
    FORMAT,
    MANIFEST,
    NAME,
    RECALL_FILES,
    SIGNATURE,
    SUMS,
    name_is_safe,
)
from pipeline.package.origin import Copy, Origin, Replaces
from pipeline.package.readme import readme
from pipeline.package.rows import TurnRow
from pipeline.package.scope import Scope, consent_scope, notice
from pipeline.package.tabular import Row, TurnTables, csv_bytes
from pipeline.risk import Protected, Record, protect, window

__all__ = [
    "FILES",
    "FORMAT",
    "MANIFEST",
    "RECALL_FILES",
    "SIGNATURE",
    "SUMS",
    "Copy",
    "Origin",
    "Piece",
    "Replaces",
    "Scope",
    "TurnRow",
    "compose",
    "name_is_safe",
]

_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,31}")
_DIGEST = re.compile(r"[0-9a-f]{64}")


def compose(copies: Iterable[Copy], scope: Scope, origin: Origin, sign: Callable[[bytes], bytes]) -> Iterator[Piece]:
    """Every file of the package in pieces; SHA256SUMS is last. sign: Ed25519 over the bytes of the manifest.

    copies: in the order of their `document` codes. Raises VerificationError where the notice is missing, ValueError for
    an unsafe, repeated or misplaced name or code.
    """
    _check_origin(origin)
    statement = notice()
    book = Book()
    tables = TurnTables()
    records: list[_Entry] = []
    yield from book.more(tables.begin())
    for copy in copies:
        _check_copy(copy, records)
        rows = list(_turn_rows(copy))
        records.append(_entry(copy))
        yield book.whole(f"data/{copy.name}", copy.data)
        yield from book.more(tables.add(rows))
    yield from book.more(tables.end(), last=True)
    protected = protect([entry.record for entry in records], origin.policy.k)
    facts = _facts(origin, scope, records, protected)
    yield book.whole("documents.csv", _documents(records, protected))
    yield book.whole("codebook.csv", csv_bytes(codebook_rows(), CODEBOOK))
    yield book.whole("codebook.html", codebook_page(origin.release_id).encode())
    yield book.whole("NOTICE.txt", statement.encode())
    dates = window(values[QUASI_IDENTIFIERS.index("when")] for values in protected.values.values())
    yield book.whole("CONSENT_SCOPE.txt", consent_scope(scope, dates).encode())
    for name, data in _recall(origin.replaces):
        yield book.whole(name, data)
    yield book.whole("README.md", readme(facts).encode())
    yield book.whole("DATASHEET.md", datasheet(facts).encode())
    yield book.whole("datapackage.json", _json(datapackage(facts, book.listed)))
    yield book.whole("croissant.json", _json(croissant(facts, book.listed)))
    manifest = _manifest(origin, facts, book.listed)
    yield book.whole(MANIFEST, manifest)
    yield book.whole(SIGNATURE, sign(manifest))
    sums = "".join(f"{book.listed[name][0]}  {name}\n" for name in sorted(book.listed))
    yield Piece(SUMS, sums.encode())


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entry:
    """What is kept of a copy: its row in documents.csv and its record for k-anonymity."""

    row: Row
    record: Record


def _check_origin(origin: Origin) -> None:
    for name, value in (("detector", origin.detector), ("records", origin.records)):
        if not _DIGEST.fullmatch(value):
            raise ValueError(f"the digest of the {name} is no SHA-256 in hex")
    if not _CODE.fullmatch(origin.release_id):
        raise ValueError("a release id is made of letters, figures, dashes and underscores")


def _check_copy(copy: Copy, before: list[_Entry]) -> None:
    if not NAME.fullmatch(copy.name) or not _CODE.fullmatch(copy.document):
        raise ValueError("names and codes of copies are lower case letters, figures, dashes and one extension")
    if before and before[-1].record.key == copy.document:
        raise ValueError(f"two documents of the release have the code `{copy.document}`")
    if before and before[-1].record.key > copy.document:
        raise ValueError("copies come in the order of their codes; sort them by `document`")


def _turn_rows(copy: Copy) -> Iterator[Row]:
    for turn in sorted(copy.turns, key=lambda turn: turn.order):
        yield {
            "row": f"{copy.document}-{turn.order:04d}",
            "document": copy.document,
            "order": turn.order,
            "speaker": turn.speaker,
            "role": turn.role,
            "text": turn.text,
            "categories": ";".join(turn.categories),
        }


def _entry(copy: Copy) -> _Entry:
    row: Row = {
        "document": copy.document,
        "file": f"data/{copy.name}",
        "kind": copy.kind,
        "note_class": copy.note_class,
        "format": copy.format,
        "when": copy.when,
        "turns": len(copy.turns),
        "words": sum(turn.words for turn in copy.turns),
        "document_categories": ";".join(sorted({c for turn in copy.turns for c in turn.categories})),
    }
    values = tuple(str(row[name]) for name in QUASI_IDENTIFIERS)
    return _Entry(row=row, record=Record(key=copy.document, values=values, members=copy.subjects))


def _documents(records: list[_Entry], protected: Protected) -> bytes:
    """documents.csv with its quasi-identifiers as they may be shown."""
    rows = (
        {**entry.row, **dict(zip(QUASI_IDENTIFIERS, protected.values[entry.record.key], strict=True))}
        for entry in records
    )
    return csv_bytes(rows, [c.name for c in DOCUMENTS])


def _facts(origin: Origin, scope: Scope, records: list[_Entry], protected: Protected) -> Facts:
    return Facts(
        release_id=origin.release_id,
        use=origin.use,
        recipient=origin.recipient,
        as_of=origin.as_of,
        policy=origin.policy,
        contact=scope.contact,
        documents=len(records),
        turns=sum(int(entry.row["turns"]) for entry in records),
        words=sum(int(entry.row["words"]) for entry in records),
        risk=protected,
        replaces=None if origin.replaces is None else origin.replaces.release_id,
    )


def _recall(replaces: Replaces | None) -> Iterator[tuple[str, bytes]]:
    """RECALL.txt and recalled_rows.csv: only in a release that replaces another."""
    if replaces is not None:
        yield "RECALL.txt", replaces.notice.encode()
        yield "recalled_rows.csv", csv_bytes([{"row": row} for row in sorted(replaces.rows)], ["row"])


def _manifest(origin: Origin, facts: Facts, listed: Mapping[str, tuple[str, int]]) -> bytes:
    """manifest.json; each file is one line of it, so that sed and sha256sum can read it."""
    manifest: dict[str, object] = {
        "format": FORMAT,
        "release": origin.release_id,
        "id": facts.stable_id,
        "use": origin.use,
        "recipient": origin.recipient,
        "as_of": origin.as_of,
        "policy": {"name": origin.policy.name, "sha256": origin.policy.digest},
        "detector": {"sha256": origin.detector},
        "records": {"sha256": origin.records},
        "counts": {
            "documents": facts.documents,
            "turns": facts.turns,
            "people": shown_parts(origin.people, origin.earlier),
        },
        "risk": facts.risk_told(),
    }
    if origin.signer is not None:
        manifest["signer"] = {"ed25519": origin.signer}
    if origin.replaces is not None:
        manifest["replaces"] = {"release": origin.replaces.release_id, "manifest_sha256": origin.replaces.manifest}
    if origin.ledger is not None:
        manifest["ledger"] = {"head": origin.ledger[0], "count": origin.ledger[1]}
    files = ({"path": name, "sha256": listed[name][0], "bytes": listed[name][1]} for name in sorted(listed))
    lines = ",\n".join(f"    {json.dumps(entry)}" for entry in files)
    return _json(manifest).removesuffix(b"\n}\n") + f',\n  "files": [\n{lines}\n  ]\n}}\n'.encode()


def _json(value: object) -> bytes:
    return (json.dumps(value, indent=2, ensure_ascii=False) + "\n").encode("utf-8")
