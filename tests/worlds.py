"""Tiny world models, written as ONNX in milliseconds."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from explorer.core.models.card import CARD_KEY, ModelCard
from explorer.core.worlds.world_facts import WorldFacts, named_actions
from tests.models import tiny_encoder, tiny_generator

FACTS = WorldFacts(named_actions(("steer", "gas"), ((-1.0, 1.0), (-1.0, 1.0))), 4, 3, 3, source="drive")


def tiny_world(folder: Path, facts: WorldFacts = FACTS, size: int = 32, *, grows: float = 0.9) -> Path:
    """Writes a world model whose steps are linear: the state shrinks, actions and noise move the latent. Returns it.

    The reward is the first action; it never ends. ``grows`` beyond 1 lets it run away.
    """
    folder.mkdir(parents=True, exist_ok=True)
    tiny_generator(folder / "generator.onnx", latent=facts.latent, size=size)
    tiny_encoder(folder / "encoder.onnx", latent=facts.latent, size=size)
    count, actions, latent = facts.size, len(facts.actions), facts.latent
    matrix = np.zeros((count + actions + 2 * latent + 1, count + 2), np.float32)
    matrix[:count, :count] = grows * np.eye(count)
    matrix[count : count + actions, :actions] = np.eye(actions)
    matrix[count + actions + latent : -1, :latent] = 0.1 * np.eye(latent)
    matrix[count, count] = 1.0
    matrix[-1, count + 1] = -1.0  # the temperature is never below 0, so the logit of the end is
    sizes = {"state": count, "action": actions, "noise": 2 * latent, "temperature": 1}
    _write(folder / "dream.onnx", "dream", facts, sizes, matrix, "next")
    _write(folder / "controller.onnx", "controller", facts, {"state": count}, np.eye(count, actions), "action")
    return folder


def _write(path: Path, kind: str, facts: WorldFacts, sizes: dict[str, int], matrix: np.ndarray, output: str) -> None:
    whole = numpy_helper.from_array(np.asarray(matrix, np.float32), "matrix")
    inputs = [helper.make_tensor_value_info(n, TensorProto.FLOAT, ["N", s]) for n, s in sizes.items()]
    result = helper.make_tensor_value_info(output, TensorProto.FLOAT, ["N", matrix.shape[1]])
    nodes = [
        helper.make_node("Concat", list(sizes), ["all"], axis=1),
        helper.make_node("MatMul", ["all", "matrix"], [output]),
    ]
    graph = helper.make_graph(nodes, kind, inputs, [result], [whole])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    card = replace(ModelCard(name="tiny", kind=kind), world=facts)
    helper.set_model_props(model, {CARD_KEY: card.to_json()})
    onnx.save_model(model, path)
