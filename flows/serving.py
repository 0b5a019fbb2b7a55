"""serve: keeps the schedules of the settings in one process, with a Prefect server of its own where none is named.

- The server answers this machine alone, asks for a password that lives as long as the process, and ends with it. One
  that is killed is started again.
- Each flow runs in a process of its own; a second run of one flow waits for the first (ENQUEUE).
- Nothing about the workspace goes to Prefect but the names of the flows and their times.
"""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from flows.prefect_settings import harden
from flows.settings import Settings, read_settings
from flows.wiring import WORKSPACE_VARIABLE
from pipeline.errors import Fault, StorageError

_START_S = 180.0
_AGAIN_S = 2.0  # so that a server that cannot live is not started without end in one breath
_PR_SET_PDEATHSIG = 1  # Linux, prctl(2)


def serve(workspace: Path, *, told: Callable[[str], None]) -> None:
    """Serve until the process is ended. InputError (settings), StorageError where no server answers."""
    settings = read_settings(workspace)
    harden(workspace)
    os.environ[WORKSPACE_VARIABLE] = str(workspace.resolve())
    signal.signal(signal.SIGTERM, signal.getsignal(signal.SIGINT))
    with _server():
        for name, cron in _times(settings):
            told(f"{name}: {cron or 'when asked for'} ({settings.program.time_zone})")
        _keep_on(settings)


def _times(settings: Settings) -> tuple[tuple[str, str], ...]:
    return (("nightly", settings.schedule.nightly), ("quality", settings.schedule.quality))


def _keep_on(settings: Settings) -> None:
    """Keep them, and tell them again to a server that ended while it was told: Prefect's client gives up at once."""
    from httpx import TransportError

    while True:
        try:
            return _keep(settings)
        except TransportError:
            time.sleep(_AGAIN_S)
            _wait(os.environ["PREFECT_API_URL"])


def _keep(settings: Settings) -> None:
    from prefect import serve as keep
    from prefect.client.schemas.objects import ConcurrencyLimitConfig, ConcurrencyLimitStrategy
    from prefect.schedules import Cron
    from prefect.types.entrypoint import EntrypointType

    from flows.nightly import nightly
    from flows.quality import quality

    flows: dict[str, Any] = {"nightly": nightly, "quality": quality}
    one = ConcurrencyLimitConfig(limit=1, collision_strategy=ConcurrencyLimitStrategy.ENQUEUE)
    keep(
        *(
            flows[name].to_deployment(
                name=name,
                schedule=Cron(cron, timezone=settings.program.time_zone) if cron else None,
                concurrency_limit=one,
                entrypoint_type=EntrypointType.MODULE_PATH,
            )
            for name, cron in _times(settings)
        ),
        print_starting_message=False,
    )


@contextmanager
def _server() -> Iterator[None]:
    """A server for the time inside, where the environment names none; started again where it is killed."""
    if "PREFECT_API_URL" in os.environ:
        yield
        return
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    prefect = str(Path(sys.executable).parent / "prefect")
    server = _Server(command=[prefect, "server", "start", "--host", "127.0.0.1", "--port", port])
    try:
        os.environ["PREFECT_API_URL"] = f"http://127.0.0.1:{port}/api"
        _wait(os.environ["PREFECT_API_URL"], while_=lambda: server.process.poll() is None)
        threading.Thread(target=server.keep, name="server", daemon=True).start()
        yield
    finally:
        server.end()


class _Server:
    """A server in a group of processes of its own: its first process starts another one, which answers."""

    def __init__(self, command: list[str]) -> None:
        self._command = command
        self._wanted = True
        self._changing = threading.Lock()
        self.process = self._started()

    def _started(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(  # noqa: S603 - our own environment's prefect, with arguments of ours
            self._command,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            preexec_fn=_end_with_parent,
            start_new_session=True,
        )

    def keep(self) -> None:
        """Start it again whenever it has ended and nobody ended it. What it knows lies in Prefect's directory."""
        while True:
            self.process.wait()
            time.sleep(_AGAIN_S)
            with self._changing:
                if not self._wanted:
                    return
                self._clear()
                self.process = self._started()

    def end(self) -> None:
        """End it, for good."""
        with self._changing:
            self._wanted = False
        self.process.terminate()
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(30)
        self._clear()

    def _clear(self) -> None:
        """End what a process that was killed left behind."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)


def _end_with_parent() -> None:
    """In the server: end also where this process is killed and can tell nobody."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def _wait(api: str, *, while_: Callable[[], bool] = lambda: True) -> None:
    deadline = time.monotonic() + _START_S
    while time.monotonic() < deadline and while_():
        try:
            with urllib.request.urlopen(f"{api}/health", timeout=2):  # noqa: S310 - the address that Prefect is given
                return
        except OSError:
            time.sleep(0.3)
    what = "it did not answer; look for a full disk, or start one by hand and name it in `PREFECT_API_URL`"
    raise StorageError("the schedules are not served", [Fault(place="prefect", what=what)])
