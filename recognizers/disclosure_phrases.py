"""Phrase rules: a small language for the way people say things, compiled for one linear reading of a text.

- A lexicon is a text file: `#` lines say what it is, its source and its licence; a `[LABEL score flag ...]` line opens
  a section; every other line is one rule, or several with `;` between them.
- A rule is `LEFT << BODY`: BODY is what is marked, LEFT must stand right before it and may be missing. `>> words` at
  the end of a body, or of one of its choices, says what must stand right after it, `!>> words` what must not.
- Words stand apart by spaces. `(a|b c)` is a choice, `?` after a word or a choice lets it be missing, `~3` skips up to
  three words, `^take` is every form of a verb, `@dui` is said in letters ("DUI", "d u i", "D.U.I."), `word*` lets a
  word go on, `{n}` is a number in digits or words, `{my}` and the like are the lists of `MACROS`.
- Text is read lower-cased, without accents, with straight apostrophes, each character keeping its place. A rule is
  tried only at a word with which its BODY can begin, so the cost grows with the text, not with the lexicon.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise
from types import MappingProxyType

from pipeline.labels import Label
from recognizers.disclosure_forms import MACROS, forms

TOKEN = re.compile(r"[^\W_]+")
# what may stand between two words of one phrase: spaces, one line break, a comma, a quote, a dash, markup
SEP = r"[\s,\"*_–—-]{1,3}"
END = r"(?![^\W_])"
START = r"(?<![^\W_])"
PREFIX = 4  # letters by which an open word (`word*`) is looked up
REACH = 90  # characters that LEFT may cover
ATOM = re.compile(r"\s*([()|]|\?|[^\s()|?]+)")


def _straight() -> Mapping[int, str]:
    table = {0x2019: "'", 0x2018: "'", 0x02BC: "'"}
    for point in range(0xC0, 0x250):
        plain = unicodedata.normalize("NFD", chr(point))[0]
        if plain.isascii():
            table[point] = plain
    return MappingProxyType(table)


STRAIGHT = _straight()


def plain(text: str) -> str:
    """`text` lower-cased, without accents, of the same length, so that offsets stay."""
    lower = text.lower()
    if len(lower) != len(text):  # a few letters grow when lower-cased ("İ")
        lower = "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
    return lower.translate(STRAIGHT)


@cache
def pattern(source: str) -> re.Pattern[str]:
    """The compiled pattern, made when a text first needs it: most of a lexicon is never met in one run."""
    return re.compile(source)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One phrase: what is marked, what stands around it, what it says, and how sure it is (0..1)."""

    label: Label
    score: float
    flags: frozenset[str]
    heads: frozenset[str]
    body: str = field(repr=False)
    left: str | None = field(default=None, repr=False)

    def match(self, text: str, at: int) -> int | None:
        """End of the phrase that begins at `at` of the plain text, or None."""
        found = pattern(self.body).match(text, at)
        if found is None:
            return None
        if self.left is not None and pattern(self.left).search(text, max(0, at - REACH), at) is None:
            return None
        return found.end()


class _Parser:
    """Recursive descent over the atoms of one side of a rule; yields a pattern and the words it can begin with."""

    def __init__(self, source: str) -> None:
        self.atoms = ATOM.findall(source)
        self.at = 0

    def peek(self) -> str:
        return self.atoms[self.at] if self.at < len(self.atoms) else ""

    def choice(self) -> tuple[str, frozenset[str]]:
        parts = [self.sequence()]
        while self.peek() == "|":
            self.at += 1
            parts.append(self.sequence())
        return "(?:" + "|".join(p for p, _ in parts) + ")", frozenset().union(*(h for _, h in parts))

    def sequence(self) -> tuple[str, frozenset[str]]:
        pattern, heads, open_head, joint = "", frozenset[str](), True, False
        while self.peek() and self.peek() not in "|)":
            if self.peek() in (">>", "!>>"):
                sign = "=" if self.peek() == ">>" else "!"
                self.at += 1
                return f"{pattern}(?{sign}[\\s,\"*_)'’–—:-]{{1,4}}{self.sequence()[0]}{END})", heads
            item, first = self.item()
            missing = self.peek() == "?"
            self.at += missing
            if open_head:
                heads |= first
                open_head = missing
            if not first and item.startswith("~"):
                pattern += _gap(int(item[1:]), joint)
            elif missing:
                pattern += f"(?:{SEP}{item})?" if joint else f"(?:{item}{SEP})?"
            else:
                pattern += (SEP if joint else "") + item
                joint = True
        if not pattern:
            raise ValueError("a phrase or a choice is empty")
        return pattern, heads

    def item(self) -> tuple[str, frozenset[str]]:
        atom = self.peek()
        self.at += 1
        if atom == "(":
            inner = self.choice()
            if self.peek() != ")":
                raise ValueError("a choice is not closed")
            self.at += 1
            return inner
        return _word(atom)


