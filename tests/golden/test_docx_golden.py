"""Word documents made here, and their copies as python-docx and LibreOffice read them.

The documents in `formats` come from `tests/docx_made.py`; STORYKEEPER_REGOLD=1 writes them again.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import docx
import pytest
from docx.oxml.ns import qn

from pipeline.formats import read
from pipeline.formats.strings import strings
from tests.docx_made import SHOWN, TALKS, note_docx, talk_docx

FORMATS = Path(__file__).parent / "formats"
MADE = {"visit": note_docx(), **{f"{name}-word": talk_docx(talk) for name, talk in TALKS.items()}}


def tokens(data: bytes) -> set[str]:
    return {token.lower() for text in strings(data) for token in re.findall(r"(?i)zq[a-z]+", text)}


@pytest.mark.parametrize("name", MADE)
def test_the_document_in_the_repository_is_the_one_that_is_made_here(name: str) -> None:
    path = FORMATS / f"{name}.docx"
    if os.environ.get("STORYKEEPER_REGOLD"):
        path.write_bytes(MADE[name])
    assert read(path.read_bytes(), doc_id="D").text == read(MADE[name], doc_id="D").text
    assert sorted(strings(path.read_bytes())) == sorted(strings(MADE[name]))


def test_of_the_tokens_in_a_note_those_that_are_words_stay_and_no_other() -> None:
    assert len(tokens(MADE["visit"])) > 70
    copy = (FORMATS / "visit.copy.docx").read_bytes()
    assert tokens(copy) == SHOWN - {"zqinserted"}  # the turn of that one is withheld


@pytest.mark.parametrize("name", sorted(TALKS))
def test_of_a_transcript_no_token_stays(name: str) -> None:
    assert not tokens((FORMATS / f"{name}-word.copy.docx").read_bytes())


def test_python_docx_reads_the_copy_with_its_structure() -> None:
    document = docx.Document(str(FORMATS / "visit.copy.docx"))
    assert document.paragraphs[0].style.name == "Heading 1"
    assert document.paragraphs[0].text == "Visit at the [FACILITY_1]"
    assert [(r.text, r.bold) for r in document.paragraphs[1].runs] == [
        ("Saw [PERSON_1]", True),
        (", who is well.", None),
    ]
    assert [[c.text for c in row.cells] for row in document.tables[0].rows] == [
        ["Name", "[PERSON_1]"],
        ["[withheld]", ""],
    ]
    assert document.tables[0].style.name == "Table Grid"
    assert document.sections[0].header.paragraphs[0].text == "Zqheader of the [FACILITY_1]: [PERSON_1]"
    assert 'w:instr="PAGE"' in document.sections[0].footer.paragraphs[0]._p.xml
    assert [p.text for p in document.paragraphs if p._p.pPr is not None and p._p.pPr.numPr is not None] == [
        "Eats again.",
        "Sleeps better.",
    ]
    assert {str(part.partname).split("/")[1] for part in document.part.package.iter_parts()} == {"word"}


@pytest.mark.parametrize("name", sorted(TALKS))
def test_python_docx_reads_the_copy_of_a_transcript(name: str) -> None:
    copy = (FORMATS / f"{name}-word.copy.docx").read_bytes()
    document = docx.Document(str(FORMATS / f"{name}-word.copy.docx"))
    shown = [text for p in document.element.body.iter(qn("w:p")) if (text := p.text)]
    assert shown[0] == "[withheld]"
    assert "\n".join(shown).split() == read(copy, doc_id="D").text.split()
    assert any("[PERSON_1]" in text for text in shown)
    assert not any("started transcription" in text or "Attendees" in text for text in shown)


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed here")
@pytest.mark.parametrize("name", MADE)
def test_libreoffice_opens_the_copy(name: str, tmp_path: Path) -> None:
    command = [
        "soffice",
        "--headless",
        f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}",
        "--convert-to",
        "txt:Text",
    ]
    subprocess.run([*command, "--outdir", str(tmp_path), str(FORMATS / f"{name}.copy.docx")], check=True, timeout=120)
    assert "[withheld]" in (tmp_path / f"{name}.copy.txt").read_text(encoding="utf-8-sig")
