"""All weights free: the projection of small groups, dying nodes, and how they become exact."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from algebra import AbelianGroup, optimizers, unit, zeta
from algebra.verdict import check
from numeric import Weights, embed, nearest, nearest_float
from numeric.corrections import Entries, Ledger
from numeric.free_projection import (
    FreeNetwork,
    affordable,
    corrections_norm,
    free_network,
    project_free,
)
from numeric.nearest import nearest_optimizer
from numeric.performance import performance
from numeric.projection import ProjectionError
from numeric.settings import Settings
from numeric.train import train
from numeric.weights_over import weights_over
from proofs import certificate, checker
from tests.numeric.trained_like import TRAINED, disguised, with_dying_nodes


def plain(w: Weights) -> Any:
    """The plain network's weights, constants over the outputs left out; shape (3, d, q)."""
    c = (w.w_c - w.w_c.mean(axis=0)) / (2 * w.group.order)
    return np.stack([w.w_a, w.w_b, c]).astype(np.float64)


def columns(network: FreeNetwork, w: Any) -> Any:
    """``J`` as a matrix, column by column."""
    eye = np.eye(w.size).reshape(-1, *w.shape)
    return np.stack([network.along(w, v).ravel() for v in eye], axis=1)


@pytest.mark.parametrize(("spec", "q"), [("Z5", 3), ("Z2xZ2", 4), ("Z6", 2)])
def test_both_gram_matrices_are_those_of_the_derivative(spec: str, q: int) -> None:
    network = free_network(AbelianGroup(spec))
    d = network.group.order
    rng = np.random.default_rng(0)
    w, v = rng.normal(size=(2, 3, d, q))
    step = 1e-6
    gap = (network.errors(w + step * v) - network.errors(w - step * v)) / (2 * step)
    assert np.abs(network.along(w, v) - gap).max() < 1e-7 * np.abs(gap).max()
    jacobian = columns(network, w)
    r = rng.normal(size=(d * d, d))
    r -= r.mean(axis=1, keepdims=True)
    assert np.abs(network.back(w, r).ravel() - jacobian.T @ r.ravel()).max() < 1e-11
    assert np.abs(network.of_weights(w) - jacobian.T @ jacobian).max() < 1e-10
    assert np.abs(network.of_errors(w) - jacobian @ jacobian.T).max() < 1e-10


@pytest.mark.parametrize("spec", ["Z5", "Z2xZ3"])
def test_the_errors_are_those_of_the_network(spec: str) -> None:
    rng = np.random.default_rng(1)
    group = AbelianGroup(spec)
    w = Weights(group, *(rng.normal(size=(group.order, 4)) for _ in "abc"))
    errors = free_network(group).errors(plain(w))
    assert (errors**2).sum() / group.order**2 == pytest.approx(performance(w).loss, rel=1e-12)


@pytest.mark.parametrize(("spec", "extra"), [("Z7", 0), ("Z5", 60)])
def test_free_projection_is_no_farther_than_the_network_that_noise_was_added_to(
    spec: str, extra: int
) -> None:
    """With few nodes through the weights' Gram matrix, with many through the errors'."""
    rng = np.random.default_rng(2)
    w = embed(optimizers.order46(AbelianGroup(spec), xi=unit(3), nu=unit(2)), gauge="balanced")
    w0 = np.pad(plain(w), ((0, 0), (0, 0), (0, extra)))
    noise = 1e-3 * rng.normal(size=w0.shape)
    network = free_network(w.group)
    assert (w0.size > w.group.order**3) == bool(extra)
    seen: list[tuple[int, float]] = []
    found = project_free(network, w0 + noise, progress=lambda *x: seen.append(x))
    assert np.abs(network.errors(found.w)).max() < 1e-12
    assert found.distance < np.linalg.norm(noise)
    assert found.distance == pytest.approx(float(np.linalg.norm(found.w - w0 - noise)))
    assert seen[-1][0] >= found.steps > 2
    moved = found.w - w0 - noise
    # Nearest to first order: perpendicular to the zeros, in the range of the transposed derivative.
    rows = np.linalg.svd(columns(network, found.w), full_matrices=False)
    basis = rows[2][rows[1] > 1e-6 * rows[1][0]]
    outside = moved.ravel() - basis.T @ (basis @ moved.ravel())
    assert np.linalg.norm(outside) < 0.02 * np.linalg.norm(moved)


def test_free_projection_stops_at_the_bound_and_says_so() -> None:
    w = embed(optimizers.order6(AbelianGroup("Z5"), nu=1), gauge="balanced")
    w0 = plain(w) + 0.01
    network = free_network(w.group)
    far = project_free(network, w0).distance
    with pytest.raises(ProjectionError, match="all networks of zero loss seem farther than"):
        project_free(network, w0, bound=far / 2)


def test_free_projection_that_finds_nothing_says_so() -> None:
    w0 = np.random.default_rng(0).normal(size=(3, 5, 2))
    with pytest.raises(ProjectionError, match="no network of zero loss was found near this one"):
        project_free(free_network(AbelianGroup("Z5")), w0)


def test_only_small_gram_matrices_are_affordable() -> None:
    assert affordable(AbelianGroup("Z23"), 60)
    assert not affordable(AbelianGroup("Z127"), 100)
    assert affordable(AbelianGroup("Z5"), 10**6)


