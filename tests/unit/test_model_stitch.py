"""How a document becomes lines for the model, and how places in a line become places in the document."""

from __future__ import annotations

from pipeline.model import Document, Region, RegionKind, Turn
from recognizers.model.plain import read_plain, without_plain
from recognizers.model.stitch import lines

PLAIN = read_plain("# head\nyeah i know mm-hmm i'm sure")


def captions(*parts: tuple[RegionKind, str, int | None]) -> Document:
    regions, at = [], 0
    for kind, text, turn in parts:
        regions.append(Region(start=at, end=at + len(text), kind=kind, turn=turn))
        at += len(text)
    turns = 1 + max((turn for _, _, turn in parts if turn is not None), default=-1)
    made = tuple(Turn(n=n) for n in range(turns))
    text = "".join(text for _, text, _ in parts)
    return Document(doc_id="D", format="vtt", text=text, regions=tuple(regions), turns=made)


TWO_CUES = captions(
    (RegionKind.FIXED, "<v ", None),
    (RegionKind.LABEL, "Ana", 0),
    (RegionKind.FIXED, ">", None),
    (RegionKind.BODY, "my number is five five five", 0),
    (RegionKind.FIXED, "\n\n<v ", None),
    (RegionKind.LABEL, "Ana", 0),
    (RegionKind.FIXED, ">", None),
    (RegionKind.BODY, "oh one four two", 0),
)


def test_turn_is_one_line_over_its_cues() -> None:
    (line,) = lines(TWO_CUES)
    assert line.text == "Ana: my number is five five five oh one four two "


def test_place_over_two_cues_leads_back_to_both() -> None:
    (line,) = lines(TWO_CUES)
    start = line.text.index("five five")
    found = [TWO_CUES.text[s:e] for s, e in line.places(start, len(line.text))]
    assert found == ["five five five", "oh one four two"]


def test_repeated_label_gets_the_marks_of_the_one_that_was_read() -> None:
    (line,) = lines(TWO_CUES)
    assert sorted(line.places(0, 3)) == [(3, 6), (39, 42)]
    assert all(TWO_CUES.text[s:e] == "Ana" for s, e in line.places(0, 3))


def test_fixed_and_dropped_are_not_read_and_free_is() -> None:
    document = captions((RegionKind.FREE, "Call with Ana\nat noon\n", None), (RegionKind.DROPPED, "id 7 Bob", None))
    assert [line.text for line in lines(document)] == ["Call with Ana\n", "at noon\n"]


def test_plain_turn_is_left_out_and_its_label_hangs_on_a_read_one() -> None:
    document = captions(
        (RegionKind.LABEL, "Ana", 0),
        (RegionKind.BODY, "Bob was there", 0),
        (RegionKind.LABEL, "Ana", 1),
        (RegionKind.BODY, "Yeah, I know.", 1),
    )
    (kept,) = without_plain(lines(document), PLAIN)
    assert kept.places(0, 3) == ((0, 3), (16, 19))


def test_plain_turn_whose_label_was_not_read_is_read() -> None:
    document = captions((RegionKind.LABEL, "Ana", 0), (RegionKind.BODY, "Yeah, I know.", 0))
    assert len(without_plain(lines(document), PLAIN)) == 1


def test_turn_with_an_unlisted_word_or_a_digit_is_read() -> None:
    document = captions((RegionKind.BODY, "yeah hope", 0), (RegionKind.BODY, "yeah 7", 1), (RegionKind.BODY, "yeah", 2))
    assert len(without_plain(lines(document), PLAIN)) == 2
