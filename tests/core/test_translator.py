from __future__ import annotations

import os
import threading
from pathlib import Path

import numpy as np
import pytest
from onnx import helper
from PIL import Image

from explorer.core.inference.translator import Translator
from explorer.core.models.card import ModelCard
from explorer.core.models.graph import Port
from explorer.core.models.inputs import translating_sources
from explorer.core.models.value_ranges import likeness, trial_picture
from explorer.core.photos.resizing import MOST_PIXELS, fitted_picture, is_grey, padded_to, with_channels
from explorer.core.problem import Problem
from tests.models import port, tiny_critic, tiny_stylist, tiny_translator, write_model

SHARED = Path(os.environ.get("LATENT_EXPLORER_SHARED_DATA", Path(__file__).parents[3] / "shared" / "data"))
ESPCN = SHARED.parent / "checkpoints" / "espcn" / "super_resolution.onnx"


def picture(height: int, width: int, seed: int = 0) -> np.ndarray:
    draw = np.random.RandomState(seed)
    small = draw.randint(30, 226, (4, 4, 3), dtype=np.uint8)
    return np.asarray(Image.fromarray(small).resize((width, height), Image.Resampling.BICUBIC))


def enlarger(path: Path, side: int | str, channels: int = 1) -> Path:
    """Writes a translator that makes every pixel four, for values from 0 to 1; what is beyond 1 is cut off."""
    shapes = [
        ["N", channels, side, side],
        ["N", channels, *(2 * side if isinstance(side, int) else "s",) * 2],
    ]
    nodes = [
        helper.make_node("Clip", ["x", "low", "high"], ["bounded"]),
        helper.make_node("Resize", ["bounded", "", "factors"], ["y"], mode="nearest"),
    ]
    weights = {"factors": np.array([1, 1, 2, 2], np.float32), "low": np.float32(0), "high": np.float32(1)}
    return write_model(path, nodes, [port("x", shapes[0])], [port("y", shapes[1])], weights)


def halver(path: Path) -> Path:
    """Writes a translator of open sides that fails where they cannot be halved: it adds a halved, doubled picture."""
    nodes = [
        helper.make_node("AveragePool", ["x"], ["small"], kernel_shape=[2, 2], strides=[2, 2]),
        helper.make_node("Resize", ["small", "", "factors"], ["large"], mode="nearest"),
        helper.make_node("Add", ["x", "large"], ["both"]),
        helper.make_node("Mul", ["both", "half"], ["y"]),
    ]
    shape = ["N", 3, "h", "w"]
    weights = {"factors": np.array([1, 1, 2, 2], np.float32), "half": np.float32(0.5)}
    return write_model(path, nodes, [port("x", shape)], [port("y", shape)], weights)


@pytest.fixture
def opened():
    """Opens translators, and closes them when the test ends."""
    held = []

    def open_one(path: Path) -> Translator:
        held.append(Translator.open(path, "cpu"))
        return held[-1]

    yield open_one
    for translator in held:
        translator.close()


@pytest.mark.parametrize("values", [(-1.0, 1.0), (0.0, 1.0), (0.0, 255.0)], ids=str)
def test_the_values_that_keep_a_picture_most_like_itself_are_found(opened, tmp_path, values):
    translator = opened(tiny_translator(tmp_path / "negative.onnx", value_range=values))
    assert translator.value_range == values
    assert not translator.is_range_known
    shown = picture(8, 8)
    result = translator.translate(shown)
    assert np.abs(result.after.astype(int) - (255 - shown)).max() <= 1
    np.testing.assert_array_equal(result.before, shown)
    assert result.said == ()


def test_other_values_can_be_asked_for(opened, tmp_path):
    translator = opened(enlarger(tmp_path / "double.onnx", 8))
    grey = np.full((8, 8, 1), 128, np.uint8)
    assert translator.translate(grey, (0.0, 1.0)).after.max() == 128
    assert translator.translate(grey, (0.0, 255.0)).after.max() == 1


