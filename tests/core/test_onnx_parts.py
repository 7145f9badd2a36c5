"""The parts of ONNX files are what the `onnx` package makes of the same, and none of it is loaded to make them."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import onnx
import pytest
from onnx import helper, numpy_helper

from explorer.core.models import onnx_parts
from explorer.core.models.onnx_parts import dtype_name, made_node, made_tensor, made_value, type_number

_ALONE = """
import sys
import numpy as np
from explorer.core.models import onnx_parts
value = onnx_parts.made_tensor(np.zeros(3, np.float32))
onnx_parts.ModelProto(graph=onnx_parts.GraphProto(node=[onnx_parts.made_node("Constant", [], ["x"], value=value)]))
early = "onnx" in sys.modules
import onnx
print(early, onnx.ModelProto is onnx_parts.ModelProto)
"""


def test_messages_are_those_of_the_package_which_is_not_loaded_for_them() -> None:
    told = subprocess.run([sys.executable, "-c", _ALONE], check=True, capture_output=True, text=True, timeout=120)
    assert told.stdout.split() == ["False", "True"]
    for name in ("AttributeProto", "FunctionProto", "GraphProto", "NodeProto", "TensorProto", "ValueInfoProto"):
        assert getattr(onnx_parts, name) is getattr(onnx, name)


@pytest.mark.parametrize("dtype", ["float32", "float16", "float64", "uint8", "int32", "int64", "bool"])
@pytest.mark.parametrize("name", ["", "weights"])
def test_a_tensor_is_that_of_the_package(dtype: str, name: str) -> None:
    for value in (np.arange(6).reshape(2, 3), np.array(1), np.zeros((0, 4))):
        assert made_tensor(value.astype(dtype), name) == numpy_helper.from_array(value.astype(dtype), name)


@pytest.mark.parametrize("sizes", [[], [3], [1, "N", None], [None, None]])
def test_a_value_is_that_of_the_package(sizes: list[int | str | None]) -> None:
    made = made_value("x", onnx.TensorProto.FLOAT, sizes)
    assert (
        made.SerializeToString()
        == helper.make_tensor_value_info("x", onnx.TensorProto.FLOAT, sizes).SerializeToString()
    )


@pytest.mark.parametrize(
    "attributes",
    [{}, {"to": 1}, {"perm": [0, 3, 1, 2]}, {"max": 255.5, "min": 0.0}, {"value": made_tensor(np.ones(2, np.int64))}],
)
def test_a_node_is_that_of_the_package(attributes: dict[str, object]) -> None:
    assert made_node("Kind", ["a", "b"], ["c"], **attributes) == helper.make_node(
        "Kind", ["a", "b"], ["c"], **attributes
    )


def test_element_types_are_called_as_the_package_calls_them() -> None:
    for number in onnx.TensorProto.DataType.values():
        name = str(helper.tensor_dtype_to_np_dtype(number)) if number else ""
        assert dtype_name(number) == name
        if name in ("float32", "int64", "uint8", "bool"):
            assert type_number(name) == number
    assert dtype_name(999) == ""
    with pytest.raises(ValueError, match="M8"):
        type_number("datetime64")
