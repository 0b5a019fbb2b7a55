"""Which words before a colon are a speaker's name, by what the whole file does.

Rules:
- A label stands at the start of a line, is short, holds a letter, and is followed by a colon and a space or line end.
- A label that comes back in the file is a speaker. Once a file has such speakers, a label that occurs once counts too
  where it is shaped like a name, or in any shape where nearly every line or cue begins with one. Taking a sentence's
  first words for an unknown speaker withholds a turn; taking a speaker's name for words would give their turn to
  somebody else.
- The headings of progress notes (`Plan:`, `S:`) are no speakers, nor are the fields of a title page (`Date:`). The
  letters of an interview are, where nothing but `I:` and `P:` (or another such pair) take turns.
- A label never changes by letter case or spacing here; two spellings are two labels.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

_CLOCK = r"\d{1,2}:\d{2}(?::\d{2})?(?:[.,]\d{1,3})?(?:[ \t]?[apAP]\.?[mM]\.?)?"
_TIME = rf"[\[(]?{_CLOCK}(?:[ \t]*(?:-|–|-->|to)[ \t]*{_CLOCK})?[\])]?"
# [time] Name (time): text. The label may hold most things but the marks of markup and of tables.
_LINE = re.compile(
    rf"(?P<lead>[ \t]*(?:>>+[ \t]*)?)(?P<time>{_TIME}[ \t]+)?"
    r"(?P<label>[^\W_][^:\r\n<>\[\]{}|=?!;]{0,47}?|[^\W_])"
    rf"(?P<stamp>[ \t]*[\[(]{_CLOCK}[\])])?[ \t]*:(?P<gap>[ \t]+|$)"
)
_WORD = re.compile(r"[^\W\d_][\w'’.-]*")
# Names of roles and machine labels that stand in lower case. Source: exports described in docs/formats.md.
_MACHINE = re.compile(
    r"(?:speaker|spk|voice|participant|caller|peer|client|guest|host|coach|texter|interviewer|me)[ _-]?\d*",
    re.IGNORECASE,
)
_PARTICLES = frozenset(
    re.findall(r"\S+", "de del la las los el da do dos van von der den bin al of the and y & jr sr ii iii")
)
# How people who transcribe interviews write who asks and who answers.
_ASKED = frozenset(map(frozenset, ("IP", "IR", "QA", "IA")))
# Headings of SOAP, DAP, BIRP, GIRP and PIE notes and of their title pages; a file of these is a note, not a talk.
# Source: the note styles of docs/formats.md and the train half of sample_data/gold.
NOTE_FIELDS = frozenset(
    re.findall(
        r"\S+",
        """
    s o a p d b i r g e data assessment plan behavior behaviour intervention interventions response goal goals
    subjective objective note notes summary service
    name names dob born age chart date time dos site place location writer
    author payer contact signed reviewed phone fax address mrn ssn insurance from to cc bcc sent subject re
    attachments duration present attendees attendance program programme session title topic purpose next today
    status mood risk safety strengths needs medications meds diagnosis dx hx allergies room when where who typed
    recorded transcript transcribed started ended handles pinned line inbound opened closed responder completed
    progress homework referral referrals
    """,
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    """Offsets within a line that starts with a label: `label` and `words` are where they start and end."""

    name: str
    lead_end: int
    label_start: int
    label_end: int
    words: int
    time: str | None


def split_label(line: str) -> Labelled | None:
    """Cut `[time] Name: words`; None where the line does not start so."""
    match = _LINE.match(line)
    if match is None or not _plausible(match["label"]):
        return None
    return Labelled(
        name=match["label"],
        lead_end=match.end("lead"),
        label_start=match.start("label"),
        label_end=match.end("label"),
        words=match.end(),
        time=match["time"] or match["stamp"],
    )


def speakers(labels: Iterable[str], *, of: int) -> frozenset[str]:
    """The labels of a file that are speakers, out of all that stand at the starts of its `of` lines (or cues)."""
    in_order = list(labels)
    every, asked = Counter(in_order), _interview(in_order)
    counts = Counter({label: times for label, times in every.items() if label in asked or not is_field(label)})
    recurring = {label for label, times in counts.items() if times > 1}
    if (
        recurring
    ):  # a talk: what comes back beside its speakers is one of them, whatever the word (`Line:` of a hotline)
        recurring |= {label for label, times in every.items() if times > 1}
    mostly = sum(counts.values()) * 5 >= of * 4 and of > 0  # four of five starts carry one: the file names everybody
    if mostly:  # then a label in any shape is somebody: the name of a device, a handle, a voice that spoke once
        return frozenset(recurring | {label for label in counts if len(label.split()) <= 4})
    return frozenset(recurring | {label for label in counts if name_shaped(label)} if recurring else ())


def _interview(labels: list[str]) -> frozenset[str]:
    """The letters of an interview (`I:` and `P:`), where they are the only letters and take turns; notes that use the
    same letters for headings have others beside them."""
    letters = [label for label in labels if len(label) == 1]
    turns = sum(one != two for one, two in pairwise(letters))
    if frozenset(letters) in _ASKED and len(letters) >= 4 and turns * 4 >= (len(letters) - 1) * 3:
        return frozenset(letters)
    return frozenset()


def is_field(label: str) -> bool:
    """Is it a heading of a note rather than a name?"""
    words = [w.strip(".").casefold() for w in _WORD.findall(label)]
    return bool(words) and all(w in NOTE_FIELDS for w in words)


def name_shaped(label: str) -> bool:
    """A capital in every word (`iPhone` has one), or the name of a role as machines write it."""
    if _MACHINE.fullmatch(label.strip()):
        return True
    words = [w for w in _WORD.findall(re.sub(r"\([^)]*\)", "", label)) if w.casefold() not in _PARTICLES]
    return bool(words) and len(words) <= 4 and all(any(c.isupper() for c in w) for w in words)


def _plausible(label: str) -> bool:
    words = label.split()
    if not 1 <= len(words) <= 6 or not any(c.isalpha() for c in label) or label.count(",") > 1:
        return False
    # a full stop ends a sentence unless the word before it is an initial or a short title (P., Dr., Jr.)
    return not any(w.endswith(".") and len(w) > 4 for w in words[:-1])
