"""What a run wrote is read again while it grows."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from explorer.training.learning.progress import Progress
from explorer.training.runs import history as history_module
from explorer.training.runs.history import LossHistory
from explorer.training.runs.record import MetricTable

HEADING = "step,loss,value\n"


def test_a_growing_file_is_read_line_by_whole_line(tmp_path: Path) -> None:
    path = tmp_path / "losses.csv"
    history = LossHistory(path)
    assert not history.update()
    path.write_text(HEADING + "1,critic,0.5\n1,generator,2\n2,critic,0.2")
    assert history.update()
    assert history.names == ("critic", "generator")
    assert history["critic"][1].tolist() == [0.5]
    with path.open("a") as file:
        file.write("5\n2,D(x),nan\n")
    assert history.update()
    assert history["critic"][0].tolist() == [1, 2]
    assert history["critic"][1].tolist() == [0.5, 0.25]
    assert np.isnan(history["D(x)"][1]).all()
    assert history.last_step == 2
    assert not history.update()
    assert len(history["unknown"][0]) == 0


def test_a_file_that_a_resumed_run_cut_is_read_anew(tmp_path: Path) -> None:
    path = tmp_path / "losses.csv"
    table = MetricTable(path, 0)
    table.write([(step, {"loss": float(step)}) for step in range(1, 9)])
    table.close()
    history = LossHistory(path)
    history.update()
    table = MetricTable(path, 5)
    table.write([(step, {"loss": -float(step)}) for step in range(6, 12)])
    table.close()
    assert history.update()
    assert history["loss"][0].tolist() == list(range(1, 12))
    assert history["loss"][1].tolist() == [1, 2, 3, 4, 5, -6, -7, -8, -9, -10, -11]


def test_damaged_rows_are_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "losses.csv"
    path.write_bytes(HEADING.encode() + b"1,a,1\nrubbish\n\xff\xfe,\n2,a\n3,a,x\n4,a,4\n5,b,c,5\n")
    history = LossHistory(path)
    history.update()
    assert history["a"][0].tolist() == [1, 4]
    assert history["b,c"][1].tolist() == [5]


def test_a_large_file_is_read_in_pieces_that_agree_with_the_whole(tmp_path: Path) -> None:
    path = tmp_path / "losses.csv"
    path.write_text(HEADING + "".join(f"{n},{name},{n / 7:.6g}\n" for n in range(2000) for name in "abc"))
    whole, parts = LossHistory(path), LossHistory(path)
    whole.update()
    while parts.update(1000):
        pass
    assert whole.names == parts.names
    for name in "abc":
        assert whole[name][0].tolist() == parts[name][0].tolist() == list(range(2000))
        assert whole[name][1] == pytest.approx(np.arange(2000) / 7, rel=1e-5)


def test_numbers_can_be_noted_without_a_file(tmp_path: Path) -> None:
    history = LossHistory(tmp_path / "none.csv")
    for step in range(1, 200):
        history.add(step, Progress(step, {}, numbers={"rate/a": 0.5}).losses)
    assert history["rate/a"][0].tolist() == list(range(1, 200))
    assert history.last_step == 199


def test_steps_that_cannot_be_are_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "losses.csv"
    rows = [
        "\u00b3,loss,1",
        "1e999,loss,1",
        "nan,loss,1",
        "9" * 5000 + ",loss,1",
        "9" * 300 + ",loss,1",
        "-4,loss,1",
    ]
    history = LossHistory(path)
    path.write_text(HEADING + "\n".join([*rows, "7,loss,0.5\n"]), encoding="utf-8")
    assert history.update()
    assert history["loss"][0].tolist() == [7]
    MetricTable(path, 9).close()
    assert path.read_text("utf-8").splitlines()[1:] == ["7,loss,0.5"]


def test_no_more_is_read_at_once_than_is_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history_module, "_PIECE", 100)
    path = tmp_path / "losses.csv"
    path.write_text(HEADING + "".join(f"{n},a,0.5\n" for n in range(100, 300)))
    history, counts = LossHistory(path), []
    while history.update(250):
        counts.append(len(history["a"][0]))
    assert counts[:3] == [28, 58, 88]
    assert counts[-1] == 200
