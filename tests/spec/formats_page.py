"""Prints docs/formats.md from the table of formats and from the golden pairs, so that the page cannot say otherwise."""

from __future__ import annotations

from pathlib import Path

from pipeline.errors import InputError
from pipeline.formats import FORMATS, text_as
from pipeline.formats.decode import decode

PAIRS = Path(__file__).resolve().parents[1] / "golden" / "formats"
# Format -> the golden pair that is shown for it.
SHOWN = {
    "docx": "visit.docx",
    "docx_transcript": "teams-word.docx",
    "pdf": "handout.pdf",
    "rtf": "letter.rtf",
    "eml": "mail.eml",
    "fhir": "resources.json",
    "fhir_lines": "resource-lines.ndjson",
    "webvtt": "zoom.vtt",
    "srt": "subrip.srt",
    "whisper": "whisperx.json",
    "rev_json": "monologues.json",
    "stamped": "otter.txt",
    "chat": "whatsapp.txt",
    "table": "notes.csv",
    "xlsx": "book.xlsx",
    "parquet": "columns.parquet",
    "jsonl": "lines.jsonl",
    "markdown_talk": "interview.md",
    "markdown": "contact.md",
    "transcript": "transcript.txt",
    "note": "note.txt",
}
_HEAD = """\
# Formats

Printed from `pipeline/formats` and from the pairs in `tests/golden/formats` by `make docs`; do not edit.

A file is told by its content, never by its name: the first format of this page that recognises it reads it. What is
unknown, empty, binary, cut off or in an encoding that cannot be told is refused, with every fault by line and what to
do. Encodings of text: UTF-8, UTF-16 and UTF-32 with or without a mark, Windows-1252, and the older encodings of Europe
and East Asia where it is sure which one it is; the copy of a text goes out in the encoding and line ends of the
original, a container's copy in its own.

Of everything below three things never go out: text that belongs to no turn (read for names all the same), what is
dropped unread, and the turns that consent withholds. Written back with nothing replaced and nothing withheld, a file
keeps every other word and its structure; what changes is said under *changed*.

A zip container (Word, Excel) is opened only where it is whole and holds nothing that runs: one that is cut off, has a
password, macros, embedded files or parts that point out of it, or that unpacks to more than 1 GB or 250 times its size,
is refused with that reason. Of what a copy is made of, every string is looked through before it leaves: names of parts,
attributes, properties, streams, keys; a known value there keeps the copy in.

Large files: a run reads files of up to 32 MB in one piece and refuses larger ones by name of the session and reason;
ingest passes over files of more than 512 MB and counts them. `storykeeper split FILE` cuts a table (CSV, JSON Lines,
Parquet) of any size by rows into files that a run reads, in flat memory; one section `[tables."notes.part-*.csv"]` of
`storykeeper.toml` stands for all of them, and each part is a row of the session table. A workbook of more than 200 MB
unpacked is refused: save it as CSV.
"""


def render() -> str:
    """The whole page."""
    parts = [_HEAD]
    for form in FORMATS:
        parts.append(f"\n## {form.title}\n\n| | |\n| --- | --- |\n")
        rows = (
            ("told by", form.told_by),
            ("a turn is", form.turn),
            ("speaker", form.speaker),
            ("kept", form.kept),
            ("changed", form.changed),
            ("left out", form.left_out),
            ("a withheld turn leaves", form.gap),
        )
        parts += [f"| {name} | {words} |\n" for name, words in rows]
        parts.append(_pair(form.name))
    return "".join(parts)


def _pair(name: str) -> str:
    path = PAIRS / SHOWN[name]
    copy = path.with_name(f"{path.stem}.copy{path.suffix}")
    before, after = (_shown(p.read_bytes(), name) for p in (path, copy))
    return f"\nBefore (invented):\n\n````\n{before}\n````\n\nAfter:\n\n````\n{after}\n````\n"


def _shown(data: bytes, name: str) -> str:
    """A file as text; a container as all the words that its format reads in it."""
    try:
        text = decode(data, place=name).text
    except InputError:
        text = text_as(data, name, place=name)
    return text.replace("\r\n", "\n").rstrip()
