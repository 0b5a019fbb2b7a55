"""redact by example: who becomes whom, what wins where spans overlap, what a speaker's label becomes."""

from __future__ import annotations

import logging
from datetime import date

import pytest

from pipeline.labels import Category, Label
from pipeline.model import Document, Person, Redaction, Region, RegionKind, Roster, Span, Turn
from pipeline.policy import Policy, shipped
from pipeline.redaction.dates import Calendar
from pipeline.redaction.redact import redact
from pipeline.redaction.standins import Allotted, program_people
from pipeline.written import written

CALENDAR = Calendar(session=date(2025, 3, 20), first=date(2025, 3, 6), as_of=date(2025, 6, 1))
GROUP, SAFE, STRICT = shipped("group"), shipped("research-safe-harbor"), shipped("strict")
KINDS = {"L": RegionKind.LABEL, "B": RegionKind.BODY, "F": RegionKind.FREE, "-": RegionKind.FIXED}


class Codes:
    """Codes as the vault gives them."""

    def code(self, entity: str, /) -> str:
        return {"person:P-014": "7", "person:P-015": "12"}[entity]


def make(*parts: tuple[str, int | None, str], person: str | None = None) -> Document:
    """A document of (kind, turn, text) parts: L label, B body, F free text, - layout."""
    regions, at = [], 0
    for kind, turn, text in parts:
        regions.append(Region(start=at, end=at + len(text), kind=KINDS[kind], turn=turn))
        at += len(text)
    turns = max((t for _, t, _ in parts if t is not None), default=-1) + 1
    return Document(
        doc_id="d1",
        format="t",
        text="".join(p[2] for p in parts),
        regions=tuple(regions),
        turns=tuple(Turn(n=n, person_id=person) for n in range(turns)),
    )


def mark(
    document: Document,
    text: str,
    label: Label,
    entity: str | None = None,
    category: Category | None = None,
    nth: int = 0,
) -> Span:
    at = -1
    for _ in range(nth + 1):
        at = document.text.index(text, at + 1)
    return Span(start=at, end=at + len(text), label=label, score=0.9, source="t", entity=entity, category=category)


def said(document: Document, redaction: Redaction) -> str:
    """The kept words with their stand-ins, regions joined by a bar."""
    return "|".join(text for _, text in written(document, redaction))


def run(document: Document, spans: list[Span], policy: Policy = GROUP, kept=None, roster: Roster | None = None) -> str:
    turns = range(len(document.turns)) if kept is None else kept
    return said(document, redact(document, spans, policy, set(turns), Codes(), calendar=CALENDAR, roster=roster))


def test_one_person_is_one_stand_in_over_label_mention_and_nickname():
    d = make(
        ("L", 0, "Robert Vance"), ("-", 0, ": "), ("B", 0, "call me Bob"), ("-", 0, "\n"), ("B", 1, "ok Robert's in")
    )
    spans = [
        mark(d, "Robert Vance", Label.PERSON, "person:P-014"),
        mark(d, "Bob", Label.PERSON, "person:P-014"),
        mark(d, "Robert", Label.PERSON, "person:P-014", nth=1),
    ]
    assert run(d, spans) == "[Person 7]|call me [Person 7]|ok [Person 7]'s in"
    assert run(d, spans, SAFE) == "[PERSON_7]|call me [PERSON_7]|ok [PERSON_7]'s in"


def test_others_are_numbered_in_order_of_appearance_and_apart_from_the_program():
    d = make(("B", 0, "Mai told Tou that Mai saw Rusty"))
    spans = [
        mark(d, "Mai", Label.PERSON, "local:9"),
        mark(d, "Tou", Label.PERSON, "local:1"),
        mark(d, "Mai", Label.PERSON, "local:9", nth=1),
        mark(d, "Rusty", Label.PERSON, "person:P-015"),
    ]
    assert run(d, spans) == "[Other person 1] told [Other person 2] that [Other person 1] saw [Person 12]"


def test_a_name_without_an_entity_is_one_person_where_it_is_the_same_name():
    d = make(("B", 0, "José and JOSE and José's and Ana"))
    spans = [mark(d, "José", Label.PERSON), mark(d, "JOSE", Label.PERSON), mark(d, "José", Label.PERSON, nth=1),
             mark(d, "Ana", Label.PERSON)]  # fmt: skip
    assert run(d, spans) == "[Other person 1] and [Other person 1] and [Other person 1]'s and [Other person 2]"


def test_two_people_side_by_side_stay_two():
    d = make(("B", 0, "Mai Tou came"))
    spans = [mark(d, "Mai", Label.PERSON, "local:1"), mark(d, "Tou", Label.PERSON, "local:2")]
    assert run(d, spans) == "[Other person 1] [Other person 2] came"


