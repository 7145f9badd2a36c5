"""StyleGANs of every kind and size: opened, drawn, compared with torch and edited by layer; a row for each."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import closing, redirect_stdout
from dataclasses import asdict, dataclass, replace
from io import StringIO
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from explorer.cli.output import remark, say, say_json
from explorer.core.inference.generator import Generator
from explorer.core.problem import Problem
from explorer.core.rendering.latents import sample
from explorer.core.rendering.picture_files import save_png
from explorer.core.rendering.scene import Scene
from explorer.core.rendering.styles import StyleMix
from explorer.core.rendering.w_space import StyleRenderer

_SIZES = (32, 64)
_LEAST, _MOST = 32, 1024
_ROUNDS, _ENOUGH_MS = 5, 1000.0  # of draws: no more are begun after either
_PSI = 0.7
_LARGEST_FOUND = 64  # pixels a side of what is searched for
_HEAD = (
    f"{'kind':<5} {'side':>5} {'MB':>6} {'opening':>8} {'peak':>8} {'draws':>8} {'torch':>8} {'ratio':>6}  "
    f"{'plain':>5} {'mixed':>5} {'moved':>5}  {'in W':>6} {'in W+':>6}"
)
_WORDS = (
    "opening: processor seconds of convert; peak: its memory in MB; draws, torch: milliseconds for a picture;\n"
    "ratio: the first over the second; plain, mixed, moved: largest difference from torch, of 255, of a sample,\n"
    "of two samples mixed by layer, and along a direction in some layers; in W, in W+: mean error of what\n"
    "project finds of the sample's picture, in per cent"
)


@dataclass(frozen=True)
class _Row:
    """The figures of one network; None for what could not be measured here."""

    kind: str
    side: int
    file_mb: float
    opening_s: float | None
    peak_mb: float | None
    draw_ms: float
    torch_ms: float
    plain: int
    mixed: int
    moved: int
    found_w: float | None
    found_w_plus: float | None

    def line(self) -> str:
        """The row of the table."""
        ratio = self.draw_ms / self.torch_ms
        return (
            f"{self.kind:<5} {self.side:>5} {self.file_mb:>6.0f} {_or_dash(self.opening_s, 8, 1)} "
            f"{_or_dash(self.peak_mb, 8, 0)} {self.draw_ms:>8.1f} {self.torch_ms:>8.1f} {ratio:>6.2f}  "
            f"{self.plain:>5} {self.mixed:>5} {self.moved:>5}  "
            f"{_or_dash(self.found_w, 6, 2)} {_or_dash(self.found_w_plus, 6, 2)}"
        )


def report(sizes: str | None, kinds: str | None, as_json: bool) -> int:
    """Print the table; 1 if a picture differs from torch's by more than one level of 255, else 0.

    Parameters
    ----------
    sizes : str or None
        Sides such as "32,64", powers of two from 32 to 1,024; None for a few quick ones.
    kinds : str or None
        Of 2, 3t and 3r; None for all.
    as_json : bool
        Print a list of objects, at the end, instead of the table.

    Raises
    ------
    Problem
        There is no such kind or size.
    """
    asked = [(kind, side) for kind in _kinds(kinds) for side in _sides(sizes)]
    rows = []
    if not as_json:
        say(_HEAD)
    for kind, side in asked:
        remark(f"measuring StyleGAN{kind.upper()} of {side} x {side} …")
        with tempfile.TemporaryDirectory() as scratch:
            rows.append(_measured(kind, side, Path(scratch)))
        if not as_json:
            say(rows[-1].line())
    if as_json:
        say_json([asdict(row) for row in rows])
    else:
        say(_WORDS)
    return int(any(max(row.plain, row.mixed, row.moved) > 1 for row in rows))


def _kinds(told: str | None) -> Sequence[str]:
    from explorer.training.weight_import.stylegan.random_stylegans import KINDS

    chosen = KINDS if told is None else tuple(word.strip().lower() for word in told.split(","))
    if wrong := [kind for kind in chosen if kind not in KINDS]:
        raise Problem(f"There is no StyleGAN of the kind {wrong[0]}.", f"The kinds are {', '.join(KINDS)}.")
    return chosen


def _sides(told: str | None) -> Sequence[int]:
    if told is None:
        return _SIZES
    sides = [int(word) if word.strip().isdecimal() else 0 for word in told.split(",")]
    if any(not _LEAST <= side <= _MOST or side & (side - 1) for side in sides):
        raise Problem(f"--sizes is {told}.", f"Write powers of two from {_LEAST} to {_MOST}, such as 32,256.")
    return sides


def _measured(kind: str, side: int, scratch: Path) -> _Row:
    from explorer.training.weight_import.stylegan.random_stylegans import painted, saved_stylegan

    weights, folder = scratch / "weights.safetensors", scratch / "model"
    synthesis = saved_stylegan(kind, side, weights)
    opening_s, peak_mb = _opened(weights, folder)
    with closing(Generator.open(folder / "generator.onnx", "cpu", trusted=True)) as generator:
        renderer = StyleRenderer(generator, {"direction": _direction()})
        plain, mixed, moved = _scenes(generator.card.styles)
        apart = [_apart(renderer, scene, painted(synthesis, renderer.drawn(scene))) for scene in (plain, mixed, moved)]
        picture = renderer.render(plain).picture
        found = [_missed(folder, picture, space, scratch) for space in ("w", "w+")]
        return _Row(
            kind=kind,
            side=side,
            file_mb=weights.stat().st_size / 1e6,
            opening_s=opening_s,
            peak_mb=peak_mb,
            draw_ms=_median_ms(lambda: renderer.render(plain)),
            torch_ms=_median_ms(lambda: painted(synthesis, renderer.drawn(plain))),
            plain=apart[0],
            mixed=apart[1],
            moved=apart[2],
            found_w=found[0],
            found_w_plus=found[1],
        )


def _opened(weights: Path, folder: Path) -> tuple[float | None, float | None]:
    """Processor seconds and peak memory (MB) of converting, in a process of its own with all of its children."""
    words = [sys.executable, "-m", "explorer", "convert", str(weights), "--out", str(folder)]
    child = subprocess.Popen(words, stdout=subprocess.DEVNULL)
    if not hasattr(os, "wait4"):
        code, used = child.wait(), None
    else:
        _, status, used = os.wait4(child.pid, 0)
        code = child.returncode = os.waitstatus_to_exitcode(status)
    if code:
        raise Problem(f"{weights.name} could not be converted.", "See what convert says above.")
    if used is None:
        return None, None
    unit = 1 if sys.platform == "darwin" else 1024  # bytes there, kilobytes elsewhere
    return used.ru_utime + used.ru_stime, used.ru_maxrss * unit / 1e6


def _direction() -> Any:
    """A direction of W."""
    from explorer.training.weight_import.stylegan.random_stylegans import W_SIZE

    vector = np.random.RandomState(7).standard_normal((1, W_SIZE)).astype(np.float32)
    return vector / np.linalg.norm(vector)


def _scenes(styles: int) -> tuple[Scene, Scene, Scene]:
    """A sample, the same with the fine layers of another, and moved along a direction in some layers."""
    from explorer.training.weight_import.stylegan.random_stylegans import W_SIZE

    plain = Scene(z=sample(1, W_SIZE), truncation=_PSI)
    mix = StyleMix(sample(2, W_SIZE), styles // 2, styles - 1)
    return plain, replace(plain, mix=mix), replace(plain, directions=((f"direction@2-{styles // 2}", 4.0),))


def _apart(renderer: StyleRenderer, scene: Scene, by_torch: Any) -> int:
    return int(np.abs(renderer.render(scene).picture.astype(int) - by_torch).max())


def _median_ms(work: Callable[[], object]) -> float:
    """Milliseconds that something takes: of a few rounds, but of what is slow of one."""
    took: list[float] = []
    while len(took) < _ROUNDS and sum(took) < _ENOUGH_MS:
        started = time.perf_counter()
        work()
        took.append((time.perf_counter() - started) * 1e3)
    return median(took)


def _missed(folder: Path, picture: Any, space: str, scratch: Path) -> float | None:
    """How far what `project` finds of a picture is from it, in per cent; None where that would take long."""
    from explorer.cli import run_verb

    if len(picture) > _LARGEST_FOUND:
        return None
    save_png(scratch / "wanted.png", picture)
    words = [
        "project",
        str(folder),
        str(scratch / "wanted.png"),
        "--space",
        space,
        "--json",
        "--out",
        str(scratch / space),
    ]
    with redirect_stdout(StringIO()) as said:  # the table is this verb's own
        code = run_verb([*words, "--out", str(scratch / space)])
    return None if code else 100.0 * float(json.loads(said.getvalue())["pictures"][0]["error"])


def _or_dash(value: float | None, width: int, decimals: int) -> str:
    return f"{'-':>{width}}" if value is None else f"{value:>{width}.{decimals}f}"
