"""A new Python that is measured: what it says and when, or, where it fails, that there is nothing to measure."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

from explorer.core.problem import Problem


def told_by(words: tuple[str, ...], settings: Mapping[str, str] | None = None) -> tuple[float, list[str]]:
    """Seconds from the start of an interpreter to its first line, or to its end, and all of its lines.

    Parameters
    ----------
    words : tuple of str
        What follows its name on the command line.
    settings : mapping, optional
        What its environment has besides; Python looks for compiled modules where they are written.

    Raises
    ------
    Problem
        It failed: its time tells nothing.
    """
    root = str(Path(__file__).parents[3])
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": root} | dict(settings or {})
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    command = [sys.executable, *words]
    with tempfile.TemporaryFile("w+") as complaint:
        started = time.perf_counter()
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=complaint, text=True, env=environment) as child:
            assert child.stdout is not None
            first = child.stdout.readline()
            took_s = time.perf_counter() - started
            lines = [first, *child.stdout] if first else []
        if child.returncode:
            complaint.seek(0)
            raise _unmeasured(complaint.read(), child.returncode)
    return took_s, [line.rstrip("\n") for line in lines]


def _unmeasured(complaint: str, status: int) -> Problem:
    last = next((said for said in reversed(complaint.splitlines()) if said.strip()), f"status {status}")
    return Problem(
        f"It could not be measured: a process of it failed ({last.strip()}).",
        "Run it where latent-explorer itself starts.",
    )
