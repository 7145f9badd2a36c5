"""The text of a source file or a notebook, parsed but never compiled."""

from __future__ import annotations

import ast
import io
import re
import tokenize
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from explorer.core.files import read_file
from explorer.core.json_text import parsed_json
from explorer.core.problem import Problem

LARGEST_CODE = 2 * 2**20
_LARGEST_NOTEBOOK = 64 * 2**20  # its pictures are in it
_DEEPEST_BRACKETS = 90
_DEEPEST_TREE = 180
_MOST_NODES = 400_000
_MAGIC = re.compile(r"^(\s*)[%!?].*$|^(\s*)[\w.]+\?{1,2}$")
_CLOSED = re.compile(r"[\[\](){}]")
_HINT = "Choose the file in which the network's class is written."


@dataclass(frozen=True, eq=False)
class Source:
    """A file's syntax tree.

    Attributes
    ----------
    name : str
        The file's, without its folder.
    tree : Module
    lines : tuple of str
    """

    name: str
    tree: ast.Module
    lines: tuple[str, ...]

    def line(self, number: int) -> str:
        """The text of a line, counted from 1."""
        return self.lines[number - 1].strip()[:120] if 0 < number <= len(self.lines) else ""


def read_source(path: Path) -> Source:
    """A ``.py`` or ``.ipynb`` as a syntax tree.

    Raises
    ------
    Problem
        It cannot be read or is not Python; says which line.
    """
    is_notebook = path.suffix.lower() == ".ipynb"
    data = read_file(path, _LARGEST_NOTEBOOK if is_notebook else LARGEST_CODE)
    text = _cells(path, data) if is_notebook else _decoded(path, data)
    return parsed(path.name, text)


def parsed(name: str, text: str) -> Source:
    """The syntax tree of a text; raises `Problem`."""
    if len(text) > LARGEST_CODE:
        raise Problem(f"{name} holds more than {LARGEST_CODE >> 20} MB of code.", _HINT)
    lines = tuple(text.splitlines())
    _check_brackets(name, lines)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about escapes in its texts
            tree = ast.parse(text)
    except SyntaxError as error:
        line = (lines[error.lineno - 1].strip() if error.lineno and error.lineno <= len(lines) else "")[:120]
        raise Problem(f"{name}, line {error.lineno or 0}, is not Python ({error.msg}): {line}", _HINT) from None
    except (ValueError, RecursionError, MemoryError):
        raise Problem(f"{name} cannot be parsed: it is nested too deeply, or is not text.", _HINT) from None
    _check_tree(name, tree)
    return Source(name, tree, lines)


def _decoded(path: Path, data: bytes) -> str:
    """By the cookie or the mark at its beginning, as Python itself does it; else as Latin-1, for its comments."""
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        text = data.decode(encoding)
    except SyntaxError as error:
        raise Problem(f"{path.name} is not a Python file ({error}).", _HINT) from None
    except (UnicodeDecodeError, LookupError):
        text = data.decode("latin-1")
    if "\0" in text:
        raise Problem(f"{path.name} is not text.", _HINT)
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _cells(path: Path, data: bytes) -> str:
    """The code of a notebook, its cells one after the other, without magics."""
    try:
        told = parsed_json(data, finite=False)
        cells = [cell for cell in told["cells"] if cell.get("cell_type") == "code"]
        texts = [cell["source"] if isinstance(cell["source"], str) else "".join(cell["source"]) for cell in cells]
    except (ValueError, TypeError, KeyError, AttributeError):
        raise Problem(f"{path.name} is not a notebook, or is damaged.", "Save it again in Jupyter.") from None
    return "\n".join(_without_magics(text) for text in texts if not text.lstrip().startswith("%%")) + "\n"


def _without_magics(text: str) -> str:
    return "\n".join(_MAGIC.sub(lambda found: (found[1] or found[2] or "") + "pass", line) for line in text.split("\n"))


def _check_brackets(name: str, lines: tuple[str, ...]) -> None:
    """Refuse brackets nested beyond all sense, roughly: those in texts count too."""
    for number, line in enumerate(lines, 1):
        depth = 0
        for found in _CLOSED.finditer(line):
            depth = depth + 1 if found[0] in "[({" else max(0, depth - 1)
            if depth > _DEEPEST_BRACKETS:
                raise Problem(f"{name}, line {number}, is nested too deeply.", _HINT)


def _check_tree(name: str, tree: ast.Module) -> None:
    level: list[tuple[ast.AST, _Place]] = [(tree, _Place())]
    depth = count = 0
    while level:
        depth, count = depth + 1, count + len(level)
        if depth > _DEEPEST_TREE or count > _MOST_NODES:
            line = next((at for node, _ in level if (at := getattr(node, "lineno", 0))), 0)
            raise Problem(f"{name}, line {line}, is nested too deeply or holds too much.", _HINT)
        for node, place in level:
            if (isinstance(node, ast.Return) and not place.in_function) or (
                isinstance(node, ast.Break | ast.Continue) and not place.in_loop
            ):
                word, where = type(node).__name__.lower(), "function" if isinstance(node, ast.Return) else "loop"
                raise Problem(f"{name}, line {node.lineno}, is not Python ('{word}' outside of a {where}).", _HINT)
        level = [inner for node, place in level for inner in _inside(node, place)]


@dataclass(frozen=True)
class _Place:
    """Where a statement stands, which the parser does not look at."""

    in_function: bool = False
    in_loop: bool = False


def _inside(node: ast.AST, place: _Place) -> Iterator[tuple[ast.AST, _Place]]:
    within = place
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        within = _Place(in_function=not isinstance(node, ast.ClassDef))
    elif isinstance(node, ast.For | ast.AsyncFor | ast.While):
        within = replace(place, in_loop=True)
    outside = {id(child) for child in node.orelse} if isinstance(node, ast.For | ast.AsyncFor | ast.While) else ()
    for child in ast.iter_child_nodes(node):
        yield child, place if id(child) in outside else within
