"""Files that lie, break off or want code to be run are refused in a sentence of their own; nothing of them is run."""

from __future__ import annotations

import io
import json
import os
import pickle
import random
import re
import struct
import zipfile
from argparse import Namespace
from collections import Counter, defaultdict, deque, namedtuple
from datetime import date
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file
from torch import nn

from explorer.core.models.file_kinds import WEIGHTS
from explorer.core.problem import Problem
from explorer.core.processes.child import ask
from explorer.training.weight_import import converting, forms
from explorer.training.weight_import.converting import convert
from explorer.training.weight_import.pickles import listing
from explorer.training.weight_import.pickles.apart import beside
from explorer.training.weight_import.tensors import read_tensors
from explorer.training.weight_import.weights import read_weights

GENERATOR = nn.Sequential(nn.Linear(5, 16), nn.ReLU(), nn.Linear(16, 64), nn.Tanh())


class Trap:
    """Touches a file when it is unpickled."""

    def __init__(self, call, *arguments):
        self._call, self._arguments = call, arguments

    def __reduce__(self):
        return self._call, self._arguments


class Mine(nn.Module):
    """A generator of somebody's own class."""

    def __init__(self):
        super().__init__()
        self.body = nn.Linear(5, 64)


def refused(path: Path, words: str) -> Problem:
    """What a conversion, and a reading in this process, say of a file; both leave nothing behind."""
    out = path.parent / "out"
    with pytest.raises(Problem, match=words) as told:
        convert(path, out)
    assert not out.exists()
    assert path.name in told.value.what
    assert told.value.hint
    with pytest.raises(Problem, match=words):
        read_weights(path)
    return told.value


def resaved(path: Path, target: Path, change, compression=zipfile.ZIP_STORED) -> Path:
    """A copy of one of PyTorch's zips with other contents."""
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(target, "w", compression) as new:
        for info in old.infolist():
            new.writestr(info.filename, change(info.filename, old.read(info)))
    return target


@pytest.fixture
def whole(tmp_path):
    torch.save(GENERATOR.state_dict(), tmp_path / "whole.pt")
    return tmp_path / "whole.pt"


@pytest.fixture
def marker(tmp_path, monkeypatch):
    """A file that a trap would make."""
    place = tmp_path / "marker"
    yield place
    assert not place.exists(), "a file of weights ran code"


def traps(marker: Path):
    touch = f"open({str(marker)!r}, 'w').close()"
    return {
        "os.system": Trap(os.system, f"touch {marker}"),
        "builtins.exec": Trap(exec, touch),
        "builtins.eval": Trap(eval, touch),
        "subprocess.Popen": Trap(__import__("subprocess").Popen, ["touch", str(marker)]),
        "pathlib.Path.touch": Trap(Path.touch, marker),
    }


@pytest.mark.parametrize(
    "name", ["os.system", "builtins.exec", "builtins.eval", "subprocess.Popen", "pathlib.Path.touch"]
)
@pytest.mark.parametrize("form", ["pickle-0", "pickle-2", "pickle-4", "zip", "legacy"])
def test_a_pickle_that_would_touch_a_marker_is_refused(tmp_path, marker, name, form, request):
    if name != "os.system":  # one of each form in a child
        request.getfixturevalue("converts_here")
    trap, path = traps(marker)[name], tmp_path / "trap.pt"
    content = {"state_dict": {"0.weight": torch.rand(16, 5), "more": trap}}
    if form.startswith("pickle"):
        path.write_bytes(pickle.dumps({"more": trap}, protocol=int(form[-1])))
    else:
        torch.save(content, path, _use_new_zipfile_serialization=form == "zip")
    refused(
        path,
        "when it is loaded, which no weights need; nothing was run|objects of|is damaged|not a file of weights",
    )


def test_a_trap_in_the_last_of_the_old_forms_pickles_is_seen(tmp_path, marker):
    path = tmp_path / "trap.pt"
    torch.save({"0.weight": torch.rand(3, 3)}, path, _use_new_zipfile_serialization=False)
    data = path.read_bytes()
    stop = data.rindex(b"]q\x00")  # the keys of the storages
    path.write_bytes(data[:stop] + pickle.dumps(traps(marker)["os.system"], 2)[2:])
    refused(path, "would run .*system when it is loaded")


