"""What the shape of a number alone says of it, without a context word.

- Only shapes that can be nothing else count: hyphens and groups of a social security or phone number, ZIP+4, a card.
- A check digit (card: Luhn) or a closed alphabet (VIN) names a number that has no context.
- An unmistakable shape corrects a context word: a social security number read out after "phone".

Source: ISO/IEC 7812 (cards), ISO 3779 (VIN), United States forms of phone, social security and ZIP numbers.
"""

from __future__ import annotations

import re

from pipeline.labels import Label
from recognizers.coderuns import Run
from recognizers.plain_numbers import counting

_SHAPES: tuple[tuple[Label, re.Pattern[str], float], ...] = (
    (Label.US_SSN, re.compile(r"^(?:\d{3}[- ]\d{2}[- ]\d{4})$"), 0.9),
    (
        Label.PHONE_NUMBER,
        re.compile(r"^\+?(?:1[-. ]{0,2})?\(?\d{3}\)?[-./ ]{0,3}\d{3}[-. /]{0,3}\d{4}(?: ?(?:x|ext\.?) ?\d{1,6})?$"),
        0.9,
    ),
    (Label.PHONE_NUMBER, re.compile(r"^\d{3}[-.]\d{4}$"), 0.7),
    (Label.ACCOUNT_NUMBER, re.compile(r"^\d{4}[ -]\d{4}[ -]\d{4}[ -]\d{4}$"), 0.9),
    (Label.ZIP_CODE, re.compile(r"^\d{5}-\d{4}$"), 0.8),
)
_LONE_LETTERS = re.compile(r"^(?:[^\W\d_] ){1,3}|(?: [^\W\d_]){1,3}$")


def corrected(label: Label, surface: str, run: Run) -> Label:
    """A shape that is unmistakable corrects the context: a social security number read out after "phone"."""
    if label is Label.US_SSN or run.said:
        return label
    for shape_label, shape, _ in _SHAPES[:2]:
        if shape.match(surface) and label in (Label.ACCOUNT_NUMBER, Label.CASE_NUMBER, Label.PHONE_NUMBER):
            return shape_label
    return label


def by_shape(run: Run, surface: str) -> tuple[Label | None, float]:
    """The label a shape gives a run and its score, 0..1; None and 0 where it says nothing."""
    bare = _LONE_LETTERS.sub("", surface)  # "i 555-010-4821": the word before is no part of the number
    for label, shape, score in _SHAPES:
        if any(shape.match(told) for told in (surface, surface.lstrip("(+#"), bare)):
            return label, score
    if run.said:
        if run.digits >= 7 and run.atoms >= 5:
            return Label.PHONE_NUMBER, 0.7
        if run.singles >= 4 and run.singles == run.atoms and not counting(surface):
            return Label.PHONE_NUMBER, 0.5
        if run.letters and run.digits >= 3 and run.singles >= 3 and run.atoms >= 4:
            return Label.CASE_NUMBER, 0.6
        return None, 0.0
    compact = re.sub(r"\W", "", surface)
    if re.fullmatch(r"\d{5}", surface):
        return Label.ZIP_CODE, 0.5
    if run.letters and run.digits >= 4 and len(compact) >= 6 and not re.search(r"[:%]", surface):
        return (Label.VEHICLE_ID if _is_vin(compact) else Label.CASE_NUMBER), 0.6
    if run.digits >= 6 and not re.fullmatch(r"\d{1,3}(?:,\d{3})+", surface) and not re.search(r"[:/.]", surface):
        return Label.ACCOUNT_NUMBER if run.digits >= 13 and luhn(compact) else Label.CASE_NUMBER, 0.55
    return None, 0.0


def luhn(digits: str) -> bool:
    """The check digit of payment cards (ISO/IEC 7812)."""
    if not digits.isdecimal() or not digits.isascii() or not 12 <= len(digits) <= 19:
        return False
    total = 0
    for i, c in enumerate(reversed(digits)):
        n = int(c) * (2 if i % 2 else 1)
        total += n - 9 if n > 9 else n
    return total % 10 == 0


def _is_vin(compact: str) -> bool:
    """Seventeen characters without i, o, q (ISO 3779)."""
    return re.fullmatch(r"[a-hj-npr-z0-9]{17}", compact) is not None
