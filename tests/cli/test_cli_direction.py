"""direction: fitted, imported, found, kept where the window keeps them, listed, locked, judged and removed."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import onnx
import pytest

from explorer.cli.model_arguments import open_model
from explorer.core.directions.files.store import load_directions
from explorer.core.directions.verdict import verdict
from explorer.core.inference.generator import Generator
from explorer.core.models.card import CARD_KEY, ModelCard
from explorer.core.rendering.latents import sample
from explorer.core.rendering.picture_files import save_png
from explorer.paths import model_path, user_folder
from explorer.session.directions.side_effects import judged_direction
from tests.cli.conftest import Verb, refused
from tests.models import tiny_classifier, tiny_encoder, tiny_generator


@pytest.fixture
def model(tmp_path: Path) -> Path:
    folder = tmp_path / "seeing"
    folder.mkdir()
    tiny_generator(folder / "generator.onnx")
    tiny_encoder(folder / "encoder.onnx")
    return folder


@pytest.fixture
def judged(tmp_path: Path) -> Path:
    """A model with a classifier of its first two dimensions, and no encoder."""
    folder = tmp_path / "judged"
    folder.mkdir()
    tiny_generator(folder / "generator.onnx")
    tiny_classifier(folder / "classifier.onnx")
    return folder


@pytest.fixture
def axes(tmp_path: Path) -> Path:
    """The four axes of the latent space, as another tool would save them."""
    file = tmp_path / "axes.npz"
    np.savez(file, **{f"z{axis}": 2.0 * row for axis, row in enumerate(np.eye(4))})
    return file


@pytest.fixture
def data(model: Path, tmp_path: Path) -> Path:
    """Pictures of the model's own, which smile where z1 is positive; two of each person."""
    folder = tmp_path / "pictures"
    folder.mkdir()
    generator = Generator.open(model / "generator.onnx", "cpu")
    rows = ["name,smile,tall,person"]
    for number in range(60):
        z = sample(number, 4)
        save_png(folder / f"{number:02d}.png", generator.picture(z))
        rows.append(f"{number:02d}.png,{'yes' if z[1] > 0 else 'no'},{'yes' if z[2] > 0 else 'no'},p{number // 2}")
    generator.close()
    (folder / "labels.csv").write_text("\n".join(rows) + "\n")
    return folder


def test_folders_are_classes_to_fit_to_and_case_does_not_count(verb: Verb, model: Path, data: Path) -> None:
    for row in (data / "labels.csv").read_text().splitlines()[1:]:
        name, smiles, *_ = row.split(",")
        folder = data / ("Smiling" if smiles == "yes" else "neutral")
        folder.mkdir(exist_ok=True)
        (data / name).rename(folder / name)
    for words in (("--attribute", "SMILE"), ("--attribute", "smiling"), ("--attribute", "Neutral")):
        done = verb("direction", "fit", model, "--data", data, *words, "--name", words[1], "--json")
        assert done.code == 0, done.err
        assert "Assumed: " in done.err
    vectors = {found.name: found.vector[1] for found in load_directions(model / "directions.npz", 4)}
    assert vectors["SMILE"] > 0 > vectors["Neutral"]
    assert vectors["smiling"] == vectors["SMILE"]
    (data / "labels.csv").unlink()
    assert verb("direction", "fit", model, "--data", data, "--attribute", "smiling", "--name", "again").code == 0
    lost = verb("direction", "fit", model, "--data", data, "--attribute", "beard", "--name", "no")
    assert lost.code == 2
    assert "no attribute called beard. They have: Smiling, neutral." in lost.err


@pytest.mark.parametrize("method", ["mean", "logistic", "svm"])
def test_a_direction_is_fitted_kept_and_used(verb: Verb, model: Path, data: Path, tmp_path: Path, method: str) -> None:
    done = verb("direction", "fit", model, "--data", data, "--attribute", "smile", "--method", method, "--json")
    assert done.code == 0
    told = json.loads(done.out)
    assert (told["name"], told["method"], told["attribute"]) == ("smile", method, "smile")
    assert told["held_out"]["examples"] + sum(told["examples"]) == 60
    (kept,) = load_directions(model / "directions.npz", 4)
    assert np.abs(kept.vector).argmax() == 1
    assert kept.vector[1] > 0
    assert verb("render", model, "--direction", "smile=2", "--out", tmp_path / "it.png").code == 0
    listed = json.loads(verb("direction", "list", model, "--json").out)
    assert [row["name"] for row in listed["directions"]] == ["smile"]


