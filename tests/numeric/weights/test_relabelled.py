"""Networks whose operation is an addition in disguise, relabelled, against their definition."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from algebra import AbelianGroup, optimizers
from algebra.groups.operation import operation
from numeric import embed
from numeric.operations.identify import identify
from numeric.weights import given as module, plain_network
from numeric.weights.given import over_a_group, relabelled
from numeric.weights.plain_network import TwoLayer, WeightFileError


def stored(group: str, p: Any = None, s: Any = None, r: Any = None, pads: int = 0) -> TwoLayer:
    """An exact optimizer, its rows permuted, and rows of noise after them."""
    w = embed(optimizers.nine_per_frequency(AbelianGroup(group)))
    d, rng = len(w.w_a), np.random.default_rng(0)
    rows = [x[np.arange(d) if q is None else q] for x, q in ((w.w_a, p), (w.w_b, s), (w.w_c, r))]
    a, b, c = (np.concatenate([x, 0.3 * rng.normal(size=(pads, x.shape[1]))]) for x in rows)
    return TwoLayer((a,), (b,), (c.T / (2 * d),))


def read(network: TwoLayer, **how: Any) -> tuple[Any, Any, tuple[str, ...]]:
    found = over_a_group(network, **how)
    return found.weights, found.operation, found.notes


def adds(weights: Any) -> bool:
    d, group = weights.group.order, weights.group
    every = np.arange(d)
    outputs = (weights.w_a[:, None] + weights.w_b[None]) ** 2 @ weights.w_c.T / (2 * d)
    wanted = np.eye(d)[group.add(every[:, None], every[None])]
    gap = outputs - outputs.mean(axis=2, keepdims=True) - wanted + 1 / d
    return bool(np.abs(gap).max() < 1e-9)


def test_the_answers_are_those_of_the_definition_in_pieces_too(
    monkeypatch,
):
    rng = np.random.default_rng(0)
    a, b, c = rng.normal(size=(5, 4)), rng.normal(size=(5, 4)), rng.normal(size=(4, 7))
    net = TwoLayer((a,), (b,), (c,), bias=rng.normal(size=4), activation="relu")
    wanted = [
        [int(np.argmax(np.maximum(a[x] + b[y] + net.bias, 0) @ c)) for y in range(5)]
        for x in range(5)
    ]
    assert net.table().tolist() == wanted
    monkeypatch.setattr(plain_network, "CHUNK", 80)
    assert net.table().tolist() == wanted


@pytest.mark.parametrize("group", ["Z7", "Z2xZ4", "Z2xZ3", "Z12"])
def test_any_renaming_is_found_and_undone(group):
    rng, d = np.random.default_rng(1), AbelianGroup(group).order
    net = stored(group, *(rng.permutation(d) for _ in "psr"))
    weights, found, notes = read(net)
    assert found is not None
    assert adds(weights)
    assert notes == (f"it answers {d * d} of {d * d} pairs as {found.name}",)
    assert (found.table() == net.table()).all()


def test_what_adds_stays_as_it_is():
    net = stored("Z7")
    weights, found, notes = read(net)
    assert (found, notes) == (None, ())
    assert (weights.w_a == net.first[0]).all()


def test_another_group_of_the_same_order_is_found_without_asking():
    for name in ("Z2xZ3", "Z4xZ2", "Z2xZ4"):
        weights, found, notes = read(stored(name))
        assert (str(weights.group), found) == (name, None)
        pairs = weights.group.order**2
        assert notes == (f"it answers {pairs} of {pairs} pairs as x + y over {name}",)
        assert adds(weights)


@pytest.mark.parametrize("pads", [1, 3])
@pytest.mark.parametrize("asked", [None, "Z13"])
def test_unused_rows_are_left_out(pads, asked):
    net = stored("Z13", pads=pads)
    weights, found, _ = read(net, group=asked and AbelianGroup(asked))
    assert found is not None
    assert found.numbers == (tuple(range(13)),) * 3
    assert (weights.w_a == net.first[0][:13]).all()
    assert adds(weights)


def test_biases_embeddings_and_biases_of_outputs_are_relabelled_with_their_rows():
    plain = stored("Z7", s=[0, 6, 5, 4, 3, 2, 1], r=[2, 0, 1, 3, 4, 5, 6])
    rng = np.random.default_rng(0)
    basis = np.linalg.qr(rng.normal(size=(9, 9)))[0][:7]
    shift = rng.normal(size=7)
    node = np.concatenate([plain.last[0], -np.ones((1, 1)) * shift])
    net = TwoLayer(
        (basis, basis.T @ np.c_[plain.first[0], np.full(7, 0.5)]),
        (np.c_[plain.second[0], np.full(7, 0.5)],),
        (node,),
        output_bias=shift,
    )
    weights, found, _ = read(net)
    assert found is not None
    assert found.name == "a renaming of the outputs of x - y over Z7"
    assert adds(weights)


def test_an_operation_that_is_asked_for_is_not_looked_for():
    net = stored("Z7")
    weights, found, notes = read(net, operation="x - y")
    assert found == operation("x - y", 7)
    assert notes == ("relabelled for x - y over Z7, as asked",)
    assert not adds(weights)
    net = stored("Z7", s=[0, 6, 5, 4, 3, 2, 1])
    for given in ("x - y", found, found.table()):
        assert adds(read(net, operation=given)[0])


def test_a_network_of_no_operation_stays_with_the_group_and_is_told_of():
    rng = np.random.default_rng(0)
    net = TwoLayer(
        (rng.normal(size=(11, 20)),), (rng.normal(size=(11, 20)),), (rng.normal(size=(20, 11)),)
    )
    weights, found, (note,) = read(net, group=AbelianGroup("Z11"))
    assert (weights.group, found) == (AbelianGroup("Z11"), None)
    assert note.startswith("its answers are those of no Abelian group: they form no Latin square")
    assert note == str(identify(net.table(), AbelianGroup("Z11")))


@pytest.mark.parametrize("asked", ["Z5", "Z9"])
def test_a_group_of_another_order_is_refused(asked):
    with pytest.raises(
        WeightFileError, match=f"{asked} has order {asked[1:]}, and the weights have d = 7; up"
    ):
        read(stored("Z7"), group=AbelianGroup(asked))


def test_of_many_elements_some_pairs_are_looked_at_first(monkeypatch):
    monkeypatch.setattr(module, "ALL", 5)
    assert read(stored("Z7"))[1:] == (None, ())
    found = read(stored("Z7", r=[1, 0, 2, 3, 4, 5, 6]))[1]
    assert found is not None
    assert found.name == "a renaming of the outputs of x + y over Z7"


DATA = Path(__file__).parents[2] / "data"
FILES = {
    "x_minus_y_mod7.npz": ("x - y over Z7", "Z7"),
    "x_plus_y_plus_3_mod7.npz": ("x + y - 3 over Z7", "Z7"),
    "z6_in_the_order_of_z2xz3.npz": (None, "Z2xZ3"),
}


@pytest.mark.parametrize("name", FILES)
def test_files_of_other_operations_are_zeros_of_the_loss_after_relabelling(name):
    arrays = np.load(DATA / name)
    a, b, c = (np.asarray(arrays[key], float) for key in sorted(arrays)[:3])
    if a.shape[1] != len(c):
        a, b, c = a.T, b.T, c.T
    weights, found, _ = read(TwoLayer((a.T,), (b.T,), (c.T,)))
    assert (found.name if found else None, str(weights.group)) == FILES[name]


def test_relabelling_names_the_group():
    net = stored("Z7", s=[0, 6, 5, 4, 3, 2, 1])
    named = relabelled(net, operation("x - y", 7))
    assert named.metadata == {"group": "Z7"}
    assert named.table().tolist() == [[(x + y) % 7 for y in range(7)] for x in range(7)]
