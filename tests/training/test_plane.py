from __future__ import annotations

from dataclasses import replace
from itertools import islice

import numpy as np
import pytest
import torch

from explorer.training.toy_models.coverage import NOTHING, Coverage, coverage, figures, histogram, js, kl, wasserstein
from explorer.training.toy_models.densities import best_critic, density
from explorer.training.toy_models.interactive_training import SnapshotRequest, begun, follow
from explorer.training.toy_models.lab_presets import PRESETS, LabPreset
from explorer.training.toy_models.point_sets import POINT_SETS, drawn, point_set
from explorer.training.toy_models.promises import FURTHER, further, kept
from explorer.training.toy_models.snapshot import GRID, HIGH, LOW, SURFACE
from explorer.training.toy_models.toy_gan import PlaneGAN
from explorer.training.toy_models.toy_settings import LATENTS, LOSSES, PlaneConfig
from explorer.training.toy_models.verdict import EVERY, Observation, Watch

SMALL = PlaneConfig(batch_size=16, critic_width=8, generator_width=8)


def game(config: PlaneConfig, seed: int = 0) -> PlaneGAN:
    return PlaneGAN(config, point_set(config.data), seed)


def preset(title: str) -> LabPreset:
    """By kind and title, such as "GAN: It works"."""
    return next(each for each in PRESETS if f"{each.kind}: {each.title}" == title)


@pytest.mark.parametrize("each", POINT_SETS, ids=lambda each: each.name)
def test_points_lie_in_the_unit_square_and_are_decided_by_the_seed(each):
    points = each.points(np.random.RandomState(3), 2000)
    assert points.shape == (2000, 2)
    assert points.dtype == np.float32
    assert (np.abs(points - 0.5) < 0.5).mean() > 0.97
    assert np.array_equal(points, each.points(np.random.RandomState(3), 2000))


def test_the_line_and_the_ring_are_those_of_gan_lab():
    x, y = point_set("line").points(np.random.RandomState(0), 2000).T
    assert np.abs(0.6 + 0.3 * (0.8 - x) / 0.75 - y).std() < 0.02
    x, y = point_set("ring").points(np.random.RandomState(0), 2000).T
    assert np.hypot((x - 0.5) / 0.3, (y - 0.45) / 0.25).mean() == pytest.approx(1.0, abs=0.02)


def test_two_clouds_have_the_middles_and_spreads_of_gan_lab():
    points = point_set("two").points(np.random.RandomState(0), 8000)
    left = points[points[:, 0] < 0.52]
    assert left.mean(axis=0) == pytest.approx([0.3, 0.7], abs=0.02)
    assert points[points[:, 0] >= 0.56].std(axis=0) == pytest.approx([0.05, 0.2], abs=0.02)


@pytest.mark.parametrize("each", [s for s in POINT_SETS if len(s.modes)], ids=lambda each: each.name)
def test_real_points_cover_every_mode_and_are_good(each):
    covered, good = coverage(each, each.points(np.random.RandomState(1), 1000))
    assert covered == len(each.modes)
    assert good > 0.97  # exp(-4.5) of a Gaussian lies beyond three deviations


def test_points_on_one_mode_cover_one_of_eight():
    eight = point_set("eight")
    one = eight.modes[[2]].repeat(100, axis=0)
    assert coverage(eight, one) == (1, 1.0)
    found = figures(eight, eight.points(np.random.RandomState(0), 400), one)
    assert found.variety < 0.2
    assert found.js > 0.4


def test_the_distance_of_histograms_is_0_where_they_are_alike_and_js_is_the_same_both_ways():
    p = histogram(point_set("ring").points(np.random.RandomState(0), 500))
    q = histogram(point_set("line").points(np.random.RandomState(0), 500))
    assert kl(p, p) == 0.0
    assert js(p, q) == pytest.approx(js(q, p))
    assert 0.3 < js(p, q) <= 1.0
    assert kl(p, q) > js(p, q)


