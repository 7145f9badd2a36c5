"""Plots: what is drawn, when it is drawn, what the hand does, and what is saved."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from explorer.core.exports.export_job import StoppedError
from explorer.core.plots.metric_colours import colours_of_names
from explorer.core.plots.metric_groups import groups
from explorer.core.problem import Problem
from explorer.ui.plots.loss_plot import LossPlot
from explorer.ui.plots.plot_axes import clock, round_spacing, short
from explorer.ui.plots.plot_curve import Scale
from explorer.ui.plots.plot_look import LineStyle
from explorer.ui.plots.plot_readout import Reading
from explorer.ui.train.plot_controls import weight_at
from explorer.ui.train.plot_page import PlotPage, PlotRun
from explorer.ui.traverse.export_strip import Offer

STEPS = np.arange(1, 2001)
ROWS = {
    "generator": (STEPS, 1.0 + np.sin(STEPS / 100)),
    "critic": (STEPS, 2.0 + np.cos(STEPS / 100)),
    "D(x)": (STEPS, np.full(2000, 0.7)),
    "rate/generator": (STEPS, np.full(2000, 2e-4)),
}


def counted(signal: object) -> list[int]:
    calls: list[int] = []
    signal.connect(lambda *_: calls.append(1))  # type: ignore[attr-defined]
    return calls


def drawn_after(qtbot: QtBot, plot: LossPlot, act: Callable[[], object]) -> None:
    with qtbot.waitSignal(plot.drawn, timeout=5000):
        act()


@pytest.fixture
def page(qtbot: QtBot) -> PlotPage:
    page = PlotPage()
    qtbot.addWidget(page)
    page.resize(900, 640)
    page.append("a", ROWS, (STEPS, STEPS * 0.5))
    page.set_runs([PlotRun("a", "first")])
    page.show()
    qtbot.waitExposed(page)
    for plot in page.plots.values():
        plot.draw()
    return page


@pytest.fixture
def losses(page: PlotPage) -> LossPlot:
    return page.plots["Losses"]


def curve(plot: LossPlot, name: str) -> tuple[np.ndarray, np.ndarray]:
    x, y = plot._curves[("a", name)]._raw.getData()
    return x, y


def test_numbers_that_belong_together_share_a_plot() -> None:
    names = [
        "loss",
        "rate/critic",
        "kl",
        "live dimensions",
        "reconstruction",
        "gradient/critic",
        "D(G(z))",
        "R1",
        "speed/images a second",
        "quality/precision",
        "quality/recall",
        "quality/kernel distance",
    ]
    assert [(group.title, group.names) for group in groups([names])] == [
        ("Losses", ("loss",)),
        ("Quality of samples", ("quality/precision", "quality/recall")),
        ("Kernel distance", ("quality/kernel distance",)),
        ("Scores", ("D(G(z))",)),
        ("Reconstruction", ("reconstruction",)),
        ("KL", ("kl",)),
        ("Penalties", ("R1",)),
        ("Gradients", ("gradient/critic",)),
        ("Rates", ("rate/critic",)),
        ("Live dimensions", ("live dimensions",)),
        ("Speed", ("speed/images a second",)),
    ]


def test_numbers_are_short() -> None:
    assert [short(value) for value in (0.0, 0.5, 12_000.0, 1.5e6, 2e-5)] == [
        "0",
        "0.5",
        "12k",
        "1.5M",
        "2e-5",
    ]
    assert [clock(value) for value in (5.0, 200.0, 3900.0)] == ["5 s", "3:20", "1:05:00"]
    assert round_spacing(1000, 6) == 200


def test_the_last_number_of_an_axis_is_not_cut_off(qtbot: QtBot, losses: LossPlot) -> None:
    bounds = losses.face.bottom.mapRectFromParent(losses.face.bottom.geometry())
    box = losses.face.bottom._box(bounds.right(), bounds, 30)
    assert box.center().x() + 15 <= bounds.right() <= losses.face.width()


def test_a_page_has_a_plot_for_each_group_and_the_raw_line_under_the_smoothed_one(
    page: PlotPage, losses: LossPlot
) -> None:
    assert list(page.plots) == ["Losses", "Scores", "Rates"]
    x, y = curve(losses, "generator")
    assert x[0] == 1
    assert x[-1] >= 1990
    assert y.max() == pytest.approx(2.0, abs=1e-3)
    assert losses._curves[("a", "generator")]._raw.isVisible()


def test_data_that_comes_in_a_burst_is_drawn_once_and_soon(qtbot: QtBot, page: PlotPage, losses: LossPlot) -> None:
    draws = counted(losses.drawn)
    with qtbot.waitSignal(losses.drawn, timeout=5000):
        for step in range(2001, 2101):
            page.append("a", {"generator": ([step], [1.0])})
        assert losses._pulse._timer.interval() <= 200
        assert 1000 / losses._pulse._timer.interval() <= 16
    assert len(draws) == 1
    assert losses.face.area.viewRange()[0][1] == 2100


def test_nothing_is_drawn_out_of_sight_and_all_of_it_on_coming_back(
    qtbot: QtBot, page: PlotPage, losses: LossPlot
) -> None:
    page.hide()
    page.append("a", {"generator": ([2500], [1.0])})
    assert not losses._pulse.is_waiting
    drawn_after(qtbot, losses, page.show)
    assert losses.face.area.viewRange()[0][1] == 2500


def test_a_zoom_holds_until_following_is_asked_for_and_all_plots_share_it(
    qtbot: QtBot, page: PlotPage, losses: LossPlot
) -> None:
    drawn_after(qtbot, losses, lambda: losses.face.area.zoom(0.5))
    low, high = losses.face.area.viewRange()[0]
    assert high - low == pytest.approx(1999 / 2, rel=0.01)
    assert page.controls.follow.isEnabled()
    assert page.plots["Rates"].window_shown == losses.window_shown
    drawn_after(qtbot, losses, lambda: page.append("a", {"generator": ([3000], [1.0])}))
    assert losses.face.area.viewRange()[0] == pytest.approx([low, high])
    drawn_after(qtbot, losses, page.controls.follow.click)
    assert losses.face.area.viewRange()[0] == [1, 3000]
    assert not page.controls.follow.isEnabled()


def test_keys_zoom_move_the_crosshair_and_go_home(qtbot: QtBot, losses: LossPlot) -> None:
    drawn_after(qtbot, losses, lambda: QTest.keyClick(losses.face, Qt.Key.Key_Plus))
    assert losses.window_shown is not None
    drawn_after(qtbot, losses, lambda: QTest.keyClick(losses.face, Qt.Key.Key_0))
    assert losses.window_shown is None
    QTest.keyClick(losses.face, Qt.Key.Key_Right)
    assert "generator" in losses.face.readout.words
    QTest.keyClick(losses.face, Qt.Key.Key_Escape)
    assert losses.face.readout.isHidden()


def test_the_crosshair_tells_all_lines_in_all_plots(page: PlotPage, losses: LossPlot) -> None:
    losses.face.hovered.emit(1000.0)
    assert losses.face.readout.title == "step 1,000"
    assert [reading.label for reading in losses.face.readout.readings] == ["generator", "critic"]
    assert "(0.456)" in losses.face.readout.readings[0].value
    assert page.plots["Rates"].face.readout.readings[0].value.startswith("0.0002")


def test_a_click_in_the_legend_hides_lines_and_shows_them_again(qtbot: QtBot, losses: LossPlot) -> None:
    button = losses.legend.buttons["critic"]
    drawn_after(qtbot, losses, lambda: QTest.mouseClick(button, Qt.MouseButton.LeftButton, pos=QPoint(5, 5)))
    assert [line.name for line in losses.shown] == ["generator"]
    assert losses.face.area.viewRange()[1][1] < 2.5
    drawn_after(qtbot, losses, lambda: losses.legend.buttons["generator"].click())
    assert "hidden" in losses.face.words.text()
    drawn_after(qtbot, losses, button.click)
    assert [line.name for line in losses.shown] == ["critic"]
    assert losses.face.words.isHidden()


def test_a_logarithmic_axis_says_what_it_leaves_out(qtbot: QtBot, page: PlotPage, losses: LossPlot) -> None:
    page.append("a", {"generator": ([2001, 2002, 2003], [0.0, -3.0, 10.0])})
    drawn_after(qtbot, losses, lambda: losses.log_button.setChecked(True))
    assert losses.note.text().startswith("2 ")
    assert losses.note.isVisible()
    _, y = curve(losses, "generator")
    assert np.isfinite(losses.face.area.viewRange()).all()
    assert np.nanmax(y) == pytest.approx(1.0)


def test_runs_are_overlaid_and_told_apart_without_colour(qtbot: QtBot, page: PlotPage, losses: LossPlot) -> None:
    page.append("b", {"generator": (STEPS, np.ones(2000)), "critic": (STEPS, np.ones(2000))})
    page.set_runs([PlotRun("a", "first"), PlotRun("b", "second")])
    assert len({line.look.dash for line in losses.lines}) == 4
    assert {line.look.colour for line in losses.lines} == {0, 1}
    drawn_after(qtbot, losses, page.legend.buttons["a"].click)
    assert {line.run for line in losses.shown} == {"b"}
    page.clear("b")
    assert {line.run for line in losses.lines} == {"a"}


def test_against_the_time_lines_stand_where_their_seconds_are(qtbot: QtBot, page: PlotPage, losses: LossPlot) -> None:
    drawn_after(qtbot, losses, lambda: page.controls.against_chosen.emit("time"))
    assert losses.face.area.viewRange()[0] == [0.5, 1000.0]
    losses.show_crosshair(200.0)
    assert losses.face.readout.title == "3:20"


def test_the_smoothing_slider_smooths_and_at_its_end_does_not(qtbot: QtBot, page: PlotPage, losses: LossPlot) -> None:
    assert weight_at(0.0) == 0.0
    assert weight_at(1 / 3) == pytest.approx(0.9)
    page.controls.slider.setFocus()
    drawn_after(qtbot, losses, lambda: QTest.keyClick(page.controls.slider, Qt.Key.Key_Home))
    assert losses.scale.weight == 0.0
    assert not losses._curves[("a", "generator")]._raw.isVisible()


def written(offer: Offer, path: Path, cancelled: bool = False) -> None:
    offer.write(path, lambda _share: None, lambda: cancelled)


def test_the_picture_has_twice_the_pixels(page: PlotPage, tmp_path: Path) -> None:
    picture = page.offers()[0]
    written(picture, tmp_path / "plots.png")
    image = QImage(str(tmp_path / "plots.png"))
    assert image.width() == page.rows.width() * 2
    assert image.height() > page.rows.height() * 2  # the title stands above
    inks = {image.pixel(x, y) for x in range(0, image.width(), 7) for y in range(0, image.height(), 7)}
    assert len(inks) > 5


def test_vectors_have_the_title_and_are_drawn_again_by_others(page: PlotPage, losses: LossPlot, tmp_path: Path) -> None:
    _, svg, pdf, _ = page.offers()
    assert losses.alone_button.isVisible()  # it is out of sight in what is saved only
    for offer in (svg, pdf):
        written(offer, tmp_path / offer.name)
    text = (tmp_path / svg.name).read_text("utf-8")
    assert "<title>first</title>" in text
    assert "Losses" in text
    assert text.count("<path") + text.count("<polyline") > 5
    assert (tmp_path / pdf.name).read_bytes().startswith(b"%PDF")


def test_a_network_has_one_colour_in_every_plot(page: PlotPage) -> None:
    inks = {line.name: line.look.colour for plot in page.plots.values() for line in plot.lines}
    assert inks["critic"] == inks["D(x)"] == 0
    assert inks["generator"] == inks["rate/generator"] == 1
    assert colours_of_names(["critic", "gradient/critic", "unheard of"]) == {
        "critic": 0,
        "gradient/critic": 1,
        "unheard of": 2,
    }


def test_logits_are_plotted_as_probabilities_with_a_line_at_one_half(page: PlotPage) -> None:
    scores = page.plots["Scores"]
    page.show_scores("a", "logistic")
    scores.draw()
    probability = 1 / (1 + np.exp(-0.7))
    assert curve(scores, "D(x)")[1] == pytest.approx(probability)
    assert scores.face._level.isVisible()
    assert scores.face._level.value() == 0.5
    scores.show_crosshair(1000.0)
    assert f"{probability:.4g}" in scores.face.readout.words
    page.show_scores("a", "relative")
    scores.draw()
    assert curve(scores, "D(x)")[1] == pytest.approx(0.7)
    assert not scores.face._level.isVisible()
    assert "differences" in scores.heading.words


def test_in_little_room_the_lines_keep_their_names_and_the_title_is_shortened(page: PlotPage, qtbot: QtBot) -> None:
    scores = page.plots["Scores"]
    page.append("a", {"D(G(z))": (STEPS, np.full(2000, 0.2))})
    page.show_scores("a", "relative")
    scores.setParent(None)
    qtbot.addWidget(scores)
    scores.resize(260, 200)
    scores.show()
    qtbot.waitUntil(lambda: scores.heading.text().endswith("…"))
    assert scores.heading.toolTip().startswith(scores.heading.words)
    assert "Raw scores" in scores.heading.toolTip()
    assert all(button.width() >= button.sizeHint().width() for button in scores.legend.buttons.values())


def test_the_loss_of_a_vae_does_not_flatten_that_of_a_gan_laid_over_it(page: PlotPage) -> None:
    terms = {"reconstruction": (STEPS, STEPS * 1.0), "KL": (STEPS, np.full(2000, 5.0)), "loss": (STEPS, STEPS * 2.0)}
    page.append("b", terms)
    page.set_runs([PlotRun("a", "first"), PlotRun("b", "second")])
    assert {line.name for line in page.plots["Losses"].lines} == {"critic", "generator"}
    bound = {line.name: line for line in page.plots["ELBO"].lines}
    assert set(bound) == {"loss", "-ELBO"}
    assert bound["-ELBO"].series.values == pytest.approx(STEPS + 5.0)
    assert {line.name for line in page.plots["KL"].lines} == {"KL"}
    assert page.plots["KL"].heading.text() == "KL (nats a picture)"


def test_a_short_series_is_not_smoothed_away(page: PlotPage) -> None:
    scale = Scale(weight=weight_at(0.5))
    assert 1 / (1 - scale.weight_for(2000)) == pytest.approx(32, rel=0.02)
    assert 1 / (1 - scale.weight_for(100)) == pytest.approx(4)
    assert scale.weight_for(10) == 0.0


def test_the_table_of_values_goes_where_it_hides_least_of_the_lines(qtbot: QtBot, page: PlotPage) -> None:
    readout, room = page.plots["Losses"].face.readout, QRect(0, 0, 400, 200)
    reading = [Reading("critic", "0.5", LineStyle())]
    readout.show_readings("", reading, 100.0, room)
    there = QPointF(readout.geometry().center())
    assert readout.geometry().top() < 100
    readout.show_readings("", reading, 100.0, room, [there])
    assert not QRectF(readout.geometry()).contains(there)


def test_names_in_a_legend_are_never_cut_short(page: PlotPage, losses: LossPlot) -> None:
    losses.legend.resize(60, 100)
    losses.legend.layout().activate()
    for button in losses.legend.buttons.values():
        assert button.width() >= min(button.sizeHint().width(), 60)


def test_the_numbers_are_those_of_the_lines_in_sight(page: PlotPage, losses: LossPlot, tmp_path: Path) -> None:
    losses.legend.buttons["critic"].click()
    *_, numbers = page.offers()
    page.append("a", {"generator": ([9000], [1.0])})
    written(numbers, tmp_path / "plots.csv")
    rows = list(csv.reader((tmp_path / "plots.csv").read_text("utf-8").splitlines()))
    assert rows[0] == ["step", "name", "value"]
    assert len(rows) == 1 + 3 * 2000
    assert {name for _, name, _ in rows[1:]} == {"generator", "D(x)", "rate/generator"}
    assert float(rows[1][2]) == pytest.approx(ROWS["generator"][1][0])


def test_where_it_cannot_be_saved_a_problem_says_so(page: PlotPage, tmp_path: Path) -> None:
    for offer in page.offers():
        with pytest.raises(Problem):
            written(offer, tmp_path / "nowhere" / "plots")


def test_a_cancelled_export_leaves_nothing(page: PlotPage, tmp_path: Path) -> None:
    picture, *_, numbers = page.offers()
    written(picture, tmp_path / "plots.png", cancelled=True)
    with pytest.raises(StoppedError):
        written(numbers, tmp_path / "plots.csv", cancelled=True)
    assert list(tmp_path.iterdir()) == []
