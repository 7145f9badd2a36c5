"""Sources that ask for too much, or for what they must not have, are refused in a sentence that names the line."""

from __future__ import annotations

import re
import time
from contextlib import suppress

import pytest
import torch

from explorer.core.problem import Problem
from explorer.training.weight_import.source.following.reading import parsed, read_source
from explorer.training.weight_import.source.rebuilding import rebuilt_from

HEAD = "import torch, os, sys, subprocess\nimport torch.nn as nn\nimport torch.nn.functional as F\n"
NETWORK = """
class G(nn.Module):
    def __init__(self):
        super().__init__()
        {init}
        self.fc = nn.Linear(8, 64)
    def forward(self, z):
        {forward}
        return self.fc(z)
{after}
"""
STATE = {"fc.weight": torch.randn(64, 8), "fc.bias": torch.zeros(64)}


def read(tmp_path, init: str = "pass", forward: str = "pass", after: str = ""):
    path = tmp_path / "net.py"
    path.write_text(HEAD + NETWORK.format(init=init, forward=forward, after=after))
    return rebuilt_from(path, STATE, {})[0]


def test_the_network_itself_is_followed(tmp_path):
    assert read(tmp_path).card.latent_size == 8


ENDLESS = {
    "a loop without end": "while True: pass",
    "a long range": "for i in range(10**12): pass",
    "long ranges within each other": "[i for i in range(9999) for j in range(9999) for k in range(9999)]",
    "powers of powers": "9**9**9",
    "powers step by step": "a = 2\n        for i in range(99): a = a ** 9",
    "a shift": "1 << 10**10",
    "a product of many": "a = 3\n        while a: a *= a",
    "a long text": "'a' * 10**12",
    "texts that double": "a = 'a'\n        for i in range(99): a = a + a",
    "lists that double": "a = [0]\n        for i in range(99): a += a",
    "lists of lists": "a = [0]\n        for i in range(60): a = [a, a]\n        b = [0]\n"
    "        for i in range(60): b = [b, b]\n"
    "        a == b",
    "a wide format": "'%999999999d' % 3",
    "a wide f-string": "f'{3:>999999999}'",
    "a huge layer": "nn.Linear(10**12, 10**12)",
    "a huge tensor": "torch.zeros(10**6, 10**6)",
    "a tensor repeated": "torch.ones(1000, 1000).repeat(1000, 1000)",
    "a sum of many shapes": "torch.ones(100000, 1) + torch.ones(1, 100000)",
    "a function that calls itself": "f = lambda x: f(x)\n        f(1)",
    "layers that hold each other": "m = nn.ReLU()\n        for i in range(80): m = nn.Sequential(m, m)\n"
    "        self.m = m",
    "a layer that holds itself": "self.m = nn.ModuleList()\n        self.m.append(self.m)",
    "many layers": "self.m = nn.ModuleList([nn.Linear(9, 9) for i in range(10**6)])",
    "a dictionary without end": "d = {}\n        for i in range(10**9): d[i] = i",
    "lists that are kept": "k, a = [], [0] * 20000\n        for i in range(9**5): k.append(a + [])",
    "slices that are kept": "k, a = [], [0] * 20000\n        for i in range(9**5): k.append(a[:])",
    "copies that are kept": "k, a = [], [0] * 20000\n        for i in range(9**5): k.append(a.copy())",
    "texts that are kept": "k, a = [], 'a' * 20000\n        for i in range(9**5): k.append(a + 'a')",
    "formatted texts that are kept": "k, a = [], 'a' * 20000\n        for i in range(9**5): k.append(f'{a}')",
    "tensors that are kept": "k = []\n        for i in range(9**5): k.append(torch.zeros(2**24))",
    "joined texts": "','.join(['a' * 9999] * 9999)",
    "replaced texts": "('a' * 9999).replace('a', 'b' * 9999)",
}


HARMLESS = {
    "a layer that holds itself",
    "lists of lists",
    "a wide format",
    "a wide f-string",
}
"""Outside of the network: such a line is passed over, or nothing comes of it."""


@pytest.mark.parametrize("place", ["init", "after"])
@pytest.mark.parametrize("what", ENDLESS)
def test_what_would_never_end_or_fill_the_memory_is_refused_at_once(what, place, tmp_path):
    code = ENDLESS[what]
    code = code if place == "init" else "self = G\n" + code.replace("\n        ", "\n")
    start = time.process_time()
    if place == "after" and what in HARMLESS:
        assert read(tmp_path, after=code).card.latent_size == 8
        return
    with pytest.raises(Problem, match=r"line|layer"):
        read(tmp_path, **{place: code})
    assert time.process_time() - start < 5


FORBIDDEN = [
    "__import__('os').system('touch {there}')",
    "open({there!r}, 'w').write('x')",
    "exec('import os')",
    "eval('1+1')",
    "compile('1', '', 'eval')",
    "os.system('touch {there}')",
    "subprocess.run(['touch', {there!r}])",
    "getattr(torch, '__builtins__')['open']({there!r}, 'w')",
    "torch.load({there!r})",
    "torch.save(1, {there!r})",
    "torch.hub.load('a/b', 'c')",
    "torch.ops.load_library({there!r})",
    "self.__class__.__bases__[0].__subclasses__()",
    "().__class__.__mro__[1].__subclasses__()",
    "(lambda: 0).__globals__['sys']",
    "nn.Linear.__init__.__globals__",
    "'{{0.__class__}}'.format(self)",
    "self.fc.__dict__",
    "nn.Linear(1, 1)._modules",
    "torch.ones(1).__reduce__()",
    "torch.ones(1).numpy().tofile({there!r})",
    "nn.Module.__getattr__(self, 'x')",
    "setattr(nn.Module, 'forward', 3)",
    "globals()['x']",
    "vars(torch)",
    "breakpoint()",
    "input()",
]


