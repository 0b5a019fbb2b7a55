"""Places as Safe Harbor needs them: three digits of a ZIP code, and the state that is named with a place.

- ZIP: an allow-list. A prefix stands only where it is in the table, more than 20,000 people live there by a margin
  (21,000: 576 has 20,165 and the next census decides), and it is not on the list of restricted prefixes. Everything
  else (malformed, foreign, military, partial) is 000. A four-digit ZIP lost its leading nought: 3601 is 03601.
- State: only where the text itself names it after the place. A town is never looked up: that would be a guess.

Sources: `tables/zip3_population_acs2022.csv`, population by three-digit ZIP prefix from the American Community Survey
2022 (U.S. Census Bureau); restricted prefixes under the 2010 census as listed in docs/consent.md; state names and
USPS abbreviations; street words from USPS Publication 28. All are public facts.
"""

from __future__ import annotations

import csv
import functools
import re
from importlib import resources

from pipeline import spoken

NEAR_LINE = 21_000
RESTRICTED = frozenset(
    {"036", "059", "102", "202", "203", "204", "205", "369", "556", "692", "753", "772", "821", "823", "878", "879",
     "884", "893"}
)  # fmt: skip
WITHHELD_ZIP = "000"

STATES: tuple[tuple[str, str], ...] = (
    ("AL", "Alabama"), ("AK", "Alaska"), ("AZ", "Arizona"), ("AR", "Arkansas"), ("CA", "California"),
    ("CO", "Colorado"), ("CT", "Connecticut"), ("DE", "Delaware"), ("DC", "District of Columbia"), ("FL", "Florida"),
    ("GA", "Georgia"), ("HI", "Hawaii"), ("ID", "Idaho"), ("IL", "Illinois"), ("IN", "Indiana"), ("IA", "Iowa"),
    ("KS", "Kansas"), ("KY", "Kentucky"), ("LA", "Louisiana"), ("ME", "Maine"), ("MD", "Maryland"),
    ("MA", "Massachusetts"), ("MI", "Michigan"), ("MN", "Minnesota"), ("MS", "Mississippi"), ("MO", "Missouri"),
    ("MT", "Montana"), ("NE", "Nebraska"), ("NV", "Nevada"), ("NH", "New Hampshire"), ("NJ", "New Jersey"),
    ("NM", "New Mexico"), ("NY", "New York"), ("NC", "North Carolina"), ("ND", "North Dakota"), ("OH", "Ohio"),
    ("OK", "Oklahoma"), ("OR", "Oregon"), ("PA", "Pennsylvania"), ("PR", "Puerto Rico"), ("RI", "Rhode Island"),
    ("SC", "South Carolina"), ("SD", "South Dakota"), ("TN", "Tennessee"), ("TX", "Texas"), ("UT", "Utah"),
    ("VT", "Vermont"), ("VA", "Virginia"), ("WA", "Washington"), ("WV", "West Virginia"), ("WI", "Wisconsin"),
    ("WY", "Wyoming"),
)  # fmt: skip
_BY_NAME = {name.lower(): (code, name) for code, name in STATES}
_BY_CODE = {code: (code, name) for code, name in STATES}

_ZIP_AT_END = re.compile(r"[\s,]+\d{4,5}(?:-\d{4})?$")
_NO_TOWN = re.compile(
    r"\d|[&/]|\b(?:street|st|avenue|ave|road|rd|boulevard|blvd|drive|dr|lane|ln|court|ct|circle|cir|place|pl|way|pike|"
    r"highway|hwy|route|rte|parkway|pkwy|turnpike|freeway|expressway|alley|trail|terrace|bridge|exit|corner|line|bus|"
    r"train|station|stop|park|beach|pond|lake|creek|river|bay|hill|island|mall|plaza|square|building|tower|marina)\b",
    re.IGNORECASE,
)


@functools.cache
def populations() -> dict[str, int]:
    """Population by three-digit prefix, as in the table."""
    table = resources.files("pipeline").joinpath("tables", "zip3_population_acs2022.csv")
    rows = csv.DictReader(table.read_text(encoding="utf-8").splitlines())
    return {row["zip3"]: int(row["acs2022_pop"]) for row in rows}


def zip3(text: str) -> str:
    """The three digits that may stand for a ZIP code, written or spoken, else `000`."""
    digits = _zip_digits(text)
    prefix = digits[:3] if digits else WITHHELD_ZIP
    allowed = prefix not in RESTRICTED and populations().get(prefix, 0) >= NEAR_LINE
    return prefix if allowed else WITHHELD_ZIP


def _zip_digits(text: str) -> str | None:
    """The five digits; None where the text is no whole ZIP code."""
    digits = spoken.read_digits(text) or ""
    if not (digits.isascii() and digits.isdecimal()):
        return None
    if len(digits) in (4, 8):
        digits = "0" + digits
    return digits[:5] if len(digits) in (5, 9) else None


def state_of(text: str) -> tuple[str, str] | None:
    """(code, name) of the state named after a place: "Toledo, Ohio"; None for "Port Washington" or a town alone."""
    bare = _ZIP_AT_END.sub("", text.strip().rstrip(".,"))
    before, comma, after = bare.rpartition(",")
    if comma and before.strip():
        said = after.strip()
        return _BY_CODE.get(said.replace(".", "")) or _BY_NAME.get(said.lower())
    words = bare.lower().split()
    two = " ".join(words[-2:])
    return _BY_NAME.get(two) if len(words) > 2 and " " in two and words[-3] != "of" else None


def is_town(text: str) -> bool:
    """Whether a place may be a town or county: no figure in it and no word for a street, a line or a landmark."""
    return _NO_TOWN.search(text) is None
