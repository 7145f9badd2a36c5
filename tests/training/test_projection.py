"""A known latent is found again; what cannot be searched is said, and a search can end at any time."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from onnx import helper

from explorer.core.inference.generator import Generator
from explorer.core.inference.perception import Encoder
from explorer.core.models.model import ModelFiles, model_files
from explorer.core.problem import Problem
from explorer.core.rendering.conditions import Conditions, Noise, Placement
from explorer.core.rendering.latent_points import LatentPoint, Space
from explorer.core.rendering.latents import sample
from explorer.paths import model_path
from explorer.training.projection.differentiable_generator import Painter
from explorer.training.projection.latent_optimisation import Effort, Projected, project
from explorer.training.projection.likeness import Likeness
from explorer.training.weight_import.pickles.nvidia import rebuild_pickle
from explorer.training.weight_import.stylegan.style_export import export_style
from tests.models import port, tiny_critic, tiny_generator, tiny_style_model, write_model
from tests.stylegan import Filtered, Style, filtered_state, nvidia_state, write_nvidia_pickle

QUICK = Effort(samples=64, starts=4, refine_steps=40, polish_steps=60)


SEARCHED: dict[str, list[float]] = {
    "normal": [
        0.29138,
        0.28749,
        0.25234,
        0.2259,
        0.20932,
        0.20138,
        0.1993,
        0.19617,
        0.16802,
        0.14617,
        0.13062,
        0.12049,
        0.11469,
        0.11205,
        0.11138,
    ],
    "uniform": [
        0.046482,
        0.046326,
        0.046326,
        0.046326,
        0.046326,
        0.046326,
        0.046326,
        0.045973,
        0.0435,
        0.042224,
        0.041207,
        0.040418,
        0.039941,
        0.039724,
        0.039669,
    ],
}


def drawn(path: Path, z: np.ndarray, label: int | None = None) -> np.ndarray:
    generator = Generator.open(path, "cpu")
    try:
        return generator.picture(z, label)
    finally:
        generator.close()


def projected(painter: Painter, target: np.ndarray, effort: Effort = QUICK, **more: object) -> list[Projected]:
    return list(project(painter, target, effort, **more))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"channels": 1, "layout": "NHWC", "value_range": (0.0, 1.0)},
        {"layout": "flat", "value_range": (0.0, 255.0), "latent_axes": 4},
        {"batch": 3},
        {"batch": 1, "latent_axes": 1},
        {"distribution": "uniform"},
    ],
)
def test_a_picture_of_a_known_latent_is_found_again(tmp_path: Path, form: dict[str, object]) -> None:
    path = tiny_generator(tmp_path / "tiny.onnx", latent=6, size=16, **form)  # type: ignore[arg-type]
    z = sample(5, 6, str(form.get("distribution", "normal")))
    target = drawn(path, z)
    last = projected(Painter.open(model_files(path)), target)[-1]
    assert last.error < 0.01
    assert np.abs(drawn(path, last.point.numbers).astype(int) - target).mean() / 255 < 0.01
    assert np.abs(drawn(path, last.point.numbers).astype(int) - last.picture).max() <= 1


def test_progress_is_told_and_never_gets_worse(tmp_path: Path) -> None:
    path = tiny_generator(tmp_path / "tiny.onnx")
    steps = projected(Painter.open(model_files(path)), drawn(path, sample(1, 4)))
    assert [told.step for told in steps if told.step] == list(range(1, QUICK.steps + 1))
    assert {told.steps for told in steps} == {100}
    losses = [told.loss for told in steps]
    assert losses == sorted(losses, reverse=True)
    assert steps[0].step == 0 < steps[0].error


@pytest.mark.parametrize("steps", [1, 7])
def test_where_the_last_step_leads_is_told_too(tmp_path: Path, steps: int) -> None:
    """A single step from the best of a few samples already leads nearer, as it is looked at after it."""
    path = tiny_generator(tmp_path / "tiny.onnx")
    effort = Effort(samples=8, starts=2, refine_steps=0, polish_steps=steps, learning_rate=0.05)
    told = projected(Painter.open(model_files(path)), drawn(path, sample(1, 4)), effort)
    before, after = (one for one in told if one.step in (steps - 1, steps))
    assert after.loss < before.loss
    assert after.step == after.steps == steps


def test_the_same_search_gives_the_same_latent(tmp_path: Path) -> None:
    path = tiny_generator(tmp_path / "tiny.onnx")
    target, painter = drawn(path, sample(1, 4)), Painter.open(model_files(path))
    once, again = (projected(painter, target)[-1].point.numbers for _ in range(2))
    assert once.tobytes() == again.tobytes()


def test_a_search_can_end_at_any_time_with_its_best(tmp_path: Path) -> None:
    path = tiny_generator(tmp_path / "tiny.onnx")
    search = project(Painter.open(model_files(path)), drawn(path, sample(1, 4)), QUICK)
    first = next(search)
    assert first.point.numbers.shape == (4,)
    assert not first.point.numbers.flags.writeable
    search.close()
    assert list(search) == []


@pytest.mark.parametrize("one_hot", [False, True])
def test_a_class_is_drawn_as_asked(tmp_path: Path, one_hot: bool) -> None:
    path = tiny_generator(tmp_path / "classy.onnx", size=16, classes=3, one_hot=one_hot)
    target = drawn(path, sample(2, 4), 2)
    errors = [projected(Painter.open(model_files(path), label), target)[-1].error for label in (0, 2)]
    assert errors[1] < 0.01 < errors[0]
    with pytest.raises(Problem, match="no class 3"):
        Painter.open(model_files(path), 3)


def test_latents_stay_where_the_prior_is(tmp_path: Path) -> None:
    uniform = tiny_generator(tmp_path / "uniform.onnx", distribution="uniform")
    uniform_target = np.full((8, 8, 3), 255, np.uint8)
    assert np.abs(projected(Painter.open(model_files(uniform)), uniform_target)[-1].point.numbers).max() <= 1.0
    path = tiny_generator(tmp_path / "normal.onnx")
    far = drawn(path, np.array([3, -3, 3, 3], np.float32))
    free, held = (
        projected(Painter.open(model_files(path)), far, replace(QUICK, prior=weight))[-1].point.numbers
        for weight in (0.0, 1.0)
    )
    assert np.linalg.norm(free) > 5
    assert np.linalg.norm(held) < 3


def test_the_encoders_latent_is_searched_from_however_far_out_it_is(tmp_path: Path) -> None:
    path = tiny_generator(tmp_path / "tiny.onnx", latent=6, size=16)
    z = (sample(3, 6) * 3).astype(np.float32)
    target, effort = drawn(path, z), Effort(samples=1, starts=1, refine_steps=0, polish_steps=0)
    painter = Painter.open(model_files(path))
    assert projected(painter, target, effort, start=LatentPoint("z", z))[-1].point.numbers.tobytes() == z.tobytes()


def test_a_critic_that_does_not_fit_is_left_out(tmp_path: Path) -> None:
    generator = tiny_generator(tmp_path / "generator.onnx")
    other = tiny_critic(tmp_path / "other.onnx", size=16)
    fitting = tiny_critic(tmp_path / "critic.onnx")
    assert Painter.open(ModelFiles("it", generator, critic=other)).critic is None
    painter = Painter.open(ModelFiles("it", generator, critic=fitting))
    assert painter.critic is not None
    assert projected(painter, drawn(generator, sample(1, 4)))[-1].error < 0.01


def test_numbers_that_are_not_finite_are_a_problem_and_do_not_spread(tmp_path: Path) -> None:
    def odd(name: str, offset: float) -> Path:
        """A picture of the roots of the latent plus an offset: not finite below its negative."""
        nodes = [
            helper.make_node("Add", ["z", "offset"], ["moved"]),
            helper.make_node("Sqrt", ["moved"], ["roots"]),
            helper.make_node("Reshape", ["roots", "shape"], ["picture"]),
        ]
        weights = {"offset": np.float32(offset), "shape": np.array([-1, 1, 4, 4], np.int64)}
        ports = [port("z", ["N", 16])], [port("picture", ["N", 1, 4, 4])]
        return write_model(tmp_path / name, nodes, *ports, weights)

    target = np.full((4, 4, 1), 128, np.uint8)
    with pytest.raises(Problem, match="not finite"):
        projected(Painter.open(model_files(odd("never.onnx", -100.0))), target)
    steps = projected(Painter.open(model_files(odd("often.onnx", 2.0))), target)
    assert np.isfinite([told.loss for told in steps]).all()
    assert np.isfinite(steps[-1].point.numbers).all()
    assert steps[-1].loss < steps[0].loss


def test_what_cannot_be_searched_is_said(tmp_path: Path) -> None:
    path = tiny_generator(tmp_path / "tiny.onnx")
    with pytest.raises(Problem, match="8 × 8 × 3, not 9 × 8 × 3"):
        projected(Painter.open(model_files(path)), np.zeros((9, 8, 3), np.uint8))
    nodes = [
        helper.make_node("Celu", ["z"], ["soft"]),
        helper.make_node("Reshape", ["soft", "shape"], ["picture"]),
    ]
    weights = {"shape": np.array([-1, 1, 4, 4], np.int64)}
    ports = [port("z", ["N", 16])], [port("picture", ["N", 1, 4, 4])]
    with pytest.raises(Problem, match="Celu"):
        Painter.open(model_files(write_model(tmp_path / "odd.onnx", nodes, *ports, weights)))


def test_what_is_whiter_than_white_is_like_it(tmp_path: Path) -> None:
    painter = Painter.open(model_files(tiny_generator(tmp_path / "tiny.onnx")))
    white = torch.ones(1, 3, 8, 8)
    likeness = Likeness(painter, white)
    assert likeness.pixels(torch.cat([1.5 * white, white, 0.5 * white])).tolist() == pytest.approx([0, 0, 0.25])


def test_steps_are_spread_over_both_rounds() -> None:
    effort = Effort.of_steps(50)
    assert (effort.refine_steps, effort.polish_steps, effort.steps) == (20, 30, 50)
    large = effort.for_pictures(1024**2)
    assert (large.samples, large.starts, large.polished, large.steps) == (16, 1, 1, 50)
    assert effort.for_pictures(256**2) == effort


def test_pictures_of_the_bundled_autoencoder_are_found_within_three_per_cent() -> None:
    files = model_files(model_path("portraits"))
    assert files.encoder is not None
    painter, encoder = Painter.open(files), Encoder.open(files.encoder, "cpu")
    effort, errors = Effort(samples=32, starts=2, refine_steps=25, polished=1, polish_steps=35), []
    for seed in range(3):
        target = drawn(files.generator, sample(seed, painter.card.latent_size))
        last = projected(painter, target, effort, start=LatentPoint("z", encoder.latents(target[None])[0]))[-1]
        errors.append(last.error)
    encoder.close()
    assert np.mean(errors) < 0.03


@pytest.mark.parametrize("form", [{}, {"batch": 2}, {"classes": 3}], ids=["free", "in twos", "of classes"])
def test_a_picture_of_a_style_based_model_is_found_again(tmp_path: Path, form: dict[str, Any]) -> None:
    files = model_files(tiny_style_model(tmp_path / "styled", latent=6, size=16, **form))
    label = 1 if "classes" in form else None
    target = drawn(files.generator, sample(5, 6), label)
    last = projected(Painter.open(files, label), target)[-1]
    assert last.error < 0.01
    assert np.abs(drawn(files.generator, last.point.numbers, label).astype(int) - last.picture).max() <= 1


@pytest.mark.parametrize("space", ["w", "w+"])
def test_a_known_w_is_found_again(tmp_path: Path, space: Space) -> None:
    files = model_files(tiny_style_model(tmp_path / "styled", latent=6, size=16, batch=2))
    generator = Generator.open(files.generator, "cpu", trusted=True)
    card = generator.card
    rows = generator.points_of(np.stack([sample(seed, 6) for seed in range(card.styles)]), [None] * card.styles)
    rows = rows if space == "w+" else np.repeat(rows[:1], card.styles, axis=0)  # layers that differ, or are alike
    target = generator.picture(rows)
    last = projected(Painter.open(files), target, space=space)[-1]
    found = np.broadcast_to(last.point.numbers.reshape(-1, card.style_size), rows.shape)
    assert (last.point.space, last.point.numbers.size) == (space, found.size if space == "w+" else card.style_size)
    assert last.error < 0.02
    assert np.abs(generator.picture(found.copy()).astype(int) - last.picture).max() <= 1
    generator.close()


STYLES: dict[str, Style | Filtered] = {"StyleGAN2": Style(size=32), "StyleGAN3": Filtered()}


@pytest.mark.parametrize("style", STYLES.values(), ids=STYLES)
def test_stylegans_are_painted_as_they_are_drawn(tmp_path: Path, style: Style | Filtered) -> None:
    """Under the noise and the placement of a scene too; and a w of theirs is found again."""
    state = nvidia_state(style) if isinstance(style, Style) else filtered_state(style)
    rebuilt = rebuild_pickle(write_nvidia_pickle(tmp_path / "cats.pkl", style, state))
    files = model_files(export_style(rebuilt, tmp_path / "cats")[0])
    generator = Generator.open(files.generator, "cpu", trusted=True)
    z = np.stack([sample(seed, style.z_size) for seed in range(3)])
    special = Conditions(Noise(7)) if isinstance(style, Style) else Conditions(None, Placement(0.2, 0.0, 30.0))
    for under in (special, Conditions()):
        leaf = torch.from_numpy(z).requires_grad_()
        painter = Painter.open(files, None, under)
        pictures = painter.paint(leaf)
        shown = ((pictures.detach().clamp(-1, 1) + 1) * 127.5).round().permute(0, 2, 3, 1).numpy()
        assert max(np.abs(shown[at] - generator.picture(z[at], None, under)).max() for at in range(3)) <= 1
    pictures.square().sum().backward()
    assert leaf.grad is not None
    assert leaf.grad.abs().amin(1).min() > 0
    effort = Effort(samples=32, starts=2, refine_steps=20, polished=1, polish_steps=40)
    assert projected(painter, generator.picture(z[0]), effort, space="w")[-1].error < 0.02
    generator.close()


@pytest.mark.parametrize("distribution", ["normal", "uniform"])
def test_a_search_goes_as_ever(tmp_path: Path, distribution: str) -> None:
    """With a critic that looks on; whoever searches otherwise on purpose writes the new losses down."""
    generator = tiny_generator(tmp_path / "generator.onnx", size=16, distribution=distribution)
    draw = np.random.RandomState(0)
    shapes = {"one": (4, 3, 3, 3), "two": (6, 4, 3, 3), "last": (6 * 16, 1)}
    weights = {name: draw.normal(0, 0.3, shape).astype(np.float32) for name, shape in shapes.items()}
    nodes = [
        helper.make_node("Conv", ["picture", "one"], ["a"], strides=[2, 2], pads=[1, 1, 1, 1]),
        helper.make_node("Relu", ["a"], ["b"]),
        helper.make_node("Conv", ["b", "two"], ["c"], strides=[2, 2], pads=[1, 1, 1, 1]),
        helper.make_node("Relu", ["c"], ["d"]),
        helper.make_node("Flatten", ["d"], ["e"]),
        helper.make_node("MatMul", ["e", "last"], ["score"]),
    ]
    ports = [port("picture", ["N", 3, 16, 16])], [port("score", ["N", 1])]
    write_model(tmp_path / "critic.onnx", nodes, *ports, weights)
    painter = Painter.open(ModelFiles("it", generator, critic=tmp_path / "critic.onnx"))
    assert painter.critic is not None
    effort = Effort(samples=6, starts=3, refine_steps=6, polish_steps=8, seed=4)
    target = np.clip(drawn(generator, sample(3, 4, distribution)).astype(int) + 25, 0, 255).astype(np.uint8)
    told = projected(painter, target, effort, start=LatentPoint("z", np.float32([3, -2, 1, 0])))
    assert [each.loss for each in told] == pytest.approx(SEARCHED[distribution], rel=0.01)
    assert told[-1].picture.shape == target.shape
