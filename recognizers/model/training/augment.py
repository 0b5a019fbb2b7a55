"""A segment as it might also have been written: other surfaces, other case, machine-transcript and hurried-note noise.

Rules:
- Marks keep their label; noise never moves a mark's edge into another word.
- Half of the copies are noisy: no punctuation, digits said in words, fillers, dropped apostrophes, typing errors.
- Speaker labels appear in the forms of the formats read.
- All chance comes from the generator given.
"""

from __future__ import annotations

import random
import re

from pipeline.labels import Label
from recognizers.model.training import lists, names, numbers
from recognizers.model.training.prepare import Pieces
from recognizers.model.training.surfaces import NUMBERED, ONLINE, Pool, fresh

NOISY = 0.5  # share of copies with noise (the design asks for half)
FILLERS = lists.words("noise", "fillers")
# ordinary words a recogniser may hear for a name it does not know; common English, chosen by hand
HEARD_AS = lists.words("noise", "heard_as")
SPOKEN = NUMBERED | ONLINE
LETTERS = "abcdefghijklmnopqrstuvwxyz"
PUNCTUATION = re.compile(r"(?<!\w)[^\w\s]+|[^\w\s]+(?!\w)")
LABEL_END = re.compile(r"^(: ?|:)")


def augmented(segment: Pieces, pool: Pool, rng: random.Random) -> Pieces:
    """One changed copy of a segment."""
    changed: dict[tuple[str, Label], str] = {}
    out: Pieces = []
    for words, label in segment:
        if label is not None:
            key = (words.lower(), label)
            if key not in changed:
                changed[key] = fresh(words, label, pool, rng)
            words = changed[key]
        out.append((words, label))
    out = _speakers(out, rng)
    return noisy(out, rng) if rng.random() < NOISY else out


def _speakers(segment: Pieces, rng: random.Random) -> Pieces:
    """Write the speakers of a segment in another of the forms that transcripts use."""
    if rng.random() < 0.6:
        return segment
    opening, closing = rng.choice(
        [("[", "] "), ("", " - "), (">> ", ": "), ("", " (00:12): "), ("", "\n"), ("**", ":** ")]
    )
    out: Pieces = []
    for number, (words, label) in enumerate(segment):
        starts = not out or out[-1][0].endswith("\n")
        after = segment[number + 1][0] if number + 1 < len(segment) else ""
        if label is Label.PERSON and starts and LABEL_END.match(after):
            out += [(opening, None)] if opening else []
            out.append((words, label))
            segment[number + 1] = (LABEL_END.sub(closing, after), segment[number + 1][1])
        else:
            out.append((words, label))
    return out


def noisy(segment: Pieces, rng: random.Random) -> Pieces:
    """The segment with the noise of one kind of source: how much of each is drawn once for the segment."""
    said = rng.random() < 0.5
    bare = rng.random() < 0.75
    filler = rng.choice([0.0, 0.0, 0.03, 0.06])
    typing = rng.choice([0.0, 0.0, 0.0, 0.01, 0.03])
    joined = rng.random() < 0.3
    out: Pieces = []
    for words, label in segment:
        if label in SPOKEN and said and any(c.isdigit() or c == "@" for c in words):
            words = numbers.said(words, rng)
        elif label is Label.PERSON and rng.random() < 0.06:
            words = names.misheard(words, rng) if rng.random() < 0.7 else rng.choice(HEARD_AS)
        elif label is None and said:
            words = re.sub(r"\b\d{1,2}\b", lambda m: numbers.spoken_number(int(m[0])), words)
        words = _typed(_hesitant(words, label, filler, rng), typing, rng)
        if bare:
            words = _bare(words, label)
        out.append((words.replace("\n", " ") if joined else words, label))
    return [(words, label) for words, label in out if words]


def _bare(words: str, label: Label | None) -> str:
    edges = words if label is None else words.strip("()[]'\"“”")
    text = PUNCTUATION.sub(" ", edges) if label not in ONLINE else edges
    text = re.sub(r"(?<=\w)['’](?=\w)", "", text) if _drops_apostrophes(text) else text
    text = re.sub(r"[ \t]+", " ", text)
    return text if label is None else text.strip() or words


def _drops_apostrophes(text: str) -> bool:
    """Whether to drop apostrophes: by the text's length, so that half of all do and no generator is spent."""
    return len(text) % 2 == 0


def _hesitant(words: str, label: Label | None, share: float, rng: random.Random) -> str:
    if not share or (label is not None and label not in NUMBERED):
        return words
    out = []
    for word in re.split(r"( )", words):
        if word == " " and rng.random() < share:
            out.append(f" {rng.choice(FILLERS)} ")
        else:
            out.append(word)
    return "".join(out)


def _typed(words: str, share: float, rng: random.Random) -> str:
    """Typing errors in words of five letters and more: a letter dropped, doubled, changed or two exchanged."""
    if not share:
        return words

    def wrong(found: re.Match[str]) -> str:
        word = found[0]
        if rng.random() >= share * 3:
            return word
        at = rng.randrange(1, len(word) - 1)
        kinds = (
            word[:at] + word[at + 1 :],
            word[:at] + word[at] + word[at:],
            word[:at] + rng.choice(LETTERS) + word[at + 1 :],
        )
        return rng.choice((*kinds, word[:at] + word[at + 1] + word[at] + word[at + 2 :]))

    return re.sub(r"[^\W\d_]{5,}", wrong, words)
