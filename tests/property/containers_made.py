"""Makes containers of text out of tokens that mean nothing: `zq...` is said, `zh...` stands where nobody is to look."""

from __future__ import annotations

import base64
import io
import json
from email.message import EmailMessage
from typing import Any

from hypothesis import strategies as st
from pypdf import PdfReader, PdfWriter
from pypdf.annotations import FreeText

from tests import made_fhir
from tests.made_pdf import plain
from tests.property.formats_made import note, transcript

PEOPLE = ("Quillam", "Brundle Oxx", "Tessaly Pérez")


def _lines(text: str) -> list[str]:
    return [line.strip("\ufeff") for line in text.replace("\r\n", "\n").split("\n")]


@st.composite
def pdf(draw: st.DrawFn) -> bytes:
    lines = _lines(draw(st.one_of(transcript(), note())))
    at = draw(st.integers(0, len(lines)))
    pages = [page for page in (lines[:at], lines[at:]) if any(page)]
    if not draw(st.booleans()):
        return plain(pages)
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(plain(pages))))
    writer.add_attachment("zhname.txt", b"zhattached")
    writer.add_annotation(0, FreeText(text="zhnote", rect=(50, 50, 200, 100)))
    writer.add_metadata({"/Subject": "zhsubject"})
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


@st.composite
def rtf(draw: st.DrawFn) -> bytes:
    hidden = st.sampled_from(
        [
            r"{\*\atnauthor zhauthor}",
            r"{\v zhidden}",
            r"{\pict zhpict 0a}",
            r"{\field{\*\fldinst zhlink}}",
            "",
            r"{\b }",
        ]
    )
    lines = _lines(draw(st.one_of(transcript(), note())))
    said = "".join(
        f"{line}{draw(hidden)}{draw(st.sampled_from([chr(92) + 'par', chr(92) + 'line']))}\n" for line in lines
    )
    head = r"{\rtf1\ansi\ansicpg1252{\fonttbl{\f0 zhfont;}}{\info{\title zhtitle}}{\header zqfree0\par}"
    return (head + "\n\\pard " + said + "}").encode("ascii")


@st.composite
def eml(draw: st.DrawFn) -> bytes:
    message = EmailMessage()
    message["Received"] = "from zhost"
    message["From"] = f"{draw(st.sampled_from(PEOPLE))} <zqfrom@x.example>"
    message["To"] = "Zq <zqwhom@x.example>"
    message["Subject"] = "About zqsubject"
    message["Message-ID"] = "<zhmessage@x.example>"
    body = "\n".join(_lines(draw(note())))
    quote = draw(st.sampled_from(["", "\nOn May 2, 2026 at 9:01 AM Brundle Oxx wrote:\n> zqquoted\n>> zqdeeper\n"]))
    message.set_content(body + quote, cte=draw(st.sampled_from(["7bit", "quoted-printable", "base64"])))
    if draw(st.booleans()):
        message.add_alternative("<p>zhtml</p>", subtype="html")
    if draw(st.booleans()):
        message.add_attachment(base64.b64encode(b"zhattached"), "application", "zip", filename="zhname.zip")
    if message.is_multipart():
        message.set_boundary("zhboundary")
    for n, part in enumerate(message.walk()):
        if n and part.is_multipart():
            part.set_boundary("zhinner")
    return message.as_bytes()


@st.composite
def rev_json(draw: st.DrawFn) -> bytes:
    monologues = []
    for n in range(draw(st.integers(1, 5))):
        words = draw(st.lists(st.sampled_from(["zqone", "zqtwo", "three", "zqfour"]), max_size=5))
        elements = [
            {"type": "text", "value": f"{word}{n}x", "ts": n, "end_ts": n + 0.5, "zhfield": 1} for word in words
        ]
        spaced = [one for element in elements for one in (element, {"type": "punct", "value": " "})]
        speaker = draw(st.sampled_from([{}, {"speaker": 1}, {"speaker": "Quillam"}]))
        monologues.append({**speaker, "elements": spaced, "note": "zhnote"})
    return json.dumps({"monologues": monologues, "job": "zhjob"}).encode()


def _bundle(draw: st.DrawFn) -> dict[str, Any]:
    author, subject = draw(st.sampled_from(PEOPLE)), draw(st.sampled_from(PEOPLE))
    made = []
    for n in range(draw(st.integers(1, 3))):
        text = draw(note()).strip("\ufeff") or "zqempty"
        kind = draw(st.sampled_from(["text", "pdf", "rtf", "html", "sections", "messages", "image"]))
        if kind == "sections":
            made.append(made_fhir.composition(author, subject, f"zqtitle{n}", {"zqsection": f"<p>{text}</p>"}))
        elif kind == "messages":
            made.append(made_fhir.communication(author, subject, text, f"zqmessage{n}"))
        else:
            data, media = {
                "text": (text.encode(), "text/plain"),
                "pdf": (plain([_lines(text)]), "application/pdf"),
                "rtf": (f"{{\\rtf1 {text.strip()}{{\\*\\zh zhword}}}}".encode(), "text/rtf"),
                "html": (f"<html><title>zhtitle</title><p>{text}</p></html>".encode(), "text/html"),
                "image": (b"\x89PNG zhimage", "image/png"),
            }[kind]
            made.append(made_fhir.document_reference(author, subject, data, media, f"zqtitle{n}"))
    return made_fhir.bundle(*made)


@st.composite
def fhir(draw: st.DrawFn) -> bytes:
    whole = _bundle(draw)
    return json.dumps(whole["entry"][1]["resource"] if len(whole["entry"]) == 2 else whole).encode()


@st.composite
def fhir_lines(draw: st.DrawFn) -> bytes:
    return "\n".join(json.dumps(entry["resource"]) for entry in _bundle(draw)["entry"]).encode()


CONTAINERS = {
    "pdf": pdf(),
    "rtf": rtf(),
    "eml": eml(),
    "rev_json": rev_json(),
    "fhir": fhir(),
    "fhir_lines": fhir_lines(),
}
