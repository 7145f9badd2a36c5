"""Pictures that were shown become small ones of the history, and few of them are kept whole until then."""

from __future__ import annotations

from dataclasses import replace
from unittest.mock import Mock

import numpy as np

from explorer.core.rendering.renderer import Rendering
from explorer.core.rendering.scene import Scene
from explorer.session.explore.scene_pictures import THUMBNAIL_PX, Thumbnails

SIDE = 4 * THUMBNAIL_PX


def test_of_many_large_pictures_few_are_kept_whole_and_all_are_small_when_asked_for(qapp) -> None:
    thumbnails, drawn = Thumbnails(), Mock()
    thumbnails.drawn.connect(drawn)
    first = Scene(z=np.zeros(2, np.float32))
    scenes = [replace(first, truncation=index / 50) for index in range(50)]
    for index, scene in enumerate(scenes):
        thumbnails.note(Rendering(scene, np.full((SIDE, SIDE, 3), index, np.uint8), 1.0, "CPU"))
    whole = [picture for picture in thumbnails._shown.values() if picture.shape[0] == SIDE]
    assert len(whole) <= 16
    for index, scene in enumerate(scenes):
        small = thumbnails.of(scene)
        assert small is not None
        assert small.shape == (THUMBNAIL_PX, THUMBNAIL_PX, 3)
        assert (small == index).all()
    drawn.assert_not_called()  # nobody had asked before
    thumbnails.close()


def test_who_asked_before_a_picture_was_shown_is_told_of_it(qapp) -> None:
    thumbnails, drawn = Thumbnails(), Mock()
    thumbnails.drawn.connect(drawn)
    scene = Scene(z=np.zeros(2, np.float32))
    assert thumbnails.of(scene) is None
    thumbnails.note(Rendering(scene, np.zeros((8, 8, 3), np.uint8), 1.0, "CPU"))
    assert drawn.call_args.args[0] is scene
    thumbnails.close()
