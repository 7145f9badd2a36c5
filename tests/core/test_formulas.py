"""Formulas: read from a small part of TeX, and handed to Markdown as TeX that others can set."""

from __future__ import annotations

import pytest

from explorer.core.explain.explanation import Explanation, FormulaTerm, Objective, SettingMeaning
from explorer.core.explain.formula import Fraction, Glyphs, Scripts, Sequence, Tinted, parse_formula, plain_tex
from explorer.core.explain.markdown import markdown


def test_letters_are_variables_and_digits_and_functions_stand_upright() -> None:
    found = parse_formula(r"2x\log y")
    assert found == Sequence((Glyphs("2"), Glyphs("x", True), Glyphs("log\u2009"), Glyphs("y", True)))


def test_scripts_and_fractions_and_colours_nest() -> None:
    found = parse_formula(r"\plot{R1}{\frac{\gamma}{2}\lVert D\rVert^2_k}")
    assert isinstance(found, Tinted)
    assert found.metric == "R1"
    fraction, bar, letter, scripts = found.body.parts  # type: ignore[union-attr]
    assert fraction == Fraction(Glyphs("γ", True), Glyphs("2"))
    assert (bar, letter) == (Glyphs("‖"), Glyphs("D", True))
    assert scripts == Scripts(Glyphs("‖"), Glyphs("k", True), Glyphs("2"))


@pytest.mark.parametrize("broken", [r"\unknown", "{x", "x}", r"\frac{a}", r"\mathrm x", "x_", r"\plot{x"])
def test_a_formula_that_is_not_whole_is_refused(broken: str) -> None:
    with pytest.raises(ValueError, match=r"unknown|match|missing|open"):
        parse_formula(broken)


def test_markdown_gets_tex_without_our_own_commands() -> None:
    tex = r"\mathbb{E}\,\softplus(\plot{D(x)}{D(x)}-\plot{k}{\frac{k}{2}})"
    assert plain_tex(tex) == r"\mathbb{E}\,\operatorname{softplus}(D(x)-\frac{k}{2})"


def test_a_sheet_as_markdown_has_a_heading_for_what_there_is_and_none_for_the_rest() -> None:
    term = FormulaTerm("critic", r"D(x)", "Judges.", ((r"\gamma", "r1_gamma"),))
    sheet = Explanation(
        "A | b",
        objectives=(Objective("critic", (term,)),),
        settings=(SettingMeaning("r1_gamma", "2", True, "How | much."),),
    )
    text = markdown(sheet)
    assert "# A \\| b" in text
    assert "$$ D(x) $$" in text
    assert "- Judges. $\\gamma$ is `r1_gamma`, 2." in text
    assert "| `r1_gamma` | 2 | How \\| much. |" in text
    assert "## Networks" not in text
    assert "## Paper" not in text
