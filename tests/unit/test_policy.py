"""Policies: every label has its line, every fault of a document is found, and the rules no policy may break."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pipeline.errors import PolicyError
from pipeline.labels import DISCLOSURES, IDENTIFIERS, Category, Label
from pipeline.model import Span
from pipeline.policy import SHIPPED, STRICTEST, Action, Policy, ReviewRule, Style, diff, explain, load_policy, shipped

GOOD = """
name = "mine"
use = "group"
title = "Mine"
style = "plain"
[thresholds]
label_confident = 0.5
[review]
rule = "always"
[labels]
""" + "\n".join(f'{label} = {{ action = "tag", reason = "because" }}' for label in Label)


def faults(text: str) -> list[str]:
    with pytest.raises(PolicyError) as caught:
        load_policy(text, "mine.toml")
    return [str(f) for f in caught.value.faults]


@pytest.mark.parametrize("name", SHIPPED)
def test_every_shipped_policy_has_a_line_with_a_reason_for_each_of_the_34_labels(name):
    policy = shipped(name)
    rows = explain(policy)
    assert [r.label for r in rows] == list(Label)
    assert len(rows) == 34
    assert all(r.reason and r.meaning for r in rows)
    assert policy.name == name


@pytest.mark.parametrize("name", SHIPPED)
def test_no_shipped_policy_keeps_an_identifier_but_the_limited_data_set(name):
    policy = shipped(name)
    kept = {label for label in IDENTIFIERS if policy.rule(label).action is Action.KEEP}
    assert kept == ({Label.AGE, Label.ZIP_CODE} if name == "research-limited" else set())


@pytest.mark.parametrize("name", SHIPPED)
def test_a_disclosure_without_a_box_becomes_its_label_under_every_policy(name):
    policy = shipped(name)
    identity = Span(start=0, end=1, label=Label.IDENTITY, score=1, source="t")
    condition = Span(start=0, end=1, label=Label.HEALTH_CONDITION, score=1, source="t")
    assert policy.action_for(identity) is Action.TAG
    assert policy.action_for(condition) in (Action.TAG, Action.CATEGORY)


def test_a_health_condition_in_a_box_is_kept_where_disclosures_are():
    span = Span(start=0, end=1, label=Label.HEALTH_CONDITION, score=1, source="t", category=Category.SEXUAL_HEALTH_HIV)
    assert shipped("group").action_for(span) is Action.KEEP
    assert shipped("strict").action_for(span) is Action.CATEGORY


def test_strict_keeps_no_disclosure():
    policy = shipped("strict")
    assert not [label for label in DISCLOSURES if policy.rule(label).action is Action.KEEP]


def test_an_unknown_label_gets_the_strictest_action():
    for name in SHIPPED:
        assert shipped(name).rule("SHOE_SIZE").action is STRICTEST
    assert STRICTEST is Action.MASK


def test_a_good_document_loads():
    policy = load_policy(GOOD, "mine.toml")
    assert isinstance(policy, Policy)
    assert (policy.style, policy.review, policy.label_confident) == (Style.PLAIN, ReviewRule.ALWAYS, 0.5)


def test_every_fault_is_found_at_once_each_with_its_line():
    bad = (
        GOOD.replace('use = "group"', 'use = "grupo"')
        .replace("label_confident = 0.5", "label_confident = 1.5\nmin_residue = 0.2")
        .replace('PERSON = { action = "tag"', 'PERSN = { action = "tag"')
        .replace('DATE = { action = "tag"', 'DATE = { action = "yaer"', 1)
        .replace('AGE = { action = "tag"', 'AGE = { action = "keep"', 1)
        .replace('URL = { action = "tag", reason = "because" }', 'URL = { action = "tag", resaon = "because" }')
        .replace('TRAUMA = { action = "tag", reason = "because" }', 'TRAUMA = "tag"')
        .replace("[review]", "[reveiw]")
    )
    found = faults(bad)
    assert len(found) == 11, found
    for expected in (
        "mine.toml:3: `use` must be `group` or `research`",
        "mine.toml:7: `label_confident` must be a number from 0 to 1",
        "mine.toml:8: `min_residue` must be a number from 0.5 to 1",
        "unknown key `reveiw`; did you mean `review`?",
        "`rule` is missing in [review]",
        "label `PERSON` has no line",
        "unknown label `PERSN`; did you mean `PERSON`?",
        "unknown action `yaer` at `DATE`; did you mean `year`?",
        "`keep` is not allowed at `AGE`",
        "`TRAUMA` needs both an action and a reason",
    ):
        assert any(expected in f for f in found), expected
    lines = [int(f.split(":")[1]) for f in found if f.split(":")[1].isdigit()]
    assert lines == sorted(lines)


def test_a_missing_reason_is_a_fault():
    found = faults(GOOD.replace('URL = { action = "tag", reason = "because" }', 'URL = { action = "tag" }'))
    assert found == ["mine.toml:22: `URL` needs both an action and a reason"]


@pytest.mark.parametrize(
    ("label", "action"),
    [("PERSON", "year"), ("DATE", "zip3"), ("ZIP_CODE", "decade"), ("LOCATION", "town"), ("DATE", "shift"),
     ("SUBSTANCE", "stand-in"), ("IDENTITY", "keep"), ("US_SSN", "keep"), ("PERSON", "category")],
)  # fmt: skip
def test_an_action_that_does_not_fit_its_label_is_a_fault(label, action):
    found = faults(GOOD.replace(f'\n{label} = {{ action = "tag"', f'\n{label} = {{ action = "{action}"'))
    assert len(found) == 1
    assert action in found[0]


def test_a_limited_data_set_may_shift_dates_and_still_keeps_no_name():
    limited = GOOD.replace('style = "plain"', 'style = "plain"\nlimited_data_set = true')
    assert load_policy(
        limited.replace('\nDATE = { action = "tag"', '\nDATE = { action = "shift"'), "x"
    ).limited_data_set
    assert faults(limited.replace('\nPERSON = { action = "tag"', '\nPERSON = { action = "keep"'))


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ('name = "a"\nname = "b"\n', "x.toml:2 column `11`: the same key stands twice"),
        ("name = \n", "x.toml:1 column `8`: this line is not TOML"),
        ('name = "a', "the document ends too early"),
        ("", "is missing"),
        ("labels = 3\n", "`labels` must be a table"),
    ],
)
def test_a_document_that_is_no_policy_says_where(text, what):
    with pytest.raises(PolicyError) as caught:
        load_policy(text, "x.toml")
    assert what in str(caught.value)
    assert caught.value.exit_code == 11


def test_a_fault_shows_no_value_of_the_document():
    found = faults(
        GOOD.replace('use = "group"', 'use = "Keisha Canary told me"').replace("[review]", "['Keisha Canary']")
    )
    assert found
    assert "Canary" not in " ".join(found)


def test_there_is_no_other_shipped_policy():
    with pytest.raises(PolicyError, match="choose one of"):
        shipped("../secrets")


def test_diff_is_empty_for_equal_policies_and_names_each_label_that_differs():
    group, research = shipped("group"), shipped("research-safe-harbor")
    assert diff(group, group) == ()
    found = {d.what: (d.before, d.after) for d in diff(group, research)}
    assert found["DATE"] == ("day", "year")
    assert found["AGE"] == ("decade", "age-90")
    assert found["use"] == ("group", "research")
    assert "PERSON" not in found


def test_the_digest_follows_the_meaning_and_not_the_comments():
    policy = load_policy(GOOD, "a")
    assert load_policy("# a remark\n" + GOOD, "b").digest == policy.digest
    assert load_policy(GOOD.replace("because", "since"), "a").digest != policy.digest
    assert load_policy(GOOD.replace('"always"', '"findings"'), "a").digest != policy.digest


BAD = Path(__file__).parents[1] / "data" / "policies"


@pytest.mark.parametrize("path", sorted(BAD.glob("*.toml")), ids=lambda p: p.stem)
def test_a_bad_policy_says_what_to_do_in_every_line(path):
    """Policies that are wrong on purpose, and what a program is told. STORYKEEPER_GOLDEN=write writes the answers."""
    with pytest.raises(PolicyError) as caught:
        load_policy(path.read_text(encoding="utf-8"), path.name)
    answer = path.with_suffix(".txt")
    if os.environ.get("STORYKEEPER_GOLDEN") == "write":
        answer.write_text(f"{caught.value}\n", encoding="utf-8")
    assert f"{caught.value}\n" == answer.read_text(encoding="utf-8")
