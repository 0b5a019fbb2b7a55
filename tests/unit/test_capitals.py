"""When a capital says something, and when it does not."""

from __future__ import annotations

from pipeline.formats import read
from pipeline.model import Roster
from recognizers.names import Names
from recognizers.reading import Reading, stitch

NEWSLETTER = """The Puzzle is on the Table and the Denture is at the Desk. Bring a Towel to the Tent, and a Chair.
No Photos inside the Kitchen. Our Umbrellas stand in the Hall, the Peonies by the Window. The Casserole goes to Bed.
A Glove and a Scarf lie in the Box. The Key is with Ottoline Brask, her Dog sleeps on the Rug.
"""
TALK = """The puzzle is on the table and the denture is at the desk. Bring a towel to the Brask tent, and a chair.
No photos inside the kitchen. Our umbrellas stand in the hall, the peonies by the window. The casserole goes to bed.
A glove and a scarf lie in the box. The key is with Ottoline Brask, her dog sleeps on the rug.
"""


def reading(text: str) -> Reading:
    return stitch(read(text.encode(), doc_id="page.txt"), Roster())


def test_capitals_on_things_of_every_kind_say_nothing() -> None:
    assert not reading(NEWSLETTER).cased
    assert reading(TALK).cased
    assert not reading(TALK.lower()).cased
    assert not reading(TALK.upper()).cased


def test_no_thing_becomes_a_person_by_its_capital_and_a_person_stays_one() -> None:
    told = reading(NEWSLETTER)
    assert {told.text[f.start : f.end] for f in Names().find(told)} == {"Ottoline Brask"}
