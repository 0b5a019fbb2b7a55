"""inspect: what a stranger would see, what blocks, what waits for a person, and the proof by offsets."""

from __future__ import annotations

import pytest

from pipeline import formats
from pipeline.errors import InputError
from pipeline.inspection.inspect import Kind, Original, Where, inspect, read_copy
from pipeline.inspection.suspicions import suspicions, suspicions_in
from pipeline.known import known_values, name_words
from pipeline.labels import Label
from pipeline.model import Document, Person, Redaction, Replacement
from pipeline.policy import shipped
from pipeline.redaction.redact import redact

PEOPLE = (
    Person(
        person_id="P-1",
        names=("Keisha Ramos-Díaz", "Kiki"),
        speaker_labels=("keisha's iphone", "Peer"),
        values=(
            (Label.PHONE_NUMBER, "(559) 304-8816"),
            (Label.EMAIL_ADDRESS, "k.ramos@fastbox.example"),
            (Label.MEDICAL_RECORD_NUMBER, "PRC-20871"),
            (Label.US_SSN, "912-40-6637"),
        ),
    ),
    Person(person_id="P-2", names=("Grace Young", "the stool lady")),
    Person(person_id="P-3", names=("de la Cruz, Will",)),
)
KNOWN = known_values(PEOPLE)
NOBODY = known_values(())


class Codes:
    def code(self, entity: str, /) -> int:
        return 7


def note(text: str) -> Document:
    return formats.read(text.encode(), doc_id="copy")


def found(text: str, name: str = "d-1.txt", known=KNOWN) -> list[tuple[Kind, bool]]:
    return [(f.kind, f.blocks) for f in inspect(note(text), name, known)]


@pytest.mark.parametrize(
    "form",
    ["Keisha", "KEISHA", "keisha", "Keisha Ramos-Díaz", "Ramos", "diaz", "Ramos-Diaz", "Keisha's", "Kiki",
     "Diaz, Keisha", "keishadiaz", "Will Cruz", "cruz", "Grace Young", "the Stool Lady"],
)  # fmt: skip
def test_every_simple_form_of_a_known_name_blocks(form):
    assert (Kind.KNOWN_NAME, True) in found(f"She saw {form} there.\n")


def test_a_known_name_behind_the_escapes_of_a_format_blocks():
    vtt = b"WEBVTT\n\n00:00:01.000 --> 00:00:02.000\n<v [PERSON_7]>with D&iacute;az &amp; co</v>\n"
    (finding,) = inspect(formats.read(vtt, doc_id="c"), "d.vtt", KNOWN)
    assert (finding.kind, finding.blocks, finding.where) == (Kind.KNOWN_NAME, True, Where.BODY)


def test_a_copy_that_looks_like_no_format_is_read_as_words():
    copy = read_copy(b"[[Person 7]] left, Keisha stayed\n", doc_id="c")
    assert [(f.kind, f.blocks) for f in inspect(copy, "d.txt", KNOWN)] == [(Kind.KNOWN_NAME, True)]
    with pytest.raises(InputError):
        read_copy(b"%PDF-1.7", doc_id="c")


@pytest.mark.parametrize("word", ["grace", "will", "young"])
def test_a_name_that_is_an_everyday_word_waits_for_a_person(word):
    assert found(f"We had {word} on our side.\n") == [(Kind.KNOWN_NAME, False)]


@pytest.mark.parametrize(
    "text", ["the peer said", "a keishan ramosa", "de la mano", "cruzing", "all quiet", "a stool, lady"]
)
def test_roles_particles_and_parts_of_words_are_no_names(text):
    assert not [k for k, _ in found(f"It was {text} today.\n") if k is Kind.KNOWN_NAME]


@pytest.mark.parametrize(
    "form", ["559-304-8816", "5593048816", "304 8816", "(559) 304 88 16", "PRC-20871", "prc-20871", "912406637",
             "k.ramos@fastbox.example"]
)  # fmt: skip
def test_a_known_number_blocks_however_it_is_written(form):
    assert (Kind.KNOWN_VALUE, True) in found(f"Try {form} later.\n")


