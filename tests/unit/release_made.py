"""A small release made in memory, with a key of its own. All invented."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from pipeline.labels import Category
from pipeline.policy import shipped
from pipeline.release import Copy, Origin, Scope, TurnRow, compose

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
SCOPE = Scope(
    use="research",
    recipient="uni-a",
    note_classes=("transcript",),
    categories=(Category.TRAUMA, Category.SUBSTANCE),
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
            subjects=frozenset({f"P-{i}", f"P-{i + 1}", f"P-{i + 2}"}),
        )
        for i in range(count)
    ]


def package(made: list[Copy] | None = None, origin: Origin = ORIGIN) -> dict[str, bytes]:
    files: dict[str, bytes] = {}
    for piece in compose(copies() if made is None else made, SCOPE, origin, KEY.sign):
        files[piece.path] = files.get(piece.path, b"") + piece.data
    return files


class Shelf:
    """A directory in memory, read in small pieces."""

    def __init__(self, files: dict[str, bytes]) -> None:
        self.files = files

    def names(self) -> list[str]:
        return list(self.files)

    def read(self, name: str, /) -> Iterator[bytes]:
        data = self.files[name]
        return (data[i : i + 7] for i in range(0, len(data), 7))


def on_disk(folder: Path, files: dict[str, bytes]) -> Path:
    """The same as files below `folder`."""
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return folder
