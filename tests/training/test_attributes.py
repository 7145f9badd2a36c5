"""A classifier learns what is known of pictures, says how well, and refuses what cannot be learned."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from explorer.core.inference.perception import Classifier
from explorer.core.models.inspection import inspect
from explorer.core.problem import Problem
from explorer.training.families.readers.attributes import AttributeClassifier, AttributeLoss, Config
from explorer.training.learning.attribute_columns import AttributeColumn, columns_of, facts_of
from explorer.training.learning.distortion import Distortion
from explorer.training.learning.family import Batch, TrainingTask
from explorer.training.runs.classifier_scores import figures
from explorer.training.runs.export import export_run
from explorer.training.runs.run import Run
from explorer.training.runs.spec import RunSpec
from explorer.training.sources import open_pictures

CPU = torch.device("cpu")
FAST = {"width": 0.25, "batch_size": 24, "learning_rate": 0.01, "ema_half_life": 50, "cut": 0.2}


def ringed_squares(folder: Path, count: int = 160) -> Path:
    """Noise with a bright square somewhere, of half of which only the rim is there; a third is unlabelled."""
    folder.mkdir()
    stream = np.random.RandomState(7)
    rows = ["file,filled,side"]
    for number in range(count):
        picture = stream.randint(0, 90, (32, 32, 3)).astype(np.uint8)
        side, top, left = stream.randint(10, 17), *stream.randint(2, 15, 2)
        picture[top : top + side, left : left + side] = stream.randint(170, 256, 3)
        if not (filled := number % 2 == 0):
            picture[top + 3 : top + side - 3, left + 3 : left + side - 3] = 40
        Image.fromarray(picture).save(folder / f"{number:03d}.png")
        told = "" if number % 3 == 0 and number < 60 else "yes" if filled else "no"
        rows.append(f"{number:03d}.png,{told},{side}")
    (folder / "labels.csv").write_text("\n".join(rows))
    return folder


def test_a_simple_attribute_is_told_of_pictures_never_seen(tmp_path: Path, exports_here: None) -> None:
    pictures = ringed_squares(tmp_path / "squares")
    spec = RunSpec("attributes", str(pictures), 32, 60, seed=1, settings=FAST, hold_out=0.4)
    run = Run.create(tmp_path / "run", spec)
    list(run.train(run.pictures(), CPU))
    export_run(run.folder, tmp_path / "model")

    card = inspect(tmp_path / "model" / "classifier.onnx").card
    filled, side = card.attributes
    assert (filled.name, filled.kind, side.name, side.kind) == ("filled", "yes/no", "side", "number")
    assert (side.low, side.high) == (10, 16)
    assert filled.held_out is not None
    assert side.held_out is not None
    assert filled.held_out.pictures > 40
    assert filled.held_out.accuracy is not None
    assert filled.held_out.accuracy > 0.9

    found = run.pictures()
    kept_out = found.held_out(0.4)
    classifier = Classifier.open(tmp_path / "model" / "classifier.onnx", "cpu", trusted=True)
    told = classifier.read(found.pictures[kept_out])
    classifier.close()
    again = figures("yes/no", facts_of(found).column("filled")[kept_out], told[:, 0])
    assert again == filled.held_out


def test_without_a_hold_out_nothing_is_said_of_it(tmp_path: Path, exports_here: None) -> None:
    pictures = ringed_squares(tmp_path / "squares", 20)
    settings = FAST | {"attributes": "side"}
    run = Run.create(tmp_path / "run", RunSpec("attributes", str(pictures), 32, 2, settings=settings))
    list(run.train(run.pictures(), CPU))
    export_run(run.folder, tmp_path / "model")
    (side,) = inspect(tmp_path / "model" / "classifier.onnx").card.attributes
    assert (side.name, side.held_out) == ("side", None)
    assert "not held out" in str(side)


def test_folders_are_classes_and_so_attributes(tmp_path: Path, picture_folder: Path) -> None:
    for number, path in enumerate(sorted(picture_folder.glob("*.png"))):
        place = picture_folder / ("cats", "dogs")[number % 2]
        place.mkdir(exist_ok=True)
        path.rename(place / path.name)
    found = open_pictures(str(picture_folder), size=32)
    facts = facts_of(found)
    assert facts.names == ("cats", "dogs")
    assert [column.kind for column in columns_of(facts, np.arange(12))] == ["yes/no", "yes/no"]
    assert (facts.values.sum(1) == 1).all()
    run = Run.create(tmp_path / "run", RunSpec("attributes", str(picture_folder), 32, 1, settings=FAST))
    assert len(list(run.train(found, CPU))) == 1


def test_pictures_of_which_nothing_is_known_are_refused(tmp_path: Path, picture_folder: Path) -> None:
    run = Run.create(tmp_path / "run", RunSpec("attributes", str(picture_folder), 32, 1))
    with pytest.raises(Problem, match="Nothing is known"):
        next(run.train(run.pictures(), CPU))


@pytest.mark.parametrize(("words", "told"), [("smiling", "no attribute called smiling"), ("same", "all alike")])
def test_what_cannot_be_learned_is_refused(tmp_path: Path, picture_folder: Path, words: str, told: str) -> None:
    rows = [f"{n:02d}.png,1,{n}" for n in range(12)]
    (picture_folder / "labels.csv").write_text("\n".join(["file,same,number", *rows]))
    spec = RunSpec("attributes", str(picture_folder), 32, 1, settings={"attributes": words})
    run = Run.create(tmp_path / "run", spec)
    with pytest.raises(Problem, match=told):
        next(run.train(run.pictures(), CPU))


def test_changed_labels_are_noticed(tmp_path: Path) -> None:
    pictures = ringed_squares(tmp_path / "squares", 20)
    run = Run.create(tmp_path / "run", RunSpec("attributes", str(pictures), 32, 1, settings=FAST))
    list(run.train(run.pictures(), CPU))
    labels = pictures / "labels.csv"
    labels.write_text(labels.read_text().replace("001.png,no", "001.png,yes"))
    again = Run.open(run.folder)
    again.extend(2)
    with pytest.raises(Problem, match="What is known about the pictures has changed"):
        next(again.train(again.pictures(), CPU))


def columns() -> tuple[AttributeColumn, ...]:
    return (
        AttributeColumn("beard=none", "yes/no", 10, 0, 1, 0.2, 0.4),
        AttributeColumn("beard=full", "yes/no", 10, 0, 1, 0.8, 0.4),
        AttributeColumn("age", "number", 10, 20, 80, 50, 10),
        AttributeColumn("same", "yes/no", 10, 1, 1, 1, 0),
    )


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("", ["beard=none", "beard=full", "age"]),
        ("beard", ["beard=none", "beard=full"]),
        ("age, beard=full", ["beard=full", "age"]),
    ],
)
def test_attributes_are_chosen_by_name_or_by_the_part_before_the_sign(words: str, names: list[str]) -> None:
    learner = AttributeClassifier(Config(attributes=words, width=0.1), TrainingTask(32, 3, columns=columns()), 0)
    assert [attribute.name for attribute in learner.told()] == names


def test_what_is_unknown_teaches_nothing() -> None:
    loss = AttributeLoss(columns()[:3], torch.device("cpu"))
    told = torch.zeros(2, 3, requires_grad=True)
    truth = torch.tensor([[1.0, torch.nan, 60.0], [torch.nan, torch.nan, torch.nan]])
    yes_no, number = loss(told, truth)
    assert yes_no.item() == pytest.approx(np.log(2) * 0.5 / 0.2 / 3)
    assert number.item() == pytest.approx(0.5 / 3)
    torch.autograd.backward(yes_no + number)
    assert told.grad is not None
    assert (told.grad != 0).tolist() == [[True, False, True], [False, False, False]]


def test_a_step_without_any_known_value_is_harmless() -> None:
    learner = AttributeClassifier(Config(width=0.1), TrainingTask(32, 3, columns=columns()), 0)
    unknown = torch.full((4, 4), torch.nan)
    losses = learner.step(Batch(torch.zeros(4, 3, 32, 32), attributes=unknown))
    assert losses["loss"].item() == 0.0
    assert all(torch.isfinite(p).all() for p in learner.network.parameters())


def test_figures_of_a_yes_no_are_those_worked_out_by_hand() -> None:
    truth = np.array([1, 1, 0, 0, np.nan], np.float32)
    told = figures("yes/no", truth, np.array([0.9, 0.4, 0.4, 0.1, 0.9], np.float32))
    assert told is not None
    assert (told.pictures, told.yes, told.accuracy) == (4, 2, 0.75)
    assert told.auc == pytest.approx(3.5 / 4)
    # Wilson's interval of 3 in 4, as statsmodels' proportion_confint(3, 4, method="wilson") gives it
    assert (told.accuracy_low, told.accuracy_high) == pytest.approx((0.300642, 0.954413), abs=1e-5)


def test_figures_of_a_number_are_those_worked_out_by_hand() -> None:
    told = figures("number", np.array([1, 2, 3], np.float32), np.array([1, 2, 4], np.float32))
    assert told is not None
    assert (told.r2, told.mae) == (pytest.approx(0.5), pytest.approx(1 / 3))
    assert figures("number", np.array([np.nan], np.float32), np.array([1], np.float32)) is None


def test_a_distortion_of_no_strength_changes_nothing() -> None:
    rng = torch.Generator().manual_seed(0)
    pictures = torch.rand(4, 3, 16, 16, generator=rng) * 2 - 1
    assert torch.equal(Distortion(0, 0, 0, 0).of(pictures, rng), pictures)


def test_a_distortion_depends_on_its_generator_alone_and_blurs_half_of_the_pictures() -> None:
    pictures = torch.rand(64, 3, 16, 16, generator=torch.Generator().manual_seed(0)) * 2 - 1
    once, again = (Distortion(1, 1, 0.1, 0.5).of(pictures, torch.Generator().manual_seed(5)) for _ in "ab")
    assert torch.equal(once, again)
    blurred = Distortion(0, 0, 0.1, 0).of(pictures, torch.Generator().manual_seed(5))
    same = [torch.equal(a, b) for a, b in zip(pictures, blurred, strict=True)]
    assert 20 < sum(same) < 44
    assert blurred.mean().item() == pytest.approx(pictures.mean().item(), abs=0.02)
    assert blurred.std() < 0.9 * pictures.std()


def test_pictures_of_which_everything_chosen_is_known_may_appear_more_often() -> None:
    config = Config(attributes="beard=none", repeats=3, width=0.1)
    learner = AttributeClassifier(config, TrainingTask(32, 3, columns=columns()), 0)
    known = np.array([[1, 1, 20, 1], [np.nan, 1, 30, 1], [0, np.nan, np.nan, 1]], np.float32)
    assert learner.shares(known).tolist() == [4, 1, 4]


def test_without_layers_classes_that_exclude_each_other_are_told_by_a_softmax_of_their_pixels() -> None:
    found = open_pictures("digits:600:3", size=16, channels=1)
    facts = facts_of(found)
    task = TrainingTask(16, 1, steps=120, columns=columns_of(facts, np.arange(500)))
    plain = {"movement": 0.0, "colour": 0.0, "blur": 0.0, "cut": 0.0, "dropout": 0.0}
    config = Config(exclusive=True, layers="none", batch_size=50, learning_rate=0.02, ema_half_life=500, **plain)
    learner = AttributeClassifier(config, task, 0)
    shown = torch.from_numpy(found.pictures.transpose(0, 3, 1, 2).copy()).float() / 127.5 - 1
    truth = torch.from_numpy(facts.values)
    for step in range(task.steps):
        some = torch.arange(step * 50, step * 50 + 50) % 500
        losses = learner.step(Batch(shown[some], attributes=truth[some]))
        learner.done_steps += 1
    assert sum(weight.numel() for weight in learner.network.parameters()) == 10 * (16 * 16 + 1)
    assert losses["number"] == 0
    with torch.no_grad():
        told = learner.exports()["classifier"].module(shown[500:])
    torch.testing.assert_close(told.sum(1), torch.ones(100))
    assert (told.argmax(1) == truth[500:].argmax(1)).float().mean() > 0.9


def test_numbers_do_not_exclude_each_other() -> None:
    columns = (
        AttributeColumn("age", "number", 9, 0.0, 9.0, 4.0, 1.0),
        AttributeColumn("hat", "yes/no", 9, 0, 1, 0.5, 0.5),
    )
    with pytest.raises(Problem, match="do not exclude each other"):
        AttributeClassifier(Config(exclusive=True), TrainingTask(32, 1, columns=columns), 0)
