"""StyleGANs of others open by their file alone, from a pickle or a state dict, with Z and W."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from explorer.core.rendering.scene import Scene
from explorer.session.models.opening import Opener, OpenModel
from tests.stylegan import (
    Style,
    nvidia_state,
    reference_picture,
    reference_w,
    rosinality_picture,
    rosinality_state,
    rosinality_w,
    write_nvidia_pickle,
)

SMALL = Style(size=16)


@pytest.fixture
def opener(tmp_path: Path) -> Opener:
    return Opener(tmp_path / "exports")


def painted(model: OpenModel, z: torch.Tensor) -> np.ndarray:
    """The picture of z without truncation, (H, W, C)."""
    scene = Scene(model=model.generator.hash, z=z[0].numpy().copy(), truncation=1.0)
    try:
        return model.renderer.render(scene).picture.astype(int)
    finally:
        model.generator.close()


def as_bytes(picture: torch.Tensor) -> np.ndarray:
    return ((picture[0].permute(1, 2, 0).numpy() + 1) * 127.5).round().clip(0, 255).astype(int)


def test_a_pickle_of_nvidias_opens_with_z_and_w(tmp_path: Path, opener: Opener) -> None:
    state = nvidia_state(SMALL)
    path = write_nvidia_pickle(tmp_path / "cats.pkl", SMALL, state)
    model = opener.open(path, "cpu")
    card = model.generator.card
    assert (model.name, card.styles, card.style_size) == ("cats", SMALL.styles, SMALL.w_size)
    assert model.generator.mapping is not None
    assert model.readings is not None
    z = torch.randn(1, SMALL.z_size, generator=torch.Generator().manual_seed(3))
    w = reference_w(state, z)
    expected = reference_picture(state, SMALL, w[:, None].repeat(1, SMALL.styles, 1))
    assert np.abs(painted(model, z) - as_bytes(expected)).max() <= 1


@pytest.mark.usefixtures("converts_here")
def test_a_state_dict_of_rosinalitys_opens_with_its_mean(tmp_path: Path, opener: Opener) -> None:
    style = Style(size=16, z_size=16, w_size=16)
    state = rosinality_state(style)
    mean = torch.randn(1, style.w_size, generator=torch.Generator().manual_seed(8))
    path = tmp_path / "dogs.pt"
    torch.save({"g_ema": state, "latent_avg": mean, "g_optim": {"state": {}}}, path)
    model = opener.open(path, "cpu")
    assert model.generator.mapping is not None
    assert np.allclose(model.generator.mapping.told_mean, mean[0].numpy(), atol=1e-6)
    z = torch.randn(1, style.z_size, generator=torch.Generator().manual_seed(3))
    w = rosinality_w(state, z)
    expected = rosinality_picture(state, style, w[:, None].repeat(1, style.styles, 1))
    assert np.abs(painted(model, z) - as_bytes(expected)).max() <= 1
