"""World models are of the decks' sizes, learn from recordings as sequences, and are judged by what they never saw."""

from __future__ import annotations

import math
import sys
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from explorer.core.problem import Problem
from explorer.core.worlds.dream import Dream
from explorer.core.worlds.world_facts import WorldFacts
from explorer.training.families.autoencoders.vae import VAE
from explorer.training.families.autoencoders.vae import Config as VAEConfig
from explorer.training.families.worlds.world_rnn import Config, WorldRNN
from explorer.training.learning.family import TrainingTask
from explorer.training.networks.mixture_rnn import DreamStep, Foretold, MixtureRNN, RnnShape
from explorer.training.sources import PictureSet, open_pictures
from explorer.training.worlds.driven import driven
from explorer.training.worlds.foretelling import foretold
from explorer.training.worlds.judging import earnings, open_loop
from explorer.training.worlds.recordings import WorldRecording
from explorer.training.worlds.search import Evolution, SearchLog
from explorer.training.worlds.sequences import SequenceBatches, sequences, starts
from tests.worlds import FACTS, tiny_world


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> PictureSet:
    return open_pictures("drive:240:3", size=32, cache=tmp_path_factory.mktemp("cache"))


def numbers(network: torch.nn.Module) -> int:
    return sum(weight.numel() for weight in network.parameters())


@pytest.mark.parametrize(("latent", "count"), [(64, 4_446_915), (32, 4_348_547)])
def test_the_eyes_are_of_the_paper_s_size(latent: int, count: int) -> None:
    learner = VAE(VAEConfig(networks="world models", latent_size=latent), TrainingTask(64, 3), 0)
    assert numbers(learner.pair) == count
    pictures = torch.zeros(2, 3, 64, 64)
    assert learner.reconstructions(pictures).shape == pictures.shape
    with pytest.raises(Problem, match="64 x 64"):
        VAE(VAEConfig(networks="world models"), TrainingTask(32, 3), 0)


@pytest.mark.parametrize(
    ("shape", "count"),
    [
        (RnnShape(64, 1, 512, 5, told_begin=True, rewards=False, ends=True), 1_678_785),
        (RnnShape(32, 3, 256, 5, rewards=False, ends=False), 422_368),
    ],
)
def test_the_memory_is_of_the_paper_s_size(shape: RnnShape, count: int) -> None:
    assert numbers(MixtureRNN(shape)) == count


def test_nats_are_those_of_the_mixture_s_density() -> None:
    torch.manual_seed(0)
    parts = [torch.randn(7, 2, 3) for _ in range(3)]
    moved = torch.randn(7, 2)
    mixture = torch.distributions.MixtureSameFamily(
        torch.distributions.Categorical(logits=parts[0]), torch.distributions.Normal(parts[1], parts[2].exp())
    )
    found = Foretold(*parts, torch.zeros(7), torch.zeros(7)).nats(moved)
    assert torch.allclose(found, -mixture.log_prob(moved).sum(-1), atol=1e-5)


@torch.no_grad()
def test_a_dream_takes_the_steps_that_the_memory_foretells() -> None:
    torch.manual_seed(1)
    rnn = MixtureRNN(RnnShape(2, 1, 6, 3, told_begin=True))
    codes, actions = torch.randn(1, 3, 2), torch.randn(1, 3, 1)
    begins = torch.tensor([[1.0, 0.0, 0.0]])
    told = rnn.foretold(rnn(codes, actions, begins))
    state = torch.cat([codes[:, 0], torch.zeros(1, 12), torch.ones(1, 1)], 1)
    for at in range(3):
        state[:, :2] = codes[:, at]
        after = DreamStep(rnn)(state, actions[:, at], torch.full((1, 4), 0.0), torch.ones(1, 1))
        assert torch.allclose(after[:, -2], told.rewards[:, at], atol=1e-6)
        assert torch.allclose(after[:, :2], codes[:, at] + told.offsets[:, at, :, 0], atol=1e-5)
        state = after[:, :-2]
    assert state[0, -1] == 0.0


@torch.no_grad()
def test_temperature_decides_how_much_is_left_to_chance() -> None:
    torch.manual_seed(2)
    rnn = MixtureRNN(RnnShape(1, 1, 4, 2, ends=False))
    rnn.head.bias[:6] = torch.tensor([1.5, 0.0, -3.0, 3.0, -2.0, -2.0])
    step, count = DreamStep(rnn), 4000
    noise = torch.cat([torch.rand(count, 1), torch.randn(count, 1)], 1)
    state, action = torch.zeros(count, 9), torch.zeros(count, 1)
    spread = [step(state, action, noise, torch.full((count, 1), t))[:, 0].std() for t in (0.05, 1.0, 3.0)]
    assert spread[0] < 0.2
    assert spread[0] < spread[1] < spread[2]
    rnn.head.bias[0] = 50.0
    wide = [step(state, action, noise, torch.full((count, 1), t))[:, 0].std() for t in (1.0, 2.25)]
    assert wide[1] == pytest.approx(float(1.5 * wide[0]), rel=0.01)
    share = torch.softmax(torch.tensor([1.5, 0.0]), 0)
    assert spread[1] == pytest.approx(float(6.0 * math.sqrt(share.prod())), rel=0.2)


