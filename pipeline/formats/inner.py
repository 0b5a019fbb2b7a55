"""Text taken out of a container, cut as text files are: by the transcripts' own readers, else as notes.

An unknown speaker is withheld, so a transcript inside a container must know its turns just as well.
"""

from __future__ import annotations

from pipeline.formats import note, stamped, transcript
from pipeline.formats.pieces import Layout


def lay_out(text: str, *, place: str) -> Layout:
    """The layout of the text, by the first reader that recognises it."""
    if stamped.recognises(text):
        return stamped.parse(text, place=place)
    if transcript.recognises(text):
        return transcript.parse(text, place=place)
    return note.parse(text, place=place)
