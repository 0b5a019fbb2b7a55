"""Small counts in a table that is printed with its totals: which cells have to be hidden.

- A count of 1 to 10 is hidden (CELL_SUPPRESSED); zero is shown.
- In every row and column with a total, what is hidden must not come out by subtraction: at least two cells are hidden
  there or none, and together they may not be so few or so many that only one answer is left. Until that holds the
  smallest of the other cells is hidden too (CELL_SUPPRESSED_COMPLEMENT), a zero only where nothing else is left.
- A line that cannot be made safe hides its total.
- Parts that were told to the same recipient before count too: where two releases differ by 1 to 10 in anything that
  both tell, or let one compute, the later one does not tell it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from pipeline.consent.reasons import ReasonCode

SMALLEST, LARGEST = 1, 10  # docs/consent.md: 1 to 10 hidden, as CMS and state health departments publish
HIDDEN = "suppressed"
TOTAL = "total"

Key = tuple[str, str]  # row, column
Shown = Mapping[str, int | str]  # part or `total` -> its count, or that it is hidden


@dataclass(frozen=True, slots=True, kw_only=True)
class Hidden:
    """What may not be shown: cells by (row, column), and lines whose total may not be shown either."""

    cells: Mapping[Key, ReasonCode]
    rows: frozenset[str]
    columns: frozenset[str]

    @property
    def grand_total(self) -> bool:
        """Whether the total of everything has to go as well: one hidden total would come out by subtraction."""
        return len(self.rows) == 1 or len(self.columns) == 1


def hide(counts: Mapping[Key, int], *, also: Collection[Key] = ()) -> Hidden:
    """Decide for a whole table at once. also: cells to hide whatever their count. ValueError for a negative count."""
    if any(n < 0 for n in counts.values()):
        raise ValueError("a count is not negative")
    cells = dict.fromkeys(also, ReasonCode.CELL_SUPPRESSED_COMPLEMENT)
    cells |= {key: ReasonCode.CELL_SUPPRESSED for key, n in counts.items() if is_small(n)}
    while (line := next(_open_lines(counts, cells), None)) is not None:
        more = min((key for key in line if key not in cells), key=lambda key: (counts[key] == 0, counts[key], key))
        cells[more] = ReasonCode.CELL_SUPPRESSED_COMPLEMENT
    rows = {r for r, _ in counts if not _safe([k for k in counts if k[0] == r], counts, cells)}
    columns = {c for _, c in counts if not _safe([k for k in counts if k[1] == c], counts, cells)}
    return Hidden(cells=cells, rows=frozenset(rows), columns=frozenset(columns))


def is_small(count: int) -> bool:
    """Whether a count, or a difference of counts, is one to hide."""
    return SMALLEST <= abs(count) <= LARGEST


def shown_parts(parts: Mapping[str, int], earlier: Sequence[Shown] = ()) -> dict[str, int | str]:
    """The parts of a whole and their `total` as they may be told. earlier: what this gave for the same recipient's
    releases before. A part that was told then and is gone now is one of nought, which can be hidden as well."""
    parts = {name: 0 for before in earlier for name in before if name != TOTAL} | dict(parts)
    also: set[str] = set()
    whole = True
    while True:
        found = hide({("all", name): n for name, n in parts.items()}, also=[("all", name) for name in also])
        hidden = {name for _, name in found.cells}
        out: dict[str, int | str] = {name: HIDDEN if name in hidden else n for name, n in sorted(parts.items())}
        total = sum(parts.values())
        out[TOTAL] = total if whole and not found.rows and not is_small(total) else HIDDEN
        told = next((block for before in earlier for block in _telling(out, before)), None)
        if told is None:
            return out
        open_parts = sorted((parts[name] == 0, parts[name], name) for name in told & parts.keys() - hidden)
        if open_parts:
            also.add(open_parts[0][2])
        else:
            whole = False


def _telling(now: Shown, before: Shown) -> Iterator[frozenset[str]]:
    """The smallest sets of parts whose sum both tell, and whose two sums differ by 1 to 10."""
    names = (now.keys() | before.keys()) - {TOTAL}
    blocks = [frozenset({name}) for name in sorted(names)]
    for told in (now, before):
        hidden = frozenset(n for n in names if told.get(n, 0) == HIDDEN)
        touched = [b for b in blocks if b & hidden]
        blocks = [b for b in blocks if not b & hidden]
        if touched and isinstance(told.get(TOTAL), int):
            blocks.append(frozenset().union(*touched))
    for block in blocks:
        if is_small(_sum(now, block) - _sum(before, block)):
            yield block


def _sum(told: Shown, block: frozenset[str]) -> int:
    """The sum of a block that is told, or comes out of the total."""
    counts = [told.get(name, 0) for name in block]
    shown = [n for n in counts if isinstance(n, int)]
    if len(shown) == len(counts):
        return sum(shown)
    others = [n for name, n in told.items() if name != TOTAL and name not in block and isinstance(n, int)]
    total = told[TOTAL]
    return (total if isinstance(total, int) else 0) - sum(others)


def _open_lines(counts: Mapping[Key, int], cells: Mapping[Key, ReasonCode]) -> Iterator[list[Key]]:
    """The rows and columns that are not safe yet and still have a cell to hide."""
    for axis in (0, 1):
        for name in sorted({key[axis] for key in counts}):
            line = [key for key in counts if key[axis] == name]
            if not _safe(line, counts, cells) and any(key not in cells for key in line):
                yield line


def _safe(line: list[Key], counts: Mapping[Key, int], cells: Mapping[Key, ReasonCode]) -> bool:
    """Whether the total of the line leaves more than one answer for each hidden cell."""
    hidden = [key for key in line if key in cells]
    if not hidden:
        return True
    total = sum(counts[key] for key in hidden)
    primary = all(cells[key] is ReasonCode.CELL_SUPPRESSED for key in hidden)
    squeezed = total <= len(hidden) * SMALLEST or (primary and total >= len(hidden) * LARGEST)
    return len(hidden) > 1 and not squeezed
