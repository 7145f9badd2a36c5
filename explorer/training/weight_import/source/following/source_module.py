"""A module of a class that a source defines: a real one of torch, whose ``forward`` follows the source."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from torch import Tensor, nn

from explorer.training.weight_import.source.following.limits import NotFollowedError
from explorer.training.weight_import.source.following.source_layers import (
    PREFIX,
    as_parameter,
    fact_of,
    made_layer,
    methods_of,
    put_module,
)
from explorer.training.weight_import.source.following.source_values import Function, Method, SourceClass

if TYPE_CHECKING:
    from explorer.training.weight_import.source.following.interpreter import Machine


class SourceModule(nn.Module):
    """An instance of a source's class.

    Attributes
    ----------
    kind : SourceClass
    """

    def __init__(self, kind: SourceClass, machine: Machine) -> None:
        super().__init__()
        self.kind = kind
        self._machine = machine
        self._kept: dict[str, Any] = {}
        self.__dict__["_root"] = None  # no part of it: its weights are this module's own
        self.training = False

    def forward(self, *given: Any, **named: Any) -> Any:
        """What the source's ``forward`` gives."""
        return self.answer("forward", *given, **named)

    def answer(self, method: str, *given: Any, **named: Any) -> Any:
        """What a method of the source's class gives."""
        function = self.kind.find(method)
        if isinstance(function, Function):
            return self._machine.call(Method(function, self), given, named)
        if method == "forward":
            return self.forward_of_root(*given, **named)
        raise NotFollowedError(f"calls {method}, which {self.kind.name} does not have")

    def begin(self, given: tuple[Any, ...], named: dict[str, Any]) -> None:
        """What ``super().__init__(...)`` does: nothing, or what the layer does from which the class descends."""
        root = next((root for root in self.kind.roots if root.startswith(PREFIX) and root != PREFIX + "Module"), None)
        if root is None:
            return
        made = made_layer(root, given, named)
        self._modules |= made._modules
        self._parameters |= made._parameters
        self._buffers |= made._buffers
        made._modules = self._modules
        self.__dict__["_root"] = made

    def forward_of_root(self, *given: Any, **named: Any) -> Any:
        """What the layer does from which the class descends."""
        root: nn.Module | None = self.__dict__["_root"]
        if root is None:
            raise NotFollowedError(f"calls {self.kind.name}, which has no forward")
        root._modules, root._parameters, root._buffers = self._modules, self._parameters, self._buffers
        return root(*given, **named)

    def kept(self, name: str) -> dict[str, Any]:
        """Where an attribute lies that has been set, if any."""
        for each in (self._kept, self._parameters, self._buffers, self._modules):
            if name in each:
                return each
        return {}

    def keep(self, name: str, content: Any) -> None:
        """Set an attribute, as `torch.nn.Module` does it: layers and weights under their names."""
        for each in (self._kept, self._parameters, self._buffers, self._modules):
            each.pop(name, None)
        if isinstance(content, nn.Parameter):
            self._parameters[name] = content
        elif isinstance(content, nn.Module):
            put_module(self, name, content)
        else:
            self._kept[name] = content

    def of_module(self, name: str) -> Any:
        """What every module has."""
        if name == "training":
            return False
        if name == "__class__":
            return self.kind
        if name == "device":
            return None
        if name in self.methods():
            return Method(name, self)
        root = self.__dict__["_root"]
        if root is not None:
            return fact_of(root, name)
        raise NotFollowedError(f"asks for self.{name[:40]}, which nobody has set")

    def methods(self) -> dict[str, Callable[..., Any]]:
        """What may be called of it that its class does not define."""
        idle: Callable[..., Any] = lambda *_, **__: None  # noqa: E731
        own = dict.fromkeys(("save_hyperparameters", "register_forward_hook", "log", "__init__"), idle)
        own |= {"register_buffer": self.put_buffer, "register_parameter": self.put_parameter}
        root = self.__dict__["_root"]
        if isinstance(root, nn.Sequential | nn.ModuleList):
            own |= methods_of(root)  # they share their parts
        return {**methods_of(self), **own}

    def put_buffer(self, name: str, content: Any, persistent: bool = True) -> None:
        """What ``register_buffer`` does."""
        if content is not None and not isinstance(content, Tensor):
            raise NotFollowedError("keeps a buffer that is not a tensor")
        self._kept.pop(name, None)
        self._buffers[name] = content
        if not persistent:
            self._non_persistent_buffers_set.add(name)

    def put_parameter(self, name: str, content: Any) -> None:
        """What ``register_parameter`` does."""
        self._parameters[name] = None if content is None else as_parameter(content)
