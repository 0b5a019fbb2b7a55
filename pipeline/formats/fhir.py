"""FHIR clinical documents: DocumentReference, Composition, Communication; alone, in a Bundle, or one a line (NDJSON).

Source: HL7 FHIR R4 and R5; the Bulk Data specification for NDJSON.

Rules:
- What is read of a resource and what goes out of it is said in fhir_resources.py. Other resources of a Bundle or of an
  NDJSON file are dropped; a file of nothing else is refused.
- The text is a line a name or title, and the words of each narrative, payload and attachment as their own format cuts
  them.
- The copy is JSON of the same shape. A Bundle becomes a collection of what was read.
"""

from __future__ import annotations

import json
from typing import Any, NoReturn

from pipeline.errors import Fault, InputError
from pipeline.formats.fhir_resources import RESOURCES
from pipeline.formats.fhir_slots import Draft, Slot, fill
from pipeline.formats.format import File, Format, refuse_other_bytes
from pipeline.formats.pieces import BOM, Layout, Swap
from pipeline.formats.whisper import load
from pipeline.model import Document, Redaction

NAME, LINES = "fhir", "fhir_lines"
_MOST_BYTES = 200_000_000


def _head(file: File) -> bool:
    return file.data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{" and b'"resourceType"' in file.data


def recognises(file: File) -> bool:
    """One JSON object that says which resource it is?"""
    if not _head(file) or file.text is None:
        return False
    value = load(file.text)
    return isinstance(value, dict) and isinstance(value.get("resourceType"), str)


def recognises_lines(file: File) -> bool:
    """A resource a line?"""
    if not _head(file) or file.text is None:
        return False
    first = next((line for line in file.text.removeprefix(BOM).split("\n") if line.strip()), "")
    value = load(first)
    return isinstance(value, dict) and isinstance(value.get("resourceType"), str)


def _drafted(file: File) -> tuple[Draft, list[Any]]:
    """The words of the file, and its copy with slots where they go: a value for the whole, or one a line."""
    if len(file.data) > _MOST_BYTES:
        _refuse(file, "it is larger than 200 MB; split it")
    text = file.decoded.text.removeprefix(BOM)
    whole = load(text)
    values = [whole] if whole is not None else _lines(file, text)
    draft = Draft(file.place)
    try:
        copies = [copy for value in values if (copy := _copy(value, draft)) is not None]
    except RecursionError:
        _refuse(file, "it nests deeper than any resource; export it again")
    if not copies:
        _refuse(file, "there is no DocumentReference, Composition or Communication in it; export those")
    return draft, copies


def _lines(file: File, text: str) -> list[Any]:
    values, faults = [], []
    for n, line in enumerate(text.split("\n"), 1):
        if line.strip():
            values.append(load(line))
            if not isinstance(values[-1], dict):
                faults.append(Fault(place=file.place, line=n, what="a line that is no resource; export the file again"))
    if faults:
        raise InputError(f"`{file.place}` is damaged NDJSON", faults)
    return values


def _copy(value: Any, draft: Draft) -> Any:
    kind = value.get("resourceType")
    if kind == "Bundle":
        entries = value.get("entry")
        inside = [one.get("resource") for one in entries if isinstance(one, dict)] if isinstance(entries, list) else []
        copies = [_copy(one, draft) for one in inside if isinstance(one, dict) and one.get("resourceType") in RESOURCES]
        entry = [{"resource": copy} for copy in copies]
        return {"resourceType": "Bundle", "type": "collection", "entry": entry} if entry else None
    if not isinstance(kind, str) or kind not in RESOURCES:
        return None
    return {"resourceType": kind} | RESOURCES[kind](value, draft)


def extract(file: File) -> tuple[str, Layout]:
    """The words of the file and their layout."""
    text, layout = _drafted(file)[0].done()
    if not layout.turns:
        _refuse(file, "there are no words in it; export it again")
    return text, layout


def rebuild(file: File, document: Document, redaction: Redaction) -> bytes:
    """The copy: resources of the same kinds with the redacted words."""
    draft, copies = _drafted(file)
    text, _ = draft.done()
    if text != document.text:
        refuse_other_bytes(file.place)
    swap = Swap(text, redaction.replacements, str)
    values = [_filled(copy, swap, redaction) for copy in copies]
    if document.format == NAME:
        said = json.dumps(values[0], ensure_ascii=False, indent=1) + "\n"
    else:
        said = "".join(json.dumps(value, ensure_ascii=False) + "\n" for value in values)
    return file.decoded.encode(said)


def _filled(copy: Any, swap: Swap, redaction: Redaction) -> Any:
    """A copy with its slots filled; what is gone is left out, and so is what holds nothing else."""
    if isinstance(copy, Slot):
        return fill(copy, swap, redaction)
    if isinstance(copy, dict):
        made = {name: value for name, one in copy.items() if (value := _filled(one, swap, redaction)) is not None}
        return made or None
    if isinstance(copy, list):
        return [value for one in copy if (value := _filled(one, swap, redaction)) is not None] or None
    return copy


def _refuse(file: File, what: str) -> NoReturn:
    raise InputError(f"`{file.place}` cannot be read", [Fault(place=file.place, what=what)])


FORMAT = Format(
    name=NAME,
    ending=".json",
    title="FHIR: DocumentReference, Composition, Communication and Bundles of them",
    told_by="a JSON object with `resourceType`",
    turn="the names and titles of a resource; of narratives, payloads and attachments as in text",
    speaker="the author or sender, if the words name nobody themselves; none of a Communication: nobody known",
    kept="names and titles, narratives, payloads and attachments, each in its own format; kinds and coded types",
    changed="a Bundle becomes a collection of what was read",
    left_out="every field that is not on the list: ids, identifiers, references, extensions, contained resources, "
    "texts of codes, dates (a Composition keeps the year), the narrative of a resource; attachments of no known "
    "format; other resources of a Bundle",
    gap="the field is gone, or `[withheld]` where the resource needs it; in words as in text",
    recognises=recognises,
    extract=extract,
    rebuild=rebuild,
)
FORMAT_LINES = Format(
    name=LINES,
    ending=".ndjson",
    title="FHIR, a resource a line (NDJSON)",
    told_by="a first line that is a JSON object with `resourceType`",
    turn="as in FHIR",
    speaker="as in FHIR",
    kept="as in FHIR, a resource a line",
    changed="as in FHIR",
    left_out="as in FHIR; lines of other resources",
    gap="as in FHIR",
    recognises=recognises_lines,
    extract=extract,
    rebuild=rebuild,
)
