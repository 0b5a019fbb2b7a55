"""The manager's report from the pages: made on demand, as of the instant that the pages decide for.

- The internal page is opened, everything else is fetched as a file; each time is an event, written first.
- A report brings its styles in itself and needs nothing else. So it has a policy of its own: it may style itself, and
  nothing may be loaded, run or sent.
"""

from __future__ import annotations

from datetime import UTC, datetime

from starlette.responses import Response

from flows.verbs.report import gather, rendered
from flows.web.call import Call, RefusedError
from pipeline.consent.records import Use
from pipeline.events import EventKind, event

POLICY = "default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; frame-ancestors 'none'; base-uri 'none'"
_PARTS = {"internal": True, "share": False}
_KINDS = {
    "page": (".html", "text/html; charset=utf-8"),
    "workbook": (".xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}


def reports(call: Call) -> Response:
    """What may be asked for."""
    return call.page("reports.html", uses=[use.value for use in Use])


def report(call: Call) -> Response:
    """Make one part, as a page or a workbook. Asked for by a form, since it leaves a trace."""
    use = call.form.get("use", "")
    part, _, kind = call.form.get("make", "").partition(" ")
    if use not in ("", *Use) or part not in _PARTS or kind not in _KINDS:
        raise RefusedError(400, "choose what the report is about, and which part of it")
    told = event(
        EventKind.REPORTED, at=datetime.now(UTC), actor=call.who.name, purpose=part, format=kind, use=use or None
    )
    call.house.ledger.append([told])
    made = gather(call.house, use=use or None, at=call.place.when().at)
    ending, media_type = _KINDS[kind]
    name = f"report-{made.use}{'-internal' if _PARTS[part] else ''}-{made.day}{ending}"
    shown = "inline" if (part, kind) == ("internal", "page") else "attachment"
    headers = {"content-disposition": f'{shown}; filename="{name}"', "content-security-policy": POLICY}
    return Response(rendered(made, internal=_PARTS[part])[ending], media_type=media_type, headers=headers)
