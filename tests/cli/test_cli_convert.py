"""convert, and inspect and render of weights."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch
from torch import nn

from explorer.core.rendering.picture_files import scene_in_png
from tests.cli.conftest import Verb, refused


@pytest.fixture
def weights(tmp_path: Path) -> Path:
    torch.manual_seed(0)
    state = nn.Sequential(nn.Linear(4, 16), nn.ReLU(), nn.Linear(16, 64), nn.Tanh()).state_dict()
    torch.save({"epoch": 3, "netG": state}, tmp_path / "digits.pth")
    return tmp_path / "digits.pth"


def test_convert_writes_onnx_and_says_what_it_guessed(verb: Verb, weights: Path, tmp_path: Path) -> None:
    outcome = verb("convert", weights, "--out", tmp_path / "model")
    assert outcome.code == 0
    assert "digits.pth: Multilayer perceptron GAN" in outcome.out
    assert "generator.onnx: differs from torch by at most" in outcome.out
    assert "last=tanh (or sigmoid, plain, plain01)" in outcome.out
    assert "Its weights were found under netG." in outcome.out
    told = json.loads(verb("inspect", tmp_path / "model", "--json").out)
    assert (told["kind"], told["layout"]) == ("generator", "Multilayer perceptron GAN")


@pytest.mark.usefixtures("converts_here")
def test_convert_takes_answers(verb: Verb, weights: Path, tmp_path: Path) -> None:
    words = ("--choose", "last=sigmoid", "--choose", "hidden=elu", "--json")
    told = json.loads(verb("convert", weights, "--out", tmp_path / "model", *words).out)
    assert told["cards"]["generator"]["value_range"] == [0.0, 1.0]
    taken = {choice["key"]: choice["taken"] for choice in told["readings"]["choices"]}
    assert (taken["last"], taken["hidden"]) == ("sigmoid", "elu")
    refused(verb("convert", weights, "--out", tmp_path / "no", "--choose", "last"), "--choose last")
    refused(verb("convert", weights, "--out", tmp_path / "no", "--choose", "last=red"), "red is not an answer")
    refused(verb("convert", weights, "--out", tmp_path / "model"), "not empty")
    assert not (tmp_path / "no").exists()


@pytest.mark.usefixtures("converts_here")
def test_weights_are_inspected_and_rendered_as_models_are(verb: Verb, weights: Path, tmp_path: Path) -> None:
    words = verb("inspect", weights).out
    assert "digits: generator" in words
    assert "layout    Multilayer perceptron GAN" in words
    assert verb("render", weights, "--seed", 3, "--out", tmp_path / "x.png").code == 0
    scene = scene_in_png(tmp_path / "x.png")
    assert scene is not None
    assert (scene.model_name, scene.seed, scene.z.size) == ("digits", 3, 4)


def test_weights_that_cannot_be_opened_are_refused_in_a_sentence(verb: Verb, tmp_path: Path) -> None:
    torch.save(nn.Linear(4, 16), tmp_path / "module.pt")
    for words in (
        ("inspect",),
        ("render", "--out", tmp_path / "x.png"),
        ("convert", "--out", tmp_path / "out"),
    ):
        refused(verb(words[0], tmp_path / "module.pt", *words[1:]), "holds a whole module", "state_dict")
    refused(verb("convert", tmp_path / "missing.pt", "--out", tmp_path / "out"), "There is no file")


@pytest.mark.usefixtures("converts_here")
def test_answers_given_once_are_remembered_for_the_file(verb: Verb, weights: Path) -> None:
    report = json.loads(verb("inspect", weights, "--choose", "last=sigmoid", "--choose", "hidden=leaky3", "--json").out)
    assert report["choices"] == {**report["choices"], "last": "sigmoid", "hidden": "leaky3"}
    again = json.loads(verb("inspect", weights, "--json").out)
    assert (again["choices"]["last"], again["output"]["range"]) == ("sigmoid", [0.0, 1.0])
    refused(verb("inspect", weights, "--choose", "bogus=1"), "leaves no question bogus open")
    assert json.loads(verb("inspect", weights, "--json").out)["choices"]["last"] == "sigmoid"
    fresh = json.loads(verb("inspect", weights, "--as-guessed", "--json").out)
    assert fresh["choices"]["last"] == "tanh"


@pytest.mark.usefixtures("converts_here")
def test_classes_of_weights_are_counted_and_named(verb: Verb, tmp_path: Path) -> None:
    state = nn.Sequential(nn.Linear(24, 16), nn.ReLU(), nn.Linear(16, 64), nn.Tanh()).state_dict()
    torch.save(state, tmp_path / "few.pth")
    words = ("inspect", tmp_path / "few.pth", "--json")
    told = json.loads(verb(*words, "--classes", 2, "--class-names", "cat,dog").out)
    assert (told["card"]["classes"], told["latent"]["size"]) == (["cat", "dog"], 22)
    assert json.loads(verb(*words).out)["card"]["classes"] == ["cat", "dog"]
    refused(verb(*words, "--class-names", "a,b,c"), "3 names were given, and the model has 2 classes")
    refused(verb(*words, "--classes", 24, "--as-guessed"), "leaves no question labels open")
    assert json.loads(verb(*words).out)["card"]["classes"] == ["cat", "dog"]
    names = ("--choose", "labels=label first, 2", "--class-names", "cat,dog", "--json")
    told = json.loads(verb("convert", tmp_path / "few.pth", "--out", tmp_path / "out", *names).out)
    assert told["cards"]["generator"]["classes"] == ["cat", "dog"]


@pytest.mark.usefixtures("converts_here")
def test_a_list_of_layers_that_was_edited_is_taken_from_a_file(verb: Verb, weights: Path, tmp_path: Path) -> None:
    told = json.loads(verb("convert", weights, "--out", tmp_path / "one", "--json").out)
    steps = json.loads(told["readings"]["architecture"])
    steps[1]["kind"] = "leaky:0.15"
    (tmp_path / "layers.json").write_text(json.dumps(steps))
    told = json.loads(
        verb(
            "convert", weights, "--out", tmp_path / "two", "--choose", f"layers={tmp_path / 'layers.json'}", "--json"
        ).out
    )
    assert json.loads(told["readings"]["architecture"])[1]["kind"] == "leaky:0.15"


@pytest.mark.usefixtures("converts_here")
def test_a_source_settles_what_was_open_and_is_remembered(verb: Verb, weights: Path, tmp_path: Path) -> None:
    (tmp_path / "code").mkdir()
    source = tmp_path / "code" / "net.py"
    source.write_text(
        "from torch import nn\nG = nn.Sequential(nn.Linear(4, 16), nn.ELU(), nn.Linear(16, 64), nn.Sigmoid())\n"
    )
    told = json.loads(verb("inspect", weights, "--source", source, "--json").out)
    assert (told["layout"], told["output"]["range"]) == ("G, from the source: net.py", [0.0, 1.0])
    assert json.loads(verb("inspect", weights, "--json").out)["layout"] == told["layout"]
    refused(verb("inspect", weights, "--source", weights), "not a Python file")
    refused(verb("inspect", source), "is a program")
