"""Assignments of few nodes, beside SciPy's."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import linear_sum_assignment

from numeric.recognition.compositions import assigned


@pytest.mark.parametrize("n", [1, 2, 4, 7, 12])
def test_the_best_assignment_is_the_one_of_scipy(n):
    rng = np.random.default_rng(n)
    score = rng.normal(size=(20, n, n))
    place = assigned(score)
    for one, nodes in zip(score, place, strict=True):
        rows, columns = linear_sum_assignment(one, maximize=True)
        assert sorted(nodes.tolist()) == list(range(n))
        assert nodes.tolist() == rows[np.argsort(columns)].tolist()
    if n > 2:
        greedy = score.argmax(axis=1)
        assert (greedy != place).any()
