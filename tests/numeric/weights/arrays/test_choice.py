"""Where shapes leave several networks, the one is read that answers an operation."""

from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from algebra import AbelianGroup, optimizers, unit
from numeric import embed, plain_network, read_weights, write_weights
from numeric.recognition.recognise import recognise
from numeric.weights.arrays.choice import answered, network_in
from numeric.weights.arrays.layouts import KEYS
from numeric.weights.arrays.stored import stored_of
from numeric.weights.given import reading
from numeric.weights.plain_network import TwoLayer, WeightFileError
from tests.numeric.trained_like import TRAINED

DATA = Path(__file__).parents[3] / "data"
FILES = [TRAINED.name, "x_minus_y_mod7.npz", "z6_in_the_order_of_z2xz3.npz", "cross_entropy_z11.pt"]


def stored(path: Path, layers: Any) -> Path:
    np.savez(path, **dict(zip(KEYS, layers, strict=True)))
    return path


def as_it_answers(layers: Any) -> Any:
    network = network_in(stored_of(dict(zip(KEYS, layers, strict=True))), {})
    return network.first[0].T, network.second[0].T, network.last[0].T


def same(found: Any, wanted: Any) -> bool:
    return all(np.array_equal(x, y) for x, y in zip(found, wanted, strict=True))


def exact(spec: str, family: str) -> Any:
    z = optimizers.build(AbelianGroup(spec), family)
    z = z.substitute({name: unit(2 + i) for i, name in enumerate(z.parameters)})
    return plain_network(embed(z, gauge="balanced")).plain()


@pytest.mark.parametrize("name", FILES)
def test_transposed_weights_are_the_same_network(name, tmp_path):
    plain = read_weights(DATA / name)
    assert plain.width > plain.inputs  # as it was saved
    path = stored(tmp_path / "t.npz", [x.T for x in plain.state().values()])
    found = read_weights(path)
    for key, x in plain.state().items():
        assert np.array_equal(found.state()[key], x)
        assert found.state()[key].flags.c_contiguous
    w = reading(path).weights
    assert (w.group.order, w.width) == (plain.inputs, plain.width)


@pytest.mark.parametrize("spec", ["Z4", "Z5", "Z8", "Z2xZ4", "Z9", "Z2^4", "Z15"])
def test_exact_optimizers_of_all_families_are_read_as_what_they_are(spec):
    for family in optimizers.families(AbelianGroup(spec)):
        layers = exact(spec, family)
        assert same(as_it_answers(layers), layers)
        assert same(as_it_answers([x.T for x in layers]), layers), family


def test_a_network_that_has_learned_a_part_is_told_from_its_transposed_too():
    a, b, c = exact("Z23", "four-plus-six")
    noise = np.random.default_rng(0)
    c = c + 0.7 * np.abs(c).mean() * noise.normal(size=c.shape) * 3
    x, y = np.divmod(np.arange(529), 23)
    right = ((c @ (a[:, x] + b[:, y]) ** 2).argmax(axis=0) == (x + y) % 23).mean()
    assert 0.2 < right < 0.8
    assert as_it_answers((a.T, b.T, c.T))[2].shape == c.shape
    assert same(as_it_answers((a, b, c)), (a, b, c))


def test_a_network_as_wide_as_its_group_is_large_may_have_either_matrix_transposed():
    a, b, c = exact("Z2^4", "few-plus-constant")
    assert c.shape == (16, 16)
    for inputs, last in product(((a, b), (a.T, b.T)), (c, c.T)):
        assert same(as_it_answers((*inputs, last)), (a, b, c))


def test_random_weights_are_read_as_they_stand():
    rng = np.random.default_rng(1)
    for _ in range(8):
        d, q = rng.integers(1, 20, 2)
        layers = tuple(rng.normal(size=s) for s in ((q, d), (q, d), (d, q)))
        assert same(as_it_answers(layers), layers), (d, q)


