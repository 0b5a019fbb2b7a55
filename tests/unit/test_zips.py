"""A zip container is opened only where it is whole, honest about its sizes, and holds nothing that runs."""

from __future__ import annotations

import io
import struct
import time
import zipfile
from collections.abc import Callable

import pytest

from pipeline.errors import InputError
from pipeline.formats import read
from pipeline.formats.zips import is_zip, unpack

WORD = (
    b'<Types><Override PartName="/word/document.xml" '
    b'ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)
GOOD = {"[Content_Types].xml": WORD, "word/document.xml": b"<a>" + b"zqword " * 50 + b"</a>"}


def packed(parts: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return out.getvalue()


def patched(data: bytes, change: Callable[[int], tuple[int, bytes]]) -> bytes:
    """The container with bytes changed; `change` gets the place of the last entry of its directory."""
    at, new = change(data.rindex(b"PK\x01\x02"))
    return data[:at] + new + data[at + len(new) :]


def overlapping() -> bytes:
    """Two entries of the directory that lead to the same part."""
    data = packed(GOOD)
    first = struct.unpack("<I", data[data.index(b"PK\x01\x02") + 42 :][:4])[0]
    return patched(data, lambda entry: (entry + 42, struct.pack("<I", first)))


BAD: dict[str, tuple[bytes, str]] = {
    "nothing but a signature": (b"PK\x03\x04", "cut off or damaged"),
    "cut off": (packed(GOOD)[:-40], "cut off or damaged"),
    "cut in the middle": (packed(GOOD)[:90], "cut off or damaged"),
    "damaged inside": (packed(GOOD).replace(packed(GOOD)[60:70], b"0123456789", 1), "cut off or damaged"),
    "an empty archive": (packed({}), "no Word or Excel"),
    "another archive": (packed({"notes/zqname.txt": b"zqword"}), "unpack it"),
    "encrypted": (patched(packed(GOOD), lambda e: (e + 8, b"\x01\x00")), "it is encrypted"),
    "another packing": (packed(GOOD, zipfile.ZIP_LZMA), "packed in a way"),
    "a path that climbs": (packed(GOOD | {"../zqname.xml": b""}), "points out of"),
    "a path from the root": (packed(GOOD | {"/zqname.xml": b""}), "points out of"),
    "a path of another system": (packed(GOOD | {"C:zqname.xml": b""}), "points out of"),
    "one name twice": (packed(GOOD | {"Word/Document.xml": b"<b/>"}), "have one name"),
    "macros": (packed(GOOD | {"word/vbaProject.bin": b"x"}), "macros"),
    "macros by type alone": (
        packed(GOOD | {"[Content_Types].xml": WORD.replace(b"document.main", b"document.macroEnabled.main")}), "macros"
    ),
    "controls": (packed(GOOD | {"word/activeX/activeX1.xml": b"x"}), "macros"),
    "an embedded object": (packed(GOOD | {"word/embeddings/oleObject1.bin": b"x"}), "another file is embedded"),
    "an embedded document": (packed(GOOD | {"word/afchunk1.docx": b"x"}), "another file is embedded"),
    "a bomb by ratio": (packed(GOOD | {"word/media/a.xml": bytes(40 << 20)}), "zip bomb"),
    "a bomb that lies": (patched(packed(GOOD | {"z": bytes(9 << 20)}), lambda e: (e + 24, bytes(4))), "damaged"),
    "a bomb by what it says": (
        patched(packed(GOOD, zipfile.ZIP_STORED), lambda e: (e + 24, b"\xff\xff\xff\x7f")), "more than 1024 MB"
    ),
    "parts on top of one another": (overlapping(), "overlap"),
    "too many parts": (packed({f"p{n}": b"" for n in range(10_001)}, zipfile.ZIP_STORED), "more than 10000 parts"),
    "an old office file": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "from before 2007"),
    "a document with a password": (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le"), "has a password"
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_a_bad_container_is_refused_with_its_reason_and_without_a_word_of_it(name: str) -> None:
    data, said = BAD[name]
    started = time.monotonic()
    with pytest.raises(InputError) as refused:
        read(data, doc_id="D-1")
    assert said in str(refused.value)
    assert "zq" not in str(refused.value)
    assert time.monotonic() - started < 10


def test_a_whole_container_gives_its_parts_and_its_kind() -> None:
    package = unpack(packed(GOOD), place="D-1")
    assert (package.kind, package.names) == ("word", tuple(GOOD))
    assert package.read("word/document.xml") == GOOD["word/document.xml"]
    assert package.xml("word/document.xml").text == "zqword " * 50
    assert "zqword" not in repr(package)
    assert not is_zip(b"MZ" + packed(GOOD))


@pytest.mark.parametrize(
    "xml",
    [
        b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
        b'<!DOCTYPE a SYSTEM "file:///etc/hostname"><a/>',
        b"<a>",
        b"<a>" * 300 + b"</a>" * 300,
        b"",
    ],
)
def test_xml_with_a_document_type_or_damage_is_refused(xml: bytes) -> None:
    package = unpack(packed(GOOD | {"x.xml": xml}), place="D-1")
    with pytest.raises(InputError):
        package.xml("x.xml")
