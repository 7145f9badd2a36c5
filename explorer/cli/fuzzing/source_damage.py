"""Damage to Python sources by their tokens and their trees: what is left is mostly Python, and means something else."""

from __future__ import annotations

import ast
import io
import json
import textwrap
import tokenize
from collections.abc import Callable, Mapping
from typing import Any

from explorer.cli.fuzzing.mutants import Damage, Draw, one_of

_LITERALS: tuple[Any, ...] = (
    *(0, 1, -1, 2, 3, 7, 8, 16, 64, 255, 2**31, 2**63, 10**30, 0.5, -0.2, 1e308, 1e-45, None, True, False),
    *("", "relu", "tanh", "x" * 1000),
)
_OPERATORS = (ast.Add, ast.Sub, ast.Mult, ast.Div, ast.FloorDiv, ast.Mod, ast.Pow, ast.LShift, ast.MatMult, ast.BitXor)
_NAMES = (
    *(
        "Linear",
        "Tanh",
        "Sigmoid",
        "ReLU",
        "LeakyReLU",
        "GELU",
        "Softplus",
        "ELU",
        "BatchNorm1d",
        "Dropout",
        "Identity",
    ),
    *("Sequential", "ModuleList", "Conv2d", "size", "view", "reshape", "flatten", "x", "z", "self", "side", "latent"),
    *("body", "layers", "forward", "nn", "torch", "super", "nope"),
)
_STATEMENTS = (
    "while True:\n    pass",
    "while 1:\n    side = side + 1",
    "for i in range(10**12):\n    pass",
    "for i in range(10**5):\n    layers.append(nn.Tanh())",
    "side = 10**10**3",
    "side = 2 ** 2 ** 2 ** 2 ** 2 ** 2",
    "side = 'x' * 10**9",
    "side = [0] * 10**9",
    "side = [[0] * 10**5 for i in range(10**5)]",
    "self.big = nn.Linear(10**6, 10**6)",
    "self.big = torch.zeros(10**6, 10**6)",
    "x = x.repeat(10**6, 10**6)",
    "x = torch.cat([x] * 10**5)",
    "x = x * float('nan')",
    "x = -x",
    "x = x / 0",
    "x = self.body(x)",
    "x = self.forward(x)",
    "self.__init__()",
    "def f(a): return f(a)\nf(1)",
    "layers = layers + layers",
    "layers += layers",
    "layers.append(layers)",
    "del layers",
    "return x",
    "return None",
    "raise ValueError(side)",
    "import os\nos.getcwd()",
    "global side",
    "yield 1",
    "if side > 4:\n    side = side - 1\nelse:\n    side = 8",
    "try:\n    side = nope\nexcept NameError:\n    side = 8",
    "with torch.no_grad():\n    pass",
    "assert side == 7",
    "lambda: (yield)",
    "match side:\n    case 8:\n        side = 8",
    "side = side if latent else 9",
    "latent, side = side, latent",
    "side: int = 8",
    "x = (lambda a: a)(x) if True else x",
)

Tree = Callable[[ast.Module, Draw], None]


def _literal(tree: ast.Module, draw: Draw) -> None:
    one_of(_all(tree, ast.Constant), draw).value = one_of(_LITERALS, draw)


def _name(tree: ast.Module, draw: Draw) -> None:
    node = one_of([*_all(tree, ast.Name), *_all(tree, ast.Attribute)], draw)
    setattr(node, "id" if isinstance(node, ast.Name) else "attr", one_of(_NAMES, draw))


def _operator(tree: ast.Module, draw: Draw) -> None:
    """An operator is another one, or an expression is calculated with."""
    nodes = _all(tree, ast.BinOp)
    if nodes and draw.randint(2):
        one_of(nodes, draw).op = one_of(_OPERATORS, draw)()
        return
    call = one_of([node for node in _all(tree, ast.Call) if node.args], draw)
    place = draw.randint(len(call.args))
    other = ast.Constant(one_of(_LITERALS, draw))
    call.args[place] = ast.BinOp(call.args[place], one_of(_OPERATORS, draw)(), other)


def _arguments(tree: ast.Module, draw: Draw) -> None:
    """A call has its arguments in another order, one more, one less, or by another name."""
    call = one_of([node for node in _all(tree, ast.Call) if node.args], draw)
    way = draw.randint(5)
    if way == 0:
        call.args.reverse()
    elif way == 1:
        call.args.pop()
    elif way == 2:
        call.args.append(ast.Constant(one_of(_LITERALS, draw)))
    elif way == 3:
        call.args[0] = ast.Starred(call.args[0], ast.Load())
    else:
        name = one_of(("bias", "inplace", "negative_slope", "dtype", "nope"), draw)
        call.keywords.append(ast.keyword(name, ast.Constant(one_of(_LITERALS, draw))))


