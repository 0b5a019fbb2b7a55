"""Nothing reaches further than loopback: every command under a guard that records who tries."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import click
import httpx
import pytest
import typer

from flows import cli
from flows.verbs.init import init
from flows.verbs.users import add_user
from flows.wiring import KEY_FILE
from tests.end_to_end.canary import NAMES, plant
from tests.end_to_end.nights import until
from tests.end_to_end.workspaces import AS_OF, ROOT, STORYKEEPER

pytestmark = pytest.mark.xdist_group("prefect")

GUARD = Path(__file__).parent / "guard"
ASK = ("--use", "group", "--recipient", "program", "--as-of", "2026-06-15")


def watched(record: Path, environment: dict[str, str]) -> dict[str, str]:
    """The environment in which a process and its children write down where they reach."""
    return os.environ | environment | {"PYTHONPATH": str(GUARD), "STORYKEEPER_GUARD": str(record)}


def guarded(
    record: Path, environment: dict[str, str], *command: str, cwd: Path | None = None
) -> subprocess.CompletedProcess[str]:
    """A command under the guard, to its end."""
    variables = watched(record, environment)
    return subprocess.run(list(command), cwd=cwd, env=variables, capture_output=True, text=True, timeout=280)


def recorded(record: Path) -> tuple[int, list[str]]:
    """How many processes were guarded, and what they reached for."""
    lines = record.read_text().splitlines()
    return sum(line.startswith("begun ") for line in lines), [line for line in lines if line.startswith("reached ")]


# All in one process, one after the other: the workspace, a list of commands, and where to write how each ended. A word
# that begins with `@` is known only then: a held copy, a release, one that was called back. `@revoke` is no command.
TYPED = """
import io, json, sys
from pathlib import Path
from flows import cli
from flows.verbs.review import waiting
from tests.end_to_end.recalls import REVOKED, change_consent
workspace, commands, told = Path(sys.argv[1]), json.loads(sys.argv[2]), Path(sys.argv[3])
found = {
    "@item": lambda: waiting(workspace)[0].item_id,
    "@package": lambda: str(next((workspace / "releases").iterdir())),
    "@release": lambda: next((workspace / "releases").iterdir()).name,
    "@recalled": lambda: next((workspace / "recalls").iterdir()).name,
}
ends = []
for command in commands:
    if command == ["@revoke"]:
        change_consent(workspace, "C-1", **REVOKED)
        continue
    sys.argv = ["storykeeper", *(found[word]() if word in found else word for word in command)]
    sys.stdin = io.StringIO("a quiet harbor at dawn\\n")
    try:
        code = cli._run()
    except SystemExit as end:
        code = end.code or 0
    ends.append([command, code])
    told.write_text(json.dumps(ends))
