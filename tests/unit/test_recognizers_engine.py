"""The detector as a whole: odd input, accounting, digest, cheap import, no connection."""

from __future__ import annotations

import socket
import subprocess
import sys
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.labels import Label
from pipeline.model import Person, Roster, Span
from recognizers.engine import Detector, build_detector, layers
from recognizers.layers import Layer, build_analyzer
from recognizers.reading import read_plain

PEOPLE = Roster(
    present=(Person(person_id="P-1", names=("Xolani Mbeki",), values=((Label.PHONE_NUMBER, "555 010 4821"),)),)
)
ODD = {
    "nothing": "",
    "blank": " \n\t ",
    "emoji": "\U0001f600\U0001f468\u200d\U0001f469\u200d\U0001f467" * 50,
    "right to left": "\u202eشكرا جزيلا لك يا سارة\u202c تلفون 555-010-4821",
    "zero width": "Xo\u200dla\u200bni called 555\u200d-010-4821",
    "NUL": "Xolani\x00 said\x00 call 555-010-4821\x00",
    "lone surrogate": "Xolani \ud83d said \udc00 call 555-010-4821",
    "combining": "Xolani\u0301\u0302\u0303 Jose\u0301 " * 20,
    "long s and dotted i": "İSTANBUL ſo İ 555-010-4821 ẞ",
    "only signs": "-.,;:()[]{}@#/\\|*&^%$!?" * 40,
    "template": "${name} {0} %s \\d+ (?P<x>) \\1",
}


@pytest.fixture(scope="module")
def detector() -> Detector:
    return build_detector(model=None)


def holds(text: str, spans: tuple[Span, ...]) -> bool:
    return all(0 <= s.start < s.end <= len(text) for s in spans)


@pytest.mark.parametrize("name", ODD)
def test_odd_text_is_read_whole_and_raises_nothing(detector: Detector, name: str) -> None:
    found = detector.detect(read_plain(ODD[name]).document, PEOPLE)
    assert found.examined == len(ODD[name])
    assert holds(ODD[name], found.spans)
    if "555-010-4821" in ODD[name]:
        at = ODD[name].index("555-010-4821")
        assert any(s.start <= at and s.end >= at + 12 for s in found.spans)


@settings(max_examples=60)
@given(st.text(st.characters(), max_size=120))
def test_any_text_gives_spans_inside_it(text: str) -> None:
    found = DETECTOR.detect(read_plain(text).document, PEOPLE)
    assert found.examined == len(text)
    assert holds(text, found.spans)
    assert DETECTOR.detect(read_plain(text).document, PEOPLE) == found


DETECTOR = build_detector(model=None)


@pytest.mark.parametrize(
    "unit", ["a", "1", "one ", "x.", "1-", "A b ", "dot com ", "at 12 oak ", "my name is "], ids=repr
)
def test_a_long_line_costs_in_proportion(detector: Detector, unit: str) -> None:
    """Four times the text costs less than ten times the seconds: no pattern runs away."""

    def seconds(size: int) -> float:
        document = read_plain(unit * (size // len(unit))).document
        started = time.process_time()
        assert detector.detect(document, Roster()).examined == len(document.text)
        return time.process_time() - started

    assert seconds(80_000) < 10 * max(0.1, seconds(20_000))


@pytest.mark.nightly
def test_ten_megabytes_in_one_line(detector: Detector) -> None:
    text = "so then i said to marlene we should call five five five oh one four two and go " * 130_000
    started = time.monotonic()
    found = detector.detect(read_plain(text).document, Roster())
    assert found.examined == len(text) > 10_000_000
    assert text[found.spans[-1].start : found.spans[-1].end] == "five five five oh one four two"
    assert time.monotonic() - started < 600


def test_numbers_past_the_edges_of_the_windows_are_found(detector: Detector) -> None:
    unit = "and we went home after that because it was late. "
    text = unit * 2100 + "My name is Xolani Mbeki, call 555-010-4821. " + unit * 2100
    masked = {text[s.start : s.end] for s in detector.detect(read_plain(text).document, Roster()).spans}
    assert {"Xolani Mbeki", "555-010-4821"} <= masked


def test_the_digest_names_what_answers(detector: Detector) -> None:
    assert detector.digest == build_detector(model=None).digest
    without = Detector(analyzer=detector.analyzer, recognizers=detector.recognizers[1:], code=detector.code)
    assert without.digest != detector.digest


def test_every_layer_stands_behind_presidio(detector: Detector) -> None:
    behind = {r.name for r in detector.analyzer.registry.recognizers}
    assert behind == {layer.name for layer in layers()}
    assert all(isinstance(r, Layer) for r in detector.analyzer.registry.recognizers)


def test_a_layer_works_in_a_stock_analyzer() -> None:
    analyzer = build_analyzer([layer for layer in layers() if layer.name == "numbers"])
    found = analyzer.analyze("call 555-010-4821 now", "en")
    assert [(r.entity_type, r.start, r.end) for r in found] == [("PHONE_NUMBER", 5, 17)]


def test_importing_the_package_is_cheap() -> None:
    code = "import sys, recognizers.engine; assert not {'spacy', 'presidio_analyzer', 'onnxruntime'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_detecting_opens_no_connection(detector: Detector, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a connection was opened")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    assert detector.detect(read_plain("write to dee.ramos@mail.example.org today").document, Roster()).spans
