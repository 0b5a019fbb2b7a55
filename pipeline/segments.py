"""The facts of each segment of a document that consent looks at: who speaks, what it touches, whom it mentions.

- One Segment a Turn, in order, with the turn's number as its id. No word leaves this file.
- A speaker label is a person of the roster if it is written like one of their labels (case, spaces and pronouns in
  brackets do not matter) and like nobody else's; else nobody knows who speaks.
- What stands without a label in a transcript is by nobody we know. In a note or a table it was written by the worker
  whose note it is; where no worker is known it counts as the word of the one client it is about.
- A category is certain from the policy's threshold on. A disclosure with no box on the form gives no category.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pipeline.consent.records import NoteClass
from pipeline.consent.session import Segment
from pipeline.labels import CATEGORY_OF, DISCLOSURES, Label
from pipeline.model import Document, Region, RegionKind, Role, Roster, Span, Turn
from pipeline.whose import Mark, of_speaker, of_third_party

PERSON_KEY = "person:"  # entity of a span that means somebody of the program

# "Dana (she/her)": what meeting software appends to a name by itself.
_PRONOUNS = re.compile(
    r"[(\[]\s*(?:she|her|hers|he|him|his|they|them|theirs|ze|zir|xe|xem|it|its|any|ella|el|él|elle)"
    r"(?:\s*[/,|]\s*\w+)*(?:\s+pronouns)?\s*[)\]]",
    re.IGNORECASE,
)


def segments(
    document: Document,
    spans: Sequence[Span],
    roster: Roster,
    threshold: float,
    *,
    note_class: NoteClass = NoteClass.TRANSCRIPT,
    author: str | None = None,
) -> tuple[Segment, ...]:
    """The segments of a document.

    spans: what detection found, in any order. threshold: score (0..1) under which a disclosure is uncertain.
    note_class: of the session. author: person id of the worker who wrote the note, if known (not for a transcript).
    """
    speakers = _Speakers.of(roster, note_class, author)
    found = _by_turn(document, spans)
    return tuple(_segment(document, turn, found[turn.n], speakers, threshold) for turn in document.turns)


def normal_label(label: str) -> str:
    """A speaker label as it is compared: case folded, without pronouns in brackets, a last colon and extra spaces."""
    return " ".join(_PRONOUNS.sub(" ", label).split()).strip().rstrip(":").strip().casefold()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Speakers:
    """Who may speak. labels: normalised label -> person id, only those that mean one person."""

    labels: Mapping[str, str]
    staff: frozenset[str]
    clients: tuple[str, ...]
    written: bool
    author: str | None

    @classmethod
    def of(cls, roster: Roster, note_class: NoteClass, author: str | None) -> _Speakers:
        people: dict[str, set[str]] = defaultdict(set)
        for person in roster.present:
            for label in person.speaker_labels:
                people[normal_label(label)].add(person.person_id)
        present = [p.person_id for p in roster.present if p.role is Role.STAFF]
        everyone = (*roster.present, *roster.known)
        return cls(
            labels={label: min(ids) for label, ids in people.items() if label and len(ids) == 1},
            staff=frozenset(p.person_id for p in everyone if p.role is Role.STAFF),
            clients=tuple(p.person_id for p in roster.present if p.role is Role.CLIENT),
            written=note_class is not NoteClass.TRANSCRIPT,
            author=author if author is not None else present[0] if len(present) == 1 else None,
        )

    def speaker(self, turn: Turn, own_story: bool) -> str | None:
        """The person who says or wrote a turn; `own_story`: it tells of whoever that is."""
        if turn.speaker is not None:
            return self.labels.get(normal_label(turn.speaker))
        if not self.written and turn.person_id is None:
            return None
        if self.author is not None:
            return self.author
        about = (turn.person_id,) if turn.person_id is not None else self.clients
        return about[0] if len(about) == 1 and not own_story else None


def _by_turn(document: Document, spans: Iterable[Span]) -> dict[int, list[Span]]:
    """The spans in the words of each turn."""
    regions = document.regions
    starts = [r.start for r in regions]
    found: dict[int, list[Span]] = defaultdict(list)
    for span in spans:
        touched = regions[bisect_right(starts, span.start) - 1 : bisect_right(starts, span.end - 1)]
        for turn in {r.turn for r in touched if r.kind is RegionKind.BODY and r.turn is not None}:
            found[turn].append(span)
    return found


def _segment(document: Document, turn: Turn, spans: Sequence[Span], speakers: _Speakers, threshold: float) -> Segment:
    told = [s for s in spans if s.label in DISCLOSURES]
    text, marks = _words(document, document.bodies(turn.n), spans) if told else ("", ())
    own = bool(told) and of_speaker(text, marks)
    speaker = speakers.speaker(turn, own)
    mentioned = {s.entity.removeprefix(PERSON_KEY) for s in spans if s.entity and s.entity.startswith(PERSON_KEY)}
    return Segment(
        segment_id=str(turn.n),
        speaker=speaker,
        categories=frozenset(c for c in map(_category, told) if c is not None),
        mentions=frozenset(mentioned - speakers.staff),
        third_party_sensitive=bool(told) and of_third_party(text, marks),
        label_confident=all(s.score >= threshold for s in told),
        self_disclosure=own and speaker in speakers.staff,
        replies_to=None if turn.replies_to is None else str(turn.replies_to),
    )


def _category(span: Span) -> str | None:
    """The box of the form. Only a health condition may have none by the words alone; IDENTITY has none at all."""
    if span.category is not None or span.label is Label.HEALTH_CONDITION:
        return span.category
    return CATEGORY_OF.get(span.label)


def _words(document: Document, bodies: Sequence[Region], spans: Sequence[Span]) -> tuple[str, tuple[Mark, ...]]:
    """The words of a turn as one text, and the marks in it. Cues of one turn are joined by a space."""
    text, starts = "", []
    for body in bodies:
        starts.append(len(text))
        text += document.text[body.start : body.end] + " "
    marks = []
    for span in spans:
        disclosure = span.label in DISCLOSURES
        stranger = span.label is Label.PERSON and not (span.entity or "").startswith(PERSON_KEY)
        if disclosure or stranger:
            at = [
                (start + max(span.start, b.start) - b.start, start + min(span.end, b.end) - b.start)
                for start, b in zip(starts, bodies, strict=True)
                if span.start < b.end and b.start < span.end
            ]
            marks.append(Mark(start=at[0][0], end=at[-1][1], disclosure=disclosure))
    return text, tuple(marks)
