"""Health tells what is wrong with a run, and says nothing of a sound one."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from explorer.training.families import families, family_called
from explorer.training.families.gans.gan import GAN, Config
from explorer.training.learning.batches import Batches
from explorer.training.learning.family import TrainingTask
from explorer.training.runs import health
from explorer.training.runs.diversity import diversity, nearest_classes
from explorer.training.runs.health import HealthFacts, findings
from explorer.training.runs.history import LossHistory
from explorer.training.runs.oscillation import wave
from explorer.training.runs.sample_sheets import SampleSheets
from explorer.training.runs.samples import to_uint8

STEPS = np.arange(1, 2001)


def ring(count: int = 256, side: int = 16) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Pictures of a blob at one of eight places on a ring, and which place it is."""
    stream = np.random.RandomState(0)
    rows, columns = np.mgrid[:side, :side]
    place = stream.randint(0, 8, count)
    across = 7.5 + 5 * np.cos(np.pi * place / 4) + stream.randn(count) * 0.2
    down = 7.5 + 5 * np.sin(np.pi * place / 4) + stream.randn(count) * 0.2
    squares = (columns - across[:, None, None]) ** 2 + (rows - down[:, None, None]) ** 2
    return (255 * np.exp(-squares / 6)).astype(np.uint8)[..., None], place.astype(np.int64)


def history(**series: Any) -> LossHistory:
    found = LossHistory(Path("none.csv"))
    for name, values in series.items():
        for step, value in enumerate(np.asarray(values, float), 1):
            found.add(step, {name: float(value)})
    return found


def keys(told: LossHistory, sheets: SampleSheets | None = None, facts: HealthFacts | None = None) -> list[str]:
    return [f.key for f in findings(told, sheets or SampleSheets(Path("none")), facts or HealthFacts())]


def trained_on_the_ring(folder: Path, steps: int, **settings: Any) -> tuple[LossHistory, SampleSheets, HealthFacts]:
    pictures, labels = ring()
    config = Config(width=0.25, batch_size=64, latent_size=8, **settings)
    learner = GAN(config, TrainingTask(16, 1, steps=steps), 1)
    batches = Batches(pictures, None, size=64, mirror=False, seed=0, device=torch.device("cpu"))
    told, sheets = LossHistory(folder / "none.csv"), SampleSheets(folder / "samples")
    z = torch.randn(36, 8, generator=torch.Generator().manual_seed(5))
    while learner.done_steps < steps:
        losses = learner.step(batches.batch(learner.done_steps))
        learner.done_steps += 1
        told.add(learner.done_steps, {name: value.item() for name, value in losses.items()})
        if learner.done_steps % 100 == 0:
            sheets.write(learner.done_steps, to_uint8(learner.pictures(z)), 9)
    classes = tuple("abcdefgh")
    return told, sheets, HealthFacts("logistic", 0, pictures, labels, classes)


def test_a_healthy_gan_is_not_flagged(tmp_path: Path) -> None:
    assert findings(*trained_on_the_ring(tmp_path, 400, learning_rate=1e-3)) == ()


def test_a_gan_that_collapses_is_flagged_with_the_evidence(tmp_path: Path) -> None:
    found = {f.key: f for f in findings(*trained_on_the_ring(tmp_path, 200, **COLLAPSING))}
    assert "as much as the data do" in found["collapse"].evidence
    assert "None of 36 samples" in found["coverage"].evidence


COLLAPSING: dict[str, Any] = {"learning_rate": 3e-2}


def test_diversity_is_that_of_the_pictures() -> None:
    pictures, labels = ring()
    assert diversity(pictures[labels == 0]) < 0.3 * diversity(pictures)
    assert diversity(pictures[:1]) == 0.0
    assert (nearest_classes(pictures[:50], pictures[50:], labels[50:]) == labels[:50]).all()


