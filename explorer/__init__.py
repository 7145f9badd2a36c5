"""Latent explorer: feel the latent space of a generative model."""

import os

__version__ = "0.1.0"

# onnxruntime sends telemetry from 1.29 on, and leaves a device id in the user's home, unless this is set before it is
# imported. Whatever of this program is imported, this comes first; children inherit it.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