def test_a_grey_model_keeps_the_colours_and_a_grey_picture_stays_grey(opened, tmp_path):
    translator = opened(enlarger(tmp_path / "double.onnx", 16))
    coloured = translator.translate(picture(16, 16))
    assert coloured.after.shape == (32, 32, 3)
    larger = np.asarray(Image.fromarray(picture(16, 16)).resize((32, 32), Image.Resampling.BICUBIC))
    assert np.abs(coloured.after.astype(int) - larger).mean() < 8
    assert "brightness" in coloured.said[-1]
    grey = np.broadcast_to(picture(16, 16)[:, :, :1], (16, 16, 3))
    assert translator.translate(grey).after.shape == (32, 32, 1)
    assert translator.translate(grey).before.shape == (16, 16, 1)


def test_a_picture_is_cut_to_fixed_sides_or_laid_into_them_whole(opened, tmp_path):
    translator = opened(enlarger(tmp_path / "double.onnx", 16))
    wide = picture(20, 40)
    cropped = translator.translate(wide)
    assert (cropped.before.shape, cropped.after.shape) == ((16, 16, 3), (32, 32, 3))
    assert cropped.said[0].startswith("Its middle was cut out")
    whole = translator.translate(wide, fit="whole")
    assert (whole.before.shape, whole.after.shape) == ((8, 16, 3), (16, 32, 3))
    assert "fit into 16 × 16" in whole.said[0]


def test_open_sides_take_a_picture_as_it_is(opened, tmp_path):
    translator = opened(enlarger(tmp_path / "double.onnx", "s", channels=3))
    assert not translator.is_fixed
    result = translator.translate(picture(21, 34))
    assert (result.before.shape, result.after.shape) == ((21, 34, 3), (42, 68, 3))
    assert result.said == ()


def test_a_large_picture_is_reduced_and_that_is_said():
    fitted = fitted_picture(np.zeros((2000, 3000, 3), np.uint8), 0, 0)
    assert fitted.height * fitted.width <= MOST_PIXELS
    assert fitted.width / fitted.height == pytest.approx(1.5, abs=0.01)
    assert fitted.said.startswith("Reduced to")


def test_one_fixed_side_draws_the_other_along():
    fitted = fitted_picture(picture(20, 40), 10, 0)
    assert fitted.picture.shape == (10, 20, 3)
    assert fitted.said


def test_sides_that_a_model_cannot_halve_are_widened_and_cut_again(opened, tmp_path):
    translator = opened(halver(tmp_path / "halver.onnx"))
    for _ in range(2):
        result = translator.translate(picture(21, 33))
        assert result.before.shape == result.after.shape == (21, 33, 3)
        assert np.abs(result.after.astype(int) - result.before).mean() < 12
        assert "multiples of 32" in result.said[0]


def test_what_is_widened_is_found_again_in_a_larger_result():
    fitted = padded_to(fitted_picture(picture(21, 33), 0, 0), 32)
    assert fitted.fed.shape == (32, 64, 3)
    np.testing.assert_array_equal(fitted.cut(fitted.fed), picture(21, 33))
    assert fitted.cut(fitted.fed.repeat(3, 0).repeat(3, 1)).shape == (63, 99, 3)


def test_grey_in_three_channels_is_grey():
    grey = np.broadcast_to(picture(5, 5)[:, :, :1], (5, 5, 3))
    assert is_grey(grey)
    assert not is_grey(picture(5, 5))
    np.testing.assert_array_equal(with_channels(grey, 1), grey[:, :, :1])


def test_models_of_a_fixed_batch_and_of_bytes_work_too(opened, tmp_path):
    four = opened(tiny_translator(tmp_path / "four.onnx", batch=4))
    assert four.translate(picture(8, 8)).after.shape == (8, 8, 3)
    shape = ["N", 3, "h", "w"]
    inverter = write_model(
        tmp_path / "bytes.onnx",
        [helper.make_node("Sub", ["most", "x"], ["y"])],
        [port("x", shape, "uint8")],
        [port("y", shape, "uint8")],
        {"most": np.uint8(255)},
    )
    of_bytes = opened(inverter)
    assert of_bytes.is_range_known
    np.testing.assert_array_equal(of_bytes.translate(picture(9, 7)).after, 255 - picture(9, 7))


