"""How far networks are apart, and the nearest of zero loss: of few entries, or all weights free.

The distance knows no scale, order, sign or split of constants of the nodes.
"""

import subprocess
import sys
import time
from itertools import permutations, product

import numpy as np
import pytest

from algebra import AbelianGroup, optimizers, unit
from numeric import Weights, embed
from numeric.exact import free_network as free_network_module
from numeric.exact.free_network import Derivative, FreeNetwork
from numeric.exact.projection import (
    NoneNearError,
    balanced,
    distance,
    plain,
    project,
    sparse_network,
)
from numeric.recognition.frequencies import node_table
from numeric.weights.performance import performance
from tests.command import environment
from tests.numeric.trained_like import random_weights, regauged, with_dying_nodes

NONE = "no network of zero loss was found near this one"


def size(w):
    return float(np.linalg.norm(plain(balanced(w))))


def outputs(w):
    f = (w.w_a[:, None] + w.w_b[None]) ** 2 @ w.w_c.T
    return f - f.mean(axis=-1, keepdims=True)


@pytest.mark.parametrize("seed", range(4))
def test_what_computes_the_same_by_the_same_nodes_has_distance_0(seed):
    rng = np.random.default_rng(seed)
    w = random_weights("Z5", 6, rng)
    other = regauged(w, rng)
    assert np.abs(outputs(w) - outputs(other)).max() < 1e-9
    assert distance(w, other).relative < 1e-12
    assert size(w) == pytest.approx(size(other))
    x, y = (random_weights("Z5", width, rng) for width in (4, 7))
    one = distance(x, y).relative
    assert distance(regauged(x, rng), regauged(y, rng)).relative == pytest.approx(one, rel=1e-9)


def test_balanced_nodes_compute_the_same_and_none_of_their_copies_is_smaller():
    rng = np.random.default_rng(0)
    w = random_weights("Z5", 6, rng)
    least = balanced(w)
    assert np.abs(outputs(w) - outputs(least)).max() < 1e-9

    def norm(a, b, c):
        return float(sum((x**2).sum() for x in (a, b, c / 10)))

    for _ in range(50):
        t, shift = np.exp(0.1 * rng.normal(size=6)), 0.1 * rng.normal(size=6)
        copy = t * (least.w_a + shift), t * (least.w_b - shift), least.w_c / t**2
        assert norm(*copy) > norm(least.w_a, least.w_b, least.w_c)


def test_no_other_assignment_of_nodes_is_nearer():
    rng = np.random.default_rng(3)
    x, y = (random_weights("Z5", 3, rng) for _ in "xy")
    parts = [np.stack([w.w_a, w.w_b, w.w_c / 10]) for w in (balanced(x), balanced(y))]
    best = min(
        np.linalg.norm(parts[0][:, :, list(p)] * np.array([s, s, (1, 1, 1)])[:, None] - parts[1])
        for p in permutations(range(3))
        for s in product((-1, 1), repeat=3)
    )
    assert distance(x, y).relative <= best / np.linalg.norm(parts[1]) + 1e-12


def test_nodes_without_effect_and_new_nodes_count_as_zeros():
    w = random_weights("Z5", 6, np.random.default_rng(1))
    dead, b, c = (np.pad(x, ((0, 0), (0, 3))) for x in (w.w_a, w.w_b, w.w_c))
    dead[:, -1] = 5.0  # and no output
    assert distance(w, Weights(w.group, dead, b, c)).relative < 1e-12
    half = Weights(w.group, *(x[:, :3] for x in (w.w_a, w.w_b, w.w_c)))
    found = distance(w, half)
    assert sorted(found.columns) == [0, 1, 2, 3, 4, 5]
    assert found.relative == pytest.approx(np.sqrt(size(w) ** 2 / size(half) ** 2 - 1))


def free(w):
    """The errors of networks with as many nodes as these weights, all of them free."""
    return FreeNetwork(AbelianGroup(w.shape[1]), w.shape[2])


def few(group, width):
    """The errors of networks with all entries, but constants of the outputs."""
    may = np.ones((3, group.order, width), dtype=bool)
    may[2, 0] = False
    return sparse_network(group, may)


def matrix(network, w):
    """The derivative of a free network as a matrix, column by column."""
    at = network.derivative(w)
    return np.stack([(at @ v).ravel() for v in np.eye(w.size).reshape(-1, *w.shape)], axis=1)


