"""All weights free: the projection of small groups, dying nodes, and how they become exact."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from algebra import AbelianGroup, optimizers, unit
from algebra.criterion.verdict import check
from numeric import Weights, embed
from numeric.exact import free_network as free_network_module, nearest
from numeric.exact.certify import certify
from numeric.exact.free_network import Derivative, FreeNetwork
from numeric.exact.projection import NoneNearError, balanced, corrections_norm, plain, project
from numeric.weights.given import reading
from numeric.weights.performance import performance
from proofs.certificates import certificate, checker
from tests.numeric.trained_like import DENSE, TRAINED, trained, with_dying_nodes


def free(w: Any, spec: str | None = None) -> FreeNetwork:
    """The errors of networks with as many nodes as this one has, of Z_d unless another is named."""
    return FreeNetwork(AbelianGroup(spec or w.shape[1]), w.shape[2])


def noted(function: Any, done: list[str]) -> Any:
    """A function that is noted where it is called."""

    def called(*args: Any, **more: Any) -> Any:
        done.append(function.__name__)
        return function(*args, **more)

    return called


def columns(w: Any) -> Any:
    """``J`` as a matrix, column by column."""
    at = free(w).derivative(w)
    return np.stack([(at @ v).ravel() for v in np.eye(w.size).reshape(-1, *w.shape)], axis=1)


@pytest.mark.parametrize(("spec", "q"), [("Z5", 3), ("Z2xZ2", 4), ("Z6", 2), ("Z6", 20)])
def test_products_and_gram_matrices_are_those_of_the_derivative(spec: str, q: int) -> None:
    group = AbelianGroup(spec)
    d = group.order
    rng = np.random.default_rng(0)
    w, v = rng.normal(size=(2, 3, d, q))
    network = FreeNetwork(group, q)
    step, at = 1e-6, network.derivative(w)
    gap = (network.errors(w + step * v) - network.errors(w - step * v)) / (2 * step)
    assert np.abs(at @ v - gap).max() < 1e-7 * np.abs(gap).max()
    jacobian = columns(w)
    r = rng.normal(size=(d, d, d))
    r -= r.mean(axis=2, keepdims=True)
    assert np.abs(at.back(r).ravel() - jacobian.T @ r.ravel()).max() < 1e-11
    assert np.abs(at.of_weights() - jacobian.T @ jacobian).max() < 1e-10
    assert np.abs(at.of_errors() - jacobian @ jacobian.T).max() < 1e-10
    assert network.mean_square(at) == pytest.approx((jacobian**2).sum() / w.size)
    u = at.solved(r, weight=0.1).ravel()
    assert np.abs(jacobian.T @ (jacobian @ u - r.ravel()) + 0.1 * u).max() < 1e-9


@pytest.mark.parametrize("n", [1, 7, 65])
def test_the_preconditioner_is_the_inverse_in_the_outputs(n: int) -> None:
    rng = np.random.default_rng(1)
    w = rng.normal(size=(3, 3, n))
    at = free(w).derivative(w)
    turn, g = at.preconditioner(0.5, 2.0), rng.normal(size=w.shape)
    squares = at.squares.reshape(9, n)
    gram = squares.T @ squares
    gram += (0.5 + free_network_module.FLOOR * np.trace(gram) / n) * np.eye(n)
    assert np.abs(turn(g)[2] @ gram - g[2]).max() < 1e-9
    assert (turn(g)[:2] == g[:2] / 2).all()


@pytest.mark.parametrize("spec", ["Z5", "Z2xZ3"])
def test_the_errors_are_those_of_the_network(spec: str) -> None:
    rng = np.random.default_rng(1)
    group = AbelianGroup(spec)
    w = Weights(group, *(rng.normal(size=(group.order, 4)) for _ in "abc"))
    errors = FreeNetwork(group, w.width).errors(plain(w))
    assert (errors**2).sum() / group.order**2 == pytest.approx(performance(w).loss, rel=1e-12)


@pytest.mark.parametrize(("spec", "extra"), [("Z7", 0), ("Z5", 60)])
def test_free_projection_is_no_farther_than_the_network_that_noise_was_added_to(
    spec: str, extra: int
) -> None:
    """With few nodes through the weights' Gram matrix, with many through the errors'."""
    rng = np.random.default_rng(2)
    exact = optimizers.four_plus_six(AbelianGroup(spec), xi=unit(3), nu=unit(2))
    w = embed(exact, gauge="balanced")
    w0 = np.pad(plain(w), ((0, 0), (0, 0), (0, extra)))
    noise = 1e-3 * rng.normal(size=w0.shape)
    network = free(w0)
    assert (w0.size > w.group.order**3) == bool(extra)
    seen: list[tuple[str, float, float]] = []
    found = project(network, w0 + noise, progress=lambda *x: seen.append(x))
    assert np.abs(network.errors(found.w)).max() < 1e-10
    assert found.distance < np.linalg.norm(noise)
    assert found.distance == pytest.approx(float(np.linalg.norm(found.w - w0 - noise)))
    assert seen[-1][1] + 1 >= found.steps > 2
    assert seen[-1][0].startswith("projecting, off by ")
    moved = found.w - w0 - noise
    # Nearest to first order: perpendicular to the zeros, in the range of the transposed derivative.
    rows = np.linalg.svd(columns(found.w), full_matrices=False)
    basis = rows[2][rows[1] > 1e-6 * rows[1][0]]
    outside = moved.ravel() - basis.T @ (basis @ moved.ravel())
    assert np.linalg.norm(outside) < 0.02 * np.linalg.norm(moved)


def test_free_projection_stops_at_the_bound_and_says_so() -> None:
    w = embed(optimizers.six_per_frequency(AbelianGroup("Z5"), nu=1), gauge="balanced")
    w0 = plain(w) + 0.01
    network = free(w0)
    far = project(network, w0).distance
    with pytest.raises(NoneNearError, match="all networks of zero loss seem farther than"):
        project(free(w0), w0, bound=far / 2)


def test_free_projection_that_finds_nothing_says_so() -> None:
    w0 = np.random.default_rng(0).normal(size=(3, 5, 2))
    with pytest.raises(NoneNearError, match="no network of zero loss was found near this one"):
        project(free(w0), w0)


@pytest.mark.parametrize("rows", [0, 6000])
def test_what_conjugate_gradients_do_not_end_is_factored_or_preconditioned(
    rows: int, monkeypatch: Any
) -> None:
    """A network whose equations are nearly dependent; both ways come to the same zero."""
    w = with_dying_nodes("Z7", np.random.default_rng(1), size=1e-3)
    w0 = plain(w)
    monkeypatch.setattr(free_network_module, "AFFORDABLE", rows)
    monkeypatch.setattr(free_network_module, "ITERATIONS", 20)
    network, done = free(w0), []
    for name in ("solved", "preconditioner"):
        monkeypatch.setattr(Derivative, name, noted(getattr(Derivative, name), done))
    found = project(network, w0)
    assert set(done) == {"solved" if rows else "preconditioner"}
    assert found.error < 1e-4 * np.linalg.norm(network.errors(w0)) + 1e-6


def test_a_projection_stops_at_its_deadline() -> None:
    w = embed(optimizers.six_per_frequency(AbelianGroup("Z5"), nu=1), gauge="balanced")
    w0 = plain(w) + 0.01
    assert project(free(w0), w0, deadline=time.monotonic() - 1).steps == 0
    assert project(free(w0), w0, deadline=time.monotonic() + 100).steps > 2


def test_a_projection_stops_in_the_midst_of_a_step(monkeypatch: Any) -> None:
    w0 = plain(with_dying_nodes("Z7", np.random.default_rng(1), size=1e-3)) + 0.01
    monkeypatch.setattr(free_network_module, "AFFORDABLE", 0)
    asked = iter(range(10**6))
    monkeypatch.setattr(time, "monotonic", lambda: float(next(asked)))
    whole, some = project(free(w0), w0), project(free(w0), w0, deadline=next(asked) + 500)
    assert next(asked) > 500
    assert 0 < some.steps < whole.steps


def test_what_the_checker_could_not_take_is_a_zero_in_floats_and_said_to_be_one(
    monkeypatch: Any,
) -> None:
    w = reading(DENSE).weights
    monkeypatch.setattr(nearest, "MOST_HELD", 10**4)
    with pytest.raises(NoneNearError) as error:
        certify(w)
    assert "a zero of the loss in floats is at 0.57" in str(error.value)
    assert "it was not made exact, because 128 nodes over Z13" in str(error.value)


def test_the_limits_are_those_of_the_checker() -> None:
    assert nearest.MOST_HELD == checker.MAX_HELD
    assert nearest.MOST_WORK == checker.MAX_WORK


@pytest.mark.parametrize("spec", ["Z5", "Z3xZ3"])
def test_dying_nodes_are_part_of_the_exact_network(spec: str) -> None:
    """They are below a hundredth of the others: leaving them out would cost all of their norm."""
    w = with_dying_nodes(spec, np.random.default_rng(0), size=1e-4)
    norms = np.sqrt((plain(balanced(w)) ** 2).sum(axis=(0, 1)))
    dying = np.linalg.norm(norms[-40:]) / np.linalg.norm(norms)
    found = certify(w)
    assert found.details["all weights free"]
    assert set(found.recognition.dead) >= set(range(w.width - 40, w.width))
    assert found.distance < dying / 4
    data, code, _ = certificate.judged(found.element)
    assert code == 0
    place = found.columns.index(w.width - 1)
    rest = [x for i, x in enumerate(data.split(b"\n")) if i != place + 1]
    assert checker.check(b"\n".join(rest))[0] == 1


def test_a_network_trained_on_a_small_group_is_within_1_2_of_the_free_search() -> None:
    """What training finds differs with the machine's rounding; what is asserted does not."""
    w = trained("Z5", width=32)
    found = certify(w)
    assert check(found.element).accepted
    w0 = plain(balanced(w))
    # Another free search, from the trained network: least-norm steps with all weights and nodes.
    network = free(w0)
    at = w0
    for _ in range(5):
        jacobian = columns(at)
        right = network.errors(at) + network.derivative(at) @ (w0 - at)
        step = np.linalg.lstsq(jacobian, right.ravel(), rcond=1e-4)[0]
        at = w0 - step.reshape(w0.shape)
    reached = float(np.linalg.norm(at - w0) / np.linalg.norm(w0))
    assert np.abs(network.errors(at)).max() < 1e-6
    assert found.distance < 1.2 * reached + 1e-5