def test_a_whole_module_is_refused_with_the_class_that_it_wants(tmp_path):
    for name, new in (("new.pt", True), ("old.pt", False)):
        torch.save(Mine(), tmp_path / name, _use_new_zipfile_serialization=new)
        told = refused(
            tmp_path / name, r"holds a whole module \(.*test_rebuilding_hostile\.Mine\), which only runs with"
        )
        assert "torch.save(model.state_dict()" in told.hint


def test_objects_of_a_program_beside_the_tensors_are_named(tmp_path):
    from fractions import Fraction

    torch.save({"state_dict": GENERATOR.state_dict(), "share": Fraction(3)}, tmp_path / "odd.pt")
    refused(tmp_path / "odd.pt", "holds objects of fractions.Fraction beside its tensors")


def test_what_training_programs_keep_beside_their_weights_is_passed_over(tmp_path):
    kept = {
        "G": GENERATOR.state_dict(),
        "args": Namespace(lr=0.1, folder=Path("runs")),
        "best": np.float64(0.25),
        "curve": np.arange(3.0),
        "rest": (range(3), slice(2), frozenset((1,)), 1j, bytearray(b"a"), date(2024, 5, 1), np.random.RandomState(1)),
        "optimizer": torch.optim.Adam(GENERATOR.parameters()).state_dict(),
    }
    torch.save(kept, tmp_path / "kept.pt")
    assert {"G.0.weight", "G.2.bias"} <= set(read_weights(tmp_path / "kept.pt").tensors)


def test_a_torchscript_program_is_refused(tmp_path):
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.jit.save(torch.jit.trace(GENERATOR, torch.rand(1, 5)), tmp_path / "script.pt")
    refused(tmp_path / "script.pt", "TorchScript program, which holds code")


@pytest.mark.parametrize("form", ["zip", "legacy", "safetensors"])
@pytest.mark.parametrize("part", [0.1, 0.5, 0.9, 0.99])
def test_files_that_break_off_are_called_so(tmp_path, form, part, request):
    if part != 0.5:
        request.getfixturevalue("converts_here")
    path = tmp_path / f"cut.{'safetensors' if form == 'safetensors' else 'pt'}"
    if form == "safetensors":
        save_file(GENERATOR.state_dict(), path)
    else:
        torch.save(GENERATOR.state_dict(), path, _use_new_zipfile_serialization=form == "zip")
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * part)])
    refused(path, r"damaged|cut off|has [\d,]+ bytes, which cannot be")


def test_a_packed_zip_is_refused(tmp_path, whole):
    path = resaved(whole, tmp_path / "bomb.pt", lambda _, data: data + bytes(10**7), zipfile.ZIP_DEFLATED)
    refused(path, "is packed, which PyTorch's own files never are")


def test_a_zip_that_claims_more_than_it_has_is_refused(tmp_path, whole):
    data = bytearray(whole.read_bytes())
    place = data.rindex(b"PK\x01\x02")
    data[place + 20 : place + 28] = struct.pack("<II", 2**31, 2**31)
    (tmp_path / "claims.pt").write_bytes(data)
    refused(tmp_path / "claims.pt", "claims to hold more than it has|damaged")


def test_numbers_below_a_wrong_checksum_are_refused(tmp_path, whole):
    data = bytearray(whole.read_bytes())
    data[data.index(GENERATOR[0].weight.detach().numpy().tobytes()) + 3] ^= 1
    damaged = tmp_path / "damaged.pt"
    damaged.write_bytes(data)
    refused(damaged, "damaged")
    with pytest.raises(Problem, match="damaged"):
        read_tensors(damaged)


def test_a_zip_with_two_parts_of_one_name_is_refused(tmp_path, whole):
    twice = tmp_path / "twice.pt"
    twice.write_bytes(whole.read_bytes())
    with zipfile.ZipFile(twice, "a") as archive, pytest.warns(UserWarning, match="Duplicate name"):
        archive.writestr("whole/data/0", bytes(320))
    refused(twice, "damaged")
    with pytest.raises(Problem, match="damaged"):
        read_tensors(twice)


