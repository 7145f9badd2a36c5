"""Something done in a process that is forked from a warm one, and what it answered."""

from __future__ import annotations

import json
import os
import resource
import select
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
_LONGEST_ANSWER = 60_000  # bytes, which a pipe takes at once


def answer_of(act: Callable[[], dict[str, Any]], patience_s: float) -> dict[str, Any] | None:
    """What ``act`` gives in a fork of this process; nothing where that died, None where it had to be stopped.

    It saves starting an interpreter and importing, and leaves this process as it was.
    """
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # what it says of its stages is for a parent that listens
        try:
            os.write(writer, json.dumps(act()).encode()[:_LONGEST_ANSWER])
        finally:
            os._exit(0)  # without any of the parent's clearing up
    os.close(writer)
    return _heard(reader, child, patience_s)


def _heard(reader: int, child: int, patience_s: float) -> dict[str, Any] | None:
    data, until = b"", time.monotonic() + patience_s
    with os.fdopen(reader, "rb", buffering=0) as pipe:
        while select.select([pipe], [], [], max(0.0, until - time.monotonic()))[0]:
            part = pipe.read(65536)
            if not part:
                break
            data += part
        else:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            return None
    os.waitpid(child, 0)
    try:
        answer = json.loads(data)
        return answer if isinstance(answer, dict) else {}
    except ValueError:
        return {}


def resident_mb() -> float:
    """How much memory this process takes; where the system does not say, the most it has taken."""
    if sys.platform == "linux":
        return int(Path("/proc/self/statm").read_text().split()[1]) * PAGE_BYTES / 2**20
    return peak_mb()


def address_bytes() -> int:
    """How much address space this process has; 0 where the system does not say."""
    return int(Path("/proc/self/statm").read_text().split()[0]) * PAGE_BYTES if sys.platform == "linux" else 0


def peak_mb() -> float:
    """The most memory that this process has taken; that of children is not counted."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (2**20 if sys.platform == "darwin" else 2**10)