@pytest.mark.parametrize("code", FORBIDDEN)
@pytest.mark.parametrize("place", ["init", "forward"])
def test_nothing_of_a_source_is_run(code, place, tmp_path):
    there = tmp_path / "written"
    line = "x = " + code.format(there=str(there))
    with pytest.raises(Problem, match=r"net\.py, line \d+") as told:
        read(tmp_path, **{place: line})
    assert line[:30] in told.value.what
    assert not there.exists()


@pytest.mark.parametrize(
    "code",
    [
        "def __getattr__(self, name): return open('x')",
        "forward = open",
        "state_dict = lambda self: exec('x')",
        "def load_state_dict(self, *a, **k): exec('x')",
        "def __call__(self, z): exec('x')",
        "def __reduce__(self): exec('x')",
    ],
)
def test_methods_of_modules_that_a_source_redefines_are_not_called(code, tmp_path):
    path = tmp_path / "net.py"
    path.write_text(HEAD + NETWORK.format(init="pass", forward="pass", after="    " + code))
    with suppress(Problem):
        rebuilt_from(path, STATE, {})


@pytest.mark.parametrize(
    "name", ["forward", "_modules", "training", "__class__", "__dict__", "_machine", "state_dict", "eval"]
)
def test_attributes_of_modules_cannot_be_replaced(name, tmp_path):
    try:
        found = read(tmp_path, init=f"self.{name} = 3")
    except Problem:
        return
    assert found.networks["generator"](torch.zeros(2, 8)).shape == (2, 1, 8, 8)


DEEP = {
    "brackets": "x = " + "(" * 10**6 + ")" * 10**6,
    "brackets over lines": "x = " + "(\n" * 10**5 + ")\n" * 10**5,
    "signs": "x = " + "-" * 10**6 + "1",
    "sums": "x = " + "+".join(["1"] * 10**5),
    "attributes": "x = a" + ".b" * 10**5,
    "blocks": "\n".join(" " * depth + "if 1:" for depth in range(150)) + "\n" + " " * 150 + "pass",
    "calls": "x = f" + "()" * 10**5,
    "not Python": "class :",
    "a zero byte": "x = 1\0",
    "too much": "x = 1\n" * 500_000,
    "nots": "x = " + "not " * 10**5 + "1",
    "lambdas": "x = " + "lambda: " * 10**5 + "1",
}


@pytest.mark.parametrize("what", DEEP)
def test_what_cannot_be_parsed_is_told(what, tmp_path):
    path = tmp_path / "net.py"
    path.write_text(DEEP[what])
    start = time.process_time()
    with pytest.raises(Problem, match=r"net\.py"):
        read_source(path)
    assert time.process_time() - start < 5


def test_a_notebook_is_read_without_its_magics(tmp_path):
    path = tmp_path / "net.ipynb"
    path.write_text(
        '{"cells": [{"cell_type": "markdown", "source": ["# no code ("]}, {"cell_type": "code", "source": '
        '["%matplotlib inline\\n", "!pip install x\\n", "import torch.nn as nn"]}, {"cell_type": "code", "source": '
        '"%%bash\\nls ("}, {"cell_type": "code", "source": "if 1:\\n    !ls\\nx = 5 % 3"}]}'
    )
    assert "x = 5 % 3" in read_source(path).lines
    path.write_text('{"cells": 3}')
    with pytest.raises(Problem, match="not a notebook"):
        read_source(path)


def test_encodings_are_those_that_a_file_says(tmp_path):
    path = tmp_path / "net.py"
    path.write_bytes("# -*- coding: latin-1 -*-\nx = 'é'\n".encode("latin-1"))
    assert read_source(path).line(2) == "x = 'é'"
    path.write_bytes(b"\xef\xbb\xbfx = 1\r\ny = 2\r\n")
    assert read_source(path).line(2) == "y = 2"


@pytest.mark.parametrize(
    ("code", "word"),
    [
        ("import torch\nreturn 3\n", "line 2, is not Python ('return' outside of a function)"),
        ("class A:\n    x = 1\n    return x\n", "line 3, is not Python ('return'"),
        ("def f():\n    break\n", "line 2, is not Python ('break' outside of a loop)"),
        ("for i in ():\n    def f():\n        continue\n", "line 3, is not Python ('continue'"),
        ("while 0:\n    pass\nelse:\n    break\n", "line 4, is not Python ('break'"),
    ],
)
def test_what_only_the_compiler_refuses_is_told_too(code, word):
    with pytest.raises(Problem, match=re.escape(word)):
        parsed("model.py", code)


def test_jumps_where_they_may_be_are_read():
    loop = "    for i in ():\n        while 1:\n            pass\n        else:\n            break\n        continue\n"
    code = f"def f():\n{loop}    return 1\n"
    assert parsed("model.py", code).tree.body


def test_a_line_that_is_not_python_is_told():
    with pytest.raises(Problem, match=r"net\.py, line 2, is not Python .*: print 'x'"):
        parsed("net.py", "x = 1\nprint 'x'\n")