@pytest.mark.parametrize("steps", [b"I1\n0", b"S'\\\xb4'\n0"])  # too many of them; a text with an escape that is none
def test_pickles_that_are_long_or_odd_are_refused_in_good_time(tmp_path, monkeypatch, steps):
    monkeypatch.setattr(listing, "MOST_STEPS", 1000)
    path = tmp_path / "long.pth"
    torch.save(GENERATOR.state_dict(), path, _use_new_zipfile_serialization=False)
    data = path.read_bytes()
    place = data.index(b"\x80\x02", 20)
    path.write_bytes(data[: place + 2] + steps * 1000 + data[place + 2 :])
    with pytest.raises(Problem, match="damaged"):
        forms.checked_form(path, path.stat().st_size)


def test_a_zip_that_was_written_without_checksums_opens(tmp_path):
    without = tmp_path / "without.pt"
    torch.serialization.set_crc32_options(False)
    try:
        torch.save(GENERATOR.state_dict(), without)
    finally:
        torch.serialization.set_crc32_options(True)
    assert torch.equal(read_weights(without).tensors["0.weight"], GENERATOR[0].weight)


def test_a_zip_of_absurdly_many_parts_is_refused(tmp_path, whole, monkeypatch):
    monkeypatch.setattr(forms, "MOST_ENTRIES", 3)
    with pytest.raises(Problem, match="parts, more than any model"):
        read_weights(whole)


@pytest.mark.parametrize(
    ("names", "words"),
    [
        (("readme.txt",), "without weights; it holds readme.txt"),
        ((), "it holds nothing"),
        (("metadata.json", "config.json", "model.weights.h5"), "is a Keras model"),
        (("e/archive_format", "e/data/weights/weight_0", "e/models/model.json"), "program that torch.export saved"),
        (("theirs/", "theirs/readme.md", "theirs/netG.pth"), "is a zip archive of files"),
        (("a/1.png", "a/2.JPG"), "is a zip archive of pictures"),
    ],
)
def test_an_archive_of_other_things_is_called_what_it_is(tmp_path, names, words):
    with zipfile.ZipFile(tmp_path / "other.pt", "w") as archive:
        for name in names:
            archive.writestr(name, "hello")
    refused(tmp_path / "other.pt", words)


def test_a_part_whose_bytes_are_not_those_that_were_saved_is_refused(tmp_path, whole):
    data = bytearray(whole.read_bytes())
    place = data.index(GENERATOR.state_dict()["0.weight"].numpy().tobytes())
    data[place + 2] ^= 1
    (tmp_path / "flipped.pt").write_bytes(data)
    refused(tmp_path / "flipped.pt", "is damaged or cut off")
    with pytest.raises(Problem, match="damaged"):
        read_tensors(tmp_path / "flipped.pt")


def test_an_archive_that_was_saved_without_sums_is_read(tmp_path):
    torch.serialization.set_crc32_options(False)
    try:
        torch.save(GENERATOR.state_dict(), tmp_path / "unsummed.pt")
    finally:
        torch.serialization.set_crc32_options(True)
    assert len(read_weights(tmp_path / "unsummed.pt").tensors) == len(GENERATOR.state_dict())


def test_words_of_libraries_never_reach_people(tmp_path, whole):
    """Bytes of the pickle, the list of parts and the header changed: whatever is refused is refused in plain words."""
    torch.save(GENERATOR.state_dict(), tmp_path / "old.pt", _use_new_zipfile_serialization=False)
    save_file(GENERATOR.state_dict(), tmp_path / "new.safetensors")
    said = set()
    for path, end in ((whole, None), (tmp_path / "old.pt", 800), (tmp_path / "new.safetensors", 400)):
        data = path.read_bytes()
        for seed in range(120):
            stream = random.Random(seed)
            mutant = bytearray(data)
            mutant[stream.randrange(end or len(data))] = stream.randrange(256)
            (tmp_path / f"mutant{path.suffix}").write_bytes(mutant)
            try:
                read_weights(tmp_path / f"mutant{path.suffix}")
            except Problem as problem:
                said.add(problem.what)
    words = " ".join(said)
    assert len(said) > 3
    assert not re.search(r"codec|miniz|deserializ|Stream|delimiter|%ld|enforce|storage key|\(\d+\)", words)


def test_a_tensor_that_repeats_one_number_for_ever_is_refused(tmp_path):
    torch.save({"0.weight": torch.zeros(1).expand(60_000, 60_000)}, tmp_path / "expanded.pt")
    refused(tmp_path / "expanded.pt", "claims more numbers than there are")


