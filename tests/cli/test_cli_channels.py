"""Channels of StyleSpace on the command line: listed, found, kept, and moved in pictures."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PIL import Image

from explorer.core.rendering.picture_files import scene_in_png
from explorer.session.directions import channel_search
from tests.cli.conftest import Verb, refused
from tests.models import tiny_classifier, tiny_generator, tiny_stylegan


@pytest.fixture
def model(tmp_path: Path) -> Path:
    return tiny_stylegan(tmp_path / "styled")


def test_layers_are_listed_with_what_they_work_on(verb: Verb, model: Path) -> None:
    lines = verb("direction", "channels", model, "--list").out.splitlines()
    assert len(lines) == 5
    assert lines[1].split() == ["s1", "6", "channels", "4", "×", "4,", "ToRGB"]


def test_a_moved_channel_travels_in_the_picture_and_is_drawn_again(verb: Verb, model: Path, tmp_path: Path) -> None:
    words = ("--channel", "3:2=2.5", "--channel", "s0:1=-1")
    assert verb("render", model, "--seed", 4, *words, "--out", tmp_path / "one.png").code == 0
    scene = scene_in_png(tmp_path / "one.png")
    assert scene is not None
    assert scene.directions == (("s3:2", 2.5), ("s0:1", -1.0))
    verb("render", model, "--scene", tmp_path / "one.png", "--out", tmp_path / "two.png")
    assert (tmp_path / "one.png").read_bytes() == (tmp_path / "two.png").read_bytes()


def test_channels_of_a_region_are_found_and_kept(verb: Verb, model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(channel_search, "PICTURES", 1)
    words = ("--region", "0,0,4,4", "--count", 3, "--keep", 2, "--name", "corner", "--json")
    told = json.loads(verb("direction", "channels", model, *words).out)
    assert [one["name"] for one in told["directions"]] == ["corner 1", "corner 2"]
    best = told["channels"][0]
    assert told["directions"][0]["details"]["channels"] == [[best["layer"], best["number"]]]
    out = model.parent / "kept.png"
    assert verb("render", model, "--direction", "corner 1=2", "--out", out).code == 0


def test_what_can_change_in_a_rectangle_is_found_told_and_kept(verb: Verb, tmp_path: Path) -> None:
    own = tmp_path / "own"
    own.mkdir()
    tiny_generator(own / "generator.onnx")
    words = ("direction", "local", own, "--region", "1,1,3,3", "--seed", 3, "--name", "corner")
    done = verb(*words, "--count", 2, "--pictures", tmp_path / "strips.png")
    lines = done.out.splitlines()
    assert [line.partition(":")[0] for line in lines[:2]] == ["corner 1", "corner 2"]
    assert all("of what it changes is inside" in line for line in lines[:2])
    assert lines[2].startswith("Along any other direction, ")
    with Image.open(tmp_path / "strips.png") as strips:
        assert strips.width > 3 * strips.height
    assert verb("render", own, "--direction", "corner 1=1", "--out", tmp_path / "moved.png").code == 0
    refused(verb(*words), "corner 1")
    refused(verb(*words, "--replace", "--count", 0), "--count is 0")
    refused(verb("direction", "local", own, "--region", "1,1,30,3"), "not inside the picture")


def test_how_far_directions_go_is_measured_and_set(verb: Verb, tmp_path: Path) -> None:
    own = tmp_path / "own"
    own.mkdir()
    tiny_generator(own / "generator.onnx")
    refused(verb("direction", "span", own), "no directions")
    verb("direction", "sefa", own, "--count", 2)
    assert verb("direction", "span", own).out.count("goes ±") == 2
    told = json.loads(verb("direction", "span", own, "sefa 2", "--to", 4.5, "--json").out)
    assert [one["details"]["span"] for one in told["directions"]] == [4.5]
    listed = verb("direction", "list", own).out.splitlines()
    assert [line.partition(":")[0] for line in listed] == ["sefa 1", "sefa 2"]  # where they were
    assert "goes ±4.5" in listed[1]
    refused(verb("direction", "span", own, "--to", 40), "--to is 40")


def test_channels_of_an_attribute_are_found(verb: Verb, model: Path) -> None:
    tiny_classifier(model / "classifier.onnx")
    from explorer.core.models.inspection import inspect

    name = inspect(model / "classifier.onnx", trusted=True).card.attributes[0].name
    told = verb("direction", "channels", model, "--attribute", name, "--samples", 200, "--count", 2)
    assert told.code == 0
    assert told.out.count("relevance") == 2
    refused(verb("direction", "channels", model, "--attribute", "wings", "--samples", 20), "wings")


def test_a_walk_through_w_keeps_its_channels(verb: Verb, model: Path, tmp_path: Path) -> None:
    words = ("--seeds", "1,2", "--frames", 2, "--space", "w", "--channel", "3:2=2", "--out", tmp_path / "frames")
    assert verb("walk", model, *words).code == 0
    scenes = [scene_in_png(tmp_path / "frames" / f"{n:05d}.png") for n in range(2)]
    assert all(scene is not None and scene.directions == (("s3:2", 2.0),) for scene in scenes)


def test_what_cannot_be_is_refused_in_a_sentence(verb: Verb, model: Path, tmp_path: Path) -> None:
    out = tmp_path / "x.png"
    refused(verb("render", model, "--channel", "9:2=1", "--out", out), "no layer 9")
    refused(verb("render", model, "--channel", "3:2", "--out", out), "not understood")
    refused(verb("direction", "channels", model, "--region", "6,6,4,4"), "not inside")
    refused(verb("direction", "channels", model, "--attribute", "smile"), "no classifier")
    plain = tiny_generator(tmp_path / "plain.onnx")
    refused(verb("render", plain, "--channel", "0:0=1", "--out", out), "no channels of StyleSpace")
