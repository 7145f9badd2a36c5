"""How much memory there is to be had, and what failed for the want of it."""

from __future__ import annotations

import os
import sys
from pathlib import Path


def available_memory() -> int:
    """Bytes that can still be had; where the system does not say, what is taken for enough."""
    try:
        for line in Path("/proc/meminfo").read_text("ascii").splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
    except (OSError, ValueError):
        pass
    if sys.platform != "win32" and "SC_PHYS_PAGES" in os.sysconf_names:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return 16 * 2**30


def lacks_memory(error: Exception) -> bool:
    """Whether something failed because it may have no more memory, as torch and onnxruntime word it."""
    return isinstance(error, MemoryError) or "alloc" in str(error).lower()
