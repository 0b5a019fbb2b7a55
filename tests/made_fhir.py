"""Makes FHIR resources as exports hold them, with a nonsense word in every field that is on no list."""

from __future__ import annotations

import base64
from typing import Any

XHTML = '<div xmlns="http://www.w3.org/1999/xhtml">{}</div>'
LOINC = {"coding": [{"system": "http://loinc.org", "code": "11506-3", "display": "zhdisplay"}], "text": "zhtext"}


def hidden(kind: str) -> dict[str, Any]:
    """What any resource may carry and none of its words."""
    return {
        "resourceType": kind,
        "id": "zhident",
        "meta": {"source": "urn:zhsource"},
        "text": {"status": "additional", "div": XHTML.format("zhnarrative")},
        "identifier": [{"system": "urn:zhsystem", "value": "zhvalue"}],
        "extension": [{"url": "urn:zhextension", "valueString": "zhextended"}],
        "contained": [{"resourceType": "Patient", "id": "p", "name": [{"text": "zhcontained"}]}],
    }


def reference(name: str) -> dict[str, Any]:
    return {"reference": "Patient/zhreference", "display": name, "identifier": {"value": "zhvalue"}}


def attachment(data: bytes, kind: str, title: str) -> dict[str, Any]:
    return {
        "contentType": kind,
        "data": base64.b64encode(data).decode(),
        "title": title,
        "url": "https://zhurl.example/",
        "creation": "2026-03-03T10:00:00Z",
    }


def document_reference(author: str, subject: str, words: bytes, kind: str, title: str = "Note") -> dict[str, Any]:
    return hidden("DocumentReference") | {
        "status": "current",
        "type": LOINC,
        "subject": reference(subject),
        "author": [reference(author)],
        "description": title,
        "date": "2026-03-03T10:00:00Z",
        "content": [{"attachment": attachment(words, kind, title), "format": {"code": "zhformat"}}],
    }


def composition(author: str, subject: str, title: str, sections: dict[str, str]) -> dict[str, Any]:
    return hidden("Composition") | {
        "identifier": {"value": "zhvalue"},
        "status": "final",
        "type": LOINC,
        "subject": reference(subject),
        "author": [reference(author)],
        "date": "2026-03-03T10:00:00Z",
        "title": title,
        "section": [
            {"title": name, "text": {"status": "generated", "div": XHTML.format(words)}}
            for name, words in sections.items()
        ],
    }


def communication(sender: str, recipient: str, *words: str) -> dict[str, Any]:
    return hidden("Communication") | {
        "status": "completed",
        "subject": reference(recipient),
        "sender": reference(sender),
        "recipient": [reference(recipient)],
        "sent": "2026-03-03T10:00:00Z",
        "payload": [{"contentString": one} for one in words],
        "note": [{"text": f"Noted by {recipient}.", "authorString": recipient}],
    }


def bundle(*resources: dict[str, Any]) -> dict[str, Any]:
    patient = {"resourceType": "Patient", "name": [{"text": "zhpatient"}]}
    entries = [{"fullUrl": "urn:uuid:zhurl", "resource": one} for one in (patient, *resources)]
    return {"resourceType": "Bundle", "id": "zhident", "type": "document", "entry": entries}


def golden() -> dict[str, Any]:
    """What the golden pairs are made of; invented."""
    note = b"Jordan came by the drop-in on Alder Street.\n\nHe talked about his sister Lou.\n"
    page = "<html><head><title>zhtitle</title></head><body><p>Called <b>Jordan</b>.</p><p>No answer.</p></body></html>"
    return bundle(
        document_reference("Dana Reyes", "Jordan Pike", note, "text/plain", "Visit of Jordan"),
        document_reference("Dana Reyes", "Jordan Pike", page.encode(), "text/html", "Call"),
        composition(
            "Dana Reyes",
            "Jordan Pike",
            "Note for Jordan",
            {"Mood": "<p>Low, <i>Jordan</i> says.</p><!-- zhcomment -->", "Plan": "Call Lou &amp; rest."},
        ),
        communication("Jordan Pike", "Dana Reyes", "I can't come today.", "Next week, at Pell's Hardware?"),
    )


if __name__ == "__main__":  # writes tests/golden/formats/resources.json and resource-lines.ndjson
    import json
    from pathlib import Path

    folder = Path(__file__).parent / "golden" / "formats"
    whole = golden()
    (folder / "resources.json").write_text(json.dumps(whole, indent=1) + "\n", encoding="utf-8")
    lines = (json.dumps(entry["resource"]) + "\n" for entry in whole["entry"])
    (folder / "resource-lines.ndjson").write_text("".join(lines), encoding="utf-8")