@pytest.mark.parametrize("spec", ["Z6", "Z2xZ4", "Z5"])
def test_dense_nodes_are_added_at_once_as_they_are_one_by_one(spec: str) -> None:
    group = AbelianGroup(spec)
    rng = np.random.default_rng(4)
    reps = [int(k) for k in group.representatives]

    def entry(k: int) -> tuple[Fraction, Fraction]:
        x, y = (Fraction(int(rng.integers(-9, 10)), int(rng.integers(1, 9))) for _ in range(2))
        return x, Fraction(0) if int(group.negate(np.array(k))) == k else y

    nodes: list[Entries] = [
        {(p, k): entry(k) for p in "abc" for k in reps if (p, k) != ("c", 0)} for _ in range(3)
    ]
    one, all_ = Ledger(group), Ledger(group)
    for node in nodes:
        one.add(node)
    all_.add_dense(nodes)

    def left(ledger: Ledger) -> Any:
        rows = ledger.residuals.items()
        return {(*at, k): x for at, row in rows for k, x in row.items() if any(x)}

    assert left(one) == left(all_)
    assert one.nodes == all_.nodes
    all_.small = 20
    all_.expect(k for k in reps if k)
    assert all_.settle() > 0
    assert all_.nodes[-1]["a", 0] == (Fraction(1, 2**20), 0)
    assert check(certified(group, all_.nodes)).accepted


def certified(group: AbelianGroup, nodes: Any) -> Any:
    from algebra import I, element
    from algebra.scalar import Scalar

    return element(
        group, [{at: Scalar(x) + Scalar(y) * I for at, (x, y) in n.items()} for n in nodes]
    )


@pytest.mark.parametrize("spec", ["Z5", "Z3xZ3"])
def test_dying_nodes_are_part_of_the_exact_network(spec: str) -> None:
    """They are below a hundredth of the others: leaving them out would cost all of their norm."""
    w = with_dying_nodes(spec, np.random.default_rng(0), size=1e-4)
    norms = np.sqrt((plain(w) ** 2).sum(axis=(0, 1)))
    dying = np.linalg.norm(norms[-40:]) / np.linalg.norm(norms)
    found = nearest_optimizer(w)
    assert found.free
    assert set(found.recognition.dead) >= set(range(w.width - 40, w.width))
    assert found.distance < dying / 4
    text = certificate.to_text(found.element, notes={})
    assert checker.check(text.encode())[0] == 0
    place = found.columns.index(w.width - 1)
    rest = [x for i, x in enumerate(text.split("\n")) if i != place + 1]
    assert checker.check("\n".join(rest).encode())[0] == 1


def test_a_network_trained_on_a_small_group_is_within_1_2_of_the_free_search() -> None:
    """What training finds differs with the machine's rounding; what is asserted does not."""
    settings = Settings(
        group="Z5", width=32, seeds=(0,), epochs=2500, train_fraction=1.0, weight_decay=1e-4
    )
    w = train(settings)[0].network.weights(AbelianGroup("Z5"))
    found = nearest_optimizer(w)
    assert check(found.element).accepted
    w0 = plain(w)
    # Another free search, from the trained network: least-norm steps with all weights and nodes.
    network = free_network(w.group)
    at = w0
    for _ in range(5):
        jacobian = columns(network, at)
        right = network.errors(at) + network.along(at, w0 - at)
        step = np.linalg.lstsq(jacobian, right.ravel(), rcond=1e-4)[0]
        at = w0 - step.reshape(w0.shape)
    free = float(np.linalg.norm(at - w0) / np.linalg.norm(w0))
    assert np.abs(network.errors(at)).max() < 1e-6
    assert found.distance < 1.2 * free + 1e-5


def test_large_groups_without_small_characters_are_not_projected_freely(monkeypatch: Any) -> None:
    def never(*args: Any, **options: Any) -> None:
        raise AssertionError("a free projection")

    monkeypatch.setattr(nearest_float, "project_free", never)
    assert not nearest_optimizer(weights_over(TRAINED)).free
    w, _ = disguised(
        optimizers.order46(AbelianGroup("Z5"), xi=zeta(8), nu=1),
        np.random.default_rng(3),
        noise=1e-3,
    )
    with pytest.raises(AssertionError, match="a free projection"):
        nearest_optimizer(w)


def test_a_block_that_is_not_quite_closed_is_rounded_as_it_is(monkeypatch: Any) -> None:
    """If others make up for it, its closed form would leave residuals far above rounding."""
    closed = nearest._closed

    def off(*args: Any) -> Any:
        block = closed(*args)
        if block is not None:
            for entries, _ in block:
                for at, (x, y) in entries.items():
                    if at[0] == "c":
                        entries[at] = x + Fraction(1, 10**4), y
        return block

    monkeypatch.setattr(nearest, "_closed", off)
    found = nearest_optimizer(weights_over(TRAINED))
    assert found.closed == 0
    assert found.distance < 0.0028
    assert check(found.element).accepted


def test_the_estimated_norm_of_corrections_is_about_what_they_have() -> None:
    """Nodes that read everything leave something in every product; float weights, then rounded."""
    w = with_dying_nodes("Z7", np.random.default_rng(1), size=1e-4)
    found = nearest_optimizer(w)
    assert found.free
    exact = embed(found.element)
    kept = np.array(found.columns) < w.width
    parts = [x[:, kept] for x in (exact.w_a, exact.w_b, exact.w_c)]
    error = np.linalg.norm(free_network(w.group).errors(plain(Weights(w.group, *parts))))
    small = found.corrected * np.linalg.norm(plain(w))
    assert small < 3 * corrections_norm(7, float(error)) + 1e-3
