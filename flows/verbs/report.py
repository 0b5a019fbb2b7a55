"""report: gather what the ledger, the records and the reviews tell, and write the two parts of the manager's report.

The part to share and the internal part are separate files, as HTML and as a workbook each. The folder `reports/` is
private; who shares a file takes it out of there.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from statistics import median
from typing import Any

from flows.charts import bars
from flows.report_book import workbook
from flows.verbs.asking import instant
from flows.verbs.out import texts_of
from flows.verbs.plan import every_session, rule_of
from flows.verbs.quality import FIGURES
from flows.verbs.records import Records, load_records
from flows.wiring import House, open_house
from pipeline.consent.coverage import Coverage, coverage
from pipeline.consent.meanings import MEANINGS
from pipeline.consent.records import Use
from pipeline.events import Event, EventKind
from pipeline.report import Load, Reached, Report, SharedDocument, SharedRelease, as_json, in_full, shown
from pipeline.report_page import page
from pipeline.reviewing.review import ReviewState
from pipeline.storage.disk import write_whole
from pipeline.storage.faults import naming
from pipeline.storage.runs import Release, ReleaseState

ALL_USES = "all"
_NOW = {ReleaseState.COMPLETE: "out", ReleaseState.RECALLED: "recalled", ReleaseState.REPLACED: "replaced"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportTold:
    """The report and the files that were written."""

    report: Report
    files: tuple[str, ...]

    def as_json(self, *, internal: bool) -> dict[str, Any]:
        """For data teams."""
        return as_json(self.report, internal=internal) | {"files": list(self.files)}


def make_report(workspace: Path, *, use: str | None, as_of: str | None, dry_run: bool = False) -> ReportTold:
    """Gather and write. use: of one use alone. Raises UsageError (as_of), StorageError."""
    with open_house(workspace) as house:
        report = gather(house, use=use, at=instant(house, as_of, datetime.now(UTC)))
        files = () if dry_run else tuple(_write(house, report))
    return ReportTold(report=report, files=files)


def gather(house: House, *, use: str | None, at: datetime) -> Report:
    """What the report says."""
    records = load_records(house)
    found = _coverage(house, records, at)
    return Report(
        program=house.settings.program.name,
        use=use or ALL_USES,
        day=at.astimezone(house.zone).date(),
        releases=tuple(r for r in _releases(house, records) if use in (None, r.use)),
        reached=tuple(
            Reached(
                use=r.use.value,
                recipient=r.recipient_id,
                sessions=r.sessions,
                reachable=r.reachable,
                reasons=tuple((MEANINGS[code].says, n) for code, n in r.reasons),
            )
            for r in found.reaches
            if use in (None, r.use.value)
        ),
        ending=len(found.endings),
        load=_load(house, use),
        quality=_quality(house),
    )


def _coverage(house: House, records: Records, at: datetime) -> Coverage:
    rules = {each: rule_of(house.policy(each.value)) for each in Use}
    sessions = list(every_session(house, records))
    return coverage(records.store, sessions, at, records.recipients, rules=rules, denied=records.denied)


def _releases(house: House, records: Records) -> list[SharedRelease]:
    events: dict[str, list[Event]] = {}
    for recorded in house.ledger.events(kinds=[EventKind.RELEASED]):
        events.setdefault(str(recorded.event.get("release")), []).append(recorded.event)
    days = {e.session_id: e.session_date for e in records.sessions}
    told = [r for r in house.releases.list() if r.state in _NOW]
    return [_release(house, records, r, events.get(r.release_id, []), days) for r in told]


def _release(
    house: House, records: Records, release: Release, events: list[Event], days: Mapping[str, date | None]
) -> SharedRelease:
    entry = records.recipients.entries.get(release.recipient)
    at = max((e.at for e in events), default=release.at)
    return SharedRelease(
        release_id=release.release_id,
        day=at.astimezone(house.zone).date(),
        use=release.use,
        recipient=release.recipient,
        recipient_name=entry.name if entry is not None and entry.name else release.recipient,
        state=_NOW[release.state],
        documents=tuple(
            SharedDocument(
                source=str(e.get("source")),
                month=_month(texts_of(e.get("sessions")), days),
                sessions=texts_of(e.get("sessions")),
                persons=texts_of(e.get("persons")),
                records=texts_of(e.get("records")),
                categories=texts_of(e.get("categories")),
            )
            for e in events
        ),
    )


def _month(sessions: tuple[str, ...], days: Mapping[str, date | None]) -> str:
    """The month of a document's first session; rows of a table have that of their file, where it has one."""
    known = [day for s in sessions if (day := days.get(s) or days.get(s.rpartition(".")[0])) is not None]
    return f"{min(known):%Y-%m}" if known else ""


def _load(house: House, use: str | None) -> Load:
    items = [i for i in house.reviews.list() if use in (None, i.copy.use)]
    decided = [i for i in items if i.decided_by is not None and i.decided_at is not None]
    waited = [(i.decided_at - i.requested_at).total_seconds() / 3600 for i in decided if i.decided_at is not None]
    return Load(
        waiting=sum(i.state is ReviewState.NEEDS_REVIEW for i in items),
        approved=sum(i.state in (ReviewState.APPROVED, ReviewState.RELEASED) for i in decided),
        returned=sum(i.state is ReviewState.RETURNED for i in decided),
        median_hours=round(median(waited), 1) if waited else None,
    )


def _quality(house: House) -> dict[str, str]:
    """The figures of the last measurement on the program's own gold documents; empty where there was none."""
    path = house.workspace / FIGURES
    if not path.is_file():
        return {}
    with naming("reports"):
        told = json.loads(path.read_text(encoding="utf-8"))
    cold = told["lights"]["cold"]
    return {
        "measured on": f"{told['files']} gold documents, {told['measured_at'][:10]}",
        "identifiers found": f"{cold['identifiers']['value']:.1%}",
        "of what is masked, marked by the annotators": f"{cold['precision']['value']:.1%}",
        "disclosures told": f"{cold['disclosures']['value']:.1%}",
    }


def _write(house: House, report: Report) -> list[str]:
    names = []
    for internal in (False, True):
        name = f"report-{report.use}{'-internal' if internal else ''}"
        for ending, data in rendered(report, internal=internal).items():
            with naming("reports"):
                write_whole(house.workspace / "reports" / f"{name}{ending}", data)
            names.append(f"reports/{name}{ending}")
    return names


def rendered(report: Report, *, internal: bool) -> dict[str, bytes]:
    """One part of a report by the ending of its file: `.html` and `.xlsx`."""
    view = in_full if internal else shown
    voices, themes = view(report.voices(), report.months), view(report.themes(), report.months)
    files = report.files()
    charts = {
        "files": bars("Documents released", report.months, {"documents": list(files.values())}),
        "voices": bars("People in what was released", report.months, voices),
        "themes": bars("Themes", report.months, themes) if themes else "",
    }
    told = page(report, internal=internal, files=files, themes=themes, charts=charts)
    return {".html": told.encode(), ".xlsx": workbook(report, internal=internal, voices=voices, themes=themes)}
