from __future__ import annotations

import json
import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from explorer.core.drawing.drawing import MOST_GROUND_PX, TOOLS, WHITE, Drawing, Stroke
from explorer.core.drawing.flooding import connected
from explorer.core.drawing.given_pictures import given_picture, ground_of
from explorer.core.drawing.given_words import guessed_by_looking, in_words, is_given_word
from explorer.core.drawing.rasterising import Raster, drawn_picture
from explorer.core.drawing.straightening import tidied
from explorer.core.exports.stroke_film import drawing_stages
from explorer.core.problem import Problem
from explorer.core.rendering.picture_files import png_bytes, save_png, scene_in_png
from explorer.core.rendering.scene import Scene, scene_facts, scene_from, scene_from_json, scene_to_json

RED, BLUE = (200, 30, 30), (30, 30, 200)


def stroke(tool: str, *places: tuple[float, float], width: float = 0.1, **how: Any) -> Stroke:
    return Stroke(tool, np.array(places, np.float32), width, **how)


def random_stroke(rng: np.random.RandomState) -> Stroke:
    count = rng.randint(1, 5)
    pressures = rng.random_sample(count).astype(np.float32) if rng.randint(2) else None
    places = (rng.random_sample((count, 2)) * 1.4 - 0.2).astype(np.float32)
    colour = tuple(rng.randint(0, 256, 3).tolist())
    return Stroke(
        TOOLS[rng.randint(4)], places, 0.01 + 0.1 * rng.random_sample(), colour, pressures, bool(rng.randint(2))
    )


def same(one: Drawing, other: Drawing) -> bool:
    return json.dumps(scene_facts(Scene(drawing=one))) == json.dumps(scene_facts(Scene(drawing=other)))


@pytest.fixture
def drawing() -> Drawing:
    rng = np.random.RandomState(0)
    ground = rng.randint(0, 256, (24, 16, 3), dtype=np.uint8)
    return Drawing(tuple(random_stroke(rng) for _ in range(12)), ground, RED)


def test_a_drawing_comes_back_to_the_bit_from_its_serial_form_and_from_a_picture(drawing, tmp_path):
    scene = Scene("hash", "pen", np.array([0.5, -1.0], np.float32), drawing=drawing)
    again = scene_from_json(scene_to_json(scene))
    assert again.drawing is not None
    assert scene_to_json(again) == scene_to_json(scene)
    for mine, other in zip(drawing.strokes, again.drawing.strokes, strict=True):
        np.testing.assert_array_equal(mine.points, other.points)
        np.testing.assert_array_equal(mine.pressures, other.pressures)
    np.testing.assert_array_equal(again.drawing.ground, drawing.ground)
    np.testing.assert_array_equal(drawn_picture(again.drawing, 32, 32), drawn_picture(drawing, 32, 32))
    picture = np.zeros((4, 4, 3), np.uint8)
    save_png(tmp_path / "drawn.png", picture, scene)
    assert (tmp_path / "drawn.png").read_bytes() == png_bytes(picture, again)
    assert scene_to_json(scene_in_png(tmp_path / "drawn.png")) == scene_to_json(scene)


def test_a_scene_without_a_drawing_keeps_its_text_and_one_with_it_is_of_a_later_version(drawing):
    facts = scene_facts(Scene())
    assert facts["version"] == 1
    assert "drawing" not in facts
    assert scene_facts(Scene(drawing=drawing))["version"] == 5
    assert scene_from(facts).drawing is None


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"strokes": [{"tool": "laser", "points": [1, 2], "width": 0.1, "colour": [0, 0, 0]}]}, "unknown tool"),
        ({"strokes": [{"tool": "pen", "points": [1], "width": 0.1, "colour": [0, 0, 0]}]}, "no places"),
        ({"strokes": [{"tool": "pen", "points": [1, 10**9], "width": 0.1, "colour": [0, 0, 0]}]}, "far beyond"),
        ({"strokes": [{"tool": "pen", "points": [1, 2.5], "width": 0.1, "colour": [0, 0, 0]}]}, "whole numbers"),
        ({"strokes": [{"tool": "pen", "points": [1, 2], "width": 2, "colour": [0, 0, 0]}]}, "wide"),
        ({"strokes": [{"tool": "pen", "points": [1, 2], "width": 0.1, "colour": [0, 0, 256]}]}, "0 to 255"),
        (
            {"strokes": [{"tool": "pen", "points": [1, 2], "width": 0.1, "colour": [0, 0, 0], "pressures": []}]},
            "pressure",
        ),
        ({"ground": "bm90aGluZw=="}, "damaged picture"),
        ({"strokes": "many"}, "object with strokes"),
        ({"paper": None}, "colour"),
    ],
)
def test_a_damaged_drawing_is_refused_in_a_sentence(drawing, change, said):
    facts = scene_facts(Scene(drawing=Drawing()))
    facts["drawing"] |= change
    with pytest.raises(Problem, match=said):
        scene_from(facts)


