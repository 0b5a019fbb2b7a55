"""What an e-mail says: four headers and its words; everything else is counted and left behind.

Source: RFC 5322 (messages), RFC 2045 to 2047 (MIME); Python's email package reads both.

Rules:
- Headers by allow-list: From, To, Cc, Date, Subject. All others (ids, routes, signatures, X-) are never read.
- The words are the first readable form of each part that is no attachment: text, else a web page as text.
- An attachment, a picture, a message inside is counted: its name and content are never read.
- Text whose bytes are not in the encoding that it declares is read as a text file would be, or refused.
- Nesting is bounded before anything is parsed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from email import message_from_bytes
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message
from email.policy import compat32
from typing import NoReturn

from pipeline.errors import Fault, InputError
from pipeline.formats.decode import decode
from pipeline.formats.html_text import html_text
from pipeline.formats.pieces import BOM

KEPT = ("From", "To", "Cc", "Date", "Subject")
_MOST_BYTES, _MOST_PARTS = 64_000_000, 100
_FOLD = re.compile(r"\s*[\r\n]+\s*")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff]")
_NESTING = re.compile(rb"boundary\s*=|content-type:\s*message/", re.IGNORECASE)
_SIGNATURES = frozenset({"application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature"})
_SEALED = frozenset({"multipart/encrypted", "application/pkcs7-mime", "application/x-pkcs7-mime"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """headers: name and value, in the order of KEPT, those that are there. words: line ends are `\\n`. left: how many
    attachments, pictures and messages inside were left behind."""

    headers: tuple[tuple[str, str], ...] = field(repr=False)
    words: str = field(repr=False)
    left: int


def read_mail(data: bytes, *, place: str) -> Mail:
    """The message in the bytes. Raises InputError."""
    if len(data) > _MOST_BYTES:
        _refuse(place, "it is larger than 64 MB; take its attachments out")
    if len(_NESTING.findall(data)) > _MOST_PARTS:
        _refuse(place, "it nests more parts than mail programs write; save it as text")
    try:
        message = message_from_bytes(data, policy=compat32)
        return _mail(message, place)
    except (MessageError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
        _refuse(place, "it is a damaged e-mail; save it again")


def _mail(message: Message, place: str) -> Mail:
    texts: list[str] = []
    left = 0
    todo = [message]
    while todo:
        part = todo.pop()
        kind = part.get_content_type()
        if kind in _SEALED:
            _refuse(place, "it is encrypted; save it from the mail program that can open it")
        if kind == "multipart/alternative":
            todo.append(_best(part))
        elif part.is_multipart() and part.get_content_maintype() == "multipart":
            todo += reversed(_inside(part))
        elif kind in ("text/plain", "text/html") and not _attached(part):
            texts.append(_words(part, place))
        else:
            left += kind not in _SIGNATURES
    headers = tuple((name, value) for name in KEPT if (value := _header(message, name)))
    return Mail(headers=headers, words="\n".join(text for text in texts if text.strip()), left=left)


def _inside(part: Message) -> list[Message]:
    payload = part.get_payload()
    return [one for one in payload if isinstance(one, Message)] if isinstance(payload, list) else []


def _best(part: Message) -> Message:
    """Of several forms of the same words the plain one, else the last that is text or holds some."""
    forms = _inside(part)
    plain = [one for one in forms if one.get_content_type() == "text/plain"]
    told = [one for one in forms if one.get_content_type() == "text/html" or one.is_multipart()]
    return next(iter([*plain[:1], *told[-1:], *forms[-1:]]), Message())


def _attached(part: Message) -> bool:
    return part.get_content_disposition() == "attachment" or part.get_filename() is not None


def _words(part: Message, place: str) -> str:
    payload = part.get_payload(decode=True)
    data = payload if isinstance(payload, bytes) else b""
    if not data.strip():
        return ""
    text = _decoded(data, part.get_content_charset() or "utf-8", place)
    if part.get_content_type() == "text/html":
        text = html_text(text)
    return _CONTROL.sub("", re.sub(r"\r\n?", "\n", text).replace("\u00a0", " "))


def _decoded(data: bytes, charset: str, place: str) -> str:
    try:
        text = data.decode(charset)
    except (LookupError, UnicodeDecodeError):
        return decode(data, place=place).text.removeprefix(BOM)
    return text.removeprefix(BOM)


def _header(message: Message, name: str) -> str:
    """The value of a header on one line, its encoded words undone."""
    value = _FOLD.sub(" ", str(message.get(name, "")))
    if "=?" in value:
        value = str(make_header(decode_header(value)))
    return _CONTROL.sub("", _FOLD.sub(" ", value)).strip()


def _refuse(place: str, what: str) -> NoReturn:
    raise InputError(f"`{place}` cannot be read", [Fault(place=place, what=what)])