def _drop(tree: ast.Module, draw: Draw) -> None:
    block = one_of(_blocks(tree), draw)
    del block[draw.randint(len(block))]
    if not block:
        block.append(ast.Pass())


def _twice(tree: ast.Module, draw: Draw) -> None:
    block = one_of(_blocks(tree), draw)
    block.insert(draw.randint(len(block) + 1), one_of(block, draw))


def _move(tree: ast.Module, draw: Draw) -> None:
    """A statement goes to another block."""
    block, other = one_of(_blocks(tree), draw), one_of(_blocks(tree), draw)
    statement = block.pop(draw.randint(len(block)))
    other.insert(draw.randint(len(other) + 1), statement)
    if not block:
        block.append(ast.Pass())


def _statement(tree: ast.Module, draw: Draw) -> None:
    """A statement more, which does not end, grows without end, calls itself or means something else."""
    block = one_of(_blocks(tree), draw)
    place = draw.randint(len(block) + 1)
    block[place:place] = ast.parse(one_of(_STATEMENTS, draw)).body


def _nest(tree: ast.Module, draw: Draw) -> None:
    """An expression or a block is nested deep."""
    deep = one_of((3, 20, 85, 95), draw)
    if draw.randint(2):
        node = one_of(list(_all(tree, ast.Assign)), draw)
        for _ in range(deep):
            node.value = ast.IfExp(ast.Constant(True), node.value, ast.Constant(0))
        return
    block = one_of(_blocks(tree), draw)
    for _ in range(min(deep, 18)):
        block[:] = [ast.If(ast.Constant(1), block[:], [])]


def _all(tree: ast.AST, kind: Any) -> list[Any]:
    return [node for node in ast.walk(tree) if isinstance(node, kind)]


def _blocks(tree: ast.AST) -> list[list[ast.stmt]]:
    return [body for node in ast.walk(tree) if isinstance(body := getattr(node, "body", None), list)]


def _by_tree(change: Tree) -> Damage:
    def damaged(data: bytes, draw: Draw) -> bytes:
        tree = ast.parse(data)
        change(tree, draw)
        return ast.unparse(ast.fix_missing_locations(tree)).encode()

    return damaged


def _token(data: bytes, draw: Draw) -> bytes:
    """A token goes, comes twice or changes its place with another one."""
    lines = data.decode().splitlines(keepends=True)
    tokens = [t for t in tokenize.generate_tokens(io.StringIO(data.decode()).readline) if t.string.strip()]
    token, other = one_of(tokens, draw), one_of(tokens, draw)
    new = one_of(("", f"{token.string} {token.string}", other.string, "(", ")", ":", "=", "*", "not"), draw)
    row, start, stop = token.start[0] - 1, token.start[1], token.end[1]
    lines[row] = lines[row][:start] + new + lines[row][stop:]
    return "".join(lines).encode()


TREES: Mapping[str, Damage] = {
    "source: a literal": _by_tree(_literal),
    "source: a name": _by_tree(_name),
    "source: an operator": _by_tree(_operator),
    "source: arguments": _by_tree(_arguments),
    "source: a statement dropped": _by_tree(_drop),
    "source: a statement twice": _by_tree(_twice),
    "source: a statement moved": _by_tree(_move),
    "source: a statement more": _by_tree(_statement),
    "source: nested": _by_tree(_nest),
}
"""Damage to a source that leaves it Python, in which every word is known to be harmless where nothing runs it."""

SOURCE: Mapping[str, Damage] = {"source: a token": _token, **TREES}
"""Damage to a ``.py`` file."""


def in_cell(damage: Damage) -> Damage:
    """The damage done to the code of a notebook of one cell."""

    def damaged(data: bytes, draw: Draw) -> bytes:
        told = json.loads(data)
        cell = told["cells"][0]
        cell["source"] = damage("".join(cell["source"]).encode(), draw).decode().splitlines(keepends=True)
        return json.dumps(told).encode()

    return damaged


def words_of(tree: ast.Module | None) -> set[str]:
    """The names, attributes and modules in a tree; None gives all those that the damage puts into one."""
    if tree is None:
        return {*_NAMES, "dtype", "nope", "negative_slope", "inplace", "bias"}.union(
            *(words_of(ast.parse("def f():\n" + textwrap.indent(str(statement), " "))) for statement in _STATEMENTS)
        )
    named = ("id", "attr", "name", "arg", "module", "asname")
    found = {word for node in ast.walk(tree) for key in named if isinstance(word := getattr(node, key, None), str)}
    return found | {word for node in ast.walk(tree) if isinstance(node, ast.Global) for word in node.names}
