"""The graphs of what a raster model measures, of which only one is traced: a picture's bits are those of its pixels."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from onnx import ModelProto, TensorProto, helper, numpy_helper
from torch import Tensor, nn

from explorer.training.networks.raster_exports import RasterLikelihood, RasterSurprise


class RasterGraphs:
    """Writes the graphs of a surprise and of the likelihood of the same network.

    Parameters
    ----------
    inputs : mapping of str to Tensor
        Example inputs with a batch of two.
    """

    def __init__(self, inputs: Mapping[str, Tensor]) -> None:
        self._inputs = dict(inputs)
        self._traced: ModelProto | None = None

    def surprise(self, network: nn.Module) -> ModelProto:
        """Of a `RasterSurprise`: traced now, or before."""
        from explorer.training.runs.export import exported  # which knows the families

        if self._traced is None:
            self._traced = exported(network, self._inputs, "surprise")
        found = ModelProto()
        found.CopyFrom(self._traced)
        return found

    def likelihood(self, network: RasterLikelihood) -> ModelProto:
        """Of the likelihood of the same network: the bits of the pixels, summed, by the values of a picture."""
        model = self.surprise(RasterSurprise(network.network, network.levels).eval())
        graph, values = model.graph, self._inputs["picture"][0].numel()
        surprise = graph.output[0]
        graph.initializer.append(numpy_helper.from_array(np.array([1, 2, 3], np.int64), "pixel_axes"))
        graph.initializer.append(numpy_helper.from_array(np.array(values, np.float32), "values"))
        graph.node.append(helper.make_node("ReduceSum", [surprise.name, "pixel_axes"], ["all_bits"], keepdims=0))
        graph.node.append(helper.make_node("Div", ["all_bits", "values"], ["bits"]))
        batch = surprise.type.tensor_type.shape.dim[0].dim_param
        del graph.output[:]
        graph.output.append(helper.make_tensor_value_info("bits", TensorProto.FLOAT, [batch]))
        return model
