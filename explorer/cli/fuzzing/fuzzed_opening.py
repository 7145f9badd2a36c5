"""One damaged model opened as the program opens it, in a process that may be watched."""

from __future__ import annotations

import json
import os
import re
import resource
import select
import signal
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from explorer.core.inference.generator import Generator
from explorer.core.models import guard
from explorer.core.models.policy import read_model
from explorer.core.models.probe import Trial
from explorer.core.problem import Problem
from explorer.core.processes.child import made
from explorer.core.processes.confinement import limit_resources

TRIAL_S = 20.0
"""Longest test run of one damaged model."""

_PROGRAM_S = 60.0  # the program itself may never take that long
_PAGE_MB = os.sysconf("SC_PAGE_SIZE") / 2**20


@dataclass(frozen=True)
class Outcome:
    """What became of one damaged model.

    Attributes
    ----------
    kind : str
        ``opened`` or ``refused``; what must not happen is ``bug`` (an exception that is no sentence), ``died`` or
        ``hung``.
    words : str
        The sentence, or the traceback.
    grew_mb : float
        By how much the process that stands for the program was larger at its largest.
    took_s : float
    """

    kind: str
    words: str = ""
    grew_mb: float = 0.0
    took_s: float = 0.0

    @property
    def is_harmless(self) -> bool:
        """Whether the program lived on and said something."""
        return self.kind in ("opened", "refused")

    @property
    def sentence(self) -> str:
        """The sentence without names and numbers, to count alike ones."""
        return re.sub(r"[\w./-]*\d[\w./-]*|\S+\.onnx|'[^']*'|\"[^\"]*\"|\([^)]*\)", "…", self.words)[:90]


def opened(path: Path, act: Callable[[Path], object] | None = None) -> Outcome:
    """What becomes of the file when a process like the program opens it.

    The test run is made in a child of that process, with the same limits as the program gives it, but forked: that
    saves starting a thousand interpreters. What is no ONNX model is opened by ``act``.
    """
    started = time.monotonic()
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        _report(writer, _as_the_program(path, act or _open_model))
    os.close(writer)
    answer = _heard(reader, child, _PROGRAM_S)
    took_s = time.monotonic() - started
    if answer is None:
        return Outcome("hung", f"no answer within {_PROGRAM_S:g} s", took_s=took_s)
    if not answer:
        return Outcome("died", "the process died", took_s=took_s)
    return Outcome(answer["kind"], answer["words"], answer["grew_mb"], took_s)


def _as_the_program(path: Path, act: Callable[[Path], object]) -> dict[str, Any]:
    before = _resident_mb()
    try:
        act(path)
        kind, words = "opened", ""
    except Problem as problem:
        kind, words = "refused", problem.what
    except BaseException:  # noqa: BLE001
        kind, words = "bug", traceback.format_exc()
    return {"kind": kind, "words": words, "grew_mb": _peak_mb() - before}


def _open_model(path: Path) -> None:
    file = read_model(path)
    guard.remember(file.hash, _tried(path), None)
    generator = Generator.open(path, "cpu")
    try:
        generator.picture(np.ones(generator.card.latent_size, np.float32))
        generator.pictures(np.zeros((2, generator.card.latent_size), np.float32))
    finally:
        generator.close()


def _tried(path: Path) -> Trial:
    """The test run, in a child with limits; whatever becomes of it is told in a sentence, as the guard does."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        limit_resources(guard.MEMORY_BYTES + 8 * path.stat().st_size, int(_PROGRAM_S), 0)
        kind, what = made(guard.__name__, {"path": str(path), "styles": False})
        _report(writer, {"kind": kind, "what": what})
    os.close(writer)
    answer = _heard(reader, child, TRIAL_S)
    if answer is None:
        raise Problem(f"{path.name} did not finish a test run in time.")
    if not answer:
        raise Problem(f"{path.name} made onnxruntime crash in a test run.")
    if answer["kind"] != "answer":
        raise Problem(*(answer["what"] or [f"{path.name} needs more memory than a test run may take."])[:1])
    return Trial.from_json(answer["what"]["trial"])


def _report(writer: int, answer: dict[str, Any]) -> None:
    """Hand the answer over and end, without any of the parent's clearing up."""
    os.write(writer, json.dumps(answer).encode()[:60_000])
    os._exit(0)


def _heard(reader: int, child: int, patience_s: float) -> dict[str, Any] | None:
    """What a child told; nothing where it died, None where it had to be stopped."""
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


def _resident_mb() -> float:
    if sys.platform == "linux":
        return int(Path("/proc/self/statm").read_text().split()[1]) * _PAGE_MB
    return _peak_mb()


def _peak_mb() -> float:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (2**20 if sys.platform == "darwin" else 2**10)
