"""README.md of a release: load it in a minute, check it in two, cite it. It says nothing of what was withheld."""

from __future__ import annotations

from pipeline.package.facts import Facts
from pipeline.rules import Action, Style

_LEGEND = {
    Style.PLAIN: ("[Person 7]", "[Other person 1]", "[phone number]"),
    Style.TAG: ("[PERSON_7]", "[OTHER_PERSON_1]", "[PHONE_NUMBER]"),
}


def readme(facts: Facts) -> str:
    """The text, in Markdown. Counts of documents and turns are no counts of people."""
    person, other, tag = _LEGEND[facts.policy.style]
    return f"""# Release {facts.release_id}

De-identified copies of {facts.documents} documents with {facts.turns} turns, made under the policy
`{facts.policy.name}` ({facts.policy.title}).
Read NOTICE.txt and CONSENT_SCOPE.txt before anything else: they bind you.
{_replaced(facts.replaces)}
## Load

In this folder, with pandas and pyarrow:

```python
import pandas as pd
turns = pd.read_parquet("turns.parquet")
```

or from the text form: `pd.read_csv("turns.csv", keep_default_na=False)` (an empty cell is empty, and `NA` is a word).
Columns are explained in codebook.html; join documents.csv on `document`.

## Cite

> {facts.citation}

Cite a passage by its `row`. The program is not named here because its name tells where its people are; ask the contact
in CONSENT_SCOPE.txt how it wants to be named. A recall names rows, so keep the codes in what you derive.

## Check

In this folder, with nothing but openssl, sed and sha256sum. Who signed it, with the public key that the program gave
you another way than this package (`key.pem`):

```sh
openssl pkeyutl -verify -pubin -inkey key.pem -rawin -in manifest.json -sigfile manifest.sig
```

`Signature Verified Successfully` is what you want to see. Then every file against the manifest that was signed; silence
is what you want to hear:

```sh
sed -n 's/.*"path": "\\([^"]*\\)", "sha256": "\\([0-9a-f]*\\)".*/\\2  \\1/p' manifest.json | sha256sum --check --quiet
```

Without a key you see only that nothing broke on the way, not who made it:

```sh
sha256sum --check --quiet SHA256SUMS
```

`storykeeper verify DIRECTORY --key key.pem` does all of it and finds what was added, too. If anything complains, do not
use the release: ask its sender for a new copy.

## Read

| mark | meaning |
| --- | --- |
| `{person}` | a person of the program: the same number is the same person in all documents of this release |
| `{other}` | somebody else: the same number is the same person within one document only |
| `{tag}` | something of that kind stood here |
| `[withheld]` | a passage that is not part of this release |
{_made_up(facts)}| `suppressed` | a cell of documents.csv that too few people share |

Numbers and codes are random or in order of appearance; they say nothing of a name. A leading apostrophe keeps a
spreadsheet from running text as a formula.

## What is in it

| file | what |
| --- | --- |
| data/ | the copies, each in the format its original came in |
| turns.parquet, turns.csv, turns.jsonl | one row a turn, the same rows three times |
| documents.csv | one row a document |
| codebook.csv, codebook.html | the columns: a REDCap data dictionary, and the same to read |
| DATASHEET.md | where it comes from, what was done to it, what it is good for and what not |
| datapackage.json, croissant.json | the tables for programs: Data Package v2, Croissant 1.0 |
| NOTICE.txt, CONSENT_SCOPE.txt | what the law and the consents say to you |
| manifest.json, manifest.sig, SHA256SUMS | what made this release, its signature, and the digests of its files |
"""


def _made_up(facts: Facts) -> str:
    if not facts.policy.uses(Action.SURROGATE):
        return ""
    return "| a name without brackets | made up: it is nobody's, and the same one is the same person as above |\n"


def _replaced(release_id: str | None) -> str:
    if release_id is None:
        return ""
    return f"""
It takes the place of release `{release_id}`. RECALL.txt says what to do with that one; recalled_rows.csv lists the rows
of it that have to be destroyed.
"""
