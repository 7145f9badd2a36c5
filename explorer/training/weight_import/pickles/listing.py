"""What a pickle would call when it is loaded, listed without loading it: nothing here executes a byte of it."""

from __future__ import annotations

import pickletools
import sys
import warnings
from _compat_pickle import IMPORT_MAPPING, NAME_MAPPING
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import IO, Protocol, cast

from explorer.core.problem import Problem

MOST_STEPS = 2_000_000
"""Opcodes in one pickle, a few seconds of looking; real checkpoints have a few hundred for each tensor."""

_TEXTS = frozenset({"UNICODE", "BINUNICODE", "SHORT_BINUNICODE", "BINUNICODE8", "STRING", "SHORT_BINSTRING"})

_TENSOR_PARTS = frozenset(
    {
        "collections.OrderedDict",
        "collections.defaultdict",
        "collections.Counter",
        "torch._utils._rebuild_tensor",
        "torch._utils._rebuild_tensor_v2",
        "torch._utils._rebuild_parameter",
        "torch._utils._rebuild_parameter_with_state",
        "torch._tensor._rebuild_from_type_v2",
        "torch.nn.parameter.Parameter",
        "torch.Tensor",
        "torch.Size",
        "torch.device",
        "torch.dtype",
        "torch.storage.UntypedStorage",
        "torch.storage.TypedStorage",
        "torch.serialization._get_layout",
        "_codecs.encode",
        "builtins.set",
        "__builtin__.set",
        "builtins.dict",
        "builtins.list",
        "builtins.int",
        "builtins.bytearray",
        "builtins.complex",
    }
)

_PLAIN = ("bytearray", "complex", "dict", "float", "frozenset", "int", "list", "range", "set", "slice", "str", "tuple")
_DATES = ("date", "datetime", "time", "timedelta", "timezone")
_IDLE = (
    *(f"{module}.{name}" for module in ("builtins", "__builtin__") for name in _PLAIN),
    *(f"datetime.{name}" for name in _DATES),
    "__builtin__.xrange",
    "argparse.Namespace",
    "decimal.Decimal",
    "numpy.core.multiarray._reconstruct",
    "numpy.core.multiarray.scalar",
    "numpy._core.multiarray._reconstruct",
    "numpy._core.multiarray.scalar",
    "numpy.dtype",
    "numpy.dtypes.Float32DType",
    "numpy.dtypes.Float64DType",
    "numpy.dtypes.Int64DType",
    "numpy.ndarray",
    "numpy.random._mt19937.MT19937",
    "numpy.random._pcg64.PCG64",
    "numpy.random._pickle.__bit_generator_ctor",
    "numpy.random._pickle.__generator_ctor",
    "numpy.random._pickle.__randomstate_ctor",
    "pathlib.Path",
    "pathlib.PosixPath",
    "pathlib.PurePosixPath",
    "pathlib.WindowsPath",
    "pathlib._local.PosixPath",
    "pathlib._local.WindowsPath",
    "types.SimpleNamespace",
    "uuid.UUID",
)
IDLE = frozenset(_IDLE) - _TENSOR_PARTS
"""What training programs keep beside their weights; something that does nothing is put in its place."""

_DANGEROUS = frozenset(
    {"os", "posix", "nt", "sys", "subprocess", "shutil", "socket", "runpy", "importlib", "pty", "ctypes"}
    | {"builtins", "__builtin__", "webbrowser", "pip", "marshal", "code", "operator", "functools", "types"}
)
_AGAIN = 'In the program it came from, save the numbers alone: torch.save(model.state_dict(), "weights.pt").'


class Bytes(Protocol):
    """What can be read byte by byte, and line by line."""

    def read(self, count: int, /) -> bytes:
        """So many bytes, or fewer at the end."""
        ...

    def readline(self) -> bytes:
        """One line."""
        ...


