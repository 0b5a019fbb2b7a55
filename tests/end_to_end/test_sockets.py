"""Nothing reaches further than loopback: every command under a guard that records who tries."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.end_to_end.canary import NAMES, plant
from tests.end_to_end.workspaces import STORYKEEPER

pytestmark = pytest.mark.xdist_group("prefect")

GUARD = Path(__file__).parent / "guard"
ASK = ("--use", "group", "--recipient", "program", "--as-of", "2026-06-15")


def guarded(record: Path, environment: dict[str, str], *command: str) -> subprocess.CompletedProcess[str]:
    """A command whose process and children write down where they reach."""
    variables = os.environ | environment | {"PYTHONPATH": str(GUARD), "STORYKEEPER_GUARD": str(record)}
    return subprocess.run(list(command), env=variables, capture_output=True, text=True, timeout=280)


def recorded(record: Path) -> tuple[int, list[str]]:
    """How many processes were guarded, and what they reached for."""
    lines = record.read_text().splitlines()
    return sum(line.startswith("begun ") for line in lines), [line for line in lines if line.startswith("reached ")]


def commands(workspace: Path) -> list[tuple[str, ...]]:
    """Each command once, in the order in which a program types them."""
    inside = ("--workspace", str(workspace))
    return [
        ("consent", "check", *inside),
        ("ingest", *inside),
        ("decide", "S-1", *ASK, *inside),
        ("run", *ASK, *inside),
        ("review", "list", *inside),
        ("audit", "verify", *inside),
        ("doctor", *inside),
        ("detect", str(workspace / "inbox" / f"{NAMES['file']} call.vtt"), "--json"),
    ]


def test_no_command_reaches_further_than_loopback(prefect_server: dict[str, str], tmp_path: Path) -> None:
    workspace, record = tmp_path / "ws", tmp_path / "record"
    made = guarded(record, prefect_server, str(STORYKEEPER), "init", str(workspace))
    assert made.returncode == 0, made.stderr
    plant(workspace)
    typed = commands(workspace)
    for arguments in typed:
        done = guarded(record, prefect_server, str(STORYKEEPER), *arguments)
        wanted = (0, 14) if arguments[0] == "doctor" else (0,)  # its table finds fault with the tests' own server
        assert done.returncode in wanted, done.stdout + done.stderr
    release = next((workspace / "releases").iterdir())
    done = guarded(record, prefect_server, str(STORYKEEPER), "verify", str(release))
    assert done.returncode == 0, done.stdout + done.stderr
    processes, reached = recorded(record)
    assert processes >= len(typed) + 2
    assert reached == []


@pytest.mark.nightly
def test_neither_does_the_embedded_server(tmp_path: Path) -> None:
    workspace, record = tmp_path / "ws", tmp_path / "record"
    guarded(record, {}, str(STORYKEEPER), "init", str(workspace))
    plant(workspace)
    done = guarded(record, {}, str(STORYKEEPER), "run", *ASK, "--workspace", str(workspace))
    assert done.returncode == 0, done.stdout + done.stderr
    processes, reached = recorded(record)
    assert processes >= 3, "the server is a process of its own"
    assert reached == []


# Each way out, and two that are none. 192.0.2.0/24 is for documentation and leads nowhere (RFC 5737).
REACHING = """
import contextlib, socket
def attempt(work):
    with contextlib.suppress(OSError):
        work()
def tcp():
    with socket.socket() as s:
        s.settimeout(0.01)
        s.connect(("192.0.2.1", 9))
def udp():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.setblocking(False)
        s.sendto(b"x", ("192.0.2.2", 9))
def near():
    with socket.socket() as s:
        s.connect(("127.0.0.1", 9))
def unix():
    with socket.socket(socket.AF_UNIX) as s:
        s.connect("/nowhere")
attempt(tcp), attempt(udp), attempt(near), attempt(unix)
attempt(lambda: socket.getaddrinfo("name.invalid", 80))
attempt(lambda: socket.getaddrinfo("localhost", 80))
"""


def test_the_guard_sees_what_it_is_for(tmp_path: Path) -> None:
    record = tmp_path / "record"
    child = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {REACHING!r}])"
    guarded(record, {}, sys.executable, "-c", child)
    processes, reached = recorded(record)
    assert processes == 2
    assert reached == [
        "reached socket.connect '192.0.2.1'",
        "reached socket.sendto '192.0.2.2'",
        "reached socket.getaddrinfo 'name.invalid'",
    ]
