"""Watches what torch does for a source: refuses what grows too large before it is made, and notes what matters.

Every operation is first tried on tensors without memory. Between which values the result of the last activation lies,
and which tensors stem from a class, is followed through operations that only move numbers.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves, tree_map

from explorer.training.weight_import.source.following.limits import NotFollowedError, TooMuchError
from explorer.training.weight_import.source.vocabulary import words

_MOST_NUMBERS = 2**27
_MOST_IN_ALL = 2**33
_MOVES = words(
    "view reshape _unsafe_view squeeze unsqueeze permute transpose t expand slice select clone contiguous",
    "pixel_shuffle flatten detach alias _reshape_alias cat _to_copy to as_strided upsample_nearest2d unbind split",
    "stack lift_fresh reflection_pad2d replication_pad2d chunk narrow repeat upsample_bilinear2d index_select",
    "view_copy",
)
_RANGES = {
    "tanh": (-1.0, 1.0),
    "sigmoid": (0.0, 1.0),
    "_softmax": (0.0, 1.0),
    "tanh_": (-1.0, 1.0),
    "sigmoid_": (0.0, 1.0),
}
_CLAMPS = frozenset(("clamp", "hardtanh", "clamp_", "hardtanh_"))
_LOOKS = {"embedding": (0, 1, 0), "index": (0, 1, 0), "scatter": (0, 2, 1), "scatter_": (0, 2, 1)}
"""Where a table and what is looked up in it lie among the arguments, and which axis of the table counts."""

Range = tuple[float, float]


class TensorWatch(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Watches while it is entered.

    Attributes
    ----------
    ranges : dict of int to (float, float)
        By the identity of tensors, between which values they lie, where an activation says so.
    tables : list of int
        How many entries those tables have in which a class was looked up.
    """

    def __init__(self, label: Tensor | None = None, most: int = _MOST_IN_ALL) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.ranges: dict[int, Range] = {}
        self.tables: list[int] = []
        self._labels = set() if label is None else {id(label)}
        self._kept: list[Tensor] = []  # so that no other tensor gets the identity of one that was watched
        self._numbers, self._most = 0, most

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        kwargs = kwargs or {}
        name = func.overloadpacket.__name__
        if name in ("_local_scalar_dense", "is_nonzero", "item", "equal"):
            raise NotFollowedError("decides by what its tensors hold")
        self._try(func, name, args, kwargs)
        result = func(*args, **kwargs)
        self._note(name, args, result)
        return result

    def _try(self, func: Any, name: str, args: Any, kwargs: Any) -> None:
        """Have an operation done without memory, where that can be, to see how large its result is."""
        if name in ("_to_copy", "detach", "view", "alias", "t", "as_strided", "lift_fresh", "unbind", "copy_"):
            return
        elsewhere = {**kwargs, "device": torch.device("meta")} if "device" in kwargs else kwargs
        try:
            found = func(*tree_map(_empty, args), **tree_map(_empty, elsewhere))
        except NotImplementedError:  # torch cannot try it without memory; no such operation grows
            return
        numbers = sum(each.numel() for each in tree_leaves(found) if isinstance(each, Tensor))
        self._numbers += numbers
        if numbers > _MOST_NUMBERS or self._numbers > self._most:
            raise TooMuchError(f"makes tensors of more than {_MOST_NUMBERS:,} numbers")

    def _note(self, name: str, args: Any, result: Any) -> None:
        tensors = [each for each in tree_leaves(args) if isinstance(each, Tensor)]
        if self._labels and name in _LOOKS:
            self._note_table(name, args)
        if not isinstance(result, Tensor):
            for each in tree_leaves(result):
                if isinstance(each, Tensor):
                    self._note(name, args, each)
            return
        self._kept.append(result)
        self.ranges.pop(id(result), None)
        found = self._range(name, args, tensors)
        if found is not None:
            self.ranges[id(result)] = found
        if tensors and name in _MOVES | {"eq"} and id(tensors[0]) in self._labels:
            if name == "eq" and len(tensors) > 1:
                self.tables.append(int(tensors[1].shape[-1]))
            elif name != "eq":
                self._labels.add(id(result))

    def _note_table(self, name: str, args: Any) -> None:
        table, place, axis = _LOOKS[name]
        used = [each for each in tree_leaves(args[place]) if isinstance(each, Tensor)]
        if any(id(each) in self._labels for each in used):
            self.tables.append(int(args[table].shape[axis]))

    def _range(self, name: str, args: Any, tensors: list[Tensor]) -> Range | None:
        if name in _RANGES:
            return _RANGES[name]
        if name in _CLAMPS and len(args) > 2 and all(isinstance(each, int | float) for each in args[1:3]):
            return float(args[1]), float(args[2])
        known = [self.ranges.get(id(each)) for each in tensors]
        if not known or known[0] is None:
            return None
        if name in _MOVES:
            spans = [each for each in known if each is not None]
            whole = len(spans) == len(known)
            return (min(low for low, _ in spans), max(high for _, high in spans)) if whole else None
        return _moved(name, args, known[0]) if len(tensors) == 1 else None


def _moved(name: str, args: Any, span: Range) -> Range | None:
    """Where values lie after a number was added to them, or they were multiplied by one."""
    other = args[1] if len(args) > 1 else None
    if isinstance(other, bool) or not isinstance(other, int | float):
        return None
    ways: dict[str, Callable[[float], float]] = {
        "add": lambda each: each + other,
        "sub": lambda each: each - other,
        "mul": lambda each: each * other,
        "div": lambda each: each / other if other else 0.0,
        "rsub": lambda each: other - each,
    }
    does = ways.get(name.rstrip("_"))
    if does is None:
        return None
    ends = sorted((does(span[0]), does(span[1])))
    return ends[0], ends[1]


def _empty(value: Any) -> Any:
    if isinstance(value, Tensor):
        return torch.empty_strided(value.shape, value.stride(), dtype=value.dtype, device="meta")
    return value
