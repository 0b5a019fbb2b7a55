"""Relatives in a sentence with a disclosure: what is plainly not their matter goes out, all else is withheld."""

from __future__ import annotations

import re

import pytest

from pipeline.whose import Mark, of_third_party


def third_party(marked: str) -> bool:
    """{words} are a disclosure."""
    marks, text, at = [], "", 0
    for m in re.finditer(r"\{([^}]*)\}", marked):
        text += marked[at : m.start()]
        marks.append(Mark(start=len(text), end=len(text) + len(m[1]), disclosure=True))
        text, at = text + m[1], m.end()
    return of_third_party(text + marked[at:], marks)


@pytest.mark.parametrize(
    "said",
    [
        "My mom knows I {relapsed}.",
        "But my dad, who doesn't know I'm {bi}, saw the card.",
        "I was {dope sick} and my aunt drove, singing.",
        "I've got {six years}, and still my grandson counts them.",
        "I was on {Zoloft} until my mom lost the insurance.",
        "My wife thinks the client {drank} on Sunday.",
        "It's {five months}, Auntie.",
        "I was {high} as a kid.",
        "I owe {child support}.",
        "{Clean} since Mother's Day, and I am tired.",
    ],
)
def test_what_is_plainly_the_speakers_own_is_no_third_partys(said):
    assert not third_party(said)


@pytest.mark.parametrize(
    "said",
    [
        "My daddy was an {alcoholic}.",
        "When I was small my mother {drank}.",
        "I {used} with my cousin.",
        "I {relapsed} and my brother did too.",
        "My brother and I {used}.",
        "My sister, I heard, {overdosed}.",
        "My son, I found him {blue}.",
        "I take my husband's {Xanax}.",
        "I take {Xanax} from my husband.",
        "I'm {clean}, my wife is {pregnant}.",
        "My mom says she {wants to die}.",
        "I lost my son to the {overdose}.",
        "My uncle told me we are {undocumented}.",
        "{he choked me}, my ex.",
        "My brother was {locked up} as a kid.",
        "my brother called last night i {used} he was there too",
        "i was there my brother went out {overdose} they said",
        "Mom, dad and I are {HIV positive}.",
        "His mother says he {skipped his risperidone}.",
        "My auntie she {drinks}, Auntie.",
    ],
)
def test_what_may_be_a_relatives_is_withheld(said):
    assert third_party(said)
