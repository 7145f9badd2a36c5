"""Files through a translator: photos, drawings, and drawn scenes that pictures and scene files carry."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from explorer.core.drawing.given_pictures import given_picture
from explorer.core.exports.export_job import Cancelled, Progress, counted
from explorer.core.files import new_folder, read_file
from explorer.core.inference.translator import Translator
from explorer.core.models.value_ranges import Range
from explorer.core.photos.photo_files import read_photo
from explorer.core.photos.resizing import Fit, Pixels
from explorer.core.problem import Problem
from explorer.core.rendering.drawn_scenes import answered, drawing_in, raster_for
from explorer.core.rendering.latents import Latent
from explorer.core.rendering.picture_files import fitted, is_png, save_png, scene_in_png
from explorer.core.rendering.scene import Scene, scene_from_json

SCENE_SUFFIX = ".json"
_LARGEST_SCENE = 16 * 2**20
_STOPPED = Problem("The translation was stopped.", "Start it again.")


@dataclass(frozen=True, eq=False)
class TranslationSettings:
    """How files are translated.

    Attributes
    ----------
    value_range : (float, float) or None
        What black and white are to the model; None leaves that to it.
    fit : {"crop", "whole"}
        What becomes of a picture that is not of the size the model takes.
    noise : float, 0 to 1
        How much a picture is spoilt before.
    given : str
        What is made of a photo before, by a word of `explorer.core.drawing.given_words`; "" leaves it as it is.
    z : (style_size,) float32 or None
        The latent, where the model takes one; None for that of the scene, or the prior's mean.
    is_beside : bool
        Whether what went in is put beside what came out.
    """

    value_range: Range | None = None
    fit: Fit = "crop"
    noise: float = 0.0
    given: str = ""
    z: Latent | None = None
    is_beside: bool = False


@dataclass(frozen=True, eq=False)
class TranslatedFile:
    """What became of a file.

    Attributes
    ----------
    file : Path
    picture : (height, width, 1 or 3) uint8
    took_ms : float
        Of the run alone.
    said : tuple of str
        One sentence for each thing that was done to it.
    scene : Scene or None
        Of a drawing, which the picture's file then carries.
    """

    file: Path
    picture: Pixels
    took_ms: float
    said: tuple[str, ...] = ()
    scene: Scene | None = None

    def save(self, path: Path) -> None:
        """Write it as a PNG."""
        save_png(path, self.picture, self.scene)


def translated_file(translator: Translator, file: Path, how: TranslationSettings) -> TranslatedFile:
    """What a translator makes of a file.

    Parameters
    ----------
    translator : Translator
    file : Path
        A photo; or a scene, as JSON or inside a PNG, whose drawing is then translated.
    how : TranslationSettings

    Raises
    ------
    Problem
        It cannot be read, or the translator fails on it.
    """
    scene = drawn_scene_in(file)
    if scene is not None:
        return _answered_file(translator, file, scene, how)
    photo = read_photo(file).pixels
    if how.given:
        photo = given_picture(photo, how.given, translator.height, translator.width, how.fit)
    found = translator.translate(photo, how.value_range, how.fit, how.noise, how.z)
    if found is None:
        raise _STOPPED
    picture = _beside(found.before, found.after) if how.is_beside else found.after
    return TranslatedFile(file, picture, found.took_ms, found.said)


def drawn_scene_in(file: Path) -> Scene | None:
    """The drawn scene that a file is or carries; None of a photo, and of a picture that a generator painted.

    Raises
    ------
    Problem
        It is a scene file that cannot be read, or the scene in it is damaged.
    """
    if file.suffix.lower() == SCENE_SUFFIX:
        return scene_from_json(read_file(file, _LARGEST_SCENE).decode("utf-8", "replace"))
    scene = scene_in_png(file) if is_png(file) else None
    return scene if scene is not None and scene.drawing is not None else None


def save_translations(
    translator: Translator,
    files: Sequence[tuple[Path, str]],
    folder: Path,
    how: TranslationSettings,
    *,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
    failed: Callable[[Path, Problem], object] = lambda _file, _problem: None,
) -> list[tuple[TranslatedFile, str]]:
    """Translates files into a new folder, which appears when all are there; what fails is told and left out.

    Parameters
    ----------
    files : sequence of (Path, str)
        Each with the name of its PNG, without the ending.
    folder : Path
    failed : callable
        Told of each file that could not be translated, and why.

    Returns
    -------
    list of (TranslatedFile, str)
        Without their pictures' files open: what became of each, and its file's name.

    Raises
    ------
    Problem
        None could be translated, or the folder cannot be made.
    StoppedError
        It was cancelled; there is no folder.
    """
    done: list[tuple[TranslatedFile, str]] = []
    with new_folder(folder) as draft:
        for file, name in counted(files, progress, cancelled):
            try:
                found = translated_file(translator, file, how)
            except Problem as problem:
                failed(file, problem)
                continue
            found.save(draft / f"{name}.png")
            done.append((replace(found, picture=found.picture[:0]), f"{name}.png"))  # many are too much to keep
        if not done:
            raise Problem(f"None of the {len(files):,} pictures could be translated.", "See above what is wrong.")
    return done


def _answered_file(translator: Translator, file: Path, scene: Scene, how: TranslationSettings) -> TranslatedFile:
    raster = raster_for(translator)
    raster.draw(drawing_in(scene))
    own, said = scene_for(translator, scene, how)
    found = answered(translator, own, raster.picture())
    if found is None:
        raise _STOPPED
    picture = _beside(raster.picture(), found.picture) if how.is_beside else found.picture
    return TranslatedFile(file, picture, found.took_ms, said, own)


def scene_for(translator: Translator, scene: Scene, how: TranslationSettings) -> tuple[Scene, tuple[str, ...]]:
    """The scene with this translator's latent, and what is to be said of that."""
    z = scene.z if how.z is None else how.z
    if scene.model in ("", translator.hash):
        said: tuple[str, ...] = ()
    else:
        said = (f"It was drawn for another model, {scene.model_name or scene.model[:12]}.",)
        z = z if z.size == translator.style_size else np.zeros(translator.style_size, np.float32)
    seed = scene.seed if z is scene.z else None
    return replace(scene, model=translator.hash, model_name=translator.name, z=z, seed=seed), said


def _beside(before: Pixels, after: Pixels) -> Pixels:
    """Both in one picture, what went in on the left, as large as what came out."""
    height, width = after.shape[:2]
    return np.concatenate([fitted(each, height, width, 3) for each in (before, after)], axis=1)
