"""datapackage.json: the tables of a release for programs, after Data Package v2 (datapackage.org)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pipeline.package.columns import DOCUMENTS, TURNS, Column
from pipeline.package.facts import TITLE, Facts

_PROFILES = "https://datapackage.org/profiles/2.0"
Listed = Mapping[str, tuple[str, int]]  # path -> (SHA-256, bytes) of a file that is there already


def datapackage(facts: Facts, listed: Listed) -> dict[str, object]:
    """The description: both tables with their columns, and the codebook. The other forms of the rows are left out: a
    reader of data packages would need a plugin for each, and the rows are the same."""
    turns = _schema(TURNS, key="row")
    turns["foreignKeys"] = [{"fields": ["document"], "reference": {"resource": "documents", "fields": ["document"]}}]
    return {
        "$schema": f"{_PROFILES}/datapackage.json",
        "name": f"release-{facts.release_id.lower()}",
        "id": facts.stable_id,
        "title": TITLE,
        "description": "Copies released with consent. Read NOTICE.txt and CONSENT_SCOPE.txt first: they bind you.",
        "version": "1.0.0",
        "created": facts.as_of,
        "contributors": [{"title": f"The releasing program ({facts.contact})", "roles": ["publisher"]}],
        "licenses": [{"path": "CONSENT_SCOPE.txt", "title": "What the consents behind this release cover"}],
        "resources": [
            _table("turns", "turns.csv", listed, turns),
            _table("documents", "documents.csv", listed, _schema(DOCUMENTS, key="document")),
            _file("codebook", "codebook.csv", listed),
        ],
    }


def _file(name: str, path: str, listed: Listed) -> dict[str, object]:
    digest, size = listed[path]
    return {
        "$schema": f"{_PROFILES}/dataresource.json",
        "name": name,
        "path": path,
        "mediatype": "text/csv",
        "bytes": size,
        "hash": f"sha256:{digest}",
    }


def _table(name: str, path: str, listed: Listed, schema: dict[str, object]) -> dict[str, object]:
    return _file(name, path, listed) | {
        "type": "table",
        "format": "csv",
        "encoding": "utf-8",
        "dialect": {
            "$schema": f"{_PROFILES}/tabledialect.json",
            "delimiter": ",",
            "doubleQuote": True,
            "header": True,
        },
        "schema": schema,
    }


def _schema(columns: Sequence[Column], *, key: str) -> dict[str, object]:
    fields = []
    for column in columns:
        constraints: dict[str, object] = {"required": True} if column.required else {}
        if column.name == key:
            constraints["unique"] = True
        if column.choices:
            constraints["enum"] = list(column.choices)
        one: dict[str, object] = {
            "name": column.name,
            "type": column.kind,
            "title": column.title,
            "description": f"{column.meaning} ({column.nature})",
        }
        fields.append(one | ({"constraints": constraints} if constraints else {}))
    return {
        "$schema": f"{_PROFILES}/tableschema.json",
        "fields": fields,
        "primaryKey": [key],
        "missingValues": [""],
    }
