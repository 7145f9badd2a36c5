"""Strips show pictures that training held out, as each model takes them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from explorer.core.problem import Problem
from explorer.core.rendering.picture_files import save_png
from explorer.session.models.opening import Opener, OpenModel
from explorer.session.traverse.picture_strips import ComparedPictures, PictureStrips, StripsRequest
from explorer.training.sources import open_pictures
from tests.models import tiny_encoder, tiny_generator

COUNT = 40


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pictures")
    for place in range(COUNT):
        save_png(folder / f"{place}.png", np.full((16, 16, 3), (6 * place, 0, 200), np.uint8))
    return folder


@pytest.fixture
def opener(tmp_path: Path) -> Opener:
    return Opener(tmp_path / "exports")


def written(folder: Path, latent: int = 4, size: int = 8) -> Path:
    folder.mkdir()
    tiny_generator(folder / "generator.onnx", latent=latent, size=size)
    tiny_encoder(folder / "encoder.onnx", latent=latent, size=size)
    return folder


@pytest.fixture
def model(opener: Opener, tmp_path: Path) -> Iterator[OpenModel]:
    """One whose training held out 0.3 of its pictures."""
    opened = opener.open(written(tmp_path / "own"), "cpu", lambda: False)
    opened.generator.card = replace(opened.generator.card, hold_out=(0.3, 0))
    yield opened
    opened.generator.close()


@pytest.fixture
def work(opener: Opener) -> Iterator[PictureStrips]:
    strips = PictureStrips(opener)
    yield strips
    strips.close()


def made(work: PictureStrips, model: OpenModel, wanted: StripsRequest, qtbot: QtBot) -> ComparedPictures:
    with qtbot.waitSignal(work.shown, timeout=20_000) as told:
        work.request(model, wanted)
    found = told.args[0]
    assert isinstance(found, ComparedPictures)
    return found


def test_only_pictures_that_training_held_out_are_shown(
    work: PictureStrips, model: OpenModel, pictures: Path, qtbot: QtBot
) -> None:
    everything = open_pictures(pictures, size=8)
    held_out = {np.asarray(everything.pictures[at]).tobytes() for at in np.flatnonzero(everything.held_out(0.3))}
    count = len(held_out)
    strips = made(work, model, StripsRequest((), pictures, count), qtbot)
    assert 0 < count < COUNT
    assert {picture.tobytes() for picture in strips.pictures[0]} == held_out
    assert strips.are_unseen


def test_more_pictures_than_were_held_out_are_refused(
    work: PictureStrips, model: OpenModel, pictures: Path, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(work.failed, timeout=20_000) as told:
        work.request(model, StripsRequest((), pictures, COUNT))
    assert isinstance(told.args[0], Problem)
    assert "held out from training" in told.args[0].what


def test_a_model_of_another_size_and_latent_gets_the_same_pictures_and_may_have_seen_them(
    work: PictureStrips, model: OpenModel, pictures: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    other = written(tmp_path / "other", latent=6, size=16)
    strips = made(work, model, StripsRequest((other,), pictures, 3), qtbot)
    assert [strip.shape for strip in strips.pictures] == [(3, 16, 16, 3), (3, 8, 8, 3), (3, 16, 16, 3)]
    assert not strips.are_unseen
    assert all(0.0 < error < 1.0 for error in strips.errors)
    assert strips.sheet().shape[0] > 3 * 64
