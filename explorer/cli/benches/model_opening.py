"""A stranger's model of 15 MB, from the wish to open it to its first picture: never seen before, and again."""

from __future__ import annotations

import os
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any
from unittest.mock import patch

import numpy as np
import onnx
from onnx import helper, numpy_helper

from explorer.cli.bench import Figures
from explorer.cli.benches.bench_window import open_window, wait_for
from explorer.cli.benches.dragging import Gaps
from explorer.ui.window.main_window import MainWindow

_ROUNDS = 5
_WIDTHS = (512, 256, 128, 64, 3)


def opening(model: str) -> Figures:
    """Open DCGANs with random weights in the window, each for the first time and, after ``model``, once more."""
    first, again, gaps = [], [], Gaps()
    with tempfile.TemporaryDirectory() as scratch:
        homes = {"XDG_CACHE_HOME": f"{scratch}/cache", "XDG_CONFIG_HOME": f"{scratch}/config"}
        with patch.dict(os.environ, homes), open_window(model) as window:
            home = window.studio.models.current
            assert home is not None
            for number in range(_ROUNDS):
                path = _written(Path(scratch) / f"stranger-{number}.onnx", number)
                size_mb = path.stat().st_size / 1e6
                with gaps:
                    first.append(_shown_s(window, path))
                    _shown_s(window, home.path)
                    again.append(_shown_s(window, path))
    return {
        "open_mb": size_mb,
        "open_first_s": median(first),
        "open_again_s": median(again),
        "open_gap_ms": max(gaps.all_ms),
    }


def _shown_s(window: MainWindow, path: Path) -> float:
    started = time.perf_counter()
    window.open(path)
    wait_for(window.studio.models.opened)
    wait_for(window.studio.pictures.shown)
    return time.perf_counter() - started


def _written(path: Path, seed: int) -> Path:
    """A DCGAN of 64 x 64 pixels as the PyTorch tutorial has it, without a card."""
    draw, nodes, weights, last, channels = np.random.RandomState(seed), [], [], "z", 100
    for number, width in enumerate(_WIDTHS):
        values = draw.standard_normal((channels, width, 4, 4)).astype(np.float32) * np.float32(
            2 / np.sqrt(4 * channels)
        )
        weights.append(numpy_helper.from_array(values, f"w{number}"))
        how: dict[str, Any] = {"strides": [1, 1]} if number == 0 else {"strides": [2, 2], "pads": [1, 1, 1, 1]}
        nodes.append(helper.make_node("ConvTranspose", [last, f"w{number}"], [f"c{number}"], **how))
        bend = "Tanh" if width == 3 else "Relu"
        nodes.append(helper.make_node(bend, [f"c{number}"], [f"a{number}"]))
        last, channels = f"a{number}", width
    given = helper.make_tensor_value_info("z", onnx.TensorProto.FLOAT, ["N", 100, 1, 1])
    painted = helper.make_tensor_value_info(last, onnx.TensorProto.FLOAT, ["N", 3, 64, 64])
    graph = helper.make_graph(nodes, "generator", [given], [painted], weights)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=10)
    path.write_bytes(model.SerializeToString())
    return path
