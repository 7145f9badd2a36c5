"""A real model of a few nodes whose picture can be painted and pulled at: two halves with colours, and a white spot."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from onnx import helper

from explorer.core.models.card import CARD_KEY, ModelCard
from tests.models import port, write_model

SIZE = 32
SPOT_PX = 3.0
"""By how far the spot moves for 1 of the latent."""


def spotted_model(path: Path, *, refused: bool = False) -> Path:
    """Writes it, and gives its path.

    Of eight numbers the first two move the spot from the middle to the right and down, three are the colour of the left
    half, and three of the right. One that is ``refused`` uses an operator that no gradients are taken through.
    """
    half = SIZE // 2
    moves = np.zeros((8, 2), np.float32)
    moves[0, 0] = moves[1, 1] = SPOT_PX / 2
    sides = np.zeros((8, 3, SIZE, SIZE), np.float32)
    for channel in range(3):
        sides[2 + channel, channel, :, :half] = sides[5 + channel, channel, :, half:] = 0.5
    grid = np.mgrid[0:half, 0:half][::-1].astype(np.float32)[None] - (half - 1) / 2
    weights = {
        "moves": moves,
        "pair": np.array([-1, 2, 1, 1], np.int64),
        "grid": grid,
        "both": np.full((1, 2, 1, 1), -1 / 8, np.float32),
        "white": np.full((3, 1, 1, 1), 3.0, np.float32),
        "scales": np.array([1, 1, 2, 2], np.float32),
        "sides": sides.reshape(8, -1),
        "shape": np.array([-1, 3, SIZE, SIZE], np.int64),
    }
    node = helper.make_node
    nodes = [
        node("MatMul", ["z", "moves"], ["place"]),
        node("Reshape", ["place", "pair"], ["places"]),
        node("Sub", ["grid", "places"], ["apart"]),
        node("Mul", ["apart", "apart"], ["squares"]),
        node("Conv", ["squares", "both"], ["exponent"]),
        node("Exp", ["exponent"], ["round"]),
        node("Relu", ["round"], ["spot"]),
        node("Conv", ["spot", "white"], ["small"]),
        node("Resize", ["small", "", "scales"], ["large"], mode="nearest", coordinate_transformation_mode="asymmetric"),
        node("MatMul", ["z", "sides"], ["flat"]),
        node("Reshape", ["flat", "shape"], ["ground"]),
        node("Add", ["ground", "large"], ["sum"]),
        node("Tanh", ["sum"], ["plain" if refused else "picture"]),
    ]
    if refused:
        nodes.append(node("Round", ["plain"], ["picture"]))
    write_model(path, nodes, [port("z", ["N", 8])], [port("picture", ["N", 3, SIZE, SIZE])], weights)
    return _with_card(path)


def _with_card(path: Path) -> Path:
    import onnx

    model = onnx.load(path)
    card = ModelCard(name="spot", kind="generator", latent_size=8, height=SIZE, width=SIZE, channels=3)
    helper.set_model_props(model, {CARD_KEY: card.to_json()})
    onnx.save(model, path)
    return path
