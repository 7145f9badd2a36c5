"""The models at hand: the bundled ones, and those the user opened before."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from explorer.core.files import Hashes
from explorer.core.models.file_kinds import named_like_weights
from explorer.core.models.model import DREAM, GENERATOR, TRANSLATOR, drawing_file
from explorer.core.problem import Problem
from explorer.core.rendering.latents import sample
from explorer.session.explore.scene_pictures import shrunk
from explorer.session.settings import Settings

if TYPE_CHECKING:
    from explorer.core.inference.generator import Generator

PREVIEW = "preview.png"
_PREVIEW_SEED = 1

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class CatalogEntry:
    """One model of the catalog.

    Attributes
    ----------
    name : str
    path : Path
        What to open.
    preview : Path or None
        A picture of what it makes.
    bundled : bool
        Whether it came with the program.
    """

    name: str
    path: Path
    preview: Path | None
    bundled: bool


class Catalog:
    """Knows the models at hand.

    Parameters
    ----------
    models_folder : Path
        The bundled models, one folder each.
    previews_folder : Path
        Where pictures of models that bring none are kept.
    settings : Settings
    """

    def __init__(self, models_folder: Path, previews_folder: Path, settings: Settings) -> None:
        self._models_folder = models_folder
        self._previews_folder = previews_folder
        self._settings = settings
        self._hashes = Hashes()

    def bundled(self) -> tuple[CatalogEntry, ...]:
        """The models that came with the program, by name; worlds, of which a frame is but a part, after the others."""
        folders = [folder for folder in self._models_folder.glob("*") if drawing_file(folder) is not None]
        folders.sort(key=lambda folder: ((folder / DREAM).exists(), folder.name))
        return tuple(CatalogEntry(folder.name, folder, self._preview_of(folder), True) for folder in folders)

    def without_generator(self) -> tuple[Path, ...]:
        """The folders of bundled networks that draw nothing, such as a classifier alone, by name."""
        folders = sorted(folder for folder in self._models_folder.glob("*") if folder.is_dir())
        return tuple(folder for folder in folders if drawing_file(folder) is None)

    def recent(self) -> tuple[CatalogEntry, ...]:
        """What the user opened and what is still there, newest first, without the bundled models."""
        paths = [path for path in self._settings.recent if not self.is_bundled(path) and path.exists()]
        return tuple(CatalogEntry(shown_name(path), path, self._preview_of(path), False) for path in paths)

    def entries(self) -> tuple[CatalogEntry, ...]:
        """Every model at hand, the bundled ones first."""
        return self.bundled() + self.recent()

    def having(self, file: str, here: Path | None = None) -> tuple[CatalogEntry, ...]:
        """The models in whose folder there is a ``file``, that of the folder ``here`` first."""
        found = [entry for entry in self.entries() if (entry.path / file).is_file()]
        if here is not None and (here / file).is_file() and all(entry.path != here for entry in found):
            found.insert(0, CatalogEntry(here.name, here, None, False))
        return tuple(sorted(found, key=lambda entry: entry.path != here))

    def translators(self) -> tuple[CatalogEntry, ...]:
        """The models from picture to picture at hand: those that came with the program, then what was opened."""
        folders = sorted(file.parent for file in self._models_folder.glob(f"*/{TRANSLATOR}"))
        bundled = [CatalogEntry(folder.name, folder, self._preview_of(folder), True) for folder in folders]
        opened = [path for path in self._settings.recent_translators if not self.is_bundled(path) and path.exists()]
        return (*bundled, *(CatalogEntry(shown_name(path), path, self._preview_of(path), False) for path in opened))

    def worlds(self) -> tuple[CatalogEntry, ...]:
        """The world models at hand: those that came with the program, then what was opened."""
        return tuple(entry for entry in self.entries() if (entry.path / DREAM).is_file())

    def find_translator(self, model_hash: str) -> Path | None:
        """Where the translator with this SHA-256 lies, of those at hand. Reads files: not for the GUI thread."""
        for entry in self.translators():
            file = entry.path / TRANSLATOR if entry.path.is_dir() else entry.path
            if self._hash(file) == model_hash:
                return entry.path
        return None

    def is_bundled(self, path: Path) -> bool:
        """Whether ``path`` belongs to a model that came with the program, and so is trusted."""
        return path.resolve().is_relative_to(self._models_folder.resolve())

    def find(
        self, model_hash: str, generator_of: Callable[[Path], Path] | None = None, also: Iterable[Path] = ()
    ) -> Path | None:
        """Where the model whose generator has this SHA-256 lies. Reads files: not for the GUI thread.

        Parameters
        ----------
        model_hash : str
        generator_of : callable, optional
            The generator's file of what lies at a path; by default that of a model.
        also : iterable of Path
            Where else to look, after the models at hand.
        """
        for path in (*(entry.path for entry in self.entries()), *also):
            try:
                file = (generator_of or _generator_of)(path)
            except Problem:  # gone meanwhile, or unreadable: then it is not the one that is looked for
                continue
            if file.suffix == ".onnx" and self._hash(file) == model_hash:
                return path
        return None

    def preview_file(self, path: Path) -> Path:
        """Where the preview of a model that brings none is kept, whether or not it exists."""
        return self._previews_folder / f"{hashlib.sha256(str(path).encode()).hexdigest()[:24]}.png"

    def keep_preview(self, path: Path, generator: Generator) -> None:
        """Keep a picture of what the model at ``path`` makes, unless it brings one or there is a newer one.

        Draws and writes: not for the GUI thread.
        """
        file = self.preview_file(path)
        if (path / PREVIEW).is_file() or _is_newer(file, generator.path):
            return
        from explorer.core.rendering.picture_files import save_png  # Pillow: the first picture need not wait for it

        card = generator.card
        picture = generator.picture(sample(_PREVIEW_SEED, card.latent_size, card.prior))
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            save_png(file, shrunk(picture))
        except (OSError, Problem) as error:  # the menu shows an icon instead
            log.warning("no preview of %s: %s", path, error)

    def _preview_of(self, path: Path) -> Path | None:
        return _existing(path / PREVIEW) or _existing(self.preview_file(path))

    def _hash(self, file: Path) -> str | None:
        try:
            return self._hashes.of(file)
        except Problem:  # gone or unreadable: then it is not the one that is looked for
            return None


def shown_name(path: Path) -> str:
    """What a model at ``path`` is called before it is open."""
    if not named_like_weights(path):
        return path.stem
    from explorer.training.weight_import.converting import name_of

    return name_of(path)


def _generator_of(path: Path) -> Path:
    return (drawing_file(path) or path / GENERATOR) if path.is_dir() else path


def _is_newer(file: Path, than: Path) -> bool:
    return file.is_file() and file.stat().st_mtime >= than.stat().st_mtime


def _existing(file: Path) -> Path | None:
    return file if file.is_file() else None
