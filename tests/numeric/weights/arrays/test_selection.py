"""What is beside a network is left out; where there is none that is read, what there is is said."""

import time
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from numeric import WeightFileError
from numeric.weights.arrays.choice import network_in
from numeric.weights.arrays.stored import parts, stored_of
from numeric.weights.given import reading
from tests.numeric.weights.arrays.test_layouts import C_AB, A, B, check, outputs

RNG = np.random.default_rng(3)
STATE = {"in_x": A, "in_y": B, "out": C_AB}
BIASED = {"in_x.bias": 0 * A[:, 0]} | {f"{k}.weight": x for k, x in STATE.items()}


def read(arrays: Any, **options: Any) -> Any:
    return network_in(stored_of(arrays), {}, **options)


def answers() -> Any:
    return outputs(STATE, lambda s, x, y: s["out"] @ (s["in_x"][:, x] + s["in_y"][:, y]) ** 2)


def hidden(*sizes: int) -> nn.Module:
    torch.manual_seed(0)
    layers: list[nn.Module] = []
    for m, n in pairwise(sizes):
        layers += [nn.Linear(m, n), nn.ReLU()]
    return nn.Sequential(*layers[:-1])


OTHERS: dict[str, tuple[Any, str]] = {
    "three inputs side by side": ({"W": np.ones((40, 30)), "V": np.ones((10, 40))}, "three inputs"),
    "three inputs": ({**STATE, "in_z": A}, "three inputs are not supported; there are in_x"),
    "four inputs": ({"W": np.ones((20, 20)), "V": np.ones((5, 20))}, "four inputs are not support"),
    "two hidden layers": (
        hidden(14, 64, 64, 7).state_dict(),
        "two hidden layers or more are not supported: 3 layers act in a row; there are 0.weight",
    ),
    "three hidden layers": (hidden(14, 32, 32, 32, 7).state_dict(), "4 layers act in a row"),
    "two hidden layers behind an embedding": (
        {"embed.weight": RNG.normal(size=(97, 32)), "1": RNG.normal(size=(128, 64)),
         "2": RNG.normal(size=(128, 128)), "3": RNG.normal(size=(97, 128))},
        "two hidden layers or more are not supported: 4 layers act in a row",
    ),
    "attention": (nn.TransformerEncoderLayer(32, 4).state_dict(), "attention is not supported"),
    "attention by its letters": (
        {"W_E": np.ones((32, 8)), "W_Q": np.ones((4, 8, 32)), "W_K": np.ones((4, 8, 32)),
         "W_V": np.ones((4, 8, 32)), "W_in": np.ones((64, 32)), "W_out": np.ones((32, 64))},
        "attention is not supported",
    ),
    "inputs of different sizes": (
        {"in_x": A[:, :3], "in_y": B[:, :6], "out": C_AB[:6]},
        "inputs of 3 and 6 values are not supported",
    ),
    "convolution": (
        nn.Sequential(nn.Conv1d(1, 4, 3), nn.Linear(20, 7)).state_dict(),
        "convolutions, and other arrays of more than two axes, are not supported",
    ),
    "normalisation": (
        {"fc1.weight": np.hstack([A, B]), "bn.weight": np.ones(15), "fc2.weight": C_AB},
        "bn.weight (15,) is of a layer that normalises, which is not read",
    ),
    "recurrence": (nn.GRU(7, 16).state_dict(), "no two-layer network was found; there are weight_"),
    "one matrix": ({"W": A}, "no two-layer network was found; there are W (15, 7)"),
    "nothing": ({}, "no two-layer network was found; there are no arrays"),
}  # fmt: skip


@pytest.mark.parametrize("name", OTHERS)
def test_another_network_is_one_line_that_says_what_was_found_and_what_is_read(name):
    arrays, message = OTHERS[name]
    with pytest.raises(WeightFileError) as caught:
        read(arrays)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)
    assert ("what is read has two inputs and one hidden layer" in str(caught.value)) == (
        name != "normalisation"
    )


def test_of_two_records_the_one_that_answers_is_read_in_any_order():
    """Also what is said of other layouts: the bias of a layer for both inputs may count twice."""
    k, t = np.repeat([1, 2, 3], 8), np.tile(np.arange(8) * np.pi / 8, 3)
    angle = 2 * np.pi / 7 * k * np.arange(7)[:, None]
    both = {"in.k": np.cos(angle + t).T, "in.b": np.full(24, 1e-4), "out.k": np.cos(angle + 2 * t)}
    records = [{f"{name}/{k}": x * size for k, x in both.items()}
               for name, size in (("first", 0), ("last", 1))]  # fmt: skip
    found, other = (read(one | two).notes for one, two in (records, records[::-1]))
    assert found[-2].startswith("there are 2 records of weights, and last is read")
    assert "whose bias is added for each input; this one answers x + y over Z7" in found[-1]
    assert other[-2:] == found[-2:]


