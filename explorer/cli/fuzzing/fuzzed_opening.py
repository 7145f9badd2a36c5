"""One damaged model opened as the program opens it, in a process that may be watched."""

from __future__ import annotations

import re
import time
import traceback
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.cli.fuzzing.forked import address_bytes, answer_of, peak_mb, resident_mb
from explorer.cli.fuzzing.kinds import Kind, SilentError
from explorer.cli.fuzzing.mutants import Draw
from explorer.cli.fuzzing.pictures_by_hand import pictures_by_hand
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
_ROUNDING = 1.0  # of 255: to the nearest level, and what another order of sums makes of it
_CHILD_BYTES = 8 * 2**30  # of address space, as the child of a conversion has


@dataclass(frozen=True)
class Outcome:
    """What became of one damaged model.

    Attributes
    ----------
    kind : str
        ``opened`` or ``refused``; what must not happen is ``silent`` (opened, and not as an independent reading has
        it), ``bug`` (an exception or a warning that is no sentence), ``died`` or ``hung``.
    words : str
        The sentence, or the traceback.
    grew_mb : float
        By how much the process that stands for the program was larger at its largest.
    took_s : float
    compared : bool
        Whether what was opened was held against an independent reading.
    """

    kind: str
    words: str = ""
    grew_mb: float = 0.0
    took_s: float = 0.0
    compared: bool = False

    @property
    def is_harmless(self) -> bool:
        """Whether the program lived on and said something."""
        return self.kind in ("opened", "refused")

    @property
    def sentence(self) -> str:
        """The sentence without names and numbers, to count alike ones."""
        return re.sub(r"[\w./-]*\d[\w./-]*|\S+\.onnx|'[^']*'|\"[^\"]*\"|\([^)]*\)", "…", self.words)[:90]


def opened(path: Path, kind: Kind | None = None) -> Outcome:
    """What becomes of the file when a process like the program opens it; without a kind it is an ONNX model.

    The test run is made in a child of that process, with the same limits as the program gives it, but forked: that
    saves starting a thousand interpreters. Of what is opened in a confined child anyway, that child is the process.
    """
    started = time.monotonic()
    answer = answer_of(lambda: _as_the_program(path, kind), _PROGRAM_S)
    took_s = time.monotonic() - started
    if answer is None:
        return Outcome("hung", f"no answer within {_PROGRAM_S:g} s", took_s=took_s)
    if not answer:
        in_child = kind is not None and kind.in_child
        return (
            Outcome("refused", "The child stopped early.", took_s=took_s)
            if in_child
            else Outcome("died", took_s=took_s)
        )
    return Outcome(answer["kind"], answer["words"], answer["grew_mb"], took_s, answer["compared"])


def _as_the_program(path: Path, kind: Kind | None) -> dict[str, Any]:
    before, compared = resident_mb(), False
    if kind is not None and kind.in_child:
        limit_resources(address_bytes() + _CHILD_BYTES, int(_PROGRAM_S), 0)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # one that reaches the terminal is a fault too
            compared = _open_model(path) if kind is None else kind.open(path)
        how, words = "opened", ""
    except Problem as problem:
        how, words = "refused", problem.what
    except SilentError as error:
        how, words = "silent", str(error)
    except BaseException as error:  # noqa: BLE001
        tells_memory = kind is not None and kind.in_child and isinstance(error, MemoryError)
        how, words = ("refused", "It needs more memory.") if tells_memory else ("bug", traceback.format_exc()[-20_000:])
    return {"kind": how, "words": words[-20_000:], "grew_mb": peak_mb() - before, "compared": compared}


def _open_model(path: Path) -> bool:
    file = read_model(path)
    guard.remember(file.hash, _tried(path), None)
    generator = Generator.open(path, "cpu")
    try:
        size = generator.card.latent_size
        z = np.stack([np.ones(size), np.zeros(size), Draw(1).standard_normal(size)]).astype(np.float32)
        ours = np.concatenate([generator.picture(z[0])[None], generator.pictures(z[1:])])
        return _check_pictures(ours, pictures_by_hand(path, generator.card, z), generator.problems)
    finally:
        generator.close()


def _check_pictures(ours: NDArray[np.uint8], told: NDArray[np.float64] | None, problems: tuple[str, ...]) -> bool:
    """Refuse pictures that are neither of onnxruntime's to rounding, or that hide that they are no numbers."""
    if told is None:
        return False
    finite = np.isfinite(told).all(axis=0)
    if not finite.all() and not any("finite" in said for said in problems):
        raise SilentError("values that are no finite numbers, which nothing says")
    difference = np.abs(ours - told.clip(0.0, 255.0)).min(axis=0)[finite].max(initial=0.0)
    if difference > _ROUNDING:
        raise SilentError(f"another picture than that of onnxruntime alone, by {difference:.3g} of 255")
    return True


def _tried(path: Path) -> Trial:
    """The test run, in a child with limits; whatever becomes of it is told in a sentence, as the guard does."""

    def trial() -> dict[str, Any]:
        limit_resources(guard.MEMORY_BYTES + 8 * path.stat().st_size, int(_PROGRAM_S), 0)
        kind, what = made(guard.__name__, {"path": str(path), "styles": False})
        return {"kind": kind, "what": what}

    answer = answer_of(trial, TRIAL_S)
    if answer is None:
        raise Problem(f"{path.name} did not finish a test run in time.")
    if not answer:
        raise Problem(f"{path.name} made onnxruntime crash in a test run.")
    if answer["kind"] != "answer":
        raise Problem(*(answer["what"] or [f"{path.name} needs more memory than a test run may take."])[:1])
    return Trial.from_json(answer["what"]["trial"])
