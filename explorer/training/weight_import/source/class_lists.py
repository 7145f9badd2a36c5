"""What a program calls the classes of its pictures: a literal list of just as many names."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from explorer.core.words import plain_name
from explorer.training.weight_import.source.following.reading import Source
from explorer.training.weight_import.source.vocabulary import LABEL

_LONGEST = 60  # characters of a name


def class_names_in(source: Source, count: int) -> tuple[str, ...]:
    """The names of ``count`` classes in a program; those of a list that is called so, else of the only one; or none."""
    found = [(name, names) for name, names in _lists(source.tree) if len(names) == count == len(set(names)) > 1]
    named = [names for name, names in found if LABEL.search(name) or "name" in name.lower()]
    every = list(dict.fromkeys(named or [names for _, names in found]))
    return every[0] if named or len(every) == 1 else ()


def _lists(tree: ast.Module) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Lists of words that get a name, and dictionaries from numbers to words."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign):
            name, value = ast.unparse(node.targets[0])[:60], node.value
        elif isinstance(node, ast.AnnAssign | ast.keyword) and node.value is not None:
            name = ast.unparse(node.target)[:60] if isinstance(node, ast.AnnAssign) else node.arg or ""
            value = node.value
        else:
            continue
        if isinstance(value, ast.List | ast.Tuple):
            yield name, _words(value.elts)
        elif isinstance(value, ast.Dict):
            yield name, _by_number(value)


def _words(nodes: list[ast.expr]) -> tuple[str, ...]:
    words = [node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    is_sound = len(words) == len(nodes) and all(0 < len(word) <= _LONGEST for word in words)
    return tuple(plain_name(word) for word in words) if is_sound else ()


def _by_number(table: ast.Dict) -> tuple[str, ...]:
    """Words by the numbers 0, 1 and so on; none where the keys, or the values, are others."""
    keys = [key.value if isinstance(key, ast.Constant) else None for key in table.keys]
    if keys == list(range(len(keys))):
        return _words(table.values)
    values = [value.value if isinstance(value, ast.Constant) else None for value in table.values]
    return _words([key for key in table.keys if key]) if values == list(range(len(values))) else ()
