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
        """The paths of all that is no folder."""
        return [p.relative_to(self.root).as_posix() for p in self.root.rglob("*") if p.is_symlink() or not p.is_dir()]

    def read(self, name: str, /) -> Iterator[bytes]:
        """The bytes of one file, in pieces; nothing of a link or a device."""
        path = self.root / name
        if path.is_symlink() or not path.is_file():
            return
        with path.open("rb", buffering=0) as stream:
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
            "id": r.identity,
            "use": r.use,
            "recipient": r.recipient,
            "as_of": r.as_of,
            "files": r.files,
            "bytes": r.size,
            "whole": r.whole,
            "signature": r.signature.value,
            "checks": [
                {
                    "what": c.what,
                    "state": "failed" if c.faults else "not checked" if c.skipped else "ok",
                    "faults": [str(f) for f in c.faults],
                }
                for c in r.checks
            ],
            "faults": [str(f) for f in r.faults],
            "conclusion": self.conclusion,
        }

    def lines(self) -> list[str]:
        """What was found, a line a check, and what follows from it."""
        r = self.report
        lines = [
            f"release    {r.release_id or 'unknown'}, use {r.use or 'unknown'}, recipient {r.recipient or 'unknown'}",
            f"id         {r.identity or 'unknown'}, as of {r.as_of or 'unknown'}, {r.files} files, {r.size} bytes",
        ]
        for check in r.checks:
            mark = "FAILED     " if check.faults else "not checked" if check.skipped else "ok         "
            lines.append(f"{mark} {check.what}")
            lines += [f"             {fault}" for fault in check.faults]
        return [*lines, self.conclusion]

    @property
    def conclusion(self) -> str:
        """What a reader may rely on, in a sentence."""
        if not self.report.whole or self.report.signature in (Signature.INVALID, Signature.MISSING):
            return "NOT VERIFIED: do not use this release; ask its sender for a new copy"
        if self.report.proven:
            return "VERIFIED: nothing is missing, altered or added, and the holder of the key signed it"
        return (
            "WHOLE by its own lists, but the signer is not authenticated: anybody could have made it; to know who did, "
            "give the program's public key with --key"
        )

    def raise_if_bad(self) -> None:
        """VerificationError unless all files are as listed and no signature was found wanting."""
        if self.conclusion.startswith("NOT"):
            raise VerificationError("the release does not verify; do not use it, ask its sender for a new copy")


def verify_release(directory: Path, key: Path | None) -> Told:
    """Check a release. Raises InputError where there is no directory or key file."""
    if not directory.is_dir():
        raise InputError("there is no such directory", [Fault(place="release", what="name the folder of a release")])
    if key is not None and not key.is_file():
        raise InputError("there is no such key file", [Fault(place="--key", what="name the program's public key")])
    return Told(report=verify(Directory(root=directory), None if key is None else key.read_bytes()))
