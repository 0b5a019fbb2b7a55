"""FHIR by example: valid copies, whose words they are, what is dropped, what is refused."""

from __future__ import annotations

import base64
import json
import re
from pathlib import Path
from typing import Any

import pytest
from fhir.resources.R4B import get_fhir_model_class

from pipeline.errors import InputError
from pipeline.formats import read, text_as, write
from pipeline.formats.strings import strings
from pipeline.model import Document, Redaction
from tests.made_fhir import attachment, bundle, communication, composition, document_reference, golden
from tests.made_pdf import plain

PAIRS = Path(__file__).resolve().parents[1] / "golden" / "formats"


def loaded(value: object) -> tuple[bytes, Document]:
    data = json.dumps(value).encode()
    return data, read(data, doc_id="D-1")


def copied(value: object, *, kept: frozenset[int] | None = None) -> Any:
    data, document = loaded(value)
    everyone = frozenset(range(len(document.turns)))
    redaction = Redaction(doc_id="D-1", replacements=(), kept=everyone if kept is None else kept)
    return json.loads(write(data, document, redaction))


def valid(resource: dict[str, Any]) -> None:
    get_fhir_model_class(resource["resourceType"]).model_validate(resource)


@pytest.mark.parametrize("kept", [None, frozenset(), frozenset({0, 3})], ids=["all", "none", "some"])
def test_a_copy_is_valid_whatever_is_withheld(kept: frozenset[int] | None) -> None:
    copy = copied(golden(), kept=kept)
    valid(copy)
    for entry in copy["entry"]:
        valid(entry["resource"])


def test_the_copies_in_the_repository_are_valid() -> None:
    valid(json.loads((PAIRS / "resources.copy.json").read_text(encoding="utf-8")))
    for line in (PAIRS / "resource-lines.copy.ndjson").read_text(encoding="utf-8").splitlines():
        valid(json.loads(line))


def test_no_field_off_the_list_leaves_a_word() -> None:
    data, document = loaded(golden())
    copy = write(data, document, Redaction(doc_id="D-1", replacements=(), kept=frozenset(range(len(document.turns)))))
    assert sum(said.count("zh") for said in strings(data)) > 40
    assert not [said for said in strings(copy) if re.search("(?i)zh[a-z]{3}", said) and not said.startswith("PCF")]


def test_the_author_speaks_unless_the_words_name_their_speakers() -> None:
    talk = plain([["Dana: hello", "Jordan: hi", "Dana: well"]])
    _, document = loaded(document_reference("Dr. Lee", "Jordan Pike", talk, "application/pdf"))
    assert [turn.speaker for turn in document.turns] == ["Dr. Lee", "Dana", "Jordan", "Dana"]
    _, document = loaded(document_reference("Dr. Lee", "Jordan Pike", b"One.\n\nTwo.", "text/plain"))
    assert [turn.speaker for turn in document.turns] == ["Dr. Lee"] * 3


def test_a_message_without_a_sender_is_nobodys_and_a_note_is_its_authors() -> None:
    resource = communication("", "Dana", "Who wrote this?")
    resource["sender"] = {}
    _, document = loaded(resource)
    assert [turn.speaker for turn in document.turns[1:]] == ["?", "Dana"]
    resource["sender"] = {"reference": "Patient/7"}
    _, document = loaded(resource)
    assert document.turns[1].speaker == "Patient/7"
    assert "Patient/7" not in document.text


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"Came by.", "text/plain"),
        (b"{\\rtf1 Came by.}", "application/rtf"),
        (b"<html><body><p>Came by.</p></body></html>", "text/html"),
        (plain([["Came by."]]), "application/pdf"),
    ],
)
def test_an_attachment_comes_back_in_its_own_format(data: bytes, kind: str) -> None:
    found = copied(document_reference("Dana", "Jordan", data, "wrong/type"))["content"][0]["attachment"]
    assert found["contentType"] == kind
    form = {"text/plain": "note", "application/rtf": "rtf", "application/pdf": "pdf"}.get(kind)
    raw = base64.b64decode(found["data"])
    assert (text_as(raw, form, place="x") if form else raw.decode()).count("Came by.") == 1


def test_an_attachment_of_no_known_format_or_behind_an_address_leaves_a_mark() -> None:
    resource = document_reference("Dana", "Jordan", b"\x89PNG", "image/png")
    resource["content"].append({"attachment": {"contentType": "text/plain", "url": "https://zh.example/note"}})
    copy = copied(resource)
    assert [one["attachment"] for one in copy["content"]] == [{"title": "[attachment withheld]"}] * 2


def test_a_narrative_is_read_as_it_shows_and_written_anew() -> None:
    words = '<p class="zh">Low, <b>Jo</b>rdan &amp; Lou.</p><script>zh</script><ul><li>rest</li></ul>'
    section = copied(composition("Dana", "Jordan", "Note", {"Mood": words}))["section"][0]
    assert section["text"]["div"].endswith("<p>Low, Jordan &amp; Lou.</p><p>- rest</p></div>")


def deep(depth: int) -> bytes:
    return b'{"resourceType": "Bundle", "entry": ' + b"[" * depth + b"]" * depth + b"}"


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (json.dumps({"resourceType": "Patient", "name": [{"text": "Zorblatt"}]}).encode(), "there is no Document"),
        (json.dumps(bundle()).encode(), "there is no Document"),
        (b'{"resourceType": "Communication"}\nZorblatt\n', "2: a line that is no resource"),
        (json.dumps(document_reference("A", "B", b"%PDF-1.4 Zorblatt", "application/pdf")).encode(), "damaged PDF"),
        (json.dumps({"resourceType": "DocumentReference", "content": [{"attachment": {"data": "Zorblatt!"}}]}).encode(),
         "no base64"),
        (deep(100_000), ""),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_without_a_word_of_it(data: bytes, what: str) -> None:
    with pytest.raises(InputError) as caught:
        read(data, doc_id="D-1")
    assert what in str(caught.value)
    assert "Zorblatt" not in str(caught.value)


def test_attachments_made_here_are_what_the_reader_reads() -> None:
    assert base64.b64decode(attachment(b"x", "text/plain", "t")["data"]) == b"x"
