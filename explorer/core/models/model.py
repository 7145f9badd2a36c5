"""A model on disk: a folder with its generator and what belongs to it, or a bare ONNX file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from explorer.core.problem import Problem

GENERATOR = "generator.onnx"
MAPPING = "mapping.onnx"
LIKELIHOOD = "likelihood.onnx"
SURPRISE = "surprise.onnx"
AXES = "axes.npz"


@dataclass(frozen=True)
class ModelFiles:
    """Where the parts of a model lie.

    Attributes
    ----------
    name : str
        The folder's name, or the file's without its ending.
    generator : Path
    encoder, critic, directions, preview, classifier, mapping, likelihood, surprise, axes : Path or None
        None where there is none.
    """

    name: str
    generator: Path
    encoder: Path | None = None
    critic: Path | None = None
    directions: Path | None = None
    preview: Path | None = None
    classifier: Path | None = None
    mapping: Path | None = None
    likelihood: Path | None = None
    surprise: Path | None = None
    axes: Path | None = None


def mapping_beside(generator: Path) -> Path | None:
    """The mapping from z to w that lies beside a generator's file; None where it is not one of a style-based model."""
    beside = generator.with_name(MAPPING)
    return beside if generator.name == GENERATOR and beside.is_file() else None


def model_files(path: Path) -> ModelFiles:
    """The parts of the model at ``path``, a folder or an ONNX file. Opens none of them.

    A file called ``generator.onnx`` stands for the folder that it lies in.

    Raises
    ------
    Problem
        There is nothing there, or the folder has no generator.
    """
    if path.name == GENERATOR and path.is_file():
        return _folder(path.parent)
    if path.is_dir():
        return _folder(path)
    if not path.exists():
        raise Problem(f"There is no model {path}.", "It may have been moved or renamed.")
    beside = directions_beside(path)
    return ModelFiles(path.stem, path, directions=beside if beside.is_file() else None)


def likelihood_in(path: Path) -> Path:
    """The file of the likelihood at ``path``: that file itself, or the one in a model's folder, generator or none.

    Raises
    ------
    Problem
        There is nothing there, or the model has no likelihood.
    """
    if not path.exists():
        raise Problem(f"There is no model {path}.", "It may have been moved or renamed.")
    folder = path.parent if path.name == GENERATOR else path
    if not folder.is_dir():
        return path
    if not (folder / LIKELIHOOD).is_file():
        raise Problem(
            f"{folder.resolve().name} does not say how likely pictures are: it has no {LIKELIHOOD}.",
            "Choose a model that does, such as a mixture, a flow or a VAE of this program.",
        )
    return folder / LIKELIHOOD


def directions_beside(generator: Path) -> Path:
    """Where the directions of a generator's file lie: in its folder, or beside it under its own name."""
    if generator.name == GENERATOR:
        return generator.with_name(_PARTS["directions"])
    return generator.with_name(f"{generator.stem}.{_PARTS['directions']}")


def _folder(folder: Path) -> ModelFiles:
    generator = folder / GENERATOR
    if not generator.is_file():
        raise Problem(
            f"The folder {folder.name} has no {GENERATOR}.",
            "Choose a model's folder, or export the run that it belongs to.",
        )
    parts = {part: folder / file for part, file in _PARTS.items()}
    found = {part: file if file.is_file() else None for part, file in parts.items()}
    return ModelFiles(folder.resolve().name, generator, **found)


_PARTS = {
    "encoder": "encoder.onnx",
    "critic": "critic.onnx",
    "directions": "directions.npz",
    "preview": "preview.png",
    "classifier": "classifier.onnx",
    "mapping": MAPPING,
    "likelihood": LIKELIHOOD,
    "surprise": SURPRISE,
    "axes": AXES,
}
