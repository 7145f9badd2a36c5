"""What a training program joins before its generator sees it: a latent, a class in one-hot, a code; in which order."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import product

from explorer.training.weight_import.source.painter import SourceEntrance
from explorer.training.weight_import.source.vocabulary import CODE, LABEL, LATENT, words

_JOINS = words("cat concat concatenate hstack")
_CLASS = ("dis_c", "onehot", "one_hot", "disc_c", "c_disc", "c_cat")


def parted(entrance: SourceEntrance, tree: ast.Module, named: Mapping[str, Sequence[int]]) -> Iterator[SourceEntrance]:
    """An entrance for one latent, with that parted as the program joins it; nothing where it joins none of that size.

    Parameters
    ----------
    entrance : SourceEntrance
    tree : Module
        The program.
    named : mapping of str to sequence of int
        Sizes that the program calls those of its ``latent``, ``classes`` and ``code``.
    """
    for order in orders(tree):
        sizes = [named["classes" if role == "label" else role] for role in order]
        for found in product(*sizes):
            if sum(found) == entrance.latent:
                size = dict(zip(order, found, strict=True))
                code, classes = size.get("code", 0), size.get("label", 0)
                form = "hot" if classes else ""
                yield replace(
                    entrance, latent=size["latent"], classes=classes, code=code, label=form, joined=tuple(order)
                )


def orders(tree: ast.Module) -> list[list[str]]:
    """Orders in which a program joins a latent with a class or a code, the longest first."""
    found: list[list[str]] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.List | ast.Tuple):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            roles = [_role(ast.unparse(part)[:80]) for part in node.args[0].elts[:4]]
            if name in _JOINS and len(set(roles)) == len(roles) > 1 and "" not in roles and "latent" in roles:
                found.append(roles)
    return sorted(found, key=len, reverse=True)


def _role(text: str) -> str:
    name = text.split("(")[0].rpartition(".")[2].lower()
    if any(part in name for part in _CLASS):
        return "label"
    kinds = (("latent", LATENT), ("label", LABEL), ("code", CODE))
    if CODE.search(name) and not LATENT.search(name):
        return "code"
    return next((role for role, known in kinds if known.search(name)), "")
