"""Word documents, case by case: what of the markup is words, what is dropped, what is refused."""

from __future__ import annotations

import io
import time
import zipfile

import pytest

from pipeline.errors import InputError
from pipeline.formats import read, write
from pipeline.formats.wordml import list_mark, shipped_style
from pipeline.labels import Label
from pipeline.model import Document, Redaction, Replacement
from tests.docx_made import note_docx, packed, paragraph, parts, run, talk_docx

OPEN, SPLIT, CLOSE = (f'<w:r><w:fldChar w:fldCharType="{mark}"/></w:r>' for mark in ("begin", "separate", "end"))
CODE = "<w:r><w:instrText>{}</w:instrText></w:r>"
BOX = "<w:r><w:pict><v:textbox xmlns:v='urn:v'><w:txbxContent>{}</w:txbxContent></v:textbox></w:pict></w:r>"
DELETED = '<w:del w:id="1" w:author="x"/>'
END = "Zqheader of the drop-in: Jordan Pike\nPage 1 Zqfooter\n"


def text_of(*paragraphs: str) -> str:
    """The words of a body, without the header and the footer of the made document."""
    return read(talk_docx(paragraphs), doc_id="D").text.removesuffix(END)


def copy_of(data: bytes, *swaps: tuple[str, str], withhold: frozenset[int] = frozenset()) -> tuple[Document, bytes]:
    document = read(data, doc_id="D")
    found = [(document.text.index(words), words, other) for words, other in swaps]
    made = tuple(
        Replacement(start=at, end=at + len(words), label=Label.PERSON, action="tag", stand_in=other)
        for at, words, other in sorted(found)
    )
    kept = frozenset(turn.n for turn in document.turns) - withhold
    return document, write(data, document, Redaction(doc_id="D", replacements=made, kept=kept))


def part(data: bytes, name: str = "word/document.xml") -> str:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read(name).decode()


@pytest.mark.parametrize(
    ("inside", "words"),
    [
        (run("a") + "<w:r><w:br/></w:r>" + run("b"), "a\nb\n"),
        (run("a") + "<w:r><w:cr/></w:r>" + run("b"), "a\nb\n"),
        (run("a") + "<w:r><w:ptab/></w:r>" + run("b"), "a\tb\n"),
        (run("Jor") + "<w:r><w:softHyphen/></w:r>" + run("dan"), "Jordan\n"),
        (run("a\nb"), "a b\n"),
        (run("5") + "<w:r><w:noBreakHyphen/></w:r>" + run("0"), "5-0\n"),
        (run("a") + "<w:r><w:sym w:font='x' w:char='F0E0'/></w:r>" + run("b"), "ab\n"),
        (f"<w:r><w:ruby><w:rt>{run('over')}</w:rt><w:rubyBase>{run('base')}</w:rubyBase></w:ruby></w:r>", "base\n"),
        (run("kept") + run("hidden", "<w:vanish/>") + run("!", '<w:vanish w:val="0"/>'), "kept!\n"),
        ("<w:dir w:val='rtl'>" + run("a") + "</w:dir><w:bdo>" + run("b") + "</w:bdo>", "ab\n"),
        ("<w:unknown>" + run("a") + "</w:unknown>" + run("b"), "b\n"),
    ],
)  # fmt: skip
def test_what_of_a_paragraph_is_words(inside: str, words: str) -> None:
    assert text_of(inside) == words


@pytest.mark.parametrize(
    ("inside", "words"),
    [
        (OPEN + CODE.format("REF x") + SPLIT + run("r") + CLOSE, "r!\n"),
        (OPEN + CODE.format("REF x") + CLOSE, "!\n"),
        (
            OPEN
            + CODE.format("IF ")
            + OPEN
            + CODE.format("REF y")
            + SPLIT
            + run("in")
            + CLOSE
            + SPLIT
            + run("r")
            + CLOSE,
            "r!\n",
        ),
        (OPEN + CODE.format("fileName \\p") + SPLIT + run("f") + CLOSE, "!\n"),
        (OPEN + CODE.format("DOCPROP") + CODE.format("ERTY Client") + SPLIT + run("f") + CLOSE, "!\n"),
        (CLOSE + SPLIT, "!\n"),
        ("<w:fldSimple w:instr=' TITLE '>" + run("t") + "</w:fldSimple>", "!\n"),
        ("<w:fldSimple w:instr='DATE'>" + run("d") + "</w:fldSimple>", "d!\n"),
    ],
)
def test_a_field_is_its_result_unless_that_repeats_a_property(inside: str, words: str) -> None:
    assert text_of(inside + run("!")) == words


