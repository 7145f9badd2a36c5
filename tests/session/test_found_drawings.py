from __future__ import annotations

import numpy as np
import pytest

from explorer.core.drawing.drawing import Drawing
from explorer.core.files import hash_of
from explorer.core.models.file_kinds import kind_of
from explorer.core.models.wrong_kind import WrongKind
from explorer.core.rendering.picture_files import save_png
from explorer.core.rendering.scene import Scene
from explorer.session.models.catalog import Catalog
from explorer.session.models.folders import models_in
from explorer.session.models.open_model import Models
from explorer.session.models.opening import Opener
from explorer.session.settings import Settings
from explorer.session.translate.folder_translations import FolderTranslations
from explorer.session.translate.translations import Translations
from tests.models import tiny_generator, tiny_translator


@pytest.fixture
def shelf(tmp_path):
    """A folder of models: one that paints, and one that only translates."""
    for name in ("faces", "pencil"):
        (tmp_path / "models" / name).mkdir(parents=True)
    tiny_generator(tmp_path / "models" / "faces" / "generator.onnx")
    tiny_translator(tmp_path / "models" / "pencil" / "translator.onnx")
    return tmp_path / "models"


@pytest.fixture
def models(qtbot, shelf, tmp_path):
    catalog = Catalog(shelf, tmp_path / "previews", Settings(tmp_path / "settings.ini"))
    found = Models(catalog, Opener(tmp_path / "exports"))
    yield found
    found.close()


def test_a_folder_with_a_translator_alone_is_a_model_wherever_models_are_looked_for(shelf, models, qtbot):
    assert kind_of(shelf / "pencil") == "model"
    assert models_in(shelf) == (shelf / "faces", shelf / "pencil")
    with qtbot.waitSignal(models.failed, timeout=20_000) as failed:
        models.open(shelf / "pencil", "cpu")
    assert isinstance(failed.args[0], WrongKind)
    assert (failed.args[0].kind, failed.args[0].path) == ("translator", shelf / "pencil" / "translator.onnx")
    assert [entry.name for entry in models._catalog.bundled()] == ["faces"]
    assert [entry.name for entry in models._catalog.translators()] == ["pencil"]


def test_a_drawn_scene_is_told_with_its_translator_and_opens_no_generator(shelf, models, qtbot, tmp_path):
    known = Scene(hash_of(shelf / "pencil" / "translator.onnx"), "pencil", drawing=Drawing())
    save_png(tmp_path / "drawn.png", np.zeros((8, 8, 3), np.uint8), known)
    with qtbot.waitSignal(models.drawing_found, timeout=20_000) as told:
        models.open(tmp_path / "drawn.png", "cpu")
    assert told.args[0].translator == shelf / "pencil"
    assert told.args[0].scene.drawing is not None
    with qtbot.waitSignal(models.drawing_found, timeout=20_000) as told:
        models.show(Scene("elsewhere", "chalk", drawing=Drawing()), "cpu")
    assert told.args[0].translator is None
    assert models.current is None


@pytest.fixture
def translations(qtbot, shelf):
    found = Translations()
    with qtbot.waitSignal(found.opened, timeout=20_000):
        found.open(shelf / "pencil", "cpu")
    yield found
    found.close()


def test_a_folder_is_translated_with_progress_and_what_cannot_be_is_told(translations, qtbot, tmp_path):
    from explorer.core.exports.translated_files import TranslationSettings

    source = tmp_path / "photos"
    source.mkdir()
    for shade in range(5):
        save_png(source / f"{shade}.png", np.full((8, 8, 3), 50 * shade, np.uint8))
    (source / "bad.png").write_bytes(b"nothing")
    work, counts = FolderTranslations(), []
    work.counted.connect(lambda done, total: counts.append((done, total)))
    with qtbot.waitSignal(work.written, timeout=20_000) as written:
        work.translate(translations.translator, source, tmp_path / "answers", TranslationSettings())
    folder, done, failed = written.args
    assert (folder, done, [file.name for file, _ in failed]) == (tmp_path / "answers", 5, ["bad.png"])
    assert sorted(file.name for file in folder.iterdir()) == [f"{shade}.png" for shade in range(5)]
    assert counts[-1] == (6, 6)
    work.close()


def test_a_folder_that_nobody_wants_any_more_leaves_nothing(translations, qtbot, tmp_path, monkeypatch):
    from explorer.core.exports.translated_files import TranslationSettings

    source = tmp_path / "photos"
    source.mkdir()
    for shade in range(5):
        save_png(source / f"{shade}.png", np.full((8, 8, 3), 50 * shade, np.uint8))
    work, translator = FolderTranslations(), translations.translator
    translate = translator.translate

    def cancelling(*args, **options):
        work._jobs[0].cancelled.set()
        return translate(*args, **options)

    monkeypatch.setattr(translator, "translate", cancelling)
    with qtbot.waitSignal(work.stopped, timeout=20_000):
        work.translate(translator, source, tmp_path / "answers", TranslationSettings())
    assert not (tmp_path / "answers").exists()
    work.close()
