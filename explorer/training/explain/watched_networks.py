"""Networks as blocks, found by watching them take one step: nothing is told of a family, everything is seen."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

import torch
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode
from torch.utils.hooks import RemovableHandle

from explorer.core.explain.explanation import LayerBlock, NetworkBlocks, Sides
from explorer.core.worlds.world_facts import WorldFacts
from explorer.training.explain.layer_words import FUNCTION_WORDS, spaced, words_of
from explorer.training.learning.family import Batch, Learner, Sequences

_PASSING = (
    nn.ReLU, nn.LeakyReLU, nn.ELU, nn.GELU, nn.SiLU, nn.Tanh, nn.Sigmoid, nn.GroupNorm, nn.LayerNorm,
    nn.modules.batchnorm._BatchNorm,
)  # fmt: skip


def watched_networks(learner: Learner, batch: Batch) -> tuple[NetworkBlocks, ...]:
    """The networks that learn, as the first step of a fresh ``learner`` calls them; it takes that step.

    What learns without being called, such as a table that is only looked up, counts in a block of its own, so that
    the totals are torch's.
    """
    watch = _Watch(learner)
    try:
        with watch:
            learner.step(batch)
    finally:
        watch.close()
    return watch.found()


def _learning(learner: Learner) -> Iterator[tuple[str, nn.Module]]:
    """Networks with weights that learn, by name; a bundle of several is taken apart."""
    for name, network in learner.networks.items():
        parts = network.items() if isinstance(network, nn.ModuleDict) else [(name, network)]
        for part, module in parts:
            if any(weight.requires_grad for weight in module.parameters()):
                yield part, module


class _Watch(TorchFunctionMode):
    """Hooks on every module, and an eye on the functions between them."""

    def __init__(self, learner: Learner) -> None:
        super().__init__()
        self._learner, self.networks = learner, dict(_learning(learner))
        self._owner: dict[int, str] = {}  # the network that a module is part of, by the module's id
        self._names: dict[int, str] = {}  # what a module is called in its network
        self._tracks: dict[str, _Track] = {}
        self._entered: set[int] = set()  # what was called from outside: the first call is what is drawn
        self._stack: list[nn.Module] = []
        self._track: _Track | None = None  # that is being written
        self._handles: list[RemovableHandle] = []
        self._counted: set[int] = set()
        for name, network in self.networks.items():
            for path, module in network.named_modules():
                self._owner.setdefault(id(module), name)
                self._names[id(module)] = path.rpartition(".")[2].replace("_", " ")
                self._handles.append(module.register_forward_pre_hook(self._on_enter, with_kwargs=True))
                self._handles.append(module.register_forward_hook(self._on_leave))

    def close(self) -> None:
        """Take the hooks away."""
        for handle in self._handles:
            handle.remove()

    def found(self) -> tuple[NetworkBlocks, ...]:
        """What was seen, network by network; what was not called stands at the end of its column."""
        columns = []
        for name, network in self.networks.items():
            track = self._tracks.get(name) or _Track(name, ())
            self._add_rest(network, track)
            columns.append(track.network())
        return tuple(columns)

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        result = func(*args, **(kwargs or {}))
        if self._track is not None and self._stack and not _is_leaf(self._stack[-1]) and isinstance(result, Tensor):
            words = FUNCTION_WORDS.get(getattr(func, "__name__", ""), "")
            if not words and _joins(func, args):
                words = "added to an earlier one"
            if words and not _holds_weights(self._stack[-1]):
                self._track.pass_through(words, _sides(result))
        return result

    def _on_enter(self, module: nn.Module, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        if not self._stack and id(module) not in self._entered:
            self._entered.update(id(each) for each in module.modules())
            name = self._owner[id(module)]
            if name not in self._tracks:
                inputs = [value for value in (*args, *kwargs.values()) if isinstance(value, Tensor)]
                self._tracks[name] = _Track(name, tuple((self._entrance(_sides(v)), _sides(v)) for v in inputs))
            self._track = self._tracks[name]
        self._stack.append(module)

    def _on_leave(self, module: nn.Module, args: tuple[Any, ...], output: Any) -> None:
        self._stack.pop()
        if self._track is not None:
            self._note(module, args, output)
        if not self._stack:
            self._track = None

    def _note(self, module: nn.Module, args: tuple[Any, ...], output: Any) -> None:
        first = next((value for value in _flat(output) if isinstance(value, Tensor)), None)
        if first is None or self._track is None or not _is_layer(module) or _is_inside_layer(self._stack):
            return
        weights, statistics = map(sum, zip(*(self._own(each) for each in module.modules()), strict=True))
        words, sides = words_of(module), _sides(first)
        if not words:
            return
        if isinstance(module, _PASSING) or not weights:
            self._track.pass_through(words, sides, weights, statistics)
        else:
            self._track.begin(
                words, sides, weights, statistics, taken=args[0] if args else None, name=self._names[id(module)]
            )

    def _entrance(self, sides: Sides) -> str:
        """What comes in with these sides."""
        task, latent = self._learner.task, self._learner.latent_size
        told = len(task.classes)
        if len(sides) != 1:
            return {3: "picture", 2: "styles"}.get(len(sides), "number")
        known = {told: "class", latent + told: "latent and class", latent: "latent"}
        return known.get(sides[0], "numbers")

    def _own(self, module: nn.Module) -> tuple[int, int]:
        """Learned numbers and running statistics that are this module's own and were not counted before."""
        weights = [p for p in module.parameters(recurse=False) if id(p) not in self._counted]
        running = [b for n, b in module.named_buffers(recurse=False) if n in ("running_mean", "running_var")]
        running = [b for b in running if id(b) not in self._counted]
        self._counted.update(id(tensor) for tensor in (*weights, *running))
        return sum(p.numel() for p in weights), sum(b.numel() for b in running)

    def _add_rest(self, network: nn.Module, track: _Track) -> None:
        for path, module in network.named_modules():
            names = [name for name, p in module.named_parameters(recurse=False) if id(p) not in self._counted]
            weights, statistics = self._own(module)
            if weights or statistics:
                name = ", ".join(names if len(names) < 3 else [spaced(path.rpartition(".")[2])])
                track.begin(f"{name.replace('_', ' ')}, beside the layers", (weights,), weights, statistics)


