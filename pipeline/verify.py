"""verify: whether a release directory is what its manifest says, and who signed it. It needs the directory alone.

- Every file is there, whole and listed; nothing else is there; the manifest and SHA256SUMS agree; the notice is the
  text of the rule. Every fault is found, not the first.
- With the public key: the signature over the manifest holds or it does not. Without it: the signer is not
  authenticated, and the report says so. Digests alone prove that nothing broke, not who made it.
- Files are read in pieces: memory is flat in their size.
- A file that is not listed is counted, never named: its name is not ours.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from pipeline.errors import Fault, VerificationError
from pipeline.package.scope import notice
from pipeline.release import FILES, FORMAT, MANIFEST, SIGNATURE, SUMS, name_is_safe

_SUM_LINE = re.compile(r"([0-9a-f]{64})  (\S+)")
# The manifest of a release of 100,000 documents has some 15 MB; more is not ours.
_LARGEST_TEXT = 256 * 1024 * 1024


class Package(Protocol):
    """A directory as this module sees it."""

    def names(self) -> Iterable[str]:
        """The paths of all files, relative, with forward slashes."""
        ...

    def read(self, name: str, /) -> Iterator[bytes]:
        """The bytes of one file, in pieces."""
        ...


class Signature(StrEnum):
    """What is known of the signer."""

    VALID = "valid"
    INVALID = "invalid"
    MISSING = "missing"
    NOT_AUTHENTICATED = "signer not authenticated"


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What was found. release_id, use, recipient, as_of: as the manifest says, empty where it cannot be read."""

    faults: tuple[Fault, ...]
    signature: Signature
    files: int
    size: int
    release_id: str = ""
    use: str = ""
    recipient: str = ""
    as_of: str = ""

    @property
    def whole(self) -> bool:
        """Nothing is missing, altered or added. It does not say who made it."""
        return not self.faults

    @property
    def proven(self) -> bool:
        """Whole, and signed by the holder of the key that was given."""
        return self.whole and self.signature is Signature.VALID


def public_key(data: bytes) -> Ed25519PublicKey:
    """An Ed25519 public key from PEM or from its 32 bytes. VerificationError for anything else."""
    try:
        key = Ed25519PublicKey.from_public_bytes(data) if len(data) == 32 else load_pem_public_key(data)
    except (ValueError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, Ed25519PublicKey):
        raise VerificationError("the key is no Ed25519 public key; give the PEM file that the program published")
    return key


def verify(package: Package, key: bytes | None = None) -> Report:
    """Check a whole package. key: public key (PEM or 32 bytes) that came another way than the package; None: no signer.

    Raises VerificationError only for a key that is none; whatever is wrong with the package is in the report.
    """
    signer = None if key is None else public_key(key)
    names = sorted(package.names())
    digests, size = _digests(package, [n for n in names if name_is_safe(n)])
    faults = list(_missing(digests))
    if extra := len(names) - len(digests):
        faults.append(_fault("", f"{extra} files have names that no release uses; take them out"))
    if SUMS in digests:
        faults += _sums_faults(_text(package, SUMS, digests), digests)
    manifest = _manifest(_text(package, MANIFEST, digests))
    if manifest is None and MANIFEST in digests:
        faults.append(_fault(MANIFEST, "is no manifest of a release; ask for the release again"))
    faults += _manifest_faults(manifest or {}, digests, package)
    faults += _notice_faults(digests)
    signature = _signature(package, digests, signer)
    if signature is Signature.INVALID:
        faults.append(_fault(SIGNATURE, "does not fit the manifest and the key; do not use the release"))
    said = {k: str((manifest or {}).get(k, "")) for k in ("release", "use", "recipient", "as_of")}
    return Report(
        faults=tuple(dict.fromkeys(faults)),
        signature=signature,
        files=len(names),
        size=size,
        release_id=said["release"],
        use=said["use"],
        recipient=said["recipient"],
        as_of=said["as_of"],
    )


def _fault(place: str, what: str) -> Fault:
    return Fault(place=place or "the directory", what=what)


def _digests(package: Package, names: list[str]) -> tuple[dict[str, tuple[str, int]], int]:
    found: dict[str, tuple[str, int]] = {}
    for name in names:
        digest, size = hashlib.sha256(), 0
        for piece in package.read(name):
            digest.update(piece)
            size += len(piece)
        found[name] = digest.hexdigest(), size
    return found, sum(size for _, size in found.values())


