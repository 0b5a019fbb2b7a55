"""Zip containers (Word, Excel): opened here and nowhere else, after every check; whoever reads one trusts `Package`.

Rules:
- Refused with what to do: cut off or damaged, encrypted, with a password, with macros, with embedded objects or other
  documents, with names that point out of the container or stand twice, packed with anything but Deflate.
- A bomb is refused before it is unpacked by what it says of its sizes, and then by what it really holds: every part is
  unpacked once in small pieces, so that memory stays flat and time is bounded by `MOST_BYTES`.
- Faults name no part of the container: names of parts are words of the file.
- XML of a part is read without entities, without a document type, without network, and no deeper than 256 elements.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from dataclasses import dataclass, field
from typing import IO, NoReturn

from lxml import etree

from pipeline.errors import Fault, InputError

# A report with a year of notes has under 100 MB in some hundred parts; XML packs 10:1 to 60:1, and Deflate ends at
# 1032:1. Small parts may be as dense as they like.
MOST_BYTES = 1 << 30
MOST_PARTS = 10_000
MOST_RATIO = 250
RATIO_FROM = 16 << 20
_PIECE = 1 << 16
_ZIP = b"PK\x03\x04"
_EMPTY_ZIP = b"PK\x05\x06"
# Compound files: Office before 2007, and what Office wraps a document with a password into ([MS-OFFCRYPTO]).
_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_STREAM = "EncryptedPackage".encode("utf-16-le")
_OUTSIDE = re.compile(r"^/|^[A-Za-z]:|\\|\x00|(?:^|/)\.\.?(?:/|$)")
# Parts that run or hold something of their own. Source: the part names that Office writes; ECMA-376 part 1.
_ACTIVE = re.compile(
    r"(?i)(?:^|/)(?:(?P<macros>vbaproject[^/]*|vbadata[^/]*|macrosheets/.*|dialogsheets/.*|activex/.*|userform[^/]*)"
    r"|(?P<embedded>embeddings/.*|oleobject[^/]*|afchunk[^/]*))$"
)
_MACRO_TYPE = re.compile(rb"(?i)macroenabled|vbaproject|ms-office\.activex|oleobject")
_CONTENT_TYPES = "[Content_Types].xml"
_WORD = b"wordprocessingml.document.main+xml"
_WORD_TEMPLATE = b"wordprocessingml.template.main+xml"
_EXCEL = b"spreadsheetml.sheet.main+xml"
_EXCEL_TEMPLATE = b"spreadsheetml.template.main+xml"


def is_zip(data: bytes) -> bool:
    """Do the bytes begin as a zip does? What begins otherwise (a self-extracting program) counts as none."""
    return data.startswith((_ZIP, _EMPTY_ZIP))


def refuse_compound(data: bytes, *, place: str) -> None:
    """InputError for an old Office file or one with a password; nothing for any other bytes."""
    if data.startswith(_COMPOUND):
        if _ENCRYPTED_STREAM in data:
            _refuse(place, "it has a password; open it, take the password out and save it again")
        _refuse(place, "it is an Office file from before 2007; save it as .docx, .xlsx, text or CSV")


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """A zip that passed every check of `unpack`. names: its parts in the order of the container, folders left out.
    kind: `word`, `excel`, or `zip` for any other."""

    place: str
    names: tuple[str, ...] = field(repr=False)
    kind: str
    _archive: zipfile.ZipFile = field(repr=False)

    def read(self, name: str) -> bytes:
        """The bytes of a part. KeyError where there is none of that name."""
        with self.open(name) as part:
            return part.read()

    def open(self, name: str) -> IO[bytes]:
        """A part as a stream, for what is too large to be held."""
        return self._archive.open(name)

    def xml(self, name: str) -> etree._Element:
        """The root of a part that is XML. Raises InputError for anything else."""
        return parse_xml(self.read(name), place=self.place)


def unpack(data: bytes, *, place: str) -> Package:
    """The container, checked. Raises InputError, which says what it is and what to do; never hangs."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, OverflowError):
        _refuse(place, "it is a zip container that is cut off or damaged; export or copy it again")
    infos = archive.infolist()
    if len(infos) > MOST_PARTS:
        _refuse(place, f"it is a zip container of more than {MOST_PARTS} parts; no export has so many")
    _check_names(infos, place)
    _check_sizes(infos, len(data), place)
    _check_real(archive, infos, place)
    names = tuple(info.filename for info in infos if not info.is_dir())
    types = archive.read(_CONTENT_TYPES) if _CONTENT_TYPES in names else b""
    _check_active(names, types, place)
    return Package(place=place, names=names, kind=_kind(types), _archive=archive)