def test_one_of_the_same_name_is_replaced_only_when_asked(verb: Verb, model: Path, data: Path) -> None:
    way = ("direction", "fit", model, "--data", data, "--attribute")
    assert verb(*way, "smile").code == 0
    assert verb(*way, "tall", "--balance", "smile").code == 0
    before = (model / "directions.npz").read_bytes()
    refused(verb(*way, "tall", "--name", "smile"), "called smile", "--replace")
    assert (model / "directions.npz").read_bytes() == before
    assert verb(*way, "tall", "--name", "smile", "--replace").code == 0
    kept = {direction.name: direction for direction in load_directions(model / "directions.npz", 4)}
    assert set(kept) == {"smile", "tall"}
    assert kept["smile"].attribute == "tall"


def test_a_direction_is_locked_against_another(verb: Verb, model: Path, data: Path, tmp_path: Path) -> None:
    for name in ("smile", "tall"):
        assert verb("direction", "fit", model, "--data", data, "--attribute", name).code == 0
    done = verb("direction", "lock", model, "smile", "--against", "tall")
    assert done.code == 0
    assert done.out.startswith("smile, independent: independent")
    kept = {direction.name: direction.vector for direction in load_directions(model / "directions.npz", 4)}
    assert kept["smile, independent"] @ kept["tall"] == pytest.approx(0.0, abs=1e-6)
    out = tmp_path / "mine.npz"
    assert verb("direction", "lock", model, "smile", "--against", "tall", "--name", "new", "--out", out).code == 0
    assert [direction.name for direction in load_directions(out, 4)] == ["new"]
    refused(verb("direction", "lock", model, "beard", "--against", "tall"), "no direction called beard", "smile")


def test_a_direction_is_focused(verb: Verb, model: Path, data: Path) -> None:
    assert verb("direction", "fit", model, "--data", data, "--attribute", "smile").code == 0
    assert verb("direction", "focus", model, "smile", "--samples", "4").out.startswith("smile, focused: focused")
    refused(verb("direction", "focus", model, "smile"), "smile, focused")
    refused(verb("direction", "focus", model, "smile", "--samples", "0", "--replace"), "0 samples")
    refused(verb("direction", "focus", model, "smile", "--damping", "0", "--replace"), "A damping of 0")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--attribute", "beard"), "no attribute called beard"),
        (("--attribute", "smile", "--balance", "beard"), "no attribute called beard"),
        (("--attribute", "smile", "--hold-out", "1.5"), "--hold-out is 1.5"),
        (("--attribute", "smile", "--method", "odd"), "--method"),
        (("--attribute", "smile", "--name", " "), "cannot be called"),
    ],
)
def test_what_cannot_be_fitted_is_refused(
    verb: Verb, model: Path, data: Path, words: tuple[str, ...], said: str
) -> None:
    done = verb("direction", "fit", model, "--data", data, *words)
    assert (done.code, done.out) == (2, "")
    assert said in done.err
    assert "Traceback" not in done.err
    assert not (model / "directions.npz").exists()


def test_a_model_without_an_encoder_or_directions_says_so(verb: Verb, data: Path, tmp_path: Path) -> None:
    bare = tiny_generator(tmp_path / "bare.onnx")
    refused(verb("direction", "fit", bare, "--data", data, "--attribute", "smile"), "has no encoder")
    done = verb("direction", "list", bare)
    assert (done.code, done.out) == (0, "")
    assert "no directions" in done.err
    refused(verb("direction", "odd"), "odd")


@pytest.mark.parametrize("more", [(), ("--confident", "0.25", "--method", "logistic")])
def test_a_model_without_an_encoder_is_fitted_to_samples_that_its_classifier_judges(
    verb: Verb, judged: Path, more: tuple[str, ...]
) -> None:
    words = ("direction", "fit", judged, "--attribute", "second", "--samples", "400", *more, "--json")
    told = json.loads(verb(*words).out)
    assert (told["name"], told["method"], told["details"]["samples"]) == ("second", "sampled", 400)
    assert "classifier" in told["source"]
    assert told["held_out"]["low"] > 0.7
    (kept,) = load_directions(judged / "directions.npz", 4)
    assert kept.vector.argmax() == 1


def test_a_classifier_of_another_size_and_folder_judges_samples_too(verb: Verb, model: Path, tmp_path: Path) -> None:
    other = tiny_classifier(tmp_path / "other.onnx", size=4)
    words = ("direction", "fit", model, "--attribute", "first", "--classifier", other, "--samples", "300")
    done = verb(*words, "--hold-out", "0", "--json")
    assert done.code == 0
    assert json.loads(done.out)["details"]["folds"] == 5


