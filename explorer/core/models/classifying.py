"""Which models tell attributes, and what their outputs are called where nobody says."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from explorer.core.models.graph import ModelFile
from explorer.core.models.roles import Roles

if TYPE_CHECKING:
    from explorer.core.models.attribute import Attribute

_IMAGENET = 1000
_CALLED = re.compile(r"logit|prob|class|pred|score|softmax|label", re.IGNORECASE)
_SQUASHED = ("Sigmoid", "HardSigmoid", "Softmax")
_PASSING = ("Identity", "Cast", "Reshape", "Flatten", "Squeeze", "Unsqueeze", "Transpose")


def could_classify(found: Roles) -> bool:
    """Whether a model has the shapes of a classifier: a picture in, a row of numbers out."""
    return found.kind in ("encoder", "critic", "classifier")


def names_classes(file: ModelFile, found: Roles) -> bool:
    """Whether a model without a card that makes a row of numbers of a picture is a classifier, not an encoder.

    Its numbers are squashed to probabilities, are called so, or are as many as the classes of ImageNet; and its file is
    not called an encoder.
    """
    if found.kind != "encoder" or "encoder" in file.path.stem.lower():
        return False
    squashed = _last_operation(file, found.result.name) in (*_SQUASHED, "LogSoftmax")
    return squashed or bool(_CALLED.search(found.result.name)) or found.numbers == _IMAGENET


def attributes_of(
    file: ModelFile, found: Roles, names: Sequence[str] = ()
) -> tuple[tuple[Attribute, ...], tuple[str, ...]]:
    """Attributes for a classifier that brings none, and what had to be guessed.

    They are called as a person said, in ``names``, or else ``output 0`` and so on.

    Outputs of a sigmoid or softmax are probabilities. Any others stay the numbers that they are: whether they
    are logits, and of which kind, cannot be known, and for comparing pictures it does not matter.
    """
    from explorer.core.models.attribute import Attribute

    squashed = _last_operation(file, found.result.name) in _SQUASHED
    kind, high = ("yes/no", 1.0) if squashed else ("number", 0.0)
    is_named = len(names) == found.numbers
    names = names if is_named else tuple(f"output {index}" for index in range(found.numbers))
    said = "" if is_named else "It does not say what its outputs mean; they are called by number."
    more = "" if squashed else "Its outputs are taken as they are, for it is not known to end in probabilities."
    return tuple(Attribute(name, kind, 0.0, high) for name in names), tuple(filter(None, (said, more)))


def _last_operation(file: ModelFile, output: str) -> str:
    """The operator that gives ``output``, those passed over that only move numbers; "" where none does."""
    makers = {name: node for node in file.proto.graph.node for name in node.output}
    for _ in makers:
        node = makers.get(output)
        if node is None or node.op_type not in _PASSING or not node.input:
            return node.op_type if node else ""
        output = node.input[0]
    return ""
