"""Reading a policy document (TOML): every fault at once, each with its line; then, and only then, a Policy.

- Closed: an unknown table, key, label or action is a fault, with the nearest known name.
- Complete: a label without a line is a fault; so is a line without a reason.
- A fault names keys of the file, never a value longer than a word.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from importlib import resources
from typing import Any

from pipeline.errors import Fault, PolicyError
from pipeline.labels import Label
from pipeline.rules import (
    STRICTEST,
    Action,
    Difference,
    Explained,
    Policy,
    ReviewRule,
    Rule,
    Style,
    diff,
    explain,
    misfit,
)

__all__ = [
    "SHIPPED",
    "STRICTEST",
    "Action",
    "Difference",
    "Explained",
    "Policy",
    "ReviewRule",
    "Rule",
    "Style",
    "diff",
    "explain",
    "load_policy",
    "shipped",
]

SHIPPED = ("group", "group-surrogates", "research-safe-harbor", "research-limited", "strict")

_TABLE = re.compile(r"^\s*\[\s*([A-Za-z0-9_.\-]+)\s*\]")
_KEY = re.compile(r"""^\s*["']?([A-Za-z0-9_\-]+)["']?\s*[.=]""")
_AT_LINE = re.compile(r"\(at line (\d+), column (\d+)\)")
_WORD = re.compile(r"[A-Za-z0-9_.\-]{1,40}")


def load_policy(text: str, name: str) -> Policy:
    """The policy that `text` (TOML) describes. `name`: how messages call the document.

    Raises PolicyError with every fault of the document at once.
    """
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise PolicyError(f"policy `{name}` is not valid TOML; mend the line", [_syntax(str(error), name)]) from None
    reader = _Reader(place=name, lines=_lines(text))
    policy = reader.policy(document)
    if policy is None or reader.faults:
        faults = sorted(reader.faults, key=lambda f: (f.line or 0, f.column or "", f.what))
        raise PolicyError(f"policy `{name}` cannot be used; mend these {len(faults)} places", faults)
    return policy


def shipped(name: str) -> Policy:
    """A policy that comes with the program. PolicyError where there is none of that name."""
    if name not in SHIPPED:
        known = ", ".join(f"`{n}`" for n in SHIPPED)
        raise PolicyError(f"no policy of that name is shipped; choose one of {known} or give a file")
    text = resources.files("pipeline").joinpath("policies", f"{name}.toml").read_text(encoding="utf-8")
    return load_policy(text, f"{name}.toml")


def _syntax(message: str, place: str) -> Fault:
    """The parser's complaint without the values it may quote."""
    at = _AT_LINE.search(message)
    what = "the same key stands twice" if "overwrite" in message or "twice" in message else "this line is not TOML"
    if at is None:
        return Fault(place=place, what="the document ends too early; close the open string, list or table")
    return Fault(place=place, what=what, line=int(at[1]), column=at[2])


def _lines(text: str) -> dict[tuple[str, str], int]:
    """(table, key) -> number of the line it is written on; the key of a table's own header is empty."""
    found: dict[tuple[str, str], int] = {}
    table = ""
    for number, line in enumerate(text.splitlines(), start=1):
        if header := _TABLE.match(line):
            table = header[1]
            found.setdefault((table, ""), number)
        elif key := _KEY.match(line):
            found.setdefault((table, key[1]), number)
    return found


def _number(low: float, high: float) -> Callable[[Any], bool]:
    return lambda v: isinstance(v, int | float) and not isinstance(v, bool) and low <= v <= high


def _whole(low: int, high: int) -> Callable[[Any], bool]:
    return lambda v: isinstance(v, int) and not isinstance(v, bool) and low <= v <= high


def _one_of(names: Iterable[str]) -> Callable[[Any], bool]:
    known = frozenset(names)
    return lambda v: isinstance(v, str) and v in known


def _words(value: object) -> bool:
    return isinstance(value, list) and all(_line_of_text(v) for v in value)


def _line_of_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip()) and "\n" not in value


# table, key, whether it must stand, what it must be in words, the test
_SETTINGS: tuple[tuple[str, str, bool, str, Callable[[Any], bool]], ...] = (
    ("", "name", True, "a short name", lambda v: isinstance(v, str) and bool(_WORD.fullmatch(v))),
    ("", "use", True, "`group` or `research`", _one_of(("group", "research"))),
    ("", "title", True, "a line of text", _line_of_text),
    ("", "style", True, "`plain` or `tag`", _one_of(Style)),
    ("", "limited_data_set", False, "true or false", lambda v: isinstance(v, bool)),
    ("thresholds", "label_confident", True, "a number from 0 to 1", _number(0, 1)),
    ("thresholds", "min_residue", False, "a number from 0.5 to 1", _number(0.5, 1)),
    (
        "thresholds",
        "min_speakers",
        False,
        "a whole number from 3",
        lambda v: isinstance(v, int) and not isinstance(v, bool) and v >= 3,
    ),
    ("risk", "k", False, "a whole number from 1 to 1000", _whole(1, 1000)),
    ("groups", "group_mode", False, "`strict` or `segment`", _one_of(("strict", "segment"))),
    ("review", "rule", True, "`findings` or `always`", _one_of(ReviewRule)),
    ("review", "unmask", False, "true or false", lambda v: isinstance(v, bool)),
    ("backstop", "mask_unknown", False, "true or false", lambda v: isinstance(v, bool)),
    ("backstop", "own_words", False, "a list of words", _words),
)
_TABLES = ("thresholds", "risk", "groups", "review", "backstop", "labels")