def test_a_drive_is_a_recording_whose_episodes_are_held_out_whole(recorded: PictureSet) -> None:
    found = WorldRecording.of(recorded)
    assert found.names == ("steer", "gas")
    assert found.episodes[-1] + 1 == len(set(recorded.groups or ())) >= 3
    away = recorded.held_out(0.5)
    assert all(len(set(away[found.episodes == episode])) == 1 for episode in set(found.episodes))
    drives = driven(240, 3)
    assert np.array_equal(found.actions, drives.actions)
    assert np.allclose(found.rewards, drives.rewards)
    with pytest.raises(Problem, match="not understood"):
        open_pictures("drive:many", size=32)
    with pytest.raises(Problem, match="cannot be recorded"):
        open_pictures("drive:1", size=32)


def test_ends_are_among_what_is_driven() -> None:
    drives = driven(6000, 3)
    over = np.flatnonzero(drives.ends)
    assert len(over) >= 3
    assert (drives.rewards[over] < -4.0).all()
    inside = over[over + 1 < len(drives.episodes)]
    assert (drives.episodes[inside + 1] != drives.episodes[inside]).all()


def test_sequences_lie_within_an_episode_and_their_last_frame_has_none_after_it(recorded: PictureSet) -> None:
    found = replace(WorldRecording.of(recorded), episodes=np.repeat([0, 1, 2], [100, 100, 40]))
    codes = np.arange(240, dtype=np.float32)[:, None]
    first = starts(found, np.arange(240), 100)
    assert first.tolist() == [0, 100]
    told = sequences(codes, found, first, 100)
    assert told.goes_on.sum(1).tolist() == [99.0, 99.0]
    assert told.begins.sum(1).tolist() == [1.0, 1.0]
    assert torch.equal(told.following[:, :-1], told.codes[:, 1:])
    with pytest.raises(Problem, match="101 frames long"):
        starts(found, np.arange(240), 101)


def test_batches_of_sequences_are_a_function_of_the_step(recorded: PictureSet) -> None:
    found = WorldRecording.of(recorded)
    codes = np.arange(240, dtype=np.float32)[:, None]
    chosen, place = np.arange(100, 240), torch.device("cpu")
    one, other = (SequenceBatches(codes, found, chosen, length=8, size=5, seed=1, device=place) for _ in range(2))
    again, told = one.batch(7).sequences, other.batch(7).sequences
    assert again is not None
    assert told is not None
    assert torch.equal(again.codes, told.codes)
    assert told.codes.min() >= 100
    assert not torch.equal(told.codes, one.batch(8).sequences.codes)  # type: ignore[union-attr]


def recording_file(path: Path, **changed: np.ndarray) -> str:
    arrays = {
        "frames": np.random.RandomState(0).randint(0, 255, (12, 16, 16, 3)).astype(np.uint8),
        "actions": np.linspace(-1, 1, 24, dtype=np.float32).reshape(12, 2),
        "rewards": np.ones(12, np.float32),
        "ends": np.eye(12, dtype=bool)[5],
    }
    np.savez(path, **(arrays | changed))
    return str(path)


def test_a_recording_of_others_is_read_with_its_episodes(tmp_path: Path) -> None:
    found = WorldRecording.of(open_pictures(recording_file(tmp_path / "r.npz"), size=16, cache=tmp_path))
    assert found.names == ("a0", "a1")
    assert found.episodes.tolist() == [0] * 6 + [1] * 6
    assert found.ends.sum() == 1


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"actions": np.zeros((11, 2))}, "12 frames and 11 actions"),
        ({"rewards": np.zeros(13)}, "12 frames and 13 rewards"),
        ({"actions": np.zeros((12, 2, 2))}, r"shape \(12, 2, 2\)"),
        ({"actions": np.full((12, 1), np.nan)}, "does not fit"),
        ({"actions": np.array(["left"] * 12)}, "not numbers"),
        ({"frames": np.zeros((1, 16, 16, 3), np.uint8), "actions": np.zeros((1, 2))}, "one frame"),
    ],
)
def test_a_recording_that_cannot_be_is_told_in_a_sentence(
    changed: dict[str, np.ndarray], says: str, tmp_path: Path
) -> None:
    with pytest.raises(Problem, match=says):
        open_pictures(recording_file(tmp_path / "r.npz", **changed), size=16, cache=tmp_path)


