"""The book of a package: each file's bytes as they go by, its digest and size once it is whole."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from typing import NamedTuple


class Piece(NamedTuple):
    """Bytes to append to a file of the package. last: the file ends with them. Files may grow side by side."""

    path: str
    data: bytes
    last: bool = True


class Book:
    """Digest and size of every file so far; lives for one package. listed: path -> (SHA-256 in hex, bytes)."""

    def __init__(self) -> None:
        self.listed: dict[str, tuple[str, int]] = {}
        self._growing: dict[str, tuple[hashlib._Hash, int]] = {}

    def whole(self, path: str, data: bytes) -> Piece:
        """A file in one piece. ValueError where there is one of that name."""
        return next(self.more([(path, data)], last=True))

    def more(self, pieces: Iterable[tuple[str, bytes]], *, last: bool = False) -> Iterator[Piece]:
        """Bytes to append, each to its file; `last`: these end it."""
        for path, data in pieces:
            if path in self.listed:
                raise ValueError(f"two files of the release are called `{path}`")
            digest, size = self._growing.pop(path, (hashlib.sha256(), 0))
            digest.update(data)
            if last:
                self.listed[path] = digest.hexdigest(), size + len(data)
            else:
                self._growing[path] = digest, size + len(data)
            yield Piece(path, data, last)
