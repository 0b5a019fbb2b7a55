"""Long lists in pages: one page of a list, and the addresses of the others with everything else of the address kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar
from urllib.parse import urlencode

T = TypeVar("T")
SIZE = 40  # as many as somebody reads in a day


@dataclass(frozen=True, slots=True, kw_only=True)
class Part(Generic[T]):
    """One page of a list. n: its number from 1, of `pages`; total: of the whole list; name: of the page's number in the
    address; query: what else stands there."""

    items: Sequence[T]
    n: int
    pages: int
    total: int
    name: str
    query: Mapping[str, str]

    def address(self, n: int) -> str:
        """The query of another page of the same list."""
        kept = {key: value for key, value in self.query.items() if value and key != self.name}
        return "?" + urlencode(kept | {self.name: str(n)})


def part(everything: Sequence[T], query: Mapping[str, str], *, name: str = "page") -> Part[T]:
    """The page that `query` asks for under `name`; the nearest one there is where it asks for another."""
    pages = max(1, -(-len(everything) // SIZE))
    given = query.get(name, "")
    wanted = int(given) if given.isascii() and given.isdecimal() and len(given) < 7 else 1
    n = min(max(wanted, 1), pages)
    return Part(
        items=everything[(n - 1) * SIZE : n * SIZE], n=n, pages=pages, total=len(everything), name=name, query=query
    )
