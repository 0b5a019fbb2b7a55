"""PDF by example: what a page says, what is refused and why, what a copy holds."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, DecodedStreamObject, DictionaryObject, NameObject

from pipeline.errors import InputError
from pipeline.formats import read, write
from pipeline.formats.strings import strings
from pipeline.model import Document, Redaction
from tests.made_pdf import GOLDEN, HIDDEN, hiding, locked, plain, scanned

PAIRS = Path(__file__).resolve().parents[1] / "golden" / "formats"


def keep_all(document: Document) -> Redaction:
    return Redaction(doc_id=document.doc_id, replacements=(), kept=frozenset(range(len(document.turns))))


def fault(data: bytes) -> str:
    with pytest.raises(InputError) as caught:
        read(data, doc_id="D-1")
    return caught.value.faults[0].what


def with_content(content: bytes, fonts: bytes = b"/F1") -> bytes:
    """A page of one's own making."""
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(plain([["x"]]))))
    stream = DecodedStreamObject()
    stream.set_data(content)
    writer.pages[0][NameObject("/Contents")] = writer._add_object(stream)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def test_a_transcript_knows_its_speakers_over_lines_and_pages() -> None:
    document = read(hiding(GOLDEN), doc_id="D-1")
    assert [turn.speaker for turn in document.turns] == ["Dana Reyes", "Jordan Pike"] * 2
    first = document.bodies(0)[0]
    assert document.text[first.start : first.end].endswith("How was the week\nsince we last talked?")


def test_a_note_is_cut_at_its_paragraphs() -> None:
    lines = ["Came by early, stayed for an hour and spoke", "about the week.", "", "Plan: rest.", "", "Left."]
    document = read(plain([lines]), doc_id="D-1")
    said = ["".join(document.text[r.start : r.end] for r in document.bodies(n)) for n in range(len(document.turns))]
    assert said == ["Came by early, stayed for an hour and spoke\nabout the week.", "Plan: rest.", "Left."]


def test_words_in_columns_stand_apart_and_kerned_words_do_not() -> None:
    content = b"BT /F1 11 Tf 72 700 Td [(Jor) 40 (dan) -2200 (0:12)] TJ 0 -14 Td (co\xadzy) Tj ET"
    assert read(with_content(content), doc_id="D-1").text == "Jordan  0:12\ncozy"


def test_bold_type_that_is_drawn_twice_is_read_once() -> None:
    assert read(plain([["Came by early."]], bold=True), doc_id="D-1").text == "Came by early."


def test_running_lines_are_read_and_never_released() -> None:
    pages = [[f"Session of Jordan, page {n}", "", f"Came by {'again ' * n}and left.", "Then home."] for n in range(3)]
    data = plain(pages)
    document = read(data, doc_id="D-1")
    assert document.text.count("Session of Jordan") == 3
    assert not any("Session" in said for said in strings(write(data, document, keep_all(document))))


def test_the_copy_says_nothing_of_itself_and_nothing_that_was_hidden() -> None:
    data = hiding(GOLDEN)
    document = read(data, doc_id="D-1")
    copy = write(data, document, keep_all(document))
    found = PdfReader(io.BytesIO(copy))
    assert found.metadata is None
    assert set(found.root_object) == {"/Type", "/Pages"}
    assert all(set(page) <= {"/Type", "/Parent", "/MediaBox", "/Resources", "/Contents"} for page in found.pages)
    everything = "\n".join(strings(copy)).lower()
    assert not [token for token in HIDDEN if token in everything]
    assert "Dana Reyes: What helped?" in found.pages[1].extract_text()


def test_what_the_typeface_lacks_is_a_box_in_text_and_copy_alike() -> None:
    data = plain([["Came by."]])
    document = read(data, doc_id="D-1")
    from pipeline.formats.pdf_write import shown, to_pdf

    assert shown("漢 ok") == "□ ok"
    assert read(to_pdf("漢 ok then"), doc_id="D-2").text == "□ ok then"
    assert write(data, document, keep_all(document)) == write(data, document, keep_all(document))


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (scanned(), "page 1 is an image"),
        (scanned(words="Page 3"), "page 1 is an image"),
        (locked("secret"), "encrypted"),
        (locked(""), "encrypted"),
        (plain([[""]]), "no text"),
        (hiding(GOLDEN)[:900], "damaged"),
        (with_content(b"BT (x) Tj ET"), "damaged"),
        (with_content(b"BT /F1 11 Tf" + b" (x) Tj" * 300_000), "more work"),
        (with_content(b"q " * 5_000), "more work"),
    ],
    ids=["image", "image with a number", "password", "no password", "empty", "cut off", "no font", "work", "states"],
)
def test_what_cannot_be_read_is_refused_with_its_reason(data: bytes, what: str) -> None:
    assert what in fault(data)


@pytest.mark.timeout(60)
def test_forms_that_draw_each_other_are_refused_in_time() -> None:
    """Ten forms that draw the next one ten times: ten billion times the last."""
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(plain([["x"]]))))
    last = None
    for _ in range(10):
        form = DecodedStreamObject()
        form.set_data(b"/X Do " * 10 if last is not None else b"BT /F1 9 Tf (x) Tj ET")
        form[NameObject("/Subtype")] = NameObject("/Form")
        inside = DictionaryObject({NameObject("/X"): last}) if last is not None else DictionaryObject()
        fonts = writer.pages[0]["/Resources"]["/Font"]
        form[NameObject("/Resources")] = DictionaryObject({NameObject("/XObject"): inside, NameObject("/Font"): fonts})
        last = writer._add_object(form)
    resources = writer.pages[0]["/Resources"]
    resources[NameObject("/XObject")] = DictionaryObject({NameObject("/X"): last})
    stream = DecodedStreamObject()
    stream.set_data(b"/X Do")
    writer.pages[0][NameObject("/Contents")] = ArrayObject([writer._add_object(stream)])
    out = io.BytesIO()
    writer.write(out)
    assert "more work" in fault(out.getvalue())


def test_letters_of_a_font_without_a_table_of_unicode_are_refused() -> None:
    writer = PdfWriter(clone_from=PdfReader(PAIRS / "handout.copy.pdf"))
    for page in writer.pages:
        for face in page["/Resources"]["/Font"].values():
            font = face.get_object()
            if "/ToUnicode" in font:
                del font["/ToUnicode"]
                font[NameObject("/Subtype")] = NameObject("/Type0")
                font[NameObject("/Encoding")] = NameObject("/Identity-H")
                font[NameObject("/DescendantFonts")] = ArrayObject([DictionaryObject()])
    out = io.BytesIO()
    writer.write(out)
    assert "letters cannot be told" in fault(out.getvalue())
