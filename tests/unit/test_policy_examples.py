"""What `policy explain` and `policy diff` show: every label once, by the operators, nothing of an original left."""

from __future__ import annotations

import pytest

from pipeline.labels import IDENTIFIERS, Label
from pipeline.policy import SHIPPED, Action, shipped
from pipeline.policy_examples import SAID, settings, shown
from pipeline.rules import SETTINGS


@pytest.mark.parametrize("name", SHIPPED)
def test_every_label_has_an_example_that_shows_what_its_action_does(name):
    rows = shown(shipped(name))
    assert [r.label for r in rows] == list(Label)
    for row in rows:
        kept = row.action in (Action.KEEP, Action.TOWN, Action.AGE_90)  # a town, and an age under 90, are left too
        assert (row.copy == row.said) == kept, row.label
        if row.label in IDENTIFIERS and not kept and row.action is not Action.DECADE:
            said, told = row.said.lower().split(), row.copy.lower().strip("[]").split()
            assert not set(said) & set(told) - {"ohio", "street", "2025"}


def test_examples_say_what_a_manager_calls_things():
    assert len({what for what, _ in SAID.values()}) == len(Label)
    group = {r.label: r.copy for r in shown(shipped("group"))}
    assert group[Label.PERSON] == "[Person 417]"
    assert group[Label.DATE] == "[day 4]"
    assert group[Label.SOBRIETY_DATE] == "[3 years earlier]"
    limited = {r.label: r.copy for r in shown(shipped("research-limited"))}
    assert limited[Label.DATE] == "[February 10th, 2025]"


@pytest.mark.parametrize("name", SHIPPED)
def test_every_setting_is_said_in_words(name):
    told = dict(settings(shipped(name)))
    assert len(told) == len(SETTINGS) - 2  # all but name and title
    assert all(how and "_" not in what for what, how in told.items())