def test_one_thing_found_in_parts_is_one_tag():
    d = make(("B", 0, "at Harbor  Lights House, Elm House"))
    spans = [mark(d, w, Label.TREATMENT_FACILITY) for w in ("Harbor", "Lights House", "Elm House")]
    assert run(d, spans) == "at [treatment facility], [treatment facility]"


def test_a_withheld_turn_does_not_count():
    d = make(("B", 0, "Ana"), ("-", None, "\n"), ("B", 1, "Tou"), ("-", None, "\n"), ("B", 2, "Mai"))
    spans = [mark(d, n, Label.PERSON) for n in ("Ana", "Tou", "Mai")]
    assert run(d, spans, kept={0, 2}) == "[Other person 1]|[Other person 2]"


def test_a_label_is_replaced_whole_also_where_nothing_was_found_in_it():
    d = make(
        ("L", 0, "keisha_r (iPhone)"), ("-", 0, ": "), ("B", 0, "hi"), ("-", 0, "\n"), ("L", 1, "Peer"), ("B", 1, "hey")
    )
    assert run(d, []) == "[Other person 1]|hi|[Other person 2]|hey"


def test_the_participants_table_says_who_speaks():
    d = make(
        ("L", 0, "KEISHA R"), ("B", 0, " hi "), ("L", 1, "Peer"), ("B", 1, " hey "), ("L", 2, "Rusty D"), ("B", 2, "yo")
    )
    roster = Roster(
        present=(
            Person(person_id="P-014", names=("Keisha Ramos",), speaker_labels=("Keisha R",)),
            Person(person_id="P-015", names=("Rusty D",), speaker_labels=("peer",)),
        )
    )
    assert run(d, [], roster=roster) == "[Person 7]| hi |[Person 12]| hey |[Person 12]|yo"


def test_the_people_whose_codes_are_needed_are_told_beforehand():
    d = make(("L", 0, "Peer"), ("B", 0, "hi Bob, Ana"), ("L", 1, "X"), ("B", 1, "Rusty is out"))
    spans = [mark(d, "Bob", Label.PERSON, "person:P-014"), mark(d, "Ana", Label.PERSON, "local:1"),
             mark(d, "Rusty", Label.PERSON, "person:P-015")]  # fmt: skip
    roster = Roster(present=(Person(person_id="P-090", names=("R",), speaker_labels=("Peer",)),))
    assert program_people(d, spans, {0}, roster=roster) == ("P-090", "P-014")


def test_codes_that_were_not_allotted_are_refused():
    codes = Allotted(codes={"P-014": 417})
    assert codes.code("person:P-014") == 417
    with pytest.raises(ValueError, match="`P-015`"):
        codes.code("person:P-015")


def test_a_row_of_a_table_names_its_person():
    d = make(("L", 0, "MRN-20871"), ("-", 0, ","), ("B", 0, "Met Ana"), person="P-014")
    spans = [mark(d, "MRN-20871", Label.MEDICAL_RECORD_NUMBER), mark(d, "Ana", Label.PERSON)]
    assert run(d, spans) == "[Person 7]|Met [Other person 1]"


def test_an_identifier_inside_a_kept_disclosure_goes_and_the_rest_stays():
    d = make(("B", 0, "Curtis choked me on the stairs at 9 Elm St"))
    spans = [
        mark(d, "Curtis choked me on the stairs at 9 Elm St", Label.TRAUMA, category=Category.TRAUMA),
        mark(d, "Curtis", Label.PERSON),
        mark(d, "9 Elm St", Label.STREET_ADDRESS),
    ]
    assert run(d, spans) == "[Other person 1] choked me on the stairs at [address]"
    assert "choked" not in run(d, spans, STRICT)


def test_overlapping_identifiers_leave_no_letter():
    d = make(("B", 0, "the Tuesday Serenity at Sunrise group"))
    spans = [
        mark(d, "Tuesday Serenity at Sunrise group", Label.RECOVERY_GROUP),
        mark(d, "Sunrise", Label.LOCATION),
        mark(d, "the Tuesday", Label.DATE),
    ]
    out = run(d, spans)
    assert not any(word in out for word in ("Serenity", "Sunrise", "Tuesday"))


def test_disclosures_stay_but_those_without_a_box_become_their_label():
    d = make(("B", 0, "I am Diné with lupus and HIV, off fentanyl since June 3, 2021"))
    spans = [
        mark(d, "Diné", Label.IDENTITY),
        mark(d, "lupus", Label.HEALTH_CONDITION),
        mark(d, "HIV", Label.HEALTH_CONDITION, category=Category.SEXUAL_HEALTH_HIV),
        mark(d, "fentanyl", Label.SUBSTANCE, category=Category.SUBSTANCE),
        mark(d, "June 3, 2021", Label.SOBRIETY_DATE, category=Category.SUBSTANCE),
    ]
    assert run(d, spans) == "I am [identity] with [health condition] and HIV, off fentanyl since [3 years earlier]"
    assert run(d, spans, SAFE) == "I am [IDENTITY] with [HEALTH_CONDITION] and HIV, off fentanyl since [2021]"
    assert (
        run(d, spans, STRICT)
        == "I am [IDENTITY] with [HEALTH_CONDITION] and [SEXUAL_HEALTH_HIV], off [SUBSTANCE] since [REDACTED]"
    )


