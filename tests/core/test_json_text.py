"""JSON and digits from files: what they cannot mean is refused in words."""

from __future__ import annotations

import pytest

from explorer.core.digits import whole_number
from explorer.core.json_text import parsed_json


def test_what_is_well_formed_is_what_it_says() -> None:
    assert parsed_json('{"a": [1, -2, 0.5, null, true, "NaN"]}') == {"a": [1, -2, 0.5, None, True, "NaN"]}
    assert parsed_json(b"9007199254740993") == 9007199254740993


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("NaN", "not finite"),
        ("[-Infinity]", "not finite"),
        ("1e400", "not finite"),
        ("1" * 6000, "6000 digits"),
        (str(2**63), "19 digits"),
        ("[1,\n2,\n,]", "line 3"),
        (b"\xff\xfe\x00", "not"),
        ("[" * 100_000, "too deeply"),
    ],
    ids=lambda value: repr(value)[:12],
)
def test_what_is_not_is_refused_in_words(text: str | bytes, why: str) -> None:
    with pytest.raises(ValueError, match=why) as caught:
        parsed_json(text)
    assert "Expecting" not in str(caught.value)
    assert "codec" not in str(caught.value)


@pytest.mark.parametrize("word", ["³", "٣", "", "-1", "+1", " 1", "1_0", "1.0", "9" * 5000])
def test_only_a_few_plain_digits_are_a_number(word: str) -> None:
    assert whole_number(word) is None


def test_digits_are_a_number() -> None:
    assert (whole_number("00000120"), whole_number("0")) == (120, 0)
