"""One real Prefect server for the whole run, on loopback, with the settings that the program ships."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from flows.prefect_settings import HARDENED

PASSWORD = "tester:a-password-for-the-test-run"


@pytest.fixture(scope="session")
def prefect_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The environment that reaches a running server; `PREFECT_HOME` in it is the server's directory."""
    with running_server(tmp_path_factory.mktemp("prefect")) as (settings, _):
        yield settings


@contextmanager
def running_server(home: Path, port: int | None = None) -> Iterator[tuple[dict[str, str], subprocess.Popen[bytes]]]:
    """A server for the time inside, and the environment that reaches it."""
    settings = {s.name: s.value.format(home=home) for s in HARDENED}
    settings |= {"PREFECT_API_AUTH_STRING": PASSWORD, "PREFECT_SERVER_API_AUTH_STRING": PASSWORD}
    port = port or free_port()
    prefect = str(Path(sys.executable).parent / "prefect")
    command = [prefect, "server", "start", "--host", "127.0.0.1", "--port", str(port)]
    with (home / "server.log").open("ab") as log:
        server = subprocess.Popen(command, env=os.environ | settings, stdout=log, stderr=subprocess.STDOUT)
    try:
        _wait(f"http://127.0.0.1:{port}/api/health", server)
        yield settings | {"PREFECT_API_URL": f"http://127.0.0.1:{port}/api"}, server
    finally:
        server.terminate()
        server.wait(30)


def free_port() -> int:
    """A port of loopback that nobody uses now."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _wait(url: str, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        assert server.poll() is None, "the Prefect server ended before it answered"
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except OSError:
            time.sleep(0.5)
    raise AssertionError("the Prefect server did not answer within 120 s")
