"""Opening whatever the user chose: a file, a folder, a run of ours, or a picture that carries its scene."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from explorer.core.files import read_file
from explorer.core.models.file_kinds import kind_of, refuse_other_kinds, run_of
from explorer.core.models.model import GENERATOR, LIKELIHOOD, STEP, TRANSLATOR, ModelFiles, drawing_file, model_files
from explorer.core.problem import Problem
from explorer.core.rendering.scene import FORMAT, Scene, scene_from_json
from explorer.paths import is_bundled
from explorer.session.directions.direction_files import DirectionFiles
from explorer.session.models.companion_links import CompanionLinks
from explorer.session.models.encoder_beside import with_encoder
from explorer.session.models.live_file import LIVE_FOLDER, is_live, take_live_name
from explorer.session.models.weights_files import WeightsFiles
from explorer.session.settings import Device
from explorer.training.weight_import.diffusers.config import CLASS, CONFIG

if TYPE_CHECKING:  # these take a while to import: they are, when the first model opens, in a worker
    from explorer.core.directions.direction import Direction
    from explorer.core.inference.generator import Generator
    from explorer.core.inference.text_network import TextNetwork
    from explorer.core.rendering.latent_axes import LatentAxes
    from explorer.core.rendering.renderer import Renderer
    from explorer.training.weight_import.interpretation import WeightInterpretation

_ENCODER = "encoder.onnx"
_LARGEST_SCENE_BYTES = 4 << 20


@dataclass(frozen=True, eq=False)
class OpenModel:
    """A model that is open, and what it was opened from.

    Attributes
    ----------
    path : Path
        What the user chose.
    files : ModelFiles
        The parts of the model.
    generator : Generator
    renderer : Renderer
        Draws scenes with it.
    device : str
        Where it was asked to run; ``generator.provider`` says where it does.
    directions : tuple of Direction
        Those that were kept for it.
    directions_problem : Problem or None
        Why it could not be read.
    parts_problem : Problem or None
        Why a part that it was given is not used.
    axes : LatentAxes or None
        Those that take the place of thousands of dimensions.
    axes_problem : Problem or None
        Why they could not be read.
    text_problem : Problem or None
        Why the network of sentences beside the generator cannot be used.
    readings : WeightInterpretation or None
        How it was read from weights that others saved; None where it was not.
    is_live : bool
        Whether it is that of a run in training, which changes.
    """

    path: Path
    files: ModelFiles
    generator: Generator
    renderer: Renderer
    device: Device
    directions: tuple[Direction, ...] = ()
    directions_problem: Problem | None = None
    parts_problem: Problem | None = None
    axes: LatentAxes | None = None
    axes_problem: Problem | None = None
    readings: WeightInterpretation | None = None
    is_live: bool = False
    text_problem: Problem | None = None

    @property
    def name(self) -> str:
        """What to call the model."""
        said = self.generator.card.name
        return self.files.name if said in ("", self.generator.path.stem) else said

    @property
    def text(self) -> TextNetwork:
        """What makes a part of its latent of sentences.

        Raises
        ------
        Problem
            It has none, or it cannot be used.
        """
        if self.generator.text is not None:
            return self.generator.text
        if self.text_problem is not None:
            raise self.text_problem
        raise Problem(f"{self.name} lacks its text.onnx.", "Export it again.")

    def check(self, scene: Scene) -> None:
        """Refuse a ``scene`` from elsewhere that this model cannot draw.

        Raises
        ------
        Problem
            Its latent is of another size, or the model lacks its class or one of its directions.
        """
        card, hint = self.generator.card, "Copy or save the scene again where it was made."
        if scene.z.size != card.latent_size:
            what = f"This scene has a latent of {scene.z.size} numbers; {self.name} takes {card.latent_size}."
            raise Problem(what, hint)
        if scene.label is not None and not 0 <= scene.label < len(card.classes):
            what = f"This scene shows class {scene.label}; {self.name} has {len(card.classes) or 'no'} classes."
            raise Problem(what, hint)
        if scene.says_styles and not self.renderer.has_w:
            raise Problem(f"This scene uses W, which {self.name} does not have.", hint)
        self.renderer.check(scene)


class Opener:
    """Opens things, slowly: to be called in a worker thread.

    Attributes
    ----------
    direction_files : DirectionFiles
    weights : WeightsFiles
        What was made of weights that others saved.

    Parameters
    ----------
    exports_folder : Path
        Where the models exported from run folders are kept.
    direction_files : DirectionFiles, optional
        Where directions are kept; by default beside ``exports_folder`` where they cannot be beside the model.
    attachments : CompanionLinks, optional
        The parts that models were given; by default none but those that are beside ``exports_folder``.
    """

    def __init__(
        self,
        exports_folder: Path,
        direction_files: DirectionFiles | None = None,
        companion_links: CompanionLinks | None = None,
    ) -> None:
        self._exports_folder = exports_folder
        self.companion_links = companion_links or CompanionLinks(exports_folder.parent / "parts.json")
        self.direction_files = direction_files or DirectionFiles(exports_folder.parent / "directions")
        self.weights = WeightsFiles(exports_folder)

    def open(
        self,
        path: Path,
        device: Device,
        cancelled: Callable[[], bool] = lambda: False,
        measuring: Callable[[float], None] | None = None,
        staged: Callable[[str], object] = lambda _stage: None,
    ) -> OpenModel:
        """The model at ``path``: an ONNX file, a model folder, a run folder or checkpoint of ours, or others' weights.

        ``cancelled`` is asked while a run is exported or weights are converted, which takes a while, and while W is
        measured, of which ``measuring`` is told the share that is done, 0 to 1. ``staged`` is told what is being done
        with weights.

        Raises
        ------
        Problem
            There is no model there that can be used; says what was found.
        """
        from explorer.core.directions.direction import vectors
        from explorer.core.inference.generator import Generator
        from explorer.core.rendering.renderer import renderer_of

        files = self.files(path, cancelled, staged)
        live = is_live(path, self._exports_folder.parent / LIVE_FOLDER)
        readings = self.weights.readings(files)
        converted = readings is not None and self.weights.made(files)
        own = live or run_of(path) is not None or converted
        generator = Generator.open(files.generator, device, trusted=own)
        if live:
            take_live_name(generator, path)
        elif converted and path != files.generator.parent:  # the same bytes may have been opened under another name
            generator.card = replace(generator.card, name=files.name)
        if generator.mapping is not None:
            _measure_w(generator, measuring, cancelled)
        card = generator.card
        files, parts_problem = self.companion_links.added_to(files, generator.hash)
        if generator.guessed or not (own or files.encoder is None or is_bundled(files.encoder)):
            files = with_encoder(files, generator)
        shelf = self.direction_files.load(files, generator.hash, card.latent_size, card.style_size)
        meant = {**self.direction_files.remembered(generator.hash), **vectors(shelf.directions)}
        generator.text, text_problem = _text(files, generator, trusted=own)
        renderer = renderer_of(generator, meant)
        return OpenModel(
            path,
            files,
            generator,
            renderer,
            device,
            shelf.directions,
            shelf.problem,
            parts_problem,
            *_axes(files, card.latent_size),
            readings,
            live,
            text_problem,
        )

    def files(
        self,
        path: Path,
        cancelled: Callable[[], bool] = lambda: False,
        staged: Callable[[str], object] = lambda _stage: None,
    ) -> ModelFiles:
        """The parts of the model at ``path``; a run is exported first, and weights converted, unless they were before.

        Raises
        ------
        Problem
            There is nothing there, or no model.
        """
        if not path.exists():
            raise Problem(f"{path} is not there.", "It may have been moved or renamed; look for it with Open.")
        if kind_of(path) == "weights":
            return self.weights.files(path, cancelled, staged)
        refuse_other_kinds(path)
        run = run_of(path)
        return model_files(self._with_generator(run, cancelled) if run else path)

    def generator_of(self, path: Path) -> Path:
        """The generator's file of the model, run or weights at ``path``; not there where it was never exported."""
        if kind_of(path) == "weights":
            return self.weights.generator_of(path)
        run = run_of(path)
        folder = self._export_of(run) if run else path
        return (drawing_file(folder) or folder / GENERATOR) if run or path.is_dir() else path

    def exports(self) -> tuple[Path, ...]:
        """Every model that was exported from a run, even where the run has been trained further since."""
        return tuple(sorted(folder for folder in self._exports_folder.glob("*") if drawing_file(folder) is not None))

    def _export_of(self, run: Path) -> Path:
        return self._exports_folder / _fingerprint(run)

    def exported(self, run: Path, cancelled: Callable[[], bool] = lambda: False) -> Path:
        """The folder that the run was exported to, unless that was done before. Raises as `export_run` does."""
        from explorer.training.runs.export import export_run

        out = self._export_of(run)
        if not any((out / part).is_file() for part in (GENERATOR, STEP, _ENCODER, LIKELIHOOD, TRANSLATOR)):
            export_run(run, out, cancelled=cancelled)
        return out

    def _with_generator(self, run: Path, cancelled: Callable[[], bool]) -> Path:
        out = self.exported(run, cancelled)
        if (out / _ENCODER).is_file() and drawing_file(out) is None:
            raise Problem(
                f"The run {run.resolve().name} trains an encoder, so there is no generator to explore.",
                "Export it into the folder of the generator it was trained with; that puts it to use.",
            )
        return out