def test_swings_are_found_and_drift_and_noise_are_not() -> None:
    stream = np.random.RandomState(0)
    swing = np.sin(STEPS / 200 * 2 * np.pi) + 0.5 * stream.randn(2000) + STEPS / 1000
    found = wave(STEPS, swing)
    assert found is not None
    assert found.period == pytest.approx(200, rel=0.05)
    assert found.swing == pytest.approx(2, rel=0.3)
    for seed in range(20):
        noise = np.random.RandomState(seed).randn(2000)
        assert wave(STEPS, noise) is None
        assert wave(STEPS, np.cumsum(noise)) is None
        assert wave(STEPS, np.exp(-STEPS / 300) + 0.01 * noise) is None
    assert wave(STEPS, np.ones(2000)) is None
    assert wave(STEPS[:50], swing[:50]) is None
    assert keys(history(critic=swing)) == ["oscillation"]


def test_a_critic_that_wins_is_flagged() -> None:
    noise = 0.3 * np.random.RandomState(0).randn(1000)
    rising = np.linspace(1, 8, 1000) + noise
    lost = history(**{"D(x)": 6 + noise, "D(G(z))": -6 + noise, "generator": rising})
    assert keys(lost, facts=HealthFacts("logistic")) == ["critic"]
    assert keys(lost, facts=HealthFacts("relative")) == ["critic"]
    assert keys(lost, facts=HealthFacts("")) == []
    even = history(**{"D(x)": 0.4 + noise, "D(G(z))": -0.4 + noise, "generator": 1 + noise})
    assert keys(even, facts=HealthFacts("logistic")) == keys(even, facts=HealthFacts("relative")) == []


def test_a_collapsed_posterior_is_flagged() -> None:
    facts = HealthFacts(latent_size=32)
    assert keys(history(**{"live dimensions": np.zeros(500), "KL": np.zeros(500)}), facts=facts) == ["posterior"]
    assert keys(history(**{"live dimensions": np.full(500, 9.0)}), facts=facts) == []


def test_divergence_and_its_approach_are_flagged() -> None:
    assert keys(history(critic=[1, 2, np.nan])) == ["divergence"]
    growing = np.r_[np.ones(40), np.full(10, 1e4)]
    assert keys(history(**{"gradient/critic": growing})) == ["explosion"]
    assert keys(history(**{"gradient/critic": np.ones(50)})) == []


def test_what_scores_mean_depends_on_the_game() -> None:
    meant = {key: family.scores(family.config()) for key, family in families().items()}
    assert {key: meaning for key, meaning in meant.items() if meaning} == {
        "gan": "logistic",
        "lecture_gan": "logistic",
        "dcgan": "relative",
        "cgan": "relative",
        "r3gan": "relative",
        "stylegan": "relative",
        "progan": "relative",
        "vaegan": "relative",
        "factor_gan": "relative",
        "text_to_portrait": "relative",
        "infogan": "logistic",
    }
    cgan = family_called("cgan")
    assert cgan.scores(cgan.config(loss="non-saturating")) == "logistic"


def lost(real: float, made: float, generator: NDArray[np.float64]) -> LossHistory:
    every = np.ones(len(generator))
    return history(**{"D(x)": real * every, "D(G(z))": made * every, "generator": generator})


@pytest.mark.parametrize(("real", "made", "wins"), [(9, 4, True), (2.5, -2.5, True), (9, 6, False), (-4, -9, True)])
def test_a_relative_critic_is_judged_by_the_difference_of_its_scores(real: float, made: float, wins: bool) -> None:
    told = lost(real, made, np.linspace(1, 8, 400))
    assert keys(told, facts=HealthFacts("relative")) == (["critic"] if wins else [])
    if wins:
        (found,) = findings(told, SampleSheets(Path("none")), HealthFacts("relative"))
        assert found.evidence.startswith("It recognises the made picture of a pair in 99.3% of cases")


@pytest.mark.parametrize(("real", "made"), [(9, 4), (-4, -9), (2.5, -2.5)])
def test_a_logistic_critic_wins_by_both_of_its_scores(real: float, made: float) -> None:
    assert keys(lost(real, made, np.linspace(1, 8, 400)), facts=HealthFacts("logistic")) == []


