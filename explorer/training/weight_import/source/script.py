"""A file followed from its first line to its last, for what it defines: classes, settings, and networks made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from explorer.core.problem import Problem
from explorer.training.weight_import.source.following.interpreter import Machine
from explorer.training.weight_import.source.following.limits import NotFollowedError
from explorer.training.weight_import.source.following.reading import Source, read_source
from explorer.training.weight_import.source.following.source_tensors import size_of
from explorer.training.weight_import.source.following.source_values import Scope, SourceClass
from explorer.training.weight_import.source.following.watching import TensorWatch

_MOST_NEIGHBOURS = 8
_MOST_NUMBERS = 2**27  # in all tensors that are made before a network paints
_HINT = "Open the weights without this source, or export the network to ONNX."


class Script:
    """What a file defines.

    Attributes
    ----------
    source : Source
    machine : Machine
    scope : Scope
        Its names.

    Parameters
    ----------
    source : Source
    constants : mapping of str to object
        Values that names of the file and options of its command line are to have instead of their own.
    folder : Path, optional
        Where other files of the same program may lie.

    Raises
    ------
    Problem
        It asks for too much.
    """

    def __init__(self, source: Source, constants: Mapping[str, Any] | None = None, folder: Path | None = None) -> None:
        self.source, self._folder = source, folder
        self.machine = Machine(dict(constants or {}))
        self.machine.draw = _drawn
        self.machine.neighbour = self._neighbour
        self._neighbours: dict[str, Scope | None] = {}
        self.scope = Scope(source)
        self._follow(self.scope)

    @property
    def classes(self) -> tuple[SourceClass, ...]:
        """The networks that it defines, in their order; those of neighbours that it names, too."""
        found = [value for value in self.scope.names.values() if isinstance(value, SourceClass) and value.is_network]
        return tuple(dict.fromkeys(found))

    @property
    def networks(self) -> dict[str, nn.Module]:
        """Networks that it makes of layers of torch alone, by their names."""
        return {n: v for n, v in self.scope.names.items() if isinstance(v, nn.Sequential) and len(v._modules) > 1}

    def built(self, kind: SourceClass, given: tuple[Any, ...], named: Mapping[str, Any]) -> nn.Module:
        """A network of a class, its weights without memory; raises `NotFollowedError`."""
        with self.machine.strictly(builds=True), TensorWatch(most=_MOST_NUMBERS), torch.no_grad():
            made: nn.Module = self.machine.call(kind, given, dict(named))
        return made

    zeros = staticmethod(lambda name, given, named: _drawn(name, given, named))

    def _follow(self, scope: Scope) -> None:
        self.machine.tolerant = True
        try:
            with TensorWatch(most=_MOST_NUMBERS), torch.no_grad():
                self.machine.execute(scope.source.tree.body, scope)
        except NotFollowedError as error:
            raise told(error) from None
        finally:
            self.machine.tolerant = False

    def _neighbour(self, module: str) -> Scope | None:
        """The names of another file in the same folder."""
        parts = module.split(".")
        if self._folder is None or not all(part.isidentifier() for part in parts):
            return None
        if module not in self._neighbours:
            self._neighbours[module] = None
            path = self._folder.joinpath(*parts).with_suffix(".py")
            if path.is_file() and sum(scope is not None for scope in self._neighbours.values()) < _MOST_NEIGHBOURS:
                self._neighbours[module] = scope = Scope(read_source(path))
                self.machine.execute(scope.source.tree.body, scope)
        return self._neighbours[module]


def told(error: NotFollowedError) -> Problem:
    """What could not be followed, in words, with the line."""
    if error.place is None:
        return Problem(f"The source {error.why}.", _HINT)
    name, number, line = error.place
    return Problem(f"{name}, line {number}, {error.why}: {line}", _HINT)


def _drawn(name: str, given: tuple[Any, ...], named: dict[str, Any]) -> Tensor:
    """What a file draws at random while it is followed: noughts of the same size, for nothing depends on them."""
    if name.endswith("_like") and isinstance(given[0], Tensor):
        return torch.zeros_like(given[0])
    sizes: Any = named.get("size", given)
    if name.endswith((".normal", ".uniform", ".randint", ".choice")) and "size" not in named:
        sizes = given[-1:]
    return torch.zeros(size_of(sizes if isinstance(sizes, Sequence) else (sizes,)))
