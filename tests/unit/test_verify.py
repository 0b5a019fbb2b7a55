"""verify: what a stranger learns of a package, and every attack that it must see."""

from __future__ import annotations

import dataclasses
import hashlib
import json

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from pipeline.errors import VerificationError
from pipeline.release import FILES
from pipeline.verify import Signature, verify
from tests.unit.release_made import KEY, ORIGIN, PUBLIC, Shelf, package

OTHER = Ed25519PrivateKey.from_private_bytes(bytes(32)).public_key()


def test_it_verifies_and_names_its_signer():
    report = verify(Shelf(package()), PUBLIC)
    assert report.faults == ()
    assert report.proven
    assert (report.release_id, report.recipient, report.files) == ("R-7K2Q", "uni-a", 18)
    raw = KEY.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    assert verify(Shelf(package()), raw).proven


def test_without_a_key_the_signer_is_not_authenticated():
    report = verify(Shelf(package()))
    assert report.whole
    assert not report.proven
    assert report.signature == "signer not authenticated"


def resum(files: dict[str, bytes]) -> dict[str, bytes]:
    """SHA256SUMS and the manifest made to fit again, as somebody without the key can do."""
    manifest = json.loads(files["manifest.json"])
    own = ("manifest.json", "manifest.sig", "SHA256SUMS")
    manifest["files"] = [
        {"path": n, "sha256": hashlib.sha256(d).hexdigest(), "bytes": len(d)}
        for n, d in sorted(files.items())
        if n not in own
    ]
    files = files | {"manifest.json": json.dumps(manifest).encode()}
    sums = [f"{hashlib.sha256(d).hexdigest()}  {n}\n" for n, d in sorted(files.items()) if n != "SHA256SUMS"]
    return files | {"SHA256SUMS": "".join(sums).encode()}


@pytest.mark.parametrize("name", sorted(package()))
def test_one_changed_byte_in_any_file_is_seen(name):
    files = package()
    data = bytearray(files[name])
    data[len(data) // 2] ^= 1
    assert not verify(Shelf(files | {name: bytes(data)}), PUBLIC).proven


@pytest.mark.parametrize("name", sorted(package()))
def test_a_missing_file_is_seen(name):
    files = package()
    del files[name]
    report = verify(Shelf(files), PUBLIC)
    assert not report.whole
    assert any(f.place == name for f in report.faults)


def test_an_added_file_is_seen_and_not_named():
    report = verify(Shelf(package() | {"data/Keisha Ramos.txt": b"x"}), PUBLIC)
    assert not report.whole
    assert "Keisha" not in repr(report.faults)
    assert not verify(Shelf(package() | {"data/d-99.vtt": b"x"}), PUBLIC).whole


def test_a_swap_of_two_copies_is_seen():
    files = package()
    swapped = files | {"data/d-00.vtt": files["data/d-01.vtt"], "data/d-01.vtt": files["data/d-00.vtt"]}
    assert not verify(Shelf(swapped), PUBLIC).whole


def test_a_forger_without_the_key_is_seen_only_with_the_key():
    forged = resum(package() | {"data/d-00.vtt": b"WEBVTT\n\nsomething else\n"})
    with_key = verify(Shelf(forged), PUBLIC)
    assert with_key.signature is Signature.INVALID
    assert not with_key.whole
    without = verify(Shelf(forged))
    assert without.whole
    assert without.signature is Signature.NOT_AUTHENTICATED


def test_an_altered_notice_is_seen_even_where_all_digests_fit():
    forged = resum(package() | {"NOTICE.txt": b"Share this freely.\n"})
    assert any(f.place == "NOTICE.txt" for f in verify(Shelf(forged)).faults)


def test_dropped_rows_are_seen_even_where_all_digests_fit():
    files = package()
    fewer = b"\n".join(files["turns.jsonl"].split(b"\n")[:-2]) + b"\n"
    assert any("turns" in f.what for f in verify(Shelf(resum(files | {"turns.jsonl": fewer}))).faults)


def test_another_key_does_not_verify():
    pem = OTHER.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    assert verify(Shelf(package()), pem).signature is Signature.INVALID


@pytest.mark.parametrize("key", [b"", b"x" * 31, b"-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"])
def test_a_key_that_is_none_is_refused(key):
    with pytest.raises(VerificationError, match="no Ed25519 public key"):
        verify(Shelf(package()), key)


@pytest.mark.parametrize(
    "manifest", [b"", b"[]", b"{}", b"\xff\xfe", b"[" * 100_000, b'{"format": "storykeeper-release/1"}']
)
def test_a_manifest_that_is_none_is_a_fault_and_no_crash(manifest):
    report = verify(Shelf(package() | {"manifest.json": manifest}), PUBLIC)
    assert not report.whole
    assert report.signature is Signature.INVALID


def test_an_empty_directory_is_all_missing():
    report = verify(Shelf({}))
    assert len(report.faults) == len(FILES)
    assert report.signature is Signature.MISSING


def test_each_check_is_a_line_and_its_faults_stand_under_it():
    files = package()
    del files["turns.csv"]
    report = verify(Shelf(files | {"data/strange": b"x", "data/d-00.vtt": b"other"}), PUBLIC)
    failed = {check.what.split(" ")[0] for check in report.checks if check.faults}
    assert len(report.checks) == 8
    assert failed == {"every", "each", "SHA256SUMS"}
    assert all("; " in fault.what for fault in report.faults), "each says what to do"


def test_another_key_than_the_manifest_names_is_told_from_an_altered_manifest():
    raw = KEY.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()
    files = package(origin=dataclasses.replace(ORIGIN, signer=raw))
    wrong = verify(Shelf(files), OTHER.public_bytes(Encoding.Raw, PublicFormat.Raw))
    assert "another key than you gave" in wrong.faults[0].what
    altered = files | {"manifest.json": files["manifest.json"].replace(b"uni-a", b"uni-b")}
    told = [fault.what for fault in verify(Shelf(altered), PUBLIC).faults if fault.place == "manifest.sig"]
    assert told[0].startswith("does not fit the manifest")


def test_half_of_a_recall_is_missing_the_other_half():
    report = verify(Shelf(package() | {"RECALL.txt": b"destroy nothing\n"}), PUBLIC)
    assert {fault.place for fault in report.faults} == {"RECALL.txt", "recalled_rows.csv"}
