"""croissant.json: the tables for machine-learning tools, as Croissant 1.0 (JSON-LD over schema.org, MLCommons).

Source of terms and required properties: the Croissant Format Specification 1.0, and its first appendix for the context.
"""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.package.columns import DOCUMENTS, TURNS, Column
from pipeline.package.describe import Listed
from pipeline.package.facts import TITLE, Facts

CONFORMS_TO = "http://mlcommons.org/croissant/1.0"
_TERMS = (
    "citeAs", "column", "extract", "field", "fileObject", "fileProperty", "fileSet", "format", "includes",
    "isLiveDataset", "jsonPath", "key", "md5", "parentField", "path", "recordSet", "references", "regex", "repeated",
    "replace", "separator", "source", "subField", "transform",
)  # fmt: skip
_CONTEXT: dict[str, object] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "cr": "http://mlcommons.org/croissant/",
    "dct": "http://purl.org/dc/terms/",
    "sc": "https://schema.org/",
    "conformsTo": "dct:conformsTo",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "examples": {"@id": "cr:examples", "@type": "@json"},
    **{term: f"cr:{term}" for term in _TERMS},
}
_TYPES = {"string": "sc:Text", "integer": "sc:Integer"}


def croissant(facts: Facts, listed: Listed) -> dict[str, object]:
    """The description of turns.csv and documents.csv."""
    return {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "@id": facts.stable_id,
        "conformsTo": CONFORMS_TO,
        "name": f"release-{facts.release_id.lower()}",
        "alternateName": TITLE,
        "description": f"{facts.documents} documents with {facts.turns} turns, de-identified under the policy "
        f"{facts.policy.name} and released with consent. NOTICE.txt and CONSENT_SCOPE.txt bind whoever holds it.",
        "url": facts.stable_id,
        "license": {"@type": "sc:CreativeWork", "name": "CONSENT_SCOPE.txt", "url": "CONSENT_SCOPE.txt"},
        "creator": {"@type": "sc:Organization", "name": f"The releasing program ({facts.contact})"},
        "datePublished": facts.day,
        "version": "1.0.0",
        "citeAs": facts.citation,
        "isLiveDataset": False,
        "distribution": [_file("turns.csv", listed), _file("documents.csv", listed)],
        "recordSet": [_records("documents", DOCUMENTS, "document"), _records("turns", TURNS, "row")],
    }


def _file(path: str, listed: Listed) -> dict[str, object]:
    digest, size = listed[path]
    return {
        "@type": "cr:FileObject",
        "@id": path,
        "name": path,
        "contentUrl": path,
        "contentSize": f"{size} B",
        "encodingFormat": "text/csv",
        "sha256": digest,
    }


def _records(name: str, columns: Sequence[Column], key: str) -> dict[str, object]:
    return {
        "@type": "cr:RecordSet",
        "@id": name,
        "name": name,
        "description": f"one record a row of {name}.csv",
        "key": {"@id": f"{name}/{key}"},
        "field": [_field(name, column) for column in columns],
    }


def _field(table: str, column: Column) -> dict[str, object]:
    field: dict[str, object] = {
        "@type": "cr:Field",
        "@id": f"{table}/{column.name}",
        "name": column.name,
        "description": column.meaning,
        "dataType": _TYPES[column.kind],
        "source": {"fileObject": {"@id": f"{table}.csv"}, "extract": {"column": column.name}},
    }
    if table == "turns" and column.name == "document":
        field["references"] = {"field": {"@id": "documents/document"}}
    return field
