"""Invariant networks as linear forms with integers: the same spaces as those of the search."""

import numpy as np
import pytest

from algebra import AbelianGroup
from numeric.narrow.problem import Problem
from numeric.narrow.symmetric import BLOCK, structure
from numeric.weights.plain_network import TwoLayer
from proofs.widths.invariant_network import coordinates, invariant, network_of
from tests.numeric.narrow.test_symmetric import RESTRICTED, WORDS, restricted

FREE = [(name, text, None, None, True) for name, text in WORDS]
#: Nodes that may read everything; where it is said what, they are written by characters.
EVERYTHING = {"Z3": (0, 1), "Z4": (0, 1, 2), "Z2xZ2": (0, 1, 2, 3), "Z5": (0, 1, 2)}
FREE += [(name, None, x, None, True) for name, k in EVERYTHING.items() for x in (None, (k, k))]
#: Nodes that read representations, with integer bases of their functions.
OVER_TABLES = [
    ("S3", "swap", ((2,), (0,), (1,), (1,)), None, True),
    ("S3", "auto 4,1", ((0, 1),) * 3, (0, 1, 1), True),
    ("Q8", "swap * auto 1,6", ((4,), (4,), (1,)), (0, 0, -1), True),
]
#: Neither values nor coefficients have integer forms there, so the symmetry alone is kept.
NOT_RATIONAL = ("Z5", "translate 1,1")


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
        assert there == pytest.approx(np.array([a, b, c]), abs=1e-9)
        # As many unknowns, but for the means of c, which the projected task does not see.
        unseen = network.basis == "characters" and target == "projected"
        if case[:2] == NOT_RATIONAL:
            assert network.unknowns > made.unknowns
        else:
            assert network.unknowns == made.unknowns - unseen * len(made.orbits)


BASES = [
    (Problem(AbelianGroup("Z3"), 6, constants=False, symmetry="times 2"), "characters"),
    (Problem(AbelianGroup("Z4"), 5, constants=False, symmetry="translate 2,2"), "functions"),
    (Problem(AbelianGroup("Z4"), 5), "functions"),
    (Problem(AbelianGroup("Z5"), 5), "characters"),
]


@pytest.mark.parametrize(("problem", "basis"), BASES, ids=str)
def test_functions_are_written_by_values_unless_these_are_not_rational_or_nodes_are_restricted(
    problem, basis
):
    assert network_of(problem, start=0, seed=0).basis == basis
