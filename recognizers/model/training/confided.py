"""What is confided, in the words of recovery talk: single terms by label, to swap for one another in training.

Only labels whose marks are nouns have a list; events (USE_EVENT, SELF_HARM, TRAUMA, LEGAL) keep their sentence and are
swapped from the gold documents alone.
"""

from __future__ import annotations

from pipeline.labels import Label
from recognizers.model.training.lists import words

LISTED = (
    Label.SUBSTANCE,
    Label.MEDICATION,
    Label.DIAGNOSIS,
    Label.HEALTH_CONDITION,
    Label.IDENTITY,
    Label.MUTUAL_AID,
)
TERMS: dict[Label, tuple[str, ...]] = {label: words("terms", label.value) for label in LISTED}
