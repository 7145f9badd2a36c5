"""What a training program joins before its generator sees it: a latent, a class in one-hot, a code; in which order."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import product

from explorer.training.weight_import.source.painter import SourceEntrance
from explorer.training.weight_import.source.vocabulary import CODE, LABEL, LATENT, words

_JOINS = words("cat concat concatenate hstack")
_MOST_CATEGORIES = 100
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
            size = dict(zip(order, found, strict=True))
            classes, rest = size.get("label", 0), entrance.latent - sum(found)
            parts = replace(
                entrance, latent=size["latent"], classes=classes, code=size.get("code", 0), joined=tuple(order)
            )
            if rest == 0:
                yield replace(parts, label="hot" if classes else "")
            elif classes > 1 and rest > 0 and rest % classes == 0 and rest // classes < _MOST_CATEGORIES:
                yield replace(parts, categories=1 + rest // classes)


def orders(tree: ast.Module) -> list[list[str]]:
    """Orders in which a program joins a latent with a class or a code, the longest first.

    What is joined in several steps, under the same name or another, is followed from one to the next.
    """
    found: list[list[str]] = []
    known: dict[str, list[str]] = {}
    for target, call in sorted(_joins(tree), key=lambda each: each[1].lineno):
        elements = call.args[0].elts[:4]  # type: ignore[attr-defined]
        roles = [role for part in elements for role in known.get(ast.unparse(part), [_role(ast.unparse(part)[:80])])]
        if len(set(roles)) == len(roles) > 1 and "" not in roles and "latent" in roles:
            found.append(roles)
            known[target] = roles
    return sorted(found, key=len, reverse=True)


def _joins(tree: ast.Module) -> Iterator[tuple[str, ast.Call]]:
    """Calls that join several things, each with the name that gets the result, or ""."""
    named = {id(node.value): ast.unparse(node.targets[0]) for node in ast.walk(tree) if isinstance(node, ast.Assign)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.List | ast.Tuple):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name in _JOINS:
                yield named.get(id(node), ""), node


def _role(text: str) -> str:
    name = text.split("(")[0].rpartition(".")[2].lower()
    if any(part in name for part in _CLASS):
        return "label"
    kinds = (("latent", LATENT), ("label", LABEL), ("code", CODE))
    if CODE.search(name) and not LATENT.search(name):
        return "code"
    return next((role for role, known in kinds if known.search(name)), "")
