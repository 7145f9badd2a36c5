"""What a source may do with tensors: functions and methods of torch by their names, with ordinary arguments."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
import torch.nn.functional as F  # noqa: N812 - its usual name
from torch import Tensor

from explorer.training.weight_import.source.following.limits import MOST_NUMBERS, NotFollowedError, TooMuchError
from explorer.training.weight_import.source.following.source_values import Known
from explorer.training.weight_import.source.vocabulary import words

_ELEMENTWISE = (
    "abs add clamp clip cos div exp expm1 floor log log1p maximum minimum mul neg pow reciprocal relu round rsqrt "
    "sigmoid sign sin softmax sqrt square sub tanh where erf log_softmax ceil multiply divide subtract negative atan "
    "logical_not logical_and logical_or eq ne lt gt le ge"
)
_SHAPES = (
    "cat concat concatenate stack chunk split flatten unflatten squeeze unsqueeze permute transpose reshape flip roll "
    "narrow index_select gather repeat_interleave broadcast_to tile movedim swapaxes t unbind select tril triu "
    "diag_embed moveaxis hstack vstack"
)
_REDUCES = (
    "sum mean var std norm max min amax amin argmax argmin prod matmul bmm mm einsum addmm baddbmm topk sort cumsum "
    "any all dot outer var_mean logsumexp"
)
_OF_TORCH = frozenset(
    f"{_ELEMENTWISE} {_SHAPES} {_REDUCES} pixel_shuffle meshgrid is_tensor zeros_like ones_like".split()
)
_OF_F = words(
    "relu leaky_relu elu selu gelu silu mish softplus softsign tanh sigmoid hardtanh relu6 softmax log_softmax",
    "celu interpolate upsample pixel_shuffle pixel_unshuffle linear conv2d conv_transpose2d embedding pad",
    "avg_pool2d adaptive_avg_pool2d max_pool2d instance_norm layer_norm group_norm normalize prelu glu logsigmoid",
    "hardsigmoid hardswish batch_norm unfold fold grid_sample affine_grid scaled_dot_product_attention bilinear",
    "tanhshrink local_response_norm rms_norm conv1d",
)
_METHODS = frozenset(
    f"{_ELEMENTWISE} {_SHAPES} {_REDUCES} view view_as expand expand_as repeat size dim numel contiguous detach clone "
    "new_zeros new_ones new_full masked_fill add_ mul_ sub_ div_ clamp_ relu_ tanh_ sigmoid_ exp_ sqrt_ normal_ "
    "uniform_ zero_ fill_ copy_ scatter scatter_ index_add_ unfold squeeze_ unsqueeze_ t_ ndimension nelement "
    "reshape_as type_as is_contiguous masked_fill_ requires_grad_ random_".split()
)
_FACTS = frozenset(("shape", "T", "ndim", "dtype", "data", "requires_grad", "mT"))
_STAY = frozenset(("to", "cuda", "cpu", "half", "double", "bfloat16", "type", "detach_", "retain_grad", "numpy"))
_CASTS: dict[str, torch.dtype] = {"float": torch.float32, "long": torch.int64, "int": torch.int32, "bool": torch.bool}
DTYPES: dict[str, torch.dtype] = {
    "float32": torch.float32,
    "float": torch.float32,
    "float64": torch.float32,
    "float16": torch.float32,
    "half": torch.float32,
    "double": torch.float32,
    "FloatTensor": torch.float32,
    "int64": torch.int64,
    "long": torch.int64,
    "LongTensor": torch.int64,
    "int32": torch.int32,
    "int": torch.int32,
    "bool": torch.bool,
    "uint8": torch.uint8,
}
"""Kinds of numbers, all real ones in single precision."""

_MAKERS: dict[str, Callable[..., Tensor]] = {
    "zeros": torch.zeros,
    "ones": torch.ones,
    "empty": torch.zeros,
    "full": torch.full,
    "arange": torch.arange,
    "linspace": torch.linspace,
    "eye": torch.eye,
}
_DROPS = frozenset(("dropout", "dropout2d", "alpha_dropout", "feature_dropout"))
_RARE_WORDS = frozenset(("device", "requires_grad", "inplace", "memory_format", "non_blocking", "out", "generator"))


def function_of_torch(path: str) -> Callable[..., Any] | None:
    """A function that a library's whole name stands for; None where it is none that works on tensors."""
    module, _, name = path.rpartition(".")
    if module in ("torch.nn.functional", "torch") and name in _DROPS:
        return lambda x, *_, **__: x  # nothing is dropped where nothing is trained
    if module == "torch.nn.functional" and name in _OF_F:
        return _careful(getattr(F, name))
    if module == "torch" and name in _MAKERS:
        return _maker(name)
    if module in ("torch", "torch.special", "torch.linalg") and name in _OF_TORCH:
        return _careful(getattr(torch, name))
    if path in ("torch.tensor", "torch.as_tensor", "torch.from_numpy", "torch.FloatTensor", "torch.LongTensor"):
        return lambda *given, **named: _tensor(name, *given, **named)
    return None