@contextmanager
def unwarned() -> Iterator[None]:
    """Without what Python warns of in a stranger's texts, such as escapes that there are not."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def wanted_names(file: Bytes) -> Iterator[str]:
    """The names, as ``module.name``, of all that one pickle would import; ``file`` then stands behind it.

    Raises
    ------
    ValueError
        It is no pickle, or is damaged.
    """
    texts: list[str] = ["", ""]
    memory: dict[int, str] = {}
    for step, (opcode, argument, _) in enumerate(pickletools.genops(cast("IO[bytes]", file))):
        if step >= MOST_STEPS:
            raise ValueError("a pickle of more steps than any checkpoint has")
        name = opcode.name
        if name in _TEXTS:
            texts.append(str(argument))
        elif name == "MEMOIZE":
            memory[len(memory)] = texts[-1]
        elif name in ("PUT", "BINPUT", "LONG_BINPUT"):
            memory[int(str(argument))] = texts[-1]
        elif name in ("GET", "BINGET", "LONG_BINGET"):
            texts.append(memory.get(int(str(argument)), ""))
        elif name in ("GLOBAL", "INST"):
            yield str(argument).replace(" ", ".", 1)
        elif name == "STACK_GLOBAL":
            yield f"{texts[-2]}.{texts[-1]}"
        elif name in ("EXT1", "EXT2", "EXT4"):
            yield f"copyreg.extension_{argument}"
        del texts[:-2]


def is_tensor_part(name: str) -> bool:
    """Whether this is needed to hold tensors, and does nothing else."""
    module, _, last = name.rpartition(".")
    typed = module in ("torch", "torch.storage", "torch.cuda") and last.endswith("Storage")
    return name in _TENSOR_PARTS or typed or (module == "torch" and last in _dtypes())


def _dtypes() -> frozenset[str]:
    sizes = {f"{kind}{bits}" for kind in ("int", "uint") for bits in (8, 16, 32, 64)}
    return frozenset(sizes | {"float16", "bfloat16", "float32", "float64", "bool", "float", "half", "double"})


_MET_BESIDE = frozenset({"collections.deque", "copyreg._reconstructor", "copy_reg._reconstructor"})
_OF_PYTHON_2 = frozenset(IMPORT_MAPPING) | {module for module, _ in NAME_MAPPING}
_NEVER_BESIDE = (
    _DANGEROUS
    | sys.stdlib_module_names
    | _OF_PYTHON_2
    | {"torch", "torch_utils", "dnnlib", "numpy", "pip", "setuptools"}
)


def passed_over(names: Iterable[str]) -> tuple[str, ...]:
    """The classes of other programs whose objects lie beside tensors, where there is nothing worse among the names.

    They are passed over by `explorer.training.weight_import.pickles.machine`, which makes no objects.
    """
    wanted = [name for name in dict.fromkeys(names) if not (is_tensor_part(name) or name in IDLE)]
    if any(name.partition(".")[0] in _NEVER_BESIDE and name not in _MET_BESIDE for name in wanted):
        return ()
    return tuple(wanted)


def refuse_objects(file_name: str, names: list[str]) -> None:
    """Refuse a pickle that wants more than tensors, saying what it wants.

    Raises
    ------
    Problem
        It wants a class or a function of some program.
    """
    wanted = [name for name in dict.fromkeys(names) if not (is_tensor_part(name) or name in IDLE)]
    if not wanted:
        return
    dangerous = [name for name in wanted if name.partition(".")[0] in _DANGEROUS]
    if dangerous:
        raise Problem(
            f"{file_name} would run {listed(dangerous)} when it is loaded, which no weights need; nothing was run.",
            "Do not trust this file, nor where it came from.",
        )
    if any(name.startswith(("torch_utils.persistence", "dnnlib.")) for name in wanted):
        raise Problem(
            f"{file_name} is a pickle of StyleGAN's own tools, which brings source code that would be run; none was.",
            'With those tools: torch.save(G.state_dict(), "weights.pt"), G being its G_ema.',
        )
    own = [name for name in wanted if not name.startswith("torch.")]
    if any(name.startswith("torch.nn.modules") for name in wanted) or not own:
        raise Problem(
            f"{file_name} holds a whole module ({listed(own or wanted)}), which only runs with its author's code.",
            _AGAIN,
        )
    raise Problem(
        f"{file_name} holds objects of {listed(own)} beside its tensors, which only their author's code can read.",
        _AGAIN,
    )


def listed(names: list[str]) -> str:
    """A few names in words."""
    shown = [name[:80] if name.isprintable() else ascii(name)[:80] for name in names[:3]]
    return ", ".join(shown) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
