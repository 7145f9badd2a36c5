"""What an edit of a style-based model runs in the window: one picture for each move, whoever wants it besides."""

from __future__ import annotations

from threading import Event

import numpy as np
import pytest

from explorer.cli.benches.painting_runs import painting_runs
from explorer.ui.explore.latent_side import W
from tests.models import tiny_stylegan
from tests.ui.conftest import let_draw, open_and_wait

MOVES = {
    "truncation": lambda studio, number: studio.edits.set_truncation(0.3 + 0.05 * number),
    "mixed layers": lambda studio, number: studio.edits.styles.mix_layers(number % 2, 2 + number // 2 % 2),
    "direction of W": lambda studio, number: studio.edits.set_strength("along", 0.1 * number),
    "channel": lambda studio, number: studio.edits.set_strength("s3:2", 0.1 * number),
    "dimension of W": lambda studio, number: studio.edits.styles.set_value(1, 0.1 * number),
}


@pytest.fixture
def styled(window, qtbot, tmp_path, tries_here):
    open_and_wait(window, tiny_stylegan(tmp_path / "styled"), qtbot)
    window.studio.pictures.renderer.directions = {"along": np.full((1, 5), 5**-0.5, np.float32)}
    let_draw(window, qtbot, lambda: window.studio.edits.styles.mix_sample(2))
    let_draw(window, qtbot, lambda: window.studio.edits.set_strength("s3:2", 1.0))  # its session is opened once
    rest(window, qtbot)
    return window


def rest(window, qtbot) -> None:
    """Let thumbnails be drawn and dimensions be measured, as far as a move asks for that."""
    window.strips.history.catch_up()
    qtbot.waitUntil(lambda: not (window.studio.thumbnails.is_busy or window.panel.is_busy), timeout=20_000)


@pytest.mark.parametrize("kind", MOVES)
def test_ten_moves_paint_ten_pictures_and_map_nothing(styled, qtbot, kind):
    studio = styled.studio
    mapping = studio.models.current.generator.mapping
    mapped = mapping.runs
    with painting_runs() as runs:
        for number in range(1, 11):
            let_draw(styled, qtbot, lambda number=number: MOVES[kind](studio, number))
            rest(styled, qtbot)
        assert runs == ["pictures"] * 10
    assert mapping.runs == mapped
    assert all(studio.thumbnails.of(scene) is not None for scene in studio.document.scenes())


def test_a_drag_faster_than_its_pictures_paints_no_more_than_one_a_move(styled, qtbot):
    studio = styled.studio
    with painting_runs() as runs:
        let_draw(styled, qtbot, lambda: [studio.edits.styles.set_value(2, 0.1 * n, gesture=7) for n in range(1, 11)])
        rest(styled, qtbot)
        assert 1 <= len(runs) < 10
    assert set(runs) == {"pictures"}


def test_the_history_waits_for_a_picture_that_is_being_painted(styled, qtbot, monkeypatch):
    studio, strip, goes_on = styled.studio, styled.strips.history, Event()
    renderer = studio.pictures.renderer
    render = renderer.render
    monkeypatch.setattr(renderer, "render", lambda scene: render(scene) if goes_on.wait(10) else None)
    with painting_runs() as runs:
        studio.edits.set_truncation(0.4)
        strip.catch_up()
        assert not studio.thumbnails.is_busy
        with qtbot.waitSignals([studio.thumbnails.drawn, studio.pictures.settled]):
            goes_on.set()
        assert runs == ["pictures"]
    assert studio.thumbnails.of(studio.document.scene) is not None


def test_z_is_mapped_once_a_move_though_the_window_wants_its_point_too(styled, qtbot):
    studio = styled.studio
    let_draw(styled, qtbot, lambda: studio.edits.set_truncation(0.5))
    styled.panel.latent.list.set_sort("number")  # else dimensions are measured again, as z is another
    mapping = studio.models.current.generator.mapping
    mapped = mapping.runs
    for number in range(1, 11):
        let_draw(styled, qtbot, lambda number=number: studio.edits.set_value(0, 0.1 * number))
    assert mapping.runs == mapped + 10


def test_strengths_in_w_are_measured_again_where_w_moves(styled, qtbot):
    side = styled.panel.latent
    side.spaces._buttons.button(W).click()
    rest(styled, qtbot)
    with painting_runs() as runs:
        let_draw(styled, qtbot, lambda: styled.studio.edits.styles.set_value(1, 0.7))
        rest(styled, qtbot)
    assert "strengths" in runs
