"""Only our own folder of live models is believed when it says that a model is in training."""

from __future__ import annotations

import json

from explorer.core.models import guard
from explorer.session.models.live_file import LIVE_FILE, LIVE_FOLDER
from explorer.session.models.opening import Opener
from tests.models import tiny_generator


def opened(tmp_path, folder, monkeypatch):
    """A model folder that says it is live, and how often the guard was asked about it."""
    asked = []
    tried = guard.tried
    monkeypatch.setattr(guard, "tried", lambda *given, **more: asked.append(given) or tried(*given, **more))
    folder.mkdir(parents=True)
    tiny_generator(folder / "generator.onnx", card=False)
    (folder / LIVE_FILE).write_text(json.dumps({"hash": "../../settings", "step": 5}))
    model = Opener(tmp_path / "cache" / "exports").open(folder, "cpu")
    model.generator.close()
    return model, len(asked)


def test_a_stranger_that_says_it_is_live_is_tried_and_keeps_its_own_hash(tmp_path, monkeypatch):
    model, asked = opened(tmp_path, tmp_path / "theirs", monkeypatch)
    assert (model.is_live, asked) == (False, 1)
    assert set(model.generator.hash) <= set("0123456789abcdef")


def test_our_own_is_live_under_a_hash_that_is_no_path(tmp_path, monkeypatch):
    model, asked = opened(tmp_path, tmp_path / "cache" / LIVE_FOLDER / "abc", monkeypatch)
    assert (model.is_live, asked) == (True, 0)
    assert len(model.generator.hash) == 64
    assert "/" not in model.generator.hash
