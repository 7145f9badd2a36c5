"""What each input of a model is for, and what a model is, told from shapes, types and names alone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from explorer.core.models.graph import Port
from explorer.core.models.inputs import Held, Sources, sources, vector_size
from explorer.core.models.roles import Frame, frame, roles, told_roles


def ports(words: str) -> tuple[Port, ...]:
    """From "name:N,4 name:2,2:int64"; float32 where no type is told."""
    found = []
    for word in words.split():
        name, sizes, *dtype = word.split(":")
        shape = tuple(int(size) if size.lstrip("-").isdigit() else size for size in sizes.split(",") if size)
        found.append(Port(name, dtype[0] if dtype else "float32", shape))
    return tuple(found)


def told(words: str) -> str:
    """As "main+more/label held=kind", or "" where it is not understood."""
    found = sources(ports(words))
    if found is None:
        return ""
    main = "+".join(port.name for port in (found.main, *found.more))
    label = f"/{found.label.name}" if found.label else ""
    return " ".join([main + label, *(f"{held.port.name}={held.kind}" for held in found.held)])


@pytest.mark.parametrize(
    ("inputs", "means"),
    [
        ("x:N,4", "x"),
        ("x:N,4:uint8", "x"),
        ("x:N,4:int64", ""),
        ("x:", ""),
        ("x:1,2,3,4,5", ""),
        ("z:N,4 y:N:int64", "z/y"),
        ("y:N:int64 z:N,4", "z/y"),
        ("y:N:int64 c:N:int64 z:N,4", ""),
        ("y:N,1:int64 z:N,4", "z/y"),
        ("y:N,1,1:int64 z:N,4", ""),
        ("y:N:int64 c:N:int64", ""),
        ("z:N,4 words:N,7:string", ""),
        ("z:N,4 c:N,10", "z/c"),
        ("z:N,4 Y:N,10", "z/Y"),
        ("a:N,4 one_hot:N,10", "a/one_hot"),
        ("onehot:N,10 a:N,4", "a/onehot"),
        ("a:N,4 b:N,10", "a/b"),
        ("a:N,4 latent_b:N,10", "a+latent_b"),
        ("a:N,4 z2:N,10", "a+z2"),
        ("a:N,4 b:N,10,1", "a+b"),
        ("a:N,4 b:N,k", ""),
        ("a:N,4 b:N,3 c_code:N,2", "a+b+c_code"),
        ("a:N,4 b:N,3 class:N,2", "a+b/class"),
        ("a:N,4 x:N,3,8,k", ""),
        ("z:4 b:N,4,1", ""),
        ("z:N,4 psi:", "z psi=truncation"),
        ("z:N,4 truncation:1", "z truncation=truncation"),
        ("z:N,4 psi:N", "z psi=truncation"),
        ("z:N,4 psi:1,1", "z psi=truncation"),
        ("z:N,4 psi:1,1,1", "z+psi"),
        ("z:N,4 psi:1:int64", "z/psi"),
        ("z:N,4 alpha:1", "z alpha=number"),
        ("z:N,4 alpha:1:float64", "z alpha=number"),
        ("z:N,4 alpha:N,1", "z/alpha"),
        ("z:N,4 label_scale:1,1", "z/label_scale"),
        ("z:N,4 seed:1:int64", "z seed=seed"),
        ("z:N,4 random:N:int32", "z random=seed"),
        ("z:N,4 seed:N,4:int64", "z/seed"),
        ("z:N,4 is_on::bool", "z is_on=switch"),
        ("z:N,4 is_on:N,4:bool", "z is_on=switch"),
        ("z:N,4 noise:N,1,4,4", "z noise=noise"),
        ("z:N,4 noise:N,1,4,4 other:1,2,16,8", "z noise=noise other=noise"),
        ("z:N,4 noise:N,1,3,4", ""),
        ("z:N,4 noise:N,1,4,3", ""),
        ("z:N,4 noise:N,1,4,k", ""),
        ("z:N,4 noise:N,c,4,4", ""),
        ("x:N,3,8,8 noise:N,1,4,4", ""),
        ("x:N,1 noise:N,1,4,4", ""),
        ("x:N,3,8,8 y:N:int64", "x/y"),
        ("z:N,4 y:N:int64 psi:1 noise:N,1,4,4 seed:1:int32", "z/y psi=truncation seed=seed noise=noise"),
        (" ".join(["z:N,4", *(f"noise{number}:N,1,4,4" for number in range(64))]), ""),
    ],
)
def test_inputs_are_told_apart(inputs: str, means: str) -> None:
    assert told(inputs) == means


def test_as_many_inputs_as_a_style_based_generator_takes_are_understood() -> None:
    words = " ".join(["z:N,4", *(f"noise{number}:N,1,4,4" for number in range(63))])
    found = sources(ports(words))
    assert found is not None
    assert len(found.held) == 63


@pytest.mark.parametrize(
    ("sizes", "numbers"),
    [
        ("5", 5),
        ("N", 0),
        ("N,5", 5),
        ("N,-5", 0),
        ("N,1", 1),
        ("N,k", 0),
        ("N,5,1,1", 5),
        ("N,1,1,5", 5),
        ("N,1,5,2", 0),
        ("N,1,k,1", 0),
        ("N,1,1", 1),
        ("1,5,1", 5),
        ("2,5,1", 0),
        ("2,5,1,1", 5),
    ],
)
def test_the_numbers_of_a_vector_are_counted(sizes: str, numbers: int) -> None:
    assert vector_size(ports(f"z:{sizes}")[0].shape) == numbers


@pytest.mark.parametrize(
    ("inputs", "batch", "parts", "width", "classes"),
    [
        ("z:N,4", "dynamic", (4,), 4, 0),
        ("z:3,4", 3, (4,), 4, 0),
        ("z:4", 1, (4,), 4, 0),
        ("x:3,8,8", 1, (0,), 0, 0),
        ("x:N,8,8", 1, (0,), 0, 0),
        ("z:N,1,4", "dynamic", (4,), 4, 0),
        ("x:N,3,8,8", "dynamic", (0,), 0, 0),
        ("z:N,4 c_code:N,3", "dynamic", (4, 3), 7, 0),
        ("z:N,4 c:N,10", "dynamic", (4,), 4, 10),
        ("z:N,4 c:N,1:int64", "dynamic", (4,), 4, 0),
        ("z:N,4 c:N:int64", "dynamic", (4,), 4, 0),
    ],
)
def test_what_inputs_hold_is_counted(
    inputs: str, batch: int | str, parts: tuple[int, ...], width: int, classes: int
) -> None:
    found = sources(ports(inputs))
    assert found is not None
    assert (found.batch, found.parts, found.width, found.classes) == (batch, parts, width, classes)
    assert found.one_hot == (classes > 0)


def test_latents_are_fed_to_their_parts_in_order() -> None:
    found = sources(ports("z:N,2 c_code:N,3,1,1:float16"))
    assert found is not None
    fed = found.latents(np.arange(10, dtype=np.float32).reshape(2, 5))
    assert fed["z"].tolist() == [[0, 1], [5, 6]]
    assert fed["c_code"].shape == (2, 3, 1, 1)
    assert fed["c_code"].ravel().tolist() == [2, 3, 4, 7, 8, 9]
    assert fed["c_code"].dtype == np.float16
    assert Sources(ports("z:3")[0]).latents(np.ones((1, 3), np.float32))["z"].shape == (3,)


def test_a_class_and_what_is_held_are_fed_beside() -> None:
    for words, fed in {
        "z:N,4 c:N,3": [[0, 0, 1]] * 2,
        "z:N,4 c:N:int64": [2, 2],
        "z:N,4 c:N,1:int64": [[2], [2]],
        "z:N,4 c::int64": 2,
        "z:N,4 psi:1": [1],
        "z:N,4 psi:N": [1, 1],
        "z:N,4 alpha:": 1,
        "z:N,4 seed:1:int64": [0],
        "z:N,4 on:N:bool": [False, False],
    }.items():
        found = sources(ports(words))
        assert found is not None
        (value,) = found.beside(2, 2).values()
        assert value.tolist() == fed
        assert value.dtype == ports(words)[1].dtype


@pytest.mark.parametrize(("rows", "fed"), [("N", 3), ("1", 1), ("2", 2)])
def test_noise_is_the_same_for_every_picture(rows: str, fed: int) -> None:
    held = Held(ports(f"noise:{rows},2,4,4")[0], "noise")
    value = held.value(3)
    assert value.shape == (fed, 2, 4, 4)
    assert np.array_equal(value[0], np.random.RandomState(0).standard_normal((2, 4, 4)).astype(np.float32))
    assert (value == value[0]).all()
    assert held.follows_batch == (rows == "N")
    assert "one fixed noise" in held.says
    assert not Held(ports("psi:")[0], "truncation").follows_batch


@pytest.mark.parametrize(
    ("sizes", "batch", "lies"),
    [
        ("N,3,8,9", "", "NCHW 8 9 3"),
        ("N,1,8,9", "", "NCHW 8 9 1"),
        ("N,4,8,9", "", "NCHW 8 9 4"),
        ("N,5,8,9", "", ""),
        ("N,8,9,3", "", "NHWC 8 9 3"),
        ("N,8,9,4", "", "NHWC 8 9 4"),
        ("N,4,8,4", "", "NCHW 8 4 4"),
        ("N,3,h,w", "", "NCHW 0 0 3"),
        ("N,3,4,8192", "", "NCHW 4 8192 3"),
        ("N,3,3,8", "", ""),
        ("N,3,8,8193", "", ""),
        ("3,8,9", "", "NCHW 8 9 3"),
        ("8,9,3", "", "NHWC 8 9 3"),
        ("N,8,9", "", "NCHW 8 9 1"),
        ("6,8,9", "", ""),
        ("6,8,9", 6, "NCHW 8 9 1"),
        ("6,8,3", 6, "NHWC 6 8 3"),
        ("N,2,9", "", ""),
        ("64", "", "flat 8 8 1"),
        ("N,48", "", "flat 4 4 3"),
        ("N,16", "", "flat 4 4 1"),
        ("N,9", "", ""),
        ("N,50", "", ""),
        ("8,9", 1, "NCHW 8 9 1"),
        ("8,64", 1, "NCHW 8 64 1"),
        ("8,64", 8, "flat 8 8 1"),
        ("1,64", 1, "flat 8 8 1"),
        ("1,2,3,8,8", "", ""),
    ],
)
def test_where_pictures_lie_in_a_tensor(sizes: str, batch: int | str, lies: str) -> None:
    found = frame(ports(f"x:{sizes}")[0].shape, batch)
    assert ("" if found is None else f"{found.layout} {found.height} {found.width} {found.channels}") == lies


@pytest.mark.parametrize(
    ("inputs", "outputs", "kind"),
    [
        ("z:N,4", "x:N,3,8,8", "generator x"),
        ("z:N,4", "x:N,64", "generator x"),
        ("z:N,64", "x:N,64", "critic-like"),
        ("z:N,65", "x:N,64", ""),
        ("z:N,65536", "x:N,3,8,8", "generator x"),
        ("z:N,65537", "x:N,3,8,8", ""),
        ("z:N,4", "small:N,3,4,4 x:N,3,8,8 other:N,1", "generator x"),
        ("z:N,4 y:N:int64", "x:N,3,8,8", "generator x"),
        ("x:N,3,8,8", "y:N,3,16,16", "translator y"),
        ("x:N,4,8,8", "y:N,3,16,16", ""),
        ("x:N,3,8,8 y:N:int64", "z:N,4", ""),
        ("x:N,3,8,8", "s:N,1", "critic s"),
        ("x:N,3,8,8", "s:N", "critic s"),
        ("x:N,3,8,8", "s:N,1,1,1", "critic s"),
        ("x:N,3,8,8", "z:N,2", "encoder z"),
        ("x:N,3,8,8", "z:N,4,1,1", "encoder z"),
        ("x:N,3,8,8", "z:N,6,5,7", ""),
        ("x:N,3,8,8", "z:N,65536", "encoder z"),
        ("x:N,3,8,8", "z:N,65537", ""),
        ("x:N,64", "z:N,62", "encoder z"),
        ("x:N,64", "z:N,63", "encoder z"),
        ("x:N,3,8,8", "z:N,4 s:N,1", "encoder z"),
        ("x:N,3,8,8", "s:N,1 z:N,4", "critic s"),
        ("x:3,8,8", "z:5", "critic z"),
    ],
)
def test_a_model_is_what_its_shapes_show(inputs: str, outputs: str, kind: str) -> None:
    found_in = sources(ports(inputs))
    assert found_in is not None
    found = roles(found_in, ports(outputs))
    if kind == "critic-like":  # as many numbers in as out: rows, not pictures
        assert found is None or found.kind != "generator"
        return
    assert ("" if found is None else f"{found.kind} {found.result.name}") == kind


def test_rows_are_pictures_of_any_sides_where_a_person_says_so() -> None:
    lies = Frame("flat", 4, 6, 1)
    of, rows = sources(ports("z:N,30")), ports("a:N,7 x:N,24")
    assert of is not None
    found = told_roles(of, rows, lies)
    assert found is not None
    assert (found.kind, found.result.name, found.drawn, found.numbers) == ("generator", "x", lies, 24)
    assert told_roles(of, rows, replace(lies, height=5)) is None
    assert told_roles(of, rows, replace(lies, channels=0)) is None
    pictures = sources(ports("x:N,3,8,8"))
    assert pictures is not None
    assert told_roles(pictures, rows, lies) is None
