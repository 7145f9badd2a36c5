"""A run tells what it does: gradients, rates, speed, sheets, TensorBoard's events."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from explorer.core.problem import Problem
from explorer.training.families import family_called
from explorer.training.learning.diverged import Diverged
from explorer.training.learning.family import Batch, TrainingTask
from explorer.training.runs.history import LossHistory
from explorer.training.runs.run import Run
from explorer.training.runs.sample_sheets import SampleSheets, is_in_rhythm, missed_least
from explorer.training.runs.spec import RunSpec
from explorer.training.runs.step_metrics import Speed, forget_gradients, gradients, is_told_at
from explorer.training.runs.tensorboard_events import tag_of

SMALL = {"width": 0.1, "batch_size": 4, "latent_size": 4}
CPU = torch.device("cpu")


def trained(folder: Path, pictures: Path, steps: int, family: str = "vae", **changes: object) -> Run:
    run = Run.create(folder, RunSpec(family, str(pictures), 32, steps, settings=SMALL | changes))
    list(run.train(run.pictures(cache=folder.parent / "cache"), CPU))
    return run


def history(run: Run) -> LossHistory:
    found = LossHistory(run.folder / "losses.csv")
    found.update()
    return found


def test_gradient_norms_are_those_of_the_last_update() -> None:
    family = family_called("dcgan")
    learner = family.learner(family.config(width=0.1, batch_size=4), TrainingTask(32, 3), 0)
    assert gradients(learner) == {}
    learner.step(Batch(torch.rand(4, 3, 32, 32) * 2 - 1))
    told = gradients(learner)
    for name in ("generator", "critic"):
        wanted = torch.cat([p.grad.flatten() for p in learner.networks[name].parameters()]).norm()  # type: ignore[union-attr]
        assert told[f"gradient/{name}"].item() == pytest.approx(wanted.item(), rel=1e-5)


def test_of_a_gradient_that_was_cut_the_norm_before_is_told() -> None:
    family = family_called("vae")
    learner = family.learner(family.config(width=0.1, latent_size=4), TrainingTask(32, 3), 0)
    for _ in range(2):
        learner.step(Batch(torch.rand(64, 3, 32, 32) * 2 - 1))
    left = torch.cat([p.grad.flatten() for p in learner.optimizers["pair"].param_groups[0]["params"]]).norm()
    assert left.item() == pytest.approx(1e4, rel=1e-3)
    assert gradients(learner)["gradient/pair"].item() > 1.1e4
    forget_gradients(learner)
    assert gradients(learner) == {}


def test_a_run_tells_gradients_and_rates_now_and_then(tmp_path: Path, picture_folder: Path) -> None:
    told = history(trained(tmp_path / "run", picture_folder, 24))
    assert told["gradient/pair"][0].tolist() == [*range(1, 12), 21]
    assert (told["gradient/pair"][1] > 0).all()
    rates = told["rate/pair"][1]
    assert rates[0] == pytest.approx(1e-3)
    assert rates[-1] < rates[0]
    assert is_told_at(1)
    assert not is_told_at(12)
    assert told["live dimensions"][1].max() <= 4


def test_pauses_do_not_count_as_slowness(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 100.0
    monkeypatch.setattr("explorer.training.runs.step_metrics.time.perf_counter", lambda: now)
    speed = Speed(CPU)
    now = 100.4
    assert speed.before_yield(8) == {}
    now = 160.4  # a minute of pause
    speed.after_yield()
    now = 160.8
    assert speed.before_yield(8)["images/s"] == pytest.approx(16 / 0.8)


def test_sheets_come_densely_at_first_and_hold_the_same_latents(tmp_path: Path, picture_folder: Path) -> None:
    run = trained(tmp_path / "run", picture_folder, 23)
    made, again = SampleSheets(run.folder / "samples"), SampleSheets(run.folder / "reconstructions")
    assert made.steps() == again.steps()
    assert {1, 2, 5, 10, 20, 23} <= set(made.steps())
    layout = made.layout()
    assert layout is not None
    assert layout.seeds[:2] == (0, 1)
    last = made.pictures(23)
    assert last.shape == (36, 32, 32, 3)
    learner = run.trained_learner()
    from explorer.core.rendering.latents import sample
    from explorer.training.runs.samples import to_uint8

    first = learner.pictures(torch.from_numpy(sample(0, 4))[None])
    assert first is not None
    assert np.abs(to_uint8(first)[0].astype(int) - last[0]).max() <= 1
    pairs = again.pictures(23)
    shown = run.pictures(cache=tmp_path / "cache").pictures
    assert (pairs[0::2] == shown[: len(pairs) // 2]).all()


def test_a_resumed_run_keeps_its_earlier_sheets_and_drops_later_ones(tmp_path: Path, picture_folder: Path) -> None:
    run = trained(tmp_path / "run", picture_folder, 6)
    sheets = SampleSheets(run.folder / "samples")
    kept = {step: sheets.path(step).read_bytes() for step in sheets.steps()}
    sheets.write(9, sheets.pictures(5), 9)  # as if the power had failed after step 9
    run.extend(7)
    list(Run.open(run.folder).train(run.pictures(cache=tmp_path / "cache"), CPU))
    assert sheets.steps() == [1, 2, 5, 6, 7]
    assert all(sheets.path(step).read_bytes() == page for step, page in kept.items())


def test_a_damaged_sheet_or_index_is_told(tmp_path: Path) -> None:
    sheets = SampleSheets(tmp_path)
    assert (sheets.steps(), sheets.layout()) == ([], None)
    with pytest.raises(Problem, match="cannot be read"):
        sheets.pictures(1)
    sheets.write(1, np.zeros((4, 8, 8, 1), np.uint8), 2)
    sheets.path(1).write_bytes(sheets.path(1).read_bytes()[:60])
    with pytest.raises(Problem, match="cannot be read"):
        sheets.pictures(1)
    (tmp_path / "index.json").write_text('{"count": "many"}')
    assert sheets.layout() is None


def test_sheets_that_are_missed_least_go() -> None:
    assert [step for step in range(1, 101) if is_in_rhythm(step)] == [1, 2, 5, 10, 20, 50, 100]
    steps = list(range(1, 1001))
    left = sorted(set(steps) - set(missed_least(steps, 40)))
    assert len(left) == 40
    assert (left[0], left[-1]) == (1, 1000)
    gaps = np.diff(left)
    assert gaps[-10:].mean() > 2 * gaps[:10].mean()
    assert missed_least([1, 2, 3], 5) == []


def test_tensorboard_reads_the_same_numbers_and_sheets(tmp_path: Path, picture_folder: Path) -> None:
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    run = trained(tmp_path / "run", picture_folder, 4)
    run.extend(6)
    list(Run.open(run.folder).train(run.pictures(cache=tmp_path / "cache"), CPU))
    found = EventAccumulator(str(run.folder / "tensorboard"), size_guidance={"images": 0, "scalars": 0})
    found.Reload()
    told = history(run)
    assert {tag_of(name) for name in told.names} <= set(found.Tags()["scalars"])
    assert {"KL/KL", "Gradients/pair", "Losses/loss"} <= set(found.Tags()["scalars"])
    for name in ("loss", "gradient/pair"):
        events = found.Scalars(tag_of(name))
        assert [event.step for event in events] == told[name][0].tolist() == [1, 2, 3, 4, 5, 6]
        assert [event.value for event in events] == pytest.approx(told[name][1].tolist(), rel=1e-4)
    assert [picture.step for picture in found.Images("Sheets/samples")] == SampleSheets(run.folder / "samples").steps()


def test_a_run_that_diverges_stops_at_its_last_good_checkpoint(tmp_path: Path, picture_folder: Path) -> None:
    run = Run.create(
        tmp_path / "run",
        RunSpec("dcgan", str(picture_folder), 32, 40, settings=SMALL | {"learning_rate": 1e-3}),
    )
    found = run.pictures(cache=tmp_path / "cache")
    steps = run.train(found, CPU, every_s=0.0)
    assert [next(steps).step for _ in range(5)] == [1, 2, 3, 4, 5]
    frame = steps.gi_frame.f_locals["learner"] if steps.gi_frame else None
    assert frame is not None
    with torch.no_grad():
        next(frame.critic.parameters()).fill_(torch.inf)
    with pytest.raises(Diverged, match="taken back to its checkpoint at step 4") as told:
        list(steps)
    assert told.value.kept_step == 4
    assert told.value.changes == {"learning_rate": 3e-4}
    assert "lower learning rate 0.0003" in told.value.hint
    assert Run.open(run.folder).done_steps() == 4
    again = Run.open(run.folder).train(found, CPU)
    assert next(again).step == 5
    again.close()
