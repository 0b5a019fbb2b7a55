"""A REDCap data dictionary says what the columns of an export are."""

from __future__ import annotations

import pytest

from pipeline.errors import InputError
from pipeline.formats import TableMapping
from pipeline.formats.redcap import Named, mapping_by_dictionary

HEADER = "Variable / Field Name,Form Name,Field Type,Field Label,Text Validation Type OR Show Slider Number,Identifier?"
ROWS = (
    "record_id,intake,text,zqlabel,,",
    "client,intake,text,Client,,y",
    "full_name,intake,text,Name,,Y",
    "visit_date,intake,text,Date,date_ymd,",
    "birth_date,intake,text,Born,date_mdy,y",
    "phone,intake,text,Phone,phone,",
    'story,intake,notes,"Tell us,\nin your words",,',
    "aside,intake,text,Anything else,,",
    "mood,intake,radio,Mood,,",
    "symptoms,intake,checkbox,Symptoms,,",
    "said_in_confidence,intake,notes,Private,,y",
)


def dictionary(*rows: str, header: str = HEADER) -> bytes:
    return "\n".join([header, *(rows or ROWS)]).encode()


def wrong(data: bytes, named: Named | None = None) -> str:
    with pytest.raises(InputError) as caught:
        mapping_by_dictionary(data, named or Named())
    assert "zq" not in str(caught.value)
    return str(caught.value)


def test_free_text_is_read_identifiers_are_dropped_and_the_only_date_is_the_rows() -> None:
    found = mapping_by_dictionary(dictionary(), Named(keep=("mood", "symptoms___1", "redcap_event_name")))
    assert found == TableMapping(
        person="record_id",
        date="visit_date",
        text=("story", "aside"),
        keep=("mood", "symptoms___1", "redcap_event_name"),
    )


def test_what_decides_may_be_an_identifier_and_other_dates_are_read() -> None:
    more = (*ROWS, "follow_up,intake,text,Next,datetime_seconds_dmy,")
    found = mapping_by_dictionary(dictionary(*more), Named(person="client", key="record_id", date="birth_date"))
    assert (found.person, found.key, found.date) == ("client", "record_id", "birth_date")
    assert found.text == ("story", "aside", "visit_date", "follow_up")
    assert mapping_by_dictionary(dictionary(*more), Named()).date is None


def test_the_names_of_the_api_are_known_too() -> None:
    header = "\ufefffield_name,form_name,field_type,field_label,text_validation_type_or_show_slider_number,identifier"
    assert mapping_by_dictionary(dictionary(header=header), Named()).text == ("story", "aside")


def test_every_fault_of_a_dictionary_comes_at_once_by_line() -> None:
    rows = (
        "record_id,f,text,zq,,",
        "Zq Name,f,text,x,,",
        "b,f,zqkind,x,,",
        "c,f,notes,x,,zq",
        "c2,f",
        "record_id,f,notes,x,,",
    )
    told = wrong(dictionary(*rows)).splitlines()[1:]
    wanted = ["no name of a field", "no field type", "neither `y` nor", "fewer cells", "stands above"]
    for line, (one, what) in enumerate(zip(told, wanted, strict=True), start=3):
        assert one.startswith(f"dictionary:{line}")
        assert what in one


@pytest.mark.parametrize(
    ("named", "what"),
    [
        (Named(keep=("full_name",)), "`keep.full_name`: the dictionary marks it as an identifier"),
        (Named(text=("said_in_confidence",)), "marks it as an identifier"),
        (Named(keep=("story",)), "free text or a date"),
        (Named(keep=("visit_date",)), "free text or a date"),
        (Named(person="nobody", keep=("nothing",)), "no such field"),
        (Named(person="record_id", key="record_id"), "two of the named columns are one"),
    ],
)
def test_what_cannot_be_named_is_a_fault(named: Named, what: str) -> None:
    assert what in wrong(dictionary(), named)


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"a,b\n1,2\n", "it has no column `variable / field name`"),
        (HEADER.encode(), "it has no field"),
        (dictionary('record_id,f,text,"zq'), "it is no CSV"),
        (dictionary("record_id,f,text,x,integer,", "mood,f,radio,x,,"), "there is nothing to read"),
        (b"PK\x03\x04", "zip"),
        (b"", "empty"),
    ],
)
def test_what_is_no_dictionary_is_refused(data: bytes, what: str) -> None:
    assert what in wrong(data)
