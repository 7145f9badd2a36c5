"""Which models tell attributes, and what their outputs are called where nobody says."""

from __future__ import annotations

from explorer.core.models.attribute import Attribute
from explorer.core.models.graph import ModelFile
from explorer.core.models.roles import Roles

_SQUASHED = ("Sigmoid", "HardSigmoid", "Softmax")
_PASSING = ("Identity", "Cast", "Reshape", "Flatten", "Squeeze", "Unsqueeze", "Transpose")


def could_classify(found: Roles) -> bool:
    """Whether a model has the shapes of a classifier: a picture in, a row of numbers out."""
    return found.kind in ("encoder", "critic", "classifier")


def attributes_of(file: ModelFile, found: Roles) -> tuple[tuple[Attribute, ...], tuple[str, ...]]:
    """Attributes for a classifier that brings none, ``output 0`` and so on, and what had to be guessed.

    Outputs of a sigmoid or softmax are probabilities. Any others stay the numbers that they are: whether they
    are logits, and of which kind, cannot be known, and for comparing pictures it does not matter.
    """
    squashed = _last_operation(file, found.result.name) in _SQUASHED
    kind, high = ("yes/no", 1.0) if squashed else ("number", 0.0)
    names = (f"output {index}" for index in range(found.numbers))
    said = "It does not say what its outputs mean; they are called by number"
    more = "." if squashed else ", and are taken as they are, for it is not known to end in probabilities."
    return tuple(Attribute(name, kind, 0.0, high) for name in names), (said + more,)


def _last_operation(file: ModelFile, output: str) -> str:
    """The operator that gives ``output``, those passed over that only move numbers; "" where none does."""
    makers = {name: node for node in file.proto.graph.node for name in node.output}
    for _ in makers:
        node = makers.get(output)
        if node is None or node.op_type not in _PASSING or not node.input:
            return node.op_type if node else ""
        output = node.input[0]
    return ""
