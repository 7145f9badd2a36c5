"""Autoencoders without a prior: PCA is exact, a linear one equals it, noise goes, codes are sparse."""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pytest
import torch
from torch import Tensor
from tqdm import tqdm

from explorer.core.problem import Problem
from explorer.core.rendering.latent_axes import load_axes
from explorer.training.families import family_called
from explorer.training.families.autoencoders.denoising_autoencoder import DenoisingAutoencoder, psnr, spoilt
from explorer.training.families.autoencoders.sparse_autoencoder import SparseAutoencoder, active_share, away_from
from explorer.training.learning.autoencoding import Autoencoding
from explorer.training.learning.family import Batch, TrainingTask
from explorer.training.learning.principal_components import RunningScatter
from explorer.training.runs import export
from explorer.training.runs.run import Run
from explorer.training.runs.sample_sheets import SampleSheets
from tests.training.test_families import small_run

Kind = TypeVar("Kind", bound=Autoencoding)


def pictures(count: int, size: int = 8, seed: int = 0) -> Tensor:
    """Sums of a few fixed smooth pictures, each as strong as chance has it, and a little noise."""
    draw = np.random.RandomState(seed)
    waves = np.random.RandomState(99).standard_normal((12, size * size)) * np.geomspace(0.3, 0.03, 12)[:, None]
    rows = draw.standard_normal((count, 12)) @ waves + 0.02 * draw.standard_normal((count, size * size)) - 0.3
    return torch.tensor(rows, dtype=torch.float32).view(count, 1, size, size)


def taught(key: str, shown: Tensor, steps: int, of: type[Kind], **settings: Any) -> Kind:
    family = family_called(key)
    size, rng = shown.shape[2], torch.Generator().manual_seed(0)
    learner = family.learner(family.config(**settings), TrainingTask(size, 1, steps=steps), 0)
    for _ in range(steps):
        chosen = torch.randint(0, len(shown), (settings.get("batch_size", 64),), generator=rng)
        learner.step(Batch(shown[chosen]))
        learner.done_steps += 1
    assert isinstance(learner, of)
    return learner


def error(learner: Autoencoding, shown: Tensor) -> float:
    return float((learner.reconstructions(shown) - shown).square().sum((1, 2, 3)).mean())


def best_error(shown: Tensor, count: int) -> float:
    """What no plane of ``count`` dimensions goes below (Eckart & Young, 1936)."""
    rows = shown.flatten(1).double()
    values = torch.linalg.svdvals(rows - rows.mean(0))
    return float(values[count:].square().sum() / len(rows))


def test_pca_is_exact_however_pictures_come() -> None:
    shown = pictures(300)
    family = family_called("pca")
    learner = family.learner(family.config(latent_size=5), TrainingTask(8, 1, steps=4), 0)
    told: dict[str, Tensor] = {}
    for part in shown.split([7, 150, 1, 142]):
        told = learner.step(Batch(part))
    assert isinstance(learner, Autoencoding)
    assert error(learner, shown) == pytest.approx(best_error(shown, 5), rel=1e-4)
    rows = shown.flatten(1).double()
    values = torch.linalg.svdvals(rows - rows.mean(0)).square()
    assert float(told["variance explained"]) == pytest.approx(float(values[:5].sum() / values.sum()), rel=1e-4)
    codes = learner.codes(shown)
    assert codes is not None  # in standard deviations
    assert torch.allclose(torch.cov(codes.T, correction=0), torch.eye(5), atol=1e-3)


def test_scatter_that_keeps_few_rows_loses_only_what_varies_least() -> None:
    rows = pictures(200).flatten(1)
    whole, short = RunningScatter(64, 64), RunningScatter(64, 20)
    for part in rows.split(25):
        whole.see(part)
        short.see(part)
    (units, deviations), (theirs, spread) = whole.components(5), short.components(5)
    assert torch.allclose(deviations, spread, rtol=1e-3)
    assert ((units * theirs).sum(1) > 0.999).all()
    assert float(short.share(5)) == pytest.approx(float(whole.share(5)), rel=1e-3)


def test_directions_along_which_nothing_varies_are_told_as_none() -> None:
    scatter = RunningScatter(64, 64)
    scatter.see(pictures(3).flatten(1))
    units, deviations = scatter.components(6)
    assert (deviations > 0).tolist() == [True, True, False, False, False, False]
    assert not units[2:].any()


def test_more_components_than_values_are_refused() -> None:
    with pytest.raises(Problem, match="Pictures of 16 values do not have 20 principal components"):
        family_called("pca").learner(family_called("pca").config(latent_size=20), TrainingTask(4, 1), 0)


def test_a_linear_autoencoder_does_as_well_as_pca_within_a_hundredth() -> None:
    shown = pictures(400)
    settings: dict[str, Any] = {"linear": True, "latent_size": 4, "learning_rate": 3e-3, "ema_half_life": 500}
    learner = taught("autoencoder", shown, 600, Autoencoding, **settings)
    assert best_error(shown, 4) <= error(learner, shown) <= 1.01 * best_error(shown, 4)


def test_raw_latents_give_rubbish_where_a_fitted_gaussian_does_not() -> None:
    shown = pictures(400)
    settings: dict[str, Any] = {"linear": True, "latent_size": 4, "learning_rate": 3e-3, "ema_half_life": 500}
    learner = taught("autoencoder", shown, 300, Autoencoding, **settings)
    raw, fitted = learner.raw_and_fitted(torch.randn((2000, 4), generator=torch.Generator().manual_seed(1)))

    def unlike(made: Tensor) -> float:
        known, own = (torch.cov(rows.flatten(1).T) for rows in (shown, made))
        return float((known - own).norm() / known.norm())

    assert unlike(fitted) < 0.3
    assert unlike(raw) > 2 * unlike(fitted)


