"""Laws of redact, over documents of any shape: nothing identifying stays, nothing else changes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from hypothesis import given
from hypothesis import strategies as st
from presidio_anonymizer.entities import OperatorConfig, RecognizerResult

from pipeline.known import known_values
from pipeline.labels import IDENTIFIERS, Category, Label
from pipeline.model import Document, Redaction, Region, RegionKind, Span, Turn
from pipeline.policy import SHIPPED, Action, Policy, shipped
from pipeline.redaction.dates import Calendar
from pipeline.redaction.redact import build_engine, redact
from pipeline.redaction.stretches import stretches
from pipeline.redaction.surrogates import Surrogates
from pipeline.redaction.vocabulary import safe_words, unknown_words

POLICIES = {name: shipped(name) for name in SHIPPED}
DRAWN = Surrogates(seed="drawn", known=known_values(()))
CALENDAR = Calendar(session=date(2025, 3, 20), first=date(2024, 12, 1), as_of=date(2025, 6, 1), shift=21)


@dataclass(frozen=True)
class Codes:
    """Codes as the vault gives them: fixed for an entity."""

    offset: int = 40

    def code(self, entity: str, /) -> int:
        return self.offset + sum(map(ord, entity))


@st.composite
def documents(draw: st.DrawFn) -> Document:
    """Turns with a label or without, several bodies a turn, layout and free text between."""
    parts: list[tuple[RegionKind, int | None, str]] = []
    turns = draw(st.integers(1, 4))
    words = st.text(alphabet="abcXYZ é,.'0123456789\n", min_size=1, max_size=25)
    for n in range(turns):
        if draw(st.booleans()):
            parts.append((RegionKind.LABEL, n, draw(words)))
        for _ in range(draw(st.integers(0, 2))):
            parts.append((RegionKind.FIXED, None, "\n-- "))
            parts.append((RegionKind.BODY, n, draw(words)))
        if draw(st.booleans()):
            parts.append((RegionKind.FREE, None, draw(words)))
    if not parts:
        parts = [(RegionKind.DROPPED, None, "x")]
    regions, at = [], 0
    for kind, turn, text in parts:
        regions.append(Region(start=at, end=at + len(text), kind=kind, turn=turn))
        at += len(text)
    text = "".join(p[2] for p in parts)
    return Document(
        doc_id="d", format="t", text=text, regions=tuple(regions), turns=tuple(Turn(n=n) for n in range(turns))
    )


@st.composite
def cases(draw: st.DrawFn) -> tuple[Document, list[Span], frozenset[int]]:
    document = draw(documents())
    entities = st.sampled_from([None, "person:P-1", "person:P-2", "local:1", "local:2"])
    spans = []
    for _ in range(draw(st.integers(0, 8))):
        start = draw(st.integers(0, len(document.text) - 1))
        end = draw(st.integers(start + 1, len(document.text)))
        label = draw(st.sampled_from(Label))
        spans.append(
            Span(
                start=start,
                end=end,
                label=label,
                score=draw(st.floats(0, 1)),
                source="t",
                entity=draw(entities) if label is Label.PERSON else None,
                category=None if label in IDENTIFIERS else draw(st.sampled_from([None, *Category])),
            )
        )
    kept = draw(st.sets(st.integers(0, len(document.turns) - 1)))
    return document, spans, frozenset(kept)


def run(case: tuple[Document, list[Span], frozenset[int]], policy: Policy) -> Redaction:
    document, spans, kept = case
    return redact(document, spans, policy, kept, Codes(), calendar=CALENDAR, surrogates=DRAWN)


def covered(redaction: Redaction) -> set[int]:
    return {i for r in redaction.replacements for i in range(r.start, r.end)}


@given(cases(), st.sampled_from(SHIPPED))
def test_every_character_of_an_identifier_in_a_kept_turn_is_replaced(case, name):
    document, spans, kept = case
    policy = POLICIES[name]
    done = covered(run(case, policy))
    words = {
        i
        for r in document.regions
        if r.turn in kept and r.kind in (RegionKind.BODY, RegionKind.LABEL)
        for i in range(r.start, r.end)
    }
    marked = {
        i
        for s in spans
        if s.label in IDENTIFIERS and policy.action_for(s) is not Action.KEEP
        for i in range(s.start, s.end)
    }
    labels = {
        i
        for r in document.regions
        if r.turn in kept and r.kind is RegionKind.LABEL
        for i in range(r.start, r.end)
        if not document.text[i].isspace()
    }
    blank = {i for i, c in enumerate(document.text) if c.isspace()}
    assert (marked & words) - blank <= done
    assert labels <= done


@given(cases(), st.sampled_from(SHIPPED))
def test_nothing_else_is_replaced(case, name):
    document, spans, kept = case
    policy = POLICIES[name]
    allowed = {i for s in spans if policy.action_for(s) is not Action.KEEP for i in range(s.start, s.end)}
    if policy.mask_unknown:
        for stretch in stretches(document, kept):
            for a, b in unknown_words(stretch.text, safe_words()):
                allowed |= set(range(stretch.to_document(a), stretch.to_document(b - 1) + 1))
    labels = {i for r in document.regions if r.kind is RegionKind.LABEL for i in range(r.start, r.end)}
    inside = {
        i
        for r in document.regions
        if r.kind is RegionKind.FIXED or (r.turn in kept and r.kind in (RegionKind.BODY, RegionKind.LABEL))
        for i in range(r.start, r.end)
    }
    layout = {i for r in document.regions if r.kind is RegionKind.FIXED for i in range(r.start, r.end)}
    blank = {i for i, c in enumerate(document.text) if c.isspace()}
    assert covered(run(case, policy)) <= (allowed | labels | layout | blank) & inside


@given(cases(), st.sampled_from(SHIPPED), st.randoms(use_true_random=False))
def test_the_order_of_spans_is_without_effect(case, name, random):
    document, spans, kept = case
    mixed = list(spans)
    random.shuffle(mixed)
    assert run(case, POLICIES[name]) == run((document, mixed, kept), POLICIES[name])


@given(cases(), st.sampled_from(SHIPPED))
def test_a_withheld_turn_leaves_no_trace_in_the_others(case, name):
    """Spans in turns that are not kept change nothing: not a replacement, not a number."""
    document, spans, kept = case
    gone = {
        i
        for r in document.regions
        if r.kind in (RegionKind.BODY, RegionKind.LABEL) and r.turn not in kept
        for i in range(r.start, r.end)
    }
    seen = [s for s in spans if not set(range(s.start, s.end)) <= gone]
    assert run(case, POLICIES[name]) == run((document, seen, kept), POLICIES[name])


@given(cases(), st.sampled_from(["research-safe-harbor", "group-surrogates"]))
def test_one_person_is_one_stand_in(case, name):
    """Under tags too: no two people share a stand-in, no person has two."""
    document, spans, kept = case
    people = [s for s in spans if s.label is Label.PERSON and s.entity]
    redaction = run((document, people, kept), POLICIES[name])
    by_entity: dict[str, set[str]] = {}
    for r in redaction.replacements:
        owners = {s.entity for s in people if s.start <= r.start and r.end <= s.end}
        if len(owners) == 1 and not any(
            x.kind is RegionKind.LABEL and x.start <= r.start < x.end for x in document.regions
        ):
            by_entity.setdefault(owners.pop() or "", set()).add(r.stand_in)
    assert all(len(names) == 1 for names in by_entity.values())
    assert len({next(iter(n)) for n in by_entity.values()}) == len(by_entity)


@given(st.lists(st.sampled_from(["ab", "c ", "dé"]), min_size=1, max_size=30))
def test_the_engine_and_the_replacements_write_the_same_text(words):
    """What Presidio writes for a region is what putting the replacements into the text gives."""
    text = "".join(words)
    spans, at = [], 0
    for n, word in enumerate(words):
        if n % 2:
            spans.append(Span(start=at, end=at + len(word), label=Label.URL, score=1, source="t"))
        at += len(word)
    document = Document(
        doc_id="d",
        format="t",
        text=text,
        regions=(Region(start=0, end=len(text), kind=RegionKind.BODY, turn=0),),
        turns=(Turn(n=0),),
    )
    redaction = redact(document, spans, POLICIES["group"], {0}, Codes())
    results = [RecognizerResult(str(s.start), s.start, s.end, 1.0) for s in spans]
    config = {"DEFAULT": OperatorConfig("replace", {"new_value": "[web address]"})}
    theirs = build_engine().anonymize(text, results, config, merge_entities_with_spaces=False).text
    ours, at = "", 0
    for r in redaction.replacements:
        ours += text[at : r.start] + r.stand_in
        at = r.end
    assert ours + text[at:] == theirs
