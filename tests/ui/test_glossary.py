"""The glossary: titles explain their terms, tips the unusual ones, and every view says what it is for."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QLabel

from explorer.ui.glossary import TERMS, explained, with_terms
from explorer.ui.tabbed_panel import TabbedPanel
from explorer.ui.widgets.parts import push_button, titled


@pytest.mark.parametrize(
    ("words", "begins"),
    [
        ("Truncation ψ", "Truncation"),
        ("Latent", "Latent:"),
        ("Directions", "Direction:"),
        ("Seed", "Seed:"),
        ("Style w", "W:"),
        ("the critic's score", "Critic"),
        ("World model", "World model:"),
        ("Controller", "Controller:"),
    ],
)
def test_a_title_explains_its_terms(words, begins):
    assert explained(words).startswith(begins)


def test_keys_and_everyday_words_are_not_explained():
    assert explained("Random walk (W)") == explained("Wander") == ""


def test_a_tip_explains_unusual_terms_once(qapp):
    tip = with_terms("In standard deviations of the prior")
    assert tip.startswith("In standard deviations of the prior\n\nPrior: ")
    assert with_terms(tip) == tip
    assert push_button("Go", "Beat the critic").toolTip().count("Critic (") == 1
    assert with_terms("Find a direction") == "Find a direction"


def test_titles_in_the_window_explain_themselves(opened):
    tips = {label.text(): label.toolTip() for label in opened.panel.findChildren(QLabel)}
    assert "towards the average" in tips["Truncation ψ"]
    assert tips["Latent"].startswith("Latent: ")
    assert titled("Pace").toolTip() == ""


def test_meanings_are_short():
    assert all(len(term.meaning) <= 200 for term in TERMS)


def test_every_view_says_what_it_is_for(opened):
    for panel in opened.panels:
        if isinstance(panel, TabbedPanel):
            assert all(len(choice.tip) > 20 for choice in panel.choices)
            assert panel.choices[0].tip.startswith(panel.purpose.words)
    opened.show_panel(1)
    opened.panel.show_view(1)
    assert opened.panel.purpose.words.startswith("Two changes at once")
