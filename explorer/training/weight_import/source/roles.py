"""What the parameters of a network's methods are for, by their names; and which sizes a source speaks of."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from torch import nn

from explorer.training.weight_import.source import vocabulary
from explorer.training.weight_import.source.fitting import Fit
from explorer.training.weight_import.source.following.source_module import SourceModule
from explorer.training.weight_import.source.following.source_values import Function

_PAINTING = ("sample", "generate", "decode", "decoder", "generator", "forward")
_PARTS = ("decoder", "generator", "netG", "G", "gen", "dec")


def methods_of(network: nn.Module) -> Iterator[tuple[str, list[tuple[str, bool]]]]:
    """Methods by which a network may paint, with their parameters' names, and whether these may be left out."""
    if not isinstance(network, SourceModule):
        yield "forward", [("z", False)]
        return
    for method in _PAINTING:
        function = network.kind.find(method)
        if isinstance(function, Function) and not isinstance(function.node, ast.Lambda):
            yield method, parameters_of(function.node)
        elif method == "forward" and network.kind.roots and function is None:
            yield method, [("z", False)]
    for part in _PARTS:
        if part in network._modules:
            yield "." + part, [("z", False)]


def parameters_of(node: ast.FunctionDef) -> list[tuple[str, bool]]:
    """Names of a method's parameters but the first, and whether they have defaults."""
    told = node.args
    names = [each.arg for each in (*told.posonlyargs, *told.args)][1:]
    first = len(names) - len(told.defaults)
    found = [(name, place >= first) for place, name in enumerate(names)]
    return found + ([("**", False)] if told.kwarg else [])


def roles_of(names: tuple[str, ...]) -> list[tuple[tuple[str, str], ...]]:
    """What a method's parameters may be, the likeliest first."""
    plain = [name for name in names if name != "**"]
    if not plain or len(plain) > 3:
        return []
    options = {1: [["latent"]], 2: [["latent", "label"], ["label", "latent"], ["latent", "code"]]}.get(
        len(plain), [["latent", "label", "code"], ["latent", "code", "label"], ["label", "latent", "code"]]
    )
    ordered = sorted(options, key=lambda option: -sum(_sounds(n, r) for n, r in zip(plain, option, strict=True)))
    found = [tuple(zip(plain, option, strict=True)) for option in ordered]
    if "**" in names:
        found = [*found, *((*each, ("**", "labels")) for each in found)]
    return found


def _sounds(name: str, role: str) -> bool:
    words = {"latent": vocabulary.LATENT, "label": vocabulary.LABEL, "code": vocabulary.CODE}[role]
    return bool(words.search(name)) and not (role != "latent" and vocabulary.LATENT.search(name))


def drawing_role(name: str) -> str:
    """What a parameter of a method that draws its own latent is; "" where nobody can tell."""
    if name == "**":
        return "labels"
    if vocabulary.DEVICE.search(name):
        return "device"
    if vocabulary.LABEL.search(name):
        return "label"
    return "count" if vocabulary.COUNT.search(name) else ""


def sides_of(network: nn.Module) -> list[int]:
    """How many numbers or channels layers take, the smallest kinds of weights first in their order."""
    found: list[int] = []
    for layer in network.modules():
        taken = getattr(layer, "in_features", None) or getattr(layer, "in_channels", None)
        if isinstance(taken, int):
            found.append(taken)
    found += [int(each.num_embeddings) for each in network.modules() if isinstance(each, nn.Embedding)]
    found += [side for weight in network.parameters() if weight.dim() == 2 for side in reversed(weight.shape)]
    return list(dict.fromkeys(found))[:24]


def named_sizes(fit: Fit) -> dict[str, list[int]]:
    """Sizes that a source calls those of latents, classes or codes: in the network first, then in the file."""
    kept = fit.network._kept if isinstance(fit.network, SourceModule) else {}
    places = [kept, fit.settings, fit.script.machine.options, fit.script.scope.names]
    found: dict[str, list[int]] = {"latent": [], "classes": [], "code": []}
    places += [each for each in fit.script.scope.names.values() if isinstance(each, dict)]
    for place in places:
        for name, value in place.items():
            if not isinstance(name, str):
                continue
            if type(value) is not int or not 1 <= value <= 8192:
                continue
            for kind, words in (
                ("latent", vocabulary.LATENT),
                ("classes", vocabulary.CLASSES),
                ("code", vocabulary.CODE),
            ):
                if words.search(name):
                    found[kind].append(value)
    return {kind: list(dict.fromkeys(values)) for kind, values in found.items()}
