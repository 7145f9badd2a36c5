"""The few calls in a pickle that are understood, and done on plain values; and those that are refused at once."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from explorer.training.weight_import.pickles.values import HostilePickleError, Made, Named, plain_key

_OTHER_ROOTS = ("__builtin__", "numpy", "torch", "copy_reg", "pip", "setuptools")
CLASSES_OF_LIBRARIES = ("torch.nn.", "numpy.random")  # may be described, in parts that nobody asks for


def plain_module(module: str) -> str:
    """One name for modules that have several."""
    renamed = {"__builtin__": "builtins", "copy_reg": "copyreg"}
    return renamed.get(module, module.replace("numpy._core", "numpy.core"))


def refuse_known(maker: Named) -> None:
    """Refuses what Python's library, torch or numpy bring: what networks need of it is understood."""
    root = maker.module.split(".")[0]
    if root in sys.stdlib_module_names or root in _OTHER_ROOTS:
        raise HostilePickleError(str(maker))


def _listed(maker: Named, arguments: tuple[Any, ...]) -> list[Any]:
    return list(arguments[0]) if arguments and isinstance(arguments[0], list | tuple) else []


def _dictionary(maker: Named, arguments: tuple[Any, ...]) -> dict[Any, Any]:
    given = arguments[-1] if arguments else None
    if isinstance(given, dict):
        return dict(given)
    pairs = given if isinstance(given, list) else []
    return {plain_key(pair[0], number): pair[1] for number, pair in enumerate(pairs)}


def _reconstructed(maker: Named, arguments: tuple[Any, ...]) -> Any:
    """The oldest way of writing objects: class, base class and the base's content."""
    kind = arguments[0]
    if not isinstance(kind, Named):
        raise ValueError("an object without a class")
    if kind.name in LIKE_DICTIONARIES:
        return _dictionary(maker, arguments)
    if not kind.module.startswith(CLASSES_OF_LIBRARIES):
        refuse_known(kind)
    return Made(kind, ())


def _encoded(maker: Named, arguments: tuple[Any, ...]) -> Any:
    """Bytes, as Python 2 wrote them: text of which every character is one."""
    text = arguments[0]
    if not isinstance(text, str):
        raise ValueError("bytes that are not text")
    return text  # encoded where it is used, so that a long one is not copied again and again


def _written_down(maker: Named, arguments: tuple[Any, ...]) -> Made:
    return Made(maker, arguments)


LIKE_DICTIONARIES = ("OrderedDict", "EasyDict", "dict", "defaultdict")

UNDERSTOOD: dict[tuple[str, str], Callable[[Named, tuple[Any, ...]], Any]] = {
    ("builtins", "set"): _listed,
    ("builtins", "frozenset"): _listed,
    ("builtins", "list"): _listed,
    ("builtins", "object"): _written_down,
    ("builtins", "slice"): _written_down,
    ("builtins", "complex"): _written_down,
    ("builtins", "bytearray"): _written_down,
    ("builtins", "dict"): _dictionary,
    ("collections", "OrderedDict"): _dictionary,
    ("collections", "defaultdict"): lambda maker, arguments: {},
    ("collections", "Counter"): _dictionary,
    ("collections", "deque"): _listed,
    ("copyreg", "_reconstructor"): _reconstructed,
    ("copyreg", "__newobj__"): lambda maker, arguments: _reconstructed(maker, arguments[:1]),
    ("functools", "partial"): _written_down,
    ("pathlib", "PosixPath"): _written_down,
    ("pathlib", "WindowsPath"): _written_down,
    ("_codecs", "encode"): _encoded,
    ("numpy", "dtype"): _written_down,
    ("numpy.core.multiarray", "_reconstruct"): _written_down,
    ("numpy.core.multiarray", "scalar"): _written_down,
    ("torch", "Size"): _listed,
    ("torch", "device"): _written_down,
    ("torch._utils", "_rebuild_tensor"): _written_down,
    ("torch._utils", "_rebuild_tensor_v2"): _written_down,
    ("torch._utils", "_rebuild_parameter"): _written_down,
    ("torch.storage", "_load_from_bytes"): _written_down,
}
