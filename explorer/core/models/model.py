"""A model on disk: a folder with its generator and what belongs to it, or a bare ONNX file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from explorer.core.problem import Problem

GENERATOR = "generator.onnx"
MAPPING = "mapping.onnx"
LIKELIHOOD = "likelihood.onnx"
ENCODER = "encoder.onnx"
SURPRISE = "surprise.onnx"
TRANSLATOR = "translator.onnx"
BACKWARDS = "backwards.onnx"
STEP = "step.onnx"
ROW, PIXEL = "row.onnx", "pixel.onnx"
DREAM, CONTROLLER = "dream.onnx", "controller.onnx"
AXES = "axes.npz"
TEXT = "text.onnx"
READINGS = "readings.json"
"""How the weights that others saved were read, where a model was made of them."""
MATCHER = "matcher.onnx"


@dataclass(frozen=True)
class ModelFiles:
    """Where the parts of a model lie.

    Attributes
    ----------
    name : str
        The folder's name, or the file's without its ending.
    generator : Path
        What draws: where there is no ``generator.onnx``, the ``step.onnx`` of a model that paints in steps, or else the
        ``translator.onnx``, which whoever opens it finds to be no generator.
    encoder, critic, directions, preview, classifier, mapping, likelihood, surprise, step, axes, text : Path or None
        None where there is none.
    matcher : Path or None
        An encoder into the part of the latent that sentences are made into: how far the two agree is how well a picture
        fits a sentence.
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
    step: Path | None = None
    axes: Path | None = None
    text: Path | None = None
    matcher: Path | None = None


def mapping_beside(generator: Path) -> Path | None:
    """The mapping from z to w that lies beside a generator's file; None where it is not one of a style-based model."""
    beside = generator.with_name(MAPPING)
    return beside if generator.name == GENERATOR and beside.is_file() else None


def step_beside(generator: Path) -> Path | None:
    """One step of a painting that lies beside a generator's file; None where there is none, or it is that file."""
    beside = generator.with_name(STEP)
    return beside if generator.name == GENERATOR and beside.is_file() else None


def bands_beside(step: Path) -> tuple[Path, Path] | None:
    """The networks of a row and of a pixel that lie beside a step's file; None where not both do."""
    found = step.with_name(ROW), step.with_name(PIXEL)
    return found if step.name == STEP and all(path.is_file() for path in found) else None


def drawing_file(folder: Path) -> Path | None:
    """The file of a model's folder that draws: its generator, else its step; None where it is no model's."""
    return next((folder / name for name in (GENERATOR, STEP) if (folder / name).is_file()), None)


def translator_file(folder: Path) -> Path | None:
    """The translator of a model's folder that draws nothing by itself; None where there is none."""
    found = folder / TRANSLATOR
    return found if drawing_file(folder) is None and found.is_file() else None


def model_files(path: Path) -> ModelFiles:
    """The parts of the model at ``path``, a folder or an ONNX file. Opens none of them.

    A file called ``generator.onnx``, or ``step.onnx`` where there is no such file beside it, stands for its folder.

    Raises
    ------
    Problem
        There is nothing there, or the folder has no generator.
    """
    if path.name in (GENERATOR, STEP) and path.is_file() and drawing_file(path.parent) == path:
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
    return _part(
        path,
        LIKELIHOOD,
        "does not say how likely pictures are",
        "Choose a model that does, such as a mixture, a flow or a VAE of this program.",
    )


def translator_in(path: Path) -> Path:
    """The file of the translator at ``path``: that file itself, or the one in a model's folder, generator or none.

    Raises
    ------
    Problem
        There is nothing there, or the model has no translator.
    """
    return _part(path, TRANSLATOR, "does not turn pictures into others", "Choose a model that does, such as a pix2pix.")


def backwards_of(translator: Path) -> Path | None:
    """The translator of the other way round that lies beside one; None where there is none, or it is that file."""
    beside = translator.with_name(BACKWARDS)
    return beside if translator.name == TRANSLATOR and beside.is_file() else None


def _part(path: Path, name: str, lack: str, hint: str) -> Path:
    """The file called ``name`` of the model at ``path``, or a file that is no generator itself."""
    if not path.exists():
        raise Problem(f"There is no model {path}.", "It may have been moved or renamed.")
    folder = path.parent if path.name in (GENERATOR, STEP) else path
    if not folder.is_dir():
        return path
    if not (folder / name).is_file():
        raise Problem(f"{folder.resolve().name} {lack}: it has no {name}.", hint)
    return folder / name


def directions_beside(generator: Path) -> Path:
    """Where the directions of a generator's file lie: in its folder, or beside it under its own name."""
    if generator.name in (GENERATOR, STEP):
        return generator.with_name(_PARTS["directions"])
    return generator.with_name(f"{generator.stem}.{_PARTS['directions']}")


def _folder(folder: Path) -> ModelFiles:
    generator = drawing_file(folder) or translator_file(folder)
    if generator is None and (folder / LIKELIHOOD).is_file():
        raise Problem(
            f"{folder.resolve().name} paints no pictures: it only says how likely they are.",
            f"Ask it about some: python -m explorer likelihood {folder.resolve().name} PICTURES.",
        )
    if generator is None:
        raise Problem(
            f"The folder {folder.name} has no {GENERATOR}.",
            "Choose a model's folder, or export the run that it belongs to.",
        )
    parts = {part: folder / file for part, file in _PARTS.items()}
    found = {part: file if file.is_file() else None for part, file in parts.items()}
    return ModelFiles(folder.resolve().name, generator, **found)


_PARTS = {
    "encoder": ENCODER,
    "critic": "critic.onnx",
    "directions": "directions.npz",
    "preview": "preview.png",
    "classifier": "classifier.onnx",
    "mapping": MAPPING,
    "likelihood": LIKELIHOOD,
    "surprise": SURPRISE,
    "step": STEP,
    "axes": AXES,
    "text": TEXT,
    "matcher": MATCHER,
}
