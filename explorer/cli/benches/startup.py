"""From nothing to the first picture, against importing the libraries alone."""

from __future__ import annotations

import tempfile
from statistics import median

from explorer.cli.bench import Figures
from explorer.cli.benches.fresh_python import told_by

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
            where = {"PYTHONPYCACHEPREFIX": compiled}
            import_s, _ = told_by(("-c", _LIBRARIES), where)
            window_s, lines = told_by(("-c", _WINDOW, model), where)
            torch_loaded |= lines[:1] == ["True"]
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