def test_the_wasserstein_distance_is_how_far_points_are_carried_even_where_nothing_overlaps():
    points = point_set("ring").points(np.random.RandomState(0), 80)
    assert wasserstein(points, points[::-1]) == pytest.approx(0.0)
    assert wasserstein(points, points + np.float32([0.3, 0.4])) == pytest.approx(0.5, abs=1e-5)
    assert np.isnan(wasserstein(points, points * np.nan))


def test_the_best_critic_is_sure_where_only_one_kind_lies_and_guesses_where_both_do():
    real = point_set("line").points(np.random.RandomState(0), 400)
    made = point_set("line").points(np.random.RandomState(1), 400)
    cell = tuple(round((at - LOW) / (HIGH - LOW) * (SURFACE - 1)) for at in (0.75, 0.425))  # on the line, as (y, x)
    assert best_critic(real, made + np.float32([0, -0.6]))[cell] > 0.95
    assert best_critic(made + np.float32([0, -0.6]), real)[cell] < -0.95
    assert abs(best_critic(real, made)[cell]) < 0.3
    assert abs(best_critic(real, made)[0, -1]) < 0.01  # far from all points nobody knows
    places = density(real).sum() * ((HIGH - LOW) / (SURFACE - 1)) ** 2
    assert places == pytest.approx(1.0, abs=0.05)


def test_drawn_points_lie_where_the_hand_was():
    dots = np.array([[0.2, 0.2], [0.8, 0.9]], np.float32)
    points = drawn(dots).points(np.random.RandomState(0), 300)
    assert np.linalg.norm(points[:, None] - dots, axis=2).min(axis=1).max() < 0.1
    assert drawn(dots[:0]).points(np.random.RandomState(0), 3).tolist() == [[0.5, 0.5]] * 3


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("latent", [LATENTS[0], LATENTS[-1]])
def test_every_loss_teaches_both_networks(loss, latent):
    one = game(replace(SMALL, loss=loss, latent=latent))
    before = [p.detach().clone() for net in (one.generator, one.critic) for p in net.parameters()]
    start, then = islice(one.steps(3), 2)
    after = [p for net in (one.generator, one.critic) for p in net.parameters()]
    assert sum(not a.equal(b) for a, b in zip(before, after, strict=True)) >= 10  # of 12
    assert (start.step, then.step) == (0, 3)
    assert then.is_finite
    assert then.surface.shape == (SURFACE, SURFACE)
    assert np.abs(then.surface).max() <= 1.0
    assert then.grid.shape == ((GRID, GRID, 2) if latent.startswith("2") else (1, 121, 2))
    assert {"critic", "generator", "D(x)", "D(G(z))"} <= set(then.losses)


def test_the_seed_decides_everything_and_looking_changes_nothing():
    first, second = game(SMALL, seed=5), game(SMALL, seed=5)
    seen = list(islice(first.steps(2), 6))
    second.learn(10)
    assert np.array_equal(seen[-1].made, second.snapshot().made)
    assert not np.array_equal(seen[-1].made, game(SMALL, seed=6).snapshot().made)


def test_only_the_one_whose_turn_it_is_learns():
    one = game(SMALL)
    made, thought = one.snapshot().made, one.snapshot().surface
    one.learn(turn="critic")
    assert np.array_equal(one.snapshot().made, made)
    assert not np.array_equal(one.snapshot().surface, thought)
    thought = one.snapshot().surface
    one.learn(turn="generator")
    assert np.array_equal(one.snapshot().surface, thought)
    assert not np.array_equal(one.snapshot().made, made)


def test_the_generator_goes_where_the_arrows_point():
    one = game(replace(SMALL, generator_rate=1e-4))
    one.learn(30, turn="critic")
    before = one.snapshot()
    one.learn(20, turn="generator")
    moved = one.snapshot().made[: len(before.pushes)] - before.made[: len(before.pushes)]
    assert (moved * before.pushes).sum(axis=1).mean() > 0


