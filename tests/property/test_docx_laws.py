"""The laws of reading and writing for Word documents that were made up, and what happens to damaged ones."""

from __future__ import annotations

import re
import time
from collections.abc import Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import InputError
from pipeline.formats import read, write
from pipeline.formats.strings import strings
from pipeline.labels import Label
from pipeline.model import Document, Redaction, RegionKind, Replacement
from tests.docx_made import TALKS, note_docx, packed, paragraph, parts, run, talk_docx

TOKEN = re.compile(r"xq[a-z]+")
WORDS = (RegionKind.BODY, RegionKind.LABEL)
PROFILE = settings().max_examples
FEW = settings(max_examples=PROFILE // 4)  # a document takes 20 ms to read, to write and to look through
FUZZ = settings(max_examples=max(PROFILE, 200))
BY = 'w:id="9" w:author="xqauthor"'
BREAKS = ["<w:r><w:br/></w:r>", "<w:r><w:tab/></w:r>", '<w:bookmarkStart w:id="1" w:name="xqmark"/>', run(" "), ""]
WRAPPED = [
    "{}",
    f"<w:ins {BY}>{{}}</w:ins>",
    "<w:sdt><w:sdtPr><w:tag w:val='xqtag'/></w:sdtPr><w:sdtContent>{}</w:sdtContent></w:sdt>",
    "<w:hyperlink w:anchor='xqanchor'>{}</w:hyperlink>",
    "<w:smartTag w:element='xqelement'>{}</w:smartTag>",
    f"<w:del {BY}><w:r><w:delText>xqdeleted</w:delText></w:r></w:del>{{}}",
    "<w:fldSimple w:instr=' REF xqcode '>{}</w:fldSimple>",
]
HIDDEN = frozenset({"xqauthor", "xqmark", "xqtag", "xqanchor", "xqelement", "xqdeleted", "xqcode"})


@st.composite
def words(draw: st.DrawFn, numbers: Iterable[int]) -> str:
    """Runs with tokens, each cut into up to three runs, in the wrappers of Word."""
    out = []
    for n in numbers:
        token = "xq" + "".join(chr(97 + int(digit)) for digit in f"{n:04d}")
        cuts = sorted(draw(st.lists(st.integers(1, len(token) - 1), max_size=2, unique=True)))
        pieces = [token[a:b] for a, b in zip([0, *cuts], [*cuts, None], strict=True)]
        runs = "".join(
            run(piece, draw(st.sampled_from(["", "<w:b/>", "<w:i/><w:sz w:val='20'/>"]))) for piece in pieces
        )
        out.append(draw(st.sampled_from(WRAPPED)).format(runs) + draw(st.sampled_from(BREAKS)))
        out.append(run(draw(st.sampled_from([" ", ", ", ". "]))))
    return "".join(out)


@st.composite
def bodies(draw: st.DrawFn) -> list[str]:
    """Blocks of a body: paragraphs, and tables of them; no token twice."""
    counter = iter(range(10_000))
    blocks: list[str] = []
    for _ in range(draw(st.integers(1, 6))):
        one = draw(words([next(counter) for _ in range(draw(st.integers(0, 3)))]))
        if draw(st.integers(0, 4)) == 0:
            other = draw(words([next(counter)]))
            cells = "".join(f"<w:tc><w:p>{cell}</w:p></w:tc>" for cell in (one, other))
            blocks.append(f"</w:p><w:tbl><w:tr>{cells}</w:tr></w:tbl><w:p>")
        else:
            blocks.append(one)
    return [paragraph("<w:r/>" + one)[len("<w:p>") : -len("</w:p>")] for one in [*blocks, run("xqlast")]]


@st.composite
def talks(draw: st.DrawFn) -> list[str]:
    """Paragraphs of a talk."""
    counter = iter(range(10_000))
    blocks = [run("Talk of xqtitle")]
    for speaker in draw(st.lists(st.sampled_from(["Ana", "Bo"]), min_size=4, max_size=8)):
        blocks.append(run(f"{speaker}: ") + draw(words([next(counter), next(counter)])))
    return [*blocks, run("Ana: xqlast"), run("Ana: xqend"), run("Bo: yes"), run("Bo: no")]


MADE = st.one_of(bodies(), talks()).map(lambda made: talk_docx(made, lean=True))


def redaction(document: Document, made: tuple[Replacement, ...] = (), kept: frozenset[int] | None = None) -> Redaction:
    everyone = frozenset(range(len(document.turns)))
    return Redaction(doc_id=document.doc_id, replacements=made, kept=everyone if kept is None else kept)


def swap(start: int, end: int) -> Replacement:
    return Replacement(start=start, end=end, label=Label.PERSON, action="tag", stand_in="[PERSON_1]")


def tokens(data: bytes) -> set[str]:
    return {token for text in strings(data) for token in TOKEN.findall(text)} - {"xq"}


def whole(document: Document) -> list[re.Match[str]]:
    return [m for r in document.regions if r.kind in WORDS for m in TOKEN.finditer(document.text, r.start, r.end)]


@FEW
@given(data=MADE)
def test_nothing_replaced_and_all_kept_gives_back_all_that_may_go_out(data: bytes) -> None:
    document = read(data, doc_id="D")
    out = (RegionKind.FREE, RegionKind.DROPPED)
    stays = "".join(document.text[r.start : r.end] for r in document.regions if r.kind not in out)
    copy = write(data, document, redaction(document))
    again = read(copy, doc_id="D")
    assert again.text.split() == stays.split()
    assert not tokens(copy) & HIDDEN
    assert write(copy, again, redaction(again)) == copy


@FEW
@given(data=MADE, draw=st.data())
def test_what_is_replaced_is_gone_and_the_rest_stays(data: bytes, draw: st.DataObject) -> None:
    document = read(data, doc_id="D")
    found = whole(document)
    gone = [m for m in found if draw.draw(st.booleans())]
    copy = write(data, document, redaction(document, tuple(swap(m.start(), m.end()) for m in gone)))
    text = read(copy, doc_id="D").text
    assert text.count("[PERSON_1]") == len(gone)
    assert set(TOKEN.findall(text)) == {m[0] for m in found} - {m[0] for m in gone}
    assert not {m[0] for m in gone} & tokens(copy)


@FEW
@given(data=MADE, draw=st.data())
def test_a_replacement_anywhere_takes_every_character_it_covers(data: bytes, draw: st.DataObject) -> None:
    document = read(data, doc_id="D")
    start = draw.draw(st.integers(0, len(document.text) - 1))
    end = draw.draw(st.integers(start + 1, len(document.text)))
    copy = write(data, document, redaction(document, (swap(start, end),)))
    covered = {m[0] for m in TOKEN.finditer(document.text) if start <= m.start() and m.end() <= end}
    assert not covered & tokens(copy)
    assert read(copy, doc_id="D").text.count("[PERSON_1]") <= 1


@FEW
@given(data=MADE, draw=st.data())
def test_of_a_withheld_turn_no_word_stays_and_one_mark(data: bytes, draw: st.DataObject) -> None:
    document = read(data, doc_id="D")
    kept = frozenset(turn.n for turn in document.turns if draw.draw(st.booleans()))
    copy = write(data, document, redaction(document, kept=kept))
    for region in document.regions:
        for m in TOKEN.finditer(document.text, region.start, region.end):
            assert (m[0] in tokens(copy)) == (region.kind in WORDS and region.turn in kept)
    assert read(copy, doc_id="D").text.count("[withheld]") == len(document.turns) - len(kept)


def refusal(data: bytes) -> InputError | None:
    started = time.monotonic()
    try:
        document = read(data, doc_id="D")
        write(data, document, redaction(document))
    except InputError as error:
        return error
    finally:
        assert time.monotonic() - started < 30
    return None


WHOLE = note_docx()
XML = {name: data for name, data in parts().items() if name.endswith((".xml", ".rels"))}
CHANGES = [
    b"",
    b"<",
    b">",
    b"/",
    b"<w:p>",
    b"</w:p>",
    b"<w:tbl>",
    b"<w:r>",
    b"</w:r>",
    b'"',
    b"&",
    b"\x00",
    b"\xff",
    b"w:",
]


@FUZZ
@given(draw=st.data())
def test_a_container_that_was_damaged_is_read_or_refused_without_a_word_of_it(draw: st.DataObject) -> None:
    raw = bytearray(WHOLE)
    for _ in range(draw.draw(st.integers(1, 4))):
        at = draw.draw(st.integers(0, len(raw) - 1))
        raw[at : at + draw.draw(st.integers(0, 9))] = draw.draw(st.binary(max_size=9))
    assert not re.search("(?i)zq", str(refusal(bytes(raw[: draw.draw(st.integers(1, len(raw)))]))))


@FUZZ
@given(draw=st.data())
def test_parts_that_were_damaged_are_read_or_refused_without_a_word_of_them(draw: st.DataObject) -> None:
    every = parts()
    for _ in range(draw.draw(st.integers(1, 4))):
        name = draw.draw(st.sampled_from(sorted(XML)))
        if draw.draw(st.integers(0, 5)) == 0:
            every[name] = XML[draw.draw(st.sampled_from(sorted(XML)))]  # a part in the place of another
            continue
        raw = bytearray(every[name])
        at, length = draw.draw(st.integers(0, len(raw))), draw.draw(st.integers(0, 400))
        other = draw.draw(st.sampled_from(sorted(XML)))
        start = draw.draw(st.integers(0, len(XML[other])))
        raw[at : at + length] = draw.draw(st.sampled_from([*CHANGES, XML[other][start : start + length], XML[other]]))
        every[name] = bytes(raw)
    assert not re.search("(?i)zq", str(refusal(packed(every))))


# Elements at will, well formed: what no program writes and a reader may meet.
NAMES = st.sampled_from(
    re.findall(
        r"\w+",
        """p r t tbl tr tc ins del sdt sdtContent pPr rPr fldSimple br tab body fldChar instrText footnoteReference
        drawing txbxContent sectPr hyperlink vanish moveFrom""",
    )
)


@st.composite
def elements(draw: st.DrawFn, depth: int = 0) -> str:
    name = draw(NAMES)
    inside = draw(st.lists(elements(depth=depth + 1), max_size=2)) if depth < 4 else []
    extra = draw(st.sampled_from(["", ' w:val="1"', ' w:fldCharType="begin"', ' w:fldCharType="end"', ' w:id="2"']))
    return f"<w:{name}{extra}>{draw(st.sampled_from(['', 'xqa ', 'Bo: xqb']))}{''.join(inside)}</w:{name}>"


@given(inside=st.lists(elements(), max_size=3))
def test_elements_in_any_order_are_read_or_refused(inside: list[str]) -> None:
    every = parts()
    head = every["word/document.xml"].decode().partition("<w:body>")[0]
    xml = f"{head}<w:body>{''.join(inside)}<w:p>{run('End.')}</w:p></w:body></w:document>"
    assert refusal(packed({**every, "word/document.xml": xml.encode()})) is None


@pytest.mark.parametrize("name", sorted(TALKS))
def test_every_layout_of_a_transcript_comes_back(name: str) -> None:
    assert refusal(talk_docx(TALKS[name])) is None