def test_what_cannot_be_sampled_is_refused(verb: Verb, judged: Path, model: Path, data: Path) -> None:
    way = ("direction", "fit", judged, "--attribute")
    refused(verb(*way, "beard"), "no attribute called beard", "first, second")
    refused(verb(*way, "first", "--balance", "second"), "balanced", "independent")
    refused(verb(*way, "first", "--samples", "2"), "2 samples are too few")
    refused(verb(*way, "first", "--samples", "9", "--data", data), "labelled already")
    refused(verb("direction", "fit", model, "--attribute", "smile"), "Nothing was given", "--data")
    refused(verb("direction", "fit", model, "--attribute", "smile", "--samples", "9"), "no classifier")
    assert not (judged / "directions.npz").exists()


def test_labels_from_elsewhere_are_used(verb: Verb, model: Path, data: Path, tmp_path: Path) -> None:
    labels = (data / "labels.csv").rename(tmp_path / "elsewhere.csv")
    way = ("direction", "fit", model, "--data", data, "--attribute", "smile")
    done = verb(*way)
    assert done.code == 2
    assert "--attributes" in done.err
    assert verb(*way, "--attributes", labels).code == 0


def test_directions_of_another_tool_are_imported_renamed_and_removed(
    verb: Verb, model: Path, axes: Path, tmp_path: Path
) -> None:
    done = verb("direction", "import", model, axes, "--json")
    assert [row["name"] for row in json.loads(done.out)["directions"]] == ["z0", "z1", "z2", "z3"]
    refused(verb("direction", "import", model, axes), "called z0", "--replace")
    assert verb("direction", "import", model, axes, "--replace").code == 0
    assert verb("direction", "import", model, axes, "--name", "axis").code == 0
    assert verb("direction", "remove", model, "z0", "z1", "z2", "z3").out.startswith("removed z0")
    kept = load_directions(model / "directions.npz", 4)
    assert [direction.name for direction in kept] == ["axis 1", "axis 2", "axis 3", "axis 4"]
    before = (model / "directions.npz").read_bytes()
    refused(verb("direction", "remove", model, "axis 1", "odd"), "no direction called odd")
    assert (model / "directions.npz").read_bytes() == before
    np.save(tmp_path / "seven.npy", np.ones(7))
    refused(verb("direction", "import", model, tmp_path / "seven.npy"), "latent of 7")


def test_an_attribute_of_one_value_is_known_without_it(verb: Verb, model: Path, data: Path, tmp_path: Path) -> None:
    rows = [line.split(",") for line in (data / "labels.csv").read_text().splitlines()[1:]]
    words = {"yes": ("male", "red", "a"), "no": ("female", "brown", "b")}
    lines = [",".join([row[0], words[row[1]][0], words[row[2]][1], row[3]]) for row in rows]
    (tmp_path / "more.csv").write_text("\n".join(["name,gender,hair,person", *lines]) + "\n")
    way = ("direction", "fit", model, "--data", data, "--attributes", tmp_path / "more.csv", "--attribute")
    told = [json.loads(verb(*way, name, "--name", name[:8], "--json").out) for name in ("gender=male", "gender")]
    assert [one["attribute"] for one in told] == ["gender=male"] * 2
    assert "no attribute called hai" in verb(*way, "hai").err


def test_a_list_of_directions_asks_for_no_device(verb: Verb, model: Path) -> None:
    assert verb("direction", "list", model).code == 0
    assert "--device" in verb("direction", "list", model, "--device", "cpu").err


def test_a_list_judges_what_nothing_is_known_of_as_the_window_does(verb: Verb, judged: Path, tmp_path: Path) -> None:
    np.savez(tmp_path / "own.npz", first=np.eye(4)[0], other=np.eye(4)[2])
    assert verb("direction", "import", judged, tmp_path / "own.npz").code == 0
    kept = (judged / "directions.npz").read_bytes()
    first, other = json.loads(verb("direction", "list", judged, "--json").out)["directions"]
    assert first["verdict"]["word"]
    assert other["verdict"] == {"word": "", "reason": "not judged yet"}  # the classifier does not read it
    assert verb("direction", "list", judged).out.startswith(f"first: {first['verdict']['word']}, ")
    with open_model(str(judged), "cpu") as model:
        windows = judged_direction(model, model.directions[0], None, lambda *_: None, lambda: False)
    assert windows is not None
    assert asdict(verdict(windows)) == first["verdict"]
    assert (judged / "directions.npz").read_bytes() == kept


