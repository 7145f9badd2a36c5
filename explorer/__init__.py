"""Latent explorer: feel the latent space of a generative model."""

import os
import sys

__version__ = "0.1.0"

# onnxruntime sends telemetry from 1.29 on, and leaves a device id in the user's home, unless this is set before it is
# imported. Whatever of this program is imported, this comes first; children inherit it.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"

# Started by `python -m`, Python looks for modules in the folder in which one stands before all others. What a stranger
# left there must not run; this package finds its own modules by where it lies.
if sys.argv[:1] == ["-m"]:
    sys.path[:] = [place for place in sys.path if place not in ("", os.getcwd())]
