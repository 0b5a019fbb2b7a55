"""DocumentReference, Composition and Communication: which fields of them are read, which go out.

Source: HL7 FHIR R4 (4.0.1) and R5 (5.0.0), the pages of the three resources.

Rules:
- By allow-list. As they are go out: codes (system and code, no text), status, language. As words are read: names of
  subject, author, sender and recipients, titles, descriptions, payloads, notes, narratives of sections, attachments.
- Everything else is dropped: ids, identifiers, references, extensions, contained resources, the narrative of the
  resource, custodian, context, sizes, hashes, addresses. Of a date a Composition keeps the year, since it needs one.
- Who is the author (or the sender) speaks. A reference without a name is a label that is never written.
- An attachment is read by its own format; one of no known format leaves its place with `[attachment withheld]`.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Iterator
from typing import Any

from pipeline.errors import Fault, InputError
from pipeline.formats import html_page, note, pdf, rtf, stamped, transcript
from pipeline.formats.fhir_slots import NOBODY, Draft, Slot, as_text, clean
from pipeline.formats.format import File, Format
from pipeline.formats.html_text import html_text, to_xhtml
from pipeline.formats.inner import lay_out
from pipeline.formats.pieces import WITHHELD, Layout, compose, to_document
from pipeline.model import Redaction

LEFT = "[attachment withheld]"
# The formats of attachments, in the order in which they are asked, and how FHIR calls each.
_ATTACHED: tuple[tuple[Format, str], ...] = (
    (pdf.FORMAT, "application/pdf"),
    (rtf.FORMAT, "application/rtf"),
    (html_page.FORMAT, "text/html"),
    (stamped.FORMAT, "text/plain"),
    (transcript.FORMAT, "text/plain"),
    (note.FORMAT, "text/plain"),
)
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9.:_-]{0,63}")
_SYSTEM = re.compile(
    r"https?://(?:loinc\.org|snomed\.info|terminology\.hl7\.org|hl7\.org)[A-Za-z0-9./_-]{0,120}|urn:ietf:bcp:47"
)
_YEAR = re.compile(r"(?:19|20)\d\d(?=$|-)")
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Z]{2})?")
_DEEPEST = 5  # sections within sections
_XHTML = '<div xmlns="http://www.w3.org/1999/xhtml">{}</div>'
Resource = dict[str, Any]


def document_reference(resource: Resource, draft: Draft) -> Resource:
    """A DocumentReference: a note or a transcript that is attached."""
    copy = _codes(resource, "status", "docStatus")
    copy |= _concepts(resource, "type", "category")
    head, speaker = _head(resource, draft, copy, "author")
    _line(resource, draft, copy, "description", head)
    copy["content"] = [
        {"attachment": _attachment(one.get("attachment"), draft, head, speaker)} for one in _dicts(resource, "content")
    ] or [{"attachment": {"title": LEFT}}]
    return copy


def composition(resource: Resource, draft: Draft) -> Resource:
    """A Composition: a note in sections."""
    copy = _codes(resource, "status")
    copy |= _concepts(resource, "type", "category")
    year = _YEAR.match(resource["date"]) if isinstance(resource.get("date"), str) else None
    copy["date"] = year[0] if year else "1900"
    copy |= {"author": [{"display": WITHHELD}], "title": WITHHELD}  # a Composition has both
    head, speaker = _head(resource, draft, copy, "author", instead=WITHHELD)
    _line(resource, draft, copy, "title", head, instead=WITHHELD)
    copy["section"] = [_section(one, draft, head, speaker, 1) for one in _dicts(resource, "section")]
    return copy


def _section(section: Resource, draft: Draft, head: int, speaker: str | None, depth: int) -> Resource:
    copy: Resource = {}
    _line(section, draft, copy, "title", head)
    copy |= _concepts(section, "code")
    text = section.get("text")
    if isinstance(text, dict) and isinstance(text.get("div"), str):
        words = clean(_html(text["div"], draft))
        if words.strip():
            slot = draft.block(words, lay_out(words, place=draft.place), _narrative, speaker)
            copy["text"] = {"status": "generated", "div": slot}
    if depth < _DEEPEST:
        copy["section"] = [_section(one, draft, head, speaker, depth + 1) for one in _dicts(section, "section")]
    if not copy.get("section") and "text" not in copy:
        copy["text"] = {"status": "generated", "div": _XHTML.format(f"<p>{WITHHELD}</p>")}
    return copy


def communication(resource: Resource, draft: Draft) -> Resource:
    """A Communication: messages of one sender."""
    copy = _codes(resource, "status")
    copy |= _concepts(resource, "category", "topic")
    head, speaker = _head(resource, draft, copy, "sender")
    speaker = speaker if speaker is not None else NOBODY
    recipients = [{"display": draft.line("recipient", name, head)} for name in _names(resource.get("recipient"))]
    copy |= {"recipient": recipients} if recipients else {}
    payload: list[Resource] = []
    for one in _dicts(resource, "payload"):
        if isinstance(one.get("contentString"), str) and one["contentString"].strip():
            payload.append({"contentString": _block(one["contentString"], draft, speaker)})
        elif isinstance(one.get("contentAttachment"), dict):
            payload.append({"contentAttachment": _attachment(one["contentAttachment"], draft, head, speaker)})
    notes = [
        {"text": _block(one["text"], draft, next(_names(one.get("authorReference")), None) or _said_by(one))}
        for one in _dicts(resource, "note")
        if isinstance(one.get("text"), str) and one["text"].strip()
    ]
    return copy | ({"payload": payload} if payload else {}) | ({"note": notes} if notes else {})


def _said_by(note: Resource) -> str:
    said = note.get("authorString")
    return said.strip() if isinstance(said, str) and said.strip() else NOBODY


RESOURCES: dict[str, Callable[[Resource, Draft], Resource]] = {
    "DocumentReference": document_reference,
    "Composition": composition,
    "Communication": communication,
}


def _head(
    resource: Resource, draft: Draft, copy: Resource, who: str, instead: str | None = None
) -> tuple[int, str | None]:
    """The turn of the resource's own lines, and its speaker: who wrote or sent it."""
    names = list(_names(resource.get(who)))
    speaker = names[0] if names else _reference(resource.get(who))
    head = draft.turn(speaker)
    if names:
        told = [{"display": draft.line(who, name, head, label=not n, instead=instead)} for n, name in enumerate(names)]
        copy[who] = told[0] if who == "sender" else told
    for subject in list(_names(resource.get("subject")))[:1]:
        copy["subject"] = {"display": draft.line("subject", subject, head)}
    return head, speaker