@pytest.mark.parametrize("layout", ["rows last", "no batch", "old opset"])
def test_other_forms_of_translators_work_too(opened, tmp_path, layout):
    shape = {"rows last": ["N", "h", "w", 3], "no batch": [3, 8, 8], "old opset": ["N", 3, 8, 8]}[layout]
    path = write_model(
        tmp_path / "same.onnx",
        [helper.make_node("Relu", ["x"], ["y"])],
        [port("x", shape)],
        [port("y", shape)],
        opset=9 if layout == "old opset" else 17,
    )
    shown = picture(8, 8)
    np.testing.assert_array_equal(opened(path).translate(shown).after, shown)


def test_a_run_that_is_stopped_gives_nothing(opened, tmp_path):
    squares = [helper.make_node("Sin", [f"v{step}"], [f"v{step + 1}"]) for step in range(400)]
    shape = ["N", 3, "h", "w"]
    path = write_model(tmp_path / "slow.onnx", squares, [port("v0", shape)], [port("v400", shape)])
    translator = opened(path)
    results: list[object] = ["nothing yet"]
    work = threading.Thread(target=lambda: results.append(translator.translate(picture(1000, 1000))))
    work.start()
    while work.is_alive():
        translator.stop()
        work.join(0.01)
    assert results[-1] is None


def test_a_critic_is_no_translator(tmp_path):
    with pytest.raises(Problem, match="is a critic"):
        Translator.open(tiny_critic(tmp_path / "critic.onnx"), "cpu")


@pytest.mark.skipif(not ESPCN.is_file(), reason="the published model is not here")
def test_a_published_network_enlarges_a_portrait_much_as_bicubic_interpolation_does(opened):
    from explorer.training.portraits import draw, sampled_factors

    translator = opened(ESPCN)
    assert translator.value_range == (0.0, 1.0)
    result = translator.translate(draw(sampled_factors(0, 3), 128))
    assert result.after.shape == (672, 672, 3)
    enlarged = Image.fromarray(result.before).resize((672, 672), Image.Resampling.BICUBIC)
    error = (result.after.astype(np.float64) - np.asarray(enlarged)) ** 2
    assert 10 * np.log10(255**2 / error.mean()) > 25.0


def test_what_else_a_translator_asks_for_is_held_still(opened, tmp_path):
    shape = ["N", 3, "h", "w"]
    path = write_model(
        tmp_path / "strength.onnx",
        [helper.make_node("Mul", ["x", "strength"], ["y"])],
        [port("x", shape), port("strength", [1])],
        [port("y", shape)],
    )
    translator = opened(path)
    np.testing.assert_array_equal(translator.translate(picture(9, 7)).after, picture(9, 7))
    assert any("strength" in problem for problem in translator.problems)


def test_of_a_long_thin_picture_a_line_is_left() -> None:
    thin = fitted_picture(picture(2, 400), 8, 16, "whole")
    assert (thin.top, thin.left, thin.height, thin.width) == (3, 0, 1, 16)
    assert thin.said == "Reduced to fit into 16 × 8, which the model takes."
    thin = fitted_picture(picture(400, 2), 16, 8, "whole")
    assert (thin.top, thin.left, thin.height, thin.width) == (0, 3, 16, 1)
    assert fitted_picture(picture(2, 400), 0, 16).picture.shape == (1, 16, 3)
    assert fitted_picture(picture(400, 2), 16, 0).picture.shape == (16, 1, 3)
    assert fitted_picture(np.zeros((1, 2 * MOST_PIXELS, 3), np.uint8), 0, 0).picture.shape[0] == 1