def test_a_name_cut_by_a_line_end_is_one_name():
    d = make(("B", 0, "my auntie Mai"), ("-", 0, "\n"), ("B", 0, "See said"))
    spans = [mark(d, "Mai", Label.PERSON), mark(d, "See", Label.PERSON)]
    redaction = redact(d, spans, GROUP, {0}, Codes())
    assert said(d, redaction) == "my auntie [Other person 1]| said"
    assert len(redaction.replacements) == 1


def test_a_date_cut_by_a_line_end_is_read_whole():
    d = make(("B", 0, "on March"), ("-", 0, "\n"), ("B", 0, "3rd, 2019 then"))
    spans = [mark(d, "March", Label.DATE), mark(d, "3rd, 2019", Label.DATE)]
    assert run(d, spans, SAFE) == "on [2019]| then"


def test_two_numbers_on_two_lines_with_words_between_stay_two():
    d = make(("B", 0, "555 0142 or"), ("-", 0, "\n"), ("B", 0, "555 0143"))
    spans = [mark(d, "555 0142", Label.PHONE_NUMBER), mark(d, "555 0143", Label.PHONE_NUMBER)]
    assert run(d, spans) == "[phone number] or|[phone number]"


def test_free_text_and_layout_are_never_touched():
    d = make(("F", None, "NOTE with Ana"), ("-", None, "\n1 Ana\n"), ("B", 0, "hi Ana"))
    spans = [mark(d, "Ana", Label.PERSON, nth=n) for n in range(3)]
    redaction = redact(d, spans, GROUP, {0}, Codes())
    assert [(r.start, r.label) for r in redaction.replacements] == [(d.text.rindex("Ana"), Label.PERSON)]


def test_a_bare_year_of_birth_that_tells_an_age_over_89_goes_under_safe_harbor():
    d = make(("B", 0, "Gran was born in 1931, I was born in 1988"))
    assert run(d, [], SAFE) == "Gran was born in [DATE], I was born in 1988"


def test_without_a_calendar_every_date_becomes_its_label():
    d = make(("B", 0, "on March 3rd, 2019"))
    redaction = redact(d, [mark(d, "March 3rd, 2019", Label.DATE)], SAFE, {0}, Codes())
    assert said(d, redaction) == "on [DATE]"


def test_emoji_and_accents_keep_their_offsets():
    d = make(("B", 0, "🙂 hi José 👩‍👩‍👧 ok"))
    assert run(d, [mark(d, "José", Label.PERSON)]) == "🙂 hi [Other person 1] 👩‍👩‍👧 ok"


def test_a_span_or_turn_outside_the_document_is_refused_without_its_words():
    d = make(("B", 0, "Canary"))
    with pytest.raises(ValueError, match="outside `d1`"):
        redact(d, [Span(start=0, end=99, label=Label.URL, score=1, source="t")], GROUP, {0}, Codes())
    with pytest.raises(ValueError, match="not in `d1`"):
        redact(d, [], GROUP, {4}, Codes())


def test_nothing_of_the_document_is_logged(caplog):
    d = make(("L", 0, "Canary"), ("B", 0, "hi Canary"))
    with caplog.at_level(logging.INFO):
        redact(d, [mark(d, "Canary", Label.PERSON, nth=1)], GROUP, {0}, Codes())
    assert "Canary" not in caplog.text


def test_the_redaction_shows_no_words():
    d = make(("B", 0, "hi Canary"))
    assert "Canary" not in repr(redact(d, [mark(d, "Canary", Label.PERSON)], GROUP, {0}, Codes()))


def test_one_place_told_twice_with_and_without_a_person_is_one_replacement():
    d = make(("B", 0, "hi Bob, off ice"))
    spans = [
        mark(d, "Bob", Label.PERSON),
        mark(d, "Bob", Label.PERSON, "person:P-014"),
        mark(d, "ice", Label.SUBSTANCE),
        mark(d, "ice", Label.SUBSTANCE, category=Category.SUBSTANCE),
        mark(d, "ice", Label.SUBSTANCE, category=Category.LEGAL),
    ]
    assert run(d, spans, STRICT) == run(d, spans[::-1], STRICT) == "hi [PERSON_7], off [SUBSTANCE]"
