"""Patterns of the layers: what is marked, and what stays. Brackets in a row hold what has to be covered."""

from __future__ import annotations

import pytest

from pipeline.labels import REDACTED_BY_DEFAULT, Label
from pipeline.model import Document, Region, RegionKind, Roster, Turn
from recognizers.engine import Detector, layers
from recognizers.layers import build_analyzer
from recognizers.reading import read_plain

FOUND = [
    (Label.PHONE_NUMBER, "my number is [five five five, uh, oh one four two] okay"),
    (Label.PHONE_NUMBER, "Call [(555) 010-4821 ext. 4] after six."),
    (Label.PHONE_NUMBER, "mi número es [ocho tres uno, cuatro seis dos]"),
    (Label.US_SSN, "The last four are [4821], she said."),
    (Label.US_SSN, "SSN [900-41-2206] on the card"),
    (Label.US_SSN, "it shows [xxx-xx-2296] only"),
    (Label.MEDICAL_RECORD_NUMBER, "Chart number [KR-00591], closed."),
    (Label.HEALTH_PLAN_ID, "her medicaid is [nine oh seven seven one eight]"),
    (Label.ACCOUNT_NUMBER, "the card ending [0926] was stolen"),
    (Label.LICENSE_NUMBER, "His driver's license, [Y4418207], was there."),
    (Label.VEHICLE_ID, "a silver malibu tag [c n four oh seven k] your lights are on"),
    (Label.VEHICLE_ID, "plate [lima hotel niner three zero two] in the lot"),
    (Label.DEVICE_ID, "the serial on the box: [SCX 40 88 1 7 B]."),
    (Label.CASE_NUMBER, "docket number [T as in Tom, four four, oh one six]"),
    (Label.ZIP_CODE, "the zip is [eight seven five oh one]"),
    (Label.EMAIL_ADDRESS, "write to [dee dot ramos at gmail dot com] please"),
    (Label.EMAIL_ADDRESS, "mail [dee.ramos+aa@mail.example], thanks"),
    (Label.URL, "it is at [https://meet.example.org/r/tb-7741]."),
    (Label.URL, "go to [chat punto example diagonal mapa]"),
    (Label.USERNAME, "he is [shug_jackup76] there"),
    (Label.IP_ADDRESS, "logged from [203.0.113.77] again"),
    (Label.IP_ADDRESS, "from [2001:db8:5c::a1] again"),
    (Label.DATE, "Today is [April 12th], a Friday."),
    (Label.DATE, "he died [the fourteenth of may nineteen ninety one]"),
    (Label.DATE, "born [03/14/84], in the north"),
    (Label.DATE, "we met on [the twenty first]"),
    (Label.DATE, "nació [el doce de enero del veintiuno]"),
    (Label.DATE, "I saw her at [Thanksgiving 2021] last"),
    (Label.SOBRIETY_DATE, "I've been sober since [June 3, 2021] now"),
    (Label.AGE, "I'm [34] and tired."),
    (Label.AGE, "my [seven]-year-old drew it"),
    (Label.AGE, "at [nineteen] i signed the papers"),
    (Label.STREET_ADDRESS, "I live at [four twelve alder street] now"),
    (Label.STREET_ADDRESS, "Send it to [PO Box 1183], Room 2."),
    (Label.STREET_ADDRESS, "we moved to [2219 Elyria Ave, Apt 4] in spring"),
    (Label.LOCATION, "we go down [highway fifty one] a lot"),
    (Label.LOCATION, "It is a place near [Qimmerlow], far out."),
    (Label.PERSON, "hey my name is [xolani] and i am here"),
    (Label.PERSON, "I spoke with Dr. [Okafor-Lane] then."),
    (Label.PERSON, "She saw [Delbert Tsosie] there."),
    (Label.PERSON, "it is spelled [m a n i, g a u l t] okay"),
    (Label.PERSON, "we asked judge [faircloth] about it"),
]
STAYS = [
    "See you today, or in a week.",
    "I have ninety days, and two years ago I had none.",
    "Dial 988 or 911, then wait.",
    "It cost $12,000 in 2019.",
    "We meet at 7:30 every Tuesday.",
    "breathe in one two three four and out four three two one",
    "I took 50 mg for 10 days.",
    "On a scale of one to ten I am at six.",
    "it was the third time this week, the first one too",
    "I may go in the morning, I will see.",
    "Half of us, 24/7, all year.",
    "Her blood pressure was 120/80.",
]