@pytest.mark.parametrize("spec", ["Z5", "Z2xZ3", "Z2xZ4"])
def test_the_errors_are_those_of_the_network(spec):
    """Against its loss; for few entries by Parseval: d loss = sum over k of |T - target|^2."""
    w = random_weights(spec, 4, np.random.default_rng(3))
    network = few(w.group, 4)
    squares = network.errors(network.coordinates(node_table(w).z)) ** 2
    for x in (squares, FreeNetwork(w.group, 4).errors(plain(w)) ** 2):
        assert x.sum() / w.group.order**2 == pytest.approx(performance(w).loss, rel=1e-12)


def differentiated(network, x, v):
    """The derivative, which is a quotient of differences, and that quotient."""
    step, at = 1e-6, network.derivative(x)
    gap = (network.errors(x + step * v) - network.errors(x - step * v)) / (2 * step)
    assert np.abs(at @ v - gap).max() < 1e-6 * np.abs(gap).max()
    return at, gap


def test_a_step_of_few_entries_is_the_one_of_their_derivative():
    network = few(AbelianGroup("Z2xZ3"), 3)
    x, v = np.random.default_rng(2).normal(size=(2, network.embedding.shape[1]))
    at, gap = differentiated(network, x, v)
    assert network.mean_square(at) == pytest.approx((at.toarray() ** 2).sum() / len(x))
    u = network.solved(at, gap, weight=0.3, go_on=lambda: True)
    rest = at.toarray().T @ (at.toarray() @ u - gap) + 0.3 * u
    assert np.abs(rest).max() < 1e-5 * np.abs(gap).max()


@pytest.mark.parametrize(("spec", "q"), [("Z5", 3), ("Z2xZ2", 4), ("Z6", 2), ("Z6", 20)])
def test_products_and_gram_matrices_of_all_weights_are_those_of_the_derivative(spec, q):
    network = FreeNetwork(AbelianGroup(spec), q)
    d = network.group.order
    rng = np.random.default_rng(0)
    w, v = rng.normal(size=(2, 3, d, q))
    at, _ = differentiated(network, w, v)
    jacobian = matrix(network, w)
    r = rng.normal(size=(d, d, d))
    r -= r.mean(axis=2, keepdims=True)
    assert np.abs(at.back(r).ravel() - jacobian.T @ r.ravel()).max() < 1e-11
    assert np.abs(at.of_weights() - jacobian.T @ jacobian).max() < 1e-10
    assert np.abs(at.of_errors() - jacobian @ jacobian.T).max() < 1e-10
    assert network.mean_square(at) == pytest.approx((jacobian**2).sum() / w.size)
    u = at.solved(r, weight=0.1).ravel()
    assert np.abs(jacobian.T @ (jacobian @ u - r.ravel()) + 0.1 * u).max() < 1e-9


@pytest.mark.parametrize("n", [1, 7, 65])
def test_the_preconditioner_is_the_inverse_in_the_outputs(n):
    rng = np.random.default_rng(1)
    w, g = rng.normal(size=(2, 3, 3, n))
    at = free(w).derivative(w)
    turned = at.preconditioner(0.5, 2.0)(g)
    squares = at.squares.reshape(9, n)
    gram = squares.T @ squares
    gram += (0.5 + free_network_module.FLOOR * np.trace(gram) / n) * np.eye(n)
    assert np.abs(turned[2] @ gram - g[2]).max() < 1e-9
    assert (turned[:2] == g[:2] / 2).all()


def test_of_few_entries_what_is_found_is_no_farther_than_what_noise_was_added_to():
    rng = np.random.default_rng(5)
    exact = optimizers.four_plus_six(AbelianGroup("Z7"), xi=unit(3), nu=unit(2))
    w = embed(exact, gauge="balanced")
    homes = node_table(w).home
    may = np.arange(7)[:, None] == np.stack([homes, -homes % 7])[:, None]
    may = np.broadcast_to(may.any(axis=0), (3, 7, w.width)).copy()
    may[2, 1:, homes == 1] = True
    network = sparse_network(w.group, may)
    x = network.coordinates(node_table(w).z)
    assert np.abs(network.errors(x)).max() < 1e-12
    for relative in (1e-3, 1e-2):
        noise = relative * np.linalg.norm(x) * rng.normal(size=len(x)) / np.sqrt(len(x))
        found = project(network, x + noise)
        assert found.error < 1e-10
        assert found.distance < np.linalg.norm(noise)


