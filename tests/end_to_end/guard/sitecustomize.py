"""Records every attempt of this process to reach further than loopback. Python runs it at the start of each process
that has this folder on PYTHONPATH, so of all children, too. It hears of what Python's own socket module does.

A line in the file that STORYKEEPER_GUARD names: `begun PID`, or `reached EVENT HOST`.
"""

from __future__ import annotations

import os
import sys

_EVENTS = {
    "socket.connect": 1,
    "socket.sendto": 1,
    "socket.sendmsg": 1,
    "socket.getaddrinfo": 0,
    "socket.gethostbyname": 0,
    "socket.gethostbyaddr": 0,
}  # event -> which of its arguments is the address or host (docs.python.org: audit events table)
_FILE = os.environ.get("STORYKEEPER_GUARD")


def _note(line: str) -> None:
    assert _FILE is not None
    handle = os.open(_FILE, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.write(handle, (line + "\n").encode())
    os.close(handle)


def _near(host: object) -> bool:
    """Loopback, a socket of this machine's file system, or nothing named at all."""
    if isinstance(host, bytes):
        host = host.decode("utf-8", "replace")
    if host in (None, ""):
        return True
    return isinstance(host, str) and (host in ("localhost", "::1") or host.startswith(("127.", "/", "\0")))


def _watch(event: str, given: tuple[object, ...]) -> None:
    at = _EVENTS.get(event)
    if at is None:
        return
    address = given[at]
    host = address[0] if isinstance(address, tuple) else address
    if not _near(host):
        _note(f"reached {event} {host!r}")


if _FILE:
    sys.addaudithook(_watch)
    _note(f"begun {os.getpid()}")
