"""Every string in the bytes of PDF, RTF, e-mail and FHIR, for the last look at a copy (see strings.py).

Rules:
- The bytes themselves come first, one code point a byte: what stands between objects, in names and in comments.
- Then what they hide: streams unpacked and strings decoded, encoded words and parts, destinations that no reader shows,
  attachments in base64. What lies inside is handed to `deeper`.
- What cannot be opened gives no more than its bytes.
"""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Callable, Iterable, Iterator
from email import message_from_bytes
from email.errors import MessageError
from email.header import decode_header, make_header
from typing import Any

from pipeline.formats import eml, pdf, rtf
from pipeline.formats.format import File
from pipeline.formats.html_text import html_text
from pipeline.formats.rtf_read import read_rtf

Deeper = Callable[[bytes], Iterator[str]]
_BASE64 = re.compile(r"[A-Za-z0-9+/]{8,}={0,2}")  # without blanks: words are no base64
_MOST_OBJECTS, _LONG = 200_000, 24
_OBJECT = re.compile(rb"\b\d+ \d+ obj\b.*?\bendobj\b", re.DOTALL)
# Names of the structure of any PDF; some are surnames as well.
_STRUCTURE = frozenset(
    re.findall(
        r"\S+",
        """
    /Type /Pages /Page /Kids /Count /Catalog /Parent /Resources /MediaBox /Contents /Font /ProcSet /PDF /Text /Filter
    /ImageB /ImageC /ImageI /Name /Subtype /Encoding /BaseFont /Widths /ToUnicode /LastChar /FirstChar /Flags /Ascent
    /FontDescriptor /StemV /MissingWidth /ItalicAngle /FontName /FontFile2 /FontBBox /Descent /CapHeight /Length
    """,
    )
)
# Keys that only the program of a typeface has: outlines, in which chance writes short words.
_TYPEFACE = {"/Length1", "/Length2", "/Length3"}


def _file(data: bytes) -> File:
    return File(data=data, place="copy")


def takes_pdf(data: bytes) -> bool:
    """Is it a PDF?"""
    return pdf.recognises(_file(data))


def of_pdf(data: bytes, deeper: Deeper) -> Iterator[str]:
    """The text of the pages; every string and name of every object; every stream unpacked."""
    from pypdf import PdfReader, apply_configuration
    from pypdf.errors import PyPdfError

    yield _OBJECT.sub(b" ", data).decode("latin-1")  # what stands between the objects
    yield pdf.extract(_file(data))[0]
    with apply_configuration(None, **pdf.LIMITS):
        try:
            reader = PdfReader(io.BytesIO(data))
            numbers = {n for places in reader.xref.values() for n in places} | set(reader.xref_objStm)
            for n in sorted(numbers)[:_MOST_OBJECTS]:
                yield from _pdf_strings(reader.get_object(n))
        except (PyPdfError, *pdf.DAMAGE):
            return


def _pdf_strings(found: Any) -> Iterator[str]:
    """Of one object; what it refers to is an object of its own."""
    from pypdf.generic import ByteStringObject, DictionaryObject, StreamObject

    todo = [found]
    while todo:
        one = todo.pop()
        if isinstance(one, str) and one not in _STRUCTURE:
            yield str(one)
        elif isinstance(one, ByteStringObject):
            yield one.decode("latin-1")
        elif isinstance(one, list):
            todo += list(one)
        elif isinstance(one, DictionaryObject):
            todo += [*one.keys(), *(one.raw_get(key) for key in one)]
        if isinstance(one, StreamObject) and not _TYPEFACE & set(one):
            yield one.get_data().decode("latin-1")


def takes_rtf(data: bytes) -> bool:
    """Is it rich text?"""
    return rtf.recognises(_file(data))


def of_rtf(data: bytes, deeper: Deeper) -> Iterator[str]:
    """All words, shown or not, with their escapes undone."""
    yield data.decode("latin-1")
    words = read_rtf(data, everything=True)
    yield from (words.body, words.apart)


def takes_mail(data: bytes) -> bool:
    """Is it an e-mail?"""
    return eml.recognises(_file(data))


def of_mail(data: bytes, deeper: Deeper) -> Iterator[str]:
    """Every header of every part, decoded, and every part decoded; a web page also as the text that it shows."""
    yield data.decode("latin-1")
    try:
        for part in message_from_bytes(data).walk():
            for name, value in part.items():
                yield from (name, str(value), str(make_header(decode_header(str(value)))))
            payload = part.get_payload(decode=True)
            if isinstance(payload, bytes) and payload:
                yield from deeper(payload)
    except (MessageError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return


def takes_fhir(data: bytes) -> bool:
    """Is it JSON that says it is a resource?"""
    return data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"[") and b'"resourceType"' in data


def of_fhir(said: Iterable[str], deeper: Deeper) -> Iterator[str]:
    """said: the strings and keys of the JSON. Narratives come as text as well, attachments by their own way."""
    for one in said:
        if len(one) < _LONG or len(one) % 4 or not _BASE64.fullmatch(one):  # chance writes short words into base64
            yield one
        yield from _unpacked(one, deeper)


def _unpacked(text: str, deeper: Deeper) -> Iterator[str]:
    try:
        if text.lstrip().startswith("<"):
            yield html_text(text)
        elif _BASE64.fullmatch(text):
            yield from deeper(base64.b64decode(text, validate=True))
    except ValueError:  # neither a page nor base64 after all
        return
