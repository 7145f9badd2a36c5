from __future__ import annotations

import threading

import numpy as np
import pytest
from PIL import Image

from explorer.core.problem import Problem
from explorer.core.rendering.latents import sample
from explorer.session.directions.classified_samples import sampled_evidence
from explorer.session.directions.evidence import Counts, encode
from explorer.session.directions.fits import FitRequest, all_fitted, fitted, spoken
from explorer.session.directions.labelled_source import labelled_evidence
from explorer.session.directions.marked_direction import MarkedDirections, suggested
from explorer.session.directions.marks import Mark, Marks, Sample
from explorer.session.document import Document
from explorer.session.jobs.job import JobRunner
from explorer.session.models.opening import Opener
from explorer.session.traverse.map_pictures import PORTRAITS
from tests.models import tiny_classifier, tiny_encoder, tiny_generator
from tests.pictures import labelled_folder


def never():
    return False


def silent(_done, _total=1.0):
    pass


def opened(folder, **options):
    folder.mkdir()
    tiny_generator(folder / "generator.onnx", **options)
    tiny_encoder(folder / "encoder.onnx", **options)
    tiny_classifier(folder / "classifier.onnx", size=options.get("size", 8))
    return Opener(folder / "exports").open(folder, "cpu")


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    model = opened(tmp_path_factory.mktemp("models") / "seeing")
    yield model
    model.generator.close()


@pytest.fixture
def finder(qapp):
    finder = JobRunner()
    yield finder
    finder.close()


