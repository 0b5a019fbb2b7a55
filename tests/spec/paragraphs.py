"""The manual as data: a chapter of paragraphs, each a plain sentence with a small table; every row is a test.

A row changes one standing case and says what must come out. Columns: a field of the request, the session or the policy
by its name; `C1.field` of a record (`C1` stands in every case, other ids are made when they are named), `P1.field` of a
person. A cell `-` leaves the field out. `segments` are written `id:speaker`, then what applies of `[category]`,
`@person` (mentions), `@third` (a third party's matter), `>id` (replies to), `?` (uncertain), `*` (own story).
`reasons` must begin some reason of the answer each; `withheld` must be exactly the segments withheld.
"""

from __future__ import annotations

import copy
import re
from dataclasses import dataclass, field
from typing import Any

from pipeline.consent.case import answer_case

REQUEST = ("use", "as_of", "recipient", "registered", "legal_proceeding", "research_approval_valid")
SESSION = ("session_date", "kind", "note_class", "roster_complete", "roster", "segments")
POLICY = ("group_mode", "min_speakers", "min_residue")
EXPECTED = ("outcome", "reasons", "withheld")

CONSENT: dict[str, Any] = {
    "version": 1,
    "record_type": "consent",
    "status": "active",
    "purposes": "group;research",
    "recipients": "class:program;class:research_partner",
    "may_disclose": "the program",
    "info_description": "peer session transcripts and notes",
    "categories": dict.fromkeys(
        ("substance", "mental_health", "trauma", "self_harm", "legal", "sexual_health_hiv"), "yes"
    ),
    "signed_on": "2026-01-10",
    "expires_on": "2026-12-31",
    "signer_roles": "self",
    "signature_evidence": "scan:001",
    "st_revocation_right": "yes",
}
REFUSAL: dict[str, Any] = {
    "version": 1,
    "record_type": "refusal",
    "status": "active",
    "purposes": "all",
    "signed_on": "2026-01-05",
}
REVOCATION: dict[str, Any] = {"version": 1, "record_type": "revocation", "status": "active"}
KINDS = {"C": CONSENT, "R": REFUSAL, "X": REVOCATION}
ADULT = {"birth_date": "1980-05-05", "legal_status": "adult"}

_SEGMENT = re.compile(r"(?P<id>\w+):(?P<speaker>\w+)(?P<rest>\S*)")


@dataclass(frozen=True, kw_only=True)
class Paragraph:
    """A rule in one sentence. given: what holds in every row, written like a row. table: header, then rows."""

    says: str
    table: str
    given: str = ""
    records: tuple[str, ...] = ("C1",)

    @property
    def header(self) -> list[str]:
        return _cells(self.table.strip().splitlines()[0])

    @property
    def rows(self) -> list[dict[str, str]]:
        return [dict(zip(self.header, _cells(line), strict=True)) for line in self.table.strip().splitlines()[1:]]

    @property
    def always(self) -> dict[str, str]:
        return dict(part.strip().split(" = ", 1) for part in self.given.split(";;") if part.strip())


@dataclass(frozen=True, kw_only=True)
class Chapter:
    """A section of the manual. intro: a paragraph of prose before the tables."""

    title: str
    intro: str
    paragraphs: tuple[Paragraph, ...] = field(default=())

    def cases(self) -> list[tuple[Paragraph, dict[str, str]]]:
        return [(p, row) for p in self.paragraphs for row in p.rows]


def names(chapter: Chapter) -> list[str]:
    """Ids for pytest: the sentence and the row."""
    return [f"{p.says[:50]} / {' '.join(row.values())[:60]}" for p, row in chapter.cases()]


def case_of(paragraph: Paragraph, row: dict[str, str]) -> dict[str, Any]:
    """The worked case that a row stands for, in the shape of `storykeeper decide --case`."""
    case: dict[str, Any] = {
        "request": {
            "use": "research",
            "as_of": "2026-06-01T12:00:00",
            "recipient": {"id": "UNIV-A", "classes": ["research_partner"]},
            "research_approval_valid": True,
        },
        "session": {
            "session_id": "S1",
            "kind": "individual",
            "session_date": "2026-03-01",
            "note_class": "transcript",
            "roster": _roster("P1 W1:staff"),
            "segments": _segments("1:W1 2:P1 3:P1[substance] 4:P1"),
        },
        "consents": [],
        "people": {},
        "policy": {},
    }
    records = {name: _record(name, "P1") for name in paragraph.records}
    for column, value in {**paragraph.always, **row}.items():
        if column not in EXPECTED and column != "why":
            _set(case, records, column, value)
    case["consents"] = list(records.values())
    for person in case["session"]["roster"]:
        if person.get("role") != "staff":
            case["people"].setdefault(person["person_id"], dict(ADULT))
    return case


