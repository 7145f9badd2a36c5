"""A synthesis stopped early: the small picture that a StyleGAN2 has painted by then, for a hand that still moves.

The graphs that this program writes name these pictures by their sides (`PREVIEW`); models from elsewhere have none.
"""

from __future__ import annotations

from explorer.core.models.onnx_parts import ModelProto, NodeProto

PREVIEW = "latent-explorer/preview {}"
"""What a picture that is painted on the way is called, by its side in pixels."""

SIDES = (64, 128)
"""Those that are taken, the first that there is; they cost a fifth and a third of a picture of 1,024 pixels."""


def preview_side(model: ModelProto, height: int) -> int:
    """The side of the picture that a model can stop at; 0 where there is none, or where it would save little."""
    named = {name for node in model.graph.node for name in node.output}
    return next((side for side in SIDES if 4 * side <= height and PREVIEW.format(side) in named), 0)


def nodes_for(model: ModelProto, result: str) -> list[NodeProto]:
    """Those nodes of a model that one of its results needs, in their order."""
    wanted, found = {result}, list[NodeProto]()
    for node in reversed(model.graph.node):
        if wanted.intersection(node.output):
            wanted.update(node.input)
            found.insert(0, node)
    return found
