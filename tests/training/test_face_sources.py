"""Pictures whose faces are lined up while they are opened: ``align=faces``."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from explorer.core.photos.pupils import FRAME, FRAME_WORDS, pupils_in
from explorer.core.problem import Problem
from explorer.training.runs.run import Run
from explorer.training.runs.spec import RunSpec
from explorer.training.sources import Assumptions, PictureSet, open_pictures
from tests.faces import drawn_face, face_photo, save_photo


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two faces, differently turned and scaled, and a picture without one."""
    path = tmp_path_factory.mktemp("mixed") / "photos"
    path.mkdir()
    save_photo(path / "a.png", face_photo(2, side=170, turn=-20)[0])
    Image.fromarray(face_photo(10, side=110, turn=15)[0]).rotate(90, expand=True).save(path / "b.png")
    Image.new("RGB", (90, 60), (80, 120, 90)).save(path / "meadow.png")
    upright = Image.open(path / "b.png")
    exif = upright.getexif()
    exif[0x0112] = 6  # to be turned back by a viewer
    upright.save(path / "b.png", exif=exif)
    return path


def opened(folder: Path, **assume: str) -> PictureSet:
    return open_pictures(folder, size=64, assume=Assumptions.of(assume), cache=folder.parent / "cache")


def test_faces_lie_in_one_place_and_what_has_none_is_named(folder: Path) -> None:
    found = opened(folder, align="faces")
    assert found.names == ("a.png", "b.png")
    assert found.report.skipped == {"without a face": 1}
    assert found.report.examples == (("meadow.png", "without a face"),)
    middle = (slice(16, 48), slice(16, 48))
    for picture, seed in zip(found.pictures, (2, 10), strict=True):
        assert np.abs(picture[middle].astype(int) - drawn_face(seed)[middle]).mean() < 14


def test_it_is_told_kept_and_said_in_the_frame_of_a_run(folder: Path, tmp_path: Path) -> None:
    found = opened(folder, align="faces")
    assert "align=faces (the eyes lie in one place)" in found.report.assumed
    assert found.assumed.align == "faces"
    assert pupils_in(found.frame) is not None
    assert np.allclose(np.array(pupils_in(found.frame)), FRAME)
    spec = RunSpec("gan", str(folder), 64, 1).with_data(found)
    assert (spec.assume["align"], spec.frame) == ("faces", FRAME_WORDS)
    assert Run.create(tmp_path / "run", spec).pictures(cache=folder.parent / "cache").names == found.names


def test_unless_it_is_asked_for_the_middle_is_cut_out(folder: Path) -> None:
    plain, said = opened(folder), opened(folder, align="no")
    assert plain.names == ("a.png", "b.png", "meadow.png")
    assert (plain.frame, said.frame) == ("", "")
    assert np.array_equal(plain.pictures, said.pictures)
    assert not np.array_equal(plain.pictures[0], opened(folder, align="faces").pictures[0])


def test_a_set_without_any_face_says_so(tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    Image.new("RGB", (90, 60), (80, 120, 90)).save(tmp_path / "photos" / "meadow.png")
    with pytest.raises(Problem, match="1 without a face"):
        opened(tmp_path / "photos", align="faces")


def test_arrays_are_lined_up_too(tmp_path: Path) -> None:
    photo, _ = face_photo(2, side=90, turn=20, size=(128, 128))
    np.save(tmp_path / "x.npy", photo[None])
    found = opened(tmp_path / "x.npy", align="faces")
    middle = (slice(16, 48), slice(16, 48))
    assert np.abs(found.pictures[0][middle].astype(int) - drawn_face(2)[middle]).mean() < 14


def test_nothing_else_can_be_lined_up() -> None:
    with pytest.raises(Problem, match="align=hands cannot be assumed"):
        Assumptions(align="hands")
