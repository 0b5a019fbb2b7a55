"""A terminal with a shell in it, in which a test types what a page tells a person to type."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import subprocess
import termios
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_PROMPT = r"<(\d+)> \Z"  # the shell's own: with the exit code of what was typed before


@dataclass(slots=True, kw_only=True)
class Terminal:
    """What stands on the screen since the last line was typed, and the keyboard."""

    handle: int
    screen: str = ""

    def type(self, line: str) -> None:
        """Type a line and press enter."""
        self.screen = ""
        os.write(self.handle, f"{line}\n".encode())

    def stop(self) -> int:
        """Press Ctrl-C; the exit code of what was stopped."""
        self.screen = ""
        os.write(self.handle, b"\x03")
        return self.done()

    def see(self, pattern: str, *, within_s: float = 180) -> re.Match[str]:
        """Wait until a pattern stands on the screen."""
        deadline = time.monotonic() + within_s
        while (found := re.search(pattern, self.screen)) is None:
            left = deadline - time.monotonic()
            assert left > 0, f"not seen within {within_s} s: {pattern}\n{self.screen[-3000:]}"
            if select.select([self.handle], [], [], left)[0]:
                self.screen += os.read(self.handle, 65536).decode("utf-8", "replace").replace("\r", "")
        return found

    def done(self) -> int:
        """Wait for the prompt; the exit code of what was typed."""
        return int(self.see(_PROMPT)[1])

    def run(self, line: str) -> str:
        """Type a line, wait for its end; what it said. It has to end well."""
        self.type(line)
        assert self.done() == 0, f"{line}\n{self.screen[-3000:]}"
        return self.screen


@contextmanager
def terminal(place: Path, environment: Mapping[str, str]) -> Iterator[Terminal]:
    """A terminal in a folder. Its shell reads no settings of whoever runs the test."""
    ours, theirs = pty.openpty()
    settings = {**environment, "PS1": "<$?> ", "TERM": "dumb", "COLUMNS": "200"}
    with subprocess.Popen(
        ["bash", "--norc", "--noprofile", "--noediting", "-i"],
        cwd=place, env=settings, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True,
        preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),  # a password is asked for on the terminal itself
    ) as shell:  # fmt: skip
        os.close(theirs)
        try:
            found = Terminal(handle=ours)
            found.done()
            yield found
        finally:
            os.killpg(shell.pid, signal.SIGHUP)
            os.close(ours)
