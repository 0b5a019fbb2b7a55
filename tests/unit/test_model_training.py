"""What training reads: marks survive every change, nothing of a held-out document is used, chance comes from the seed.

The network itself needs the training extra and is not run here; tests/unit/test_model_runtime.py runs what it made.
"""

from __future__ import annotations

import random
from pathlib import Path

from pipeline.labels import Label
from recognizers.model.training import augment, prepare, surfaces

GOLD = Path("sample_data/gold/train")
VTT = prepare.unmark(
    "a1.vtt", "WEBVTT\n\n1\n00:00:01.000 --> 00:00:02.000\n<v ⟦PERSON|Ana⟧>Call ⟦PHONE_NUMBER|555-0142⟧.\n"
)


def few() -> list[prepare.Gold]:
    return [gold for gold in prepare.read_gold(GOLD) if gold.name[1:3] in ("01", "07")]


def test_marks_are_read_off() -> None:
    assert [VTT.text[s:e] for s, e, _ in VTT.spans] == ["Ana", "555-0142"]


def test_layout_of_captions_is_not_learned_from() -> None:
    (line,) = prepare.training_lines(VTT)
    told = [("Ana", Label.PERSON), (": Call ", None), ("555-0142", Label.PHONE_NUMBER), (".", None)]
    assert line == told


def test_every_mark_of_a_gold_document_reaches_training() -> None:
    for gold in few():
        marks = sum(label is not None for line in prepare.training_lines(gold) for _, label in line)
        assert marks >= len(gold.spans) - 1


def test_segments_hold_every_word_of_the_lines() -> None:
    for gold in few():
        lines = prepare.training_lines(gold)
        cut = prepare.segments(lines, random.Random(1))
        assert (
            " ".join(w for part in cut for w, _ in part).split() == " ".join(w for li in lines for w, _ in li).split()
        )


def test_changed_copies_keep_the_labels_in_order() -> None:
    documents = few()
    pool, rng = surfaces.pool(documents, 1), random.Random(1)
    for gold in documents:
        for segment in prepare.segments(prepare.training_lines(gold), rng):
            told = [label for _, label in segment if label is not None]
            changed = augment.augmented(list(segment), pool, rng)
            assert [label for _, label in changed if label is not None] == told


def test_the_same_seed_gives_the_same_copies() -> None:
    documents = few()[:3]

    def copies() -> list[prepare.Pieces]:
        pool, rng = surfaces.pool(documents, 5), random.Random(5)
        cut = [s for gold in documents for s in prepare.segments(prepare.training_lines(gold), rng)]
        return [augment.augmented(list(segment), pool, rng) for segment in cut]

    assert copies() == copies()


def test_the_pool_holds_nothing_of_other_documents() -> None:
    kept = [gold for gold in few() if gold.author != "e"]
    held_out = {g.text[s:e] for g in few() if g.author == "e" for s, e, label in g.spans if label is Label.CASE_NUMBER}
    assert held_out
    assert not held_out & set(surfaces.pool(kept, 1).surfaces[Label.CASE_NUMBER])