def test_wgan_clips_the_weights_of_its_critic():
    one = game(replace(SMALL, loss="wgan"))
    one.learn(2)
    assert max(float(p.detach().abs().max()) for p in one.critic.parameters()) <= 0.1 + 1e-6


def test_minimax_loses_its_slope_where_the_critic_is_sure_and_non_saturating_keeps_it():
    config = preset("GAN: Vanishing slope").config
    flat, steep = game(config), game(config)
    for one in (flat, steep):
        one.learn(300)
    steep.adjust(replace(config, loss="non-saturating"), steep.data)
    before = flat.snapshot()
    assert steep.snapshot().push > 20 * before.push
    for one in (flat, steep):
        one.learn(100)
    went = [np.abs(one.snapshot().made - before.made).mean() for one in (flat, steep)]
    assert went[0] < 0.01  # plain descent: without a slope, no step
    assert went[1] > 10 * went[0]


def test_numbers_that_blow_up_are_told_and_break_nothing():
    one = game(replace(SMALL, optimiser="sgd", loss="least squares", critic_rate=1.0, momentum=0.9))
    one.critic.layers[0].weight.data.fill_(float("nan"))
    one.learn(3)
    assert "diverged" in one.snapshot().verdict.words


def test_without_a_point_drawn_nothing_is_learned_and_nothing_is_claimed():
    one = game(replace(SMALL, data="drawn"))
    one.learn(3)
    now = one.snapshot()
    assert now.step == 0
    assert not len(now.real)
    assert not now.figures.has_data
    assert now.verdict.words == "No points to learn yet: drag over the plane to draw some."


class Wanted:
    """What a window would say it wants, changed between snapshots."""

    def __init__(self, config: PlaneConfig) -> None:
        self.request = SnapshotRequest(config, point_set(config.data))

    def __call__(self) -> SnapshotRequest:
        return self.request


def test_a_new_round_begins_anew_and_other_rates_do_not():
    wanted = Wanted(SMALL)
    seen = follow(wanted)
    assert [next(seen).step for _ in range(3)] == [0, 1, 2]
    wanted.request = replace(wanted.request, config=replace(SMALL, critic_rate=0.0, loss="wgan"), steps=5)
    assert next(seen).step == 7
    wanted.request = replace(wanted.request, round=1, seed=4)
    again = next(seen)
    assert (again.step, again.round) == (0, 1)
    assert np.array_equal(again.made, game(SMALL, seed=4).snapshot().made)


def test_networks_of_another_size_begin_anew_by_themselves():
    wanted = Wanted(SMALL)
    seen = follow(wanted)
    assert [next(seen).step for _ in range(2)] == [0, 1]
    wanted.request = replace(wanted.request, config=replace(SMALL, generator_width=16))
    assert next(seen).step == 0


def test_data_drawn_meanwhile_are_learned_without_a_new_beginning():
    config = replace(SMALL, data="drawn")
    wanted = Wanted(config)
    seen = follow(wanted)
    assert not len(next(seen).real)
    wanted.request = replace(wanted.request, data=drawn(np.array([[0.1, 0.9]], np.float32)))
    then = next(seen)
    assert then.step == 1
    assert then.real.mean(axis=0) == pytest.approx([0.1, 0.9], abs=0.02)


