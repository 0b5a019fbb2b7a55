"""Every string that stands in the bytes of a file, for the last look at a copy: not what a reader shows, what is there.

Rules:
- A way a container, told by first bytes or content; the first that takes the bytes gives their strings. Text that is no
  container gives itself, whole.
- A way gives every string decoded (entities, escapes, streams, base64 undone), also where no reader looks: names of
  parts, attributes, comments, properties, keys. Words that are cut by markup come once more in one piece.
- What lies inside is looked at by its own way: a way hands such bytes to `deeper`.
- What cannot be opened gives its bytes as they are, one code point a byte, so that nothing goes unsearched.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import IO, Any

from lxml import etree

from pipeline.errors import InputError
from pipeline.formats import parquet_strings, strings_inside, wordml
from pipeline.formats.decode import decode
from pipeline.formats.pieces import BOM
from pipeline.formats.zips import Package, is_zip, unpack

Strings = Callable[[bytes], Iterator[str]]
# Elements whose text is one string to a reader, whatever markup stands inside: paragraphs of Word, strings of Excel.
_WHOLE = frozenset({"p", "si", "is", "t"})
# Measures, counts and colours of layout. A record number is no attribute of any writer here, and pages are 12240 wide.
_MEASURE = re.compile(r"-?[0-9]{1,6}(?:\.[0-9]{1,4})?%?|[0-9A-Fa-f]{6}|[0-9A-Fa-f]{8}")
# The keys that formats of JSON are made of; people called Day or Given are not hidden in them.
_FIELD = re.compile(r"[a-z][A-Za-z0-9_]{0,39}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """How one kind of container is looked through. takes: are these bytes one? strings: all of them; the second
    argument looks through bytes that lie inside."""

    takes: Callable[[bytes], bool]
    strings: Callable[[bytes, Strings], Iterator[str]]


def strings(data: bytes) -> Iterator[str]:
    """Every string in the bytes. Linear in what they unpack to; never raises for bytes of any kind."""
    way = next((way for way in WAYS if way.takes(data)), None)
    try:
        yield from way.strings(data, strings) if way is not None else of_text(data)
    except InputError:
        yield data.decode("latin-1")


def of_text(data: bytes) -> Iterator[str]:
    """The text itself. Raises InputError for what is none."""
    yield decode(data, place="copy").text


def of_json(data: bytes, deeper: Strings) -> Iterator[str]:
    """Strings and keys of JSON, or of JSON a line, with their escapes undone. Numbers are times, and no names; nor are
    keys that look like the name of a field."""
    text = decode(data, place="copy").text.removeprefix(BOM)
    values = _values(text)
    yield from _json_strings(values) if values is not None else [text]


def _values(text: str) -> list[Any] | None:
    for lines in ([text], [line for line in text.split("\n") if line.strip()]):
        try:
            return [json.loads(line) for line in lines]
        except (ValueError, RecursionError):
            continue
    return None


def _json_strings(value: Any) -> Iterator[str]:
    todo = [value]
    while todo:
        one = todo.pop()
        if isinstance(one, str):
            yield one
        elif isinstance(one, list):
            todo += one
        elif isinstance(one, dict):
            yield from (key for key in one if not _FIELD.fullmatch(key))
            todo += one.values()


def of_zip(data: bytes, deeper: Strings) -> Iterator[str]:
    """Names of the parts, and of each part its strings: of XML every text and attribute, of the rest by its own way."""
    package = unpack(data, place="copy")
    for name in package.names:
        yield name
        yield from _of_part(package, name, deeper)


def _of_part(package: Package, name: str, deeper: Strings) -> Iterator[str]:
    try:
        with package.open(name) as part:
            yield from _of_xml(part)
    except etree.XMLSyntaxError:
        yield from deeper(package.read(name))


def _of_xml(part: IO[bytes]) -> Iterator[str]:
    """Texts and attributes of XML as it is read, element by element: a sheet of Excel may be large. What comes before
    or behind its root is no part of any copy. Raises XMLSyntaxError for what is no XML."""
    within = 0  # how many elements that are one string are open; their text is kept until they end
    for event, element in etree.iterparse(
        part, events=("start", "end", "comment", "pi"), resolve_entities=False, no_network=True, huge_tree=False
    ):
        whole = isinstance(element.tag, str) and etree.QName(element).localname in _WHOLE
        if event == "start":
            within += whole
            continue
        yield from (text for text in (element.text, *(child.tail for child in element)) if text and text.strip())
        if event != "end":
            continue
        within -= whole
        yield from (value for value in map(str, element.attrib.values()) if not _of_layout(value))
        if whole and len(element):
            yield "".join(map(str, element.itertext()))
        if not within:
            del element[:]


def _of_layout(value: str) -> bool:
    """A measure, or a word that Word's layout is written in: fonts, styles and colours have the names of people."""
    return _MEASURE.fullmatch(value) is not None or value in wordml.VOCABULARY or wordml.shipped_style(value)


WAYS: tuple[Way, ...] = (
    Way(takes=is_zip, strings=of_zip),
    Way(takes=strings_inside.takes_pdf, strings=strings_inside.of_pdf),
    Way(takes=strings_inside.takes_rtf, strings=strings_inside.of_rtf),
    Way(takes=strings_inside.takes_mail, strings=strings_inside.of_mail),
    Way(
        takes=strings_inside.takes_fhir,
        strings=lambda data, deeper: strings_inside.of_fhir(of_json(data, deeper), deeper),
    ),
    Way(takes=parquet_strings.takes, strings=lambda data, deeper: parquet_strings.of_parquet(data)),
    Way(takes=lambda data: data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"["), strings=of_json),
)
