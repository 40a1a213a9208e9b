"""Invariant networks as linear forms with integers: the same spaces as those of the search."""

import numpy as np
import pytest

from algebra import AbelianGroup
from numeric.narrow.problem import Problem
from numeric.narrow.run import weights_of
from numeric.narrow.search import Searched, search
from numeric.narrow.symmetric import BLOCK, structure
from numeric.weights.plain_network import TwoLayer
from proofs.certificates import checker
from proofs.widths.hit_proof import NotProvedError, prove_existence, prove_hit
from proofs.widths.invariant_network import coordinates, invariant
from tests.numeric.narrow.test_symmetric import RESTRICTED, WORDS, restricted

FREE = [(name, text, None, None, True) for name, text in WORDS]
#: Nodes that read representations, with integer bases of their functions.
OVER_TABLES = [
    ("S3", "swap", ((2,), (0,), (1,), (1,)), None, True),
    ("S3", "auto 4,1", ((0, 1),) * 3, (0, 1, 1), True),
    ("Q8", "swap * auto 1,6", ((4,), (4,), (1,)), (0, 0, -1), True),
]
#: Neither values nor coefficients have integer forms there, so the symmetry alone is kept.
NOT_RATIONAL = "translate 1,1"


def random_weights(made, seed, *, target):
    u = np.random.default_rng(seed).normal(size=(1, made.unknowns))
    a, b, c = (x[0] for x in made.weights(u))
    if target == "projected":
        c = c - c.mean(axis=0)
    return a, b, 2 * made.symmetry.group.order * c


def weights_at(network, values):
    """The weights that forms have at values of the unknowns, from the format alone."""
    group, d = network.group, network.group.order
    x = np.arange(d)
    found = np.zeros((3, d, len(network.nodes)))
    for j, node in enumerate(network.nodes):
        for p, row in node.items():
            for index, *forms in row:
                parts = [sum(c * values[i - 1] for c, i in form) for form in forms]
                at = group.index(tuple(index)) if isinstance(group, AbelianGroup) else index[0]
                if network.basis == "functions":
                    found["abc".index(p), at, j] = parts[0]
                    continue
                turn = 2 * np.pi * group.character_exponents(np.array(at), x) / group.exponent
                wave = (parts[0] + 1j * parts[1]) * np.exp((-1j if p == "c" else 1j) * turn)
                real = group.negate(at) == at
                found["abc".index(p), :, j] += wave.real * (1 if real else 2)
    return found


@pytest.mark.parametrize("target", ["onehot", "projected"])
@pytest.mark.parametrize("case", [*FREE, *RESTRICTED, *OVER_TABLES], ids=str)
def test_the_forms_give_the_networks_of_the_search_and_no_others(case, target):
    problem = restricted(case, target=target)
    for start in range(0, 4 * BLOCK, BLOCK):
        made = structure(problem, start, seed=1)
        network = invariant(made)
        a, b, c = random_weights(made, start, target=target)
        plain = TwoLayer((a,), (b,), (c.T / (2 * len(a)),))
        there = weights_at(network, coordinates(network, plain))
        assert there[0] == pytest.approx(a, abs=1e-9)
        assert there[1] == pytest.approx(b, abs=1e-9)
        assert there[2] == pytest.approx(c, abs=1e-9)
        # As many unknowns, but for the means of c, which the projected task does not see.
        means = 0
        if network.basis == "characters" and target == "projected":
            means = len(made.orbits)
        if not (case[1] == NOT_RATIONAL and case[0] == "Z5"):
            assert network.unknowns == made.unknowns - means
        else:
            assert network.unknowns > made.unknowns


SPLIT = ((0,), *[(1,)] * 4, *[(2,)] * 4)
PROVED = [
    (Problem(AbelianGroup("Z3"), 6, "projected", False, symmetry="times 2"), 60, "characters"),
    (Problem(AbelianGroup("Z4"), 5, "projected", False, symmetry="translate 2,2"), 60, "functions"),
    (
        Problem(AbelianGroup("Z5"), 9, "onehot", support=SPLIT, symmetry="times 2"),
        60,
        "characters",
    ),
]


def least(problem, starts):
    """The zero of the least norm of some random starts."""
    hits = [hit for hit in search(problem, starts=starts) if hit.outcome is Searched.ZERO]
    return min(hits, key=lambda hit: hit.size)


@pytest.mark.parametrize(("problem", "starts", "basis"), PROVED, ids=str)
def test_zeros_with_a_symmetry_and_restrictions_are_proved_exactly(problem, starts, basis):
    hit = least(problem, starts)
    assert invariant(structure(problem, hit.start, seed=0)).basis == basis
    proof = prove_hit(problem, weights_of(problem, hit), start=hit.start)
    assert proof.kind == "exact"
    assert checker.check(proof.text.encode()) == (0, proof.message)


def test_a_form_with_a_wrong_sign_is_noticed(monkeypatch):
    """What the certificate states is what the checker expands: a wrong form proves nothing."""
    problem, starts, _ = PROVED[0]
    hit = least(problem, starts)
    network = invariant(structure(problem, hit.start, seed=0))
    entry = next(form for node in network.nodes for _, form, _ in node["a"] if form)
    entry[0][0] *= -3
    with pytest.raises(NotProvedError):
        prove_existence(network, coordinates(network, weights_of(problem, hit)))
