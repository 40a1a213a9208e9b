"""The distance of networks knows no scale, order, sign or split of constants of their nodes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from algebra import AbelianGroup
from numeric import Weights
from numeric.exact.projection import balanced, distance, plain
from tests.numeric.trained_like import regauged


def random_weights(rng: Any, *, width: int = 6) -> Weights:
    return Weights(AbelianGroup("Z5"), *(rng.normal(size=(5, width)) for _ in "abc"))


def size(w: Weights) -> float:
    return float(np.linalg.norm(plain(balanced(w))))


def outputs(w: Weights) -> Any:
    h = (w.w_a[:, None] + w.w_b[None]) ** 2
    f = h @ w.w_c.T
    return f - f.mean(axis=-1, keepdims=True)


@pytest.mark.parametrize("seed", range(4))
def test_what_computes_the_same_by_the_same_nodes_has_distance_0(seed: int) -> None:
    rng = np.random.default_rng(seed)
    w = random_weights(rng)
    other = regauged(w, rng)
    assert np.abs(outputs(w) - outputs(other)).max() < 1e-9
    assert distance(w, other).relative < 1e-12
    assert size(w) == pytest.approx(size(other))
    x, y = random_weights(rng, width=4), random_weights(rng, width=7)
    one = distance(x, y).relative
    assert distance(regauged(x, rng), regauged(y, rng)).relative == pytest.approx(one, rel=1e-9)


def test_balanced_nodes_compute_the_same_and_none_of_their_copies_is_smaller() -> None:
    rng = np.random.default_rng(0)
    w = random_weights(rng)
    least = balanced(w)
    assert np.abs(outputs(w) - outputs(least)).max() < 1e-9

    def norm(w: Weights) -> float:
        return float(sum((x**2).sum() for x in (w.w_a, w.w_b, w.w_c / 10)))

    for _ in range(50):
        t, shift = np.exp(0.1 * rng.normal(size=6)), 0.1 * rng.normal(size=6)
        a, b = t * (least.w_a + shift), t * (least.w_b - shift)
        assert norm(Weights(w.group, a, b, least.w_c / t**2)) > norm(least)


def test_no_other_assignment_of_nodes_is_nearer() -> None:
    from itertools import permutations, product

    rng = np.random.default_rng(3)
    x, y = random_weights(rng, width=3), random_weights(rng, width=3)
    parts = [np.stack([w.w_a, w.w_b, w.w_c / 10]) for w in (balanced(x), balanced(y))]
    best = min(
        np.linalg.norm(parts[0][:, :, list(p)] * np.array([s, s, (1, 1, 1)])[:, None] - parts[1])
        for p in permutations(range(3))
        for s in product((-1, 1), repeat=3)
    )
    assert distance(x, y).relative <= best / np.linalg.norm(parts[1]) + 1e-12


def test_nodes_without_effect_and_new_nodes_count_as_zeros() -> None:
    rng = np.random.default_rng(1)
    w = random_weights(rng)
    wide = Weights(w.group, *(np.pad(x, ((0, 0), (0, 3))) for x in (w.w_a, w.w_b, w.w_c)))
    dead = wide.w_a.copy()
    dead[:, -1] = 5.0  # and no output
    assert distance(w, Weights(w.group, dead, wide.w_b, wide.w_c)).relative < 1e-12
    half = Weights(w.group, *(x[:, :3] for x in (w.w_a, w.w_b, w.w_c)))
    found = distance(w, half)
    assert sorted(found.columns) == [0, 1, 2, 3, 4, 5]
    assert found.relative == pytest.approx(np.sqrt(size(w) ** 2 / size(half) ** 2 - 1))
