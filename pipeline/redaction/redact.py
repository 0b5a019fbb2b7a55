"""redact: each span of the kept turns becomes what the policy of the use says.

- Every character of an identifier in a BODY or LABEL region of a kept turn is replaced, whatever else lies over it;
  a disclosure is replaced only where the policy does not keep it.
- A speaker's label is replaced whole, by the stand-in of its person, also where detection found nothing in it.
- Presidio's AnonymizerEngine does the replacing, one call a stretch, over disjoint spans, each under an entity key of
  its own: the engine joins neighbours of one type, is quadratic in a call, and shows an operator only text and type.
- Where the policy has the backstop, a word of no safe vocabulary is masked too, whatever detection thinks of it.
- FREE, FIXED and DROPPED regions and turns that are not kept get no replacement: their words never leave.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from presidio_anonymizer import AnonymizerEngine
from presidio_anonymizer.entities import OperatorConfig, RecognizerResult

from pipeline.labels import Label
from pipeline.model import Document, Redaction, RegionKind, Replacement, Roster, Span
from pipeline.redaction.clean_time import range_of
from pipeline.redaction.dates import Calendar, telling_years
from pipeline.redaction.operators import OPERATORS, Place, name_of
from pipeline.redaction.standins import Cast, StandIns, cast_of, fold, named
from pipeline.redaction.stretches import Stretch, in_order, mend, parts_of, stretches
from pipeline.redaction.surrogates import Surrogates
from pipeline.redaction.vocabulary import safe_words, unknown_words
from pipeline.rules import Action, Policy
from pipeline.spans import resolve

SOURCE = "redact"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Piece:
    """The part of a span that lies in one stretch. `key`: the person meant, for PERSON."""

    start: int
    end: int
    span: Span
    action: Action
    key: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Terms:
    """What every part of one redaction is done by."""

    policy: Policy
    cast: Cast
    calendar: Calendar
    calendars: Mapping[int, Calendar]
    surrogates: Surrogates | None
    clean: Mapping[str | None, tuple[tuple[int, int], ...]]

    def days(self, turn: int) -> Calendar:
        days = self.calendars.get(turn, self.calendar)
        clean = self.clean.get(self.cast.speakers.get(turn))
        return replace(days, clean=clean) if clean else days


def redact(
    document: Document,
    spans: Iterable[Span],
    policy: Policy,
    kept: Collection[int],
    standins: StandIns,
    *,
    calendar: Calendar | None = None,
    calendars: Mapping[int, Calendar] | None = None,
    roster: Roster | None = None,
    surrogates: Surrogates | None = None,
) -> Redaction:
    """What the copy of a document is made of.

    spans: in code points of the document, overlaps allowed. kept: numbers of the turns that stay. standins: the codes
    of the program's people. calendar: the days that dates are read against; without them a date becomes its label.
    calendars: those of single turns, where they differ (rows of a table are about different people). roster: who
    speaks, by speaker label. surrogates: what they are drawn from; without it the plain stand-in or label stands there.
    Raises ValueError for a span or turn outside the document.
    """
    whole = [named(span, document.text) for span in mend(document, spans)]
    _check(document, whole, kept)
    made_up = surrogates if policy.rule(Label.PERSON).action is Action.SURROGATE else None
    cast = cast_of(document, whole, kept, standins, roster=roster or Roster(), style=policy.style, surrogates=made_up)
    read = tuple(stretches(document, kept))
    terms = _Terms(
        policy=policy,
        cast=cast,
        calendar=calendar or Calendar(),
        calendars=calendars or {},
        surrogates=surrogates,
        clean=_clean_times(read, whole, cast),
    )
    work = list(_by_stretch(read, _wanted(document.text, read, whole, terms), terms))
    values = _values(work) if surrogates is not None else {}
    made = tuple(_replacements(work, terms, values))
    return Redaction(doc_id=document.doc_id, replacements=made, kept=frozenset(kept))


def build_engine() -> AnonymizerEngine:
    """Presidio's engine with our operators beside its own. Cheap: some 50 microseconds."""
    engine = AnonymizerEngine()  # type: ignore[no-untyped-call]  # presidio leaves its constructor without types
    for operator in OPERATORS:
        engine.operators_factory.add_anonymize_operator(operator)
    return engine


