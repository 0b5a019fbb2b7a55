"""packing: where a package goes. A folder in `releases/`; or, for a recipient with a key, one encrypted file there.

- With a key nothing stays in clear outside the vault, unless that was asked for: the files lie in `vault/outgoing`
  while the one file is made of them, and what a kill leaves there is swept by the next run.
- The encrypted file appears in one step, as a folder does; its manifest cannot be read from outside, so its digest lies
  on the shelf of the release before the file appears.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from flows.wiring import House
from pipeline.release import MANIFEST, Piece
from pipeline.storage.agefile import ENDING, recipient_key, seal_folder
from pipeline.storage.faults import naming
from pipeline.storage.packages import PLACE, PublishedFile, publish, sweep, written

RELEASES = "releases"
_DIGEST = "manifest digest"


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """How a release goes out. key: the recipient's age key, None for a folder in clear. keep_clear: leave the folder
    beside the encrypted file."""

    key: str | None = None
    keep_clear: bool = False


def put_package(house: House, release_id: str, shelf: str, pieces: Iterable[Piece], way: Way) -> str:
    """Write the whole package or nothing; the SHA-256 of its manifest. StorageError, VerificationError (key)."""
    place = house.workspace / RELEASES / release_id
    if way.key is None:
        return _manifest(publish(place, pieces))
    room = place.parent if way.keep_clear else _outgoing(house)
    with written(room, pieces) as (staging, files):
        digest = _manifest(files)
        house.drafts.put(shelf, _DIGEST, digest.encode())
        seal_folder(staging, place.with_name(place.name + ENDING), inside=release_id, key=way.key)
        if way.keep_clear:
            with naming(PLACE):
                staging.rename(place)
    return digest


def key_in(given: str) -> str:
    """The key itself, or where `given` is a file the line of it that starts with `age1`. StorageError where it cannot
    be read, VerificationError where there is no key in it."""
    path = Path(given)
    if given.startswith("age1") or not path.is_file():
        recipient_key(given)
        return given
    with naming("key file"):
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    found = next((line.strip() for line in lines if line.startswith("age1")), "\n".join(lines))
    recipient_key(found)
    return found


def encrypted(workspace: Path, release_id: str) -> Path | None:
    """The encrypted file of a release, None where there is none."""
    path = workspace / RELEASES / (release_id + ENDING)
    return path if path.is_file() else None


def digest_on_shelf(house: House, shelf: str) -> str:
    """The digest of the manifest of a release that stands as an encrypted file. StateError where none lies there."""
    return house.drafts.get(shelf, _DIGEST).decode()


def sweep_outgoing(house: House) -> None:
    """Remove what killed runs left in clear in the vault."""
    if _outgoing(house).is_dir():
        sweep(_outgoing(house))


def _outgoing(house: House) -> Path:
    return house.workspace / "vault" / "outgoing"


def _manifest(files: Iterable[PublishedFile]) -> str:
    return next(f.digest for f in files if f.name == MANIFEST)
