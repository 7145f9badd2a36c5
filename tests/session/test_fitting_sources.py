"""The pictures that are offered for a model are like what it draws."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from explorer.core.models.card import ModelCard
from explorer.session.settings import Settings
from explorer.session.traverse.fitting_sources import fitting_source, portraits_fit, remember_source

FACES = "931 aligned portraits: official portraits of members of the US Congress"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(tmp_path / "settings.ini")


def model(path: Path, data: str = "", digest: str = "a") -> SimpleNamespace:
    return SimpleNamespace(path=path, generator=SimpleNamespace(card=replace(ModelCard(), data=data), hash=digest))


@pytest.mark.parametrize(
    ("data", "fits", "first"),
    [
        (FACES, False, None),
        ("Fashion-MNIST", False, None),
        ("", True, None),
        ("20,000 procedural portraits, seed 0", True, "portraits"),
        ("Drawn portraits that this program makes itself", True, "portraits"),
    ],
)
def test_drawings_are_offered_to_models_of_drawings_alone(
    tmp_path: Path, settings: Settings, data: str, fits: bool, first: str | None
) -> None:
    assert portraits_fit(ModelCard(data=data)) is fits
    assert fitting_source(model(tmp_path, data), settings) == first


def test_what_was_chosen_is_offered_to_models_of_the_same_data(tmp_path: Path, settings: Settings) -> None:
    one, like, other = (model(tmp_path, FACES), model(tmp_path, FACES, "b"), model(tmp_path, "cats"))
    (tmp_path / "me").mkdir()
    remember_source(one, tmp_path / "me", settings)
    assert fitting_source(like, settings) == tmp_path / "me"
    assert fitting_source(other, settings) is None
    (tmp_path / "me").rmdir()
    assert fitting_source(one, settings) is None


def test_a_model_of_a_run_is_offered_what_the_run_learned_from(tmp_path: Path, settings: Settings) -> None:
    run = tmp_path / "run"
    run.mkdir()
    for data, expected in (
        (str(tmp_path), tmp_path),
        ("portraits:400:1", "portraits"),
        (str(tmp_path / "gone"), None),
        (3, None),
    ):
        (run / "run.json").write_text(json.dumps({"data": data}))
        assert fitting_source(model(run, "cats"), settings) == expected
