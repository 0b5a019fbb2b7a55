"""What a run has made of one source, as it lies in the vault between the steps of the run."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, fields
from typing import Any

from flows.wiring import House
from pipeline.labels import Category
from pipeline.model import Role
from pipeline.package.rows import TurnRow
from pipeline.redaction.restricted import Swap
from pipeline.release import Copy
from pipeline.summary import Outcome, SessionLine


@dataclass(frozen=True, slots=True, kw_only=True)
class Drafted:
    """One source after `prepare`. ready: it may go out. work_key: all that the copy depends on, as a digest. decided:
    digest of the decision behind it. item_id: its review item, empty where nothing of it can go out. voices: person id
    -> role of those with words in it. places: for each of `turns` what it is called in the source, its number or that
    of its row. concerned, allowed: whose yes it rests on, and the digest of what they allowed (pipeline/recall.py).
    log: what was replaced by what, words and all."""

    session_id: str
    source_id: str
    ready: bool
    lines: tuple[SessionLine, ...]
    work_key: str = ""
    decided: str = ""
    item_id: str = ""
    records: tuple[str, ...] = ()
    voices: dict[str, str] = field(default_factory=dict)
    document: str = ""
    name: str = ""
    kind: str = ""
    note_class: str = ""
    format: str = ""
    when: str = ""
    turns: tuple[TurnRow, ...] = field(default=(), repr=False)
    places: tuple[int, ...] = ()
    concerned: tuple[str, ...] = ()
    allowed: str = ""
    log: tuple[Swap, ...] = field(default=(), repr=False)

    @property
    def sessions(self) -> tuple[str, ...]:
        """The sessions of which something goes out."""
        return _sessions(self.lines)

    def keep(self, house: House, run_id: str, n: int, copy: bytes) -> None:
        """Put it on the run's shelf, the bytes of the copy beside it."""
        house.drafts.put(run_id, f"copy-{n}", copy)
        house.drafts.put(run_id, f"drafted-{n}", self.as_bytes())

    def as_bytes(self) -> bytes:
        """The whole of it; `drafted_of` reads it."""
        found = _flat(self) | {name: list(map(_flat, getattr(self, name))) for name in ("lines", "turns", "log")}
        return json.dumps(found).encode()

    def copy(self, house: House, run_id: str, n: int) -> Copy:
        """As the package takes it."""
        return Copy(
            document=self.document,
            name=self.name,
            data=house.drafts.get(run_id, f"copy-{n}"),
            turns=self.turns,
            kind=self.kind,
            note_class=self.note_class,
            format=self.format,
            when=self.when,
            subjects=frozenset(person for person, role in self.voices.items() if role == Role.CLIENT),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """A draft without its words, all that a release knows of a document while its copies are written one by one. n: its
    number on the shelf. categories: those of its turns."""

    n: int
    session_id: str
    source_id: str
    item_id: str
    work_key: str
    decided: str
    records: tuple[str, ...]
    voices: dict[str, str]
    document: str
    name: str
    note_class: str
    lines: tuple[SessionLine, ...]
    categories: frozenset[Category]

    @property
    def sessions(self) -> tuple[str, ...]:
        """The sessions of which something goes out."""
        return _sessions(self.lines)


def heading(n: int, draft: Drafted) -> Heading:
    """What is kept of a draft under its number."""
    same = {f.name: getattr(draft, f.name) for f in fields(Heading) if f.name not in ("n", "categories")}
    return Heading(n=n, categories=frozenset(c for turn in draft.turns for c in turn.categories), **same)


def _sessions(lines: tuple[SessionLine, ...]) -> tuple[str, ...]:
    return tuple(line.session_id for line in lines if line.kept)


def _flat(value: Drafted | SessionLine | TurnRow | Swap) -> dict[str, Any]:
    """Its fields as they are; `dataclasses.asdict` copies every value in them, at a tenth of the cost of a release."""
    return {f.name: getattr(value, f.name) for f in fields(value)}


def is_drafted(house: House, run_id: str, n: int) -> bool:
    """Does it lie there, whole? The sheet is put after the copy."""
    return house.drafts.has(run_id, f"drafted-{n}")


def drafted(house: House, run_id: str, n: int) -> Drafted:
    """What lies on the run's shelf under a number."""
    return drafted_of(sheet(house, run_id, n))


def sheet(house: House, run_id: str, n: int) -> bytes:
    """The same as bytes."""
    return house.drafts.get(run_id, f"drafted-{n}")


def drafted_of(data: bytes) -> Drafted:
    """What `Drafted.as_bytes` wrote."""
    found = json.loads(data)
    found["lines"] = tuple(map(line_of, found["lines"]))
    found["turns"] = tuple(map(_turn_of, found["turns"]))
    found["log"] = tuple(Swap(**swap) for swap in found["log"])
    return Drafted(**(found | {key: tuple(found[key]) for key in ("records", "places", "concerned")}))


def line_of(found: dict[str, Any]) -> SessionLine:
    """A line as JSON kept it."""
    reasons = tuple((code, sentence) for code, sentence in found["reasons"])
    return SessionLine(**(found | {"outcome": Outcome(found["outcome"]), "reasons": reasons}))


def _turn_of(found: dict[str, Any]) -> TurnRow:
    return TurnRow(**(found | {"categories": tuple(map(Category, found["categories"]))}))
