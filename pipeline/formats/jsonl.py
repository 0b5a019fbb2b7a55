"""JSON Lines: one object a line, its keys the columns.

Rules:
- A key inside an object is named by its path with dots (`client.id`); a key that holds dots itself is found first.
- What a mapping names is one value: a list or object there is refused, since whatever is inside would leave unseen.
- Unknown keys are dropped and counted. A copy holds the named keys of the kept rows, in one order, in objects as deep
  as they were; kept values keep their type, what was read becomes text.
- A damaged line, a key that stands twice in one object and half a character are refused with the line's number.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from pipeline.errors import Fault, InputError
from pipeline.formats.format import File, Format
from pipeline.formats.pieces import BOM
from pipeline.formats.rows import Column, Container, Record, Sheet, check_names
from pipeline.model import RegionKind

NAME = "jsonl"
Way = tuple[str, ...]  # the keys that lead to a value
# So many lines at its front say what a file is; damage in some of them does not hide it.
_LOOKED_AT = 8
_BEGIN = re.compile(r"\s*\{\s*[\"}]")
_LINE = re.compile(r"[^\n]*\n?")
_HALF = re.compile(r"\\u[dD][89a-fA-F]")


class _Missing:
    """A key that its object has not; `null` is a value."""

    def __str__(self) -> str:
        return ""


_MISSING = _Missing()


def recognises(file: File) -> bool:
    """Does a line after the other hold an object? One line alone is a table where its object has several plain
    values. With a mapping what begins as an object does is looked at no further, so that damage is told as such."""
    text = file.text
    if text is None or not _BEGIN.match(text.removeprefix(BOM)):
        return False
    if file.mapping is not None:
        return True
    front = [line for _, line in _lines(text, _LOOKED_AT)]
    found = [_loaded(line) for line in front]
    if len(front) == 1:
        return isinstance(found[0], dict) and len(found[0]) > 1 and not any(type(v) is list for v in found[0].values())
    return sum(isinstance(value, dict) for value in found) * 2 >= len(front)


def _lines(text: str, most: int | None = None) -> Iterator[tuple[int, str]]:
    """Number and words of each line that has any."""
    told = 0
    for n, match in enumerate(_LINE.finditer(text.removeprefix(BOM)), start=1):
        if match[0].strip():
            yield n, match[0]
            told += 1
            if told == most:
                return


class _TwiceError(ValueError):
    """A key stands twice in one object."""


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _TwiceError
    return found


def _constant(name: str) -> float:
    raise ValueError  # NaN and Infinity are no JSON


def _number(digits: str) -> float:
    value = float(digits)
    if value in (float("inf"), float("-inf")):
        raise ValueError
    return value


def _loaded(line: str) -> dict[str, Any] | str:
    """The object of a line, or what is wrong with it."""
    try:
        value = json.loads(line, object_pairs_hook=_object, parse_constant=_constant, parse_float=_number)
        if _HALF.search(line):
            json.dumps(value, ensure_ascii=False).encode()
    except _TwiceError:
        return "a key stands twice in one object; keep one"
    except UnicodeEncodeError:
        return "it holds half a character; export it again"
    except (ValueError, RecursionError):
        return "it is no JSON, or cut off; export it again"
    return value if isinstance(value, dict) else "it is no JSON object; write one object a line"


def _objects(file: File) -> list[tuple[int, dict[str, Any]]]:
    found, faults = [], []
    for n, line in _lines(file.decoded.text):
        value = _loaded(line)
        if isinstance(value, str):
            faults.append(Fault(place=file.place, line=n, what=value))
        else:
            found.append((n, value))
    if faults:
        raise InputError(f"`{file.place}` cannot be read as lines of JSON", faults)
    return found


def load(file: File, kinds: Mapping[str, RegionKind], head: str | None) -> Sheet:
    """The asked for values of every line. Raises InputError with every fault."""
    found = _objects(file)
    flat = {key for _, value in found for key in value}
    ways = {name: (name,) if name in flat else tuple(name.split(".")) for name in kinds}
    there = dict.fromkeys(way for _, value in found for way in _ways(value, (), frozenset(ways.values())))
    wanted = {way: name for name, way in ways.items()}
    check_names([wanted.get(way, "") for way in there], kinds, file.place)
    named = [wanted[way] for way in _in_order(there) if way in wanted]
    records, faults = [], []
    for line, value in found:
        values = [_at(value, ways[name]) for name in named]
        for name, one in zip(named, values, strict=True):
            if isinstance(one, list | dict):
                what = "it is a list or an object; name a plain value, with dots for the keys on the way"
                faults.append(Fault(place=file.place, line=line, column=name, what=what))
        records.append(Record(line=line, values=values))
    if faults:
        raise InputError(f"`{file.place}` cannot be read as a table", faults)
    return Sheet(names=(*named, *[""] * (len(there) - len(named))), records=records)


def _ways(value: Mapping[str, Any], before: Way, wanted: frozenset[Way]) -> Iterator[Way]:
    """The ways to an object's values. Only objects on the way to a wanted value are looked into."""
    for key, inner in value.items():
        way = (*before, key)
        on_the_way = any(one[: len(way)] == way and len(one) > len(way) for one in wanted)
        if isinstance(inner, dict) and on_the_way and way not in wanted:
            yield from _ways(inner, way, wanted)
        else:
            yield way


