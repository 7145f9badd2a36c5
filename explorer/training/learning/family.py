"""What a family of models is, and the small contract that its learner keeps with the training loop."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import numpy as np
import torch
from numpy.typing import NDArray
from onnx import ModelProto
from torch import Tensor, nn

from explorer.core.models.attribute import Attribute
from explorer.core.photos.pupils import Pupils
from explorer.core.problem import Problem
from explorer.core.rendering.dimensions import Dimension
from explorer.core.rendering.latents import Prior
from explorer.core.rendering.named_prior import prior_of
from explorer.core.sampling.schedules import Schedule
from explorer.core.text.vocabulary import Vocabulary
from explorer.core.worlds.world_facts import WorldFacts
from explorer.training.distributed.reductions import average_gradients
from explorer.training.explain.family_explanation import FamilyExplanation
from explorer.training.learning.attribute_columns import AttributeColumn
from explorer.training.learning.ema import follow


@dataclass(frozen=True)
class TrainingTask:
    """What a learner is told about the data and the run.

    Attributes
    ----------
    size, channels : int
        Height (and width) of a picture in pixels, and 1 (grey) or 3 (RGB).
    classes : tuple of str
        Class names by index; empty where the data has none.
    steps : int
        How many steps the run is planned for; schedules look at it.
    device : torch.device
        Where the networks live.
    columns : tuple of Column
        The attributes of the pictures, for a family that learns them; else empty.
    pupils : ((x, y), (x, y)) or None
        Where the pupils lie in every picture, as shares of its sides; None where they are not faces so aligned.
    """

    size: int
    channels: int
    classes: tuple[str, ...] = ()
    steps: int = 1
    device: torch.device = field(default_factory=lambda: torch.device("cpu"))
    columns: tuple[AttributeColumn, ...] = ()
    pupils: Pupils | None = None


@dataclass(frozen=True)
class Batch:
    """One step's worth of data.

    Attributes
    ----------
    pictures : (B, C, H, W) float32, -1 to 1
    labels : (B,) int64 or None
        Class indices; -1 where unknown.
    attributes : (B, A) float32 or None
        What is known of each picture, a column for each of ``TrainingTask.columns``; NaN where unknown. None for a
        family that does not learn them.
    given : (B, C, H, W) float32, -1 to 1, or None
        What each picture is to be painted from; None for a family that is given nothing.
    sequences : Sequences or None
        For a family that learns what follows what: ``pictures`` then count the sequences and hold nothing.
    """

    pictures: Tensor
    labels: Tensor | None = None
    attributes: Tensor | None = None
    given: Tensor | None = None
    sequences: Sequences | None = None


@dataclass(frozen=True)
class Sequences:
    """Frames in a row: B sequences of T.

    Attributes
    ----------
    codes, following : (B, T, d) float32
        Latents of the frames, and of the frames after them.
    goes_on, begins : (B, T) float32
        Whether there is a frame after it, and whether it is the first of its episode: 1 or 0.
    actions : (B, T, A) float32
    rewards, ends : (B, T) float32
        What came of the actions.
    """

    codes: Tensor
    following: Tensor
    goes_on: Tensor
    begins: Tensor
    actions: Tensor
    rewards: Tensor
    ends: Tensor


@dataclass(frozen=True)
class Measure:
    """What the bits of a likelihood or a surprise are; its fields are those of a `ModelCard`.

    Attributes
    ----------
    measures : str
        ``exact``, or a ``bound`` above what is exact.
    measure_samples : int
        How many random draws a bound is a mean of; they are constants of the module. 0 where none are drawn.
    levels : int
        How many values each number of a picture can have, for these bits.
    """

    measures: Literal["exact", "bound"] = "exact"
    measure_samples: int = 0
    levels: int = 256


@dataclass(frozen=True)
class NetworkExport:
    """One network to write as ONNX.

    Attributes
    ----------
    module : nn.Module
        In evaluation mode; takes the ``inputs``, gives one tensor.
    inputs : mapping of str to Tensor
        Example inputs with a batch of two, by ONNX input name.
    output : str
        Name of the ONNX output.
    graph : callable (module) -> ModelProto, optional
        What writes it, where that is not for torch's exporter to do: with these inputs and this output.
    measure : Measure or None
        Of a ``likelihood`` (``picture``, perhaps ``label``, to ``bits`` (N,): bits per dimension) or a ``surprise``
        (the same to ``surprise`` (N, 1, H, W): bits of each pixel, all channels together), which cannot do without.
    examples : mapping of str to Tensor
        What to compare the graph with torch at, five of an input: for a network that noise would take too far.
    is_halved : bool
        Whether its large weights are written with half the digits (see `with_half_weights`).
    takes : str
        Of a ``translator``: what it takes, in words, for its card.
    """

    module: nn.Module
    inputs: Mapping[str, Tensor]
    output: str
    graph: Callable[[Any], ModelProto] | None = None
    measure: Measure | None = None
    examples: Mapping[str, Tensor] = field(default_factory=dict)
    is_halved: bool = False
    takes: str = ""


class Learner(ABC):
    """The networks of one run and how one step improves them.

    A subclass puts everything that must survive a stop into ``networks`` (weights, buffers, moving averages)
    and ``optimizers``; it draws every random number from ``rng``. The training loop saves exactly these.

    Several processes may train one model. A step is written as for one, and sees the whole batch: while it lasts, they
    share the work of ``networks`` and ``fixed`` among them (`explorer.training.distributed.sharing`). So what these
    give for one row must not depend on the others (but for batch norm), and they learn by `descend`.

    Attributes
    ----------
    latent_size : int
        Dimensions of the latents that it makes pictures of; 0 where it makes none.
    distribution : str
        Their prior, as on a `ModelCard`.
    classes : tuple of str
        What labels of its pictures mean, by index: those of the data, unless it finds its own; its `class_shares` say
        then how common they are.
    dimensions : tuple of Dimension
        The parts of the latent that have names, as on a `ModelCard`.
    fixed : list of nn.Module
        Finished networks that it uses; they do not learn and are not saved.
    schedule : DiffusionSchedule, RasterSchedule or None
        In which order its ``step`` paints; None where it does not paint in steps.
    world : WorldFacts or None
        What its ``dream`` or ``controller`` is about; None where it has neither.
    vocabulary : Vocabulary or None
        The words that its ``text`` network knows; None where it has none.
    companions : tuple of Path
        Finished networks that are copied beside what it exports.
    uncut : dict of str to Tensor
        For each optimiser whose gradient was cut to a length, the 2-norm that it had before.
    """

    latent_size = 0
    distribution = "normal"
    schedule: Schedule | None = None
    dimensions: tuple[Dimension, ...] = ()
    world: WorldFacts | None = None
    vocabulary: Vocabulary | None = None
    companions: tuple[Path, ...] = ()

    def __init__(self, task: TrainingTask, seed: int) -> None:
        self.task, self.classes = task, task.classes
        self.networks: dict[str, nn.Module] = {}
        self.optimizers: dict[str, torch.optim.Optimizer] = {}
        self.fixed: list[nn.Module] = []
        self.rng = torch.Generator(task.device).manual_seed(seed)
        self.done_steps = 0
        self.uncut: dict[str, Tensor] = {}

    @property
    def prior(self) -> Prior:
        """How its latents are drawn."""
        return prior_of(self.latent_size, self.distribution, self.dimensions)

    @property
    def class_shares(self) -> tuple[float, ...]:
        """How common each of its own classes is, in all 1; empty where they are those of the data."""
        return ()

    @abstractmethod
    def step(self, batch: Batch) -> dict[str, Tensor]:
        """Learn from one batch; the losses by name, detached scalars left on the device."""

    @abstractmethod
    def exports(self) -> dict[str, NetworkExport]:
        """The networks worth keeping: ``generator``, ``encoder``, ``critic``, ``classifier``, ``text``: what there is.

        A style-based generator has a ``mapping`` too; what paints in steps has one ``step``. What gives pictures a
        likelihood has a ``likelihood``, which is the same figure as `bits_per_dimension`, and perhaps a ``surprise``.
        """

    def encoded_frames(self, pictures: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Latents (N, d) of all frames (N, H, W, C) of a recording, for a family that learns of sequences."""
        raise Problem("This family does not learn from frames in a row.", "Please report this.")

    def origins(self) -> dict[str, nn.Module]:
        """What among its ``networks`` begins with the weights of an exported network, by the names of `exports`."""
        return {name: export.module for name, export in self.exports().items()}

    def pictures(self, z: Tensor, labels: Tensor | None = None) -> Tensor | None:
        """What the model makes of latents (N, d): pictures (N, C, H, W), -1 to 1, without gradients.

        None where it makes none; its ``latent_size`` is 0 then.
        """
        return None

    def reconstructions(self, pictures: Tensor) -> Tensor | None:
        """Pictures (N, C, H, W) through encoder and generator; None where there is no encoder."""
        return None

    def translations(self, given: Tensor) -> Tensor | None:
        """What it paints from what it is given, (N, C, H, W) both, without gradients; None if it is given nothing."""
        return None

    def codes(self, pictures: Tensor, labels: Tensor | None = None) -> Tensor | None:
        """Latents (N, d) of pictures (N, C, H, W), as the generator takes them, without gradients.

        None where pictures cannot be encoded. Those of more than 256 dimensions give the axes of an exported model.
        """
        encoder = self.exports().get("encoder")
        if encoder is None or set(encoder.inputs) != {"picture"}:
            return None
        with torch.no_grad():
            found: Tensor = encoder.module.eval()(pictures)
        return found

    def raw_and_fitted(self, z: Tensor) -> tuple[Tensor, Tensor] | None:
        """Pictures of draws z (N, d) of N(0, I) taken for raw codes, and for draws of the Gaussian fitted to those.

        None where latents are not raw codes of pictures.
        """
        return None

    def bits_per_dimension(self, pictures: Tensor, labels: Tensor | None = None) -> Tensor | None:
        """What the model spends on a value of each picture (N, C, H, W) of steps of 1/255, at most: (N,) bits.

        The negative log-likelihood, or a bound on it. None for a model that gives pictures no likelihood.
        """
        return None

    def told(self) -> tuple[Attribute, ...]:
        """What the outputs of its ``classifier`` mean, one by one; empty where it has none."""
        return ()

    def shares(self, attributes: NDArray[np.float32]) -> NDArray[np.int64]:
        """How often each of M pictures appears in an epoch, (M,), judged by what is known of them, (M, A)."""
        return np.ones(len(attributes), np.int64)

    def sample(self, count: int) -> Tensor:
        """``count`` latents of the prior, (count, d) float32 on the device."""
        is_uniform = self.distribution == "uniform"
        draw = torch.rand if is_uniform else torch.randn
        z = draw((count, self.latent_size), generator=self.rng, device=self.rng.device)
        return z * 2.0 - 1.0 if is_uniform else z

    def set_rate(self, rate: float, **more: object) -> None:
        """Let all optimisers go by this learning rate, and other settings of theirs, from here on."""
        for optimizer in self.optimizers.values():
            for group in optimizer.param_groups:
                group.update(more, lr=rate)

    def follow(self, average: nn.Module, network: nn.Module, count: int, half_life: int, turns: int = 1) -> None:
        """Move ``average`` towards a network that learns from ``count`` pictures every ``turns`` steps."""
        seen = (self.done_steps // turns + 1) * count
        follow(average, network, seen=seen, batch_size=count, half_life=half_life)

    def descend(self, name: str, loss: Tensor, longest: float | None = None) -> None:
        """One step of the optimiser ``name`` down a loss.

        Parameters
        ----------
        loss : Tensor
            A scalar, of the whole batch.
        longest : float or None
            The 2-norm that the gradient is cut to; None leaves it as it is.
        """
        optimizer = self.optimizers[name]
        optimizer.zero_grad(set_to_none=True)
        torch.autograd.backward(loss)
        average_gradients(optimizer)
        if longest is not None:
            weights = [weight for group in optimizer.param_groups for weight in group["params"]]
            self.uncut[name] = nn.utils.clip_grad_norm_(weights, longest, foreach=True)
        optimizer.step()


@dataclass(frozen=True)
class Family:
    """One kind of model that can be trained.

    Attributes
    ----------
    key, title : str
        The word on the command line, and the name in the window.
    summary : str
        One sentence that says what this family is good for.
    config : type
        A frozen dataclass whose fields are knobs; it has ``batch_size`` and ``mirror``.
    learner : callable (config, task, seed) -> Learner
    learns_attributes : bool
        Whether it learns what is known of the pictures: it cannot do without, and is given it.
    needs_classes : bool
        Whether it is told the classes of the pictures, and cannot do without.
    needs_pupils : bool
        Whether it is told where the pupils lie in every picture, and cannot do without.
    given : callable (config) -> str
        What is to be made of each picture for it to be painted from, as `explorer.training.pairing.Givens` takes it; ""
        where it is given nothing.
    sequence : callable (config) -> int
        Of how many frames in a row of a recording it learns; 0 where it learns of single pictures.
    scores : callable (config) -> str
        What its critic's scores mean: ``logistic`` where their sigmoid is a probability, ``relative`` where that of
        their difference is, else "".
    explained : FamilyExplanation or None
        Its objective, what a healthy run looks like, and its papers.
    group : str
        Among which families it is listed, such as ``GANs``.
    good_at : str
        In a few words what one would choose it for; "" where nothing is said.
    """

    key: str
    title: str
    summary: str
    config: type
    learner: Callable[[Any, TrainingTask, int], Learner]
    learns_attributes: bool = False
    needs_classes: bool = False
    needs_pupils: bool = False
    given: Callable[[Any], str] = lambda _config: ""
    sequence: Callable[[Any], int] = lambda _config: 0
    scores: Callable[[Any], str] = lambda _config: ""
    explained: FamilyExplanation | None = None
    group: str = "Others"
    good_at: str = ""