def folder_of_samples(model, folder, count=60):
    """Samples of the model on disk, and of which the first number of the latent is positive."""
    folder.mkdir()
    rows = ["name,person,bright"]
    for seed in range(count):
        z = sample(seed, 4)
        Image.fromarray(model.generator.picture(z)).save(folder / f"{seed:03d}.png")
        rows.append(f"{seed:03d}.png,p{seed // 4},{'yes' if z[0] > 0 else 'no'}")
    (folder / "labels.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    return folder


def test_what_is_known_of_pictures_is_counted(model, tmp_path):
    found = labelled_evidence(model, labelled_folder(tmp_path / "made"), 50, silent, never)
    assert found.names == ("smile", "hat", "hair=black", "hair=brown", "hair=grey", "class=dog")
    assert found.counts("hat") == Counts(6, 5, 1)
    assert found.counts("class=dog") == Counts(6, 6, 0)
    assert found.counts("smile").median == pytest.approx(11 / 24, abs=0.01)
    assert found.counts("smile").with_it == 6
    assert "12" in found.report


def test_a_direction_is_found_from_labelled_pictures(model, tmp_path):
    found = labelled_evidence(model, folder_of_samples(model, tmp_path / "own"), 100, silent, never)
    request = FitRequest("bright", "mean", share=0.3)
    result = fitted(found, request, silent, never)
    assert result.direction.vector.argmax() == 0
    assert result.direction.held_out.accuracy > 0.65
    assert result.direction.name == "bright"
    assert len(result.kept) == 3
    latents = found.latents
    again = fitted(found, FitRequest("bright", "pairs", share=0.0), silent, never)
    assert found.latents is latents  # encoded once
    assert again.direction.method == "pairs"


def test_what_was_kept_out_was_not_fitted_to(model, tmp_path):
    found = labelled_evidence(model, folder_of_samples(model, tmp_path / "own"), 100, silent, never)
    assert encode(found, silent, never)
    result = fitted(found, FitRequest("bright", "mean", share=0.3), silent, never)
    out = found.held_out(0.3, 0)
    assert result.direction.held_out.examples == out.sum()
    assert (result.direction.details["hold_out"], result.direction.details["seed"]) == (0.3, 0)
    assert sum(result.direction.examples) == (~out).sum()
    assert all((found.latents[out] == z).all(axis=1).any() for z in result.kept)


def test_all_attributes_are_fitted_and_those_that_cannot_be_are_named(model, tmp_path):
    found = labelled_evidence(model, labelled_folder(tmp_path / "made", 30), 50, silent, never)
    requests = tuple(FitRequest(name, "pairs" if name == "hat" else "mean", share=0.0) for name in found.names)
    fits, missed = all_fitted(found, requests, silent, never)
    assert [fit.request.attribute for fit in fits] == [name for name in found.names if name != "hat"]
    assert len(missed) == 1
    assert missed[0].startswith("hat: Nothing says which pictures belong together")
    assert all_fitted(found, requests, silent, lambda: True) is None


def test_opening_and_encoding_can_be_cancelled(model, tmp_path):
    folder = labelled_folder(tmp_path / "made")
    assert labelled_evidence(model, folder, 50, silent, lambda: True) is None
    found = labelled_evidence(model, folder, 50, silent, never)
    assert not encode(found, silent, lambda: True)
    assert found.latents is None
    assert fitted(found, FitRequest("hat", "mean"), silent, lambda: True) is None


def test_pictures_of_which_nothing_is_known_are_a_problem(model, tmp_path):
    folder = labelled_folder(tmp_path / "made")
    (folder / "labels.csv").unlink()
    with pytest.raises(Problem, match="Nothing is known"):
        labelled_evidence(model, folder, 50, silent, never)


def test_the_programs_own_portraits_need_no_files(tmp_path):
    model = opened(tmp_path / "larger", size=32)
    found = labelled_evidence(model, PORTRAITS, 30, silent, never)
    model.generator.close()
    assert len(found) == 30
    assert "eyeglasses" in found.names


def test_a_direction_is_found_from_samples_that_a_classifier_judges(model):
    shares = []
    found = sampled_evidence(model, model.files.classifier, 300, 0, None, shares.append, never)
    assert found.names == ("first", "second")
    assert shares[-1] == 1.0
    counts = found.counts("second")
    assert min(counts.with_it, counts.without) > 50
    direction = fitted(found, FitRequest("second", "logistic", ("first",)), silent, never).direction
    assert direction.vector.argmax() == 1
    assert direction.method == "sampled"
    assert direction.details["fitted_by"] == "logistic"
    assert direction.details["samples"] == 300
    assert sampled_evidence(model, model.files.classifier, 300, 0, None, silent, lambda: True) is None


def test_a_classifier_of_another_size_sees_the_pictures_resized(model, tmp_path):
    grey = tiny_classifier(tmp_path / "grey.onnx", size=12, channels=1)
    found = sampled_evidence(model, grey, 120, 0, None, silent, never)
    assert found.values.shape == (120, 2)
    assert np.isfinite(found.values).all()


def test_what_is_no_classifier_is_a_problem(model, tmp_path):
    broken = tmp_path / "broken.onnx"
    broken.write_bytes(b"no model")
    for file in (broken, model.files.generator):
        with pytest.raises(Problem):
            sampled_evidence(model, file, 100, 0, None, silent, never)


def test_names_of_attributes_are_spoken():
    assert spoken("hair_style=long_hair") == "hair style: long hair"
    assert spoken("smile") == "smile"


def test_a_job_that_is_cancelled_gives_nothing(finder, qtbot):
    entered, go = threading.Event(), threading.Event()
    results = []

    def work(_report, cancelled):
        entered.set()
        assert go.wait(10)
        return None if cancelled() else "too late"

    finder.begin(work, results.append)
    assert entered.wait(10)
    with qtbot.waitSignal(finder.ended):
        finder.cancel()
    go.set()
    with qtbot.waitSignal(finder.ended, timeout=10_000):
        finder.begin(lambda report, _stop: 7, results.append)
    assert results == [7]


def test_progress_is_told_at_most_ten_times_a_second(finder, qtbot):
    told = []
    finder.progressed.connect(told.append)

    def work(report, _cancelled):
        for step in range(10_000):
            report(step / 10_000)
        return True

    with qtbot.waitSignal(finder.ended, timeout=10_000):
        finder.begin(work)
    assert 1 <= len(told) < 100


def test_a_job_that_fails_says_why(finder, qtbot):
    def work(_report, _cancelled):
        raise Problem("It is broken.")

    with qtbot.waitSignal(finder.failed, timeout=10_000) as told:
        finder.begin(work)
    assert told.args[0].what == "It is broken."
    assert finder.job is None


def mark(side, *numbers):
    return Mark(side, np.array(numbers, np.float32))


def test_marks_are_undone_and_done_again(qapp):
    document = Document()
    marks, changes, history = Marks(document), [], document.history
    marks.changed.connect(lambda: changes.append(len(marks)))
    marks.put(Sample(1), mark("A", 1, 0))
    marks.put(Sample(1), mark("A", 1, 0))  # says nothing new
    marks.put(Sample(1), mark("B", 1, 0))
    marks.put(Sample(2), None)
    assert (marks.of(Sample(1)), history.count()) == ("B", 2)
    history.undo()
    assert marks.of(Sample(1)) == "A"
    marks.clear()
    assert len(marks) == 0
    history.undo()
    history.undo()
    assert marks.of(Sample(1)) is None
    history.redo()
    assert marks.latents("A").tolist() == [[1, 0]]
    assert marks.latents("B") is None
    assert changes == [1, 1, 1, 0, 1, 0, 1]


def test_one_mark_on_each_side_makes_a_direction(qapp, qtbot):
    marks, directions = Marks(Document()), MarkedDirections()
    try:
        marks.put(Sample(1), mark("A", 3, 1))
        assert not directions.request(marks)
        marks.put(Sample(2), mark("B", 1, 1))
        with qtbot.waitSignal(directions.found, timeout=10_000) as told:
            assert directions.request(marks)
    finally:
        directions.close()
    direction = told.args[1]
    assert direction.vector == pytest.approx([1, 0], abs=1e-6)
    assert direction.examples == (1, 1)
    points = np.array([[9, 0], [2.1, 0], [-4, 0], [1.5, 0]], np.float32)
    assert suggested(direction, (5, 6, 7, 8), points, 2) == (6, 8)