@pytest.mark.parametrize(
    ("first", "last", "rises"),
    [(1, 1, False), (8, 1, False), (1, 1.05, False), (1, 2, True), (-10, -2, True), (-10, -9, False)],
)
def test_a_critic_wins_only_while_the_generators_loss_rises(first: float, last: float, rises: bool) -> None:
    told = lost(6, -6, np.linspace(first, last, 400))
    assert keys(told, facts=HealthFacts("logistic")) == (["critic"] if rises else [])


def test_a_loss_that_only_rose_at_first_does_not_rise() -> None:
    assert keys(lost(6, -6, np.r_[np.ones(100), np.full(300, 8.0)]), facts=HealthFacts("logistic")) == []


@pytest.mark.parametrize("is_conditional", [True, False])
def test_of_a_conditional_run_no_class_is_missed(tmp_path: Path, is_conditional: bool) -> None:
    pictures, places = ring()
    labels = places // 2
    sheets = SampleSheets(tmp_path)
    told = tuple(n % 4 for n in range(36)) if is_conditional else ()
    sheets.write(200, pictures[labels < 3][:36], 6, labels=told)
    facts = HealthFacts("logistic", 0, pictures, labels, tuple("abcd"))
    assert keys(history(critic=np.ones(300)), sheets, facts) == ([] if is_conditional else ["coverage"])


class Sheets:
    """Sheets whose pictures differ by so much at each step."""

    def __init__(self, shares: dict[int, float]) -> None:
        self.shares = shares

    def steps(self) -> list[int]:
        return list(self.shares)

    def pictures(self, step: int) -> NDArray[np.uint8]:
        return np.full((36, 1, 1, 1), round(100 * self.shares[step]), np.uint8)

    def layout(self) -> None:
        return None


@pytest.mark.parametrize(
    ("shares", "latent", "said"),
    [
        ({200: 0.31}, 0, ""),
        ({200: 0.29}, 0, "Mode collapse, step 200, 29%"),
        ({199: 0.1}, 0, ""),
        ({199: 0.1, 300: 0.5}, 0, ""),
        ({200: 0.9, 300: 0.44}, 0, "Mode collapse, step 300, 44%, 90%"),
        ({200: 0.9, 300: 0.46}, 0, ""),
        ({200: 1.2, 300: 0.52}, 0, ""),
        ({200: 0.4, 300: 0.28}, 0, "Mode collapse, step 300, 28%"),
        ({200: 0.29}, 8, "Samples are all alike, step 200, 29%"),
        ({step: 1.0 - step / 4010 for step in range(200, 4000, 100)}, 0, "Mode collapse, step 3900, 3%, 95%"),
        ({}, 0, ""),
    ],
)
def test_samples_collapse_where_they_differ_less_than_the_data_and_than_before(
    monkeypatch: pytest.MonkeyPatch, shares: dict[int, float], latent: int, said: str
) -> None:
    monkeypatch.setattr(health, "diversity", lambda pictures: float(pictures.mean()) / 100)
    data, sheets = np.full((8, 1, 1, 1), 100, np.uint8), cast("SampleSheets", Sheets(shares))
    found = findings(history(), sheets, HealthFacts("", latent, data))
    assert "".join(", ".join([each.title, *re.findall(r"step \d+|\d+%", each.evidence)]) for each in found) == said
    assert findings(history(), sheets, HealthFacts("", latent, data[:1])) == ()
    assert findings(history(), sheets, HealthFacts("", latent, 0 * data)) == ()


@pytest.mark.parametrize(
    ("last", "count", "grows"), [(101.0, 5, True), (99.0, 5, False), (1e6, 2, False), (1e6, 3, True)]
)
def test_gradients_grow_where_the_last_ones_are_a_hundred_times_the_usual(last: float, count: int, grows: bool) -> None:
    values = np.r_[np.ones(40), np.full(count, last)]
    assert keys(history(**{"gradient/critic": values})) == (["explosion"] if grows else [])
    assert keys(history(critic=values)) == []
    assert keys(history(**{"gradient/critic": values[-19:]})) == []