def _axes(files: ModelFiles, latent_size: int) -> tuple[LatentAxes | None, Problem | None]:
    """The axes that lie beside a generator, or why they cannot be used; neither where there are none."""
    if files.axes is None:
        return None, None
    from explorer.core.rendering.latent_axes import load_axes

    try:
        return load_axes(files.axes, latent_size), None
    except Problem as problem:
        return None, problem


def _text(files: ModelFiles, generator: Generator, *, trusted: bool) -> tuple[TextNetwork | None, Problem | None]:
    """The network of sentences that lies beside a generator, or why it cannot be used; neither where there is none."""
    if files.text is None:
        return None, None
    from explorer.core.inference.text_network import TextNetwork

    try:
        return TextNetwork.open(files.text, generator.card.dimensions, trusted=trusted), None
    except Problem as problem:
        return None, problem


def _measure_w(generator: Generator, measuring: Callable[[float], None] | None, cancelled: Callable[[], bool]) -> None:
    """Have the spread of W known before the first picture; a model that is not opened to the end is closed."""
    try:
        generator.spread(measuring, cancelled)
    except BaseException:
        generator.close()
        raise


def holds_scene(path: Path) -> bool:
    """Whether ``path`` is a picture or a scene rather than a model."""
    return path.is_file() and kind_of(path) in ("picture", "scene")