def test_a_field_that_is_never_closed_takes_its_part_along_and_no_other() -> None:
    assert text_of(run("a"), OPEN + run("b"), run("c")) == "a\n\n\n"


def test_paragraphs_whose_mark_was_deleted_go_on_in_the_next() -> None:
    first = f"<w:pPr><w:rPr>{DELETED}</w:rPr></w:pPr>"
    assert text_of(first + run("a"), first + run("b"), run("c"), first + run("d")) == "abc\nd\n"


def test_deleted_and_hidden_rows_and_cells_are_gone() -> None:
    def row(properties: str, words: str, cell: str = "") -> str:
        return f"<w:tr>{properties}<w:tc>{cell}{paragraph(words)}</w:tc></w:tr>"

    table = "<w:tbl>" + row("", "kept") + row(f"<w:trPr>{DELETED}</w:trPr>", "gone")
    table += row("<w:trPr><w:hidden/></w:trPr>", "hid") + row("", "cell", "<w:tcPr><w:cellDel/></w:tcPr>") + "</w:tbl>"
    assert text_of(f"<w:r/></w:p>{table}<w:p><w:r/>") == "\nkept\n\n"


def test_a_text_box_is_read_once_and_lies_behind_its_paragraph() -> None:
    space = "xmlns:mc='http://schemas.openxmlformats.org/markup-compatibility/2006'"
    both = f"<mc:Choice>{BOX}</mc:Choice><mc:Fallback>{BOX}</mc:Fallback>"
    both = f"<mc:AlternateContent {space}>{both}</mc:AlternateContent>"
    inner = paragraph("in the box")
    assert (
        text_of("<w:r/>" + both.format(inner, inner) + run("before"), run("behind")) == "before\nin the box\nbehind\n"
    )


def test_a_row_of_short_cells_is_a_turn_and_long_cells_are_turns_of_their_own() -> None:
    cell = "<w:tc>{}</w:tc>"
    short = cell.format(paragraph("Name")) + cell.format(paragraph("Ana"))
    long = cell.format(paragraph("one") + paragraph("two")) + cell.format(paragraph("three"))
    document = read(talk_docx([f"<w:r/></w:p><w:tbl><w:tr>{short}</w:tr><w:tr>{long}</w:tr></w:tbl><w:p>"]), doc_id="D")
    words = [[document.text[r.start : r.end] for r in document.bodies(turn.n)] for turn in document.turns]
    assert words[:4] == [["Name", "Ana"], ["one"], ["two"], ["three"]]


def test_a_name_over_runs_and_cells_is_written_once_and_looks_like_its_start() -> None:
    data = talk_docx([run("Saw Jor", "<w:b/>") + run("dan Pi", "<w:i/>") + run("ke."), run("Then.")])
    _, copy = copy_of(data, ("Jordan Pike", "[P]"))
    assert '<w:r><w:rPr><w:b/></w:rPr><w:t xml:space="preserve">Saw [P]</w:t></w:r><w:r><w:t' in part(copy)
    document, copy = copy_of(data, ("ke.\nThen", "[P]"))
    assert read(copy, doc_id="D").text == document.text.replace("ke.\nThen", "[P]\n")


def test_a_withheld_paragraph_takes_its_note_along() -> None:
    document = read(note_docx(), doc_id="D")
    turn = next(t.n for t in document.turns if "Noted" in document.text[document.bodies(t.n)[0].start :][:5])
    _, copy = copy_of(note_docx(), withhold=frozenset({turn}))
    assert "footnoteReference" not in part(copy)
    assert "zqfootnote" not in part(copy, "word/footnotes.xml")
    assert read(copy, doc_id="D").text.count("[withheld]") == 1