def check(paragraph: Paragraph, row: dict[str, str]) -> None:
    """Decide a row and compare it with what it promises."""
    answer = answer_case(case_of(paragraph, row))
    said = [*answer["reasons"], *(r for reasons in answer["withheld"].values() for r in reasons)]
    assert answer["outcome"] == row["outcome"], answer
    for reason in row.get("reasons", "").split():
        assert reason == "-" or any(s.startswith(reason) for s in said), answer
    if "withheld" in row:
        assert sorted(answer["withheld"]) == sorted(row["withheld"].replace("-", "").split()), answer


def codes_reached(paragraph: Paragraph, row: dict[str, str]) -> set[str]:
    """Every reason code in the answer to a row."""
    answer = answer_case(case_of(paragraph, row))
    said = [*answer["reasons"], *(r for reasons in answer["withheld"].values() for r in reasons)]
    return {reason.split(":")[0] for reason in said}


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.split("|")]


def _record(name: str, person: str) -> dict[str, Any]:
    """`C1`: a clean consent, `R1`: a refusal of everything, `X1`: a bare revocation; `C1v2`: the next version of C1."""
    consent_id, _, version = name.partition("v")
    record = copy.deepcopy(KINDS[name[0]])
    return {"consent_id": consent_id, "person_id": person, **record, "version": int(version or 1)}


def _set(case: dict[str, Any], records: dict[str, dict[str, Any]], column: str, text: str) -> None:
    if column == "records":
        records.clear()
        records.update(
            {n: _record(n, p or "P1") for n, _, p in (part.partition("@") for part in text.replace("-", "").split())}
        )
    elif column in REQUEST:
        _set_request(case["request"], column, text)
    elif column in SESSION:
        special = {"roster": _roster, "segments": _segments}
        _put(case["session"], column, special[column](text) if column in special else _value(text))
    elif column in POLICY:
        _put(case["policy"], column, _value(text))
    elif column == "store_error":
        _put(case, column, _value(text))
    else:
        _set_field(case, records, column, text)


def _set_request(request: dict[str, Any], column: str, text: str) -> None:
    recipient = request["recipient"]
    if column == "recipient":
        name, _, classes = text.partition(" ")
        request["recipient"] = None if name == "-" else {"id": name, "classes": classes.strip("()").split()}
    elif column in ("registered", "legal_proceeding"):
        recipient[column] = _value(text)
    else:
        _put(request, column, _value(text))


def _set_field(case: dict[str, Any], records: dict[str, dict[str, Any]], column: str, text: str) -> None:
    name, _, name_of_field = column.partition(".")
    if name.startswith("P"):
        person = case["people"].setdefault(name, dict(ADULT))
        _put(person, name_of_field, _value(text))
        return
    record = records.setdefault(name, _record(name, "P1"))
    if name_of_field.startswith("cat_"):
        record.setdefault("categories", {})[name_of_field.removeprefix("cat_")] = _value(text)
    else:
        _put(record, name_of_field, _value(text))


def _put(into: dict[str, Any], key: str, value: Any) -> None:
    if value is None:
        into.pop(key, None)
    else:
        into[key] = value


def _value(text: str) -> Any:
    plain = {"-": None, "true": True, "false": False}
    if text in plain:
        return plain[text]
    return float(text) if re.fullmatch(r"0\.\d+", text) else int(text) if re.fullmatch(r"\d+", text) else text


def _roster(text: str) -> list[dict[str, Any]]:
    out = []
    for part in text.replace("-", "").split():
        person, *marks = part.split(":")
        role = {"role": marks[0]} if marks else {}
        out.append({"person_id": person, **role, "self_disclosure_ok": "ok" in marks})
    return out


def _segments(text: str) -> list[dict[str, Any]]:
    out = []
    for part in text.replace("-", "").split():
        found = _SEGMENT.fullmatch(part)
        assert found is not None, part
        rest = found["rest"]
        categories = re.search(r"\[([\w,]+)\]", rest)
        replies = re.search(r">(\w+)", rest)
        out.append(
            {
                "id": found["id"],
                "speaker": found["speaker"],
                "categories": categories[1].split(",") if categories else [],
                "mentions": [{"third": "third_party_sensitive"}.get(m, m) for m in re.findall(r"@(\w+)", rest)],
                "replies_to": replies[1] if replies else None,
                "label_confident": "?" not in rest,
                "self_disclosure": "*" in rest,
            }
        )
    return out
