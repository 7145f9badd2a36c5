"""What is said of a difference claims no more than a mean of pixels can tell."""

from __future__ import annotations

import pytest

from explorer.session.photos.likeness_words import difference_words


@pytest.mark.parametrize("error", [0.0, 0.02, 0.061, 0.12, 0.3])
def test_how_much_differs_comes_first_and_nothing_is_called_alike(error: float) -> None:
    said = difference_words(error)
    assert said.startswith(f"{100 * error:.1f}% off")
    assert "alike" not in said
    assert "same" not in said


def test_what_a_small_mean_may_hide_is_said() -> None:
    assert difference_words(0.061).endswith("which is not much; details may still be missing")
    assert "details" not in difference_words(0.001)
    assert difference_words(0.2).endswith("as much as between photos of two people")