def scene_in_file(path: Path) -> Scene:
    """The scene that a saved picture or a scene file carries.

    Raises
    ------
    Problem
        It carries none, or cannot be read.
    """
    if kind_of(path) != "picture":  # a scene's text may have any name
        return _scene_in_text(path)
    scene = scene_carried_by(path)
    if scene is None:
        hint = "Pictures saved by this program carry theirs; other programs may have removed it."
        raise Problem(f"{path.name} carries no scene.", hint)
    return scene


def scene_carried_by(path: Path) -> Scene | None:
    """The scene of a picture, None where it has none, or of a scene file; None of anything else. Raises `Problem`."""
    from explorer.core.rendering.picture_files import scene_in_png

    kind = kind_of(path)
    if kind == "picture":
        return scene_in_png(path)
    return _scene_in_text(path) if kind == "scene" else None


def _scene_in_text(path: Path) -> Scene:
    data = read_file(path, _LARGEST_SCENE_BYTES)
    if path.name == CONFIG and f'"{CLASS}"'.encode() in data:
        what = f"{path.name} describes a model of diffusers, whose weights lie beside it."
        raise Problem(what, "Open those, or their folder.")
    if FORMAT.encode() not in data:
        raise Problem(f"{path.name} holds no scene.", "Open a picture or a scene saved by this program.")
    try:
        return scene_from_json(data.decode("utf-8"))
    except UnicodeDecodeError:
        raise Problem(f"{path.name} is damaged.", "Save the scene again where it was made.") from None


def _fingerprint(run: Path) -> str:
    """What tells the state of a run from every other: its place, and the age and size of its files."""
    found = hashlib.sha256(str(run.resolve()).encode())
    for file in sorted(run.rglob("*")):
        if file.suffix in (".safetensors", ".json") and (state := _state_of(file)) is not None:
            found.update(f"{file.relative_to(run)} {state.st_mtime_ns} {state.st_size}\n".encode())
    return found.hexdigest()[:24]


def _state_of(file: Path) -> os.stat_result | None:
    try:
        return file.stat()
    except OSError:  # an older checkpoint, which training has put away meanwhile
        return None
