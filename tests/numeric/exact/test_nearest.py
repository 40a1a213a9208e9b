"""The way back to exactness: projection, corrections, the nearest optimizer."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from algebra import AbelianGroup, I, blocks, element, optimizers, unit
from algebra.criterion.verdict import check
from algebra.numbers.scalar import Scalar
from numeric import Weights, embed
from numeric.exact.certify import certify
from numeric.exact.nearest import corrections
from numeric.exact.projection import NoneNearError, project, sparse_network
from numeric.recognition.frequencies import node_table
from numeric.weights.given import reading
from numeric.weights.performance import performance
from tests.numeric.trained_like import TRAINED, disguised, planted, served_network


def number(rng: Any, real: bool) -> Scalar:
    x, y = (Fraction(int(rng.integers(-9, 10)), 8) for _ in range(2))
    return Scalar(x) if real else Scalar(x) + y * I


def everywhere(group: AbelianGroup, width: int) -> Any:
    """All entries, but constants of the outputs."""
    may = np.ones((3, group.order, width), dtype=bool)
    may[2, 0] = False
    return may


@pytest.mark.parametrize(
    ("spec", "several"),
    [(spec, False) for spec in ("Z5", "Z9", "Z8", "Z2xZ4", "Z2^2", "Z3", "Z6", "Z2")]
    + [(spec, True) for spec in ("Z8", "Z2xZ4", "Z5", "Z12", "Z2^3")],
)
def test_corrections_make_any_nodes_an_exact_optimizer(spec: str, several: bool) -> None:
    """Nodes of one frequency, or of all: real ones, those that are twice no other, products."""
    group = AbelianGroup(spec)
    rng = np.random.default_rng(1)
    reps = [int(k) for k in group.representatives if k]
    read = 2 * [[0, *reps]] if several else [[m] for m in reps for _ in range(3)]
    nodes = [
        {
            (p, k): number(rng, group.negate(k) == k)
            for p, ks in (("a", ks), ("b", ks), ("c", reps))
            for k in ks
        }
        for ks in read
    ]
    more = corrections(group, nodes)
    assert more
    assert check(element(group, nodes + more)).accepted
    for missing in range(0, len(more), 9 if several else 1):
        rest = nodes + more[:missing] + more[missing + 1 :]
        assert not check(element(group, rest)).accepted


@pytest.mark.parametrize("spec", ["Z5", "Z2xZ4"])
def test_the_equations_are_the_function_tensor(spec: str) -> None:
    """Against the exact tensor's loss, by Parseval: d loss = sum over k of |T - target|^2."""
    group = AbelianGroup(spec)
    rng = np.random.default_rng(3)
    w = Weights(group, *(rng.normal(size=(group.order, 4)) for _ in "abc"))
    network = sparse_network(group, everywhere(group, 4))
    x = network.coordinates(node_table(w).z)
    found = (network.errors(x) ** 2).sum() / group.order**2
    assert found == pytest.approx(performance(w).loss, rel=1e-12)


def test_the_jacobian_is_the_derivative() -> None:
    group = AbelianGroup("Z2xZ3")
    network = sparse_network(group, everywhere(group, 3))
    rng = np.random.default_rng(2)
    x, v = rng.normal(size=(2, network.embedding.shape[1]))
    step = 1e-6
    gap = (network.errors(x + step * v) - network.errors(x - step * v)) / (2 * step)
    at = network.derivative(x)
    assert np.abs(at @ v - gap).max() < 1e-6 * np.abs(gap).max()
    assert network.mean_square(at) == pytest.approx((at.toarray() ** 2).sum() / len(x))
    u = network.solved(at, gap, weight=0.3, go_on=lambda: True)
    matrix = at.toarray()
    assert np.abs(matrix.T @ (matrix @ u - gap) + 0.3 * u).max() < 1e-5 * np.abs(gap).max()


def test_projection_from_near_a_solution_is_no_farther_than_the_solution() -> None:
    rng = np.random.default_rng(5)
    exact = optimizers.four_plus_six(AbelianGroup("Z7"), xi=unit(3), nu=unit(2))
    w = embed(exact, gauge="balanced")
    z = node_table(w).z
    homes = node_table(w).home
    may = np.arange(7)[:, None] == np.stack([homes, -homes % 7])[:, None]
    may = np.broadcast_to(may.any(axis=0), (3, 7, w.width)).copy()
    may[2, 1:, homes == 1] = True
    network = sparse_network(w.group, may)
    x = network.coordinates(z)
    assert np.abs(network.errors(x)).max() < 1e-12
    for size in (1e-3, 1e-2):
        noise = size * np.linalg.norm(x) * rng.normal(size=len(x)) / np.sqrt(len(x))
        found = project(network, x + noise)
        assert found.error < 1e-10
        assert found.distance < np.linalg.norm(noise)


def test_projection_that_finds_nothing_says_so() -> None:
    may = np.zeros((3, 5, 6), dtype=bool)
    may[:, [1, 4]] = True
    network = sparse_network(AbelianGroup("Z5"), may)
    with pytest.raises(NoneNearError, match="no network of zero loss was found near this one"):
        project(network, np.random.default_rng(0).normal(size=36))


def test_a_trained_network_has_a_proven_optimizer_within_0_3_percent() -> None:
    steps = []
    found = certify(reading(TRAINED).weights, progress=lambda *x: steps.append(x))
    verdict = check(found.element)
    assert verdict.accepted
    projected = found.details["distance of the float optimum"]
    assert found.distance < 1.2 * projected
    assert 0.0025 < projected < 0.0028
    assert found.distance < 0.0028
    assert (found.replaced, found.agreeing) == ({}, 529)
    assert found.details["their relative norm"] < 2e-4
    phases = {phase.split(" ")[0] for phase, _, _ in steps}
    assert phases == {"evaluating", "projecting,", "rounding"}


def test_the_non_factorable_frequency_is_certified_as_it_is() -> None:
    w, _ = disguised(served_network(), np.random.default_rng(6), noise=0.001, gauge=0.05)
    found = certify(w)
    assert check(found.element).accepted
    assert not found.replaced
    assert found.distance < 0.01


def test_a_network_wider_than_its_dead_nodes_allow_gets_new_columns() -> None:
    z = optimizers.four_plus_six(AbelianGroup("Z7"), xi=unit(2), nu=unit(3))
    w, _ = disguised(z, np.random.default_rng(1), noise=1e-3, gauge=0.0)
    found = certify(w)
    assert check(found.element).accepted
    assert len(set(found.columns)) == found.element.order > 14
    assert max(found.columns) == found.element.order - 1


def test_full_accuracy_without_zero_loss_nearby_is_refused() -> None:
    """``syn`` everywhere answers every pair correctly at loss (d-1)/2d."""
    group = AbelianGroup("Z7")
    z = blocks.normalised(blocks.syn()).at(group, *group.conjugate_pairs())
    with pytest.raises(NoneNearError, match="no network of zero loss was found near this one"):
        certify(embed(z, gauge="balanced"))


def test_planted_families_in_disguise_are_certified() -> None:
    rng = np.random.default_rng(12)
    z, _ = planted(AbelianGroup("Z9"), rng, families=("nu*syn", "nu(i)*syn(al,be)"))
    w, _ = disguised(z, rng, noise=0.005, gauge=0.05)
    found = certify(w)
    assert check(found.element).accepted
    assert found.distance < 1.2 * found.details["distance of the float optimum"]
    assert found.distance < 0.01
