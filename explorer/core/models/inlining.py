"""Local functions and branches whose meaning is fixed, written out: what is left is a plain graph.

Names inside get a prefix of their own, as two uses of a function must not share them. Everything is counted over the
graph of calls before anything is copied, so that a few functions that call each other cannot become a million nodes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import count
from typing import Any

import numpy as np

from explorer.core.models.graph import STANDARD_DOMAINS
from explorer.core.models.onnx_parts import (
    AttributeProto,
    FunctionProto,
    GraphProto,
    ModelProto,
    NodeProto,
    TensorProto,
    helper,
    made_node,
    numpy_helper,
)
from explorer.core.problem import Problem

MOST_NODES = 200_000
_MOST_BYTES = 1 << 30
_DEEPEST = 60
_Key = tuple[str, str, str]


def inline(name: str, proto: ModelProto) -> None:
    """Write out, in place, the local functions of a model and the branches that are always or never taken.

    Parameters
    ----------
    name : str
        Of its file, for messages.
    proto : ModelProto
        Nobody else's yet.

    Raises
    ------
    Problem
        A function calls itself, is written for other operators than the model, or all of them come to too much.
    """
    functions = {_key_of(each): each for each in proto.functions}
    if functions:
        _check_versions(name, proto)
        _check_amount(name, proto.graph, functions)
    elif not any(node.op_type == "If" for node in proto.graph.node):
        return
    writer = _Writer(functions, proto.graph)
    nodes = list(writer.written(proto.graph.node))
    del proto.graph.node[:]
    proto.graph.node.extend(nodes)
    proto.graph.initializer.extend(writer.tensors)
    del proto.functions[:]


def _key_of(each: FunctionProto | NodeProto) -> _Key:
    name = each.name if isinstance(each, FunctionProto) else each.op_type
    return each.domain, name, getattr(each, "overload", "")


def _check_versions(name: str, proto: ModelProto) -> None:
    own = {item.version for item in proto.opset_import if item.domain in STANDARD_DOMAINS}
    for function in proto.functions:
        told = {item.version for item in function.opset_import if item.domain in STANDARD_DOMAINS}
        if told - own:
            what = f"{name} has a function, {function.name}, for operators of another version than its own."
            raise Problem(what, "Export it again with functions inlined.")


def _check_amount(name: str, graph: GraphProto, functions: Mapping[_Key, FunctionProto]) -> None:
    """Refuse what would come to too many nodes or bytes, or to no end."""
    known: dict[_Key, tuple[int, int]] = {}

    def amount(nodes: Iterable[NodeProto], path: tuple[_Key, ...]) -> tuple[int, int]:
        found = size = 0
        for node in nodes:
            key = _key_of(node)
            more = called(key, path) if key in functions else (1, node.ByteSize())
            found, size = found + more[0], size + more[1]
            for inner in _graphs(node):
                more = amount(inner.node, path)
                found, size = found + more[0], size + more[1]
        return found, size

    def called(key: _Key, path: tuple[_Key, ...]) -> tuple[int, int]:
        if key in path or len(path) > _DEEPEST:
            raise Problem(f"{name} has a function, {key[1]}, that calls itself.", "Do not trust this file.")
        if key not in known:
            known[key] = amount(functions[key].node, (*path, key))
        return known[key]

    nodes, size = amount(graph.node, ())
    if nodes > MOST_NODES or size > _MOST_BYTES + graph.ByteSize():
        what = f"{name} calls its functions so often that they come to {nodes:,} nodes"
        raise Problem(f"{what}, more than any model.", "Do not trust this file.")


def _graphs(node: NodeProto) -> Iterator[GraphProto]:
    for attribute in node.attribute:
        if attribute.HasField("g"):
            yield attribute.g
        yield from attribute.graphs


class _Writer:
    """Writes nodes out, one after the other.

    Attributes
    ----------
    tensors : list of TensorProto
        Constants of branches, which the graph keeps from now on.
    """

    def __init__(self, functions: Mapping[_Key, FunctionProto], graph: GraphProto) -> None:
        self._functions = functions
        self._constants: dict[str, Any] = {}
        fed = {value.name for value in graph.input}
        for tensor in graph.initializer:
            if tensor.name not in fed:
                self._keep(tensor.name, tensor)
        self._numbers = count()
        self.tensors: list[TensorProto] = []

    def written(self, nodes: Sequence[NodeProto]) -> Iterator[NodeProto]:
        """The nodes, without calls and without branches that are settled."""
        for node in nodes:
            function = self._functions.get(_key_of(node))
            if function is not None:
                yield from self.written(self._body(node, function))
            elif node.op_type == "If" and (branch := self._branch(node)) is not None:
                yield from self.written(self._taken(node, branch))
            else:
                self._note(node)
                yield node

    def _body(self, node: NodeProto, function: FunctionProto) -> list[NodeProto]:
        """The nodes of a function for one call of it."""
        given = {**_defaults(function), **{each.name: each for each in node.attribute}}
        names = dict.fromkeys(function.input, "") | dict(zip(function.input, node.input, strict=False))
        results = dict(zip(function.output, node.output, strict=False))
        made = {name for each in function.node for name in each.output}
        passed = [(names[name], new) for name, new in results.items() if name in names and name not in made and new]
        names |= {name: new for name, new in results.items() if new and name not in names}
        copied = self._copied(function.node, names, given)
        return [*copied, *(made_node("Identity", [old], [new]) for old, new in passed)]

    def _taken(self, node: NodeProto, branch: GraphProto) -> list[NodeProto]:
        """The nodes of the branch that is always taken."""
        results: dict[str, str] = dict(zip((value.name for value in branch.output), node.output, strict=False))
        made = {name for each in branch.node for name in each.output}
        names = {name: new for name, new in results.items() if name in made}
        prefix = f"branch{next(self._numbers)}/"
        for tensor in branch.initializer:
            names[tensor.name] = prefix + tensor.name
            kept = TensorProto()
            kept.CopyFrom(tensor)
            kept.name = names[tensor.name]
            self._keep(kept.name, kept)
            self.tensors.append(kept)
        copied = self._copied(branch.node, names, {})
        passed = [(names.get(name, name), new) for name, new in results.items() if name not in made]
        return [*copied, *(made_node("Identity", [old], [new]) for old, new in passed)]

    def _copied(
        self, nodes: Sequence[NodeProto], names: Mapping[str, str], given: Mapping[str, AttributeProto]
    ) -> list[NodeProto]:
        """Copies whose inner names are new and whose attributes are those that were given."""
        prefix = f"inlined{next(self._numbers)}/"
        inner = {name: prefix + name for each in nodes for name in each.output if name}
        names = {**inner, **names}
        return [_renamed(each, names, given, prefix) for each in nodes]

    def _branch(self, node: NodeProto) -> GraphProto | None:
        """The branch that is taken, where that is settled."""
        condition = self._constants.get(node.input[0]) if node.input else None
        if condition is None or np.size(condition) != 1:
            return None
        wanted = "then_branch" if bool(np.reshape(condition, -1)[0]) else "else_branch"
        return next((each.g for each in node.attribute if each.name == wanted and each.HasField("g")), None)

    def _keep(self, name: str, tensor: TensorProto) -> None:
        """Remember one number: conditions are no more than that."""
        if sum(tensor.dims) <= 1 and tensor.data_location != TensorProto.EXTERNAL:
            try:
                self._constants[name] = numpy_helper.to_array(tensor)
            except (ValueError, TypeError, KeyError):
                pass

    def _note(self, node: NodeProto) -> None:
        """Remember what a node gives, where it is one number that is settled."""
        if node.domain not in STANDARD_DOMAINS or not node.output:
            return
        if node.op_type == "Constant":
            for each in node.attribute:
                if each.name == "value":
                    self._keep(node.output[0], each.t)
                elif each.name in ("value_int", "value_float"):
                    self._constants[node.output[0]] = np.array(helper.get_attribute_value(each))
        elif len(node.input) == 1 and node.input[0] in self._constants:
            value = self._constants[node.input[0]]
            is_whole = np.asarray(value).dtype.kind in "biu"  # what is not 0 stays so when it is cast
            if node.op_type == "Identity" or (node.op_type == "Cast" and is_whole):
                self._constants[node.output[0]] = value
            elif node.op_type == "Not":
                self._constants[node.output[0]] = np.logical_not(value)


def _defaults(function: FunctionProto) -> dict[str, AttributeProto]:
    return {each.name: each for each in function.attribute_proto}


def _renamed(node: NodeProto, names: Mapping[str, str], given: Mapping[str, AttributeProto], prefix: str) -> NodeProto:
    made = NodeProto()
    made.CopyFrom(node)
    made.name = prefix + node.name if node.name else ""
    for values in (made.input, made.output):
        values[:] = [names.get(name, name) for name in values]
    del made.attribute[:]
    for each in node.attribute:
        told = given.get(each.ref_attr_name) if each.ref_attr_name else each
        if told is None:
            continue  # left out by the call: the operator's own default
        own = made.attribute.add()
        own.CopyFrom(told)
        own.name = each.name
        for inner in ([own.g] if own.HasField("g") else []) + list(own.graphs):
            _rename_graph(inner, names, given, prefix)
    return made


def _rename_graph(
    graph: GraphProto, names: Mapping[str, str], given: Mapping[str, AttributeProto], prefix: str
) -> None:
    """Rename, in place, what a graph inside a node makes and what it takes from outside."""
    own = {name for node in graph.node for name in node.output if name}
    own |= {each.name for each in (*graph.input, *graph.initializer)}
    names = {**names, **{name: prefix + name for name in own}}
    for value in (*graph.input, *graph.output, *graph.initializer):
        value.name = names.get(value.name, value.name)
    nodes = [_renamed(node, names, given, prefix) for node in graph.node]
    del graph.node[:]
    graph.node.extend(nodes)