class Corridor:
    """A world of five frames, as Gymnasium makes them."""

    action_space = SimpleNamespace(low=np.array([-1.0, 0.0]), high=np.array([1.0, 1.0]))

    def reset(self, seed: int) -> None:
        self.place = seed % 2

    def render(self) -> np.ndarray:
        return np.full((40, 60, 3), 40 * self.place, np.uint8)

    def step(self, action: np.ndarray) -> tuple[None, float, bool, bool, dict[str, object]]:
        self.place += 1
        return None, float(action[0]), self.place > 4, False, {}

    def close(self) -> None:
        self.place = -1


def test_environments_of_gymnasium_are_recorded_where_it_is_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "gymnasium", None)
    with pytest.raises(Problem, match="not installed"):
        open_pictures("gym:Corridor-v0:20", size=16, cache=tmp_path)
    made = SimpleNamespace(make=lambda name, render_mode: Corridor())
    monkeypatch.setitem(sys.modules, "gymnasium", made)
    pictures = open_pictures("gym:Corridor-v0:20", size=16, cache=tmp_path)
    found = WorldRecording.of(pictures)
    assert found.names == ("a0", "a1")
    assert np.flatnonzero(found.ends).tolist() == [4, 8, 13, 17]
    assert np.allclose(found.rewards, found.actions[:, 0])
    assert pictures.pictures[:6, 0, 0, 0].tolist() == [0, 40, 80, 120, 160, 40]


def test_pictures_without_actions_are_no_recording(tmp_path: Path) -> None:
    np.savez(tmp_path / "p.npz", pictures=np.random.RandomState(0).randint(0, 255, (4, 16, 16, 3)).astype(np.uint8))
    with pytest.raises(Problem, match="not a recording"):
        WorldRecording.of(open_pictures(str(tmp_path / "p.npz"), size=16, cache=tmp_path))


def test_a_search_that_was_stopped_goes_on_as_if_it_was_not() -> None:
    def earned(candidates: np.ndarray) -> np.ndarray:
        return -np.square(candidates - 2.0).sum(1)

    whole, broken = SearchLog(5, 8), SearchLog(5, 8)
    search = Evolution(whole, 0.5, 3)
    for generation in range(20):
        asked = search.candidates(generation)
        search.tell(asked, earned(asked))
    for span in (range(7), range(7, 20)):
        search = Evolution(broken, 0.5, 3)
        for generation in span:
            asked = search.candidates(generation)
            search.tell(asked, earned(asked))
    assert torch.equal(whole.mean, broken.mean)
    assert torch.equal(whole.earned, broken.earned)
    assert (whole.mean - 2.0).abs().max() < 1.0


def test_what_is_judged_is_beside_what_would_be_without_knowing(recorded: PictureSet, tmp_path: Path) -> None:
    with Dream(tiny_world(tmp_path), trusted=True) as dream:
        found = open_loop(dream, recorded, np.ones(240, np.bool_), steps=6)
        assert found.dreamt.shape == found.frozen.shape == found.seen.shape == (5,)
        assert found.frozen[0] < found.frozen[-1]
        with pytest.raises(Problem, match="held out"):
            open_loop(dream, recorded, np.zeros(240, np.bool_))
        earned = earnings(dream, [1, 2], frames=4)
        assert earned.keys() == {"scripted", "random", "controller"}


def test_a_memory_is_judged_by_its_own_actions_and_by_those_of_another(recorded: PictureSet, tmp_path: Path) -> None:
    from explorer.training.explain.training_sheets import EXAMPLE_RECORDING

    config = Config(vae=str(tiny_world(tmp_path)), hidden=4, length=20)
    learner = WorldRNN(config, TrainingTask(32, 3, columns=EXAMPLE_RECORDING), 0)
    assert learner.world == WorldFacts(FACTS.actions, 4, 4, 4, 0, 15.0, "drive")
    found = foretold(learner, recorded, np.ones(240, np.bool_))
    assert found.own != found.others
    assert all(np.isfinite([found.own, found.others, found.gaussian]))
    with pytest.raises(Problem, match="no model"):
        WorldRNN(Config(vae="nowhere"), TrainingTask(32, 3, columns=EXAMPLE_RECORDING), 0)
    with pytest.raises(Problem, match="what was done"):
        WorldRNN(config, TrainingTask(32, 3), 0)
