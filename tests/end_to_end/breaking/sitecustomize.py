"""Breaks one function in each process of a run, workers too. Python runs it at the start of each process that has this
folder on PYTHONPATH; STORYKEEPER_BREAK names the function by the module that calls it.

Its first call, in whatever process, crashes as native code does; each later one raises an error that tells all it was
given. The file that STORYKEEPER_BROKEN names says that the crash has been.
"""

from __future__ import annotations

import importlib.util
import os
import signal
import sys
from importlib.machinery import ModuleSpec
from types import ModuleType

_MODULE, _, _NAME = os.environ.get("STORYKEEPER_BREAK", "").rpartition(".")


def _broken(*given: object, **named: object) -> None:
    try:
        os.close(os.open(os.environ["STORYKEEPER_BROKEN"], os.O_CREAT | os.O_EXCL))
    except FileExistsError:
        words = os.environ["STORYKEEPER_WORDS"]
    else:
        os.kill(os.getpid(), signal.SIGSEGV)
    try:
        raise KeyError(words)
    except KeyError as cause:
        raise ValueError(words, given, named) from cause


class _Breaking:
    """Finds the module as everybody does, and puts the broken function into it once it is there."""

    def find_spec(self, name: str, path: object = None, target: object = None) -> ModuleSpec | None:
        if name != _MODULE:
            return None
        sys.meta_path.remove(self)  # type: ignore[arg-type]  # a finder of its own
        spec = importlib.util.find_spec(name)
        assert spec is not None
        assert spec.loader is not None
        whole = spec.loader.exec_module

        def then_break(module: ModuleType) -> None:
            whole(module)
            setattr(module, _NAME, _broken)

        spec.loader.exec_module = then_break  # type: ignore[method-assign]  # of this one loader
        return spec


if _MODULE:
    sys.meta_path.insert(0, _Breaking())  # type: ignore[arg-type]  # a finder of its own
