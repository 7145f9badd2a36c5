"""What is told of a run by its files alone: its numbers, its clock, its health."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from explorer.session.train.health_watch import _Patient
from explorer.session.train.run_metrics import _Followed
from explorer.training.runs.health import Finding


def row(name: str, step: int, value: float) -> str:
    return f"{step},{name},{value}\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    spec = {"family": "vae", "data": str(tmp_path / "gone"), "size": 32, "steps": 1000, "settings": {}}
    (tmp_path / "run.json").write_text(json.dumps(spec))
    return tmp_path


def test_the_clock_of_a_resumed_run_goes_on_where_it_stood(folder: Path) -> None:
    heading = "step,loss,value\n"
    (folder / "losses.csv").write_text(heading + row("loss", 1, 0.5))
    told = [(2, 1.0), (4, 2.0), (6, 0.5), (8, 1.5)]  # resumed after step 4
    (folder / "speed.csv").write_text(heading + "".join(row("seconds", *each) for each in told))
    followed = _Followed(folder)
    growth = followed.news()
    assert growth is not None
    assert growth.seconds is not None
    steps, seconds = growth.seconds
    assert steps.tolist() == [0, 2, 4, 6, 8]
    assert seconds.tolist() == [0.0, 1.0, 2.0, 2.5, 3.5]
    assert "seconds" not in growth.rows
    with (folder / "speed.csv").open("a") as file:
        file.write(row("seconds", 10, 2.5))
    growth = followed.news()
    assert growth is not None
    assert growth.seconds is not None
    assert [each.tolist() for each in growth.seconds] == [[10], [4.5]]


def _looked(patient: _Patient) -> tuple[Finding, ...]:
    """What is found once the pictures were looked at too."""
    found = patient.findings()
    if found is None:
        found = patient.findings()
    assert found is not None
    return found


def test_posterior_collapse_is_seen_though_the_latent_has_its_usual_size(folder: Path) -> None:
    lines = [row(name, step, 0.0) for step in range(1, 300) for name in ("KL", "live dimensions")]
    (folder / "losses.csv").write_text("step,loss,value\n" + "".join(lines))
    found = _looked(_Patient(folder))
    assert [finding.key for finding in found] == ["posterior"]
    assert "0 of" in found[0].evidence


def test_a_run_that_tells_nothing_yet_is_not_judged(folder: Path) -> None:
    patient = _Patient(folder)
    assert _looked(patient) == ()
    values = np.zeros(300)
    lines = [row("live dimensions", step + 1, value) for step, value in enumerate(values)]
    (folder / "losses.csv").write_text("step,loss,value\n" + "".join(lines))
    assert [finding.key for finding in _looked(patient)] == ["posterior"]


def test_numbers_are_told_anew_where_any_of_them_no_longer_hold(folder: Path) -> None:
    heading = "step,loss,value\n"
    losses, speed = folder / "losses.csv", folder / "speed.csv"
    losses.write_text(heading + row("loss", 1, 0.5) + row("loss", 2, 0.25))
    speed.write_text(heading + row("images/s", 1, 30.0) + row("images/s", 2, 40.0))
    followed = _Followed(folder)
    first = followed.news()
    assert first is not None
    assert not first.is_anew
    assert {name: rows[0].tolist() for name, rows in first.rows.items()} == {"loss": [1, 2], "images a second": [1, 2]}
    assert followed.news() is None
    with losses.open("a") as file:
        file.write(row("loss", 3, 0.1))
    more = followed.news()
    assert more is not None
    assert not more.is_anew
    assert {name: rows[1].tolist() for name, rows in more.rows.items()} == {"loss": [0.1]}
    speed.write_text(heading + row("images/s", 1, 50.0))
    anew = followed.news()
    assert anew is not None
    assert anew.is_anew
    assert {name: rows[0].tolist() for name, rows in anew.rows.items()} == {"loss": [1, 2, 3], "images a second": [1]}


def test_what_was_told_is_remembered_to_its_last_row(folder: Path) -> None:
    losses = folder / "losses.csv"
    losses.write_text("step,loss,value\n" + row("loss", 1, 0.5) + row("loss", 2, 0.25))
    (folder / "speed.csv").write_text(
        "step,loss,value\n" + "".join(row("seconds", 2 * n, float(n)) for n in range(1, 5))
    )
    followed = _Followed(folder)
    followed.news()
    for step in (3, 4):
        with losses.open("a") as file:
            file.write(row("loss", step, 0.1))
        with (folder / "speed.csv").open("a") as file:
            file.write("".join(row("seconds", 2 * n, float(n)) for n in (2 * step - 1, 2 * step)))
        growth = followed.news()
        assert growth is not None
        assert not growth.is_anew
        assert growth.rows["loss"][0].tolist() == [step]
        assert growth.seconds is not None
        assert [each.tolist() for each in growth.seconds] == [[4 * step - 2, 4 * step], [2 * step - 1, 2 * step]]