def _check(document: Document, spans: list[Span], kept: Collection[int]) -> None:
    if any(s.end > len(document.text) for s in spans):
        raise ValueError(f"a span lies outside `{document.doc_id}`")
    if any(not 0 <= n < len(document.turns) for n in kept):
        raise ValueError(f"a kept turn is not in `{document.doc_id}`")


def _clean_times(
    read: tuple[Stretch, ...], spans: list[Span], cast: Cast
) -> dict[str | None, tuple[tuple[int, int], ...]]:
    """Speaker (None: of a text without speakers) -> the clean times that they tell, where a sobriety date is told."""
    if not any(s.label is Label.SOBRIETY_DATE for s in spans):
        return {}
    told = tuple(s for s in spans if s.label is Label.CLEAN_TIME)
    found: dict[str | None, tuple[tuple[int, int], ...]] = {}
    for stretch, own in parts_of(read, told):
        for start, end, _ in own if stretch.kind is RegionKind.BODY else ():
            days = range_of(stretch.text[stretch.to_text(start) : stretch.to_text(end - 1) + 1])
            if days is not None:
                speaker = cast.speakers.get(stretch.turn)
                found[speaker] = (*found.get(speaker, ()), days)
    return found


def _wanted(text: str, read: tuple[Stretch, ...], spans: list[Span], terms: _Terms) -> tuple[Span, ...]:
    """The spans to replace, disjoint and in order; with them the years of birth that tell an age over 89."""
    policy = terms.policy
    wanted = [s for s in spans if policy.action_for(s) is not Action.KEEP]
    if policy.rule(Label.AGE).action is not Action.KEEP:
        for stretch in read:
            for a, b in telling_years(stretch.text, terms.days(stretch.turn)):
                start, end = stretch.to_document(a), stretch.to_document(b - 1) + 1
                wanted.append(Span(start=start, end=end, label=Label.DATE, score=1.0, source=SOURCE))
    return tuple(_joined(resolve(_told_once(wanted), among=frozenset(Label)), text, policy))


def _told_once(spans: list[Span]) -> Iterable[Span]:
    """Without spans that differ in category alone: a category that is told goes before none, the order decides else."""
    return {in_order(s)[:-1]: s for s in sorted(spans, key=in_order)}.values()


def _joined(spans: Iterable[Span], text: str, policy: Policy) -> Iterator[Span]:
    """Neighbours that would leave the same tag twice become one where nothing but blanks stands between them.

    Never people: two side by side are two people.
    """
    last: Span | None = None
    for span in spans:
        if last is not None and _same_mark(last, span, policy) and not text[last.end : span.start].strip():
            last = replace(last, end=span.end)
            continue
        if last is not None:
            yield last
        last = span
    if last is not None:
        yield last


def _same_mark(a: Span, b: Span, policy: Policy) -> bool:
    alike = (a.label, a.category) == (b.label, b.category) and a.label is not Label.PERSON
    return alike and policy.action_for(a) in (Action.TAG, Action.MASK, Action.CATEGORY, Action.STATE)


def _by_stretch(
    read: tuple[Stretch, ...], spans: tuple[Span, ...], terms: _Terms
) -> Iterator[tuple[Stretch, list[_Piece]]]:
    """Each stretch with its pieces in order; one without any is left out. A label is one piece."""
    policy = terms.policy
    safe = safe_words(policy.own_words) if policy.mask_unknown else None
    for stretch, parts in parts_of(read, spans):
        if stretch.kind is RegionKind.LABEL:
            pieces = _label_piece(stretch, policy, terms.cast)
        else:
            pieces = [_Piece(start=a, end=b, span=s, action=policy.action_for(s), key=s.entity) for a, b, s in parts]
            if safe is not None:
                pieces = sorted([*pieces, *_unknown(stretch, pieces, safe)], key=lambda p: p.start)
        if pieces:
            yield stretch, pieces


