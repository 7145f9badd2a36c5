"""How good samples are, as numbers, and that a run which is measured learns what one that is not would."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from statistics import NormalDist

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from explorer.core.models.card import ModelCard
from explorer.core.models.quality_figures import QualityFigures, quality_from
from explorer.training.convergence.shapes import shapes_file
from explorer.training.families import family_called
from explorer.training.learning.family import TrainingTask
from explorer.training.quality.distances import kernel_distance
from explorer.training.quality.measuring import QualityReference, chosen_for_quality
from explorer.training.quality.picture_bins import PictureBins
from explorer.training.quality.picture_features import PictureFeatures, features_for
from explorer.training.runs import quality_watch
from explorer.training.runs.history import LossHistory
from explorer.training.runs.run import Run
from explorer.training.runs.run_folder import newest_quality
from explorer.training.runs.spec import RunSpec
from explorer.training.sources import PictureSet, open_pictures
from explorer.training.sources.near_doubles import near_doubles

Pictures = NDArray[np.uint8]
CPU = torch.device("cpu")


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> PictureSet:
    folder = tmp_path_factory.mktemp("shapes")
    return open_pictures(str(shapes_file(folder, 600)), size=28, cache=folder)


@pytest.fixture(scope="module")
def reference(found: PictureSet) -> QualityReference:
    return QualityReference.of(found.subset(np.arange(300)), PictureFeatures.random(1, 28))


@pytest.fixture(scope="module")
def others(found: PictureSet) -> Pictures:
    return np.asarray(found.pictures[300:])


def noisy(pictures: Pictures, by: int) -> Pictures:
    noise = np.random.RandomState(0).randint(-by, by + 1, pictures.shape)
    return np.clip(pictures.astype(int) + noise, 0, 255).astype(np.uint8)


def test_other_pictures_of_the_same_kind_are_as_good_as_can_be(reference: QualityReference, others: Pictures) -> None:
    figures = reference.compared(others)
    assert abs(figures.kernel_distance) < 0.1
    assert min(figures.precision, figures.recall) > 0.7
    assert figures.fine_detail == pytest.approx(1.0, abs=0.05)
    assert figures.bits_per_dimension is None


def test_a_set_compared_with_itself_is_perfect_but_for_the_bias_that_is_taken_off(reference: QualityReference) -> None:
    figures = reference.compared(np.asarray(reference.real.pictures))
    assert (figures.precision, figures.recall, figures.fine_detail) == (1.0, 1.0, 1.0)
    assert -0.2 < figures.kernel_distance <= 0.0


def test_a_grain_that_is_hardly_seen_moves_fine_detail_by_more_than_a_fifth(
    reference: QualityReference, others: Pictures
) -> None:
    assert reference.compared(noisy(others, 10)).fine_detail > 1.2 * reference.compared(others).fine_detail


def test_a_blur_takes_fine_detail_away(reference: QualityReference, others: Pictures) -> None:
    wide = np.pad(others.astype(float), ((0, 0), (1, 1), (1, 1), (0, 0)), "edge")
    blurred = sum(wide[:, y : y + 28, x : x + 28] for y in range(3) for x in range(3)) / 9
    assert reference.compared(np.asarray(blurred, np.uint8)).fine_detail < 0.8


def test_pictures_under_noise_do_not_pass_for_real(reference: QualityReference, others: Pictures) -> None:
    figures = reference.compared(noisy(others, 40))
    assert figures.precision < 0.1
    assert figures.kernel_distance > 1.0


def test_a_kind_of_ten_that_is_left_out_takes_recall_away(found: PictureSet, reference: QualityReference) -> None:
    assert found.labels is not None
    labels, pictures = found.labels[300:], np.asarray(found.pictures[300:])
    whole = reference.compared(pictures).recall
    left = [reference.compared(pictures[labels != kind]).recall for kind in range(10)]
    assert np.mean(left) < whole - 0.015
    assert min(left) < whole - 0.03


def test_the_kernel_distance_is_the_closed_form_for_single_numbers() -> None:
    """N(0, 1) and N(1/2, 1) in one dimension: (xy + 1)^3 compares the moments, each as often as it comes in it."""
    steps = [NormalDist().inv_cdf((at + 0.5) / 2000) for at in range(2000)]
    real = np.array(steps, np.float32)[:, None]
    moments = [(0.0, 0.5), (1.0, 1.25), (0.0, 1.625)]
    wanted = sum(times * (p - q) ** 2 for times, (p, q) in zip((3, 3, 1), moments, strict=True))
    assert kernel_distance(real, real + np.float32(0.5)) == pytest.approx(wanted, rel=0.03)
    assert kernel_distance(real, real) == pytest.approx(0.0, abs=0.05)


def test_features_are_the_same_every_time_and_leave_random_numbers_alone(others: Pictures) -> None:
    torch.manual_seed(3)
    state, own = torch.get_rng_state(), np.random.get_state()[1].copy()  # type: ignore[union-attr, index]
    first = PictureFeatures.random(1, 28).see(others[:20])
    assert np.array_equal(first, PictureFeatures.random(1, 28).see(others[:20]))
    assert torch.equal(state, torch.get_rng_state())
    assert np.array_equal(own, np.random.get_state()[1])  # type: ignore[index]


def test_near_doubles_are_found_and_the_first_of_a_kind_stays(others: Pictures) -> None:
    pictures = np.concatenate([others[:6], noisy(others[1:3], 3), others[1:2]])
    found = near_doubles(pictures)
    assert {later: first for later, first in found.items() if later >= 6} == {6: 1, 7: 2, 8: 1}
    assert near_doubles(others[:1]) == {}


def test_features_say_whose_they_are() -> None:
    assert features_for(3, 64, data="portraits:50").name == "the classifier portraits"
    assert features_for(3, 32, data="portraits:50").name == "a fixed random network"
    assert features_for(1, 28).name == "a fixed random network"


def test_held_out_pictures_are_compared_with_where_there_are_enough(found: PictureSet) -> None:
    chosen, is_held_out = chosen_for_quality(found, 0.3, 100)
    assert is_held_out
    assert len(chosen) == 100
    assert set(chosen.names) <= {name for name, away in zip(found.names, found.held_out(0.3), strict=True) if away}
    assert not chosen_for_quality(found, 0.01, 100)[1]


def test_bits_per_dimension_bound_what_a_plain_guess_would_spend(found: PictureSet) -> None:
    """A decoder that paints grey, with a noise of 1 and latents that tell nothing: a normal density, worked out."""
    family = family_called("vae")
    learner = family.learner(family.config(width=0.1, latent_size=2, noise=1.0), TrainingTask(28, 1), 0)
    for part in ("encoder", "decoder"):
        for weight in learner.average[part].parameters():  # type: ignore[attr-defined]
            weight.data.zero_()
    grey = torch.zeros(3, 1, 28, 28)
    bits = learner.bits_per_dimension(grey)
    assert bits is not None
    assert bits.numpy() == pytest.approx(0.5 * np.log2(2 * np.pi) + np.log2(127.5), abs=1e-3)


class Clock:
    """A clock of steps on which each takes a second, and measuring so many."""

    def __init__(self, measuring_s: float) -> None:
        self.now, self._measuring_s = 0.0, measuring_s

    def perf_counter(self) -> float:
        self.now += self._measuring_s / 2
        return self.now


def test_measuring_keeps_to_its_share_of_the_time(found: PictureSet, monkeypatch: pytest.MonkeyPatch) -> None:
    from explorer.training.learning.progress import Progress

    clock = Clock(measuring_s=4.0)
    monkeypatch.setattr(quality_watch, "time", clock)
    family = family_called("dcgan")
    learner = family.learner(family.config(width=0.1, latent_size=4), TrainingTask(28, 1, found.classes), 0)
    watch = quality_watch.QualityWatch(RunSpec("dcgan", "shapes", 28, 2000), found.subset(np.arange(40)))
    measured = []
    for step in range(1, 2001):
        learner.done_steps = step
        if watch.look(learner, Progress(step, {}, speed={"seconds": float(step)})) is not None:
            measured.append(step)
    assert 2 <= len(measured) <= 0.03 * 2000 / 2.0
    assert measured[-1] == 2000
    assert clock.now < 0.04 * 2000  # the probe's two looks among it


@pytest.fixture
def eager(monkeypatch: pytest.MonkeyPatch) -> None:
    """Measure as soon and as often as there is a word on the time."""
    monkeypatch.setattr(quality_watch, "SHARE", 1e9)
    monkeypatch.setattr(quality_watch, "_LAST_SHARE", 1e9)
    monkeypatch.setattr(quality_watch, "_FIRST_AFTER_S", 0.0)
    monkeypatch.setattr("explorer.training.runs.step_metrics._SPEED_EVERY_S", 0.0)
    return


def run_in(folder: Path, source: Path, steps: int) -> Run:
    settings = {"width": 0.1, "batch_size": 8, "latent_size": 4}
    return Run.create(folder, RunSpec("vae", str(source), 28, steps, settings=settings, hold_out=0.4))


def test_a_run_tells_how_good_its_samples_are_and_its_card_does_too(tmp_path: Path, eager: None) -> None:
    run = run_in(tmp_path / "run", shapes_file(tmp_path, 200), 4)
    list(run.train(run.pictures(cache=tmp_path / "cache"), CPU))
    told = LossHistory(run.folder / "quality.csv")
    told.update()
    assert told["quality/precision"][0].tolist() == [2, 3, 4]
    assert 0 < told["quality/bits per dimension"][1][-1] < 60
    newest = newest_quality(run.folder, 4)
    assert newest is not None
    assert (newest.step, newest.held_out, newest.features) == (4, True, "a fixed random network")
    assert newest_quality(run.folder, 3) is None
    assert ModelCard.from_json(ModelCard(quality=newest).to_json()).quality == newest


def test_a_run_that_is_measured_learns_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = shapes_file(tmp_path, 200)
    plain = run_in(tmp_path / "plain", source, 5)
    list(plain.train(plain.pictures(cache=tmp_path / "cache"), CPU))
    monkeypatch.setattr(quality_watch, "SHARE", 1e9)
    monkeypatch.setattr(quality_watch, "_LAST_SHARE", 1e9)
    monkeypatch.setattr(quality_watch, "_FIRST_AFTER_S", 0.0)
    monkeypatch.setattr("explorer.training.runs.step_metrics._SPEED_EVERY_S", 0.0)
    measured = run_in(tmp_path / "measured", source, 5)
    with closing(measured.train(measured.pictures(cache=tmp_path / "cache"), CPU)) as steps:
        for _ in range(3):
            next(steps)
    again = Run.open(measured.folder)
    list(again.train(again.pictures(cache=tmp_path / "cache"), CPU))
    assert newest_quality(again.folder, 5) is not None
    left, right = (run.trained_learner().networks["pair"].state_dict() for run in (plain, again))
    assert all(torch.equal(left[name], right[name]) for name in left)
    assert (plain.folder / "losses.csv").read_bytes() == (again.folder / "losses.csv").read_bytes()


def test_figures_of_a_card_that_cannot_be_are_refused() -> None:
    good = QualityFigures(0.1, 0.5, 0.4, 1.1)
    assert "precision 0.50" in str(good)
    told = {"kernel_distance": 0, "precision": 0, "recall": 0, "fine_detail": 0}
    assert quality_from(told) == QualityFigures(0.0, 0.0, 0.0, 0.0)
    for wrong in (told | {"kernel_distance": "nan"}, told | {"precision": []}, {"recall": 1}, 3):
        with pytest.raises((ValueError, TypeError)):
            quality_from(wrong)


def test_bins_that_samples_never_fall_into_are_counted(found: PictureSet) -> None:
    bins = PictureBins.of(found.pictures[:300], 10)
    assert bins.counts.sum() == 300
    assert bins.filled(found.pictures[:300]).tolist() == bins.counts.tolist()
    assert bins.different(found.pictures[300:]) <= 2  # by chance
    one = np.repeat(found.pictures[:1], 300, axis=0)
    assert bins.different(one) >= 8  # all but bins that are nearly empty
