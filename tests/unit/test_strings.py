"""Every string in the bytes of a file is found, wherever it stands and however it is written."""

from __future__ import annotations

import json

import pytest

from pipeline.formats.strings import strings
from tests.docx_made import packed

XML = (
    '<a one="zqattribute"><!-- zqcomment -->zqtext<b>zqinner</b>zqtail<?zqtarget zqinstruction?>zqbehind'
    "<c><![CDATA[zq<cdata>]]></c>&#122;qescaped<w:p xmlns:w='urn:w'><w:r>zqsp</w:r><w:r>lit</w:r></w:p></a>"
)
PLANTED: dict[str, tuple[bytes, str]] = {
    "text": (b"Said zqword.\n", "zqword"),
    "text in UTF-16": ("\ufeffSaid zqword.\n".encode("utf-16-le"), "zqword"),
    "JSON": (b'{"a": [{"b": "\\u007aqword"}]}', "zqword"),
    "a key of JSON": (b'{"Zq word": 1}', "Zq word"),
    "JSON a line": (b'{"a": 1}\n{"a": "\\u007aqword"}\n', "zqword"),
    "damaged JSON": (b'{"a": "zqword', "zqword"),
    "deep JSON": (b"[" * 100_000 + b'"zqword"', "zqword"),
    "a part's name": (packed({"zqname.xml": b"<a/>"}), "zqname.xml"),
    "a part that is text": (packed({"a": b"zqword"}), "zqword"),
    "a part that is JSON": (packed({"a": json.dumps(["zqwörd"]).encode()}), "zqwörd"),
    "a part that is binary": (packed({"a": b"\x00\x01zqword\xff"}), "zqword"),
    "a part that is no whole XML": (packed({"a": b"<a>zqword"}), "zqword"),
    "a container in a container": (packed({"a": packed({"b": b"zqword"})}), "zqword"),
    "a damaged container": (b"PK\x03\x04zqword", "zqword"),
    **{
        f"XML: {token}": (packed({"a.xml": XML.encode()}), token)
        for token in (
            "zqattribute",
            "zqcomment",
            "zqtext",
            "zqinner",
            "zqtail",
            "zqinstruction",
            "zqbehind",
            "zq<cdata>",
        )
    },
    "XML: escaped": (packed({"a.xml": XML.encode()}), "zqescaped"),
    "XML: cut by markup": (packed({"a.xml": XML.encode()}), "zqsplit"),
    "XML in UTF-16": (packed({"a.xml": XML.encode("utf-16")}), "zqinner"),
}


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_string_is_found(name: str) -> None:
    data, token = PLANTED[name]
    assert any(token in text for text in strings(data))


@pytest.mark.parametrize("value", ["Georgia", "green", "Strong", "12240", "FF00AA", "PAGE", "Medium Grid 2 Accent 3"])
def test_the_words_that_layout_is_written_in_are_nobodys(value: str) -> None:
    assert value not in {*strings(packed({"a.xml": f'<a b="{value}"/>'.encode()}))}
    assert value in {*strings(packed({"a.xml": f"<a>{value}</a>".encode()}))}