KEPT_POINTS = {
    "line": [0.4762, 0.7086, 0.2361, 0.8275, 0.7897, 0.6064, 0.5647, 0.7084, 0.6788, 0.6458],
    "two": [0.6725, 0.1194, 0.7791, 0.191, 0.3258, 0.5041, 0.1492, 0.6685, 0.7429, 0.4143],
    "ring": [0.2122, 0.5332, 0.3853, 0.2327, 0.7746, 0.4661, 0.3816, 0.7309, 0.6535, 0.6537],
    "blobs": [0.7368, 0.5732, 0.3716, 0.6925, 0.3936, 0.731, 0.758, 0.5938, 0.7866, 0.5485],
    "pairs": [0.1863, 0.5849, 0.8396, 0.5939, 0.2064, 0.331, 0.1623, 0.3721, 0.8215, 0.6218],
    "eight": [0.2415, 0.2245, 0.2842, 0.7266, 0.1552, 0.4608, 0.8198, 0.4937, 0.7647, 0.2539],
    "grid": [0.084, 0.291, 0.2779, 0.4669, 0.4527, 0.5227, 0.6797, 0.3127, 0.8828, 0.3355],
    "moons": [0.5752, 0.2939, 0.2012, 0.6682, 0.3269, 0.6029, 0.5194, 0.6331, 0.5921, 0.5705],
    "spiral": [0.6462, 0.6879, 0.1314, 0.5329, 0.4884, 0.5644, 0.7135, 0.499, 0.4447, 0.3458],
}


@pytest.mark.parametrize("each", POINT_SETS, ids=lambda each: each.name)
def test_the_points_of_a_seed_never_change(each):
    assert each.points(np.random.RandomState(1), 5).ravel() == pytest.approx(KEPT_POINTS[each.name], abs=2e-4)


@pytest.mark.parametrize(
    ("changes", "numbers"),
    [
        (
            {"loss": "non-saturating"},
            [1.3976, 0.7765, 0.4614, 0.4602, -0.0701, 0.0721, 0.5133, 0.056, 0.1439, 0.5972, 0.0603, 0.0],
        ),
        (
            {"loss": "minimax"},
            [1.3976, -0.6163, 0.4614, 0.4602, -0.0701, 0.0721, 0.5133, 0.0561, 0.1227, 0.5972, 0.0602, 0.0],
        ),
        (
            {"loss": "least squares"},
            [0.6837, 0.6528, 0.0, 0.0, -0.9911, 0.9911, 0.5134, 0.056, 0.3257, 0.5972, 0.06, 0.0],
        ),
        ({"loss": "wgan"}, [-0.001, 0.1054, 0.5215, 0.4785, 0.1474, 0.1745, 0.5233, 0.035, 0.0025, 0.5933, 0.101, 0.0]),
        (
            {"loss": "wgan-gp"},
            [0.0237, 0.1708, 0.4944, 0.5056, 0.0269, 0.251, 0.5133, 0.0563, 0.3148, 0.5973, 0.0596, 0.0],
        ),
        (
            {"loss": "relativistic"},
            [0.6892, 0.6974, 0.5119, 0.4881, 0.0963, 0.1867, 0.5134, 0.0551, 0.0797, 0.5972, 0.0606, 0.0],
        ),
        (
            {"latent": "2-D uniform"},
            [1.3967, 0.7769, 0.4615, 0.4599, -0.07, 0.072, 0.5165, 0.0487, 0.1548, 0.5985, 0.0514, 0.0],
        ),
        (
            {"latent": "1-D normal"},
            [1.3999, 0.776, 0.4608, 0.4607, -0.0716, 0.0729, 0.4551, 0.0641, 0.1316, 0.5924, 0.1368, 0.0],
        ),
        (
            {"latent": "1-D uniform"},
            [1.3997, 0.7753, 0.4609, 0.4605, -0.0712, 0.0727, 0.4535, 0.0544, 0.1334, 0.5954, 0.0987, 0.0],
        ),
        (
            {"optimiser": "sgd", "critic_steps": 3, "data": "ring"},
            [1.4005, 0.7916, 0.4517, 0.4532, -0.0872, 0.0872, 0.5211, 0.0452, 0.1364, 0.5612, 0.0367, np.nan],
        ),
        (
            {"generator_steps": 2, "momentum": 0.0, "data": "two", "batch_size": 64},
            [1.3927, 0.7719, 0.4642, 0.4622, -0.0675, 0.071, 0.5041, 0.0684, 0.1511, 0.5287, 0.0254, np.nan],
        ),
    ],
)
def test_a_game_goes_as_ever(changes, numbers):
    """Losses, what the critic thinks, and where the points lie after a few steps of each way to play."""
    one = game(replace(SMALL, **changes))
    one.learn(12)
    seen = one.snapshot()
    told = (seen.surface.mean(), np.abs(seen.surface).mean(), seen.made.mean(), seen.grid.std(), seen.push)
    found = (seen.figures.js, seen.figures.variety, seen.figures.good)
    assert [*seen.losses.values(), *told, *found] == pytest.approx(numbers, rel=0.01, abs=1e-3, nan_ok=True)


