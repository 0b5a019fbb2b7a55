"""verify: check a release directory with nothing but the directory and, to know the signer, the public key."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.errors import Fault, InputError, VerificationError
from pipeline.verify import Report, Signature, verify

_PIECE = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Directory:
    """A release on the disk. Links are listed and not followed: they are not part of a release."""

    root: Path

    def names(self) -> Iterable[str]:
        """The paths of all files and links."""
        return [
            p.relative_to(self.root).as_posix() for p in sorted(self.root.rglob("*")) if p.is_symlink() or p.is_file()
        ]

    def read(self, name: str, /) -> Iterator[bytes]:
        """The bytes of one file, in pieces; nothing of a link."""
        path = self.root / name
        if path.is_symlink():
            return
        with path.open("rb") as stream:
            while piece := stream.read(_PIECE):
                yield piece


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A report for the screen."""

    report: Report

    def as_json(self) -> dict[str, Any]:
        """The same for machines."""
        r = self.report
        return {
            "release": r.release_id,
            "use": r.use,
            "recipient": r.recipient,
            "as_of": r.as_of,
            "files": r.files,
            "bytes": r.size,
            "whole": r.whole,
            "signature": r.signature.value,
            "faults": [str(f) for f in r.faults],
        }

    def lines(self) -> list[str]:
        """What was found, in sentences."""
        r = self.report
        lines = [f"release {r.release_id or 'without an id'}: use {r.use}, recipient {r.recipient}, as of {r.as_of}"]
        lines.append(f"{r.files} files, {r.size} bytes; " + ("all as listed" if r.whole else "NOT as listed:"))
        lines += [f"  {fault}" for fault in r.faults]
        lines.append(_SIGNER[r.signature])
        return lines

    def raise_if_bad(self) -> None:
        """VerificationError unless all files are as listed and no signature was found wanting."""
        if not self.report.whole or self.report.signature in (Signature.INVALID, Signature.MISSING):
            raise VerificationError("the release does not verify; ask its sender for a new copy")


_SIGNER = {
    Signature.VALID: "signed by the holder of the key that you gave",
    Signature.INVALID: "THE SIGNATURE DOES NOT HOLD for the key that you gave",
    Signature.MISSING: "THERE IS NO SIGNATURE",
    Signature.NOT_AUTHENTICATED: "the signer is not authenticated: give the program's public key with --key",
}


def verify_release(directory: Path, key: Path | None) -> Told:
    """Check a release. Raises InputError where there is no directory or key file."""
    if not directory.is_dir():
        raise InputError("there is no such directory", [Fault(place="release", what="name the folder of a release")])
    if key is not None and not key.is_file():
        raise InputError("there is no such key file", [Fault(place="--key", what="name the program's public key")])
    return Told(report=verify(Directory(root=directory), None if key is None else key.read_bytes()))
