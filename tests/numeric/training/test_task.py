"""Splits: those of scikit-learn, and refusals."""

from __future__ import annotations

import numpy as np
import pytest

from algebra import AbelianGroup
from numeric.training.settings import split_task
from tests.numeric.plain_network import full_task
from tests.refusal import refused

#: Held-out pairs of scikit-learn 1.9's ``train_test_split(range(d * d), test_size, random_state)``:
#: d, seed, test_size, their number, the first of them in order, sum of (rank times pair).
RECORDED = [
    (5, 0, 0.1, 3, [2, 5, 19], 69),
    (5, 7, 0.1, 3, [1, 5, 11], 44),
    (23, 0, 0.1, 53, [15, 17, 21, 37, 45, 46, 71, 75], 510305),
    (23, 4, 0.1, 53, [8, 11, 25, 65, 70, 89, 99, 103], 510403),
    (10, 3, 0.1, 10, [6, 15, 25, 42, 64, 67, 83, 93], 4170),
    (8, 1, 0.25, 16, [2, 21, 24, 26, 27, 35, 38, 39], 6370),
]


@pytest.mark.parametrize(("d", "seed", "size", "count", "first", "checksum"), RECORDED)
def test_the_split_is_that_of_scikit_learn(
    d: int, seed: int, size: float, count: int, first: list[int], checksum: int
) -> None:
    task = split_task(AbelianGroup((d,)), seeds=[seed], train_fraction=1 - size)
    (pairs,) = task.held_out
    assert len(pairs) == count
    assert pairs[: len(first)].tolist() == first
    assert int((pairs * np.arange(1, count + 1)).sum()) == checksum


def test_each_seed_has_its_own_split() -> None:
    task = split_task(AbelianGroup("Z23"), seeds=[0, 4])
    alone = [split_task(AbelianGroup("Z23"), seeds=[seed]).held_out[0] for seed in (0, 4)]
    assert all(np.array_equal(x, y) for x, y in zip(task.held_out, alone, strict=True))
    assert not np.array_equal(*alone)


def test_numbers_of_held_out_pairs_do_not_suffer_from_decimals() -> None:
    """``1 - 0.9`` is not 0.1 in floats; ceil(0.1 * n) is what is meant, for every n."""
    for d in range(2, 60):
        (pairs,) = split_task(AbelianGroup((d,)), seeds=[0]).held_out
        assert len(pairs) == np.ceil(0.1 * (d * d))


def test_sums_are_those_of_the_group() -> None:
    sums = full_task(AbelianGroup("Z2xZ3")).group.products
    for x in range(6):
        for y in range(6):
            assert sums[x, y] == ((x // 3 + y // 3) % 2) * 3 + (x + y) % 3


@pytest.mark.parametrize(
    ("seed", "fraction", "message"),
    [
        (0, 0.0, "train_fraction=0.0; pass 0 < train_fraction <= 1"),
        (0, float("nan"), "train_fraction=nan; pass 0 < train_fraction <= 1"),
        (0, 1.5, "train_fraction=1.5; pass 0 < train_fraction <= 1"),
        (0, 0.1, "train_fraction=0.1 leaves none of the 4 pairs of Z2 to train on"),
    ],
)
def test_wrong_splits_are_refused(seed: int, fraction: float, message: str) -> None:
    with refused(ValueError, message):
        split_task(AbelianGroup("Z2"), seeds=[seed], train_fraction=fraction)
