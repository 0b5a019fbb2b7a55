"""Word documents with all that hides in real ones; everybody in them is invented.

`tests/data/docx` is a note as its container holds it, part by part. Each hiding place holds a nonsense token (`zq...`):
those of `SHOWN` are words of the document, all others must go out nowhere.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path

from lxml import etree

from pipeline.formats.wordml import W

_PARTS = Path(__file__).parent / "data" / "docx"
_DATE = (1980, 1, 1, 0, 0, 0)
# What no XML file can hold.
_BINARY = {
    "word/media/zqimage.png": b"\x89PNG\r\n\x1a\nzqpixels",
    "docProps/thumbnail.jpeg": b"\xff\xd8\xffzqthumbnail",
}
SHOWN = {
    *("zqinserted", "zqmovedto", "zqfirst", "zqsecond", "zqcell", "zqcontrol", "zqblock", "zqbox", "zqlink"),
    *("zqresult", "zqreferred", "zqsmart", "zqheader", "zqfooter", "zqfootnote", "zqendnote"),
}


def parts() -> dict[str, bytes]:
    """The parts of the note by their names, the types first."""
    files = sorted(path for path in _PARTS.rglob("*") if path.is_file())
    return {path.relative_to(_PARTS).as_posix(): path.read_bytes() for path in files} | _BINARY


def packed(every: Mapping[str, bytes]) -> bytes:
    """A container of these parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.comment = b"zqarchive"
        for name, data in every.items():
            archive.writestr(zipfile.ZipInfo(name, _DATE), data, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def note_docx() -> bytes:
    """The note."""
    return packed(parts())


def run(text: str, properties: str = "") -> str:
    """A run of words as XML."""
    return f'<w:r>{properties and f"<w:rPr>{properties}</w:rPr>"}<w:t xml:space="preserve">{text}</w:t></w:r>'


def paragraph(words: str) -> str:
    """A paragraph as XML. words: text, or runs as XML."""
    return f"<w:p>{words if words.startswith('<') else run(words)}</w:p>"


def talk_docx(paragraphs: Iterable[str], *, lean: bool = False) -> bytes:
    """The note with these paragraphs for its body; headers, footers and all that hides stay as they are. lean: without
    the parts that are never read."""
    every = parts()
    if lean:
        every = {
            name: data for name, data in every.items() if name.partition("/")[0] != "docProps" and name not in _BINARY
        }
    root = etree.fromstring(every["word/document.xml"])
    body = root[0]
    section = body[-1]
    for one in list(body)[:-1]:
        body.remove(one)
    made = etree.fromstring(f'<w:body xmlns:w="{W}">{"".join(map(paragraph, paragraphs))}</w:body>')
    body[:] = [*made, section]
    return packed(every | {"word/document.xml": etree.tostring(root)})


TEAMS = (
    "Peer support group-20260615_133555-Meeting Transcript",
    "15 June 2026, 03:35am",
    "27m 42s",
    "Dana Reyes started transcription",
    # the name bold, the words after a break in the same paragraph, as newer exports have it
    run("Jordan", "<w:b/>")
    + run(" Pike", "<w:b/>")
    + run("   0:03")
    + "<w:r><w:br/></w:r>"
    + run("It's been a rough week."),
    run("Dana Reyes", "<w:b/>") + run("   0:12"),
    "Thanks for coming, Jor" + "dan.",
    "Who is with you?",
    run("Jordan Pike", "<w:b/>") + run("   0:20"),
    run("My sister An") + run("a, and the dog."),
    "Dana Reyes stopped transcription",
)
MEET = (
    "Oct 2, 2025",
    "Peer support check-in - Transcript",
    "Attendees",
    "Dana Reyes, Jordan Pike",
    "00:00:00",
    run("Dana Reyes:", "<w:b/>") + run(" Hi Jordan, thanks for coming in."),
    run("Jordan Pike:", "<w:b/>") + run(" It's been a rough week, my sister An") + run("a left."),
    "00:01:26",
    run("Dana Reyes:", "<w:b/>") + run(" I am sorry."),
    run("Jordan Pike:", "<w:b/>") + run(" Thanks."),
    "Transcription ended after 00:30:30",
    "This editable transcript was computer generated and might contain errors. "
    "People can also change the text after it was created.",
)
OTTER = (
    "Dana Reyes  0:00  ",
    "Hi Jordan, thanks for coming in today.",
    "Unknown Speaker  0:12  ",
    run("My sister An") + run("a asked me to."),
    "Dana Reyes  0:31  ",
    "Good.",
    "Transcribed by https://otter.example",
)
REV = (
    "Speaker 1 (00:00):",
    "Hi Jordan, thanks for coming in.",
    "Speaker 2 (00:04):",
    run("It was my sister An") + run("a."),
    "Speaker 1 (00:09):",
    "I see.",
    "Speaker 2 (00:11):",
    "Yes.",
)
NAMED = (
    "Interview with a peer worker",
    "Interviewer: How did you start?",
    run("P01", "<w:b/>") + run(": My sister An") + run("a brought me."),
    "Interviewer: And then?",
    "P01: I stayed.",
)
ROWS = ("Dana Reyes|Hi Jordan.", "Jordan Pike|My sister Ana left.", "Dana Reyes|I see.", "Jordan Pike|Yes.")
_CELLS = [
    "".join(f"<w:tc>{paragraph(cell)}</w:tc>" for cell in f"00:00:0{n}|{row}".split("|")) for n, row in enumerate(ROWS)
]
IN_ROWS = (
    run("Interview of 3 May"),
    "<w:r/></w:p><w:tbl><w:tblPr/>" + "".join(f"<w:tr>{cells}</w:tr>" for cells in _CELLS) + "</w:tbl><w:p><w:r/>",
)
TALKS = {"rows": IN_ROWS, "teams": TEAMS, "meet": MEET, "otter": OTTER, "rev": REV, "named": NAMED}
