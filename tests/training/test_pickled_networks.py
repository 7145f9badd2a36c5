"""Pickles of strangers: taken apart or refused in words, and never obeyed."""

from __future__ import annotations

import pickle
import random
import struct
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from explorer.core.problem import Problem
from explorer.training.weight_import.forms import is_pickled_style
from explorer.training.weight_import.layouts import stylegan2
from explorer.training.weight_import.pickles import machine
from explorer.training.weight_import.pickles.machine import read_one
from explorer.training.weight_import.pickles.nvidia import rebuild_pickle
from explorer.training.weight_import.pickles.pickled_networks import read_pickled_networks
from explorer.training.weight_import.pickles.values import HostilePickleError, Made, Named, UnreadablePickleError
from tests.stylegan import Style, nvidia_state, save_nvidia_generator, write_nvidia_pickle


class _Calls:
    """Something whose pickle calls a function when it is loaded."""

    def __init__(self, function: Callable[..., Any], *arguments: Any) -> None:
        self.called = (function, arguments)

    def __reduce__(self) -> Any:
        return self.called


def text(value: str) -> bytes:
    data = value.encode()
    return b"X" + struct.pack("<I", len(data)) + data


def marker_writer(folder: Path) -> bytes:
    """Arguments of os.system that leave a file behind."""
    return text(f"touch {folder / 'marker'}")


SYSTEM = b"cos\nsystem\n"
HOSTILE: dict[str, Callable[[Path], bytes]] = {
    "a call": lambda folder: SYSTEM + b"(" + marker_writer(folder) + b"tR.",
    "a call by its later form": lambda folder: (
        b"\x80\x04" + text("os") + text("system") + b"\x93" + marker_writer(folder) + b"\x85R."
    ),
    "a call of posix": lambda folder: b"cposix\nsystem\n(" + marker_writer(folder) + b"tR.",
    "an instance": lambda folder: b"(" + marker_writer(folder) + b"ios\nsystem\n.",
    "an object": lambda folder: b"(" + SYSTEM + marker_writer(folder) + b"o.",
    "a new object": lambda folder: b"\x80\x02" + SYSTEM + marker_writer(folder) + b"\x85\x81.",
    "a new object with names": lambda folder: b"\x80\x04" + SYSTEM + marker_writer(folder) + b"\x85}\x92.",
    "the oldest object": lambda folder: b"ccopy_reg\n_reconstructor\n(" + SYSTEM + b"c__builtin__\nobject\nNtR.",
    "eval": lambda folder: b"cbuiltins\neval\n(" + text(f"open({str(folder / 'marker')!r}, 'w')") + b"tR.",
    "exec of Python 2": lambda folder: b"c__builtin__\nexec\n(" + text("0") + b"tR.",
    "getattr": lambda folder: b"cbuiltins\ngetattr\n(" + SYSTEM + text("x") + b"tR.",
    "a call of what a call gives": lambda folder: (
        b"cfunctools\npartial\n(" + SYSTEM + b"tR(" + marker_writer(folder) + b"tR."
    ),
    "a call deep inside": lambda folder: (
        b"}" + text("G_ema") + b"}" + text("x") + b"](" + SYSTEM + b"(" + marker_writer(folder) + b"tRessss."
    ),
    "state for a class": lambda folder: SYSTEM + b"}b.",
    "loading by torch": lambda folder: b"ctorch\nload\n(" + text(str(folder / "x.pt")) + b"tR.",
    "loading by numpy": lambda folder: b"cnumpy\nload\n(" + text(str(folder / "x.npy")) + b"tR.",
    "a hub": lambda folder: b"ctorch.hub\nload\n(" + text("a/b") + b"tR.",
    "a subprocess": lambda folder: b"csubprocess\nPopen\n(](" + text("touch") + marker_writer(folder) + b"etR.",
    "an import": lambda folder: b"cimportlib\nimport_module\n(" + text("this") + b"tR.",
    "a package": lambda folder: b"cpip\nmain\n(](" + text("install") + b"etR.",
}
DAMAGED: dict[str, bytes] = {
    "nothing but a full stop": b".",
    "a mark for a value": b"(.",
    "no mark": b"K\x05t.",
    "an unknown operation": b"\xfd.",
    "text": b"hello, world\n",
    "a huge declared text": b"\x80\x04\x8d" + struct.pack("<Q", 1 << 62) + b"abc.",
    "a huge declared row of bytes": b"\x80\x04B" + struct.pack("<I", 0xFFFFFFFF) + b"abc.",
    "a huge declared number": b"\x80\x02\x8b" + struct.pack("<i", 0x7FFFFFFF) + b"abc.",
    "a number of a million digits": b"I" + b"9" * 1_000_000 + b"\n.",
    "a memory that is not there": b"h\x07.",
    "a registered extension": b"\x82\x01.",
    "a shared buffer": b"\x80\x05\x97.",
    "an appended number": b"K\x05K\x06a.",
    "state for a number": b"K\x05}b.",
    "a call of a number": b"K\x05)R.",
    "an odd dictionary": b"(K\x05d.",
    "deep lists without an end": b"]" * 100_000,
}
USELESS: dict[str, bytes] = {
    "a number": b"K\x05.",
    "deep lists": b"]" * 100_000 + b"a" * 99_999 + b".",
    "deep tuples": b")" + b"\x85" * 500_000 + b".",
    "a deep tuple as a key": b"}" + b")" + b"\x85" * 500_000 + b"K\x01s.",
    "a list that holds itself": b"]q\x00h\x00a.",
    "a dictionary that holds itself": b"}q\x00" + text("x") + b"h\x00s.",
    "an object of a stranger": b"cfoo.bar\nBaz\n)\x81}" + text("x") + b"K\x05sb.",
    "an empty network of TensorFlow": b"(cdnnlib.tflib.network\nNetwork\n)\x81}bt.",
}


