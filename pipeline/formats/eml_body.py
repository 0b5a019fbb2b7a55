"""Whose words an e-mail holds: the sender's own, and those of others that it quotes or forwards.

Source: what mail programs write around quoted words; RFC 3676 for `>`.

Rules:
- What the sender wrote is theirs, a turn a paragraph.
- Lines that begin with `>` are somebody else's: of whom the line above them names (`On ... Name wrote:`), else of
  nobody known. What is quoted inside a quotation is of nobody known.
- After a line that opens a message inside (`-----Original Message-----`, `Forwarded message`) everything is of whom
  its `From:` names; after `On ... Name wrote:` without `>` everything is theirs.
- Of nobody known: the label is `>`, which is nobody's name, so that such a turn is withheld.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.formats.pieces import Cutter, Line, blank
from pipeline.model import RegionKind, Turn

NOBODY = ">"
_VERB = r"(?:wrote|schrieb|a écrit|écrit|escribió|ha scritto|schreef|escreveu)"
_WROTE = re.compile(rf"(?:On|Am|Le|El|Il|Op|Em)\b[^\r\n]{{4,200}}\b{_VERB}\s*:?[ \t]*")
_TAIL = re.compile(rf"[ \t]*(?:<[^<>]*>|\([^()]*\))?[ \t,]*\b{_VERB}\s*:?[ \t]*$")
# The name stands after the date, with or without a time and its zone.
_AFTER_TIME = re.compile(
    r".*\d(?:\d|:\d\d)(?:[ \t\u202f]*[apAP]\.?[mM]\.?)?(?:[ \t]+\([^)]*\)|[ \t]+[-+]\d{4})?,?"
    r"[ \t]+(?P<name>[^\d<>\n][^<>\n]*?)"
)
_INSIDE = re.compile(
    r"[ \t]*(?:-{2,}[ \t]*(?:Original|Forwarded) [Mm]essage[ \t]*-{2,}|Begin forwarded message:|_{10,})[ \t]*"
)
_FROM = re.compile(r"[ \t>*]*From:[ \t*]*(?P<name>[^<>\r\n]*?)[ \t*]*(?:<[^<>\r\n]*>[ \t]*|\[[^\]\r\n]*\][ \t]*)?")
_QUOTE = re.compile(r"[ \t]?((?:>[ \t]?)+)")
_FIXED, _BODY = RegionKind.FIXED, RegionKind.BODY


def cut_body(cutter: Cutter, text: str, rows: Sequence[Line], sender: str, turns: list[Turn]) -> None:
    """Cut the lines of a body; its turns are added to `turns`."""
    owners = _owners(text, rows, sender)
    n = 0
    while n < len(rows):
        if blank(text, rows[n]):
            cutter.cut(rows[n].end, _FIXED)
            n += 1
            continue
        last = n
        while last + 1 < len(rows) and not blank(text, rows[last + 1]) and owners[last + 1] == owners[n]:
            last += 1
        turns.append(Turn(n=len(turns), speaker=owners[n][1]))
        cutter.cut(rows[n].start, _FIXED)
        cutter.cut(rows[last].stop, _BODY, turns[-1].n)
        cutter.cut(rows[last].end, _FIXED)
        n = last + 1


def _owners(text: str, rows: Sequence[Line], sender: str) -> list[tuple[int, str]]:
    """For each line how deep it is quoted and whose words it holds."""
    found: list[tuple[int, str]] = []
    named, rest, inside = NOBODY, "", False  # who is quoted by `>`; whose the rest is; is it a message inside?
    for n, row in enumerate(rows):
        line = text[row.start : row.stop]
        depth = _depth(line)
        if depth:
            found.append((depth, named if depth == 1 and not inside else NOBODY))
        elif inside or rest:
            found.append((0, rest))
        elif _INSIDE.fullmatch(line):
            inside, rest = True, _forwarded(text, rows[n + 1 : n + 8])
            found.append((0, rest))
        elif (wrote := _wrote(text, rows, n)) is not None:
            named = wrote
            rest = "" if _quoted_next(text, rows, n) else named
            found.append((1, named))
        else:
            found.append((1, named) if n and _attribution_goes_on(text, rows, n) else (0, sender))
    return found


def _depth(line: str) -> int:
    match = _QUOTE.match(line)
    return match[1].count(">") if match else 0


def _wrote(text: str, rows: Sequence[Line], n: int) -> str | None:
    """Who wrote what follows, where line n (with the next one) says so; NOBODY where it gives no name."""
    for last in (n, n + 1):
        if last >= len(rows):
            break
        line = " ".join(text[row.start : row.stop].strip() for row in rows[n : last + 1])
        if len(line) < 300 and _WROTE.fullmatch(line):
            match = _AFTER_TIME.fullmatch(_TAIL.sub("", line))
            name = match["name"].strip(" \"',") if match else ""
            return name or NOBODY
    return None


def _attribution_goes_on(text: str, rows: Sequence[Line], n: int) -> bool:
    """Is line n the second line of `On ... wrote:`?"""
    line = text[rows[n - 1].start : rows[n - 1].stop]
    return not _WROTE.fullmatch(line.strip()) and _wrote(text, rows, n - 1) is not None


def _quoted_next(text: str, rows: Sequence[Line], n: int) -> bool:
    """Do lines with `>` follow, within the next few?"""
    return any(_depth(text[row.start : row.stop]) for row in rows[n + 1 : n + 4])


def _forwarded(text: str, rows: Sequence[Line]) -> str:
    """Whom the headers of a message inside name."""
    for row in rows:
        match = _FROM.fullmatch(text, row.start, row.stop)
        if match is not None:
            return match["name"].strip(" \"'") or NOBODY
    return NOBODY
