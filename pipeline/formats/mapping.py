"""What a program says about a table file, and what a row says about itself before it is read."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class TableMapping:
    """Which column of a table is what, by name. `text` columns are read, `keep` columns go out as they are. sheet: of a
    workbook, by name; the first that is shown where it is None."""

    person: str
    text: tuple[str, ...]
    key: str | None = None
    date: str | None = None
    author: str | None = None
    keep: tuple[str, ...] = ()
    sheet: str | None = None

    def __post_init__(self) -> None:
        if not self.text or len(set(self.named)) != len(self.named) or not all(self.named):
            raise ValueError("a mapping names a person column, at least one text column, and no column twice")

    @property
    def named(self) -> tuple[str, ...]:
        """Every column that it names."""
        found = (self.person, self.key, self.date, self.author, *self.text, *self.keep)
        return tuple(name for name in found if name is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class RowRef:
    """What decides about a row before it is read: its number from 0 and the values of the mapped key columns. They come
    from the file and may hold anything, so the repr shows the number alone."""

    n: int
    key: str = field(repr=False)
    person_id: str = field(repr=False)
    date: str | None = field(default=None, repr=False)
    author: str | None = field(default=None, repr=False)