@pytest.mark.parametrize("key", ["pca", "autoencoder"])
def test_whitened_latents_of_pictures_are_those_of_the_prior(key: str) -> None:
    shown = pictures(400)
    learner = taught(key, shown, 250, Autoencoding, latent_size=3, latents="whitened", **LINEAR.get(key, {}))
    codes = learner.codes(shown)
    assert codes is not None
    assert codes.mean(0).abs().max() < 0.3
    assert torch.allclose(torch.cov(codes.T), torch.eye(3), atol=0.25)
    assert torch.allclose(learner.pictures(codes), learner.reconstructions(shown), atol=1e-4)


LINEAR = {"autoencoder": {"linear": True, "ema_half_life": 200}}


def test_noise_is_taken_off_pictures_that_were_never_seen() -> None:
    shown, held_out = pictures(600, 16), pictures(100, 16, seed=5)
    settings: dict[str, Any] = {"latent_size": 16, "width": 0.25, "noise": 0.4, "learning_rate": 3e-3, "batch_size": 32}
    learner = taught("denoising_autoencoder", shown, 90, DenoisingAutoencoder, ema_half_life=500, **settings)
    noisy = spoilt(held_out, "gaussian", 0.4, torch.Generator().manual_seed(1))
    assert psnr(learner.reconstructions(noisy), held_out) > psnr(noisy, held_out) + 1.0


def test_pictures_are_spoilt_by_as_much_as_is_asked_for() -> None:
    rng, shown = torch.Generator().manual_seed(0), torch.full((50, 3, 16, 16), 0.5)
    noisy, masked = spoilt(shown, "gaussian", 0.3, rng), spoilt(shown, "masking", 0.3, rng)
    assert float((noisy - shown).std()) == pytest.approx(0.3, rel=0.02)
    assert float((masked == -1.0).float().mean()) == pytest.approx(0.3, abs=0.02)
    assert ((masked == -1.0).all(1) | (masked == 0.5).all(1)).all()  # all colours of a pixel together
    assert torch.equal(spoilt(shown, "gaussian", 0.0, rng), shown)
    assert float(psnr(noisy, shown)) == pytest.approx(10 * np.log10(4 / 0.09), abs=0.2)


@pytest.mark.parametrize(("kind", "weight", "most"), [("KL", "kl_weight", 5.0), ("L1", "l1_weight", 0.3)])
def test_fewer_codes_take_part_the_more_sparsity_counts(kind: str, weight: str, most: float) -> None:
    shown, shares = pictures(400), []
    for value in (0.0, most):
        learner = taught(
            "sparse_autoencoder", shown, 200, SparseAutoencoder, latent_size=24, sparsity=kind, **{weight: value}
        )
        codes = learner.average["encoder"](shown)
        assert (codes >= 0).all()
        shares.append(float(active_share(codes)))
    assert shares[1] < 0.8 * shares[0]


def test_the_distance_of_switches_is_that_of_their_distributions() -> None:
    found = away_from(0.05, torch.tensor([0.05, 0.5, 0.0]))
    wanted = torch.distributions.kl_divergence(
        torch.distributions.Bernoulli(0.05), torch.distributions.Bernoulli(torch.tensor([0.05, 0.5]))
    )
    assert torch.allclose(found[:2], wanted, atol=1e-6)
    assert found[2].isfinite()


def test_a_run_shows_raw_and_fitted_samples_one_above_the_other(tmp_path: Path, picture_folder: Path) -> None:
    run = small_run(tmp_path / "run", "pca", picture_folder, steps=2, latents="raw", latent_size=4)
    list(run.train(run.pictures(cache=tmp_path / "cache")))
    sheets = SampleSheets(run.folder / "fitted")
    assert sheets.steps() == [1, 2]
    raw, fitted = np.split(sheets.pictures(2).astype(np.float64), 2)
    assert np.array_equal(raw[:9], SampleSheets(run.folder / "samples").pictures(2)[:9])
    assert raw.std(0).mean() < 0.7 * fitted.std(0).mean()  # steps of 1 are little among codes as large as these
    vae = small_run(tmp_path / "vae", "vae", picture_folder, steps=1)
    list(vae.train(vae.pictures(cache=tmp_path / "cache")))
    assert not (Run.open(vae.folder).folder / "fitted").exists()


def test_a_latent_of_many_dimensions_is_exported_with_axes(
    tmp_path: Path, picture_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tqdm, "monitor_interval", 0)  # the exporter's would leave a thread
    monkeypatch.setattr(export, "ask", lambda _module, wanted, *_: export.main(dict(wanted)))
    settings = {"latent_size": 300, "linear": True}
    run = small_run(tmp_path / "run", "autoencoder", picture_folder, steps=1, **settings)
    found = run.pictures(cache=tmp_path / "cache")
    list(run.train(found))
    files = export.export_run(run.folder, tmp_path / "model")
    assert tmp_path / "model" / "axes.npz" in files
    axes = load_axes(tmp_path / "model" / "axes.npz", 300)
    assert len(axes) == 11  # of 12 pictures
    shown = torch.tensor(np.asarray(found.pictures)).permute(0, 3, 1, 2).float() / 127.5 - 1.0
    codes = run.trained_learner().codes(shown)
    assert codes is not None
    assert np.std([axes.values(z) for z in codes.numpy()], axis=0) == pytest.approx(1.0, rel=1e-2)
