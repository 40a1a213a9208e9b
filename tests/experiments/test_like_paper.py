"""The author's procedure: his own counts, and what it does not depend on."""

from typing import Any

import numpy as np
import pytest

from algebra import AbelianGroup
from experiments.like_paper import _classified, like_paper
from numeric import Weights
from numeric.recognition.recognise import recognise
from numeric.weights.given import reading
from tests.numeric.trained_like import TRAINED, disguised, planted


def test_the_authors_counts_are_reproduced_on_a_network_trained_by_the_papers_script():
    w = reading(TRAINED).weights
    author = like_paper(w)
    assert author.orders == {4: 6, 6: 5}
    assert author.names == {4: {"nu(i)*xi": 6}, 6: {"nu*syn": 4, "nu(i)*syn(al,be)": 1}}
    assert [round(100 * x, 2) for x in author.errors.values()] == [0.05, 1.94]
    assert recognise(w).table2() == pytest.approx(author.table2())


def test_the_command_prints_counts_errors_and_what_is_named_differently(experiments):
    experiments("like-paper", TRAINED).says(
        "order 6: 5 frequencies: nu*syn 4, nu(i)*syn(al,be) 1, error 1.94e-2",
        "named differently: none",
    )
    (found,) = experiments("like-paper", TRAINED, "--json").json
    assert found["orders"] == {"4": 6, "6": 5}
    assert set(found) == {"file", "orders", "compositions", "errors", "table2"}
    experiments("like-paper", TRAINED, "--group Z7", code=2).says(
        "Z7 has order 7, and the weights have d = 23"
    )


def test_the_authors_procedure_loses_many_exact_solutions_that_ours_recognises():
    """``nu(i)*syn(al,be)`` with 0.1 % noise: pairing by the c row is ambiguous there."""
    rng = np.random.default_rng(2)
    group = AbelianGroup("Z101")
    z, _ = planted(group, rng, families=("nu(i)*syn(al,be)",))
    w, _ = disguised(z, rng, noise=0.001, gauge=0.0)
    author = like_paper(w)
    assert recognise(w).compositions["nu(i)*syn(al,be)"] >= 49
    lost = author.names[6].get("non-factorable", 0)
    assert 10 <= lost <= 40


ROOTS = np.exp(2j * np.pi / 3 * np.arange(3))


def block_of_six(rng: Any, *, noise: float, swapped: bool) -> Any:
    """``nu(i)*syn(al,be)``, or ``nu*syn`` with ``nu`` near ``i``, nodes turned, with noise."""
    al = np.exp(1j * np.array([0, *rng.uniform(0, 2 * np.pi, 2)]))
    nu = 1j
    if swapped:
        al, nu = np.ones(3), np.exp(1j * (np.pi / 2 + rng.normal(0, 0.04)))
    a, b, c = ROOTS * al, ROOTS / al, ROOTS
    z = np.stack([np.r_[a, nu * a], np.r_[b, -nu * b], np.r_[c, -c / nu**2]])
    z = z * np.stack([*(rng.choice([-1, 1], 6),) * 2, np.ones(6)])
    return z * (1 + noise * (rng.normal(size=z.shape) + 1j * rng.normal(size=z.shape)))


@pytest.mark.parametrize("noise", [0, 1e-9, 1e-4, 0.01, 0.03])
@pytest.mark.parametrize("near_i", [False, True])
def test_the_authors_names_do_not_depend_on_the_order_of_the_nodes(noise, near_i):
    rng = np.random.default_rng(0)
    for _ in range(20):
        z = block_of_six(rng, noise=noise, swapped=near_i)
        names = {_classified(z[:, rng.permutation(6)])[0] for _ in range(8)}
        assert len(names) == 1, names


def test_the_authors_counts_do_not_depend_on_the_order_of_the_nodes():
    w = reading(TRAINED).weights
    expected = like_paper(w)
    for seed in range(3):
        order = np.random.default_rng(seed).permutation(w.width)
        found = like_paper(Weights(w.group, *(x[:, order] for x in (w.w_a, w.w_b, w.w_c))))
        assert found.labels == expected.labels
        assert found.errors == pytest.approx(expected.errors)


def test_of_names_that_tie_it_is_the_one_that_the_author_tests_first():
    """With ``nu = i`` the pairs may be shifted along ``syn``, which makes ``nu = i w`` of it."""
    rng = np.random.default_rng(3)
    block = np.kron([[1, 1j], [1, -1j], [1, 1]], ROOTS)
    for _ in range(20):
        assert _classified(block[:, rng.permutation(6)])[0] == "nu(i)*syn"
