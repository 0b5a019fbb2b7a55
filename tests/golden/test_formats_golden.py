"""One file and its copy for every format: `NAME.toml` says what is replaced and withheld, `NAME.copy.EXT` is the copy.

To print the copies again after a change that was meant: STORYKEEPER_REGOLD=1, then look at every difference.
"""

from __future__ import annotations

import io
import os
import re
import tomllib
import zipfile
from pathlib import Path
from typing import Any

import pytest
import webvtt

from pipeline.formats import FORMATS, TableMapping, read, write
from pipeline.formats.strings import strings
from pipeline.labels import Label
from pipeline.model import Document, Redaction, RegionKind, Replacement

CASES = sorted((Path(__file__).parent / "formats").glob("*.toml"))


def _load(case: Path) -> tuple[dict[str, Any], Path, bytes, Document]:
    told = tomllib.loads(case.read_text(encoding="utf-8"))
    path = _beside(case)
    data = path.read_bytes()
    mapping = TableMapping(**_tuples(told["mapping"])) if "mapping" in told else None
    rows = frozenset(told["rows"]) if "rows" in told else None
    return told, path, data, read(data, doc_id="D-1", mapping=mapping, rows=rows)


def _beside(case: Path) -> Path:
    return next(p for p in sorted(case.parent.glob(f"{case.stem}.*")) if p.suffix != ".toml" and ".copy" not in p.name)


def _tuples(table: dict[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in table.items()}


def _redaction(document: Document, told: dict[str, Any]) -> Redaction:
    made: list[Replacement] = []
    for words, stand_in in told["replace"]:
        for region in document.regions:
            if region.kind not in (RegionKind.BODY, RegionKind.LABEL):
                continue
            for match in re.finditer(re.escape(words), document.text[region.start : region.end]):
                start, end = region.start + match.start(), region.start + match.end()
                if all(end <= one.start or one.end <= start for one in made):
                    made.append(Replacement(start=start, end=end, label=Label.PERSON, action="tag", stand_in=stand_in))
    kept = frozenset(turn.n for turn in document.turns) - set(told["withhold"])
    return Redaction(doc_id=document.doc_id, replacements=tuple(sorted(made)), kept=kept)


def _unpacked(data: bytes) -> list[tuple[str, bytes]]:
    """The parts of a zip container, whose packing depends on the version of zlib; other bytes as they are."""
    if not data.startswith(b"PK"):
        return [("", data)]
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return [(info.filename, archive.read(info)) for info in archive.infolist()]


def _golden(path: Path) -> Path:
    return path.with_name(f"{path.stem}.copy{path.suffix}")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_the_copy_is_the_one_in_the_repository(case: Path) -> None:
    told, path, data, document = _load(case)
    copy = write(data, document, _redaction(document, told))
    if os.environ.get("STORYKEEPER_REGOLD"):
        _golden(path).write_bytes(copy)
    assert _unpacked(copy) == _unpacked(_golden(path).read_bytes())
    said = [*strings(copy)]
    for words, _ in told["replace"]:
        assert not any(words in one for one in said)


def test_every_format_has_a_pair() -> None:
    assert {_load(case)[3].format for case in CASES} == {form.name for form in FORMATS}


@pytest.mark.parametrize("name", ["zoom", "teams"])
def test_another_reader_takes_the_copy_for_webvtt(name: str) -> None:
    path = CASES[0].parent / f"{name}.copy.vtt"
    captions = webvtt.from_buffer(io.StringIO(path.read_text(encoding="utf-8")))
    assert [caption.identifier for caption in captions] == [str(n + 1) for n in range(len(captions))]
    assert all(caption.text for caption in captions)
