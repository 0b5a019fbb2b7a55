"""Small counts in a table that is printed with its totals: which cells have to be hidden.

- A count of 1 to 10 is hidden (CELL_SUPPRESSED); zero is shown.
- In every row and column with a total, what is hidden must not come out by subtraction: at least two cells are hidden
  there or none, and together they may not be so few or so many that only one answer is left. Until that holds the
  smallest of the other cells is hidden too (CELL_SUPPRESSED_COMPLEMENT), a zero only where nothing else is left.
- A line that cannot be made safe hides its total.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pipeline.consent.reasons import ReasonCode

SMALLEST, LARGEST = 1, 10  # docs/consent.md: 1 to 10 hidden, as CMS and state health departments publish

Key = tuple[str, str]  # row, column


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


def hide(counts: Mapping[Key, int]) -> Hidden:
    """Decide for a whole table at once. Raises ValueError for a negative count."""
    if any(n < 0 for n in counts.values()):
        raise ValueError("a count is not negative")
    cells = {key: ReasonCode.CELL_SUPPRESSED for key, n in counts.items() if SMALLEST <= n <= LARGEST}
    while (line := next(_open_lines(counts, cells), None)) is not None:
        more = min((key for key in line if key not in cells), key=lambda key: (counts[key] == 0, counts[key], key))
        cells[more] = ReasonCode.CELL_SUPPRESSED_COMPLEMENT
    rows = {r for r, _ in counts if not _safe([k for k in counts if k[0] == r], counts, cells)}
    columns = {c for _, c in counts if not _safe([k for k in counts if k[1] == c], counts, cells)}
    return Hidden(cells=cells, rows=frozenset(rows), columns=frozenset(columns))


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