def seen(step=100, covered=8, modes=8, variety=1.0, js=0.1, middle=0.5, push=1.0, real=0.6, made=0.4, sure=True):
    """A moment, told by its figures."""
    found = Coverage(modes, covered, 0.9, 0.0, js, variety)
    middles = np.full(2, middle, np.float32)
    return Observation(step, found, real, made, push, middles, sure, bool(np.isfinite(middle)))


def verdict(*moments):
    """What is said of moments that come one after the other, the last one at its step."""
    watch = Watch()
    first = moments[-1].step - EVERY * (len(moments) - 1)
    timed = [replace(moment, step=first + EVERY * number) for number, moment in enumerate(moments)]
    for moment in timed:
        watch.add(moment)
    return watch.verdict(timed[-1])


SURE = {"real": 0.95, "made": 0.05}


@pytest.mark.parametrize(
    ("moments", "words", "is_bad"),
    [
        ([seen(step=99, covered=1)], "Generates 1 of 8 modes: only just started.", False),
        ([seen(step=100, covered=1)], "Generates 1 of 8 modes: still looking for the others.", False),
        ([seen(covered=7, variety=0.3)], "Generates 7 of 8 modes: still looking for the others.", False),
        ([seen(covered=5, variety=0.3)], "Generates 5 of 8 modes: still looking for the others.", False),
        ([seen(covered=4, variety=0.3)], "Generates 4 of 8 modes: collapsed.", True),
        ([seen(covered=4, variety=0.5)], "Generates 4 of 8 modes: still looking for the others.", False),
        (
            [replace(seen(), figures=NOTHING)],
            "No points to learn yet: drag over the plane to draw some.",
            False,
        ),
        ([seen(covered=4, variety=0.6), seen(covered=4, variety=0.1)], "Generates 4 of 8 modes: collapsed.", True),
        ([seen()], "Generates 8 of 8 modes, 90% of the points are realistic.", False),
        ([seen(modes=0, covered=0)], "The generated points are close to the real ones.", False),
        ([seen(modes=0, covered=0, js=0.2)], "The generated points are still unlike the real ones.", False),
        (
            [seen(modes=0, covered=0, variety=0.3)],
            "Generates points with 30% of the variety of the real ones: collapsed.",
            True,
        ),
        (
            [seen(modes=0, covered=0, step=1, variety=2.0)],
            "Generates points with 100% of the variety of the real ones: only just started.",
            False,
        ),
        ([seen(**SURE)], "The critic tells nearly all points apart: it wins, and the generator cannot follow.", True),
        (
            [seen(**SURE, push=0.04)],
            "The critic is sure everywhere: its slope has vanished, and nothing tells the generator where to go.",
            True,
        ),
        ([seen(**SURE, sure=False)], "Generates 8 of 8 modes, 90% of the points are realistic.", False),
        ([seen(real=0.95)], "Generates 8 of 8 modes, 90% of the points are realistic.", False),
        ([seen(made=0.05)], "Generates 8 of 8 modes, 90% of the points are realistic.", False),
        ([seen(**SURE)] * 4 + [seen(real=0.8)] * 7, "Generates 8 of 8 modes, 90% of the points are realistic.", False),
        (
            [seen()] * 9 + [seen(real=0.99, made=0.01)] * 2,
            "Generates 8 of 8 modes, 90% of the points are realistic.",
            False,
        ),
        (
            [seen(), seen(middle=np.nan)],
            "The networks have diverged (NaN): lower the learning rates, and restart.",
            True,
        ),
        (
            [seen(step=400, covered=4, real=0.5, made=0.5)],
            "Generates 4 of 8 modes: the critic is too weak to object.",
            True,
        ),
        ([seen(covered=4, real=0.5, made=0.5)], "Generates 4 of 8 modes: still looking for the others.", False),
        ([seen(step=400, real=0.5, made=0.5)], "Generates 8 of 8 modes, 90% of the points are realistic.", False),
        (
            [replace(seen(covered=6, sure=False), clipped=0.5)],
            "Generates 6 of 8 modes: slow, because 50% of the critic's weights are clipped.",
            True,
        ),
        (
            [replace(seen(**SURE, push=0.001), otherwise=0.04)] * 11,
            "The critic wins and minimax hardly moves the points: non-saturating would push 40 times as hard.",
            True,
        ),
        (
            [replace(seen(**SURE, push=0.04), otherwise=0.04)] * 11,  # its slope is gone under either loss
            "The critic is sure everywhere: its slope has vanished, and nothing tells the generator where to go.",
            True,
        ),
        (
            [replace(seen(step=400, covered=1, push=0.03, sure=False), clipped=0.9)] * 11,
            "Slow: clipping holds 90% of the critic's weights; its slope is 0.03 instead of about 1.",
            True,
        ),
        (
            [seen(step=2000, middle=0.3 + 0.4 * (n % 2)) for n in range(31)],
            "Generates 8 of 8 modes: the points swing back and forth.",
            True,
        ),
        (
            [seen(step=2000, middle=0.45 + 0.1 * (n % 2)) for n in range(31)],
            "Generates 8 of 8 modes, 90% of the points are realistic.",
            False,
        ),
        (
            [seen(step=2000, middle=0.3 + 0.4 * (n % 2)) for n in range(28)],
            "Generates 8 of 8 modes, 90% of the points are realistic.",
            False,
        ),
        (
            [seen(step=2000, middle=n / 30) for n in range(31)],
            "Generates 8 of 8 modes, 90% of the points are realistic.",
            False,
        ),
    ],
)
def test_what_goes_on_is_told_in_a_sentence(moments, words, is_bad):
    found = verdict(*moments)
    assert (found.words, found.is_bad) == (words, is_bad)


