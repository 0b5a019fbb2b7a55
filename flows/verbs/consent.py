"""consent: check, import, export and look over the records of a workspace."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flows.verbs.asking import instant
from flows.verbs.plan import every_session, rule_of
from flows.verbs.records import CONSENT_TABLE, Records, load_records
from flows.wiring import House, open_house
from pipeline.consent.coverage import Coverage, coverage
from pipeline.consent.fhir_export import RELEASES, to_bundle, to_rows
from pipeline.consent.fhir_native import FhirConsent
from pipeline.consent.fhir_rows import consents_csv
from pipeline.consent.read_consents import ConsentsRead, cross_checked, read_consents
from pipeline.consent.read_fhir import read_fhir
from pipeline.consent.records import ConsentRecord, Use
from pipeline.errors import ConsentError, Fault, InputError, UsageError
from pipeline.storage.disk import write_whole
from pipeline.storage.faults import naming


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What a check of the records found."""

    faults: tuple[Fault, ...]
    counts: dict[str, int]

    def as_json(self) -> dict[str, Any]:
        """Counts and faults."""
        return {"counts": self.counts, "faults": [str(f) for f in self.faults]}

    def lines(self) -> list[str]:
        """Counts in a sentence; the faults are told by the error."""
        return [", ".join(f"{n} {name}" for name, n in self.counts.items())]

    def raise_if_bad(self) -> None:
        """ConsentError with every fault at once."""
        if self.faults:
            raise ConsentError(f"{len(self.faults)} faults in the records; mend them and run this again", self.faults)


def check_records(workspace: Path) -> Checked:
    """Read every record table of a workspace."""
    with open_house(workspace) as house:
        records = load_records(house)
    counts = {
        "people": len(records.people),
        "sessions": len(records.sessions),
        "consent records": sum(map(len, records.store.records.values())),
        "native FHIR consents": sum(map(len, records.store.natives.values())),
        "recipients": len(records.recipients.entries),
    }
    return Checked(faults=records.faults, counts=counts)


def import_records(workspace: Path, file: Path, *, dry_run: bool) -> dict[str, int]:
    """Take the consents of a file into the workspace: rows into the consent table, native FHIR consents as they are.

    All or none: ConsentError with every fault, also where an id and version is there already with other content.
    """
    data = _bytes(file)
    with open_house(workspace) as house:
        records = load_records(house)
        found = _read(house, records, data).checked()
        here = {(r.consent_id, r.version): r for rows in records.store.records.values() for r in rows}
        clash = [r for r in found.records if _other(here.get((r.consent_id, r.version)), r)]
        if clash:
            what = "is here already with other content; give the new one a higher version"
            faults = [Fault(place=f"consent `{r.consent_id}` version {r.version}", what=what) for r in clash]
            raise ConsentError("nothing was imported", faults)
        new = [r for r in found.records if (r.consent_id, r.version) not in here]
        natives = [n for n in found.natives if isinstance(n, FhirConsent)]
        if not dry_run:
            _write(house, [*here.values(), *new] if new else [], natives)
    return {"imported": len(new), "native": len(natives), "already here": len(found.records) - len(new)}


def export_records(workspace: Path, file: Path, *, release: str) -> int:
    """Write every consent of a workspace: `.json` a FHIR bundle (R4 or R5), `.csv` the consent table. How many."""
    with open_house(workspace) as house:
        store = load_records(house).store
    records = [r for _, rows in sorted(store.records.items()) for r in rows]
    natives = [n for _, voters in sorted(store.natives.items()) for n in voters if isinstance(n, FhirConsent)]
    if store.unreadable or store.unattributable or store.invalid:
        raise ConsentError("nothing was exported: the records have faults; see `storykeeper consent check`")
    if file.suffix == ".json":
        if release not in RELEASES:
            raise UsageError("`--release` is R4 or R5")
        data = to_bundle(records, natives, release=release)
    elif file.suffix == ".csv":
        data = consents_csv([*records, *to_rows((), natives)])
    else:
        raise UsageError("the file to write ends in .json (FHIR) or .csv")
    with naming("export"):
        write_whole(file, data, replace=False)
    return len(records) + len(natives)


def coverage_of(workspace: Path, as_of: str | None) -> Coverage:
    """What each use could reach, what ends soon, what contradicts, what has to be mended."""
    with open_house(workspace) as house:
        records = load_records(house)
        at = instant(house, as_of, datetime.now(UTC))
        rules = {use: rule_of(house.policy(use.value)) for use in Use}
        sessions = list(every_session(house, records))
    return coverage(records.store, sessions, at, records.recipients, rules=rules, denied=records.denied)


def _read(house: House, records: Records, data: bytes) -> ConsentsRead:
    recipients = records.recipients.entries
    if data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"["):
        found = read_fhir(data, zone=house.zone, people=records.store.people.values(), recipients=recipients)
    else:
        found = read_consents(data, zone=house.zone)
    return cross_checked(found, people=records.people, recipients=recipients)


def _other(here: ConsentRecord | None, new: ConsentRecord) -> bool:
    return here is not None and here.content_hash != new.content_hash


def _write(house: House, rows: list[ConsentRecord], natives: list[FhirConsent]) -> None:
    folder = house.workspace / "records"
    with naming("records"):
        if natives:
            bundle = to_bundle((), natives)
            name = f"consents-{hashlib.sha256(bundle).hexdigest()[:12]}.json"
            write_whole(folder / name, bundle)
        if rows:
            rows.sort(key=lambda r: (r.person_id, r.consent_id, r.version))
            write_whole(folder / CONSENT_TABLE, consents_csv(rows))


def _bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        what = f"cannot be opened ({type(error).__name__}); check name and permission"
    raise InputError("nothing was imported", [Fault(place="the file to import", what=what)])
