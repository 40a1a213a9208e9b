"""The task: predict the product in a group, from all pairs or all but some held-out ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil
from typing import final

import numpy as np

from algebra.groups.finite_group import FiniteGroup
from algebra.groups.group import AbelianGroup
from algebra.numbers.arrays import Int64

#: NumPy's `RandomState` takes 32 bits.
MAX_SEED = 2**32 - 1


@final
@dataclass(frozen=True, slots=True, eq=False)
class Task:
    """Predict ``x + y``, or ``x y``: a group of order d, and by run the numbers ``x d + y`` of the
    pairs that are not trained on, increasing.
    """

    group: AbelianGroup | FiniteGroup
    held_out: tuple[Int64, ...]

    def __post_init__(self) -> None:
        if not self.held_out:
            raise ValueError("held_out=() has no run; pass one array a run, empty for all pairs")
        n = self.group.order**2
        for r, pairs in enumerate(self.held_out):
            inside = pairs.ndim == 1 and not ((pairs < 0) | (pairs >= n)).any()
            if not inside or (np.diff(pairs) <= 0).any():
                raise ValueError(
                    f"held_out[{r}]: expected increasing numbers x d + y of pairs, below {n}"
                )
            if len(pairs) == n:
                raise ValueError(f"held_out[{r}] holds all {n} pairs; none is left to train on")

    @property
    def runs(self) -> int:
        """The number of runs in the batch."""
        return len(self.held_out)

    def trained_pairs(self) -> list[int]:
        """Return, run by run, how many pairs are trained on."""
        return [self.group.order**2 - len(pairs) for pairs in self.held_out]

    def sums(self) -> Int64:
        """Return the table ``x + y``, or ``x y``, by the number of the pair, length ``d^2``."""
        return self.group.products.ravel()

    def __repr__(self) -> str:
        counts = self.trained_pairs()
        least, most = min(counts), max(counts)
        count = str(least) if least == most else f"{least} to {most}"
        runs = f"{self.runs} run{'s' * (self.runs > 1)}"
        return (
            f"<Task over {self.group}: {runs}, {count} of {self.group.order**2} pairs trained on>"
        )


def full_task(group: AbelianGroup | FiniteGroup, *, runs: int = 1) -> Task:
    """Return the task of all ``d^2`` pairs."""
    return Task(group, tuple(np.empty(0, dtype=np.int64) for _ in range(runs)))


def split_task(
    group: AbelianGroup | FiniteGroup, *, seeds: Sequence[int], train_fraction: float = 0.9
) -> Task:
    """Return the task of a random part of the pairs, one split for each seed: that of
    scikit-learn's ``train_test_split(pairs, test_size=1 - train_fraction, random_state=seed)``
    [Tian24].
    """
    if not 0 < train_fraction <= 1:
        raise ValueError(f"train_fraction={train_fraction}; pass 0 < train_fraction <= 1")
    for seed in seeds:
        if not 0 <= seed <= MAX_SEED:
            raise ValueError(f"seed={seed}; pass 0 <= seed <= {MAX_SEED}")
    if train_fraction == 1:
        return full_task(group, runs=len(seeds))
    n = group.order**2
    # As a decimal: 1 - 0.9 in floats is not the 0.1 that the user means.
    count = ceil(float(1 - Fraction(str(float(train_fraction)))) * n)
    if count >= n:
        raise ValueError(
            f"train_fraction={train_fraction} leaves none of the {n} pairs of {group} to train on"
        )
    return Task(
        group,
        tuple(
            np.sort(np.random.RandomState(seed).permutation(n)[:count]).astype(np.int64)
            for seed in seeds
        ),
    )
