"""The core works where neither Qt nor torch is installed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

_SCRIPT = """
import importlib, pkgutil, sys

class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {"PySide6", "shiboken6", "pyqtgraph", "torch", "torchvision"}:
            raise ModuleNotFoundError(name)

sys.meta_path.insert(0, Absent())
import explorer.core
names = [module.name for module in pkgutil.walk_packages(explorer.core.__path__, "explorer.core.")]
for name in names:
    importlib.import_module(name)
print(len(names))
"""


def test_every_module_of_the_core_imports_without_qt_and_torch() -> None:
    root = Path(__file__).parents[2]
    said = subprocess.run([sys.executable, "-c", _SCRIPT], capture_output=True, text=True, cwd=root)
    assert said.returncode == 0, said.stderr
    assert int(said.stdout) > 15
