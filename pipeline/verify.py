"""verify: whether a release directory is what its manifest says, and who signed it. It needs the directory alone.

- Every file is there, whole and listed; nothing else is there; the manifest and SHA256SUMS agree; the notice is the
  text of the rule. Every fault is found, not the first, and stands under the check that found it.
- With the public key: the signature over the manifest holds or it does not. Without it: the signer is not
  authenticated, and the report says so. Digests alone prove that nothing broke, not who made it.
- Each file is read once, in pieces: memory is flat in their size, and the disk is what it waits for.
- A file that is not listed is counted, never named: its name is not ours.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key

from pipeline.errors import Fault, VerificationError
from pipeline.package.files import FILES, FORMAT, MANIFEST, RECALL_FILES, SIGNATURE, SUMS, name_is_safe
from pipeline.package.report import Check, Report, Signature
from pipeline.package.scope import notice

__all__ = ["Check", "Package", "Report", "Signature", "public_key", "verify"]

_SUM_LINE = re.compile(r"([0-9a-f]{64})  (\S+)")
# The manifest of a release of 100,000 documents has some 15 MB; more is not ours.
_LARGEST_TEXT = 256 * 1024 * 1024
_COUNTED = "turns.jsonl"
_SIGNED = {
    Signature.VALID: "the manifest was signed by the holder of the key that you gave",
    Signature.INVALID: "the manifest was signed by the holder of the key that you gave",
    Signature.MISSING: "who signed it: there is no signature",
    Signature.NOT_AUTHENTICATED: "who signed it: no key was given",
}


class Package(Protocol):
    """A directory as this module sees it."""

    def names(self) -> Iterable[str]:
        """The paths of all files, relative, with forward slashes."""
        ...

    def read(self, name: str, /) -> Iterator[bytes]:
        """The bytes of one file, in pieces."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    """One file as it was read: SHA-256 in hex, bytes, and how many lines end in it (of turns.jsonl)."""

    digest: str
    size: int
    lines: int = 0


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
    seen = {name: _read(package, name) for name in names if name_is_safe(name)}
    manifest = _manifest(_text(package, MANIFEST, seen))
    signature = _signature(package, seen, signer)
    checks = (
        Check(what="every file that a release has is here", faults=tuple(_missing(seen))),
        Check(what="nothing was added to it", faults=tuple(_added(len(names) - len(seen)))),
        Check(what="the manifest can be read", faults=tuple(_unreadable(manifest, seen))),
        Check(
            what=f"each of the {len(seen)} files is the one that the manifest lists (SHA-256)",
            faults=tuple(_manifest_faults(manifest or {}, seen)),
            skipped=manifest is None,
        ),
        Check(
            what="SHA256SUMS lists the same files",
            faults=tuple(_sums_faults(_text(package, SUMS, seen), seen)) if SUMS in seen else (),
            skipped=SUMS not in seen,
        ),
        Check(
            what="there are as many copies and rows as the manifest counts",
            faults=tuple(_count_faults(manifest or {}, seen)),
            skipped=manifest is None,
        ),
        Check(what="the notice is the text of 42 CFR 2.32", faults=tuple(_notice_faults(seen))),
        Check(
            what=_SIGNED[signature],
            faults=tuple(_signature_faults(signature, manifest or {}, signer)),
            skipped=signature in (Signature.NOT_AUTHENTICATED, Signature.MISSING),
        ),
    )
    said = {k: str((manifest or {}).get(k, "")) for k in ("release", "id", "use", "recipient", "as_of")}
    return Report(
        checks=checks,
        signature=signature,
        files=len(names),
        size=sum(file.size for file in seen.values()),
        release_id=said["release"],
        identity=said["id"],
        use=said["use"],
        recipient=said["recipient"],
        as_of=said["as_of"],
    )


def _fault(place: str, what: str) -> Fault:
    return Fault(place=place or "the directory", what=what)


def _read(package: Package, name: str) -> _Seen:
    digest, size, lines = hashlib.sha256(), 0, 0
    for piece in package.read(name):
        digest.update(piece)
        size += len(piece)
        if name == _COUNTED:
            lines += piece.count(b"\n")
    return _Seen(digest=digest.hexdigest(), size=size, lines=lines)


def _missing(seen: Mapping[str, object]) -> Iterator[Fault]:
    recall = RECALL_FILES if any(name in seen for name in RECALL_FILES) else ()
    for name in (*FILES, *recall):
        if name not in seen:
            yield _fault(name, "is missing; ask for the release again")


def _added(extra: int) -> Iterator[Fault]:
    if extra:
        files = "1 file has a name" if extra == 1 else f"{extra} files have names"
        yield _fault("", f"{files} that no release uses; it is no part of the release, take it out")


def _unreadable(manifest: object, seen: Mapping[str, object]) -> Iterator[Fault]:
    if manifest is None and MANIFEST in seen:
        yield _fault(MANIFEST, "is no manifest of a release; ask for the release again")


def _text(package: Package, name: str, seen: Mapping[str, _Seen]) -> str:
    if name not in seen or seen[name].size > _LARGEST_TEXT:
        return ""
    return b"".join(package.read(name)).decode("utf-8", errors="replace")


def _sums_faults(text: str, seen: Mapping[str, _Seen]) -> Iterator[Fault]:
    listed: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        found = _SUM_LINE.fullmatch(line)
        if found is None or not name_is_safe(found[2]) or found[2] in listed:
            yield Fault(place=SUMS, what="is no line of digest and file, or a file is listed twice", line=number)
        else:
            listed[found[2]] = found[1]
    yield from _compare(listed, {n: file.digest for n, file in seen.items() if n != SUMS}, SUMS)


def _compare(listed: Mapping[str, str], there: Mapping[str, str], by: str) -> Iterator[Fault]:
    for name in sorted(set(listed) | set(there)):
        if name not in there:
            yield _fault(name, f"is listed in `{by}` and missing; ask for the release again")
        elif name not in listed:
            yield _fault(name, f"is not listed in `{by}`; it is no part of the release")
        elif listed[name] != there[name]:
            yield _fault(name, f"is not the file listed in `{by}`; do not use it, ask for the release again")


def _manifest(text: str) -> dict[str, Any] | None:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) and value.get("format") == FORMAT else None


def _manifest_faults(manifest: Mapping[str, Any], seen: Mapping[str, _Seen]) -> Iterator[Fault]:
    if not manifest:
        return
    entries = _entries(manifest)
    if entries is None:
        yield _fault(MANIFEST, "its list of files cannot be read; ask for the release again")
        return
    listed = {e["path"]: f"{e['sha256']} {e['bytes']}" for e in entries}
    if len(listed) != len(entries):
        yield _fault(MANIFEST, "lists a file twice; ask for the release again")
    own = (MANIFEST, SIGNATURE, SUMS)
    there = {name: f"{file.digest} {file.size}" for name, file in seen.items() if name not in own}
    yield from _compare(listed, there, MANIFEST)


def _entries(manifest: Mapping[str, Any]) -> list[dict[str, Any]] | None:
    entries = manifest.get("files")
    return entries if isinstance(entries, list) and all(_is_entry(e) for e in entries) else None


def _is_entry(entry: object) -> bool:
    return (
        isinstance(entry, dict)
        and isinstance(entry.get("path"), str)
        and name_is_safe(entry["path"])
        and isinstance(entry.get("sha256"), str)
        and isinstance(entry.get("bytes"), int)
    )


def _count_faults(manifest: Mapping[str, Any], seen: Mapping[str, _Seen]) -> Iterator[Fault]:
    entries = _entries(manifest)
    if entries is None:
        return
    counts = manifest.get("counts")
    counts = counts if isinstance(counts, dict) else {}
    if counts.get("documents") != sum(e["path"].startswith("data/") for e in entries):
        yield _fault(MANIFEST, "counts other documents than there are copies; ask for the release again")
    if _COUNTED in seen and counts.get("turns") != seen[_COUNTED].lines:
        yield _fault(MANIFEST, "counts other turns than there are rows; ask for the release again")


def _notice_faults(seen: Mapping[str, _Seen]) -> Iterator[Fault]:
    expected = hashlib.sha256(notice().encode()).hexdigest()
    if "NOTICE.txt" in seen and seen["NOTICE.txt"].digest != expected:
        yield _fault("NOTICE.txt", "is not the notice of 42 CFR 2.32; ask for the release again")


def _signature(package: Package, seen: Mapping[str, _Seen], signer: Ed25519PublicKey | None) -> Signature:
    if SIGNATURE not in seen or MANIFEST not in seen:
        return Signature.MISSING
    if signer is None:
        return Signature.NOT_AUTHENTICATED
    if seen[SIGNATURE].size != 64 or seen[MANIFEST].size > _LARGEST_TEXT:
        return Signature.INVALID
    try:
        signer.verify(b"".join(package.read(SIGNATURE)), b"".join(package.read(MANIFEST)))
    except InvalidSignature:
        return Signature.INVALID
    return Signature.VALID


def _signature_faults(
    signature: Signature, manifest: Mapping[str, Any], signer: Ed25519PublicKey | None
) -> Iterator[Fault]:
    if signature is not Signature.INVALID or signer is None:
        return
    named = manifest.get("signer")
    said = named.get("ed25519") if isinstance(named, dict) else None
    if said is not None and said != signer.public_bytes(Encoding.Raw, PublicFormat.Raw).hex():
        what = "was signed with another key than you gave; get the program's key again, another way than the release"
    else:
        what = "does not fit the manifest and the key: one of them was altered; do not use it, ask for it again"
    yield _fault(SIGNATURE, what)