def test_zeros_are_no_direction(verb: Verb, model: Path, tmp_path: Path) -> None:
    np.save(tmp_path / "none.npy", np.zeros(4))
    refused(verb("direction", "import", model, tmp_path / "none.npy"), "all zeros", "points nowhere")


def test_pairs_are_told_by_their_order(verb: Verb, model: Path, data: Path) -> None:
    way = ("direction", "fit", model, "--data", data, "--attribute", "smile", "--method", "pairs")
    done = verb(*way, "--hold-out", "0.5")
    assert done.code == 0
    assert "pairs it had not seen" in done.out
    assert ", each by itself right for " in done.out
    assert done.out == verb("direction", "list", model).out


def test_weights_and_samples_give_directions(verb: Verb, model: Path, tmp_path: Path) -> None:
    assert verb("direction", "sefa", model, "--count", "2").out.count("of what varies") == 2
    out = tmp_path / "pca.npz"
    words = ("direction", "pca", model, "--samples", "64", "--watched", "pictures", "--out", out)
    assert verb(*words, "--count", "3").code == 0
    assert [direction.name for direction in load_directions(out, 4)] == ["pca 1", "pca 2", "pca 3"]
    assert [direction.name for direction in load_directions(model / "directions.npz", 4)] == [
        "sefa 1",
        "sefa 2",
    ]
    refused(verb(*words, "--count", "3"), "called pca 1 in pca.npz already")
    refused(verb("direction", "pca", model, "--samples", "3"), "too few")
    refused(verb("direction", "sefa", model, "--count", "0"), "--count")