@pytest.mark.parametrize(
    ("sides", "wanted", "fit", "said"),
    [
        ((16, 16), (16, 16), "crop", ""),
        ((8, 8), (16, 16), "crop", "Enlarged to 16 × 16, the only size that the model takes."),
        ((32, 33), (16, 16), "crop", "Reduced to 16 × 16, the only size that the model takes."),
        (
            (32, 34),
            (16, 16),
            "crop",
            "Its middle was cut out and reduced to 16 × 16, the only size that the model takes.",
        ),
        ((4, 8), (16, 16), "whole", "Enlarged to fit into 16 × 16, which the model takes."),
        ((20, 40), (0, 10), "crop", "Reduced to 10 × 5; the model takes what is 10 pixels wide."),
        ((20, 40), (40, 0), "crop", "Enlarged to 80 × 40; the model takes what is 40 pixels high."),
        ((10, 40), (10, 0), "crop", ""),
        ((20, 40), (0, 0), "crop", ""),
        ((1024, 1024), (0, 0), "crop", ""),
        ((1024, 4096), (0, 0), "crop", "Reduced to 2048 × 512; more is not translated at once."),
    ],
)
def test_what_was_done_to_a_picture_is_said(sides, wanted, fit, said) -> None:
    fitted = fitted_picture(np.zeros((*sides, 3), np.uint8), *wanted, fit)
    assert fitted.said == said
    assert fitted.fed.shape[:2] == (*(asked or given for asked, given in zip(wanted, fitted.fed.shape, strict=False)),)


def test_the_edges_are_repeated_around_a_picture() -> None:
    small = np.arange(6, dtype=np.uint8).reshape(2, 3, 1)
    padded = padded_to(fitted_picture(small, 0, 0), 4)
    assert padded.fed[:, :, 0].tolist() == [[0, 1, 2, 2]] * 2 + [[3, 4, 5, 5]] * 2
    assert (padded.top, padded.left, padded.height, padded.width) == (1, 0, 2, 3)
    assert padded.said == "Its edges were widened to multiples of 4, as the model needs."
    assert np.array_equal(padded.picture, small)
    assert np.array_equal(
        padded.cut(np.repeat(np.repeat(padded.fed, 2, 0), 2, 1)), np.repeat(np.repeat(small, 2, 0), 2, 1)
    )


def test_the_trial_picture_goes_from_one_colour_to_another_in_every_corner() -> None:
    for sides in ((40, 60), (2, 2), (1, 3)):
        drawn = trial_picture(*sides)
        assert drawn.shape == (*sides, 3)
        assert drawn[0, 0].tolist() == [20, 20, 235]
        assert drawn[0, -1].tolist() == [235, 128, 235]
    drawn = trial_picture(41, 61)
    assert drawn[-1, 0].tolist() == [20, 128, 20]
    assert drawn[-1, -1].tolist() == [235, 235, 20]
    assert drawn[16, 21].tolist() == [214, 181, 149]  # the disc
    assert drawn[40, 42].tolist() == [52, 42, 63]  # the bar
    assert (drawn[20] == [52, 42, 63]).all(axis=1).sum() == 5