def test_a_section_and_the_last_paragraph_of_a_cell_stay_where_their_words_go() -> None:
    section = '<w:pPr><w:sectPr><w:pgSz w:w="1" w:h="2"/></w:sectPr></w:pPr>'
    talk = ["Title", section + run("Attendees"), run("Ana: a"), run("Bo: b"), run("Ana: c"), run("Bo: d")]
    document, copy = copy_of(talk_docx(talk))
    assert document.format == "docx_transcript"
    assert part(copy).count("<w:sectPr>") == 2
    assert "Attendees" not in part(copy)


def test_a_document_in_the_strict_notation_is_read() -> None:
    def strict(data: bytes) -> bytes:
        for name in (b"wordprocessingml/2006/main", b"officeDocument/2006/relationships"):
            new = b"http://purl.oclc.org/ooxml/" + name.replace(b"/2006", b"")
            data = data.replace(b"http://schemas.openxmlformats.org/" + name, new)
        return data

    made = packed({name: strict(data) for name, data in parts().items()})
    assert b"purl.oclc.org" in strict(parts()["word/document.xml"])
    assert read(made, doc_id="D").text == read(note_docx(), doc_id="D").text


RELATIONS = "word/_rels/document.xml.rels"
CHUNK = '<Relationship Id="z" Type="x/aFChunk" Target="people.xml"/>'
BODY = parts()["word/document.xml"].decode()


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"word/document.xml": BODY.partition("<w:body>")[0] + "<w:body/></w:document>"}, "only pictures or nothing"),
        ({"word/document.xml": BODY.partition("<w:body>")[0] + "</w:document>"}, "no document in it"),
        ({"word/document.xml": BODY[:900]}, "damaged XML"),
        ({"_rels/.rels": "<Relationships/>"}, "no document in it"),
        ({RELATIONS: parts()[RELATIONS].decode().replace("</R", f"{CHUNK}</R")}, "another file is embedded"),
        ({RELATIONS: '<!DOCTYPE x [<!ENTITY a "zqsecret">]><Relationships>&a;</Relationships>'}, "document type"),
        ({"word/styles.xml": "<w:styles"}, "damaged XML"),
        ({"word/header1.xml": "<a/>"}, "not what it says"),
        ({"word/numbering.xml": "<a/>"}, "not what it says"),
        ({"word/footnotes.xml": BODY}, "not what it says"),
    ],
)  # fmt: skip
def test_what_is_no_whole_document_is_refused(changed: dict[str, str], said: str) -> None:
    plain = {name: data for name, data in parts().items() if name not in ("word/header1.xml", "word/footer1.xml")}
    with pytest.raises(InputError) as refused:
        read(packed({**plain, **{name: text.encode() for name, text in changed.items()}}), doc_id="D-1")
    assert said in str(refused.value)
    assert "zq" not in str(refused.value)


def test_the_copy_of_other_bytes_is_refused() -> None:
    document = read(note_docx(), doc_id="D")
    with pytest.raises(InputError):
        write(talk_docx(["Other."]), document, Redaction(doc_id="D", replacements=(), kept=frozenset()))


@pytest.mark.parametrize(
    ("name", "shipped"),
    [("heading 1", True), ("Medium Grid 2 Accent 3", True), ("Body Text Char", True), ("List 2", True),
     ("Jordan", False), ("Jordan 1", False), ("Title of Jordan", False), ("Char", False)],
)  # fmt: skip
def test_only_names_of_styles_that_word_ships_go_out(name: str, shipped: bool) -> None:
    assert shipped_style(name) == shipped


@pytest.mark.parametrize(
    ("mark", "kept"), [("%1.", "%1."), ("Jordan %1)", " %1)"), ("o", "o"), ("\uf0b7", "\uf0b7"), ("%10", "%1")]
)
def test_the_mark_of_a_list_has_no_words(mark: str, kept: str) -> None:
    assert list_mark(mark) == kept


def test_thousands_of_paragraphs_that_go_on_in_one_another_hold_nothing_up() -> None:
    started = time.process_time()
    assert len(text_of(*[f"<w:pPr><w:rPr>{DELETED}</w:rPr></w:pPr>{run('a')}"] * 4000)) == 4001
    assert time.process_time() - started < 10
