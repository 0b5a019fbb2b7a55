"""DATASHEET.md: the questions that Datasheets for Datasets asks, answered with the facts of one release.

Source of the questions: Gebru et al. (2021), Datasheets for Datasets, Communications of the ACM 64 (12). Only facts of
this release and of how every release is made; no word of a document, nobody's count, nothing of what was withheld.
"""

from __future__ import annotations

from pipeline.package.columns import QUASI_IDENTIFIERS
from pipeline.package.facts import Facts
from pipeline.rules import MEANING, Action, explain


def datasheet(facts: Facts) -> str:
    """The text, in Markdown."""
    return f"""# Datasheet of release {facts.release_id}

{facts.citation}

## Why it was made

For the use `{facts.use}` by the recipient `{facts.recipient}`, and for nothing else. A peer-support program keeps
transcripts and notes of sessions between people in recovery and peer specialists; those who are in them said yes, in
writing, to this use. The program made and released it.

## What is in it

- An instance is a turn of a session (what one speaker says), a paragraph of a note, or a row of a table of notes.
- {facts.documents} documents, {facts.turns} turns, {facts.words} words: in turns.*, and as copies in data/ in the
  format each came in. documents.csv has a row for each document.
- It is no sample by design: it holds what was permitted, and who says yes is not who says no. Rates and frequencies in
  it say nothing of the program's people as a whole.
- There is no label that somebody assigned. `categories` comes from automatic detection and has errors of both kinds.
- A passage that is not part of the release is marked `[withheld]`, so turns around it may not follow on each other.
- It holds health matters and what people confided: substance use, mental health, trauma, self-harm, legal matters,
  sexual health, as far as CONSENT_SCOPE.txt lists them. Some of it is hard to read.
- People are told apart by stand-ins. They may still be recognised by those who know them, by their story or their way
  of speaking; de-identification is never complete.

## How it was collected

They are records of the program's own work: sessions as they were recorded and transcribed, notes as they were written.
The consent of each person was on record for this use and recipient at {facts.as_of}, and was looked up
again right before writing. The records behind the decisions have the SHA-256 that manifest.json gives. Consent can be
taken back: see Maintenance.

## What was done to it

Identifiers and disclosures were found by rules, word lists and a trained model (their digest is in manifest.json), then
replaced as the policy `{facts.policy.name}` says; each copy was then read once more by a second, independent program,
and what that flagged was held for a person. The originals stay with the program.

{_actions(facts)}
In documents.csv, {" and ".join(f"`{name}`" for name in QUASI_IDENTIFIERS)} may be known from elsewhere, so each
combination of them has to be shared by several people.
{_risk(facts)}
The copies themselves are not coarsened in this way: how many voices a session has can be counted in them.

## What it is good for, and what not

{_good_for(facts.use)} Not for finding or judging
a person, not for training a model that repeats passages, not for any claim about how often something happens.
CONSENT_SCOPE.txt says what is forbidden: no re-identification, no linking, no passing on, no use in any proceeding.

## How it is distributed

To `{facts.recipient}` alone, on {facts.day}. It may not be passed on. 42 CFR part 2 may apply: NOTICE.txt has the text.

## Maintenance

The contact in CONSENT_SCOPE.txt answers for it: {facts.contact}. It is not updated in place. When
somebody takes consent back, the recipient gets a list of rows to destroy and a replacement under a new release id, and
that one says what it replaces.
{_replaced(facts.replaces)}"""


def _actions(facts: Facts) -> str:
    rows = [f"| `{row.label}` | {row.meaning} |\n" for row in explain(facts.policy) if row.action is not Action.KEEP]
    kept = [f"`{row.label}`" for row in explain(facts.policy) if row.action is Action.KEEP]
    also = f"\n{MEANING[Action.KEEP].capitalize()}, where it is permitted:\n{', '.join(kept)}.\n" if kept else ""
    return "| what was found | becomes |\n| --- | --- |\n" + "".join(rows) + also


def _good_for(use: str) -> str:
    if use == "research":
        return "For the study of what is said in peer support, within the approval that the recipient holds."
    return "For the program's own peer community: group sessions, peer training, supervision, program reports."


def _risk(facts: Facts) -> str:
    if facts.risk.k == 1:
        return "The policy asks for no number (k = 1)."
    if facts.risk.reached is None:
        return f"The policy asks for {facts.risk.k}; to reach it everything in these columns was suppressed."
    coarse, gone = facts.risk.generalised, facts.risk.suppressed
    return (
        f"The policy asks for at least {facts.risk.k}, and that holds: {coarse} cells were made coarser and {gone} "
        "suppressed for it."
    )


def _replaced(release_id: str | None) -> str:
    return "" if release_id is None else f"This release replaces `{release_id}`; RECALL.txt says what that means.\n"