@pytest.fixture(scope="module")
def detector() -> Detector:
    """The layers of identifiers alone: what other layers say of a row has tests of its own."""
    chosen = [r for r in layers() if r.name not in ("community", "disclosures")]
    return Detector(analyzer=build_analyzer(chosen), recognizers=tuple(chosen))


@pytest.mark.parametrize(("label", "row"), FOUND, ids=[f"{i}-{label}" for i, (label, _) in enumerate(FOUND)])
def test_what_identifies_is_covered_and_named(detector: Detector, label: Label, row: str) -> None:
    start, end = row.index("["), row.index("]") - 1
    text = row.replace("[", "").replace("]", "")
    spans = detector.detect(read_plain(text).document, Roster()).spans
    masked = {i for s in spans if s.label in REDACTED_BY_DEFAULT for i in range(s.start, s.end)}
    assert all(i in masked for i in range(start, end) if text[i].isalnum())
    assert any(s.label is label and s.start < end and s.end > start for s in spans)
    assert sum(text[i].isalnum() for i in masked if not start <= i < end) <= 2


@pytest.mark.parametrize("text", STAYS)
def test_what_identifies_nobody_stays(detector: Detector, text: str) -> None:
    spans = detector.detect(read_plain(text).document, Roster()).spans
    assert [s for s in spans if s.label in REDACTED_BY_DEFAULT] == []


def talk(*turns: tuple[str, str]) -> Document:
    """A made transcript: a label, a colon that is layout, the words, a line break that is layout."""
    text, regions, at = "", [], 0
    for n, (speaker, said) in enumerate(turns):
        for part, kind in (
            (speaker, RegionKind.LABEL),
            (": ", RegionKind.FIXED),
            (said, RegionKind.BODY),
            ("\n", RegionKind.FIXED),
        ):
            regions.append(Region(start=at, end=at + len(part), kind=kind, turn=n))
            at += len(part)
            text += part
    return Document(
        doc_id="d",
        format="made",
        text=text,
        regions=tuple(regions),
        turns=tuple(Turn(n=n, speaker=s) for n, (s, _) in enumerate(turns)),
    )


def said(document: Document, detector: Detector, roster: Roster | None = None) -> list[tuple[str, Label]]:
    found = detector.detect(document, roster or Roster()).spans
    return [(document.text[s.start : s.end], s.label) for s in found if s.label in REDACTED_BY_DEFAULT]


def test_a_number_over_turns_is_found_and_cut_at_the_turns(detector: Detector) -> None:
    document = talk(
        ("Clerk", "And the Social?"),
        ("Client", "nine oh oh"),
        ("Clerk", "Mm-hm."),
        ("Client", "four one, two two oh six"),
    )
    assert said(document, detector) == [("nine oh oh", Label.US_SSN), ("four one, two two oh six", Label.US_SSN)]


def test_a_role_is_no_name_and_a_name_is_no_role(detector: Detector) -> None:
    document = talk(("Speaker 2", "okay"), ("Therapist", "okay"), ("Zaynab H.", "okay"))
    assert said(document, detector) == [("Zaynab H", Label.PERSON)]


def test_a_name_found_once_is_that_name_everywhere(detector: Detector) -> None:
    document = talk(
        ("Peer", "my name is Xolani Mbeki"), ("Client", "so xolani, i said, and then Xolani's mother and mbeki laughed")
    )
    assert [t for t, _ in said(document, detector)] == ["Xolani Mbeki", "xolani", "Xolani", "mbeki"]


def test_one_person_has_one_entity(detector: Detector) -> None:
    document = talk(("Peer", "This is Delbert Tsosie."), ("Client", "Hi Delbert."), ("Peer", "And this is Marlene."))
    people = [s.entity for s in detector.detect(document, Roster()).spans if s.label is Label.PERSON]
    assert people == ["local:0", "local:0", "local:1"]


def test_the_cells_of_a_row_are_no_sentence(detector: Detector) -> None:
    row = [
        ("phone", RegionKind.BODY),
        (",", RegionKind.FIXED),
        ("25", RegionKind.BODY),
        (",", RegionKind.FIXED),
        ("7", RegionKind.BODY),
    ]
    regions, at = [], 0
    for part, kind in row:
        regions.append(Region(start=at, end=at + len(part), kind=kind, turn=0))
        at += len(part)
    document = Document(doc_id="d", format="csv", text="phone,25,7", regions=tuple(regions), turns=(Turn(n=0),))
    assert said(document, detector) == []