class _Track:
    """One column of blocks while it is written."""

    def __init__(self, name: str, entrances: tuple[tuple[str, Sides], ...]) -> None:
        self.name, self._entrances = name, entrances
        self._blocks: list[LayerBlock] = []
        self._taken: list[tuple[object, int, str]] = []  # by which blocks, and what those are called

    def begin(
        self,
        words: str,
        sides: Sides,
        parameters: int = 0,
        statistics: int = 0,
        *,
        taken: object = None,
        name: str = "",
    ) -> None:
        """A block of its own; two that take the same tensor stand beside each other, and are told by their names."""
        beside = [(place, other) for tensor, place, other in self._taken if tensor is taken]
        for place, other in beside[:1]:
            block = self._blocks[place]
            if not block.parts[0].endswith(f"({other})"):
                self._blocks[place] = replace(block, parts=(f"{block.parts[0]} ({other})", *block.parts[1:]))
        if taken is not None:
            self._taken.append((taken, len(self._blocks), name))
        self._blocks.append(LayerBlock((f"{words} ({name})" if beside else words,), sides, parameters, statistics))

    def pass_through(self, words: str, sides: Sides, parameters: int = 0, statistics: int = 0) -> None:
        """Something behind the last block, which it belongs to if the shape stays; a reshape that changes none is
        passed over."""
        last = self._blocks[-1].sides if self._blocks else (self._entrances[0][1] if self._entrances else ())
        if words in ("reshape", "flatten") and sides == last:
            return
        if not self._blocks or sides != last:
            self.begin(words, sides, parameters, statistics)
            return
        block = self._blocks[-1]
        self._blocks[-1] = LayerBlock(
            (*block.parts, words), sides, block.parameters + parameters, block.statistics + statistics
        )

    def network(self) -> NetworkBlocks:
        """The column, finished."""
        return NetworkBlocks(self.name, self._entrances, tuple(self._blocks))


def _is_leaf(module: nn.Module) -> bool:
    return next(module.children(), None) is None


def _is_layer(module: nn.Module) -> bool:
    """Whether a module is one block: it has no modules inside, or weights of its own and only small ones inside."""
    own = _holds_weights(module) and not isinstance(module, nn.Sequential)  # which only passes things on
    return all(_is_leaf(child) for child in module.children()) and (_is_leaf(module) or own)


def _is_inside_layer(stack: list[nn.Module]) -> bool:
    return bool(stack) and _is_layer(stack[-1])


def _joins(func: Any, args: tuple[Any, ...]) -> bool:
    """Whether two things of one shape are added, as around a residual connection."""
    named = getattr(func, "__name__", "") in ("add", "__add__", "__radd__", "add_")
    pair = [value for value in args[:2] if isinstance(value, Tensor)]
    return named and len(pair) == 2 and pair[0].ndim == 4 and pair[0].shape == pair[1].shape


def _holds_weights(module: nn.Module) -> bool:
    return next(module.parameters(recurse=False), None) is not None


def _sides(tensor: Tensor) -> Sides:
    return tuple(tensor.shape[1:])


def _flat(output: Any) -> Iterable[Any]:
    return output if isinstance(output, tuple | list) else (output,)


def example_batch(learner: Learner, count: int = 2) -> Batch:
    """Noise of the form of a batch, on the learner's device."""
    task = learner.task
    rng = torch.Generator().manual_seed(0)
    pictures = torch.rand((count, task.channels, task.size, task.size), generator=rng) * 2.0 - 1.0
    labels = torch.arange(count) % len(task.classes) if task.classes else None
    attributes = torch.zeros(count, len(task.columns)) if task.columns else None
    given = pictures.flip(3) if learner.translations(pictures.to(task.device)) is not None else None
    found = (pictures, labels, attributes, given)
    batch = Batch(*(None if each is None else each.to(task.device) for each in found))  # type: ignore[arg-type]
    return replace(batch, sequences=example_sequences(learner.world, count)) if learner.world else batch


def example_sequences(world: WorldFacts, count: int, length: int = 4) -> Sequences:
    """Noise of the form of sequences; nothing ends in them."""
    rng = torch.Generator().manual_seed(1)
    codes = torch.randn(count, length + 1, world.latent, generator=rng)
    actions = torch.rand(count, length, len(world.actions), generator=rng) * 2.0 - 1.0
    rewards, none = torch.randn(count, length, generator=rng), torch.zeros(count, length)
    return Sequences(codes[:, :-1], codes[:, 1:], torch.ones(count, length), none, actions, rewards, none)
