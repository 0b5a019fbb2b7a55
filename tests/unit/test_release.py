"""A release package: what is in it, what never is, that it is the same twice, and every attack that verify must see."""

from __future__ import annotations

import csv
import dataclasses
import io
import json
import random
import shutil
import subprocess
from collections.abc import Iterator
from datetime import date

import pandas as pd
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from pipeline.errors import VerificationError
from pipeline.labels import Category
from pipeline.package.cells import HIDDEN, shown, shown_parts
from pipeline.package.scope import checked_notice, notice
from pipeline.policy import shipped
from pipeline.release import FILES, Copy, Origin, Replaces, Scope, TurnRow, compose, name_is_safe
from pipeline.verify import Signature, verify

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
OTHER = Ed25519PrivateKey.from_private_bytes(bytes(32)).public_key()
SCOPE = Scope(
    use="research",
    recipient="uni-a",
    note_classes=("transcript",),
    categories=(Category.TRAUMA, Category.SUBSTANCE),
    data_from="2024",
    data_to="2025",
    latest_expiry=date(2027, 1, 1),
    contact="privacy@program.example",
)
ORIGIN = Origin(
    release_id="R-7K2Q",
    use="research",
    recipient="uni-a",
    as_of="2026-03-01T09:00:00+00:00",
    policy=shipped("research-safe-harbor"),
    detector="a" * 64,
    records="b" * 64,
    people={"client": 14, "staff": 12},
)
TEXTS = ('hello, "you"', "NA", "=1+1", "-", "line, with; marks", "é 🙂 ok", "", "007")


def copies(count: int = 3) -> list[Copy]:
    return [
        Copy(
            document=f"D{i}",
            name=f"d-{i:02x}.vtt",
            data=f"WEBVTT\n\ncopy {i}\n".encode(),
            turns=tuple(
                TurnRow(
                    order=n,
                    speaker="PERSON_7",
                    role="client" if n % 2 else "staff",
                    text=text,
                    categories=(Category.TRAUMA,) if n == 2 else (),
                )
                for n, text in enumerate(TEXTS, start=1)
            ),
            kind="individual",
            note_class="transcript",
            format="webvtt",
            when="2024",
        )
        for i in range(count)
    ]


def package(made: list[Copy] | None = None, origin: Origin = ORIGIN) -> dict[str, bytes]:
    return dict(compose(copies() if made is None else made, SCOPE, origin, KEY.sign))


class Shelf:
    """A directory in memory, read in small pieces."""

    def __init__(self, files: dict[str, bytes]) -> None:
        self.files = files

    def names(self) -> list[str]:
        return list(self.files)

    def read(self, name: str, /) -> Iterator[bytes]:
        data = self.files[name]
        return (data[i : i + 7] for i in range(0, len(data), 7))


def test_the_package_holds_every_file_and_only_these():
    files = package()
    assert set(files) == set(FILES) | {"data/d-00.vtt", "data/d-01.vtt", "data/d-02.vtt"}
    assert list(files)[-1] == "SHA256SUMS"
    assert all(name_is_safe(name) for name in files)


def test_the_same_inputs_give_the_same_bytes():
    assert package() == package()


def test_the_order_of_copies_changes_no_file():
    mixed = copies()
    random.Random(4).shuffle(mixed)
    assert package(mixed) == package()


def test_it_verifies_and_names_its_signer():
    report = verify(Shelf(package()), PUBLIC)
    assert report.faults == ()
    assert report.proven
    assert (report.release_id, report.recipient, report.files) == ("R-7K2Q", "uni-a", 15)
    raw = KEY.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    assert verify(Shelf(package()), raw).proven


def test_without_a_key_the_signer_is_not_authenticated():
    report = verify(Shelf(package()))
    assert report.whole
    assert not report.proven
    assert report.signature == "signer not authenticated"


