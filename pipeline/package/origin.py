"""What a package is made of: its copies, what made it, and the release that it may replace."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pipeline.consent.small_cells import Shown
from pipeline.package.rows import TurnRow
from pipeline.rules import Policy


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """One de-identified document. document: random code. name: random file name inside data/. kind, note_class, format:
    as in documents.csv. when: the session's date as far as the policy tells it. subjects: opaque keys of the clients it
    is about; they are counted for k-anonymity and never written."""

    document: str
    name: str
    data: bytes = field(repr=False)
    turns: tuple[TurnRow, ...] = field(repr=False)
    kind: str
    note_class: str
    format: str
    when: str = ""
    subjects: frozenset[str] = field(default=frozenset(), repr=False)


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
    people: people with words in it, by role. earlier: the people of the releases before to the same recipient, as they
    were told. signer: the public key (hex) whose signature it gets. ledger: head digest and count of the ledger, where
    one is kept. replaces: the release that was recalled, where this is its replacement."""

    release_id: str
    use: str
    recipient: str
    as_of: str
    policy: Policy
    detector: str
    records: str
    people: Mapping[str, int] = field(repr=False)
    earlier: tuple[Shown, ...] = field(default=(), repr=False)
    signer: str | None = None
    ledger: tuple[str, int] | None = None
    replaces: Replaces | None = None