def _missing(digests: Mapping[str, object]) -> Iterator[Fault]:
    for name in FILES:
        if name not in digests:
            yield _fault(name, "is missing; ask for the release again")


def _text(package: Package, name: str, digests: Mapping[str, tuple[str, int]]) -> str:
    if name not in digests or digests[name][1] > _LARGEST_TEXT:
        return ""
    return b"".join(package.read(name)).decode("utf-8", errors="replace")


def _sums_faults(text: str, digests: Mapping[str, tuple[str, int]]) -> Iterator[Fault]:
    listed: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        found = _SUM_LINE.fullmatch(line)
        if found is None or not name_is_safe(found[2]) or found[2] in listed:
            yield Fault(place=SUMS, what="is no line of digest and file, or a file is listed twice", line=number)
        else:
            listed[found[2]] = found[1]
    yield from _compare(listed, {n: d for n, (d, _) in digests.items() if n != SUMS}, SUMS)


def _compare(listed: Mapping[str, str], there: Mapping[str, str], by: str) -> Iterator[Fault]:
    for name in sorted(set(listed) | set(there)):
        if name not in there:
            yield _fault(name, f"is listed in `{by}` and missing; ask for the release again")
        elif name not in listed:
            yield _fault(name, f"is not listed in `{by}`; it is no part of the release")
        elif listed[name] != there[name]:
            yield _fault(name, f"is not the file listed in `{by}`; do not use it")


def _manifest(text: str) -> dict[str, Any] | None:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) and value.get("format") == FORMAT else None


def _manifest_faults(
    manifest: Mapping[str, Any], digests: Mapping[str, tuple[str, int]], package: Package
) -> Iterator[Fault]:
    if not manifest:
        return
    entries = manifest.get("files")
    if not isinstance(entries, list) or not all(_is_entry(e) for e in entries):
        yield _fault(MANIFEST, "its list of files cannot be read; ask for the release again")
        return
    listed = {e["path"]: f"{e['sha256']} {e['bytes']}" for e in entries}
    if len(listed) != len(entries):
        yield _fault(MANIFEST, "lists a file twice; ask for the release again")
    own = (MANIFEST, SIGNATURE, SUMS)
    yield from _compare(listed, {n: f"{d} {s}" for n, (d, s) in digests.items() if n not in own}, MANIFEST)
    yield from _count_faults(manifest, listed, package, digests)


def _is_entry(entry: object) -> bool:
    return (
        isinstance(entry, dict)
        and isinstance(entry.get("path"), str)
        and name_is_safe(entry["path"])
        and isinstance(entry.get("sha256"), str)
        and isinstance(entry.get("bytes"), int)
    )


def _count_faults(
    manifest: Mapping[str, Any],
    listed: Mapping[str, str],
    package: Package,
    digests: Mapping[str, tuple[str, int]],
) -> Iterator[Fault]:
    counts = manifest.get("counts")
    counts = counts if isinstance(counts, dict) else {}
    copies = sum(name.startswith("data/") for name in listed)
    if counts.get("documents") != copies:
        yield _fault(MANIFEST, "counts other documents than there are copies; ask for the release again")
    if "turns.jsonl" in digests:
        rows = sum(piece.count(b"\n") for piece in package.read("turns.jsonl"))
        if counts.get("turns") != rows:
            yield _fault(MANIFEST, "counts other turns than there are rows; ask for the release again")


def _notice_faults(digests: Mapping[str, tuple[str, int]]) -> Iterator[Fault]:
    expected = hashlib.sha256(notice().encode()).hexdigest()
    if "NOTICE.txt" in digests and digests["NOTICE.txt"][0] != expected:
        yield _fault("NOTICE.txt", "is not the notice of 42 CFR 2.32; ask for the release again")


def _signature(package: Package, digests: Mapping[str, tuple[str, int]], signer: Ed25519PublicKey | None) -> Signature:
    if SIGNATURE not in digests or MANIFEST not in digests:
        return Signature.MISSING
    if signer is None:
        return Signature.NOT_AUTHENTICATED
    if digests[SIGNATURE][1] != 64 or digests[MANIFEST][1] > _LARGEST_TEXT:
        return Signature.INVALID
    try:
        signer.verify(b"".join(package.read(SIGNATURE)), b"".join(package.read(MANIFEST)))
    except InvalidSignature:
        return Signature.INVALID
    return Signature.VALID
