"""The messages that ONNX files are made of, and what makes some, without the rest of the `onnx` package.

To import all of that takes as long as to import NumPy, and the first picture would wait for it. What only its helpers
can do is loaded when it is first asked for.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.machinery import PathFinder
from importlib.util import find_spec, module_from_spec
from types import ModuleType
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from onnx import (
        AttributeProto,
        FunctionProto,
        GraphProto,
        ModelProto,
        NodeProto,
        TensorProto,
        ValueInfoProto,
        helper,
        numpy_helper,
    )
else:

    def _alone(package: str, name: str) -> ModuleType:
        """A module of a package that does not need the package, which finds it there when it is imported itself."""
        if (full := f"{package}.{name}") in sys.modules:
            return sys.modules[full]
        spec = PathFinder.find_spec(full, find_spec(package).submodule_search_locations)
        sys.modules[full] = module = module_from_spec(spec)
        spec.loader.exec_module(module)
        return module

    class _Late:
        """A module that is imported when something of it is first asked for."""

        def __init__(self, name: str) -> None:
            self._name = name

        def __getattr__(self, name: str) -> object:
            return getattr(import_module(self._name), name)

    _messages = _alone("onnx", "onnx_ml_pb2")
    AttributeProto, FunctionProto, GraphProto = _messages.AttributeProto, _messages.FunctionProto, _messages.GraphProto
    ModelProto, NodeProto, TensorProto = _messages.ModelProto, _messages.NodeProto, _messages.TensorProto
    ValueInfoProto = _messages.ValueInfoProto
    helper, numpy_helper = _Late("onnx.helper"), _Late("onnx.numpy_helper")

__all__ = [
    "AttributeProto",
    "FunctionProto",
    "GraphProto",
    "ModelProto",
    "NodeProto",
    "TensorProto",
    "ValueInfoProto",
    "dtype_name",
    "helper",
    "made_node",
    "made_tensor",
    "made_value",
    "numpy_helper",
    "type_number",
]

_NAMES: dict[int, str] = {
    TensorProto.FLOAT: "float32",
    TensorProto.UINT8: "uint8",
    TensorProto.INT8: "int8",
    TensorProto.UINT16: "uint16",
    TensorProto.INT16: "int16",
    TensorProto.INT32: "int32",
    TensorProto.INT64: "int64",
    TensorProto.BOOL: "bool",
    TensorProto.FLOAT16: "float16",
    TensorProto.DOUBLE: "float64",
    TensorProto.UINT32: "uint32",
    TensorProto.UINT64: "uint64",
}
_NUMBERS = {name: number for number, name in _NAMES.items()}


def dtype_name(number: int) -> str:
    """NumPy's name of an element type, e.g. ``float32``; "" where there is none."""
    if number in _NAMES or not number:
        return _NAMES.get(number, "")
    try:
        return str(helper.tensor_dtype_to_np_dtype(number))
    except (KeyError, TypeError):
        return ""


def type_number(dtype: np.dtype[Any] | str) -> int:
    """The element type of what NumPy calls ``dtype``; it is a ValueError if ONNX has none."""
    kind = np.dtype(dtype)
    return _NUMBERS[kind.name] if kind.name in _NUMBERS else int(helper.np_dtype_to_tensor_dtype(kind))


def made_node(kind: str, inputs: Sequence[str], outputs: Sequence[str], **attributes: Any) -> NodeProto:
    """A node of the standard domain; attributes are whole numbers, other numbers, rows of whole numbers, or tensors."""
    made = [_attribute(name, value) for name, value in sorted(attributes.items())]
    return NodeProto(op_type=kind, input=inputs, output=outputs, attribute=made)


def _attribute(name: str, value: Any) -> AttributeProto:
    if isinstance(value, TensorProto):
        return AttributeProto(name=name, t=value, type=AttributeProto.TENSOR)
    if isinstance(value, int):
        return AttributeProto(name=name, i=value, type=AttributeProto.INT)
    if isinstance(value, float):
        return AttributeProto(name=name, f=value, type=AttributeProto.FLOAT)
    return AttributeProto(name=name, ints=value, type=AttributeProto.INTS)


def made_value(name: str, number: int, sizes: Sequence[int | str | None]) -> ValueInfoProto:
    """An input or output: its element type by number, and its sizes, of which words and None are left open."""
    made = ValueInfoProto(name=name)
    kind = made.type.tensor_type
    kind.elem_type = number
    kind.shape.SetInParent()  # a single number has a shape, too
    for size in sizes:
        kind.shape.dim.add(**{} if size is None else {"dim_param" if isinstance(size, str) else "dim_value": size})
    return made


def made_tensor(value: NDArray[Any], name: str = "") -> TensorProto:
    """The values of an array of numbers as they stand in a model."""
    raw = value.astype(value.dtype.newbyteorder("<"), copy=False).tobytes()
    return TensorProto(name=name or None, dims=value.shape, data_type=type_number(value.dtype), raw_data=raw)
