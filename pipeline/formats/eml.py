"""E-mail (.eml): who wrote to whom, the subject and the words; the copy is a plain message.

Source: RFC 5322, RFC 2045 to 2047.

Rules:
- The text is the headers that are read (eml_read.py), an empty line and the words. The header lines are a turn of the
  sender, the sender's name its label; whose the words are is told in eml_body.py.
- An attachment, a picture or a message inside leaves `[attachment withheld]`, and nothing else.
- The copy has those headers and one part of plain text in UTF-8; where the turn of the headers is withheld, none of
  them.
"""

from __future__ import annotations

import re
from email.header import Header
from email.quoprimime import body_encode

from pipeline.formats.eml_body import cut_body
from pipeline.formats.eml_read import KEPT, Mail, read_mail
from pipeline.formats.format import File, Format, refuse_other_bytes
from pipeline.formats.pieces import WITHHELD, Cutter, Layout, compose, lines
from pipeline.model import Document, Redaction, RegionKind, Turn

NAME = "eml"
_MARK = "[attachment withheld]"
_LONGEST = 900  # letters a line; RFC 5322 allows 998
# Headers that only mail programs write. A note that begins with `From:` and `To:` as people type them is no e-mail.
_TECHNICAL = frozenset({b"mime-version", b"message-id", b"content-type", b"return-path", b"dkim-signature"})
_HEADER = re.compile(rb"([!-9;-~]{1,70}):[^\r\n]*(?:\r\n|\n|\r|$)|[ \t][^\r\n]*(?:\r\n|\n|\r|$)")
_NAME = re.compile(r"[ \t]*(?P<name>\"[^\"]*\"|[^<>\"@,;]*?)[ \t]*<[^<>]*>[ \t]*")
_FIXED, _LABEL, _BODY = RegionKind.FIXED, RegionKind.LABEL, RegionKind.BODY


def recognises(file: File) -> bool:
    """Does it begin with the headers of a message, one of them written by a mail program?"""
    names, at, data = set(), 0, file.data[:65_536]
    while (match := _HEADER.match(data, at)) is not None and match.end() > at:
        names.add((match[1] or b"").lower())
        at = match.end()
    return b"from" in names and bool(names & _TECHNICAL) and (at == len(data) or data[at : at + 1] in b"\r\n")


def extract(file: File) -> tuple[str, Layout]:
    """The text of the message and its layout."""
    mail = read_mail(file.data, place=file.place)
    text = "".join(f"{name}: {value}\n" for name, value in mail.headers) + "\n" + mail.words
    cutter = Cutter()
    sender = _cut_headers(cutter, mail)
    turns = [Turn(n=0, speaker=sender)]
    rows = lines(text)
    cutter.cut(rows[len(mail.headers)].end if len(rows) > len(mail.headers) else len(text), _FIXED)
    cut_body(cutter, text, rows[len(mail.headers) + 1 :], sender, turns)
    marks = "".join(f"\n{_MARK}\n" for _ in range(mail.left))
    cutter.cut(len(text) + len(marks), _FIXED)
    return text + marks, cutter.layout(tuple(turns))


def _cut_headers(cutter: Cutter, mail: Mail) -> str:
    """Cut the header lines; returns the sender's label: the name, else the whole of `From`."""
    at, sender = 0, ""
    for n, (name, value) in enumerate(mail.headers):
        start = at + len(name) + 2
        cutter.cut(start, _FIXED, 0)
        if name == "From":
            match = _NAME.fullmatch(value)
            words = (match["name"].strip('" ') if match else "") or value
            sender = words
            first = start + value.index(words)
            cutter.cut(first, _FIXED if not value[: first - start].strip('" ') else _BODY, 0)
            cutter.cut(first + len(words), _LABEL, 0)
        cutter.cut(start + len(value), _BODY, 0)
        at = start + len(value) + 1
        cutter.cut(at, _FIXED, 0 if n + 1 < len(mail.headers) else None)
    return sender


def rebuild(file: File, document: Document, redaction: Redaction) -> bytes:
    """The copy: a new message of the redacted text."""
    text, layout = extract(file)
    if text != document.text:
        refuse_other_bytes(file.place)
    headers, _, body = compose(text, layout, redaction).partition("\n\n")
    out = [_header(line) for line in headers.split("\n") if line.partition(": ")[0] in KEPT]
    plain = body.isascii() and all(len(line) <= _LONGEST for line in body.split("\n"))
    out += ["MIME-Version: 1.0", 'Content-Type: text/plain; charset="utf-8"']
    out += ["Content-Transfer-Encoding: " + ("7bit" if plain else "quoted-printable"), ""]
    if not out[0].startswith("From:"):
        out.insert(0, f"From: {WITHHELD}")
    encoded = body if plain else body_encode(body.encode("utf-8", "replace").decode("latin-1"))
    end = "\r\n" if b"\r\n" in file.data[:2_000] else "\n"
    return end.join([*out, *encoded.split("\n")]).encode("ascii")


def _header(line: str) -> str:
    name, _, value = line.partition(": ")
    if value.isascii() and len(value) <= _LONGEST and "=?" not in value:
        return line
    return f"{name}: {Header(value, 'utf-8', header_name=name).encode(linesep=chr(10))}"


FORMAT = Format(
    name=NAME,
    ending=".eml",
    title="E-mail",
    told_by="header lines, `From` and one that only mail programs write among them",
    turn="the header lines; a paragraph of the words; a quotation",
    speaker="the sender; of quoted or forwarded words whom the line above them names, else nobody known",
    kept="From, To, Cc, Date and Subject, the words, marks of quotes",
    changed="one part of plain text in UTF-8",
    left_out="every header but From, To, Cc, Date and Subject; the web-page form where there is a plain one; layout of "
    "web pages; attachments, pictures and messages inside with their names, each leaving `[attachment withheld]`",
    gap="`[withheld]` in place of the lines",
    recognises=recognises,
    extract=extract,
    rebuild=rebuild,
)
