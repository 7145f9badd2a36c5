"""A world model, open: pictures become latents, a dream goes on from them step by step, a controller may drive.

A dream knows no picture: its state is a latent and what the network remembers, and each step draws the next one.
``temperature`` says how much is left to chance: near 0 the likeliest happens, beyond 1 the dream grows wild. All chance
is drawn from a seed, so that the same seed and actions give the same dream.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from explorer.core.inference.engine import Engine
from explorer.core.inference.generator import Generator
from explorer.core.inference.perception import Encoder
from explorer.core.inference.providers import Device, open_session
from explorer.core.models.inspection import examine
from explorer.core.models.model import CONTROLLER, DREAM, model_files
from explorer.core.models.policy import read_model
from explorer.core.problem import Problem
from explorer.core.worlds.world_facts import ACTION, NOISE, STATE, TEMPERATURE, WorldFacts

State = NDArray[np.float32]
Numbers = NDArray[np.float32]

LOWEST, HIGHEST = 0.01, 3.0
"""The temperatures that can be asked for."""


class Dream:
    """An open world model. Whoever opened it closes it.

    Attributes
    ----------
    facts : WorldFacts
        Its actions, its pace, and the parts of a state.
    generator : Generator
        What paints a state's latent.
    has_controller : bool
        Whether there is somebody who drives.
    """

    def __init__(self, folder: Path, device: Device = "cpu", *, trusted: bool = False) -> None:
        files = model_files(folder)
        if not (folder / DREAM).is_file() or files.encoder is None:
            raise Problem(f"{files.name} does not dream: it lacks {DREAM} or an encoder.", "Choose a world model.")
        self.folder = folder
        self._dream, self.facts = _engine(folder / DREAM, "dream", device, trusted)
        controller = folder / CONTROLLER
        self._controller = _engine(controller, "controller", device, trusted)[0] if controller.is_file() else None
        self.has_controller = self._controller is not None
        self.generator = Generator.open(files.generator, device, trusted=trusted)
        self._encoder = Encoder.open(files.encoder, device, trusted=trusted)
        if self.generator.card.latent_size != self.facts.latent:
            sizes = f"latents of {self.generator.card.latent_size}, its dream of {self.facts.latent}"
            self.close()
            raise Problem(f"The generator of {files.name} paints {sizes}.", "Export them again from one run.")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_how: object) -> None:
        self.close()

    def close(self) -> None:
        """Let all sessions go. May be called again."""
        for part in (self._dream, self._controller, self.generator, getattr(self, "_encoder", None)):
            if part is not None:
                part.close()

    def begun(self, pictures: NDArray[np.uint8]) -> State:
        """States (N, S) that begin with these pictures (N, H, W, C), and remember nothing."""
        found = np.zeros((len(pictures), self.facts.size), np.float32)
        found[:, : self.facts.latent] = self._encoder.latents(pictures)
        if self.facts.begun:
            found[:, -1] = 1.0
        return found

    def seen(self, state: State, pictures: NDArray[np.uint8]) -> State:
        """The states, but with what is really seen in the place of what was dreamt: awake."""
        found = state.copy()
        found[:, : self.facts.latent] = self._encoder.latents(pictures)
        return found

    def step(
        self, state: State, actions: Numbers, noise: Numbers, temperature: float = 1.0
    ) -> tuple[State, Numbers, NDArray[np.bool_]]:
        """The next states (N, S), the rewards (N,) and whether it is over (N,).

        Parameters
        ----------
        state : (N, S) float32
        actions : (N, A)
            Cut to their ranges.
        noise : (N, 2 latent) float32
            As `chance` draws it.
        temperature : float

        Raises
        ------
        Problem
            Actions do not fit, or the dream runs to what is no number.
        """
        feeds = {
            STATE: state,
            ACTION: self._fitting(actions, len(state)),
            NOISE: noise,
            TEMPERATURE: np.full((len(state), 1), np.clip(temperature, LOWEST, HIGHEST), np.float32),
        }
        found = self._dream.run({name: np.ascontiguousarray(value, np.float32) for name, value in feeds.items()})
        if not np.isfinite(found).all():
            raise Problem(
                "The dream has reached values that are not numbers.", "Wake up, and dream from another frame."
            )
        return found[:, :-2], found[:, -2], found[:, -1] > 0.0

    def _fitting(self, actions: Numbers, count: int) -> Numbers:
        wanted = (count, len(self.facts.actions))
        if actions.shape != wanted or not np.isfinite(actions).all():
            given = " x ".join(str(size) for size in actions.shape)
            raise Problem(
                f"This world takes {wanted[1]} numbers for each of {count} states, not {given}.",
                f"Its actions are: {', '.join(action.name for action in self.facts.actions)}.",
            )
        return np.clip(actions, [a.low for a in self.facts.actions], [a.high for a in self.facts.actions])

    def chance(self, count: int, draw: np.random.RandomState) -> Numbers:
        """What a step leaves to chance, for ``count`` states: which component (0 to 1), and where in it (normal)."""
        size = self.facts.latent
        return np.concatenate([draw.random_sample((count, size)), draw.standard_normal((count, size))], 1).astype("f4")

    def steered(self, state: State) -> Numbers:
        """What the controller does in these states, (N, A).

        Raises
        ------
        Problem
            There is no controller.
        """
        if self._controller is None:
            raise Problem(f"{self.folder.name} has no controller.", "Drive yourself, or train one.")
        return self._controller.run({STATE: np.ascontiguousarray(state, np.float32)})

    def latents(self, state: State) -> Numbers:
        """The latents of states, (N, latent): each is that of a scene."""
        return state[:, : self.facts.latent]

    def pictures(self, state: State) -> NDArray[np.uint8]:
        """What is seen in these states, (N, H, W, C)."""
        found: NDArray[np.uint8] = self.generator.pictures(np.ascontiguousarray(self.latents(state)))
        return found


def _engine(path: Path, kind: str, device: Device, trusted: bool) -> tuple[Engine, WorldFacts]:
    file = read_model(path)
    found = examine(file, trusted=trusted)
    if found.kind != kind or found.card.world is None:
        raise Problem(f"{path.name} is not a {kind}.", "Export it again.")
    model: Any = file.proto.SerializeToString()
    return Engine(open_session(model, device), path.name), found.card.world
