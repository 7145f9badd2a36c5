"""A real model of a few nodes that takes sentences: every word turns numbers of its own."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from explorer.core.models.card import CARD_KEY, ModelCard
from explorer.core.rendering.dimensions import Dimension
from explorer.core.text.vocabulary import Vocabulary
from tests.models import tiny_generator

NOISE, SAID = 4, 3
WORDS = Vocabulary(("beret", "blue", "glasses", "hat", "red", "smiling"), 8)
TEXT = Dimension("text", NOISE, SAID, "silent", role="text")


def tiny_sentence_model(folder: Path, longest: int = WORDS.longest, size: int = SAID) -> Path:
    """Writes ``generator.onnx``, whose latent is four numbers of noise and three that are said, and ``text.onnx``.

    A condition is the sum of its words' numbers. ``longest`` and ``size`` are those of the graph of words, which may
    be others than its card and the generator say. Returns the folder.
    """
    folder.mkdir(parents=True, exist_ok=True)
    generator = tiny_generator(folder / "generator.onnx", latent=NOISE + SAID)
    model = onnx.load(generator)
    card = ModelCard.from_json(model.metadata_props[0].value)
    model.metadata_props[0].value = replace(card, name=folder.name, dimensions=(TEXT,)).to_json()
    onnx.save(model, generator)
    numbers = np.random.RandomState(0).standard_normal((len(WORDS.words) + 1, size)).astype(np.float32)
    numbers[0] = 0.0
    graph = helper.make_graph(
        [
            helper.make_node("Gather", ["numbers", "tokens"], ["each"]),
            helper.make_node("ReduceSum", ["each", "along"], ["condition"], keepdims=0),
        ],
        "words",
        [helper.make_tensor_value_info("tokens", TensorProto.INT64, ["N", longest])],
        [helper.make_tensor_value_info("condition", TensorProto.FLOAT, ["N", size])],
        [numpy_helper.from_array(numbers, "numbers"), numpy_helper.from_array(np.array([1], np.int64), "along")],
    )
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    helper.set_model_props(made, {CARD_KEY: ModelCard(name="words", kind="text", vocabulary=WORDS).to_json()})
    onnx.save(made, folder / "text.onnx")
    return folder
