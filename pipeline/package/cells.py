"""Small cells: a count of 1 to 10 people is hidden, and so is whatever would let one compute it.

- Zero and 11 or more are shown. One hidden part with the rest and the total shown is no secret: the smallest shown part
  that is not zero is hidden with it; where there is none, the total is.
Source: the cell size policy of the Centers for Medicare & Medicaid Services (no cell of 1 to 10, none derivable).
"""

from __future__ import annotations

from collections.abc import Mapping

SMALLEST_SHOWN = 11
HIDDEN = "suppressed"


def shown(count: int) -> int | str:
    """The count, or that it is hidden. ValueError for a negative one."""
    if count < 0:
        raise ValueError("a count is not negative")
    return HIDDEN if 0 < count < SMALLEST_SHOWN else count


def shown_parts(parts: Mapping[str, int]) -> dict[str, int | str]:
    """Parts of a whole and their `total`, so that no hidden part can be computed from the others."""
    total = sum(parts.values())
    out = {name: shown(count) for name, count in sorted(parts.items())}
    hidden = [name for name in out if out[name] == HIDDEN]
    if len(hidden) == 1:
        left = [(parts[n], n) for n in out if out[n] != HIDDEN and parts[n] > 0]
        if left:
            out[min(left)[1]] = HIDDEN
        else:
            return {**out, "total": HIDDEN}
    return {**out, "total": shown(total)}
