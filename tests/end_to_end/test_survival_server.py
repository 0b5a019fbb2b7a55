"""The nightly flow whose Prefect server goes away in the middle: it goes on to its end or says what broke, nothing is
half out, and the next night completes.
"""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import pytest

from flows.wiring import open_house
from pipeline.errors import StorageError
from tests.end_to_end.conftest import running_server
from tests.end_to_end.nights import begin_night, check_kept, names_in, standing_program, whole_night, with_engine

pytestmark = pytest.mark.xdist_group("prefect")

STEPS = ("plan_run", "prepare_chunk", "publish_run")
LONG = pytest.mark.nightly
QUICK = {"PREFECT_CLIENT_MAX_RETRIES": "1"}  # Prefect's client tries each call for a minute otherwise, some four calls


@pytest.fixture(scope="module")
def standing(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return standing_program(tmp_path_factory)


class Line:
    """A way to a server that can be cut: whoever is connected is thrown out, and nobody is let in any more."""

    def __init__(self, url: str) -> None:
        self._server = (urlsplit(url).hostname or "", urlsplit(url).port or 0)
        self._door = socket.create_server(("127.0.0.1", 0))
        self._open: list[socket.socket] = [self._door]
        self.url = f"http://127.0.0.1:{self._door.getsockname()[1]}/api"
        threading.Thread(target=self._let_in, daemon=True).start()

    def _let_in(self) -> None:
        with suppress(OSError):
            while True:
                here, there = self._door.accept()[0], socket.create_connection(self._server)
                self._open += [here, there]
                for one, other in ((here, there), (there, here)):
                    threading.Thread(target=self._hand_on, args=(one, other), daemon=True).start()

    def _hand_on(self, one: socket.socket, other: socket.socket) -> None:
        with suppress(OSError):
            while said := one.recv(65536):
                other.sendall(said)
        for end in (one, other):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def cut(self) -> None:
        for end in self._open:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()


def check_end(workspace: Path, code: int, said: str) -> None:
    """It went on to its end, or says that the server is gone; a release is whole or is not there."""
    assert code in (0, StorageError.exit_code), said
    if code:
        assert "prefect: its server does not answer" in said
    assert "Traceback" not in said
    assert names_in(workspace, said) == []
    with open_house(workspace) as house:
        released = len(house.releases.list())
    assert released in (1, 2)
    check_kept(workspace, releases=released)


@pytest.mark.parametrize("step", [pytest.param(STEPS[0], marks=LONG), STEPS[1], pytest.param(STEPS[2], marks=LONG)])
def test_a_night_whose_server_is_gone_ends_plainly_and_the_next_one_completes(
    standing: Path, prefect_server: dict[str, str], tmp_path: Path, step: str
) -> None:
    workspace = with_engine(standing, tmp_path / "ws", "")
    line = Line(prefect_server["PREFECT_API_URL"])
    way = {"PREFECT_API_URL": line.url}
    night = begin_night(workspace, prefect_server | way | QUICK, held=f"flows.release.{step}")
    night.until_held()
    line.cut()
    code, said = night.ended()
    check_end(workspace, code, said)
    whole_night(workspace, prefect_server)
    check_kept(workspace, releases=2)


@pytest.mark.nightly
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("back", [False, True], ids=["for good", "and comes back"])
@pytest.mark.parametrize("step", STEPS)
def test_the_same_with_a_server_that_is_killed(standing: Path, tmp_path: Path, step: str, back: bool) -> None:
    workspace, home = with_engine(standing, tmp_path / "ws", ""), tmp_path / "prefect"
    home.mkdir(mode=0o700)
    with running_server(home) as (environment, server):
        night = begin_night(workspace, environment | ({} if back else QUICK), held=f"flows.release.{step}")
        night.until_held()
        for process in (*psutil.Process(server.pid).children(recursive=True), server):
            process.kill()
        server.wait()
    port = urlsplit(environment["PREFECT_API_URL"]).port
    if back:
        with running_server(home, port=port):
            code, said = night.ended(within=600)
            assert code == 0, said
    else:
        code, said = night.ended(within=600)
    check_end(workspace, code, said)
    with running_server(home, port=port) as (environment, _):
        whole_night(workspace, environment)
    check_kept(workspace, releases=2)