def method_of(tensor: Tensor, name: str) -> Callable[..., Any]:
    """A method of a tensor; raises `NotFollowedError` where it is not among those that are followed."""
    if name in _CASTS:
        return lambda *_, **__: tensor.to(_CASTS[name])
    if name in _STAY:
        return lambda *given, **named: _moved(tensor, (*given, *named.values()))
    if name in _METHODS:
        return _careful(getattr(tensor, name))
    raise NotFollowedError(f"asks a tensor for {name[:40]}, which is not followed")


def fact_of(tensor: Tensor, name: str) -> Any:
    """An attribute of a tensor, or the method of that name."""
    if name == "device":
        return Known("torch.device")
    if name == "is_cuda":
        return False
    return getattr(tensor, name) if name in _FACTS else None


def checked(value: Any, depth: int = 3) -> Any:
    """An argument of a function of torch: numbers, texts, tensors and short lists of them."""
    if value is None or isinstance(value, Tensor | bool | float | str | torch.dtype | slice):
        return value
    if isinstance(value, int):
        if abs(value) > 2**40:
            raise TooMuchError("hands a number to PyTorch that is larger than any network needs")
        return value
    if isinstance(value, Known):
        return dtype_of(value)
    if isinstance(value, list | tuple | range) and depth and len(value) <= 4096:
        parts = [checked(each, depth - 1) for each in value]
        return parts if isinstance(value, list) else tuple(parts)
    raise NotFollowedError("hands something to PyTorch that is not followed")


def dtype_of(value: Known) -> torch.dtype:
    """The kind of numbers that a name such as ``torch.float32`` stands for."""
    name = value.path.rpartition(".")[2]
    if value.path.startswith(("torch.", "numpy.")) and name in DTYPES:
        return DTYPES[name]
    raise NotFollowedError(f"uses {value.path[:60]}, which is not followed")


def size_of(sizes: Any) -> tuple[Any, ...]:
    """Sizes given one by one or as a list; refused where they are beyond all use."""
    flat = tuple(sizes[0]) if len(sizes) == 1 and isinstance(sizes[0], list | tuple) else tuple(sizes)
    total = 1
    for each in flat:
        if isinstance(each, bool) or not isinstance(each, int | Tensor):
            raise NotFollowedError("makes a tensor whose sizes are not whole numbers")
        total *= max(1, int(each))
        if total > MOST_NUMBERS:
            raise TooMuchError(f"makes a tensor of more than {MOST_NUMBERS:,} numbers")
    return flat


def _careful(called: Callable[..., Any]) -> Callable[..., Any]:
    def call(*given: Any, **named: Any) -> Any:
        kept = {key: checked(value) for key, value in named.items() if key not in _RARE_WORDS}
        return called(*(checked(value) for value in given), **kept)

    return call


def _maker(name: str) -> Callable[..., Tensor]:
    def make(*given: Any, **named: Any) -> Tensor:
        kept = {key: checked(value) for key, value in named.items() if key not in _RARE_WORDS}
        if name == "full":
            return torch.full(
                size_of((given[0],)), checked(given[1] if len(given) > 1 else kept.pop("fill_value")), **kept
            )
        if name in ("arange", "linspace", "eye"):
            whole = [checked(each) for each in given]
            if any(isinstance(each, int | float) and abs(each) > MOST_NUMBERS for each in whole):
                raise TooMuchError("makes a tensor larger than any network needs")
            step = whole[2] if name == "arange" and len(whole) > 2 else 1
            if (name == "eye" and whole[0] > 4096) or abs(step) < 1e-4:
                raise TooMuchError("makes a tensor larger than any network needs")
            return _MAKERS[name](*whole, **kept)
        sizes = given or (named["size"],)
        return _MAKERS[name](size_of(sizes), **{key: value for key, value in kept.items() if key != "size"})

    return make


def _tensor(name: str, *given: Any, **named: Any) -> Tensor:
    value = given[0] if given else named.get("data")
    kept = {"dtype": checked(named["dtype"])} if "dtype" in named else {}
    if name in ("FloatTensor", "LongTensor"):
        kept = {"dtype": DTYPES[name]}
        if all(isinstance(each, int) for each in given):
            return torch.zeros(size_of(given), **kept)
    if isinstance(value, Tensor):
        return value.to(**kept) if kept else value
    return torch.tensor(checked(value), **kept)


def _moved(tensor: Tensor, given: tuple[Any, ...]) -> Tensor:
    """A tensor on the device where it is, cast where that was asked for."""
    for each in given:
        if isinstance(each, torch.dtype):
            return tensor.to(each)
        if isinstance(each, Known) and each.path.rpartition(".")[2] in DTYPES:
            return tensor.to(dtype_of(each))
        if isinstance(each, Tensor):
            return tensor.to(each.dtype)
    return tensor