def test_a_ground_too_large_for_a_file_is_reduced():
    ground = Drawing(ground=np.zeros((4 * MOST_GROUND_PX, MOST_GROUND_PX, 3), np.uint8)).ground
    assert ground.shape == (MOST_GROUND_PX, MOST_GROUND_PX // 4, 3)


@pytest.mark.parametrize(("height", "width", "hard"), [(64, 64, False), (28, 28, True), (40, 24, False)])
def test_a_drawing_that_grows_and_is_undone_is_the_same_pixels_as_one_drawn_at_once(height, width, hard):
    rng = np.random.RandomState(height)
    raster, drawing = Raster(height, width, hard=hard), Drawing()
    seen = [drawing]
    for _ in range(40):
        kind = rng.randint(6)
        if kind == 0:
            drawing = seen[rng.randint(len(seen))]
        elif kind < 3 and drawing.strokes and drawing.strokes[-1].tool != "fill":
            more = rng.random_sample((2, 2)).astype(np.float32)
            drawing = drawing.going_on(drawing.strokes[-1].longer(more, np.full(2, 0.5, np.float32)))
        else:
            drawing = drawing.adding(random_stroke(rng))
        seen.append(drawing)
        raster.draw(drawing)
    at_once = Raster(height, width, hard=hard)
    at_once.draw(drawing)
    np.testing.assert_array_equal(raster.picture(), at_once.picture())
    np.testing.assert_array_equal(raster.board, at_once.board)


def test_only_what_changed_is_told_as_changed():
    raster = Raster(64, 64)
    before = raster.board.copy()
    left, top, right, bottom = raster.draw(Drawing((stroke("pen", (0.5, 0.5)),)))
    assert (right - left, bottom - top) < (120, 120)
    changed = (raster.board != before).any(2)
    assert changed[top:bottom, left:right].any()
    changed[top:bottom, left:right] = False
    assert not changed.any()
    assert raster.draw(Drawing((stroke("pen", (5.0, 5.0)),))) is not None  # what was there is gone
    assert (raster.board == 255).all()


def test_dabs_go_under_the_lines_whenever_they_are_made_and_an_eraser_leaves_paper():
    line, dab = stroke("pen", (0.5, 0.0), (0.5, 1.0)), stroke("dab", (0.5, 0.5), width=0.5, colour=RED)
    for drawing in (Drawing((line, dab)), Drawing((dab, line))):
        picture = drawn_picture(drawing, 32, 32)
        assert picture[16, 16].tolist() == [0, 0, 0]
        assert picture[16, 10].tolist() == list(RED)
    erased = drawn_picture(Drawing((line, dab, stroke("eraser", (0.5, 0.5), width=0.3)), paper=BLUE), 32, 32)
    assert erased[16, 16].tolist() == list(BLUE)
    again = Drawing((line, stroke("eraser", (0.5, 0.5), width=0.3), dab))
    assert drawn_picture(again, 32, 32)[16, 16].tolist() == list(RED)


def test_dabs_go_under_traced_lines_but_over_a_photo():
    lines = np.full((32, 32, 3), 255, np.uint8)
    lines[:, 15:17] = 0
    dab = (stroke("dab", (0.5, 0.5), width=0.5, colour=RED),)
    assert drawn_picture(Drawing(dab, lines), 32, 32)[16, 16].tolist() == [0, 0, 0]
    photo = np.full((32, 32, 3), 90, np.uint8)
    assert drawn_picture(Drawing(dab, photo), 32, 32)[16, 16].tolist() == list(RED)


def test_a_fill_stops_at_lines_and_a_map_of_segments_has_no_colours_between():
    angles = np.linspace(0, 2 * np.pi, 40)
    ring = np.stack([0.5 + 0.3 * np.cos(angles), 0.5 + 0.3 * np.sin(angles)], 1)
    drawing = Drawing((Stroke("pen", ring, 0.05, BLUE), stroke("fill", (0.5, 0.5), colour=RED)))
    soft, hard = drawn_picture(drawing, 48, 48), drawn_picture(drawing, 48, 48, hard=True)
    assert soft[24, 24].tolist() == hard[24, 24].tolist() == list(RED)
    assert soft[2, 2].tolist() == list(WHITE)
    assert {tuple(colour) for colour in hard.reshape(-1, 3).tolist()} == {RED, BLUE, WHITE}
    assert len({tuple(colour) for colour in soft.reshape(-1, 3).tolist()}) > 3


def test_a_mirrored_stroke_is_drawn_on_both_sides_and_pressure_makes_it_wider():
    both = drawn_picture(Drawing((stroke("pen", (0.1, 0.2), (0.3, 0.8), is_mirrored=True),)), 64, 64)
    np.testing.assert_allclose(both.astype(int), both[:, ::-1], atol=40)  # halves of a pixel
    assert (both < 255).any()
    light, firm = (
        drawn_picture(Drawing((stroke("pen", (0.2, 0.5), (0.8, 0.5), pressures=np.full(2, each, np.float32)),)), 64, 64)
        for each in (0.2, 1.0)
    )
    assert (firm < 128).sum() > 3 * (light < 128).sum() > 0


def test_what_hangs_together_is_found_round_corners():
    mask = np.array([[1, 1, 1, 0, 1], [0, 0, 1, 0, 1], [1, 1, 1, 0, 1], [1, 0, 0, 0, 1]], bool)
    found = connected(mask, 0, 0)
    assert (found == (mask & (np.arange(5) < 3))).all()
    np.testing.assert_array_equal(connected(mask, 3, 0), found)  # upwards, too
    assert not connected(mask, 0, 3).any()


def test_a_nearly_straight_stroke_becomes_straight_and_a_shaky_circle_a_smooth_closed_one():
    rng = np.random.RandomState(0)
    share = np.linspace(0, 1, 60)[:, None]
    shaky = np.array([[0.1, 0.2]]) + share * [[0.7, 0.4]] + rng.normal(0, 0.008, (60, 2))
    line = tidied(Stroke("pen", shaky, pressures=np.linspace(0, 1, 60, dtype=np.float32))).points.astype(float)
    across = (line - line[0]) @ np.array([-0.4, 0.7]) / np.hypot(0.7, 0.4)
    assert np.abs(across).max() < 0.02
    turn = 2 * np.pi * share[:, 0]
    ring = np.stack([0.5 + 0.3 * np.cos(turn), 0.5 + 0.3 * np.sin(turn)], 1) + rng.normal(0, 0.01, (60, 2))
    smooth = tidied(Stroke("pen", ring)).points.astype(float)
    assert np.abs(np.hypot(*(smooth - 0.5).T) - 0.3).max() < 0.02
    assert np.hypot(*(smooth[0] - smooth[-1])) < 0.01
    dot = stroke("pen", (0.5, 0.5))
    assert tidied(dot) is dot


def test_a_drawing_grows_stroke_by_stroke_to_all_of_it(drawing):
    stages = drawing_stages(drawing)
    assert len(stages) == 1 + math.ceil(sum(len(each.points) for each in drawing.strokes) / 8)
    places = [sum(len(each.points) for each in stage.strokes) for stage in stages]
    assert places == sorted(places)
    assert not stages[0].strokes
    assert same(stages[-1], drawing)
    assert drawing_stages(Drawing()) != []


def test_a_photo_is_spoilt_as_the_word_says_and_segments_are_not_made_up():
    photo = np.zeros((60, 90, 3), np.uint8)
    photo[15:45, 20:60] = (220, 140, 60)
    lines = given_picture(photo, "lines", 32, 48)
    assert lines.shape == (32, 48, 3)
    assert (lines.min(2) > 230).mean() > 0.5
    assert (lines < 100).any()
    assert np.ptp(given_picture(photo, "grey", 32, 32).astype(int), axis=2).max() == 0
    small = given_picture(photo, "small:4", 32, 32)
    assert len(np.unique(small.reshape(-1, 3), axis=0)) > 3
    np.testing.assert_array_equal(given_picture(photo, "", 60, 90), photo)
    with pytest.raises(Problem, match="where its segments are"):
        given_picture(photo, "segments", 32, 32)
    np.testing.assert_array_equal(ground_of(photo, "segments", 60, 90), photo)
    np.testing.assert_array_equal(ground_of(photo, "lines", 32, 48), ground_of(photo, "lines", 32, 48))


@pytest.mark.parametrize(
    ("names", "taken", "gives", "word"),
    [
        (("edges2shoes_netG", "models"), (256, 256, 3), (256, 256, 3), "lines"),
        (("gaugan-coco",), (256, 256, 3), (256, 256, 3), "segments"),
        (("ColorizeNet", "colorize"), (256, 256, 1), (256, 256, 3), "grey"),
        (("super_resolution",), (224, 224, 1), (672, 672, 1), "small:3"),
        (("net",), (64, 64, 3), (128, 128, 3), "small:2"),
        (("net",), (64, 64, 1), (64, 64, 3), "grey"),
        (("big_inpaint",), (0, 0, 3), (0, 0, 3), "hole"),
        (("horse2zebra",), (256, 256, 3), (256, 256, 3), None),
    ],
)
def test_what_a_stranger_takes_is_guessed_by_its_name_its_sides_and_its_channels(names, taken, gives, word):
    found = guessed_by_looking(names, taken, gives)
    assert (found.word if found else None) == word
    assert word is None or (is_given_word(word) and in_words(word))


def test_two_strokes_that_share_a_beginning_are_told_from_others():
    short = stroke("pen", (0.1, 0.1), (0.2, 0.2))
    longer = short.longer(np.array([[0.3, 0.3]], np.float32))
    assert longer.begins_as(short)
    assert not short.begins_as(longer)
    assert not replace(longer, width=0.2).begins_as(short)