"""
PAGES = (("serve",), ("review",))  # these answer until they are ended


def commands(workspace: Path) -> list[tuple[str, ...]]:
    """Each command once, in the order in which a program may type them."""
    inside, by, later = ("-w", str(workspace)), ("--as", "ruth"), ("--as-of", "2026-06-20")
    aside, table = workspace.parent, str(workspace / "inbox" / f"{NAMES['file']} notes.csv")
    return [
        ("init", str(aside / "another")),
        ("policy", "explain", "group"),
        ("policy", "diff", "group", "research-limited"),
        ("user", "add", "ruth", "--role", "manager", *inside),
        ("user", "list", *inside),
        ("user", "password", "ruth", *inside),
        ("consent", "check", *inside),
        ("consent", "coverage", *inside),
        ("consent", "export", str(aside / "consents.csv"), *inside),
        ("consent", "import", str(aside / "consents.csv"), *inside),
        ("detect", table, "--json"),
        ("split", table, "--dry-run"),
        ("ingest", *inside),
        ("decide", "S-1", *ASK, *inside),
        ("run", *ASK, "--as", "manager-1", *inside),
        ("review", "list", *inside),
        ("review", "show", "@item", *inside),
        ("review", "approve", "@item", *by, *inside),
        ("review", "return", "@item", *by, *inside),
        ("review", "teach", *by, *inside),
        ("release", *ASK, "--as", "manager-1", *inside),
        ("verify", "@package"),
        ("restricted", "@release", *by, *inside),
        ("report", *inside),
        ("account", "P-1", *inside),
        ("statement", "P-1", "--out", str(aside / "page.html"), *inside),
        ("@revoke",),
        ("recall", *later, *by, *inside),
        ("notice", "list", *inside),
        ("notice", "mark", "@recalled", "sent", *by, *inside),
        ("shred", "P-1", "--yes", *by, *inside),
        ("keys", "list", *inside),
        ("keys", "export", *inside),
        ("keys", "rotate", *by, *inside),
        ("audit", "verify", *inside),
        ("health", *inside),
        ("doctor", *inside),
        ("backup", str(aside / "backup"), *inside),
        ("restore", str(aside / "backup"), str(aside / "restored"), "--key", str(workspace / KEY_FILE)),
        ("evaluate", str(aside / "gold")),
        ("user", "disable", "ruth", *inside),
    ]


def registered() -> set[tuple[str, ...]]:
    """Every command that there is."""

    def below(command: click.Command, name: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
        group = getattr(command, "commands", {})
        if not group or getattr(command, "invoke_without_command", False):
            yield name
        for word, inner in group.items():
            yield from below(inner, (*name, word))

    return set(below(typer.main.get_command(cli.app), ()))


def named(command: tuple[str, ...], known: set[tuple[str, ...]]) -> tuple[str, ...]:
    """The name of a command that somebody types."""
    return max((name for name in known if command[: len(name)] == name), key=len)


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """The small program, whose copies all wait for a second person."""
    place = tmp_path / "ws"
    init(place, name="Canary", contact="office", now=AS_OF)
    plant(place)
    policy = (ROOT / "pipeline" / "policies" / "group.toml").read_text(encoding="utf-8")
    (place / "own.toml").write_text(policy.replace('rule = "findings"', 'rule = "always"'), encoding="utf-8")
    settings = place / "storykeeper.toml"
    settings.write_text(settings.read_text().replace('group = "group"', 'group = "own.toml"', 1))
    return place


def test_no_command_reaches_further_than_loopback(
    workspace: Path, prefect_server: dict[str, str], tmp_path: Path
) -> None:
    record, told = tmp_path / "record", tmp_path / "told"
    gold = sorted((ROOT / "sample_data" / "gold" / "dev").iterdir())[0]
    (tmp_path / "gold").mkdir()
    shutil.copy(gold, tmp_path / "gold")
    typed = commands(workspace)
    known = registered()
    assert {named(c, known) for c in typed if c != ("@revoke",)} | set(PAGES) == known, "a command that nobody watches"
    done = guarded(
        record, prefect_server, sys.executable, "-c", TYPED, str(workspace), json.dumps(typed), str(told), cwd=ROOT
    )
    ends = json.loads(told.read_text())
    assert len(ends) == len(typed) - 1, done.stderr
    wanted = {"run": 13, "doctor": 14}  # all is held; its table finds fault with the tests' own server
    assert {c[0]: code for c, code in ends if code} == wanted, done.stderr
    _, reached = recorded(record)
    assert reached == []


def deployed(prefect: dict[str, str], since: datetime) -> bool:
    """Does the server keep the nightly schedule, told since then?"""
    user, _, password = prefect["PREFECT_API_AUTH_STRING"].partition(":")
    found = httpx.get(f"{prefect['PREFECT_API_URL']}/deployments/name/nightly/nightly", auth=(user, password))
    return found.status_code == 200 and datetime.fromisoformat(found.json()["updated"]) > since


@pytest.mark.parametrize("command", PAGES, ids=lambda c: c[0])
def test_neither_do_those_that_answer_until_they_are_ended(
    workspace: Path, prefect_server: dict[str, str], tmp_path: Path, command: tuple[str, ...]
) -> None:
    add_user(workspace, "ruth", role="manager", originals=False, password="a quiet harbor at dawn")
    record = tmp_path / "record"
    port = ("--port", "0") if command == ("review",) else ()
    begun = datetime.now(UTC)
    with subprocess.Popen(
        [str(STORYKEEPER), *command, *port, "-w", str(workspace)],
        env=watched(record, prefect_server),
        stdout=subprocess.PIPE,
        text=True,
    ) as serving:
        assert serving.stdout is not None
        first = serving.stdout.readline()
        if address := re.search(r"http://\S+", first):
            assert httpx.get(address[0], follow_redirects=True).status_code == 200
        else:
            until(lambda: deployed(prefect_server, since=begun))
        serving.send_signal(signal.SIGTERM)
    processes, reached = recorded(record)
    assert processes >= 1
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
