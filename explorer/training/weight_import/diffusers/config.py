"""What lies beside weights of the diffusers library: a ``config.json`` that names their class and its settings."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from explorer.core.json_store import JsonStore

CONFIG, CLASS = "config.json", "_class_name"
_WEIGHTS = (
    "diffusion_pytorch_model.safetensors",
    "diffusion_pytorch_model.fp16.safetensors",
    "diffusion_pytorch_model.bin",
    "diffusion_pytorch_model.fp16.bin",
)
_PIPELINE = "model_index.json"
_PAINTERS = ("vae", "vqvae", "movq")
"""The folders of a pipeline in which what paints lies."""

_LARGEST = 1 << 20


def config_file(weights: Path) -> Path | None:
    """The config beside a file of weights; None where there is none that names a class."""
    config = weights.absolute().parent / CONFIG
    return config if settings_in(config) else None


def settings_in(config: Path | None) -> Mapping[str, Any]:
    """What a config says; nothing where it is none of diffusers."""

    def checked(told: Any) -> dict[str, Any]:
        return dict(told) if isinstance(told[CLASS], str) else {}

    return {} if config is None else JsonStore(config, _LARGEST).read(checked, {})


def weights_in(folder: Path) -> Path | None:
    """The weights of a folder of diffusers; of a pipeline those of its part that paints; None where it is neither."""
    if (folder / CONFIG).is_file():
        return next((folder / name for name in _WEIGHTS if (folder / name).is_file()), None)
    if (folder / _PIPELINE).is_file():
        return next((found for name in _PAINTERS if (found := weights_in(folder / name))), None)
    return None