def test_a_name_blocks_in_a_file_name_a_label_and_metadata_also_where_it_is_a_word():
    copy = formats.read(b"WEBVTT\n\n00:00:01.000 --> 00:00:02.000\n<v Grace>hello there</v>\n", doc_id="c")
    places = {(f.where, f.blocks) for f in inspect(copy, "grace_2024.txt", KNOWN, metadata={"author": "W. Will"})}
    assert places == {(Where.LABEL, True), (Where.FILE_NAME, True), (Where.METADATA, True)}


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("my social is 912-40-6637 ok", Kind.SSN),
        ("call (985) 413-0926", Kind.PHONE),
        ("call 413-0926", Kind.PHONE),
        ("write lesya86@fastbox.example", Kind.EMAIL),
        ("dee dot ramos at gmail dot com", Kind.EMAIL),
        ("see https://workboard.example/in/x", Kind.URL),
        ("see workboard.com", Kind.URL),
        ("from 10.0.0.12 again", Kind.IP),
        ("she is @lesya_z_sadu there", Kind.HANDLE),
        ("number 4402917 on it", Kind.DIGITS),
        ("nine two oh, four four one seven", Kind.SPOKEN_DIGITS),
        ("form CLM24-118-90277 came", Kind.CODE),
        ("since March 3rd", Kind.DATE),
        ("since the third of may", Kind.DATE),
        ("on may 5", Kind.DATE),
        ("on 2025-02-11", Kind.DATE),
        ("on 2/11/25", Kind.DATE),
        ("he is 93 years old", Kind.OLD_AGE),
        ("at 2217 Bayou Lantern Road", Kind.ADDRESS),
        ("to PO Box 58", Kind.ADDRESS),
    ],
)
def test_what_looks_like_an_identifier_holds_and_never_blocks(text, kind):
    kinds = found(f"{text}\n", known=NOBODY)
    assert (kind, False) in kinds
    assert not [k for k, blocks in kinds if blocks]


@pytest.mark.parametrize(
    "text",
    ["call 988 or 911 or 211", "an 8 out of 10 day, twelve steps, 24/7", "you may go in march", "in the second of two",
     "ninety days, one two three", "8 mg at 10:20, 1405", "since 2019, 34 years old", "[Person 7] and [day 12]"],
)  # fmt: skip
def test_everyday_numbers_are_no_suspicion(text):
    assert list(suspicions(text)) == []


def test_many_texts_are_each_looked_through_alone():
    texts = ["call 555", "0142 now", "call 555 0142", "İ Call 555 0142", "", "ten @mara", "PLATE 7KLM-881"]
    together = sorted(suspicions_in(texts))
    assert together == sorted((n, *hit) for n, text in enumerate(texts) for hit in suspicions(text))
    assert {n for n, *_ in together} == {2, 3, 5, 6}


def a_copy(source: str = "Ana: I saw Keisha at Elm House\n\nBo: right\n\nAna: on Elm\n\nBo: and Mara left\n"):
    document = formats.read(source.encode(), doc_id="d")
    at = source.index("Keisha")
    house = source.index("Elm House")
    replacements = redact(document, [], shipped("group"), {0, 1, 2}, Codes()).replacements
    more = (
        Replacement(start=at, end=at + 6, label=Label.PERSON, action="stand-in", stand_in="[Person 7]"),
        Replacement(start=house, end=house + 9, label=Label.TREATMENT_FACILITY, action="tag", stand_in="[facility]"),
    )
    redaction = Redaction(doc_id="d", replacements=tuple(sorted(replacements + more)), kept=frozenset({0, 1, 2}))
    return document, redaction, formats.write(source.encode(), document, redaction).decode()


def check(document, redaction, text):
    copy = formats.read(text.encode(), doc_id="c")
    return inspect(copy, "d.txt", NOBODY, original=Original(document=document, redaction=redaction))


def test_a_true_copy_has_nothing_to_find():
    document, redaction, text = a_copy()
    assert "Keisha" not in text
    assert check(document, redaction, text) == ()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("[Person 7]", "Keisha"),
        ("[Person 7]", "[Person 7] Keisha"),
        ("[facility]", "[facility] Elm"),
        ("[withheld]", "Bo: and Mara left"),
        ("[Other person 1]:", "Ana:"),
        ("right", "wrong"),
        ("[withheld]", "[withheld] 5593048816"),
    ],
)
def test_a_copy_that_is_not_its_redaction_blocks(old, new):
    document, redaction, text = a_copy()
    assert old in text
    kinds = {(f.kind, f.blocks) for f in check(document, redaction, text.replace(old, new, 1))}
    assert (Kind.NOT_AS_REDACTED, True) in kinds


def test_words_that_were_replaced_elsewhere_are_echoes():
    document, redaction, _ = a_copy(
        "Ana: I saw Keisha at Elm House\n\nBo: right\n\nAna: so Elm House or Keisha\n\nBo: no\n"
    )
    text = formats.write(document.text.encode(), document, redaction).decode()
    found_here = [f for f in check(document, redaction, text) if f.kind is Kind.ECHO]
    assert [text[f.start : f.end] for f in found_here] == ["Elm House", "Keisha"]
    assert not any(f.blocks for f in found_here)


