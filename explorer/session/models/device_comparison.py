"""How far apart the pictures of two devices are."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from explorer.core.rendering.scene import Scene


def compare_devices(generator: Path, scene: Scene) -> str:
    """Draw ``scene`` on the CPU and with CUDA; the largest difference between the pictures, in a sentence.

    Slow: to be called in a worker thread.

    Raises
    ------
    Problem
        CUDA cannot be used here, and why; or the model cannot be opened.
    """
    from explorer.core.inference.generator import Generator
    from explorer.core.inference.providers import cuda_problem
    from explorer.core.problem import Problem
    from explorer.core.rendering.renderer import renderer_of

    if reason := cuda_problem():
        raise Problem("The CPU cannot be compared with CUDA, which is not available here.", reason)
    drawn = []
    for device in ("cpu", "cuda"):
        opened = Generator.open(generator, device)
        try:
            if device == "cuda" and opened.provider != "CUDA":
                raise Problem("This model cannot run with CUDA.", opened.provider_reason)
            drawn.append(renderer_of(opened).render(scene))
        finally:
            opened.close()
    on_cpu, on_cuda = drawn
    difference = np.abs(on_cpu.picture.astype(np.int16) - on_cuda.picture).max()
    return (
        f"The pictures of the CPU and of CUDA differ by at most {difference} of 255 "
        f"({on_cpu.took_ms:.1f} ms and {on_cuda.took_ms:.1f} ms)."
    )
