"""Word transcripts: Teams, Google Meet, Otter and Rev as DOCX, and talks typed as `Name: words`.

Rules:
- The paragraphs of the body are lines, and where they make no transcript, the rows of its tables. Whether lines are a
  transcript, whose turn each is and what is free text is said by the readers of the same layouts as text (`stamped`,
  `transcript`), and by nobody else.
- Headers and footers belong to no turn: read, never released.
"""

from __future__ import annotations

from pipeline.formats import stamped, transcript
from pipeline.formats.docx import CHANGED, LEFT_OUT, is_word, rebuild_as
from pipeline.formats.docx_text import WordText
from pipeline.formats.format import File, Format
from pipeline.formats.pieces import Layout, Piece
from pipeline.model import RegionKind

NAME = "docx_transcript"


def _recognises(file: File) -> bool:
    return is_word(file) and (_is_talk(file.word) or _in_rows(file))


def _in_rows(file: File) -> bool:
    """Is it a talk only where the rows of its tables are read as lines?"""
    return not _is_talk(file.word) and _is_talk(file.word_talk)


def _is_talk(word: WordText) -> bool:
    body = _body(word)
    return stamped.recognises(body) or transcript.recognises(body)


def _body(word: WordText) -> str:
    return word.text[: word.body_end]


def _extract(file: File) -> tuple[str, Layout]:
    word = file.word_talk if _in_rows(file) else file.word
    return word.text, _layout(word)


def _layout(word: WordText) -> Layout:
    body = _body(word)
    layout = stamped.parse(body, place="") if stamped.recognises(body) else transcript.parse(body, place="")
    if word.body_end == len(word.text):
        return layout
    rest = Piece(start=word.body_end, end=len(word.text), kind=RegionKind.FREE)
    return Layout(pieces=(*layout.pieces, rest), turns=layout.turns)


FORMAT = Format(
    name=NAME,
    ending=".docx",
    title="Word transcripts (DOCX): Teams, Google Meet, Otter, Rev, `Name: words`",
    told_by="a Word document whose paragraphs are lines of a transcript, as in the same layouts as text; or else the "
    "rows of a table: speaker and words, with or without a time before them",
    turn="as in the same layouts as text: the paragraphs from one speaker's line to the next",
    speaker="the name on that line",
    kept="names, times and words of the turns that stay, with the looks of their runs; styles, lists, tables, sections",
    changed=CHANGED,
    left_out="everything before the first turn (title, date, attendees, who started the transcription), headers, "
    f"footers, the vendor's last lines; {LEFT_OUT}",
    gap="one paragraph `[withheld]` in place of name and words",
    recognises=_recognises,
    extract=_extract,
    rebuild=rebuild_as(_layout, talk=_in_rows),
)
