"""detect: look at files that a person names. It takes no permit, since what it finds can never be released by it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flows.wiring import detector
from pipeline.errors import Fault, InputError
from pipeline.formats import read
from pipeline.formats.decode import decode
from pipeline.model import Document, Region, RegionKind, Roster, Span


@dataclass(frozen=True, slots=True, kw_only=True)
class FileFound:
    """What was found in one file. text: the decoded file, of a container the words that its format reads in it; the
    offsets of the spans count in it."""

    file: str
    text: str = field(repr=False)
    spans: tuple[Span, ...]

    @property
    def characters(self) -> int:
        """How many code points the file has."""
        return len(self.text)

    def as_json(self) -> dict[str, Any]:
        """The stable shape of `detect --json`."""
        spans = [
            {"start": s.start, "end": s.end, "label": s.label.value, "score": round(s.score, 4), "source": s.source}
            for s in self.spans
        ]
        return {"file": self.file, "characters": self.characters, "spans": spans}


def detect_files(paths: Iterable[Path], roster_file: Path | None = None) -> Iterator[FileFound]:
    """One answer a file, in order, each as soon as it is there. After the last one: InputError with every fault.

    A damaged file of a known format is told, and looked at as plain text all the same: nothing is made of it here.
    """
    roster = _roster(roster_file)
    faults: list[Fault] = []
    for path in paths:
        document = _document(path, faults)
        if document is not None:
            yield FileFound(file=str(path), text=document.text, spans=detector().detect(document, roster).spans)
    if faults:
        raise InputError("some files could not be read as what they are", faults)


def _document(path: Path, faults: list[Fault]) -> Document | None:
    """The file as its format reads it; else as plain text, else None. What is wrong with it goes to `faults`."""
    try:
        data = _bytes(path)
        return read(data, doc_id=path.name)
    except InputError as error:
        faults += error.faults or (Fault(place=path.name, what=str(error)),)
    try:
        text = decode(_bytes(path), place=path.name).text
    except InputError:
        return None  # told already: it is no text at all
    regions = (Region(start=0, end=len(text), kind=RegionKind.FREE),) if text else ()
    return Document(doc_id=path.name, format="plain", text=text, regions=regions, turns=())


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        what = f"cannot be opened ({type(error).__name__}); check name and permission"
    raise InputError("a file cannot be opened", [Fault(place=path.name, what=what)])


def _roster(path: Path | None) -> Roster:
    if path is None:
        return Roster()
    from pipeline.consent.read_people import read_people

    return Roster(present=read_people(_bytes(path), place="roster").people)
