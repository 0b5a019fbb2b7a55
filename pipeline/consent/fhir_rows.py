"""The columns of the consent table, out of records and out of FHIR resources.

- `cells_of` writes a record as the text of its row; reading the row again gives the same record.
- `cells_of_resource` says what a FHIR Consent states of each column: by its own elements where FHIR has them, else by
  our extension `urn:storykeeper:consent:elements`, whose parts are `{"url": COLUMN, "valueString": TEXT}`. An element
  that both state must be stated alike.

FHIR has no element for `may_disclose`, `info_description`, `st_*`, `note_classes`, `expiry_event`, `known_false`,
`supersedes_id`, `revocation_scope` and the audit columns: they come from the extension alone.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta

from pipeline.consent.fhir_codes import ELEMENTS, PURPOSE_OF_USE, purpose_line
from pipeline.consent.fhir_parse import Json, Parsing, is_r5
from pipeline.consent.fhir_time import Window
from pipeline.consent.fhir_tree import Provision
from pipeline.consent.moments import Moment, parse_moment
from pipeline.consent.records import ConsentRecord
from pipeline.consent.rows import COLUMNS
from pipeline.labels import Category

STATUS = {  # FHIR status -> status of the table; every other status is no vote (rule 1)
    "active": "active",
    "draft": "draft",
    "proposed": "proposed",
    "entered-in-error": "entered_in_error",
}
# what the tree says by itself as well: tree and record both have to permit, so these may differ
_LOOSE = frozenset(
    ("record_type", "status", "purposes", "recipients", "expires_on", "data_from", "signer_roles", "signature_evidence")
)


def cells_of(record: ConsentRecord) -> dict[str, str]:
    """The row of a record: every column of the table, blank where the record says nothing."""
    marks = dict(record.categories)
    row = {f"cat_{c}": _text(marks.get(c)) for c in Category}
    return {column: row[column] if column in row else _text(getattr(record, column)) for column in COLUMNS}


def consents_csv(records: Iterable[ConsentRecord]) -> bytes:
    """The consent table as CSV UTF-8, one row a record in the order given."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(cells_of(record) for record in records)
    return out.getvalue().encode()


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Moment):
        return value.text
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return ";".join(map(str, value))
    return str(value)


def extension_cells(resource: Json, parsing: Parsing) -> dict[str, str]:
    """What our extension states, by column. A column that is unknown or stands twice is a fault."""
    cells: dict[str, str] = {}
    for at, value in parsing.items(resource, "extension", "") or ():
        part = parsing.item(value, at)
        if part is None or part.get("url") != ELEMENTS:
            continue
        for path, inner in parsing.items(part, "extension", f"{at}.") or ():
            one = parsing.item(inner, path) or {}
            column, text = one.get("url"), one.get("valueString")
            if column not in COLUMNS or not isinstance(text, str) or column in cells:
                parsing.fault(path, "is no column of the consent table with a text, or stands twice; mend it")
            else:
                cells[str(column)] = text
    return cells


def cells_of_resource(
    resource: Json, tree: Provision | None, own: Mapping[str, str], parsing: Parsing, *, signed_by_person: bool
) -> dict[str, str]:
    """What a resource states of each column (person, id and version apart). own: what our extension states."""
    stated = {
        "record_type": "refusal" if tree is not None and not tree.permit and not permits_of(tree) else "consent",
        "status": STATUS.get(str(resource.get("status")), "inactive"),
        "signed_on": parsing.text(resource, "date" if is_r5(resource) else "dateTime") or "",
        "purposes": ";".join(_uses(tree)),
        "recipients": ";".join(sorted({c for rule in permits_of(tree) for a in rule.actors or () for c in a.codes})),
        "expires_on": _last_day(tree, parsing),
        "data_from": _data_from(tree, parsing),
        "signer_roles": "self" if signed_by_person else "",
        "signature_evidence": "source" if {"sourceAttachment", "sourceReference"} & resource.keys() else "",
    }
    for column, text in stated.items():
        if text and column not in _LOOSE and not _alike(own.get(column, text), text, parsing):
            parsing.fault(column, "is stated by the resource and by the extension, and not alike; mend one")
    return {**{column: text for column, text in stated.items() if text}, **own}


def _alike(own: str, stated: str, parsing: Parsing) -> bool:
    """Whether both mean the same. FHIR writes no time without an offset, and R5 dates a consent by its day alone."""
    moments = parse_moment(own, parsing.zone), parse_moment(stated, parsing.zone)
    if moments[0] is None or moments[1] is None:
        return own == stated
    return moments[0] == moments[1] or moments[0].start == moments[1].start or moments[0].day.isoformat() == stated


def permits_of(rule: Provision | None) -> Iterator[Provision]:
    """Every permit of a tree, from the root down."""
    if rule is None:
        return
    if rule.permit:
        yield rule
    for below in rule.exceptions:
        yield from permits_of(below)


def _uses(tree: Provision | None) -> tuple[str, ...]:
    """The uses that some permit of the tree speaks about."""
    named = {code for rule in permits_of(tree) for concept in rule.purposes or () for code in concept.codes}
    return tuple(use for use, code in PURPOSE_OF_USE.items() if named & set(purpose_line(code)))


def _last_day(tree: Provision | None, parsing: Parsing) -> str:
    """When the root ends, or when the last permit does where each has an end; blank where one is open."""
    if tree is None:
        return ""
    whole = tree.period is not None and tree.period.end is not None
    ends = [(rule.period or Window(start=None, end=None)) for rule in ([tree] if whole else permits_of(tree))]
    if not ends or any(window.end is None for window in ends):
        return ""
    last = max(ends, key=lambda window: window.end or datetime.min.replace(tzinfo=UTC))
    moment = last.end or datetime.min.replace(tzinfo=UTC)
    if last.exact_end:
        return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return (moment - timedelta(microseconds=1)).astimezone(parsing.zone).date().isoformat()


def _data_from(tree: Provision | None, parsing: Parsing) -> str:
    """The first day of the data, where every permit states one; else blank, which is the day of signature."""
    starts = [rule.data_period.start if rule.data_period else None for rule in permits_of(tree)]
    if not starts or any(start is None for start in starts):
        return ""
    first = min(start for start in starts if start is not None)
    return first.astimezone(parsing.zone).date().isoformat()
