"""datapackage.json: the tables of a release for programs, after Data Package v2 (datapackage.org)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pipeline.package.columns import DOCUMENTS, TURNS, Column, required

PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
_RESOURCE = "https://datapackage.org/profiles/2.0/dataresource.json"
_SCHEMA = "https://datapackage.org/profiles/2.0/tableschema.json"


def datapackage(release_id: str, as_of: str, listed: Mapping[str, tuple[str, int]]) -> dict[str, object]:
    """The description. listed: path -> (SHA-256, bytes) of the files that are there already."""
    turns = _schema(TURNS, key="row")
    turns["foreignKeys"] = [{"fields": ["document"], "reference": {"resource": "documents", "fields": ["document"]}}]
    return {
        "$schema": PROFILE,
        "name": f"release-{release_id.lower()}",
        "title": "De-identified peer-support records",
        "description": "Copies released with consent. Read NOTICE.txt and CONSENT_SCOPE.txt first.",
        "created": as_of,
        "resources": [
            _resource("turns", "turns.csv", listed, turns),
            _resource("documents", "documents.csv", listed, _schema(DOCUMENTS, key="document")),
        ],
    }


def _resource(
    name: str, path: str, listed: Mapping[str, tuple[str, int]], schema: dict[str, object]
) -> dict[str, object]:
    digest, size = listed[path]
    return {
        "$schema": _RESOURCE,
        "name": name,
        "type": "table",
        "path": path,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": size,
        "hash": f"sha256:{digest}",
        "dialect": {"delimiter": ",", "doubleQuote": True, "header": True},
        "schema": schema,
    }


def _schema(columns: Sequence[Column], *, key: str) -> dict[str, object]:
    fields = []
    for column in columns:
        constraints: dict[str, object] = {"required": True} if required(column) else {}
        if column.name == key:
            constraints["unique"] = True
        if column.choices:
            constraints["enum"] = list(column.choices)
        one: dict[str, object] = {
            "name": column.name,
            "type": column.kind,
            "title": column.title,
            "description": column.meaning,
        }
        fields.append(one | ({"constraints": constraints} if constraints else {}))
    return {"$schema": _SCHEMA, "fields": fields, "primaryKey": [key], "missingValues": [""]}
