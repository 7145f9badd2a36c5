"""Scenes, damaged: what comes of one must be what its JSON says.

The independent reading is `json.loads` of the text, in a PNG as Pillow finds it: every field of the scene that is
opened says the same as the text does. A number that is written as a word, or cut to a whole one, is not the same.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from explorer.cli.fuzzing.json_damage import JSON
from explorer.cli.fuzzing.kinds import Kind, SilentError
from explorer.cli.fuzzing.mutants import Damage, Draw
from explorer.cli.fuzzing.png_damage import PNG
from explorer.core.drawing.drawing import Drawing, Stroke
from explorer.core.rendering.picture_files import SCENE_KEY, save_png
from explorer.core.rendering.scene import Scene, scene_facts, scene_to_json
from explorer.core.rendering.styles import StyleMix, StylePoint
from explorer.session.models.opening import scene_carried_by


def _originals(folder: Path) -> list[Path]:
    draw = Draw(0)
    z, w = (draw.standard_normal(8).astype(np.float32) for _ in range(2))
    plain = Scene("0" * 64, "faces", z, 1, 0.7, 3, (("smile", 1.5),))
    styled = Scene("0" * 64, "faces", z, 1, 0.7, styled=StylePoint(w, z, 1), mix=StyleMix(w, 1, 3, 2, 7), cutoff=4)
    save_png(folder / "scene.png", draw.randint(0, 255, (16, 16, 3)).astype(np.uint8), plain)
    (folder / "scene.json").write_text(scene_to_json(plain))
    places, firm = draw.random_sample((4, 2)).astype(np.float32), draw.random_sample(4).astype(np.float32)
    stroke = Stroke("pen", places, 0.02, (1, 2, 3), firm, is_mirrored=True)
    drawn = Scene("0" * 64, "lines", z[:2], drawing=Drawing((stroke, Stroke("fill", places[:1]))))
    (folder / "drawn.json").write_text(scene_to_json(drawn))
    (folder / "styled.json").write_text(scene_to_json(styled))
    return sorted(folder.iterdir())


def _structure(path: Path) -> Mapping[str, Damage]:
    return PNG if path.suffix == ".png" else JSON


def _open(path: Path) -> bool:
    scene = scene_carried_by(path)
    text = _text_of_picture(path) if path.suffix == ".png" else path.read_text("utf-8", "replace")
    if scene is None or text is None:
        return False
    ours = scene_facts(scene)
    del ours["version"]  # the lowest that can say it, whatever the text has
    _check("", ours, json.loads(text, object_pairs_hook=_only_once))
    return True


def _text_of_picture(path: Path) -> str | None:
    """What Pillow finds; None where it finds the picture damaged beside its text."""
    from PIL import Image

    try:
        with Image.open(path) as picture:
            picture.load()
            return str(getattr(picture, "text", {})[SCENE_KEY])
    except Exception:  # noqa: BLE001 - whatever Pillow has against a damaged picture
        return None


def _only_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(dict(pairs)) < len(pairs):
        raise SilentError("a key is there twice")
    return dict(pairs)


def _check(where: str, ours: Any, told: Any) -> None:
    """Refuse what the scene has otherwise than the text; what the text does not say has to be nothing."""
    if isinstance(ours, dict) and isinstance(told, dict):
        for key, value in ours.items():
            _check(f"{where}.{key}", value, told.get(key, [] if key == "directions" else None))
    elif isinstance(ours, list) and isinstance(told, list) and len(ours) == len(told):
        for place, (value, other) in enumerate(zip(ours, told, strict=True)):
            _check(f"{where}[{place}]", value, other)
    elif not _same(ours, told):
        raise SilentError(f"{where} is {ours!r:.60} and not {told!r:.60}")


def _same(ours: Any, told: Any) -> bool:
    if isinstance(ours, bool) or isinstance(told, bool) or not isinstance(ours, int | float):
        return type(ours) is type(told) and ours == told
    return isinstance(told, int | float) and math.isclose(ours, told, rel_tol=1e-6, abs_tol=1e-40)


SCENES = Kind(_originals, _structure, _open)
