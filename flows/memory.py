"""The memory of a process that works on words: no image of it is left behind by a crash, nobody else may read it.

A native library that crashes makes the system write the whole memory of the process, with every session in it, to a
file in the working directory or to a collector of such images. Two switches, since a collector need not heed the first:
core(5), PR_SET_DUMPABLE in prctl(2).
"""

from __future__ import annotations

import ctypes
import resource
import sys

_PR_SET_DUMPABLE = 4  # Linux, prctl(2)


def keep_memory_private() -> None:
    """For this process and, as to the first switch, for all that it starts."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0)