def test_our_own_stand_ins_are_no_findings():
    document = formats.read(b"Ana: on March 3rd I was 34\n\nBo: ok\n", doc_id="d")
    at = document.text.index("March")
    spot = Replacement(start=at, end=at + 9, label=Label.DATE, action="shift", stand_in="[March 9]")
    labels = redact(document, [], shipped("group"), {0, 1}, Codes()).replacements
    redaction = Redaction(doc_id="d", replacements=tuple(sorted((*labels, spot))), kept=frozenset({0, 1}))
    text = formats.write(document.text.encode(), document, redaction).decode()
    assert "[March 9]" in text
    assert check(document, redaction, text) == ()
    # the same words in brackets that nobody put there are a date
    assert [f.kind for f in inspect(note("It was [March 9] then.\n"), "d.txt", NOBODY)] == [Kind.DATE]


def test_a_finding_holds_no_words():
    (finding,) = inspect(note("It was keisha then.\n"), "d.txt", KNOWN)
    assert "keisha" not in repr(finding).lower()
    assert "keisha" not in finding.reason.lower()
    assert (finding.where, finding.start, finding.end) == (Where.BODY, 7, 13)


def test_the_list_of_name_words_is_lower_case_words():
    assert {"will", "grace", "hope"} <= name_words()
    assert all(w == w.lower().strip() and w.isalpha() for w in name_words())


def test_the_cost_does_not_grow_with_the_number_of_people():
    """Twenty thousand people are searched in the same single pass: what is found depends on the text alone."""
    many = known_values(
        Person(person_id=f"P-{i}", names=(f"Zq{i:05d}x".translate(str.maketrans("0123456789", "abcdefghij")),))
        for i in range(20_000)
    )
    text = "nothing to see here at all. " * 20_000
    assert list(many.find(text)) == []
    assert [h.name for h in many.find(text + "zqaaabcx")] == [True]


def talk_copy() -> tuple[bytes, Document, Redaction]:
    """A talk whose labels become stand-ins, so that its copy reads as a note."""
    source = b"Ana: hi Ana\nBo: I will go\nAna: fine\nBo: good\n"
    document = formats.read(source, doc_id="d")
    found = [i for i in range(len(source)) if source[i : i + 4] == b"Ana:" or source[i : i + 3] == b"Bo:"]
    swaps = tuple(
        Replacement(start=i, end=source.index(b":", i), label=Label.PERSON, action="tag", stand_in="[PEER]")
        for i in found
    )
    redaction = Redaction(doc_id="d", replacements=swaps, kept=frozenset(t.n for t in document.turns))
    return formats.write(source, document, redaction), document, redaction


def test_a_copy_that_looks_like_another_format_is_cut_where_it_was_written():
    copy, document, redaction = talk_copy()
    assert formats.read(copy, doc_id="c").format != document.format
    back = read_copy(copy, doc_id="c", original=Original(document=document, redaction=redaction))
    words = [
        [(r.kind, r.turn) for r in d.regions if r.turn is not None and r.kind != "fixed"] for d in (back, document)
    ]
    assert words[0] == words[1]
    assert [back.text[r.start : r.end] for r in back.bodies(1)] == ["I will go"]
    other = Original(document=document, redaction=redaction)
    assert read_copy(b"all else\n", doc_id="c", original=other).text == "all else\n"


@pytest.mark.parametrize(
    ("hidden", "blocks"),
    [
        ('"by": "Keisha Ramos"', True),
        ('"by": "Will"', True),  # an everyday word, but it stands alone where no reader looks
        ('"Grace": 1', True),
        ('"by": "what people will say to others"', False),
        ('"by": "5593048816"', True),
        ('"by": "\\u004beisha"', True),
        ('"at": 20871.12', False),
        ('"by": "Orchard House"', True),  # was replaced in the words
        ('"by": "nobody"', False),
    ],
)
def test_what_stands_in_the_bytes_and_in_no_text_blocks(hidden, blocks):
    source = b'{"segments": [{"text": " we met at Orchard House"}]}'
    document = formats.read(source, doc_id="d")
    at = document.text.index("Orchard")
    swap = Replacement(start=at, end=at + 13, label=Label.LOCATION, action="tag", stand_in="[PLACE]")
    redaction = Redaction(doc_id="d", replacements=(swap,), kept=frozenset({0}))
    copy = formats.write(source, document, redaction)
    leaky = copy.replace(b'{"segments"', b"{" + hidden.encode() + b', "segments"').replace(
        b'{\n "segments"', b"{" + hidden.encode() + b', "segments"'
    )
    original = Original(document=document, redaction=redaction)
    for data, wanted in ((copy, False), (leaky, blocks)):
        looked_at = read_copy(data, doc_id="c", original=original)
        found_there = inspect(looked_at, "d.json", KNOWN, original=original, data=data)
        assert any(f.blocks and f.where is Where.METADATA for f in found_there) == wanted