def _at(value: object, way: Way) -> object:
    for key in way:
        if not isinstance(value, dict) or key not in value:
            return _MISSING
        value = value[key]
    return value


def _in_order(ways: Iterable[Way]) -> list[Way]:
    """The ways as a copy has them: those that go through one object stand together, in the order of the first."""
    first: dict[Way, int] = {}
    for n, way in enumerate(ways):
        for depth in range(1, len(way) + 1):
            first.setdefault(way[:depth], n)
    return sorted((w for w in ways), key=lambda way: [first[way[:depth]] for depth in range(1, len(way) + 1)])


def every(file: File) -> Iterator[tuple[Sequence[str], Iterable[Sequence[object]]]]:
    """Every value of every line, however deep, and every key."""
    found = _objects(file)
    names: dict[str, None] = {}
    for _, value in found:
        names.update(dict.fromkeys(_keys(value)))
    yield [*names], (tuple(_leaves(value)) for _, value in found)


def _keys(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from _keys(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _keys(inner)


def _leaves(value: object) -> Iterator[object]:
    if isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _leaves(inner)
    else:
        yield value


def save(file: File, columns: tuple[Column, ...], rows: Iterable[Sequence[object]], head: str) -> bytes:
    """A line a row, with the line end of the original's first line."""
    text = file.decoded.text
    flat = {key for _, value in _objects(file) for key in value}
    ways = [(c.name,) if c.name in flat else tuple(c.name.split(".")) for c in columns]
    end = "\r\n" if text.find("\r\n") == text.find("\n") - 1 >= 0 else "\n"
    out = [BOM if text.startswith(BOM) else ""]
    for row in rows:
        value: dict[str, Any] = {}
        for way, one in zip(ways, row, strict=True):
            if one is not _MISSING:
                inner = value
                for key in way[:-1]:
                    inner = inner.setdefault(key, {})
                inner[way[-1]] = one
        out.append(json.dumps(value, ensure_ascii=False) + end)
    return file.decoded.encode("".join(out))


_CONTAINER = Container(load=load, every=every, save=save)

FORMAT = Format(
    name=NAME,
    ending=".jsonl",
    title="JSON Lines",
    told_by="a JSON object on each of its first lines",
    turn="a line",
    speaker="none; the mapped key names the person",
    kept="named keys in one order, in objects as deep as they were; the types of kept values",
    changed="what was read becomes text",
    left_out="keys that the mapping does not name, rows that were not asked for, empty lines; a person's value that "
    "nothing replaced is empty; what was read becomes text",
    gap="none: the line is gone",
    recognises=recognises,
    extract=_CONTAINER.extract,
    rebuild=_CONTAINER.rebuild,
    index=_CONTAINER.index,
)
