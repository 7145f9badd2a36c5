"""From nothing to the first picture, against importing the libraries alone."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from explorer.cli.bench import Figures
from explorer.core.problem import Problem

_ROUNDS = 5

_LIBRARIES = "import PySide6.QtWidgets, PySide6.QtSvg, numpy, onnx, onnxruntime, PIL.Image"

_WINDOW = """
import sys
from explorer.app import QApplication, build
app = QApplication([])
import tempfile
from pathlib import Path
from explorer.paths import model_path
scratch = tempfile.TemporaryDirectory()
window = build(Path(scratch.name) / "settings.ini")
window.studio.settings.device = "cpu"
window.resize(1280, 720)
window.show()
window.studio.pictures.shown.connect(lambda _: app.processEvents() or app.quit())
window.open(model_path(sys.argv[1]))
app.exec()
print("torch" in sys.modules, flush=True)
window.close()
"""


def startup(model: str) -> Figures:
    """The window with a first picture, over the import of its libraries; new processes, in turn.

    As at any start but the very first, Python finds the compiled modules where it left them.
    """
    imports, windows, torch_loaded = [], [], False
    with tempfile.TemporaryDirectory() as compiled:
        for number in range(_ROUNDS + 1):
            import_s, _ = _took_s(compiled, "-c", _LIBRARIES)
            window_s, line = _took_s(compiled, "-c", _WINDOW, model)
            torch_loaded |= line.strip() == "True"
            if number > 0:  # the first one compiles
                imports.append(import_s)
                windows.append(window_s)
    import_s, window_s = median(imports), median(windows)
    return {
        "import_s": import_s,
        "window_s": window_s,
        "startup_ratio": window_s / import_s,
        "startup_torch": float(torch_loaded),
    }


def _took_s(compiled: str, *words: str) -> tuple[float, str]:
    """Seconds that a new interpreter takes, from its start to its first line or its end, and that line.

    Raises
    ------
    Problem
        It failed: its time tells nothing.
    """
    root = str(Path(__file__).parents[3])
    settings = {"QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": root, "PYTHONPYCACHEPREFIX": compiled}
    environment = os.environ | settings
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    started = time.perf_counter()
    with tempfile.TemporaryFile("w+") as complaint:
        command = [sys.executable, *words]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=complaint, text=True, env=environment) as child:
            assert child.stdout is not None
            line = child.stdout.readline()
            took_s = time.perf_counter() - started
        if child.returncode:
            complaint.seek(0)
            raise _unmeasured(complaint.read(), child.returncode)
    return took_s, line


def _unmeasured(complaint: str, status: int) -> Problem:
    last = next((said for said in reversed(complaint.splitlines()) if said.strip()), f"status {status}")
    return Problem(
        f"The start could not be measured: its process failed ({last.strip()}).",
        "Run it where latent-explorer itself starts.",
    )
