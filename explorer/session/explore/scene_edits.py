"""The moves of an explorer: every way the user changes the scene, whatever control it comes from."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from explorer.core.models.card import ModelCard
from explorer.core.rendering import latents
from explorer.core.rendering.dimensions import Dimension
from explorer.core.rendering.latents import Latent
from explorer.core.rendering.scene import Scene
from explorer.session.document import Document
from explorer.session.explore.axis_edits import AxisEdits
from explorer.session.explore.condition_edits import ConditionEdits
from explorer.session.explore.style_edits import BAKE_IN, StyleEdits

if TYPE_CHECKING:
    from explorer.core.inference.text_network import TextNetwork

NEW_SAMPLE, TRUNCATE, CHANGE_CLASS = "New sample", "Truncate", "Change the class"
SAY = "Say"
RESET_DIRECTIONS = "Reset the directions"
_FIRST_SEEDS = 1000
_LARGEST_VALUE = 1e6
_LARGEST_STRENGTH = 1e3  # what a scene may say


class SceneEdits:
    """Turns intentions into edits of the document, for the model that is open.

    Attributes
    ----------
    card : ModelCard
        Of the open model: how large its latent is, from which prior, and which classes it has.
    axes : AxisEdits
        Those along axes of the latent, where the open model has such.
    styles : StyleEdits
        Those in W, where the open model has one.
    text : TextNetwork or None
        What makes a part of the latent of sentences, where the open model takes some.
    conditions : ConditionEdits
        Those of noise and of where the content lies, where the open model has such.
    """

    def __init__(self, document: Document) -> None:
        self.document = document
        self.card = ModelCard()
        self.axes = AxisEdits(document)
        self.styles = StyleEdits(document)
        self.conditions = ConditionEdits(document)
        self.text: TextNetwork | None = None
        self._locked: dict[str, frozenset[int]] = {}  # by the hash of the model

    @property
    def locked(self) -> frozenset[int]:
        """Dimensions of this model that samples, walks, neighbours and resets leave where they are."""
        return self._locked.get(self.document.scene.model, frozenset())

    @locked.setter
    def locked(self, dimensions: frozenset[int]) -> None:
        whole = (one for one in self.card.dimensions if one.start in dimensions)  # a choice is locked by its first
        hidden = {number for one in self.card.dimensions for number in range(one.start + 1, one.start + one.size)}
        kept = {number for one in whole for number in range(one.start, one.start + one.size)}
        self._locked[self.document.scene.model] = dimensions - hidden | kept

    def first_scene(self, model: str, name: str, seed: int | None = None) -> Scene:
        """The scene that a model is shown with when it opens: a sample, of its first class.

        Parameters
        ----------
        model, name : str
            Its hash, and what it is called.
        seed : int or None
            None for one of those that its card praises, or any where it praises none.
        """
        card = self.card
        if seed is None:
            seed = random.choice(card.seeds or range(_FIRST_SEEDS))
        z = latents.sample(seed, card.latent_size, card.prior)
        label = 0 if card.classes else None
        return Scene(model=model, model_name=name, z=z, label=label, seed=seed, truncation=card.truncation)

    def new_sample(self) -> None:
        """Go to a point of the prior where nobody has been."""
        self.sample(latents.fresh_seed())

    def sample(self, seed: int) -> None:
        """Go to the sample of ``seed``."""
        drawn = self.document.scene.keeping_said(latents.sample(seed, self.card.latent_size, self.card.prior))
        z = self._with_locks(drawn)
        self.document.edit(NEW_SAMPLE, z=z, seed=seed if np.array_equal(z, drawn) else None)

    def set_value(self, dimension: int, value: float, gesture: int = -1) -> None:
        """Put one dimension of the latent to ``value``; what is no number, or absurdly large, is ignored."""
        z = self.document.scene.z.copy()
        if not abs(value) <= _LARGEST_VALUE or z[dimension] == np.float32(value):  # "not": NaN is refused too
            return
        z[dimension] = value
        self.document.edit(f"Move z{dimension}", gesture=gesture, z=z, seed=None)

    def reset_one(self, dimension: int) -> None:
        """Put one dimension of the latent to the prior's mean, locked or not."""
        back = latents.middle(self.document.scene.z.size, self.card.prior)
        named = next((one for one in self.card.dimensions if one.choices and one.start == dimension), None)
        if named is None:
            self.set_value(dimension, float(back[dimension]))
        else:
            self.set_numbers(named, back[named.place])

    def set_numbers(self, dimension: Dimension, numbers: Latent) -> None:
        """Put a named dimension of the latent, all of its numbers, to those of a choice, say."""
        z = self.document.scene.z.copy()
        if np.array_equal(z[dimension.place], numbers):
            return
        z[dimension.place] = numbers
        self.document.edit(f"Choose {dimension.name}", z=z, seed=None)

    def reset_all(self) -> None:
        """Go to the prior's mean in every dimension that is not locked."""
        self.go_to(latents.middle(self.document.scene.z.size, self.card.prior), "Reset the latent")

    def say(self, sentence: str, gesture: int = -1) -> None:
        """Say a sentence to a model that takes some: nothing else of the latent changes.

        Raises
        ------
        Problem
            The sentence is too long, or the model knows no word of it.
        """
        scene = self.document.scene
        if self.text is None:
            return
        from explorer.core.text.vocabulary import sentence_of

        if sentence_of(sentence) != scene.sentence:
            after = self.text.said(scene, sentence)
            self.document.edit(SAY, gesture=gesture, z=after.z, said=after.said)

    def set_label(self, label: int) -> None:
        """Draw the class ``label``."""
        if label != self.document.scene.label:
            self.document.edit(CHANGE_CLASS, label=label)

    def set_truncation(self, psi: float, gesture: int = -1) -> None:
        """Keep the latent ``psi`` of the way from the prior's mean."""
        if psi != self.document.scene.truncation:
            self.document.edit(TRUNCATE, gesture=gesture, truncation=psi)

    def set_strength(self, name: str, alpha: float, gesture: int = -1) -> None:
        """Go ``alpha`` standard deviations of the prior along the direction ``name``; 0 takes it off."""
        used = dict(self.document.scene.directions)
        if not abs(alpha) <= _LARGEST_STRENGTH or used.get(name, 0.0) == alpha:  # "not": NaN is refused too
            return
        used[name] = alpha
        pairs = tuple(pair for pair in used.items() if pair[1] != 0.0)
        self.document.edit(f"Apply {name}", gesture=gesture, directions=pairs)

    def reset_strengths(self) -> None:
        """Take every direction off; channels of StyleSpace have a list of their own."""
        from explorer.core.inference.style_space import channel_named

        used = self.document.scene.directions
        left = tuple(pair for pair in used if channel_named(pair[0]) is not None)
        if left != used:
            self.document.edit(RESET_DIRECTIONS, directions=left)

    def bake_in(self, directions: Mapping[str, Latent]) -> None:
        """Make what the directions did part of the latent: the same picture, with nothing applied to it.

        The truncation is made part of it too, as directions count from the truncated latent.

        Parameters
        ----------
        directions : mapping of str to (latent_size,) float32
            What their names mean.

        Raises
        ------
        Problem
            One of the scene's is not among them.
        """
        from explorer.core.rendering.renderer import effective_latent

        scene = self.document.scene
        if scene.directions and self.card.styles:
            self.styles.bake_in()
        elif scene.directions:
            z = effective_latent(scene, directions, self.card.prior)
            self.document.edit(BAKE_IN, z=z, truncation=1.0, seed=None, directions=())

    def go_to(self, z: Latent, label: str, gesture: int = -1) -> None:
        """Go to ``z``, but for what is locked."""
        self.document.edit(label, gesture=gesture, z=self._with_locks(z), seed=None)

    def around(self, spread: float, seed: int) -> tuple[Scene, ...]:
        """Eight scenes around the current one."""
        from explorer.core.rendering.walks import neighbours

        scene = self.document.scene
        points = neighbours(scene.z, spread, seed, 8, self.card.prior)
        return tuple(replace(scene, z=self._with_locks(z.copy()), seed=None) for z in points)

    def _with_locks(self, z: Latent) -> Latent:
        here = self.document.scene.z
        held = [dimension for dimension in self.locked if dimension < min(z.size, here.size)]
        if held:
            z = z.copy()
            z[held] = here[held]
        return self.axes.with_locks(z)