def test_all_weights_are_free_only_where_few_entries_leave_much_out(monkeypatch: Any) -> None:
    def never(*args: Any, **options: Any) -> None:
        raise AssertionError("a free projection")

    monkeypatch.setattr(nearest, "FreeNetwork", never)
    assert not certify(reading(TRAINED).weights).details["all weights free"]
    with pytest.raises(AssertionError, match="a free projection"):
        certify(reading(DENSE).weights)


def test_the_estimated_norm_of_corrections_is_about_what_they_have() -> None:
    """Nodes that read everything leave something in every product; float weights, then rounded."""
    w = with_dying_nodes("Z7", np.random.default_rng(1), size=1e-4)
    found = certify(w)
    assert found.details["all weights free"]
    exact = plain(embed(found.element))[:, :, : -found.details["small correcting nodes"]]
    error = np.linalg.norm(free(exact).errors(exact))
    small = found.details["their relative norm"] * np.linalg.norm(plain(balanced(w)))
    assert small < 3 * corrections_norm(7, float(error)) + 1e-3


PRODUCTS = """
import hashlib
import numpy as np
from unittest import mock
from numeric.exact import certify, nearest
from numeric.exact.free_network import FreeNetwork
from tests.numeric.trained_like import DENSE
hashes = []
def steps(network, w, **_):
    rng = np.random.default_rng(0)
    network = FreeNetwork(network.group, w.shape[2])
    at = network.derivative(w)
    r = rng.normal(size=network.target.shape)
    turned = at.preconditioner(0.1, 1.0)(at.back(r))
    results = at @ turned, at.solved(r, weight=1.0)
    hashes.append(hashlib.sha256(b"".join(np.asarray(x).tobytes() for x in results)).hexdigest())
    raise nearest.NoneNearError("seen")
with mock.patch.object(nearest, "project", steps):
    try:
        certify.certify(DENSE)
    except nearest.NoneNearError:
        pass
print(hashes)
"""


def test_products_sums_and_factors_have_the_same_bits_whatever_the_number_of_threads() -> None:
    root = str(Path(nearest.__file__).parents[2])
    printed = {
        subprocess.run(
            [sys.executable, "-c", PRODUCTS],
            env={**os.environ, "PYTHONPATH": root, "OMP_NUM_THREADS": str(threads)},
            check=True,
            capture_output=True,
        ).stdout
        for threads in (1, 4)
    }
    (same,) = printed
    assert len(same) > 60
