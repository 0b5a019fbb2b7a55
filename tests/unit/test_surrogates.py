"""Surrogates: one name a person, of the right script, nobody's, and telling nothing of the one it stands for."""

from __future__ import annotations

import importlib
import random
import re
from datetime import date

import pytest

from pipeline import formats
from pipeline.inspection.inspect import Original, inspect, read_copy
from pipeline.known import fold_text, known_values
from pipeline.labels import Label
from pipeline.model import Document, Person, Redaction, Roster, Span
from pipeline.package.rows import turn_rows
from pipeline.policy import shipped
from pipeline.redaction.dates import Calendar
from pipeline.redaction.redact import redact
from pipeline.redaction.standins import Allotted
from pipeline.redaction.surrogates import SHAPED, Surrogates, script_of

POLICY = shipped("group-surrogates")
NOBODY = known_values(())
S = Surrogates(seed="5f0c", known=NOBODY, scripts={"P-9": "CYRILLIC"})
TALK = """WEBVTT

00:00:01.000 --> 00:00:02.000
<v Keisha Ramos>call me Kiki, or text five five five oh one four two

00:00:03.000 --> 00:00:04.000
<v Peer>Keisha's number, and Иван at Fresno College, Fresno College on 555-304-8816
"""


def provider(name: str) -> object:
    return importlib.import_module(f"faker.providers.person.{name}").Provider


def marked(document: Document, *marks: tuple[str, Label, str | None]) -> list[Span]:
    return [
        Span(start=m.start(), end=m.end(), label=label, score=0.9, source="t", entity=entity)
        for pattern, label, entity in marks
        for m in re.finditer(pattern, document.text)
    ]


def copied(seed: str, number: int = 417) -> tuple[Document, Redaction, bytes, Allotted]:
    document = formats.read(TALK.encode(), doc_id="d")
    codes = Allotted(codes={"P-1": number})
    spans = marked(
        document,
        ("Keisha Ramos|Keisha(?=')|Kiki", Label.PERSON, "person:P-1"),
        ("Иван", Label.PERSON, None),
        ("Fresno College", Label.ORGANIZATION, None),
        ("five five five oh one four two|555-304-8816", Label.PHONE_NUMBER, None),
    )
    calendar = Calendar(session=date(2025, 3, 20))
    roster = Roster(present=(Person(person_id="P-1", names=("Keisha Ramos",)),))
    drawn = Surrogates(seed=seed, known=NOBODY)
    made = redact(document, spans, POLICY, {0, 1}, codes, calendar=calendar, roster=roster, surrogates=drawn)
    return document, made, formats.write(TALK.encode(), document, made), codes


def test_one_person_is_one_name_over_label_mention_nickname_possessive_and_column():
    document, made, data, codes = copied("aa")
    name = S.person("P-1", 417)
    text = data.decode()
    assert text.count(name) == 3
    assert f"<v {name}>call me {name}, or" in text
    assert f"{name}'s number" in text
    rows = turn_rows(document, made, spans=(), standins=codes, style=POLICY.style)
    assert rows[0].speaker == name
    assert not any(word in text for word in ("Keisha", "Kiki", "Ramos", "Fresno", "Person", "["))


def test_the_same_value_is_the_same_surrogate_and_keeps_its_shape():
    text = copied("aa")[2].decode()
    college = text.split(" at ")[1].split(",")[0]
    assert text.count(college) == 2
    assert text.split("text ")[1].startswith("five five five oh one ")
    assert "-555-01" in text


def test_a_person_is_the_same_in_every_document_and_others_are_not():
    one, other = copied("aa")[2].decode(), copied("bb")[2].decode()
    assert one.split(">")[2][:20] == other.split(">")[2][:20]
    assert one.split(" at ")[1] != other.split(" at ")[1]
    assert one != copied("aa", number=418)[2].decode()


def test_a_name_keeps_its_script_or_stays_a_plain_stand_in():
    assert script_of(S.person("P-9", 417)) == "CYRILLIC"
    for script in ("LATIN", "CYRILLIC", "GREEK", "ARABIC", "HEBREW", "CJK", "HANGUL", "DEVANAGARI", "THAI"):
        assert script_of(S.other(1, script)) == script
    assert S.other(1, "CHEROKEE") is None
    assert script_of("さくら") == "CJK"


def test_no_two_people_share_a_name():
    people = [S.person("P-1", n) for n in range(4000)]
    others = [S.other(n, "LATIN") for n in range(1, 2000)]
    small = [S.person("P-9", n) for n in range(2000)] + [S.other(n, "CYRILLIC") for n in range(1, 500)]
    for names in (people + others, small):
        assert None not in names
        assert len(set(names)) == len(names)