BESIDE: dict[str, tuple[Any, str]] = {
    "the last of a list": (
        {"state_dicts": [{k: x * f for k, x in STATE.items()} for f in (0.1, 0.5, 1)]},
        "there are 3 records of weights, and state_dicts.2 is read; choose another with --keys, ",
    ),
    "the first of two": (
        {"model": STATE, "ema_model": {k: 2 * x for k, x in STATE.items()}},
        "there are 2 records of weights, and model is read; choose another with --keys, such as "
        "--keys ema_model",
    ),
    "the one without something more in its name": (
        {"model_ema": {k: 2 * x for k, x in STATE.items()}, "model": STATE},
        "there are 2 records of weights, and model is read; choose another with --keys, such as "
        "--keys model_ema",
    ),
    **{
        f"copies, {form}": (
            {**{form.format(*k.split(".")): 1 + x for k, x in BIASED.items()}, **BIASED},
            f"what is left out holds a copy by its names; --keys {form.format('in_x', 'weight')},",
        )
        for form in ("{}.{}_ema", "ema_{}.{}", "{}_old.{}")
    },
    "the first of two, below fewer names": (
        {"model": STATE, "ema": {"module": {k: 0 * x for k, x in STATE.items()}}},
        "there are 2 records of weights, and model is read; choose another with --keys, such as "
        "--keys ema.module",
    ),
    "copies beside it, with biases of their own": (
        {**STATE, **{f"ema.{k}": 0 * x for k, x in STATE.items()}, "ema.in_x_bias": A[:, 0]},
        "there are 2 records of weights, and in_x,in_y,out is read; choose another with --keys, "
        "such as --keys ema",
    ),
    "logits": (
        {**STATE, "test_logits": RNG.normal(size=(49, 7)), "pairs": np.ones((49, 2), dtype=int)},
        "left out: test_logits, pairs",
    ),
    "optimizer": (
        {"model": STATE, "opt": {"exp_avg": {k: 0 * x for k, x in STATE.items()}}, "losses": A[0]},
        "left out: opt.exp_avg.in_x, opt.exp_avg.in_y, opt.exp_avg.out, losses",
    ),
}


@pytest.mark.parametrize("name", BESIDE)
def test_what_is_beside_the_network_is_left_out_and_said(name):
    arrays, message = BESIDE[name]
    network = read(arrays)
    check(network, answers())
    assert any(note.startswith(message) for note in network.notes), network.notes


def test_names_without_end_or_that_a_terminal_would_obey_are_shown_as_text():
    start = time.perf_counter()
    network = read({**STATE, "a." * 100_000 + "b": A[:2, :2], "x\x1b[31m": np.ones(3)})
    assert time.perf_counter() - start < 5
    check(network, answers())
    assert "left out: a.a.a." in network.notes[1]
    assert network.notes[1].endswith(r", x\x1b[31m")
    assert len(network.notes[1]) < 300
    with pytest.raises(WeightFileError, match=r"x0 \(3, 4\), .*\(20000 in all\)"):
        read({f"x{i}": np.ones((3, 4)) for i in range(20_000)})
    assert time.perf_counter() - start < 30


def test_values_of_inputs_that_no_output_has_are_left_out():
    extra = RNG.normal(size=(15, 2))
    for more in (1, 2):
        inputs = {"in_x": np.hstack([A, extra[:, :more]]), "in_y": np.hstack([B, extra[:, :more]])}
        for last in (C_AB, np.vstack([C_AB, 0.01 * RNG.normal(size=(more, 15))])):
            found = reading({**inputs, "out": last})
            assert found.operation is not None
            assert str(found.weights.group) == "Z7"
            assert np.array_equal(found.weights.w_a, A.T)
            assert any("the other rows, columns and outputs are left out" in x for x in found.notes)


def test_keys_name_the_matrices_or_what_is_above_them():
    check(read({**STATE, "junk": A}, keys="in_x,in_y,out"), answers())
    check(read({**STATE, "junk": A}, keys=["in_x", " in_y", "out"]), answers())
    twice = {k: 2 * x for k, x in STATE.items()}
    check(read({"model": STATE, "ema": twice}, keys="ema"), 8 * answers())
    check(read({"a.b": STATE, "a.c": twice}, keys="a.c.in_x,a.c.in_y,a.c.out"), 8 * answers())
    check(read({"model": {"fc": STATE}}, keys="fc.in_x,in_y,out"), answers())
    # One layer, and its transposed, are a network.
    assert read({"m": STATE}, keys="in_x,in_y").width in (7, 15)


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ("in_x,in_y,nope", "keys='nope': it is not there; there are m.in_x (15, 7), m.in_y"),
        ("in_x,in_y,in_y,m.in_y", "an array is named twice; name each once"),
        ("", "keys='': it is not there"),
        ("v", "keys='v': it may be p.v or q.v"),
    ],
)
def test_keys_that_name_nothing_are_refused(keys, message):
    arrays = {"m": STATE, "p": {"v": A}, "q": {"v": B}}
    with pytest.raises(WeightFileError) as caught:
        read(arrays, keys=keys)
    assert message in str(caught.value)


def test_a_layout_that_does_not_fit_is_refused_with_those_that_do():
    for layout in ("(q,2d) (d,q)", "hello", ""):
        with pytest.raises(WeightFileError, match=r"do not fit it; they fit \(q,d\) \(q,d\) "):
            read(STATE, layout=layout)
    check(read(STATE, layout="(q,d)(q,d)( d , q )"), answers())
    assert read(STATE, layout="(d,q) (d,q) (q,d)").inputs == 15


def test_names_have_parts_and_nested_arrays_names():
    assert parts("model_state_dict.fc1.weight") == ["model_state_dict", "fc1", "weight"]
    assert parts("params/Dense_0/kernel") == ["params", "Dense_0", "kernel"]
    found = stored_of({"net": {"W": np.ones((2, 3))}, "epoch": 7})
    assert repr(found) == "{'net.W': Stored(shape=(2, 3), dtype='float64')}"