def parse_xml(data: bytes, *, place: str) -> etree._Element:
    """The root of an XML text from outside, without comments and instructions. Raises InputError for what is no XML or
    has a document type."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError):
        _refuse(place, "a part of it is damaged XML; open it in the program that wrote it and save it again")
    if root.getroottree().docinfo.internalDTD is not None:
        _refuse(place, "its XML has a document type, which no export writes; save it again")
    return root


def _check_names(infos: list[zipfile.ZipInfo], place: str) -> None:
    names = [info.filename.rstrip("/").casefold() for info in infos]
    if any(not name or _OUTSIDE.search(info.filename) for name, info in zip(names, infos, strict=True)):
        _refuse(place, "it has a part whose name points out of the container; export it again")
    if len(set(names)) != len(names):
        _refuse(place, "two of its parts have one name, so programs would read it differently; export it again")
    if any(info.flag_bits & 0x1 for info in infos):
        _refuse(place, "it is encrypted; take the password out and save it again")
    if any(info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for info in infos):
        _refuse(place, "it is packed in a way that no Office program uses; save it again")


def _check_sizes(infos: list[zipfile.ZipInfo], size: int, place: str) -> None:
    """What the container says of itself. Parts that together are larger than the file lie on top of one another."""
    if sum(info.compress_size for info in infos) > size or len({info.header_offset for info in infos}) != len(infos):
        _refuse(place, "parts of it overlap, as in a zip bomb; export it again")
    _check_bomb(sum(info.file_size for info in infos), size, place)


def _check_real(archive: zipfile.ZipFile, infos: list[zipfile.ZipInfo], place: str) -> None:
    """What it holds: each part gives exactly what was said of it, with its checksum."""
    try:
        for info in infos:
            found = 0
            with archive.open(info) as part:
                while piece := part.read(_PIECE):
                    found += len(piece)
            if found != info.file_size:
                raise zipfile.BadZipFile
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError, NotImplementedError):
        _refuse(place, "a part of it is cut off or damaged; export or copy it again")


def _check_bomb(unpacked: int, packed: int, place: str) -> None:
    if unpacked > MOST_BYTES:
        _refuse(place, f"it would unpack to more than {MOST_BYTES >> 20} MB; export less in one file")
    if unpacked > RATIO_FROM and unpacked > MOST_RATIO * packed:
        _refuse(place, f"it would unpack to more than {MOST_RATIO} times its size, as a zip bomb does; export it again")


def _check_active(names: tuple[str, ...], types: bytes, place: str) -> None:
    found = [match for name in names if (match := _ACTIVE.search(name)) is not None]
    if any(match["macros"] for match in found) or _MACRO_TYPE.search(types):
        _refuse(place, "it holds macros or controls; save it without them, as .docx or .xlsx")
    if found:
        _refuse(place, "another file is embedded in it; take it out, or save it beside as a file of its own")


def _kind(types: bytes) -> str:
    if _WORD in types or _WORD_TEMPLATE in types:
        return "word"
    return "excel" if _EXCEL in types or _EXCEL_TEMPLATE in types else "zip"


def _refuse(place: str, what: str) -> NoReturn:
    raise InputError(f"`{place}` cannot be read", [Fault(place=place, what=what)])
