"""README.md of a release: how to load it in a minute and check it in two. It says nothing of what was withheld."""

from __future__ import annotations

from pipeline.rules import Policy, Style

_LEGEND = {
    Style.PLAIN: ("[Person 7]", "[Other person 1]", "[phone number]"),
    Style.TAG: ("[PERSON_7]", "[OTHER_PERSON_1]", "[PHONE_NUMBER]"),
}


def readme(release_id: str, policy: Policy, *, documents: int, turns: int) -> str:
    """The text, in Markdown. Counts of documents and turns are no counts of people."""
    person, other, tag = _LEGEND[policy.style]
    return f"""# Release {release_id}

De-identified copies of {documents} documents with {turns} turns, made under the policy `{policy.name}`
({policy.title}). Read NOTICE.txt and CONSENT_SCOPE.txt before anything else: they bind you.

## Load

```python
import pandas as pd
turns = pd.read_parquet("turns.parquet")
```

or, from the text form, `pd.read_csv("turns.csv", keep_default_na=False)`. Columns are explained in codebook.csv; join
documents.csv on `document`. Cite a passage by its `row`; a recall names rows.

## Read

| mark | meaning |
| --- | --- |
| `{person}` | a person of the program: the same number is the same person in all documents of this release |
| `{other}` | somebody else: the same number is the same person within one document only |
| `{tag}` | something of that kind stood here |
| `[withheld]` | a passage that is not part of this release |

Numbers and codes are random or in order of appearance; they say nothing of a name. A leading apostrophe keeps a
spreadsheet from running text as a formula.

## Check

```sh
sha256sum -c SHA256SUMS
```

Who signed it, with the public key that you got another way (`key.pem`):

```sh
openssl pkeyutl -verify -pubin -inkey key.pem -rawin -in manifest.json -sigfile manifest.sig
```

`storykeeper verify DIRECTORY --key key.pem` does both.

## What is in it

| file | what |
| --- | --- |
| data/ | the copies, each in the format its original came in |
| turns.parquet, turns.csv, turns.jsonl | one row a turn, the same rows three times |
| documents.csv | one row a document |
| codebook.csv | the columns, in the layout of a REDCap data dictionary |
| datapackage.json | the same for programs (Data Package v2) |
| NOTICE.txt, CONSENT_SCOPE.txt | what the law and the consents say to you |
| manifest.json, manifest.sig, SHA256SUMS | what made this release, its signature, and the digests of its files |
"""
