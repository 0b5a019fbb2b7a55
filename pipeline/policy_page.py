"""The page of the manual about policies, printed from the policies themselves. docs/policies.md is this text; a test
holds the two together."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.labels import Label
from pipeline.policy import SHIPPED, STRICTEST, shipped
from pipeline.policy_examples import shown
from pipeline.rules import FITS, LIMITED_MAY_KEEP, LIMITED_ONLY, MEANING, Action, Policy, ReviewRule

_HEAD = """# Policies

A policy says for one use what becomes of each label, and why. The policies are TOML documents in `pipeline/policies`;
a program may write its own in the same form. This page is printed from them (`pipeline/policy_page.py`).

`storykeeper.toml` names the policy of each use, a shipped one or a file of the workspace: `[policy] group =
"group-surrogates"` gives made-up names in place of `[Person 2]`. In any policy `[backstop] mask_unknown = true` masks
words that are in no safe vocabulary, and `own_words` adds the program's own terms to it. `storykeeper policy explain
NAME` and `diff NAME NAME` show what becomes of each kind of words.

A policy that lacks a label, a reason or a setting, or holds a key that nobody knows, is refused with every fault and
its line at once. A label that no policy knows gets the strictest action, `{strictest}`.
"""


def policy_page() -> str:
    """The whole page, in Markdown."""
    policies = [shipped(name) for name in SHIPPED]
    parts = [_HEAD.format(strictest=STRICTEST), _overview(policies), _actions(), *map(_policy, policies)]
    return "\n".join(parts)


def _table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines) + "\n"


def _overview(policies: Sequence[Policy]) -> str:
    rows = [[f"`{label}`", *(f"`{p.rule(label).action}`" for p in policies)] for label in Label]
    return "## At a glance\n\n" + _table(["label", *(f"`{p.name}`" for p in policies)], rows)


def _actions() -> str:
    rows = []
    for action in Action:
        fits = "every label" if FITS[action] == frozenset(Label) else _labels(action)
        rows.append([f"`{action}`", MEANING[action], fits])
    return "## Actions\n\n" + _table(["action", "what stands there instead", "fits"], rows)


def _labels(action: Action) -> str:
    if action is Action.KEEP:
        limited = ", ".join(f"`{lb}`" for lb in Label if lb in LIMITED_MAY_KEEP)
        return (
            "disclosures but `IDENTITY` and `SOBRIETY_DATE`; a `HEALTH_CONDITION` only with a category; "
            f"in a limited data set also {limited}"
        )
    names = ", ".join(f"`{lb}`" for lb in Label if lb in FITS[action]) if len(FITS[action]) < 12 else "disclosures"
    return names + (" (limited data sets alone)" if action in LIMITED_ONLY else "")


def _policy(policy: Policy) -> str:
    rows = [[f"`{s.label}`", f"`{s.action}`", s.said, s.copy, s.reason] for s in shown(policy)]
    limited = "yes" if policy.limited_data_set else "no"
    waits = "every copy" if policy.review is ReviewRule.ALWAYS else "what inspect finds"
    facts = [
        f"Use: `{policy.use}`. Stand-ins: {policy.style}. Limited data set: {limited}. Waits for a person: {waits}.",
        f"A disclosure scored under {policy.label_confident} is uncertain. At least {policy.min_residue:.0%} of the",
        f"turns must be left, and {policy.min_speakers} consenting voices of a group ({policy.group_mode} groups).",
        f"k = {policy.k}: so many people at least share a date, kind and note class of documents.csv (1: no demand).",
    ]
    if policy.mask_unknown:
        facts.append(
            "A word that is in no safe vocabulary (`pipeline/tables/safe_words.txt`) is masked, whatever it is."
        )
    return (
        f"## `{policy.name}`: {policy.title}\n\n"
        + "\n".join(facts)
        + "\n\n"
        + _table(["label", "action", "said", "in the copy", "why"], rows)
    )
