"""A web page that is attached to something: read as the text that it shows, written as paragraphs and nothing else."""

from __future__ import annotations

from pipeline.errors import Fault, InputError
from pipeline.formats.format import File, Format, refuse_other_bytes
from pipeline.formats.html_text import html_text, to_xhtml
from pipeline.formats.inner import lay_out
from pipeline.formats.pieces import BOM, Layout, compose
from pipeline.model import Document, Redaction

NAME = "html"


def recognises(file: File) -> bool:
    """Does it begin with a tag?"""
    return file.data.lstrip(b"\xef\xbb\xbf \t\r\n")[:2].lower() in (
        b"<!",
        b"<h",
        b"<b",
        b"<p",
        b"<d",
        b"<?",
        b"<s",
        b"<t",
    )


def extract(file: File) -> tuple[str, Layout]:
    """The words that the page shows and their layout."""
    try:
        text = html_text(file.data.decode("utf-8").removeprefix(BOM))
    except ValueError:
        what = "an attached page is no HTML in UTF-8; export it again"
        raise InputError(f"`{file.place}` cannot be read", [Fault(place=file.place, what=what)]) from None
    return text, lay_out(text, place=file.place)


def rebuild(file: File, document: Document, redaction: Redaction) -> bytes:
    """A new page of the redacted text."""
    text, layout = extract(file)
    if text != document.text:
        refuse_other_bytes(file.place)
    body = to_xhtml(compose(text, layout, redaction))
    return f"<!DOCTYPE html><html><body>{body}</body></html>".encode("utf-8", "replace")


FORMAT = Format(
    name=NAME,
    ending=".html",
    title="Web pages inside of other files",
    told_by="it begins with a tag",
    turn="as in text",
    speaker="as in text",
    kept="the words that are shown",
    changed="markup becomes paragraphs",
    left_out="everything but the words that are shown",
    gap="as in text",
    recognises=recognises,
    extract=extract,
    rebuild=rebuild,
)
