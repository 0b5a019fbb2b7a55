"""The shipped model at work: exact offsets, odd text, digest, independence of other documents."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from pipeline.errors import VerificationError
from pipeline.labels import DISCLOSURES, Label
from pipeline.model import Document, Region, RegionKind, Span, Turn
from recognizers.model import files
from recognizers.model.runtime import Model, load_model


@pytest.fixture(scope="module")
def model() -> Model:
    return load_model()


def talk(*turns: str) -> Document:
    regions, at = [], 0
    for n, text in enumerate(turns):
        regions.append(Region(start=at, end=at + len(text), kind=RegionKind.BODY, turn=n))
        at += len(text)
    made = tuple(Turn(n=n) for n in range(len(turns)))
    return Document(doc_id="D", format="text", text="".join(turns), regions=tuple(regions), turns=made)


def found(document: Document, spans: list[Span]) -> list[tuple[str, Label]]:
    return [(document.text[s.start : s.end], s.label) for s in spans if s.label not in DISCLOSURES]


CALL = talk(
    "hi this is Latrice Boudreaux, I work at Cedar Ridge Detox\n",
    "my number is 907 555 0142 and I have been sober since March 3rd\n",
)


def test_names_numbers_and_places_are_found(model: Model) -> None:
    told = dict(found(CALL, model.spans(CALL)))
    assert told["Latrice Boudreaux"] is Label.PERSON
    assert told["907 555 0142"] is Label.PHONE_NUMBER
    assert any("Cedar Ridge" in words for words in told)


def test_case_changes_nothing(model: Model) -> None:
    lower = talk(*CALL.text.lower().splitlines(keepends=True))
    assert [(s.start, s.end, s.label) for s in model.spans(lower)] == [
        (s.start, s.end, s.label) for s in model.spans(CALL)
    ]


def test_a_document_alone_and_among_others_gives_the_same_spans(model: Model) -> None:
    others = [talk("Bob, 41 Main Street, ring 5 5 5, 0 1 9 9\n" * n) for n in (1, 7, 40)]
    alone = load_model().spans(CALL)
    for other in others:
        model.spans(other)
        assert model.spans(CALL) == alone


def test_a_disclosure_has_its_category(model: Model) -> None:
    document = talk("I relapsed on heroin and they put me on probation for possession\n")
    told = [s for s in model.spans(document) if s.label in DISCLOSURES]
    assert told
    assert all(s.category is not None for s in told)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "😀👩‍👩‍👧🔥" * 40,
        "اسمي فاطمة ورقم هاتفي ٥٥٥ " * 9,
        "Ja\u200dne Ja\u200bne Jose\u0301 \x00 Ana \ud800 Bob \udfff\n",
        "a" * 5000,
        "\n \t\n",
        "５５５ ①② ﬁne İstanbul ẞtraße",
    ],
)
def test_odd_text_keeps_offsets_in_range(model: Model, text: str) -> None:
    document = talk(text) if text else Document(doc_id="D", format="text", text="", regions=(), turns=())
    for span in model.spans(document):
        assert 0 <= span.start < span.end <= len(text)
        assert any(c.isalnum() for c in text[span.start : span.end])


def test_offsets_are_exact_after_odd_characters(model: Model) -> None:
    for before in ("😀 ", "é\u0301 ", "\x00\ud800 ", "\u200d\u200f "):
        document = talk(before + "my name is Latrice Boudreaux.\n")
        assert ("Latrice Boudreaux", Label.PERSON) in found(document, model.spans(document))


def test_name_past_every_window_is_found(model: Model) -> None:
    document = talk("we talked about the garden and the weather for a while. " * 120 + "my sponsor Latrice called.\n")
    assert any("Latrice" in words for words, _ in found(document, model.spans(document)))


def test_changed_files_are_refused(tmp_path: Path) -> None:
    for name in (files.WEIGHTS, files.TOKENIZER, files.LABELS_FILE, files.DIGEST):
        shutil.copyfile(files.FOLDER / name, tmp_path / name)
    (tmp_path / files.LABELS_FILE).write_text("PERSON\n", encoding="utf-8")
    with pytest.raises(VerificationError, match="differ from their digest"):
        load_model(tmp_path)


def test_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(VerificationError, match="missing"):
        load_model(tmp_path)