def doubling(levels: int) -> bytes:
    """A dictionary of two that are the same dictionary of two, and so on: 2 to the power of levels leaves."""
    content = b"}q\x00"
    for number in range(levels):
        before, after = struct.pack("<I", number), struct.pack("<I", number + 1)
        content += b"}r" + after + text("a") + b"j" + before + b"s" + text("b") + b"j" + before + b"s"
    return content + b"."


def refusal(path: Path) -> Problem:
    with pytest.raises(Problem) as caught:
        rebuild_pickle(path)
    assert caught.value.what.startswith(path.name)
    assert "\n" not in caught.value.what
    assert len(caught.value.what) < 400
    assert caught.value.hint
    return caught.value


@pytest.mark.parametrize("name", HOSTILE)
def test_what_would_run_something_is_refused_and_does_not(name: str, tmp_path: Path) -> None:
    path = tmp_path / "evil.pkl"
    path.write_bytes(HOSTILE[name](tmp_path))
    assert "nothing was run" in refusal(path).what
    assert list(tmp_path.iterdir()) == [path]


def test_what_python_itself_pickled_to_run_something_is_refused_too(tmp_path: Path) -> None:
    marker, path = tmp_path / "marker", tmp_path / "evil.pkl"
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        content = {"G_ema": {"weight": _Calls(open, str(marker), "w")}}
        path.write_bytes(pickle.dumps(content, protocol=protocol))
        assert "open" in refusal(path).what
    assert not marker.exists()


def test_a_real_network_with_a_hostile_neighbour_is_refused(tmp_path: Path) -> None:
    path = write_nvidia_pickle(tmp_path / "a.pkl", Style(size=8), nvidia_state(Style(size=8)))
    data = path.read_bytes()
    assert data.endswith(b"u.")
    path.write_bytes(data[:-2] + text("extra") + HOSTILE["a call"](tmp_path)[:-1] + b"u.")
    assert "os.system" in refusal(path).what
    assert not (tmp_path / "marker").exists()


@pytest.mark.parametrize("name", DAMAGED)
def test_what_is_no_pickle_is_refused(name: str, tmp_path: Path) -> None:
    path = tmp_path / "damaged.pkl"
    path.write_bytes(DAMAGED[name])
    refusal(path)


@pytest.mark.parametrize("name", USELESS)
def test_what_holds_no_network_is_named(name: str, tmp_path: Path) -> None:
    path = tmp_path / "other.pkl"
    path.write_bytes(USELESS[name])
    refusal(path)


def test_what_unfolds_without_end_is_refused(tmp_path: Path) -> None:
    for levels in (15, 30, 200):
        path = tmp_path / "bomb.pkl"
        path.write_bytes(doubling(levels))
        refusal(path)


def test_more_steps_than_any_network_needs_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "MOST_STEPS", 1000)
    with pytest.raises(UnreadablePickleError, match="1,000 steps"):
        read_one(BytesIO(b"N0" * 1000 + b"N."))