def _line(resource: Resource, draft: Draft, copy: Resource, name: str, turn: int, instead: str | None = None) -> None:
    words = resource.get(name)
    if isinstance(words, str) and clean(words).strip() and words.strip() not in (WITHHELD, LEFT):
        copy[name] = draft.line(name, words, turn, instead=instead)


def _block(words: str, draft: Draft, speaker: str | None) -> Slot:
    words = clean(words)
    return draft.block(words, lay_out(words, place=draft.place), as_text, speaker)


def _narrative(text: str, layout: Layout, redaction: Redaction) -> str:
    return _XHTML.format(to_xhtml(compose(text, layout, redaction)))


def _html(page: str, draft: Draft) -> str:
    try:
        return html_text(page)
    except ValueError:
        raise _fault(draft, "a narrative is no XHTML; export the resource again") from None


def _attachment(found: Any, draft: Draft, head: int, speaker: str | None) -> Resource:
    """The copy of an attachment: its words by their own format, or the mark."""
    attachment = found if isinstance(found, dict) else {}
    data = attachment.get("data")
    raw = _decoded(data, draft) if isinstance(data, str) else b""
    form = next(((form, kind) for form, kind in _ATTACHED if raw.strip() and form.recognises(_file(raw, draft))), None)
    if form is None:
        draft.mark(LEFT)
        return {"title": LEFT}
    copy: Resource = {"contentType": form[1]}
    if isinstance(attachment.get("language"), str) and _LANGUAGE.fullmatch(attachment["language"]):
        copy["language"] = attachment["language"]
    text, layout = form[0].extract(_file(raw, draft))
    copy["data"] = draft.block(text, layout, _inside(form[0], _file(raw, draft)), speaker)
    _line(attachment, draft, copy, "title", head)
    return copy


def _inside(form: Format, file: File) -> Callable[[str, Layout, Redaction], str]:
    """Writes an attachment back by its own format."""

    def make(text: str, layout: Layout, redaction: Redaction) -> str:
        document = to_document(text, layout, doc_id=redaction.doc_id, name=form.name)
        return base64.b64encode(form.rebuild(file, document, redaction)).decode("ascii")

    return make


def _file(raw: bytes, draft: Draft) -> File:
    return File(data=raw, place=draft.place)


def _decoded(data: str, draft: Draft) -> bytes:
    try:
        return base64.b64decode("".join(data.split()), validate=True)
    except (binascii.Error, ValueError):
        raise _fault(draft, "an attachment is no base64; export the resource again") from None


def _fault(draft: Draft, what: str) -> InputError:
    return InputError(f"`{draft.place}` cannot be read", [Fault(place=draft.place, what=what)])


def _names(found: Any) -> Iterator[str]:
    """The names in a reference or a list of them."""
    for one in found if isinstance(found, list) else [found]:
        if isinstance(one, dict) and isinstance(one.get("display"), str):
            name = " ".join(clean(one["display"]).split())
            if name and name != WITHHELD:
                yield name


def _reference(found: Any) -> str | None:
    """What a reference without a name refers to; a label that matches nobody unless the program wrote it down so."""
    first = found[0] if isinstance(found, list) and found else found
    reference = first.get("reference") if isinstance(first, dict) else None
    return reference.strip() if isinstance(reference, str) and reference.strip() else None


def _dicts(resource: Resource, name: str) -> list[Resource]:
    found = resource.get(name)
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def _codes(resource: Resource, *names: str) -> Resource:
    values = {name: resource.get(name) for name in names}
    return {name: value for name, value in values.items() if isinstance(value, str) and _CODE.fullmatch(value)}


def _concepts(resource: Resource, *names: str) -> Resource:
    """Codes of public systems, without their texts; in a list where they came in one."""
    copy: Resource = {}
    for name in names:
        found = resource.get(name)
        told = [
            {"coding": coding}
            for one in (found if isinstance(found, list) else [found])
            if isinstance(one, dict) and (coding := [c for c in map(_coding, _dicts(one, "coding")) if c])
        ]
        if told:
            copy[name] = told if isinstance(found, list) else told[0]
    return copy


def _coding(coding: Resource) -> Resource | None:
    system, code = coding.get("system"), coding.get("code")
    if not isinstance(system, str) or not isinstance(code, str):
        return None
    return {"system": system, "code": code} if _SYSTEM.fullmatch(system) and _CODE.fullmatch(code) else None