def test_a_storage_of_more_than_there_is_is_refused(tmp_path):
    path = tmp_path / "huge.pt"
    torch.save({"0.weight": torch.zeros(64)}, path, _use_new_zipfile_serialization=False)
    data = path.read_bytes()
    number = struct.pack("<B", 64)
    place = data.index(b"cpuq") + 5
    assert data[place : place + 2] == b"K" + number
    path.write_bytes(data[:place] + b"\x8a\x06" + (2**45).to_bytes(6, "little") + data[place + 2 :])
    refused(path, "claims to hold more than it has|damaged or cut off")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (struct.pack("<Q", 2**60) + b"{}", "has 1,152,921,504,606,846,976 bytes, which cannot be"),
        (struct.pack("<Q", 0) + b"{}", "has 0 bytes, which cannot be"),
        (struct.pack("<Q", 20_000) + b'{"a":' * 4_000, "nested without need"),
        (
            struct.pack("<Q", 4_000) + b'{"a": "' + b"{" * 4_000,
            "header of .* is nested|header of .* is damaged",
        ),
        (struct.pack("<Q", 8) + b'{"a": 3}', "header of .* is damaged"),
        (struct.pack("<Q", 8) + b"\xff" * 8, "header of .* is damaged"),
        (struct.pack("<Q", 35) + b'{"a": {"data_offsets": [0, 1e999]}}', "header of .* is damaged"),
    ],
    ids=["long", "empty", "deep", "unended", "odd", "binary", "endless"],
)
def test_headers_of_safetensors_that_cannot_be_are_refused(tmp_path, content, words):
    (tmp_path / "bad.safetensors").write_bytes(content)
    refused(tmp_path / "bad.safetensors", words)


def test_offsets_of_safetensors_beyond_the_file_are_refused(tmp_path):
    entry = {"a": {"dtype": "F32", "shape": [2**40], "data_offsets": [0, 2**42]}}
    header = json.dumps(entry).encode()
    (tmp_path / "far.safetensors").write_bytes(struct.pack("<Q", len(header)) + header + bytes(64))
    refused(tmp_path / "far.safetensors", "cut off: tensors that it lists are not in it")


@pytest.mark.parametrize("ending", WEIGHTS)
def test_a_folder_with_the_name_of_a_file_is_refused(tmp_path, ending):
    path = tmp_path / f"folder{ending}"
    path.mkdir()
    refused(path, "is a folder, not a file of weights")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_pipe_is_not_awaited(tmp_path):
    os.mkfifo(tmp_path / "pipe.pt")
    refused(tmp_path / "pipe.pt", "is a device or a pipe")


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="no such device here")
def test_a_link_to_a_device_is_not_followed(tmp_path):
    (tmp_path / "zero.pt").symlink_to("/dev/zero")
    refused(tmp_path / "zero.pt", "is a device or a pipe")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b"hello, world, this is text", "is not a file of weights"),
        (b"version https://git-lfs.github.com/spec/v1\n", "Git LFS pointer"),
        (b"<!DOCTYPE html><html>", "it is a web page"),
        (b"\x89HDF\r\n\x1a\n" + bytes(32), "HDF5 file, perhaps of Keras"),
        (b"\x1f\x8b" + bytes(32), "gzip archive"),
        (pickle.dumps({"a": 1}), "is a Python pickle that PyTorch did not write"),
        (pickle.dumps([[[]]] * 9)[:-4], "damaged or cut off"),
    ],
)
def test_other_kinds_of_file_are_called_what_they_are(tmp_path, content, words):
    (tmp_path / "other.ckpt").write_bytes(content)
    refused(tmp_path / "other.ckpt", words)


def test_a_file_that_needs_more_memory_than_there_is_says_so_before_it_is_read(whole, monkeypatch):
    monkeypatch.setattr(forms, "available_memory", lambda: 2**20)
    with pytest.raises(Problem, match=r"would need about \d+\.\d GB of memory, and there are 0\.0 GB"):
        convert(whole, whole.parent / "out")


def test_a_file_larger_than_any_that_is_read_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(forms, "LARGEST_FILE", 100)
    (tmp_path / "large.pt").write_bytes(bytes(101))
    with pytest.raises(Problem, match="is larger than"):
        convert(tmp_path / "large.pt", tmp_path / "out")