def _unknown(stretch: Stretch, pieces: list[_Piece], safe: Collection[str]) -> Iterator[_Piece]:
    """The words of a stretch that are in no safe vocabulary. They go as people: that is what they mostly are."""
    taken = [(stretch.to_text(p.start), stretch.to_text(p.end - 1) + 1) for p in pieces]
    for a, b in unknown_words(stretch.text, safe, but=taken):
        start, end = stretch.to_document(a), stretch.to_document(b - 1) + 1
        span = Span(start=start, end=end, label=Label.PERSON, score=0.0, source=SOURCE)
        yield _Piece(start=start, end=end, span=span, action=Action.MASK)


def _label_piece(stretch: Stretch, policy: Policy, cast: Cast) -> list[_Piece]:
    """The whole label: a format may take one that is replaced in part for one that is not replaced."""
    if not stretch.text.strip():
        return []
    span = Span(start=stretch.start, end=stretch.end, label=Label.PERSON, score=1.0, source=SOURCE)
    key = cast.speakers.get(stretch.turn)
    return [_Piece(start=span.start, end=span.end, span=span, action=policy.rule(Label.PERSON).action, key=key)]


def _values(work: list[tuple[Stretch, list[_Piece]]]) -> dict[tuple[Label, str], int]:
    """(label, value) -> its number among the values of the label that get a surrogate, in order of appearance."""
    found: dict[tuple[Label, str], int] = {}
    counts: Counter[Label] = Counter()
    for stretch, pieces in work:
        for piece in pieces:
            if piece.action is not Action.SURROGATE or piece.span.label is Label.PERSON:
                continue
            key = piece.span.label, fold(_text(stretch, piece))
            if key not in found:
                counts[piece.span.label] += 1
                found[key] = counts[piece.span.label]
    return found


def _text(stretch: Stretch, piece: _Piece) -> str:
    return stretch.text[stretch.to_text(piece.start) : stretch.to_text(piece.end - 1) + 1]


def _replacements(
    work: list[tuple[Stretch, list[_Piece]]], terms: _Terms, values: Mapping[tuple[Label, str], int]
) -> Iterator[Replacement]:
    """Everything that is replaced, in order. A speaker's label is made once and then used again."""
    engine = build_engine()
    labels: dict[tuple[str, str | None], Replacement] = {}
    for stretch, pieces in work:
        if stretch.kind is not RegionKind.LABEL:
            yield from _run(engine, stretch, pieces, terms, values)
            continue
        same = stretch.text, pieces[0].key
        if same not in labels:
            labels[same] = next(_run(engine, stretch, pieces, terms, values))
        yield replace(labels[same], start=stretch.start, end=stretch.end)


def _run(
    engine: AnonymizerEngine,
    stretch: Stretch,
    pieces: list[_Piece],
    terms: _Terms,
    values: Mapping[tuple[Label, str], int],
) -> Iterator[Replacement]:
    """One call of the engine; each piece comes back under the entity key that it was given."""
    found, operators = [], {}
    days = terms.days(stretch.turn)
    for number, piece in enumerate(pieces):
        start, end = stretch.to_text(piece.start), stretch.to_text(piece.end - 1) + 1
        found.append(RecognizerResult(str(number), start, end, 1.0))
        place = Place(
            label=piece.span.label,
            style=terms.policy.style,
            calendar=days,
            category=piece.span.category,
            stand_in=_stand_in(stretch.text[start:end], piece, terms, values),
        )
        operators[str(number)] = OperatorConfig(name_of(piece.action), {"place": place})
    result = engine.anonymize(stretch.text, found, operators, merge_entities_with_spaces=False)
    stand_ins = {item.entity_type: item.text for item in result.items}
    for number, piece in enumerate(pieces):
        yield Replacement(
            start=piece.start,
            end=piece.end,
            label=piece.span.label,
            action=piece.action.value,
            stand_in=stand_ins[str(number)],
        )


def _stand_in(text: str, piece: _Piece, terms: _Terms, values: Mapping[tuple[Label, str], int]) -> str | None:
    """What was allotted beforehand: the stand-in of a person, the surrogate of another value."""
    label = piece.span.label
    if label is Label.PERSON:
        return terms.cast.stand_in(piece.key) if piece.key else None
    if terms.surrogates is None or piece.action is not Action.SURROGATE:
        return None
    return terms.surrogates.value(text, label, values[label, fold(text)])