def _gap(most: int, joint: bool) -> str:
    """Up to `most` words skipped, the fewest first: behind a word, or before one."""
    word = r"[^\W_]+(?:'[^\W_]+)?"
    return f"(?:{SEP}{word}){{0,{most}}}?" if joint else f"(?:{word}{SEP}){{0,{most}}}?"


def _word(atom: str) -> tuple[str, frozenset[str]]:
    if atom.startswith("~"):
        return f"~{int(atom[1:])}", frozenset()
    if atom.startswith("{"):
        pattern, heads = MACROS[atom[1:-1]]
        return pattern, frozenset(heads)
    if atom.startswith("^"):
        known = forms(plain(atom[1:]))
        return "(?:" + "|".join(map(re.escape, known)) + ")", frozenset(known)
    if atom.startswith("@"):
        letters = plain(atom[1:])
        spelled = r"[\s.]{0,2}".join(letters)
        return rf"{spelled}(?:\.(?=[\s,;)]))?", frozenset({letters, letters[0], letters[:2]})
    word = plain(atom)
    if word.endswith("*"):
        stem = word[:-1]
        return re.escape(stem) + r"[^\W_]*", frozenset({stem[:PREFIX] + "*"})
    first = TOKEN.match(word)
    if first is None:
        raise ValueError("a word of a phrase does not begin with a letter or digit")
    return re.escape(word).replace("'", "'?"), frozenset({first[0], word.replace("'", "")})


def compile_rule(source: str, label: Label, score: float, flags: frozenset[str]) -> Rule:
    """The rule written in `source`. ValueError when it is not in the language or could begin anywhere."""
    left, _, body = source.rpartition("<<")
    source_of_body, heads = _side(body)
    if not heads:
        raise ValueError("a phrase must begin with a word")
    before = _side(left)[0] if left.strip() else None
    return Rule(
        label=label,
        score=score,
        flags=flags,
        heads=heads,
        body=source_of_body + END,
        left=f"{START}{before}[\\s,\"*_('’–—:-]{{1,4}}\\Z" if before else None,
    )


def alternatives(source: str) -> list[str]:
    """A rule that is one plain choice, taken apart: each way to say it is tried only at its own first word."""
    left, mark, body = source.rpartition("<<")
    body = body.strip()
    if not (body.startswith("(") and body.endswith(")")):
        return [source]
    depth, cuts = 0, [0]
    for at, sign in enumerate(body):
        depth += (sign == "(") - (sign == ")")
        if depth == 0 and at < len(body) - 1:
            return [source]  # the choice is only the first of several words
        if depth == 1 and sign == "|":
            cuts.append(at)
    cuts.append(len(body) - 1)
    return [left + mark + " " + body[a + 1 : b] for a, b in pairwise(cuts)]


def _side(source: str) -> tuple[str, frozenset[str]]:
    parser = _Parser(source)
    pattern, heads = parser.sequence()
    if parser.peek():
        raise ValueError("a choice is closed that was not opened")
    return pattern, heads


CROWD = 5  # rules of one word from which on a gate is worth its price


@dataclass(frozen=True, slots=True)
class _Entry:
    """Rules that begin with one word; the gate says whether any of their bodies matches."""

    gate: str | None
    rules: tuple[Rule, ...]


def _entry(rules: list[Rule]) -> _Entry:
    gate = "|".join(r.body for r in rules) if len(rules) >= CROWD else None
    return _Entry(gate, tuple(rules))


class Phrases:
    """Rules by the words they begin with."""

    __slots__ = ("_exact", "_open")

    def __init__(self, rules: tuple[Rule, ...]) -> None:
        exact: dict[str, list[Rule]] = {}
        opened: dict[str, list[Rule]] = {}
        for rule in rules:
            for head in sorted(rule.heads):
                (opened if head.endswith("*") else exact).setdefault(head.rstrip("*"), []).append(rule)
        self._exact = {head: _entry(found) for head, found in exact.items()}
        self._open = {head: _entry(found) for head, found in opened.items()}

    def _entries(self, word: str) -> tuple[_Entry, ...]:
        found = [self._exact.get(word), self._open.get(word[:PREFIX])]
        if word[0].isdigit():
            found.append(self._exact.get("#"))
        return tuple(entry for entry in found if entry is not None)

    def find(self, text: str) -> Iterator[tuple[int, int, Rule]]:
        """Every rule that matches in the plain `text`: start, end, rule; in order of start."""
        entries: dict[str, tuple[_Entry, ...]] = {}
        for token in TOKEN.finditer(text):
            word = token.group()
            known = entries.get(word)
            if known is None:
                known = entries[word] = self._entries(word)
            if not known:
                continue
            at = token.start()
            for entry in known:
                if entry.gate is not None and pattern(entry.gate).match(text, at) is None:
                    continue
                for rule in entry.rules:
                    end = rule.match(text, at)
                    if end is not None:
                        yield at, end, rule
