"""Whatever is given as a network becomes the same weights, over the group that it adds in."""

from typing import Any

import numpy as np
import pytest

import cogo
from algebra import AbelianGroup, optimizers
from algebra.groups.operation import operation
from numeric import TwoLayer, WeightFileError, embed, plain_network, write_weights
from numeric.operations.identify import identify
from numeric.weights import given as module
from numeric.weights.given import over_a_group, reading, relabelled
from tests.numeric.network_loss import network_loss, sums
from tests.numeric.plain_network import Module

NETWORK = plain_network(embed(optimizers.nine_per_frequency(AbelianGroup("Z7"))))
STATE, (A, B, C) = NETWORK.state(), NETWORK.plain()


def given(kind: str, folder: Any) -> Any:
    write_weights(folder / "w.npz", NETWORK, force=True)
    wide = np.concatenate([A, B], axis=1)
    return {
        "path": folder / "w.npz",
        "text": str(folder / "w.npz"),
        "module": Module(STATE),
        "state_dict": Module(STATE).state_dict(),
        "arrays": STATE,
        "two matrices": {"W": wide, "V": C, "embedding.weight": np.eye(7)},
        "plain": NETWORK,
        "weights": NETWORK.weights(),
    }[kind]


@pytest.mark.parametrize(
    "kind", ["path", "text", "module", "state_dict", "arrays", "two matrices", "plain", "weights"]
)
def test_all_that_can_be_given_is_one_and_the_same_network(kind, tmp_path):
    w, wanted = reading(given(kind, tmp_path)).weights, NETWORK.weights()
    assert w.group == wanted.group
    for p in ("w_a", "w_b", "w_c"):
        assert np.array_equal(getattr(w, p), getattr(wanted, p))
    assert cogo.recognise(given(kind, tmp_path)).compositions == {"three_c*syn": 3}


def test_normalised_takes_the_factor_out_of_what_is_given():
    scaled = {**STATE, "layerc.weight": 14 * C}
    w = reading(scaled, normalised=True).weights
    assert np.allclose(w.w_c, NETWORK.weights().w_c)
    assert reading(scaled, group=AbelianGroup("Z7"), normalised=True).weights.group.order == 7
    assert reading(embed(cogo.build("S3")).state(), group="S3", normalised=True).normalised


@pytest.mark.parametrize(
    ("wrong", "options", "error", "message"),
    [
        ({"layerc.weight": "text"}, {}, WeightFileError, "there are no arrays"),
        (STATE, {"group": "Z8"}, WeightFileError, "Z8 has order 8, and the weights have d = 7; up"),
        (
            {"W": np.eye(9, 7), "V": np.eye(8, 9)}, {"keys": "W,V"}, WeightFileError,
            "d = 7 and 8 outputs, and no operation on some of them is nearly answered; pass one, "
            "such as operation='x [+] y over Z7'",
        ),
        (STATE, {"group": "Z5"}, WeightFileError, "Z5 has order 5, and the weights have d = 7; up"),
        (STATE, {"group": "Z2x"}, WeightFileError, "Z2x"),
        (3, {}, TypeError, "given=int: pass a path, a state_dict, a module"),
        (NETWORK.weights(), {"group": "Z8"}, ValueError, "these are weights over Z7 without 1/2d"),
        (NETWORK.weights(), {"normalised": True}, ValueError, "leave out group, operation"),
    ],
)  # fmt: skip
def test_what_is_no_network_is_refused(wrong, options, error, message):
    with pytest.raises(error, match=message.replace("(", r"\(")):
        reading(wrong, **options)


def test_a_plain_network_and_its_arrays_are_over_the_group_that_is_said():
    network = plain_network(embed(optimizers.nine_per_frequency(AbelianGroup("Z2xZ4"))))
    found = reading(network), reading(network.state(), group="Z2xZ4")
    assert [x.weights.group for x in found] == [AbelianGroup("Z2xZ4")] * 2


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


def adds(weights):
    return network_loss(weights) < 1e-18


@pytest.mark.parametrize("name", ["Z7", "Z2xZ3", "Z4xZ2", "Z2xZ4"])
def test_what_adds_stays_as_it_is_over_its_own_group(name):
    net = stored(name)
    weights, found, notes = read(net)
    assert (str(weights.group), found) == (name, None)
    pairs = weights.group.order**2
    said = f"it answers {pairs} of {pairs} pairs as x + y over {name}"
    assert notes == (() if name == "Z7" else (said,))  # nothing but what everybody expects
    assert (weights.w_a == net.first[0]).all()
    assert adds(weights)


@pytest.mark.parametrize("group", ["Z7", "Z2xZ4", "Z2xZ3", "Z12"])
def test_any_renaming_is_found_and_undone(group):
    rng, d = np.random.default_rng(1), AbelianGroup(group).order
    net = stored(group, *(rng.permutation(d) for _ in "psr"))
    weights, found, notes = read(net)
    assert adds(weights)
    assert notes == (f"it answers {d * d} of {d * d} pairs as {found.name}",)
    assert (found.table() == net.table()).all()


@pytest.mark.parametrize("pads", [1, 3])
@pytest.mark.parametrize("asked", [None, "Z13"])
def test_unused_rows_are_left_out(pads, asked):
    net = stored("Z13", pads=pads)
    weights, found, _ = read(net, group=asked and AbelianGroup(asked))
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
    assert found.name == "a renaming of the outputs of x - y over Z7"
    assert adds(weights)


def test_an_operation_that_is_asked_for_is_not_looked_for():
    net = stored("Z7")
    weights, found, notes = read(net, operation="x - y")
    assert found == operation("x - y", 7)
    assert notes == ("relabelled for x - y over Z7, as asked",)
    assert not adds(weights)
    net = stored("Z7", s=[0, 6, 5, 4, 3, 2, 1])
    for asked in ("x - y", found, found.table()):
        assert adds(read(net, operation=asked)[0])
    named = relabelled(net, found)
    assert named.metadata == {"group": "Z7"}
    assert (named.table() == sums((7,))).all()


def test_a_network_of_no_operation_stays_with_the_group_and_is_told_of():
    rng = np.random.default_rng(0)
    net = TwoLayer(
        (rng.normal(size=(11, 20)),), (rng.normal(size=(11, 20)),), (rng.normal(size=(20, 11)),)
    )
    weights, found, (note,) = read(net, group=AbelianGroup("Z11"))
    assert (weights.group, found) == (AbelianGroup("Z11"), None)
    assert note.startswith("its answers are those of no Abelian group: they form no Latin square")
    assert note == str(identify(net.table(), AbelianGroup("Z11")))


def test_of_many_elements_some_pairs_are_looked_at_first(monkeypatch):
    monkeypatch.setattr(module, "ALL", 5)
    assert read(stored("Z7"))[1:] == (None, ())
    found = read(stored("Z7", r=[1, 0, 2, 3, 4, 5, 6]))[1]
    assert found.name == "a renaming of the outputs of x + y over Z7"