def test_sha256sum_and_openssl_alone_agree(tmp_path):
    for name, data in package().items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(data)
    done = subprocess.run(["sha256sum", "-c", "SHA256SUMS"], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
    assert done.stdout.count(": OK") == 14
    command = "openssl pkeyutl -verify -pubin -inkey key.pem -rawin -in manifest.json -sigfile manifest.sig"
    assert command in (tmp_path / "README.md").read_text()
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed here; the digests above were checked")
    (tmp_path / "key.pem").write_bytes(PUBLIC)
    done = subprocess.run(command.split(), cwd=tmp_path, capture_output=True, text=True)
    assert "Verified Successfully" in done.stdout, done.stderr


def test_the_three_tables_of_turns_agree(tmp_path):
    files = package()
    (tmp_path / "t.parquet").write_bytes(files["turns.parquet"])
    parquet = pd.read_parquet(tmp_path / "t.parquet")
    text = pd.read_csv(io.BytesIO(files["turns.csv"]), keep_default_na=False)
    lines = [json.loads(line) for line in files["turns.jsonl"].decode().splitlines()]
    records = parquet.to_dict("records")
    assert records == text.to_dict("records") == lines
    assert len(records) == 3 * len(TEXTS)
    assert records[0]["row"] == "D0-0001"
    assert [r["text"] for r in records[: len(TEXTS)]] == list(TEXTS)


def test_documents_csv_counts_and_names_the_copies():
    rows = list(csv.DictReader(io.StringIO(package()["documents.csv"].decode())))
    assert [(r["document"], r["file"], r["turns"], r["when"]) for r in rows] == [
        (f"D{i}", f"data/d-{i:02x}.vtt", "8", "2024") for i in range(3)
    ]
    assert {r["categories"] for r in rows} == {"trauma"}


def test_the_codebook_and_the_data_package_describe_every_column():
    files = package()
    described = {
        r["path"]: [f["name"] for f in r["schema"]["fields"]]
        for r in json.loads(files["datapackage.json"])["resources"]
    }
    codebook = list(csv.DictReader(io.StringIO(files["codebook.csv"].decode())))
    for path, names in described.items():
        header = files[path].decode().splitlines()[0].split(",")
        assert header == names
        assert [r["Variable / Field Name"] for r in codebook if r["Form Name"] == path[:-4]] == names


def test_the_manifest_says_what_made_it_and_counts_no_refusal():
    manifest = json.loads(package()["manifest.json"])
    assert set(manifest) == {
        "format", "release", "use", "recipient", "as_of", "policy", "detector", "records", "counts", "files"
    }  # fmt: skip
    assert manifest["counts"] == {
        "documents": 3,
        "turns": 24,
        "people": {"client": 14, "staff": 12, "total": 26},
    }
    assert manifest["policy"]["sha256"] == ORIGIN.policy.digest
    with_ledger = json.loads(package(origin=dataclasses.replace(ORIGIN, ledger=("c" * 64, 41)))["manifest.json"])
    assert with_ledger["ledger"] == {"head": "c" * 64, "count": 41}


def test_a_small_count_of_people_is_hidden_and_cannot_be_computed():
    manifest = json.loads(
        package(origin=dataclasses.replace(ORIGIN, people={"client": 3, "staff": 12}))["manifest.json"]
    )
    assert manifest["counts"]["people"] == {"client": HIDDEN, "staff": HIDDEN, "total": 15}


@pytest.mark.parametrize(("count", "said"), [(0, 0), (1, HIDDEN), (10, HIDDEN), (11, 11), (500, 500)])
def test_counts_of_one_to_ten_are_hidden(count, said):
    assert shown(count) == said


@pytest.mark.parametrize(
    "parts",
    [{"a": 3}, {"a": 3, "b": 0}, {"a": 3, "b": 40}, {"a": 3, "b": 40, "c": 12}, {"a": 1, "b": 1}, {}, {"a": 20}],
)
def test_no_hidden_part_is_the_total_less_the_others(parts):
    out = shown_parts(parts)
    hidden = [n for n in parts if out[n] == HIDDEN]
    if out["total"] != HIDDEN:
        assert len(hidden) != 1
        assert out["total"] == sum(parts.values())
    assert all(out[n] == HIDDEN for n, count in parts.items() if 0 < count < 11)


def test_the_notice_is_the_text_of_the_rule_by_its_digest():
    text = notice()
    assert text.splitlines()[0].startswith("This file was made from peer-support records")
    assert text.endswith("42 CFR part 2 prohibits unauthorized use or disclosure of these records.\n")
    assert "(see 42 CFR 2.31)" in text
    with pytest.raises(VerificationError, match="PACKAGE_NOTICE_MISSING") as caught:
        checked_notice(b"This record may be shared with anybody.")
    assert caught.value.exit_code == 16


def test_the_scope_says_what_is_covered_and_forbidden():
    text = package()["CONSENT_SCOPE.txt"].decode()
    for said in ("uni-a", "substance, trauma", "2027-01-01", "privacy@program.example", "Recall:", "Do not link"):
        assert said in text


@pytest.mark.parametrize("name", ["../x.txt", "Keisha Ramos.vtt", "a/b.txt", "", ".hidden", "x.vtt\n", "CON.TXT"])
def test_a_name_that_is_not_ours_is_refused(name):
    with pytest.raises(ValueError, match="names and codes"):
        package([dataclasses.replace(copies()[0], name=name)])


def test_two_copies_of_one_code_or_name_are_refused():
    one, two, _ = copies()
    with pytest.raises(ValueError, match="have the code `D0`"):
        package([one, one])
    with pytest.raises(ValueError, match=r"are called `data/d-00\.vtt`"):
        package([one, dataclasses.replace(two, name=one.name)])
    with pytest.raises(ValueError, match="detector"):
        package(origin=dataclasses.replace(ORIGIN, detector="none"))


# attacks


def resum(files: dict[str, bytes]) -> dict[str, bytes]:
    """SHA256SUMS and the manifest made to fit again, as somebody without the key can do."""
    import hashlib

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


def test_a_replacement_says_what_it_replaces_and_which_rows_go():
    replaces = Replaces(release_id="R-1", manifest="d" * 64, rows=("D1-0002", "D1-0001"), notice="Destroy the rows.\n")
    files = package(origin=dataclasses.replace(ORIGIN, replaces=replaces))
    assert json.loads(files["manifest.json"])["replaces"] == {"release": "R-1", "manifest_sha256": "d" * 64}
    assert files["RECALL.txt"] == b"Destroy the rows.\n"
    assert files["recalled_rows.csv"] == b"row\nD1-0001\nD1-0002\n"
    assert verify(Shelf(files), PUBLIC).proven
