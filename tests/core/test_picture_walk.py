"""Which pictures lie in a folder, however deep, and when looking for them ends."""

from __future__ import annotations

from pathlib import Path

import pytest

from explorer.core.photos.photo_names import named_photos
from explorer.core.photos.picture_walk import PictureWalk
from explorer.core.problem import Problem


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("b/c/deep.png", "b/near.JPG", "own.png", ".hidden.png", ".cache/kept.png", "words.txt"):
        path = tmp_path / "pictures" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    return tmp_path / "pictures"


def found(folder: Path) -> list[str]:
    return [path.relative_to(folder).as_posix() for path in named_photos([folder])]


def test_pictures_are_found_nearest_first_and_none_that_are_hidden(folder: Path) -> None:
    assert found(folder) == ["own.png", "b/near.JPG", "b/c/deep.png"]


def test_a_link_that_leads_back_is_followed_once(folder: Path) -> None:
    (folder / "b" / "back").symlink_to(folder)
    assert found(folder) == ["own.png", "b/near.JPG", "b/c/deep.png"]


def test_looking_ends_after_as_much_as_was_said_or_when_nobody_waits(folder: Path) -> None:
    some = PictureWalk(folder, 6)
    assert len(list(some.pictures())) < 3
    assert some.is_cut
    whole = PictureWalk(folder)
    assert len(list(whole.pictures())) == 3
    assert not whole.is_cut
    given_up = PictureWalk(folder, cancelled=lambda: True)
    assert list(given_up.pictures()) == []
    assert given_up.is_cut


def test_a_folder_without_pictures_is_refused_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(Problem, match="no pictures in the folder"):
        list(named_photos([tmp_path]))
