"""The JSON of a FHIR file, taken apart: one resource, a Bundle, or NDJSON with one of either a line.

- UTF-8, no name twice in one object, no NaN. What is not JSON cannot be read; a broken line of NDJSON belongs to nobody
  and may be anyone's revocation.
- A page of a longer search result is refused: the rest may hold a revocation. So is an entry that deletes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NoReturn, cast

from pipeline.consent.fhir_parse import Json
from pipeline.errors import Fault

_KIND = re.compile("[A-Z][A-Za-z]+")  # how FHIR names a resource; anything else may have been a Consent
MAX_NESTING = 150  # levels of a JSON text; a consent of 32 nested provisions has under 100
MAX_BUNDLES = 4  # bundles inside bundles; no export nests them deeper


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One resource of the file: its line (NDJSON), its path inside the line, the fullUrl it goes by."""

    line: int | None
    path: str
    url: str | None
    resource: Json = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """All resources of a file in order, what stands for nobody, and why the whole cannot be used."""

    parts: tuple[Part, ...] = ()
    broken: tuple[Fault, ...] = ()
    unreadable: tuple[Fault, ...] = ()


class _NotJsonError(ValueError):
    """The text is JSON that we do not take."""


def take_apart(data: bytes, place: str) -> Parts:
    """The resources of a file. Never raises for bytes."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return Parts(unreadable=(Fault(place=place, what="is not UTF-8; save it as UTF-8"),))
    values: list[tuple[int | None, object]] = []
    broken: list[Fault] = []
    whole = _load(text)
    if whole is not None:
        values.append((None, whole))
    else:
        lines = [(n, line) for n, line in enumerate(text.split("\n"), start=1) if line.strip()]
        loaded = [(n, _load(line)) for n, line in lines]
        if not loaded or not isinstance(loaded[0][1], dict):
            return Parts(unreadable=(Fault(place=place, what="is no JSON and no NDJSON; export it again"),))
        values += [(n, value) for n, value in loaded if value is not None]
        bad = [n for n, value in loaded if value is None]
        broken += [Fault(place=place, line=n, what="is no JSON; export it again") for n in bad]
    parts: list[Part] = []
    unreadable: list[Fault] = []
    for line, value in values:
        _flatten(value, place, Part(line=line, path="", url=None, resource={}), parts, broken, unreadable)
    return Parts(parts=tuple(parts), broken=tuple(broken), unreadable=tuple(unreadable))


def _load(text: str) -> object | None:
    """The value of a JSON text, or None where it is none."""
    try:
        value = cast("object", json.loads(text, object_pairs_hook=_once, parse_constant=_constant))
    except (ValueError, RecursionError):
        return None
    return value if _shallow(value) else None


def _shallow(value: object) -> bool:
    """Whether a value nests no deeper than every walk over it can follow."""
    level = [value]
    for _ in range(MAX_NESTING):
        level = [c for v in level if isinstance(v, dict | list) for c in (v.values() if isinstance(v, dict) else v)]
        if not level:
            return True
    return False


def _once(pairs: Sequence[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _NotJsonError("a name stands twice")
    return found


def _constant(_name: str) -> NoReturn:
    raise _NotJsonError("no number")


def _flatten(
    value: object, place: str, at: Part, parts: list[Part], broken: list[Fault], unreadable: list[Fault], depth: int = 0
) -> None:
    """Put the resources under a value into `parts`, opening bundles."""

    def fault(what: str) -> Fault:
        return Fault(place=place, line=at.line, column=at.path.rstrip(".") or None, what=what)

    kind = value.get("resourceType") if isinstance(value, dict) else None
    if not isinstance(value, dict) or not isinstance(kind, str) or not _KIND.fullmatch(kind):
        broken.append(fault("is no FHIR resource; export it again"))
    elif kind != "Bundle":
        parts.append(Part(line=at.line, path=at.path, url=at.url, resource=value))
    elif depth >= MAX_BUNDLES:
        unreadable.append(fault("is a bundle inside too many bundles; export it again"))
    else:
        unreadable.extend(fault(what) for what in _page_faults(value))
        for path, entry in _entries(value, at.path):
            if not isinstance(entry, dict) or "resource" not in entry or _deletes(entry):
                what = "is an entry without a resource, or one that deletes; export what holds now"
                broken.append(Fault(place=place, line=at.line, column=path, what=what))
                continue
            url = entry.get("fullUrl")
            below = Part(line=at.line, path=f"{path}.resource.", url=url if isinstance(url, str) else None, resource={})
            _flatten(entry["resource"], place, below, parts, broken, unreadable, depth + 1)


def _entries(bundle: Json, path: str) -> Iterable[tuple[str, object]]:
    entries = bundle.get("entry")
    several = entries if isinstance(entries, list) else []
    return ((f"{path}entry[{n}]", entry) for n, entry in enumerate(several))


def _deletes(entry: Json) -> bool:
    request = entry.get("request")
    return isinstance(request, dict) and request.get("method") == "DELETE"


def _page_faults(bundle: Json) -> Iterable[str]:
    """Signs that a bundle is not the whole of what there is."""
    if "entry" in bundle and not isinstance(bundle["entry"], list):
        yield "has no list of entries; export it again"
    links = bundle.get("link")
    for link in links if isinstance(links, list) else []:
        if isinstance(link, dict) and link.get("relation") == "next":
            yield "is one page of several; export all of them in one bundle"
    total, kind, entries = bundle.get("total"), bundle.get("type"), bundle.get("entry")
    if kind == "searchset" and isinstance(total, int) and total > len(entries if isinstance(entries, list) else []):
        yield "holds fewer entries than its total; export all of them in one bundle"