def test_likeness_is_one_for_the_same_and_counts_a_negative_as_like() -> None:
    drawn = trial_picture(20, 20)
    half = (drawn // 2).astype(np.uint8)
    assert likeness(drawn, drawn) == pytest.approx(1.0)
    assert likeness(255 - drawn, drawn) < likeness(half, drawn) < 1.0
    assert likeness(255 - drawn, drawn) > 0.5
    assert likeness(np.full_like(drawn, 128), drawn) == pytest.approx(
        0.0 - np.abs(128 - with_channels(drawn, 1).astype(float)).mean() / 255, abs=0.01
    )


@pytest.mark.parametrize("corruption", ["gaussian", "masking"])
def test_a_denoiser_is_shown_the_picture_as_spoilt_as_it_is_asked_for(opened, tmp_path, corruption):
    told = {"noise": 0.4, "corruption": corruption}
    card = ModelCard(name="denoiser", kind="translator", height=32, width=32, channels=3, config=told)
    model = opened(tiny_translator(tmp_path / "denoiser.onnx", size=32, card=card))
    assert (model.noise, model.corruption) == (0.4, corruption)
    plain = np.full((32, 32, 3), (120, 128, 136), np.uint8)
    clean, spoilt, again = (model.translate(plain, noise=amount) for amount in (0.0, 0.2, 0.2))
    assert np.array_equal(clean.before, plain)
    assert np.array_equal(spoilt.before, again.before)
    if corruption == "gaussian":
        assert (spoilt.before.astype(float) - plain).std() == pytest.approx(0.2 * 127.5, rel=0.05)
    else:
        assert (spoilt.before == 0).mean() == pytest.approx(0.2, abs=0.05)
    assert np.abs(spoilt.after.astype(int) + spoilt.before - 255).max() <= 1


def test_a_translator_that_was_not_taught_on_noise_says_so(opened, tmp_path):
    assert opened(tiny_translator(tmp_path / "plain.onnx")).noise == 0.0


def test_a_translator_may_take_a_latent_beside_the_picture(opened, tmp_path):
    for name, card in (("translator", None), ("stylist", ModelCard(kind="translator", latent_size=2))):
        (tmp_path / name).mkdir()
        translator = opened(tiny_stylist(tmp_path / name / f"{name}.onnx", 8, card=card))
        assert translator.style_size == translator.card.latent_size == 2
        shown = picture(8, 8)
        plain = translator.translate(shown).after
        np.testing.assert_array_equal(translator.translate(shown, z=np.zeros(2, np.float32)).after, plain)
        lighter = translator.translate(shown, z=np.array([0.2, 0.1], np.float32)).after
        assert (lighter.astype(int) - plain).mean() > 20
        with pytest.raises(Problem, match="takes a latent of 2 numbers, not of 3"):
            translator.translate(shown, z=np.zeros(3, np.float32))


def test_a_stranger_that_colours_grey_pictures_is_known_by_trying_it(opened, tmp_path):
    shape = ["N", 3, 8, 8]
    tint = np.array([1.0, 0.7, 0.4], np.float32).reshape(1, 3, 1, 1)
    nodes = [helper.make_node("Mul", ["x", "tint"], ["y"])]
    path = write_model(tmp_path / "net.onnx", nodes, [port("x", shape)], [port("y", shape)], {"tint": tint})
    coloured, plain = opened(path), opened(tiny_translator(tmp_path / "other.onnx"))
    assert (coloured.given, coloured.given_why) == ("grey", "it gave colours to a picture that had none")
    assert (plain.given, plain.card.takes) == ("picture", "a picture")
    told = ModelCard(kind="translator", config={"given": "hole"}, takes="a picture with a hole")
    known = opened(tiny_translator(tmp_path / "edges.onnx", card=told))
    assert (known.given, known.given_why, known.card.takes) == ("hole", "", "a picture with a hole")


def test_a_picture_of_noise_beside_a_latent_still_makes_a_generator(tmp_path):
    shape = ["N", 3, 8, 8]
    for name in ("noise", "x"):
        assert translating_sources((Port(name, "float32", tuple(shape)), Port("z", "float32", ("N", 4)))) is None
    found = translating_sources((Port("seg_map", "float32", tuple(shape)), Port("z", "float32", ("N", 4))))
    assert found is not None
    assert (found.main.name, found.style_size) == ("seg_map", 4)


def test_a_narrow_picture_whose_middle_is_enlarged_is_said_to_be():
    assert "cut out and enlarged to 64 × 64" in fitted_picture(np.zeros((37, 501, 3), np.uint8), 64, 64).said
    assert "cut out and reduced to 64 × 64" in fitted_picture(np.zeros((100, 501, 3), np.uint8), 64, 64).said