def test_directions_of_a_bundled_model_go_where_the_window_keeps_them(
    verb: Verb, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    beside = {path.name for path in model_path("fashion").iterdir()}
    file = Path(json.loads(verb("direction", "sefa", "fashion", "--count", "1", "--name", "own", "--json").out)["file"])
    assert file.parent == user_folder("data") / "directions"
    assert {path.name for path in model_path("fashion").iterdir()} == beside
    assert verb("direction", "list", "fashion").out.startswith("own: sefa")
    assert verb("direction", "remove", "fashion", "own").code == 0
    assert verb("direction", "list", "fashion").out == ""


def test_side_effects_are_measured_by_the_classifier(verb: Verb, judged: Path, axes: Path) -> None:
    assert verb("direction", "import", judged, axes).code == 0
    told = json.loads(verb("direction", "judge", judged, "--count", "40", "--alpha", "2", "--json").out)
    assert told["names"] == ["z0", "z1", "z2", "z3"]
    assert told["attributes"] == ["first", "second"]
    assert (told["alphas"], told["n"]) == ([-2.0, 0.0, 2.0], 40)
    slopes = np.array(told["slopes"])
    assert slopes[0].argmax() == 0
    assert slopes[1].argmax() == 1
    assert told["counts"][0][0][0] < told["counts"][0][0][1] < told["counts"][0][0][2]
    done = verb("direction", "judge", judged, "z1", "--count", "40")
    assert "40 samples of judged (seeds 50000 to 50039), judged by the classifier" in done.out
    _, _, *lines = done.out.splitlines()
    assert [line.split()[0] for line in lines] == ["z1", "first", "second"]
    assert len({len(line) for line in lines}) == 1


def test_an_encoder_measures_where_there_is_no_classifier(verb: Verb, model: Path, axes: Path) -> None:
    assert verb("direction", "import", model, axes).code == 0
    told = json.loads(verb("direction", "judge", model, "z2", "--count", "20", "--seed", "7", "--json").out)
    assert told["attributes"] == ["z0", "z1", "z2", "z3"]
    assert np.argmax(told["slopes"][0]) == 2
    assert told["flips"][0][0] == [None, None]
    assert "flipped" not in verb("direction", "judge", model, "z2", "--count", "20").out


def test_what_was_fitted_is_judged_on_pictures_that_the_fit_did_not_see(
    verb: Verb, model: Path, data: Path, tmp_path: Path
) -> None:
    classifier = tiny_classifier(tmp_path / "judge.onnx", ("small", "smile"))
    way = ("direction", "fit", model, "--data", data, "--attribute", "smile", "--hold-out", "0.4")
    fitted = json.loads(verb(*way, "--seed", "3", "--json").out)
    words = ("direction", "judge", model, "smile", "--data", data, "--classifier", classifier, "--seed", "3")
    done = verb(*words, "--json")
    told = json.loads(done.out)
    assert "figures are too good" not in done.err
    assert told["n"] == len(told["pictures"]) == fitted["held_out"]["examples"]
    neutral = json.loads(verb(*words, "--attribute", "smile=no", "--json").out)
    assert set(neutral["pictures"]) < set(told["pictures"])
    before, after = neutral["counts"][0][1][1:]
    assert before < after == neutral["n"]
    assert f"{before} of {neutral['n']}" in verb(*words, "--attribute", "smile=0").out
    assert len(json.loads(verb(*words, "--count", "5", "--json").out)["pictures"]) == 5
    everyone = verb(*words, "--hold-out", "1", "--json")
    assert json.loads(everyone.out)["n"] == 60
    assert "figures are too good" in everyone.err


def test_a_classifier_is_asked_about_pictures_that_it_did_not_see_either(
    verb: Verb, model: Path, data: Path, tmp_path: Path
) -> None:
    classifier = tiny_classifier(tmp_path / "judge.onnx", ("small", "smile"))
    fit = (
        "direction",
        "fit",
        model,
        "--data",
        data,
        "--attribute",
        "smile",
        "--hold-out",
        "0.5",
        "--seed",
        "2",
    )
    fitted = json.loads(verb(*fit, "--json").out)
    words = ("direction", "judge", model, "smile", "--data", data, "--classifier", classifier)
    unknown = verb(*words, "--json")
    assert json.loads(unknown.out)["n"] == fitted["held_out"]["examples"]  # the seed of the fit, without being named
    assert "does not say what it held out" in unknown.err
    held_out(classifier, (0.4, 0))
    both = verb(*words, "--json")
    told = json.loads(both.out)
    assert 0 < told["n"] < fitted["held_out"]["examples"]
    assert set(told["pictures"]) < set(json.loads(unknown.out)["pictures"])
    assert f"{told['n']} pictures were seen neither by the fit nor by the classifier judge" in both.err
    held_out(classifier, (0.0, 0))
    none = verb(*words)
    assert f"{fitted['held_out']['examples']} of 60 pictures" in none.out
    assert "may be among those it was trained on" in none.err


def held_out(classifier: Path, told: tuple[float, int]) -> None:
    proto = onnx.load(classifier)
    entry = next(entry for entry in proto.metadata_props if entry.key == CARD_KEY)
    entry.value = replace(ModelCard.from_json(entry.value), hold_out=told).to_json()
    onnx.save(proto, classifier)


def test_random_directions_are_told_beside_those_that_are_judged(verb: Verb, judged: Path, axes: Path) -> None:
    assert verb("direction", "import", judged, axes).code == 0
    words = ("direction", "judge", judged, "z0", "--count", "60", "--controls", "4")
    told = json.loads(verb(*words, "--json").out)
    assert told["names"] == ["z0"]
    assert np.shape(told["gains"]) == (1, 2, 2)
    assert told["controls"]["count"] == 4
    assert told["controls"]["gains"][0][1] < told["gains"][0][0][1]
    assert told["without"][0][0] < 60
    out = verb(*words).out
    assert "of those without, gained at +3" in out
    assert "along random ones" in out
    refused(verb("direction", "judge", judged, "--controls", "-1"), "--controls is -1")


def test_what_cannot_be_judged_is_refused(
    verb: Verb, model: Path, judged: Path, axes: Path, data: Path, tmp_path: Path
) -> None:
    refused(verb("direction", "judge", model), "has no directions")
    bare = tiny_generator(tmp_path / "bare.onnx")
    for each in (model, judged, bare):
        assert verb("direction", "import", each, axes).code == 0
    refused(verb("direction", "judge", bare), "no classifier and no encoder", "--classifier")
    refused(verb("direction", "judge", model, "odd"), "no direction called odd")
    refused(verb("direction", "judge", model, "--alpha", "0"), "--alpha is 0")
    refused(verb("direction", "judge", model, "--count", "0"), "--count is 0")
    refused(verb("direction", "judge", model, "--seed", "-1"), "no seeds")
    refused(verb("direction", "judge", model, "--attribute", "smile=0"), "--data")
    refused(verb("direction", "judge", judged, "z0", "--data", data), "has no encoder")
    for words, said in (
        (("--attribute", "smile"), "names no value"),
        (("--attribute", "beard=1"), "no attribute called beard"),
        (("--attribute", "smile=7"), "None of the 60 pictures"),
        (("--hold-out", "0"), "--hold-out is 0"),
    ):
        done = verb("direction", "judge", model, "--data", data, *words)
        assert (done.code, done.out) == (2, "")
        assert said in done.err
