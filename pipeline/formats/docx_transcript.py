"""Word transcripts: Teams, Google Meet, Otter and Rev as DOCX, and talks typed as `Name: words`.

Rules:
- The paragraphs of the body are lines; whether they are a transcript, whose turn each is and what is free text is said
  by the readers of the same layouts as text (`stamped`, `transcript`), and by nobody else.
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
    return is_word(file) and any(one(_body(file.word)) for one in (stamped.recognises, transcript.recognises))


def _body(word: WordText) -> str:
    return word.text[: word.body_end]


def _extract(file: File) -> tuple[str, Layout]:
    return file.word.text, _layout(file.word)


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
    told_by="a Word document whose paragraphs are lines of a transcript, as in the same layouts as text",
    turn="as in the same layouts as text: the paragraphs from one speaker's line to the next",
    speaker="the name on that line",
    left_out="everything before the first turn (title, date, attendees, who started the transcription), headers, "
    f"footers, the vendor's last lines; {LEFT_OUT}; {CHANGED}",
    gap="one paragraph `[withheld]` in place of name and words",
    recognises=_recognises,
    extract=_extract,
    rebuild=rebuild_as(_layout),
)