@pytest.mark.parametrize(("spec", "extra"), [("Z7", 0), ("Z5", 60)])
def test_of_all_weights_what_is_found_is_no_farther_and_nearest_to_first_order(spec, extra):
    """With few nodes through the weights' Gram matrix, with many through the errors'."""
    exact = optimizers.four_plus_six(AbelianGroup(spec), xi=unit(3), nu=unit(2))
    w0 = np.pad(plain(embed(exact, gauge="balanced")), ((0, 0), (0, 0), (0, extra)))
    noise = 1e-3 * np.random.default_rng(2).normal(size=w0.shape)
    network = free(w0)
    assert (w0.size > network.target.size) == bool(extra)
    seen = []
    found = project(network, w0 + noise, progress=lambda *x: seen.append(x))
    moved = found.w - w0 - noise
    assert np.abs(network.errors(found.w)).max() < 1e-10
    assert found.distance == pytest.approx(np.linalg.norm(moved))
    assert found.distance < np.linalg.norm(noise)
    assert seen[-1][1] + 1 >= found.steps > 2
    assert seen[-1][0].startswith("projecting, off by ")
    # Perpendicular to the zeros, in the range of the transposed derivative.
    rows = np.linalg.svd(matrix(network, found.w), full_matrices=False)
    basis = rows[2][rows[1] > 1e-6 * rows[1][0]]
    outside = moved.ravel() - basis.T @ (basis @ moved.ravel())
    assert np.linalg.norm(outside) < 0.02 * np.linalg.norm(moved)


def test_a_projection_that_finds_nothing_says_so():
    may = np.zeros((3, 5, 6), dtype=bool)
    may[:, [1, 4]] = True
    rng = np.random.default_rng(0)
    with pytest.raises(NoneNearError, match=NONE):
        project(sparse_network(AbelianGroup("Z5"), may), rng.normal(size=36))
    w0 = rng.normal(size=(3, 5, 2))
    with pytest.raises(NoneNearError, match=NONE):
        project(free(w0), w0)


def test_a_projection_stops_at_a_bound_and_at_its_deadline():
    w0 = 0.01 + plain(embed(optimizers.six_per_frequency(AbelianGroup("Z5"), nu=1)))
    found = project(free(w0), w0, deadline=time.monotonic() + 100)
    assert found.steps > 2
    assert project(free(w0), w0, deadline=time.monotonic() - 1).steps == 0
    with pytest.raises(NoneNearError, match="all networks of zero loss seem farther than"):
        project(free(w0), w0, bound=found.distance / 2)


@pytest.mark.parametrize("rows", [0, 6000])
def test_what_conjugate_gradients_do_not_end_is_factored_or_preconditioned(rows, monkeypatch):
    """A network whose equations are nearly dependent; both ways come to the same zero."""
    w0 = plain(with_dying_nodes("Z7", np.random.default_rng(1), size=1e-3))
    monkeypatch.setattr(free_network_module, "AFFORDABLE", rows)
    monkeypatch.setattr(free_network_module, "ITERATIONS", 20)
    network, done = free(w0), set()

    def noted(name, function):
        return lambda *x, **more: (done.add(name), function(*x, **more))[1]

    for name in ("solved", "preconditioner"):
        monkeypatch.setattr(Derivative, name, noted(name, getattr(Derivative, name)))
    found = project(network, w0)
    assert done == {"solved" if rows else "preconditioner"}
    assert found.error < 1e-4 * np.linalg.norm(network.errors(w0)) + 1e-6


def test_a_projection_stops_in_the_midst_of_a_step(monkeypatch):
    w0 = plain(with_dying_nodes("Z7", np.random.default_rng(1), size=1e-3)) + 0.01
    monkeypatch.setattr(free_network_module, "AFFORDABLE", 0)
    asked = iter(range(10**6))
    monkeypatch.setattr(time, "monotonic", lambda: float(next(asked)))
    whole, some = project(free(w0), w0), project(free(w0), w0, deadline=next(asked) + 500)
    assert next(asked) > 500
    assert 0 < some.steps < whole.steps


PRODUCTS = """
import hashlib
import numpy as np
from numeric.exact import certify, nearest
from numeric.exact.free_network import FreeNetwork
from tests.numeric.trained_like import DENSE
def printed(network, w, **_):
    network = FreeNetwork(network.group, w.shape[2])
    at, r = network.derivative(w), np.random.default_rng(0).normal(size=network.target.shape)
    results = at @ at.preconditioner(0.1, 1.0)(at.back(r)), at.solved(r, weight=1.0)
    raise SystemExit(print([hashlib.sha256(np.asarray(x).tobytes()).hexdigest() for x in results]))
nearest.project = printed
certify.certify(DENSE)
"""


def test_products_sums_and_factors_have_the_same_bits_whatever_the_number_of_threads():
    words = {"args": [sys.executable, "-c", PRODUCTS], "check": True, "capture_output": True}
    env = environment()
    one, four = (subprocess.run(env={**env, "OMP_NUM_THREADS": n}, **words).stdout for n in "14")
    assert one == four
    assert len(one) > 130