@pytest.mark.parametrize("title", ["GAN: It works", "VAE: It works"])
def test_what_is_said_depends_on_the_step_and_not_on_how_many_pictures_were_shown(title):
    config = replace(preset(title).config, batch_size=16)
    said = []
    for per_picture in (1, 20):  # as at the slowest and at the fastest speed
        one = begun(config, point_set(config.data), 3)
        while one.step < 160:
            one.learn(per_picture)
            shown = one.snapshot().verdict
        said.append(shown)
    assert said[0] == said[1]


@pytest.mark.parametrize(
    "each", [preset for preset in PRESETS if preset.against is not None], ids=lambda each: each.title
)
def test_with_the_setting_that_mends_a_preset_the_points_come_several_times_as_far(each):
    assert each.against != each.config
    assert further(each, 0) >= FURTHER


def test_the_lab_leaves_the_processor_to_others(monkeypatch):
    used, before = [], torch.get_num_threads()
    monkeypatch.setattr(PlaneGAN, "learn", lambda _game, _steps, _turn: used.append(torch.get_num_threads()))
    torch.set_num_threads(3)
    try:
        moments = follow(lambda: SnapshotRequest(SMALL, point_set("eight")))
        next(moments)
        next(moments)
        assert used == [1]
        assert torch.get_num_threads() == 3
    finally:
        torch.set_num_threads(before)


@pytest.mark.parametrize("each", PRESETS, ids=lambda each: f"{each.kind}: {each.title}")
def test_a_preset_shows_what_it_says(each):
    """From two seeds, as far as it has to and a little further; ``bench lab`` goes on to 5,000 steps from ten."""
    for seed in (0, 1):
        assert kept(each, seed, each.by + 100).since <= each.by
