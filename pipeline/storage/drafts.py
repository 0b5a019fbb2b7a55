"""Drafts: what a run has made and nobody has released yet, sealed in the vault; and the story of each failure.

- A draft is found by a keyed digest of its name; the name may be an id, never a file name.
- Drafts of a run go away with `drop`, those of a killed run with `sweep`; the copy of a held document stays.
- A story may hold words (a traceback quotes its input), so it is sealed like an original and only its id is told.
"""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import Fault, StateError
from pipeline.storage.disk import private_folder, remove_tree, write_whole
from pipeline.storage.faults import naming
from pipeline.storage.keyring import DataKey, Keyring, Purpose

PLACE = "drafts"
ERRORS = "errors"


@dataclass(frozen=True, slots=True, kw_only=True)
class Drafts:
    """The drafts of one workspace, below `folder`. They are sealed with the key of what can be made again."""

    folder: Path
    keyring: Keyring

    def put(self, shelf: str, name: str, data: bytes) -> None:
        """Keep `data` under `name` on a shelf (a run, or `held`); what lay there before is replaced."""
        path = self._path(shelf, name)
        with naming(PLACE):
            private_folder(self.folder)
            private_folder(path.parent)
            write_whole(path, self._key.seal(data, bound_to=_bound(shelf, name)))

    def get(self, shelf: str, name: str) -> bytes:
        """What lies there. StateError where nothing does."""
        path = self._path(shelf, name)
        if not path.is_file():
            what = "it is not here any more; run again"
            raise StateError("a draft is missing", [Fault(place=PLACE, what=what)])
        with naming(PLACE):
            sealed = path.read_bytes()
        return self._key.unseal(sealed, bound_to=_bound(shelf, name), place=PLACE)

    def has(self, shelf: str, name: str) -> bool:
        """Does something lie there?"""
        return self._path(shelf, name).is_file()

    def drop(self, shelf: str) -> None:
        """Remove a whole shelf."""
        with naming(PLACE):
            remove_tree(self._shelf(shelf))

    def remove(self, shelf: str, name: str) -> None:
        """Remove one draft; nothing where there is none."""
        with naming(PLACE):
            self._path(shelf, name).unlink(missing_ok=True)

    def sweep(self, *, keep: tuple[str, ...], older_than_s: float) -> int:
        """Remove shelves that nobody has touched for so long, those of killed runs; not those to `keep`. How many."""
        kept = {self._shelf(shelf) for shelf in keep}
        swept = 0
        with naming(PLACE):
            for shelf in sorted(self.folder.iterdir()) if self.folder.is_dir() else ():
                if shelf not in kept and time.time() - shelf.stat().st_mtime >= older_than_s:
                    remove_tree(shelf)
                    swept += 1
        return swept

    def note(self, story: str) -> str:
        """Keep the story of a failure; returns the error id (12 hex digits) that people are told."""
        error_id = secrets.token_hex(6)
        self.put(ERRORS, error_id, story.encode("utf-8", "backslashreplace"))
        return error_id

    def story(self, error_id: str) -> str:
        """The story under an error id, for the screen of who runs the program."""
        return self.get(ERRORS, error_id).decode("utf-8")

    @property
    def _key(self) -> DataKey:
        return self.keyring.standing(Purpose.SPANS)

    def _shelf(self, shelf: str) -> Path:
        return self.folder / self.keyring.tag("shelf", shelf)[:16]

    def _path(self, shelf: str, name: str) -> Path:
        return self._shelf(shelf) / self.keyring.tag("draft", name)[:32]


def _bound(shelf: str, name: str) -> str:
    return f"draft {shelf} {name}"
