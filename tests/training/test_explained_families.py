"""Every family explains itself: objective, healthy words and papers stand in its file, its networks are drawn."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from explorer.core.explain.explanation import Explanation
from explorer.core.explain.formula import parse_formula
from explorer.core.explain.markdown import markdown
from explorer.core.problem import Problem
from explorer.training.explain.training_sheets import EXAMPLE_COLUMNS, family_sheet, run_sheet
from explorer.training.explain.watched_networks import example_batch, watched_networks
from explorer.training.families import families, family_called
from explorer.training.learning.family import Batch, Learner, TrainingTask
from explorer.training.learning.knobs import knobs
from explorer.training.runs.run import Run
from explorer.training.runs.spec import RunSpec
from tests.models import tiny_generator
from tests.worlds import tiny_world

SMALL = {"width": 0.25, "components": 3, "factors": 2}


def sheet_of(key: str, folder: Path) -> Explanation:
    known = knobs(family_called(key).config)
    settings: dict[str, object] = {name: value for name, value in SMALL.items() if name in known}
    if key == "inversion":
        tiny_generator(folder / "generator.onnx", latent=6, size=32, channels=3)
        settings["generator"] = str(folder)
    settings |= {name: str(tiny_world(folder / "world")) for name in ("vae", "world") if name in known}
    small = None if key == "lecture_gan" else 32
    return family_sheet(key, settings, small, 1 if small is None else 3)


@pytest.mark.parametrize("key", sorted(families()))
def test_a_family_explains_itself_in_its_own_file(key: str, tmp_path: Path) -> None:
    family = family_called(key)
    sheet = sheet_of(key, tmp_path)
    assert sheet.remarks == ()
    assert len(sheet.healthy) >= 3
    assert sheet.papers
    assert all(paper.title and paper.year for paper in sheet.papers)
    names = knobs(family.config)
    assert [each.name for each in sheet.settings] == list(names)
    for term in (term for objective in sheet.objectives for term in objective.terms):
        parse_formula(term.tex)
        assert term.words.endswith(".")
        assert all(setting in names for _, setting in term.where)
    text = markdown(sheet)
    assert all(f"### {network.name.capitalize()}" in text for network in sheet.networks)
    assert "\\plot" not in text


@pytest.mark.parametrize("key", ["autoencoder", "cvae", "ebgan", "guided_vae", "r3gan", "stylegan"])
def test_the_terms_of_an_objective_are_those_that_a_step_tells(key: str) -> None:
    family = family_called(key)
    more = {"path_weight": 1.0} if key == "stylegan" else {}
    config = family.config(width=0.1, latent_size=4, **more)
    columns = EXAMPLE_COLUMNS if family.learns_attributes else ()
    task = TrainingTask(16, 3, ("a", "b") if family.needs_classes else (), columns=columns)
    learner = family.learner(config, task, 0)
    told = learner.step(example_batch(learner, 4))
    assert family.explained is not None
    terms = {term.metric for objective in family.explained.objectives(config) for term in objective.terms}
    assert terms <= told.keys()


@pytest.mark.parametrize("key", sorted(families()))
def test_totals_of_blocks_are_those_of_torch(key: str, tmp_path: Path) -> None:
    from explorer.training.explain import training_sheets

    seen: list[Learner] = []
    kept = training_sheets.watched_networks

    def watched(learner: Learner, batch: Batch) -> object:
        seen.append(learner)
        return kept(learner, batch)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(training_sheets, "watched_networks", watched)
        networks = sheet_of(key, tmp_path).networks
    inside = dict(seen[0].networks["pair"].named_children()) if "pair" in seen[0].networks else {}
    parts = inside | seen[0].networks
    assert networks
    for network in networks:
        module = parts[network.name]
        running = [b for n, b in module.named_buffers() if n.rpartition(".")[2] in ("running_mean", "running_var")]
        assert network.parameters == sum(p.numel() for p in module.parameters())
        assert network.statistics == sum(b.numel() for b in running)
    learned = {id(p) for optimizer in seen[0].optimizers.values() for g in optimizer.param_groups for p in g["params"]}
    if learned:  # a mixture or PCA descends nothing
        assert learned == {id(p) for network in networks for p in parts[network.name].parameters()}


def test_the_lecture_gan_has_the_published_numbers_layer_by_layer() -> None:
    generator, critic = family_sheet("lecture_gan").networks
    assert generator.parameters + generator.statistics == 844_161
    assert critic.parameters == 720_833
    assert [block.sides for block in critic.blocks] == [
        (64, 14, 14), (64, 7, 7), (128, 4, 4), (128, 4, 4), (2048,), (1,),
    ]  # fmt: skip
    assert critic.blocks[0].parts == ("convolution 5 × 5, stride 2", "ReLU", "dropout 0.4")
    assert [block.parameters for block in critic.blocks] == [1_664, 102_464, 204_928, 409_728, 0, 2_049]
    text = markdown(family_sheet("lecture_gan"))
    assert "844,161 parameters, 6,784 of them running means and variances" in text
    assert "720,833 parameters." in text


class Twice(Learner):
    """One layer that is used twice, and a weight that is never called."""

    def __init__(self) -> None:
        super().__init__(TrainingTask(8, 1), 0)
        self.network = torch.nn.Sequential(torch.nn.Linear(64, 64), torch.nn.ReLU())
        self.network.register_parameter("beside", torch.nn.Parameter(torch.zeros(5)))
        self.networks = {"network": self.network}

    def step(self, batch: Batch) -> dict[str, torch.Tensor]:
        once = self.network(batch.pictures.flatten(1))
        return {"loss": self.network(once).mean().detach()}

    def exports(self) -> dict[str, object]:  # type: ignore[override]
        return {}


def test_a_network_that_is_called_twice_is_drawn_once_and_what_is_not_called_is_counted() -> None:
    learner = Twice()
    (network,) = watched_networks(learner, example_batch(learner))
    assert [block.parts for block in network.blocks] == [("dense", "ReLU"), ("beside, beside the layers",)]
    assert network.parameters == 64 * 64 + 64 + 5


def test_the_sheet_of_a_run_says_what_was_chosen(tmp_path: Path) -> None:
    spec = RunSpec("dcgan", "portraits:8", 32, 10, settings={"width": 0.25, "loss": "non-saturating", "r1_gamma": 0})
    sheet = run_sheet(Run.create(tmp_path / "mine", spec).folder)
    assert sheet.title == "mine: DCGAN"
    assert {each.name for each in sheet.settings if not each.is_usual} == {"width", "loss", "r1_gamma"}
    assert [term.metric for objective in sheet.objectives for term in objective.terms] == ["critic", "generator"]
    assert sheet.networks[0].blocks[-1].sides == (3, 32, 32)


def test_a_size_that_a_family_does_not_make_is_said_and_the_rest_of_the_sheet_stands() -> None:
    sheet = family_sheet("lecture_gan", size=64)
    assert not sheet.networks
    assert "28 x 28" in sheet.remarks[0]
    with pytest.raises(Problem, match="no family"):
        family_sheet("nothing")