def test_the_order_decides_where_answers_do_not_and_answers_where_they_do(tmp_path):
    rng = np.random.default_rng(2)
    path = stored(tmp_path / "r.npz", [rng.normal(size=s) for s in ((9, 5), (9, 5), (5, 9))])
    assert reading(path).weights.group == AbelianGroup("Z5")
    assert reading(path, group="Z3xZ3").weights.width == 5
    with pytest.raises(WeightFileError, match="Z512 has order 512, and the weights have d = 23"):
        reading(TRAINED, group="Z512")


@pytest.mark.parametrize("names", ["abc", ("a.weight", "b.weight", "c.weight")])
def test_where_nothing_is_answered_nodes_are_many_or_layers_as_pytorch_has_them(names):
    rng = np.random.default_rng(3)
    sizes = dict(zip(names, ((5, 40), (5, 40), (40, 5)), strict=True))
    network = network_in(stored_of({k: rng.normal(size=n) for k, n in sizes.items()}), {})
    assert network.inputs == (5 if names == "abc" else 40)
    said = "; neither answers an operation with a name; choose with --layout '("
    assert said in network.notes[1]
    stored_as = stored_of({k: rng.normal(size=n) for k, n in sizes.items()})
    of_the_group = network_in(stored_as, {}, order=network.inputs)
    assert of_the_group.inputs == network.inputs
    assert said not in " ".join(of_the_group.notes)  # the other is of no network over the group


def test_an_answer_to_some_numbers_says_so():
    w = embed(optimizers.nine_per_frequency(AbelianGroup("Z5")))
    doubled = w.w_b[2 * np.arange(5) % 5]
    a, b, c = (np.vstack([x, -np.ones_like(x[:1])]) for x in (w.w_a, doubled, w.w_c))
    found = answered(TwoLayer((a,), (b,), (c.T,)))
    assert found.operation == "x + 2y over Z5 on the numbers 0..4"


def test_the_factor_of_a_transposed_file_is_that_of_its_group(tmp_path):
    w = embed(optimizers.nine_per_frequency(AbelianGroup("Z7")))
    path = stored(tmp_path / "f.npz", [w.w_a, w.w_b, w.w_c.T])
    found = read_weights(path, normalised=True).plain()[2]
    np.testing.assert_allclose(found, plain_network(w).plain()[2], rtol=1e-15)


def test_a_file_that_names_its_group_is_not_asked_what_it_answers(tmp_path, monkeypatch):
    write_weights(tmp_path / "w.npz", embed(optimizers.nine_per_frequency(AbelianGroup("Z7"))))
    monkeypatch.setattr("numeric.weights.arrays.choice.answered", None)
    assert recognise(reading(tmp_path / "w.npz").weights).learned


def test_where_two_layouts_remain_a_line_says_which_is_read_and_how_to_choose():
    a, b, c = exact("Z7", "four-plus-six")
    wide = np.hstack([a, b])
    assert wide.shape == (14, 14)  # q = 2d
    for first, mine, other in ((wide, "q,2d", "2d,q"), (wide.T, "2d,q", "q,2d")):
        read = reading({"W": first, "V": c})
        assert same((read.network.first[0].T, read.network.last[0].T), (a, c))
        assert read.network.notes == (
            f"read W ({mine}), V (d,q): d = 7, q = 14",
            f"by its shapes it may also be W ({other}), V (d,q); this one answers x + y over Z7 in "
            f"100.0% of pairs; choose with --layout '({other}) (d,q)'",
        )
        chosen = reading({"W": first, "V": c}, layout=f"({other}) (d,q)")
        assert np.array_equal(
            chosen.network.first[0].T, wide.T[:, :7] if first is wide else first[:, :7]
        )


def test_a_network_answers_its_operation_and_its_turned_one_none():
    w = embed(optimizers.nine_per_frequency(AbelianGroup("Z5")))
    found = answered(TwoLayer((w.w_a,), (w.w_b,), (w.w_c.T,)))
    assert found == (1.0, "x + y over Z5", 25)
    assert answered(TwoLayer((w.w_a.T,), (w.w_b.T,), (w.w_c,))).accuracy == 0
    wave = np.cos(2 * np.pi * np.outer(range(5), range(5)) / 5)
    network = network_in(stored_of({"W": np.hstack([wave, wave]), "V": wave}), {})
    assert network.notes[0] == "read W (q,2d), V (d,q): d = 5, q = 5"