@pytest.mark.parametrize(
    ("live", "size", "steps", "said"),
    [
        (1.0, 32, 200, "Only 1 of 32 dimensions tell the decoder anything, the KL is 2.5 nats."),
        (2.0, 32, 200, ""),
        (0.9, 8, 200, "Only 1 of 8 dimensions tell the decoder anything, the KL is 2.5 nats."),
        (1.0, 8, 200, ""),
        (0.0, 32, 199, ""),
        (0.0, 0, 300, ""),
        (5.0, 100, 200, "Only 5 of 100 dimensions tell the decoder anything, the KL is 2.5 nats."),
    ],
)
def test_a_posterior_collapses_where_few_dimensions_tell_anything(
    live: float, size: int, steps: int, said: str
) -> None:
    told = history(**{"live dimensions": np.full(steps, live), "KL": np.full(steps, 2.5)})
    found = findings(told, SampleSheets(Path("none")), HealthFacts(latent_size=size))
    assert "".join(each.evidence for each in found) == said


def test_what_was_long_ago_does_not_count() -> None:
    early = np.r_[np.zeros(300), np.full(100, 9.0)]
    assert keys(history(**{"live dimensions": early}), facts=HealthFacts(latent_size=32)) == []
    late = np.r_[np.full(299, 9.0), np.zeros(101)]
    assert keys(history(**{"live dimensions": late}), facts=HealthFacts(latent_size=32)) == ["posterior"]
    late[300::3] = np.nan
    assert "posterior" in keys(history(**{"live dimensions": late}), facts=HealthFacts(latent_size=32))


@pytest.mark.parametrize("steps", [199, 200])
def test_a_young_run_is_not_judged(steps: int) -> None:
    told = lost(6, -6, np.linspace(1, 8, steps))
    assert keys(told, facts=HealthFacts("logistic")) == (["critic"] if steps >= 200 else [])


@pytest.mark.parametrize(
    ("period", "count", "noise", "found"),
    [
        (200, 2000, 0.5, True),
        (200, 2000, 12.0, False),
        (500, 2000, 0.1, True),
        (700, 2000, 0.1, False),
        (20, 127, 0.1, False),
        (20, 128, 0.1, True),
        (12, 2000, 0.1, False),
    ],
)
def test_a_swing_has_a_period_of_its_own(period: int, count: int, noise: float, found: bool) -> None:
    steps = 10 * np.arange(1, count + 1)
    values = 3 * np.sin(np.arange(count) / period * 2 * np.pi) + noise * np.random.RandomState(1).randn(count)
    told = wave(steps, values)
    assert (told is not None) == found
    if told is not None:
        assert told.period == pytest.approx(10 * period, rel=0.06)
        assert told.swing == pytest.approx(6, rel=0.2)
        assert 0.8 < told.strength <= 1.0
    values[3] = np.inf
    assert wave(steps, values) is None


@pytest.mark.parametrize("missing", range(4))
def test_each_class_that_is_missing_is_named(tmp_path: Path, missing: int) -> None:
    pictures, places = ring()
    labels = np.where(np.arange(len(places)) % 50 == 7, -1, places // 2)
    sheets = SampleSheets(tmp_path)
    sheets.write(200, pictures[places // 2 != missing][:36], 6)
    facts = HealthFacts("logistic", 0, pictures, labels, tuple("abcd"))
    (found,) = findings(history(critic=np.ones(300)), sheets, facts)
    assert found.evidence == f"None of 36 samples at step 200 is nearest to a picture of {'abcd'[missing]}."
    rare = np.where(labels == missing, np.where(np.arange(len(labels)) % 20 == 3, labels, -1), labels)
    assert findings(history(critic=np.ones(300)), sheets, replace(facts, labels=rare)) == ()
