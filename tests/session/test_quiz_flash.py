"""Exposures in whole frames, by a clock that the test turns."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from explorer.session.quiz.flash_timing import Flash, frames_of


class Clock:
    """Time that passes when it is told to; does what was put off when its time has come."""

    def __init__(self) -> None:
        self.now_ms = 0.0
        self._waiting: list[tuple[float, Callable[[], None]]] = []

    def now(self) -> float:
        return self.now_ms

    def later(self, wait_ms: int, do: Callable[[], None]) -> None:
        self._waiting.append((self.now_ms + wait_ms, do))

    def pass_ms(self, span_ms: float) -> None:
        self.now_ms += span_ms
        due = [each for each in self._waiting if each[0] <= self.now_ms]
        self._waiting = [each for each in self._waiting if each[0] > self.now_ms]
        for _, do in due:
            do()


@pytest.mark.parametrize(
    ("exposure_ms", "frame_ms", "frames"),
    [(100.0, 1000 / 60, 6), (16.0, 1000 / 60, 1), (1.0, 1000 / 60, 1), (50.0, 1000 / 144, 7)],
)
def test_an_exposure_is_the_nearest_number_of_frames(exposure_ms: float, frame_ms: float, frames: int) -> None:
    assert frames_of(exposure_ms, frame_ms) == frames


def test_the_mask_is_asked_for_half_a_frame_before_the_frame_that_shows_it() -> None:
    clock, masked = Clock(), []
    flash = Flash(clock.now, clock.later, lambda: masked.append(clock.now_ms))
    flash.begin(100.0, 20.0)
    clock.pass_ms(89.0)
    assert masked == []
    clock.pass_ms(1.0)
    assert masked == [90.0]


def test_what_is_kept_is_measured_between_the_paints_not_what_was_asked_for() -> None:
    clock = Clock()
    clock.now_ms = 5.0
    flash = Flash(clock.now, clock.later, lambda: None)
    flash.begin(100.0, 20.0)
    clock.pass_ms(133.0)  # the machine was busy
    flash.ended()
    assert flash.took_ms == 133.0


def test_an_answer_during_the_exposure_ends_it_and_the_timer_means_nothing_any_more() -> None:
    clock, masked = Clock(), []
    flash = Flash(clock.now, clock.later, lambda: masked.append(True))
    flash.begin(500.0, 20.0)
    clock.pass_ms(200.0)
    flash.ended()
    clock.pass_ms(1000.0)
    assert flash.took_ms == 200.0
    assert masked == []


@pytest.mark.parametrize("leave", [Flash.forget, Flash.ended], ids=["forgotten", "ended"])
def test_the_timer_of_an_earlier_exposure_does_not_end_the_next(leave: Callable[[Flash], None]) -> None:
    clock, masked = Clock(), []
    flash = Flash(clock.now, clock.later, lambda: masked.append(True))
    flash.begin(100.0, 20.0)
    clock.pass_ms(50.0)
    leave(flash)
    flash.begin(400.0, 20.0)
    clock.pass_ms(60.0)
    assert masked == []
    assert flash.took_ms is None
    clock.pass_ms(330.0)
    assert masked == [True]


def test_a_mask_that_is_painted_again_or_after_nothing_is_no_exposure() -> None:
    clock = Clock()
    flash = Flash(clock.now, clock.later, lambda: None)
    flash.ended()
    assert flash.took_ms is None
    flash.begin(100.0, 20.0)
    clock.pass_ms(99.0)
    flash.ended()
    clock.pass_ms(50.0)
    flash.ended()
    assert flash.took_ms == 99.0
    flash.forget()
    flash.ended()
    assert flash.took_ms is None
