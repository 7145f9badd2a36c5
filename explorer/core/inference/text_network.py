"""The network of sentences of a model: words in, the part of the latent that they stand for out.

It is the one place where a sentence becomes numbers, always on the CPU and one sentence at a time, so that the window
and the command line come to the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from explorer.core.inference.engine import Engine
from explorer.core.inference.providers import open_session
from explorer.core.models.graph import ModelFile
from explorer.core.models.inspection import Inspection, examine
from explorer.core.models.policy import read_model
from explorer.core.problem import Problem
from explorer.core.rendering.dimensions import Dimension, text_of
from explorer.core.rendering.latents import Latent
from explorer.core.rendering.said import Said
from explorer.core.rendering.scene import Scene
from explorer.core.text.vocabulary import sentence_of


class TextNetwork:
    """An open network of sentences. Any thread may use it; whoever opened it closes it.

    Attributes
    ----------
    name : str
    vocabulary : Vocabulary
    dimension : Dimension
        Which part of the latent a sentence is.
    """

    def __init__(self, file: ModelFile, inspection: Inspection, dimension: Dimension) -> None:
        found, known = inspection, inspection.card.vocabulary
        if found.kind != "text" or known is None:
            raise Problem(f"{file.path.name} is not a network of sentences.", "Export it again.")
        given = found.outputs[0].shape[1]
        if given != dimension.size:
            what = f"{file.path.name} makes {given} numbers from a sentence; its generator takes {dimension.size}."
            raise Problem(what, "Take both from one export.")
        self.name, self.vocabulary, self.dimension = file.path.name, known, dimension
        self._input = file.inputs[0].name
        self._engine = Engine(open_session(file.proto.SerializeToString(), "cpu"), self.name)

    @classmethod
    def open(cls, path: Path, dimensions: Sequence[Dimension], *, trusted: bool = False) -> TextNetwork:
        """The network in an ONNX file, for a generator with these dimensions.

        Raises
        ------
        Problem
            It cannot be read, is refused, is none, or the generator takes no sentence.
        """
        dimension = text_of(dimensions)
        if dimension is None:
            raise Problem("Its generator takes no sentence.", "Take both from one export.")
        file = read_model(path)
        return cls(file, examine(file, trusted=trusted), dimension)

    def condition(self, sentence: str) -> Latent:
        """What a sentence is as a part of the latent, (size,) float32; of one that says nothing, 0.

        Raises
        ------
        Problem
            It is too long, or no word of it is known.
        """
        tokens = self.vocabulary.tokens(sentence)
        (found,) = self._engine.run({self._input: tokens[None]})
        numbers: Latent = np.asarray(found, np.float32)
        if not np.isfinite(numbers).all():
            raise Problem(
                f"{self.name} could not turn the sentence into numbers.", "Its weights may be damaged; export it again."
            )
        return numbers

    def said(self, scene: Scene, sentence: str) -> Scene:
        """``scene`` saying a sentence, and nothing else of it changed; "" takes back what it says.

        Raises as `condition` does.
        """
        sentence, place = sentence_of(sentence), self.dimension.place
        z = scene.z.copy()
        z[place] = self.condition(sentence)
        said = Said(sentence, self.dimension.start, z[place]) if sentence else None
        return replace(scene, z=z, said=said)

    def close(self) -> None:
        """Waits for what is running, then lets the session go."""
        self._engine.close()