@dataclass(slots=True, kw_only=True)
class _Reader:
    """Collects faults while it turns a parsed document into a policy. Lives for one call."""

    place: str
    lines: dict[tuple[str, str], int]
    faults: list[Fault] = field(default_factory=list)

    def fault(self, what: str, table: str, key: str = "") -> None:
        places = ((table, key), (key, ""), (table, ""))
        line = next((self.lines[p] for p in places if p in self.lines), None)
        self.faults.append(Fault(place=self.place, what=what, line=line))

    def policy(self, document: dict[str, Any]) -> Policy | None:
        tables = {"": document, **{t: self._table(document, t) for t in _TABLES}}
        self._unknown(tables)
        settings = self._settings(tables)
        limited = settings.pop("limited_data_set", False) is True
        rules = self._rules(tables["labels"], limited=limited)
        if self.faults:
            return None
        settings["style"] = Style(settings["style"])
        settings["review"] = ReviewRule(settings.pop("rule"))
        settings["own_words"] = tuple(settings.get("own_words", ()))
        return Policy(limited_data_set=limited, rules=rules, **settings)

    def _table(self, document: dict[str, Any], name: str) -> dict[str, Any]:
        table = document.get(name, {})
        if isinstance(table, dict):
            return table
        self.fault(f"`{name}` must be a table; write [{name}] on a line of its own", "", name)
        return {}

    def _unknown(self, tables: dict[str, dict[str, Any]]) -> None:
        for table, content in tables.items():
            known = [str(lb) for lb in Label] if table == "labels" else [s[1] for s in _SETTINGS if s[0] == table]
            known += _TABLES if table == "" else ()
            for key in sorted(set(content) - set(known)):
                kind = "label" if table == "labels" else "key"
                self.fault(f"unknown {kind} {_shown(key)}; {_nearest(key, known)}", table, key)

    def _settings(self, tables: dict[str, dict[str, Any]]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for table, key, required, words, right in _SETTINGS:
            if key not in tables[table]:
                if required:
                    inside = f" in [{table}]" if table else ""
                    self.fault(f"`{key}` is missing{inside}; it must be {words}", table)
            elif not right(tables[table][key]):
                self.fault(f"`{key}` must be {words}", table, key)
            else:
                found[key] = tables[table][key]
        return found

    def _rules(self, lines: dict[str, Any], *, limited: bool) -> dict[Label, Rule]:
        rules: dict[Label, Rule] = {}
        for label in Label:
            if label.value not in lines:
                self.fault(f"label `{label}` has no line; give it an action and a reason", "labels")
            elif rule := self._rule(label, lines[label.value], limited=limited):
                rules[label] = rule
        return rules

    def _rule(self, label: Label, line: object, *, limited: bool) -> Rule | None:
        if not isinstance(line, dict) or not {"action", "reason"} <= set(line):
            self.fault(f"`{label}` needs both an action and a reason", "labels", label)
            return None
        for key in sorted(set(line) - {"action", "reason"}):
            self.fault(
                f"unknown key {_shown(key)} at `{label}`; {_nearest(key, ['action', 'reason'])}", "labels", label
            )
        if not _line_of_text(line["reason"]):
            self.fault(f"the reason of `{label}` must be a line of text", "labels", label)
        if line["action"] not in [str(a) for a in Action]:
            near = _nearest(str(line["action"]), [str(a) for a in Action])
            self.fault(f"unknown action {_shown(line['action'])} at `{label}`; {near}", "labels", label)
            return None
        action = Action(line["action"])
        if why := misfit(action, label, limited_data_set=limited):
            self.fault(why, "labels", label)
        return Rule(action=action, reason=str(line["reason"]))


def _shown(key: object) -> str:
    """A key in a message: only where it looks like one."""
    return f"`{key}`" if isinstance(key, str) and _WORD.fullmatch(key) else "(not shown)"


def _nearest(key: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(key, list(known), n=1, cutoff=0.6)
    return f"did you mean `{near[0]}`?" if near else "take it out or look it up in docs/policies.md"