def test_a_pickle_that_is_cut_off_anywhere_is_refused(tmp_path: Path) -> None:
    style = Style(size=8)
    data = write_nvidia_pickle(tmp_path / "a.pkl", style, nvidia_state(style)).read_bytes()
    for part in range(50):
        path = tmp_path / "cut.pkl"
        path.write_bytes(data[: len(data) * part // 50])
        refusal(path)


def test_a_pickle_with_changed_bytes_is_read_or_refused_in_words(tmp_path: Path) -> None:
    style = Style(size=8, channel_max=4, layers=2, z_size=4, w_size=4)
    data = write_nvidia_pickle(tmp_path / "a.pkl", style, nvidia_state(style)).read_bytes()
    stream = random.Random(0)
    path = tmp_path / "changed.pkl"
    refused = 0
    for _ in range(120):
        changed = bytearray(data)
        for _ in range(stream.randint(1, 8)):
            changed[stream.randrange(len(data))] = stream.randrange(256)
        path.write_bytes(changed)
        try:
            rebuild_pickle(path)
        except Problem:
            refused += 1
    assert refused > 25


@pytest.mark.parametrize(
    ("offset", "size", "stride"),
    [
        (0, (1 << 20,), (0,)),
        (0, (9,), (1 << 30,)),
        (1 << 35, (2,), (1,)),
        (0, (2, 9), (1, 1)),
        (0, (17,), (1,)),
    ],
)
def test_a_tensor_that_claims_more_than_is_there_is_refused(
    tmp_path: Path, offset: int, size: tuple[int, ...], stride: tuple[int, ...]
) -> None:
    path = tmp_path / "claims.pkl"
    function, arguments = torch.zeros(16).__reduce_ex__(2)
    claim = _Calls(function, arguments[0], offset, size, stride, *arguments[4:])
    path.write_bytes(pickle.dumps({"a": claim}))
    with pytest.raises(UnreadablePickleError, match="more numbers than there are"):
        read_pickled_networks(path).tensors["a"]


def test_tensors_that_come_to_more_than_the_file_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "copies.pkl"
    tensor = torch.zeros(1 << 18)  # a megabyte, of which the file keeps one
    function, arguments = tensor.__reduce_ex__(2)
    load, given = arguments[0].__reduce__()
    stored = _Calls(load, *given)
    copies = {f"copy {number}": _Calls(function, stored, *arguments[1:]) for number in range(30)}
    path.write_bytes(pickle.dumps(copies))
    with pytest.raises(UnreadablePickleError, match="room"):
        dict(read_pickled_networks(path).tensors)


def test_plain_dictionaries_of_tensors_and_arrays_are_read(tmp_path: Path) -> None:
    path = tmp_path / "weights.pkl"
    array = np.asfortranarray(np.arange(6, dtype=np.float64).reshape(2, 3))
    content = {"net": {"a": torch.arange(6.0).reshape(2, 3).T, "b": array, "steps": np.float32(3.5), "n": 7}}
    content["net"]["flags"] = torch.tensor([True, False])
    for protocol in (2, 4):
        path.write_bytes(pickle.dumps(content, protocol=protocol))
        found = read_pickled_networks(path)
        assert list(found.tensors) == ["net.a", "net.b", "net.flags"]
        assert torch.equal(found.tensors["net.a"], torch.arange(6.0).reshape(2, 3).T)
        assert torch.equal(found.tensors["net.b"], torch.arange(6.0).reshape(2, 3))
        assert found.tensors["net.flags"].tolist() == [True, False]
        assert found.settings["net.n"] == 7
        assert found.settings["net.steps"] == 3.5


def test_numbers_from_a_gpu_are_read(tmp_path: Path) -> None:
    path = tmp_path / "weights.pkl"
    function, arguments = torch.arange(3.0).__reduce_ex__(2)
    load, (stored,) = arguments[0].__reduce__()
    there = stored.replace(b"ctorch\nFloat", b"ctorch.cuda\nFloat").replace(b"\x03\0\0\0cpu", b"\x06\0\0\0cuda:0")
    assert len(there) == len(stored) + 8
    path.write_bytes(pickle.dumps({"a": _Calls(function, _Calls(load, there), *arguments[1:])}))
    assert read_pickled_networks(path).tensors["a"].tolist() == [0, 1, 2]


def test_other_networks_are_told_by_what_they_are(tmp_path: Path) -> None:
    path = tmp_path / "other.pkl"
    path.write_bytes(pickle.dumps({"G_ema": {"layers.0.weight": torch.zeros(2)}}))
    assert "layers.0.weight" in refusal(path).what
    path.write_bytes(pickle.dumps({"Gs": {"4x4/Dense/weight": torch.zeros(2)}}))
    assert "TensorFlow" in refusal(path).what
    torch.save({"a": torch.zeros(2)}, path)
    assert "weights of an unknown network" in refusal(path).what
    path.write_bytes(b"")
    assert "empty" in refusal(path).what


def test_a_network_of_a_plain_class_is_taken_apart_without_its_class(tmp_path: Path) -> None:
    path = tmp_path / "module.pkl"
    path.write_bytes(pickle.dumps(torch.nn.Sequential(torch.nn.Linear(2, 3), torch.nn.ReLU())))
    found = read_pickled_networks(path)
    assert list(found.tensors) == ["0.weight", "0.bias"]
    assert found.settings["0.in_features"] == 2


def test_names_stay_names() -> None:
    made = read_one(BytesIO(b"cfoo\nBar\n(K\x01tR."))
    assert isinstance(made, Made)
    assert made.maker == Named("foo", "Bar")
    assert made.arguments == (1,)
    with pytest.raises(HostilePickleError, match=r"shutil\.rmtree"):
        read_one(BytesIO(b"cshutil\nrmtree\n(X\x01\x00\x00\x00/tR."))


@pytest.mark.parametrize("parts", [text("module") + b"K\x05", b"K\x05" + text("name"), b"K\x05K\x05"])
def test_a_name_of_two_parts_that_are_not_both_text_is_refused(parts: bytes) -> None:
    with pytest.raises(UnreadablePickleError):
        read_one(BytesIO(b"\x80\x04" + parts + b"\x93."))
    assert read_one(BytesIO(b"\x80\x04" + text("module") + text("name") + b"\x93.")) == Named("module", "name")


def test_what_torch_save_made_of_a_generator_is_read_as_the_pickle_is(tmp_path: Path) -> None:
    style = Style(size=16)
    state = nvidia_state(style)
    expected = rebuild_pickle(write_nvidia_pickle(tmp_path / "cats.pkl", style, state))
    saved = save_nvidia_generator(tmp_path / "cats.pt", style, state)
    assert is_pickled_style(saved)
    found = rebuild_pickle(saved)
    ws = torch.randn(1, style.styles, style.w_size, generator=torch.Generator().manual_seed(1))
    assert torch.equal(found.networks["generator"](ws), expected.networks["generator"](ws))
    assert (found.layout, found.choices, found.problems) == ("StyleGAN2", (), ())


@pytest.mark.parametrize("damage", ["cut", "storage", "count"])
def test_a_damaged_one_of_torch_save_is_told(tmp_path: Path, damage: str) -> None:
    style = Style(size=16)
    saved = save_nvidia_generator(tmp_path / "cats.pt", style, nvidia_state(style))
    if damage == "cut":
        saved.write_bytes(saved.read_bytes()[:-4000])
    else:
        with zipfile.ZipFile(saved) as old:
            parts = {info.filename: old.read(info) for info in old.infolist()}
        name = next(name for name in parts if name.endswith("/data/3"))
        parts[name] = b"" if damage == "count" else parts[name]
        with zipfile.ZipFile(saved, "w") as new:
            for own, data in parts.items():
                if damage == "count" or own != name:
                    new.writestr(own, data)
    assert "cannot be read" in refusal(saved).what


@pytest.mark.parametrize(
    ("names", "called"),
    [
        (("Gs.mapping.Dense0/weight", "Gs.synthesis.4x4/Const/StyleMod/weight"), "the first one"),
        (("Gs.4x4/Dense/weight", "Gs.ToRGB_lod0/weight"), "Progressive GAN"),
        (("style.1.weight", "conv1.conv.modulation.weight", "to_rgbs.0.iwt.ll"), "SWAGAN"),
        (("g.module.init.init.0.weight_orig", "g.module.se_64.main.1.weight_orig"), "FastGAN"),
        (("GAN.GE.initial_block", "GAN.GE.blocks.0.to_style1.weight"), "StyleGAN2 of lucidrains"),
    ],
)
def test_relatives_are_told_by_their_name(names: tuple[str, ...], called: str) -> None:
    tensors = {name: torch.zeros(4, 4) for name in names}
    with pytest.raises(Problem, match=called) as told:
        stylegan2.rebuild(tensors, {})
    assert "ONNX" in told.value.hint
    stylegan2.rebuild({"layers.0.weight": torch.zeros(2)}, {})


@pytest.mark.parametrize("clamp", [float("nan"), -1.0, 0.0, float("inf")])
def test_a_clamp_that_none_can_be_is_refused(tmp_path: Path, clamp: float) -> None:
    style = Style(size=16, clamp=clamp)
    path = write_nvidia_pickle(tmp_path / "cats.pkl", style, nvidia_state(style))
    assert "clamps its activations" in refusal(path).what


def test_a_list_as_arguments_is_not_copied_for_every_object(tmp_path: Path) -> None:
    path = tmp_path / "lists.pkl"
    some = b"]q\x00(" + b"N" * 1000 + b"e0ctorch.nn.modules.linear\nLinear\nq\x01"
    path.write_bytes(b"\x80\x02" + some + b"(" + b"h\x01h\x00\x81" * 100 + b"l.")
    with pytest.raises(Problem, match="is damaged or no pickle"):
        read_pickled_networks(path)