def test_nobody_of_the_program_lends_a_name():
    plain = [S.person("P-1", n) for n in range(100, 1000)] + [S.other(n, "LATIN") for n in range(1, 50)]
    known = known_values([Person(person_id=f"P-{i}", names=(f"Ana {name}",)) for i, name in enumerate(plain)])
    strict = Surrogates(seed=S.seed, known=known)
    made = [strict.person("P-1", n) for n in range(100, 1000)] + [strict.other(n, "LATIN") for n in range(1, 50)]
    assert None not in made
    assert not any(list(known.find(name)) for name in made)
    assert len(set(made)) == len(made)


def test_a_name_tells_neither_gender_nor_initial():
    """Over many draws the share of equal initials is what chance gives, and no name has one gender."""
    draw = random.Random(6)
    women, men = list(provider("en_US").first_names_female), list(provider("en_US").first_names_male)
    names = [S.person("P-1", n) for n in range(100, 1000)]
    real = [draw.choice(women + men) for _ in range(4000)]
    made = [draw.choice(names) for _ in real]
    share = {c: sum(n[0] == c for n in names) / len(names) for c in {n[0] for n in names}}
    expected = sum(share.get(r[0], 0.0) for r in real)
    equal = sum(r[0] == m[0] for r, m in zip(real, made, strict=True))
    assert abs(equal - expected) < 4 * expected**0.5
    one_gender = {fold_text(n) for n in set(women) ^ set(men)}
    assert not [n for n in names if any(fold_text(word) in one_gender for word in n.split())]


@pytest.mark.parametrize(
    ("label", "text"),
    [
        (Label.PHONE_NUMBER, "(559) 304-8816"),
        (Label.PHONE_NUMBER, "five five five, uh, oh one four two"),
        (Label.PHONE_NUMBER, "double five, nineteen"),
        (Label.PHONE_NUMBER, "4821"),
        (Label.EMAIL_ADDRESS, "k.ramos@fast.example"),
        (Label.EMAIL_ADDRESS, "dee dot ramos at gmail dot com"),
        (Label.URL, "https://fresno.example/me"),
        (Label.STREET_ADDRESS, "four twelve alder street"),
        (Label.STREET_ADDRESS, "412 Alder St, Apt 9"),
        (Label.ORGANIZATION, "fresno city college"),
        (Label.RECOVERY_GROUP, "Noon Nooners"),
    ],
)
def test_a_value_has_the_shape_of_its_kind_and_nothing_of_the_original(label, text):
    made = S.value(text, label, 1)
    assert made is not None
    assert made != S.value(text, label, 2)
    assert made.islower() == text.islower()
    words = {w for w in fold_text(text).replace("@", " ").replace(".", " ").replace("/", " ").split() if len(w) > 3}
    assert not words & {"ramos", "fresno", "alder", "nooners", "college", "8816"} & set(fold_text(made).split())
    assert any(c.isdigit() for c in made) or not any(c.isdigit() for c in text)


def test_what_has_no_shape_stays_a_label():
    assert S.value("Московский университет", Label.ORGANIZATION, 1) is None
    assert S.value("ask Keisha for it", Label.PHONE_NUMBER, 1) is None
    assert Label.CASE_NUMBER not in SHAPED
    assert S.value("24-CR-881", Label.CASE_NUMBER, 1) is None


def test_inspect_takes_surrogates_for_ours_and_nothing_else():
    document, made, data, _ = copied("aa")
    original = Original(document=document, redaction=made)
    assert inspect(read_copy(data, doc_id="d"), "n.vtt", NOBODY, original=original) == ()
    leaked = data.replace(b"or text", b"or 555-304-8817")
    found = inspect(read_copy(leaked, doc_id="d"), "n.vtt", NOBODY, original=original)
    assert any(f.kind == "phone" for f in found)
    assert any(f.blocks for f in found)


def test_without_a_draw_there_are_plain_stand_ins():
    document = formats.read(TALK.encode(), doc_id="d")
    spans = marked(document, ("Keisha Ramos", Label.PERSON, "person:P-1"), ("Fresno College", Label.ORGANIZATION, None))
    made = redact(document, spans, POLICY, {0, 1}, Allotted(codes={"P-1": 417}))
    assert {r.stand_in for r in made.replacements} == {"[Person 417]", "[Other person 1]", "[organization]"}