def test_weights_of_a_training_that_failed_are_refused(tmp_path):
    state = {name: torch.full_like(tensor, torch.nan) for name, tensor in GENERATOR.state_dict().items()}
    torch.save(state, tmp_path / "nan.pt")
    with pytest.raises(Problem, match="not finite numbers: its training had failed"):
        convert(tmp_path / "nan.pt", tmp_path / "out")


def test_a_name_that_cannot_be_is_refused(tmp_path):
    with pytest.raises(Problem, match="There is no file"):
        convert(tmp_path / "missing.pt", tmp_path / "out")
    with pytest.raises(Problem, match="could not be read"):
        convert(Path("a\0b.pt"), tmp_path / "out")


def test_a_byte_buffer_of_opcodes_does_not_hang(tmp_path):
    path = tmp_path / "long.pt"
    stream = io.BytesIO()
    stream.write(b"\x80\x02")
    stream.write(b"]0" * 100_000 + b".")
    path.write_bytes(stream.getvalue())
    refused(path, "Python pickle that PyTorch did not write")


def _zip_of(path: Path, data: bytes) -> Path:
    """A zip as PyTorch writes it, around any pickle."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("archive/data.pkl", data)
        archive.writestr("archive/version", "3\n")
    return path


def test_a_pickle_that_asks_for_gigabytes_is_refused_with_little_memory(tmp_path: Path) -> None:
    size = (3 << 30).to_bytes(5, "little")
    asks = b"\x80\x02}X\x01\x00\x00\x00acbuiltins\nbytearray\n\x8a\x05" + size + b"\x85Rs."
    with pytest.raises(Problem, match="claims to hold more than it has"):
        convert(_zip_of(tmp_path / "huge.pt", asks), tmp_path / "out")


def test_a_key_that_takes_for_ever_to_hash_ends_the_reading(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def ask_hastily(_module: str, *more: object) -> object:
        return ask("tests.training.hasty_conversion", *more)

    monkeypatch.setattr(converting, "ask", ask_hastily)
    pairs = b"".join(b"h" + bytes([number - 1]) + b"\x86q" + bytes([number]) for number in range(1, 60))
    path = _zip_of(tmp_path / "slow.pt", b"\x80\x02})q\x00" + pairs + b"K\x01s.")
    with pytest.raises(Problem, match=r"slow\.pt takes too long to be read"):
        convert(path, tmp_path / "out")


def test_a_text_in_a_header_that_never_ends_is_looked_through_once(tmp_path: Path) -> None:
    header = b'{"' + b'\\"' * (2 << 20)
    path = tmp_path / "x.safetensors"
    path.write_bytes(struct.pack("<Q", len(header)) + header)
    with pytest.raises(Problem, match="is damaged"):
        read_weights(path)


class _Settings:
    def __init__(self) -> None:
        self.lr = 0.1


_Point = namedtuple("_Point", "x y")


@pytest.mark.parametrize(
    ("extra", "named"),
    [
        (defaultdict(list, {"losses": [1.0, 2.0]}), "builtin"),
        (deque([1, 2], maxlen=4), "collections.deque"),
        (Counter("abca"), ""),
        (_Settings(), "_Settings"),
        (_Point(1, 2), "_Point"),
        (range(3), "range"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_lies_beside_weights_is_passed_over_and_named(tmp_path, extra, named):
    path, state = tmp_path / "beside.pt", GENERATOR.state_dict()
    torch.save({"model": state, "extra": extra}, path)
    found = read_weights(path).tensors
    assert {name.removeprefix("model."): value.tolist() for name, value in found.items()} == {
        name: value.tolist() for name, value in state.items()
    }
    assert any(named in name for name in beside(path)) or not named


def test_an_object_beside_weights_is_never_made(tmp_path):
    marker = tmp_path / "marker"

    class Trap:
        def __reduce__(self) -> tuple[object, tuple[object, ...]]:
            return Path.touch, (marker,)

    path = tmp_path / "trap.pt"
    torch.save({"model": GENERATOR.state_dict(), "extra": Trap()}, path)
    with pytest.raises(Problem):
        read_weights(path)
    assert not marker.exists()
